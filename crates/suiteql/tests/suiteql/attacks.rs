//! Statements that try to reach more than the account's records, and text that is no statement at all.

use std::cell::RefCell;
use std::path::Path;

use countersign_suiteql::Statement;
use proptest::prelude::*;
use rusqlite::Connection;

use crate::company::{Company, settings};

thread_local! {
    static COMPANY: RefCell<Company> = RefCell::new(Company::new());
}

/// Everything in the file, bookkeeping too.
fn contents(file: &Path) -> Vec<String> {
    let connection = Connection::open(file).expect("the file");
    let rows = |sql: &str| -> Vec<String> {
        let mut statement = connection.prepare(sql).expect("a query");
        let width = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| -> rusqlite::Result<String> {
            (0..width)
                .map(|index| Ok(format!("{:?}", row.get_ref(index)?)))
                .collect()
        };
        let rows = statement.query_map([], row).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    };
    let tables: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
        .expect("names");
    tables
        .iter()
        .flat_map(|table| rows(&format!("SELECT * FROM `{table}`")))
        .collect()
}

#[test]
fn nothing_reaches_what_is_not_a_record() {
    let mut company = Company::new();
    let before = contents(company.file());
    for attack in [
        "SELECT * FROM sqlite_master",
        "SELECT sql FROM sqlite_schema",
        "SELECT * FROM main.customer",
        "SELECT * FROM temp.sqlite_temp_master",
        "SELECT * FROM _journal",
        "SELECT secret FROM \"_journal\"",
        "SELECT * FROM pragma_table_info('customer')",
        "SELECT * FROM TABLE(json_each('[1]'))",
        "SELECT * FROM json_each",
        "SELECT * FROM s1",
        "SELECT s1.id FROM customer",
        "SELECT rowid FROM customer",
        "SELECT _rowid_ FROM customer",
        "SELECT oid FROM customer",
        "SELECT customer FROM customer",
        "SELECT c1 FROM (SELECT id FROM customer)",
        "SELECT load_extension('x') FROM dual",
        "SELECT readfile('/etc/passwd') FROM dual",
        "SELECT writefile('x', 'y') FROM dual",
        "SELECT randomblob(1000000000) FROM dual",
        "SELECT zeroblob(1000000000) FROM dual",
        "SELECT sqlite_version() FROM dual",
        "SELECT ns_like('a', 'b') FROM dual",
        "SELECT last_insert_rowid() FROM dual",
        "SELECT fts3_tokenizer('x') FROM dual",
        "SELECT printf('%1000000d', 1) FROM dual",
        "SELECT \"x' OR 1=1 --\" FROM customer",
        "SELECT id FROM `customer`",
        "SELECT id FROM customer WHERE id MATCH 'x'",
        "SELECT id FROM customer WHERE id REGEXP 'x'",
        "SELECT id FROM customer WHERE id GLOB '*'",
        "SELECT id FROM customer INDEXED BY x",
        "SELECT id COLLATE rtrim FROM customer",
        "SELECT x'41' FROM dual",
        "SELECT id INTO x FROM customer",
        "VALUES (1)",
        "TABLE customer",
        "SELECT 1 FROM dual; ATTACH DATABASE '/tmp/x' AS y",
        "ATTACH DATABASE '/tmp/x' AS y",
        "PRAGMA query_only = 0",
        "PRAGMA writable_schema = 1",
        "VACUUM INTO '/tmp/x'",
        "BEGIN",
        "CREATE TABLE x (y INT)",
        "CREATE TEMP TABLE x AS SELECT 1",
        "INSERT INTO customer (id) VALUES (99)",
        "UPDATE customer SET entityid = 'x'",
        "DELETE FROM customer",
        "DROP TABLE customer",
        "REINDEX",
        "ANALYZE",
        "WITH x AS (DELETE FROM customer RETURNING id) SELECT * FROM x",
        "WITH RECURSIVE x(n) AS (SELECT 1 FROM dual UNION ALL SELECT n + 1 FROM x) SELECT n FROM x",
        "WITH x AS (SELECT id FROM x) SELECT id FROM x",
    ] {
        if let Ok(rows) = company.ask(attack) {
            panic!("{attack} was answered: {rows:?}");
        }
    }
    assert_eq!(contents(company.file()), before);
}

