//! What is refused, in whose words, and what to do next.

use countersign_suiteql::{Access, AnyOf, QueryError, RowRule, Value};

use crate::company::Company;

const BEFORE: &str = "Invalid search query. Detailed unprocessed description follows.";

#[test]
fn unknown_names_are_refused_in_netsuites_words_with_the_nearest_ones() {
    let mut company = Company::new();
    let table = company.refusal("SELECT id FROM transactoin");
    assert_eq!(
        table.detail(),
        format!("{BEFORE} Invalid search type: transactoin.")
    );
    assert_eq!(
        table.to_string(),
        "There is no table transactoin. Did you mean transaction?"
    );
    let column = company.refusal("SELECT t.trandat FROM transaction t");
    let words =
        "Search error occurred: Unknown identifier 't.trandat'. Available identifiers are: {t=transaction}.";
    assert_eq!(column.detail(), format!("{BEFORE} {words}"));
    assert_eq!(
        column.to_string(),
        "There is no column t.trandat here. Did you mean trandate?"
    );
    let function = company.refusal("SELECT UPER(tranid) FROM transaction");
    assert_eq!(
        function.detail(),
        format!("{BEFORE} Search error occurred: Invalid or unsupported search.")
    );
    assert!(function.to_string().contains("UPPER"), "{function}");
    assert!(
        company
            .refusal("SELECT BUILTIN.FD(id) FROM item")
            .to_string()
            .contains("BUILTIN.DF")
    );
}

#[test]
fn a_table_the_role_may_not_see_is_not_found() {
    let mut company = Company::new();
    company.access = Access::default().and("customer");
    let refused = company.refusal("SELECT id FROM employee");
    assert_eq!(
        refused.detail(),
        format!("{BEFORE} Search error occurred: Record 'employee' was not found.")
    );
    assert_eq!(company.column("SELECT COUNT(*) FROM customer"), ["4"]);
    for hidden in [
        "SELECT id FROM customer WHERE id IN (SELECT id FROM employee)",
        "SELECT c.id FROM customer c JOIN employee e ON e.id = c.salesrep",
        "WITH x AS (SELECT id FROM employee) SELECT id FROM x",
        "SELECT id FROM customer UNION SELECT id FROM employee",
        "SELECT (SELECT MAX(id) FROM employee) FROM dual",
    ] {
        assert!(
            matches!(company.refusal(hidden), QueryError::Hidden { .. }),
            "{hidden}"
        );
    }
    assert_eq!(
        company.column("SELECT BUILTIN.DF(salesrep) FROM customer WHERE id = 1"),
        ["Ann Lee"]
    );
}

#[test]
fn a_role_sees_its_rows_only_however_it_asks() {
    let mut company = Company::new();
    let own = RowRule {
        column: "subsidiary".to_owned(),
        any_of: AnyOf::Values(vec![Value::Integer(1)]),
    };
    company.access = Access::everything(&company.schema).and_rows("customer", vec![own]);
    for (statement, seen) in [
        ("SELECT id FROM customer ORDER BY id", vec!["1", "3", "4"]),
        (
            "SELECT id FROM customer WHERE subsidiary = 2 OR 1 = 1 ORDER BY id",
            vec!["1", "3", "4"],
        ),
        ("SELECT COUNT(*) FROM customer", vec!["3"]),
        (
            "SELECT t.id FROM transaction t JOIN customer c ON c.id = t.entity WHERE c.id = 2",
            vec![],
        ),
        (
            "SELECT c.id FROM transaction t LEFT JOIN customer c ON c.id = t.entity WHERE t.id = 12",
            vec!["-"],
        ),
        (
            "SELECT (SELECT entityid FROM customer WHERE id = 2) FROM dual",
            vec!["-"],
        ),
        (
            "WITH x AS (SELECT id FROM customer) SELECT id FROM x WHERE id = 2",
            vec![],
        ),
    ] {
        assert_eq!(company.column(statement), seen, "{statement}");
    }
    let of_its_customers = RowRule {
        column: "entity".to_owned(),
        any_of: AnyOf::Rows {
            source: "customer".to_owned(),
            column: "subsidiary".to_owned(),
            values: vec![Value::Integer(2)],
        },
    };
    company.access = Access::default().and_rows("transaction", vec![of_its_customers]);
    assert_eq!(company.column("SELECT id FROM transaction"), ["12"]);
    let none = RowRule {
        column: "subsidiary".to_owned(),
        any_of: AnyOf::Values(Vec::new()),
    };
    company.access = Access::default().and_rows("customer", vec![none]);
    assert!(
        company.column("SELECT id FROM customer").is_empty(),
        "no value allowed is no row"
    );
}

