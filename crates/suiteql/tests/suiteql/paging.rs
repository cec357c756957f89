//! Pages, how many rows there are in all, and the answer as REST gives it.

use std::sync::Arc;
use std::time::Duration;

use countersign_suiteql::{Limits, Page, QueryError, Reader, RestItems, Statement, Value};
use countersign_world::SystemClock;
use serde_json::json;

use crate::company::{Company, settings};

#[test]
fn pages_follow_each_other_and_know_the_total() {
    let mut company = Company::new();
    for statement in [
        "SELECT id FROM transaction ORDER BY id",
        "SELECT id FROM transaction WHERE ROWNUM <= 6 ORDER BY id",
        "SELECT id FROM transaction ORDER BY id FETCH FIRST 6 ROWS ONLY",
        "SELECT id FROM transaction UNION SELECT id FROM transaction ORDER BY id",
    ] {
        let mut seen = Vec::new();
        for offset in [0, 2, 4, 6, 8] {
            let page = company
                .ask_page(statement, &[], Page { limit: 2, offset })
                .expect("a page");
            assert_eq!(page.total, 6, "{statement} at {offset}");
            seen.extend(page.rows.into_iter().flatten());
        }
        let all: Vec<Value> = (10..16).map(Value::Integer).collect();
        assert_eq!(seen, all, "{statement}");
    }
}

#[test]
fn rest_gives_strings_lower_case_keys_and_no_nulls() {
    let mut company = Company::new();
    let rows = company
        .ask("SELECT id, companyName AS \"Name\", email, creditLimit, dateCreated FROM customer WHERE id = 2")
        .expect("rows");
    let expected = json!([{ "links": [], "id": "2", "name": "beta GmbH", "datecreated": "6/30/2023" }]);
    assert_eq!(serde_json::to_value(RestItems(&rows)).expect("JSON"), expected);
}

#[test]
fn no_more_rows_can_be_reached_than_the_limit() {
    let company = Company::new();
    let mut reader = Reader::open(company.file(), Arc::new(SystemClock::new())).expect("a reader");
    let statement = Statement::parse("SELECT a.id FROM transaction a, transaction b, transaction c")
        .expect("a statement");
    let plan = statement
        .translate(&company.schema, &company.access, &[], &settings())
        .expect("a plan");
    let limits = Limits {
        rows: 100,
        ..Limits::default()
    };
    let page = |limit, offset| Page { limit, offset };
    let first = reader.run(&plan, page(80, 0), &limits).expect("rows");
    assert_eq!((first.rows.len(), first.total), (80, 100));
    let second = reader.run(&plan, page(80, 80), &limits).expect("rows");
    assert_eq!((second.rows.len(), second.total), (20, 100));
    let beyond = reader.run(&plan, page(80, 160), &limits).expect("no rows");
    assert_eq!((beyond.rows.len(), beyond.total), (0, 100));
}

#[test]
fn a_statement_that_takes_too_long_or_too_much_is_stopped() {
    let company = Company::new();
    let mut reader = Reader::open(company.file(), Arc::new(SystemClock::new())).expect("a reader");
    let many = "transaction a, transaction b, transaction c, transaction d, transaction e, transaction f, transaction g, \
                transaction h, transaction i, transaction j, transaction k, transaction l";
    let plan_of = |text: &str| {
        let statement = Statement::parse(text).expect("a statement");
        statement
            .translate(&company.schema, &company.access, &[], &settings())
            .expect("a plan")
    };
    let slow = plan_of(&format!("SELECT COUNT(*) FROM {many}"));
    let limits = Limits {
        time: Duration::from_millis(100),
        ..Limits::default()
    };
    let page = Page {
        limit: 1000,
        offset: 0,
    };
    let stopped = reader.run(&slow, page, &limits);
    assert!(matches!(stopped, Err(QueryError::TimeLimit(_))), "{stopped:?}");
    let large = plan_of("SELECT RPAD('x', 4000, 'x') AS x FROM transaction a, transaction b, transaction c");
    let limits = Limits {
        bytes: 100_000,
        ..Limits::default()
    };
    let stopped = reader.run(&large, page, &limits);
    assert!(matches!(stopped, Err(QueryError::TooMuch { .. })), "{stopped:?}");
    let after = reader.run(&plan_of("SELECT COUNT(*) FROM item"), page, &Limits::default());
    assert_eq!(after.expect("the reader goes on").rows, [[Value::Integer(4)]]);
}