#[test]
fn quotes_and_comments_in_values_and_names_stay_values_and_names() {
    let mut company = Company::new();
    for text in [
        "'; DROP TABLE customer; --",
        "` OR 1=1",
        "\" OR \"\"=\"",
        "\0",
        "?1",
        "/* */ *",
    ] {
        let found = company.ask_with(
            "SELECT id FROM customer WHERE entityid = ? OR entityid = ?",
            &[text.into(), text.into()],
        );
        assert!(found.expect("no row").rows.is_empty());
        let quoted = text.replace('\'', "''");
        let found = company.ask(&format!("SELECT '{quoted}' AS x FROM dual"));
        if let Ok(found) = found {
            assert_eq!(found.rows[0][0].to_text().as_deref(), Some(text));
        }
    }
    let named = company
        .ask("SELECT id AS \"` , (SELECT secret FROM _journal) AS `\" FROM customer WHERE id = 1")
        .expect("a row");
    assert_eq!(named.rows.len(), 1);
    assert_eq!(named.columns[0].name, "` , (select secret from _journal) as `");
    let nested =
        company.column("SELECT \"a`b\" FROM (SELECT id AS \"a`b\" FROM customer WHERE ROWNUM = 1) \"x`y\"");
    assert_eq!(nested, ["1"]);
}

/// Statements at the edge of what is read: their trees are as deep as they can be.
#[test]
fn the_deepest_statements_are_answered_or_refused_and_never_end_the_process() {
    let mut company = Company::new();
    let chains = [
        (" + 1", 3_900),
        (" || 'a'", 3_900),
        (" IS NULL", 1_900),
        (" AND 1 = 1", 1_900),
        (" OR 1 = 1", 1_900),
        (" - 1", 3_900),
        (" COLLATE x", 1_900),
        ("::int", 1_900),
        (" BETWEEN 1 AND 2", 950),
        (" NOT IN (1)", 950),
        (" AT TIME ZONE 'x'", 950),
    ];
    for (chain, count) in chains {
        let _ = company.ask(&format!("SELECT 1{} FROM dual", chain.repeat(count)));
        let _ = company.ask(&format!("SELECT 1 FROM dual WHERE 1{}", chain.repeat(count)));
        let _ = company.ask(&format!("SELECT 1 FROM dual WHERE 1 = 1{}", chain.repeat(count)));
        let _ = company.ask(&format!(
            "SELECT DISTINCT 1 FROM dual ORDER BY 1{}",
            chain.repeat(count)
        ));
    }
    for (repeated, count) in [
        (" UNION ALL SELECT 1 FROM dual", 780),
        (" MINUS SELECT 1 FROM dual", 780),
        (", dual", 3_000),
        (" JOIN dual d ON 1 = 1", 600),
    ] {
        let _ = company.ask(&format!("SELECT 1 FROM dual{}", repeated.repeat(count)));
    }
    for (open, close) in [
        ("(", ")"),
        ("UPPER(", ")"),
        ("CASE WHEN 1 = 1 THEN ", " END"),
        ("(SELECT ", " FROM dual)"),
        ("NVL(1, ", ")"),
        ("DECODE(", ", 1, 2, 3, 4)"),
        ("- ", ""),
        ("CAST(", " AS NUMBER)"),
        ("COALESCE(BUILTIN.DF(", "), 1)"),
    ] {
        for count in [5, 8, 20, 40, 400] {
            let _ = company.ask(&format!("SELECT {}1 2 FROM dual", open.repeat(count)));
            let _ = company.ask(&format!(
                "SELECT {}1{} FROM dual",
                open.repeat(count),
                close.repeat(count)
            ));
        }
    }
    for count in [5, 10, 20, 400] {
        let _ = company.ask(&format!(
            "SELECT * FROM {}item{}",
            "(SELECT * FROM ".repeat(count),
            ")".repeat(count)
        ));
        let doubled = "(SELECT a.*, a.* FROM ".repeat(count) + "item a" + &") a".repeat(count);
        let _ = company.ask(&format!("SELECT * FROM {doubled}"));
    }
    assert_eq!(company.column("SELECT COUNT(*) FROM item"), ["4"]);
}