#[test]
fn what_suiteql_has_not_is_refused_with_a_hint() {
    let mut company = Company::new();
    for (statement, hint) in [
        ("SELECT id FROM customer LIMIT 5", "FETCH FIRST n ROWS ONLY"),
        ("SELECT [id] FROM customer", "as they are"),
        ("SELECT firstname + ' ' + lastname FROM employee", "`||`"),
        (
            "SELECT id FROM transaction WHERE trandate > DATE '2024-01-01'",
            "TO_DATE",
        ),
        ("SELECT id FROM customer WHERE companyname ILIKE 'a%'", "UPPER"),
        ("SELECT id FROM customer c NATURAL JOIN employee e", "ON"),
        ("SELECT c.id FROM customer c JOIN employee e USING (id)", "ON"),
        (
            "SELECT c.id FROM customer c, employee e WHERE e.id(+) = c.salesrep",
            "Swap",
        ),
        (
            "SELECT c.id FROM customer c JOIN item i ON i.id = c.id, employee e WHERE c.salesrep = e.id(+)",
            "one kind of join",
        ),
        ("SELECT id FROM customer FOR UPDATE", "only reads"),
        ("SELECT id::varchar FROM customer", "functions SuiteQL has"),
        ("SELECT id FROM customer WHERE :name = 1", "`?`"),
        ("SELECT id FROM customer WHERE isinactive", "isinactive = 'F'"),
        ("SELECT id = 1 FROM customer", "CASE WHEN"),
        ("SELECT 1", "dual"),
    ] {
        let refused = company.refusal(statement).to_string();
        assert!(refused.contains(hint), "{statement}: {refused}");
    }
}

#[test]
fn what_is_not_emulated_says_so() {
    let mut company = Company::new();
    for statement in [
        "SELECT id FROM subsidiary START WITH parent IS NULL CONNECT BY PRIOR id = parent",
        "SELECT BUILTIN.HIERARCHY(parent, 'DISPLAY_JOINED') FROM subsidiary",
        "SELECT MEDIAN(id) FROM item",
        "SELECT STDDEV(id) FROM item",
        "SELECT BUILTIN.RELATIVE_RANGES('LRH', 'START') FROM dual",
        "SELECT type FROM transaction GROUP BY ROLLUP(type) ORDER BY COUNT(*)",
        "SELECT id FROM item FETCH FIRST 10 PERCENT ROWS ONLY",
        "SELECT id FROM item WHERE ROWNUM < id",
        "SELECT id FROM item WHERE id = ANY (SELECT id FROM item)",
    ] {
        let refused = company.refusal(statement);
        assert_eq!(refused.code(), Some("NOT_EMULATED"), "{statement}: {refused:?}");
    }
}

#[test]
fn a_pattern_that_could_take_long_is_refused_and_one_is_a_condition() {
    let mut company = Company::new();
    for statement in [
        r"SELECT id FROM item WHERE REGEXP_LIKE(itemid, '(O)\1')",
        "SELECT id FROM item WHERE REGEXP_LIKE(itemid, '(?=O)')",
        "SELECT id FROM item WHERE REGEXP_LIKE(itemid, '((a{1,200}){1,200}){1,200}')",
        "SELECT REGEXP_SUBSTR(itemid, 'x', 1, 1, 'q') FROM item",
        "SELECT REGEXP_SUBSTR(itemid, 'x', 0) FROM item",
        "SELECT REGEXP_LIKE(itemid, 'x') FROM item",
    ] {
        let refused = company.refusal(statement);
        assert_eq!(
            refused.code(),
            Some("INVALID_PARAMETER"),
            "{statement}: {refused:?}"
        );
    }
}