fn word() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "SELECT",
        "FROM",
        "WHERE",
        "GROUP BY",
        "ORDER BY",
        "HAVING",
        "JOIN",
        "LEFT JOIN",
        "ON",
        "AND",
        "OR",
        "NOT",
        "IN",
        "EXISTS",
        "BETWEEN",
        "LIKE",
        "IS NULL",
        "CASE WHEN",
        "THEN",
        "ELSE",
        "END",
        "UNION ALL",
        "MINUS",
        "FETCH FIRST 2 ROWS ONLY",
        "ROWNUM",
        "DISTINCT",
        "AS",
        "WITH",
        "OVER (",
        "PARTITION BY",
        "*",
        ",",
        "(",
        ")",
        "=",
        "<",
        "||",
        "+",
        "-",
        "/",
        "(+)",
        "?",
        "''",
        "'a'",
        "1",
        "0",
        "-1.5",
        "1e400",
        "99999999999999999999",
        "NULL",
        "SYSDATE",
        "dual",
        "customer",
        "transaction",
        "t",
        "c",
        "id",
        "c.id",
        "t.entity",
        "trandate",
        "companyname",
        "creditlimit",
        "COUNT(*)",
        "SUM(id)",
        "BUILTIN.DF(",
        "TO_DATE(",
        "TO_CHAR(",
        "NVL(",
        "SUBSTR(",
        "LPAD(",
        "TRUNC(",
        "ROUND(",
        "ADD_MONTHS(",
        "DECODE(",
        "LISTAGG(",
        "WITHIN GROUP (ORDER BY id)",
        "'YYYY-MM-DD'",
        "sqlite_master",
        "_journal",
        ";",
        "--",
        "/*",
        "\"",
        "`",
        "[",
        "é",
    ]);
    prop_oneof![9 => words.prop_map(str::to_owned), 1 => ".{0,6}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics_or_changes_the_records(words in prop::collection::vec(word(), 0..25), free in "\\PC{0,60}") {
        let before = COMPANY.with_borrow(|company| contents(company.file()));
        for text in [format!("SELECT {}", words.join(" ")), words.join(" "), free.clone(), format!("SELECT {free} FROM customer c")] {
            let parameters = vec![serde_json::Value::from("2"); text.matches('?').count()];
            let _ = COMPANY.with_borrow_mut(|company| company.ask_with(&text, &parameters));
        }
        prop_assert_eq!(COMPANY.with_borrow(|company| contents(company.file())), before);
    }

    #[test]
    fn no_expression_panics(function in prop::sample::select(vec![
        "SUBSTR", "INSTR", "LPAD", "RPAD", "TRIM", "REPLACE", "TRANSLATE", "TO_CHAR", "TO_DATE", "TO_NUMBER", "ROUND", "TRUNC", "MOD",
        "POWER", "CHR", "ADD_MONTHS", "MONTHS_BETWEEN", "NEXT_DAY", "LAST_DAY", "GREATEST", "DECODE", "NVL2", "LN", "BITAND",
    ]), arguments in prop::collection::vec(prop_oneof![
        "[-+.:0-9A-Za-z%_ äß€]{0,12}".prop_map(|text| format!("'{text}'")),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_filter("written without an exponent", |number| number.is_finite() && number.abs() < 1e30).prop_map(|number| number.to_string()),
        Just("SYSDATE".to_owned()),
        Just("NULL".to_owned()),
        Just("'FM999.0'".to_owned()),
        Just("'YYYY-MM-DD HH24:MI:SS'".to_owned()),
    ], 0..4)) {
        let _ = COMPANY.with_borrow_mut(|company| company.ask(&format!("SELECT {function}({}) FROM dual", arguments.join(", "))));
    }

    #[test]
    fn the_sql_holds_no_text_of_the_statement(text in "[a-z]{9,12}", name in "[a-z]{9,12}") {
        let statement = format!("SELECT '{text}' AS {name} FROM customer {name}x WHERE {name}x.entityid = '{text}'");
        let statement = Statement::parse(&statement).expect("a statement");
        let plan = COMPANY.with_borrow(|company| statement.translate(&company.schema, &company.access, &[], &settings()));
        let plan = plan.expect("a plan");
        prop_assert!(!plan.sql().contains(&text) && !plan.sql().contains(&name), "{}", plan.sql());
    }
}