#[test]
fn groups_must_be_whole() {
    let mut company = Company::new();
    for statement in [
        "SELECT type, id FROM transaction GROUP BY type",
        "SELECT id, COUNT(*) FROM item",
        "SELECT UPPER(type) FROM transaction GROUP BY LOWER(type)",
        "SELECT COUNT(*) FROM transaction GROUP BY type ORDER BY trandate",
        "SELECT type FROM transaction GROUP BY type HAVING trandate IS NULL",
        "SELECT type FROM transaction GROUP BY 1",
        "SELECT * FROM item GROUP BY id",
        "SELECT type, (SELECT MAX(i.id) FROM item i WHERE i.id < t.id) FROM transaction t GROUP BY type",
    ] {
        assert!(
            matches!(company.refusal(statement), QueryError::NotGrouped { .. }),
            "{statement}"
        );
    }
    for statement in [
        "SELECT UPPER(type) || '!' FROM transaction GROUP BY type",
        "SELECT type, (SELECT COUNT(*) FROM item WHERE itemid = t.type) FROM transaction t GROUP BY type",
        "SELECT COUNT(*) + 1 FROM item HAVING COUNT(*) > 1",
    ] {
        company
            .ask(statement)
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    for statement in [
        "SELECT id FROM item WHERE COUNT(*) > 1",
        "SELECT SUM(COUNT(*)) FROM item GROUP BY id",
    ] {
        assert!(
            matches!(company.refusal(statement), QueryError::Invalid { .. }),
            "{statement}"
        );
    }
}

#[test]
fn names_must_be_clear() {
    let mut company = Company::new();
    for statement in [
        "SELECT id FROM customer c JOIN employee e ON e.id = c.salesrep",
        "SELECT x.id FROM (SELECT c.id, e.id FROM customer c, employee e) x",
    ] {
        assert!(
            matches!(company.refusal(statement), QueryError::Ambiguous { .. }),
            "{statement}"
        );
    }
    assert!(matches!(
        company.refusal("SELECT 1 FROM item, item"),
        QueryError::Invalid { .. }
    ));
    assert!(matches!(
        company.refusal("SELECT customer.id FROM customer c"),
        QueryError::UnknownColumn { .. }
    ));
    assert!(matches!(
        company.refusal("SELECT c.id FROM item i JOIN customer c ON c.id = e.id, employee e"),
        QueryError::UnknownColumn { .. }
    ));
}

#[test]
fn parameters_are_counted_and_plain() {
    let mut company = Company::new();
    let few = company
        .ask("SELECT id FROM item WHERE id = ?")
        .expect_err("one is missing");
    assert!(matches!(
        few,
        QueryError::Parameters {
            placeholders: 1,
            given: 0
        }
    ));
    let list = company.ask_with(
        "SELECT id FROM item WHERE id IN (?)",
        &[serde_json::json!([1, 2])],
    );
    assert!(
        list.expect_err("a list is no value")
            .to_string()
            .contains("one placeholder for each value")
    );
}

#[test]
fn a_list_has_a_thousand_values_at_most() {
    let mut company = Company::new();
    let list = |count: usize| {
        (0..count)
            .map(|number| number.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let statement = |count| format!("SELECT COUNT(*) FROM item WHERE id IN ({})", list(count));
    assert_eq!(company.column(&statement(1000)), ["4"]);
    assert!(matches!(
        company.refusal(&statement(1001)),
        QueryError::TooMuch { most: 1000, .. }
    ));
    let either: Vec<String> = (0..900).map(|number| format!("id = {number}")).collect();
    assert_eq!(
        company.column(&format!(
            "SELECT COUNT(*) FROM item WHERE {}",
            either.join(" OR ")
        )),
        ["4"]
    );
}

#[test]
fn what_is_too_deep_for_the_database_is_the_callers_mistake() {
    let mut company = Company::new();
    let sum = |inside: &str| format!("({inside}{})", " + id".repeat(190));
    let deep = (0..8).fold("id".to_owned(), |inside, _| sum(&inside));
    let refused = company.refusal(&format!("SELECT {deep} FROM item"));
    assert!(matches!(refused, QueryError::TooComplex(_)), "{refused:?}");
    assert_eq!(refused.code(), Some("INVALID_PARAMETER"));
    let many = " UNION ALL SELECT 1 FROM dual".repeat(600);
    let refused = company.refusal(&format!("SELECT 1 FROM dual{many}"));
    assert!(matches!(refused, QueryError::TooMuch { .. }), "{refused:?}");
}
