//! Statements over the demonstration company: what is there, what it is shown as, and who sees it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at its first surprise"
)]

use std::sync::Arc;

use countersign_records::{AskError, Catalog, Question, RecordType, Records};
use countersign_suiteql::{DateFormat, Limits, Page, QueryError, Rows, Settings, Value};
use countersign_world::{FixedClock, UnixTime};
use tempfile::TempDir;

const NOW: UnixTime = UnixTime::from_seconds(1_795_255_200);

struct Company {
    records: Records,
    _folder: TempDir,
}

impl Company {
    async fn new() -> Self {
        Self::of(Catalog::built_in().unwrap()).await
    }

    async fn of(catalog: Catalog) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.sqlite");
        let records = Records::open_with(&path, catalog).await.unwrap();
        records.seed(NOW).await.unwrap();
        Self {
            records,
            _folder: folder,
        }
    }

    async fn ask_as(&self, sees: impl Fn(&RecordType) -> bool, statement: &str) -> Result<Rows, AskError> {
        let question = Question {
            statement: statement.to_owned(),
            parameters: Vec::new(),
            access: self.records.sight(sees)?,
            settings: Settings {
                now: NOW,
                date_format: DateFormat::default(),
            },
            page: Page {
                limit: 1000,
                offset: 0,
            },
            limits: Limits::default(),
            clock: Arc::new(FixedClock::at(NOW)),
        };
        self.records.ask(question, |rows| rows).await
    }

    async fn ask(&self, statement: &str) -> Rows {
        let answer = self.ask_as(|_| true, statement).await;
        answer.unwrap_or_else(|error| panic!("{statement}: {error}"))
    }

    async fn texts(&self, statement: &str) -> Vec<String> {
        texts(&self.ask(statement).await)
    }
}

fn texts(rows: &Rows) -> Vec<String> {
    let text = |row: &Vec<Value>| row[0].to_text().unwrap_or_else(|| "-".to_owned());
    rows.rows.iter().map(text).collect()
}

#[tokio::test]
async fn every_table_and_column_is_answered_and_what_is_said_to_hold_no_null_holds_none() {
    let company = Company::new().await;
    let tables = company.records.catalog().tables();
    for table in tables.iter().filter(|table| !table.is_shown) {
        let all = company.ask(&format!("SELECT * FROM {}", table.name)).await;
        assert!(all.columns.len() > 1, "{}", table.name);
        for column in table.columns.iter().filter(|column| column.never_null) {
            let nulls = format!(
                "SELECT COUNT(*) FROM {} WHERE {} IS NULL",
                table.name, column.name
            );
            assert_eq!(company.texts(&nulls).await, ["0"], "{nulls}");
        }
        for column in &all.columns {
            let shown = format!("SELECT BUILTIN.DF({}) FROM {}", column.name, table.name);
            company.ask(&shown).await;
        }
    }
}

#[tokio::test]
async fn what_a_status_is_shown_as_depends_on_the_type_of_its_row() {
    let company = Company::new().await;
    let shown = company
        .texts("SELECT DISTINCT BUILTIN.DF(status) FROM transaction WHERE recordtype IN ('invoice', 'salesorder')")
        .await;
    assert!(shown.contains(&"Invoice : Paid In Full".to_owned()), "{shown:?}");
    assert!(shown.iter().all(|text| text.contains(" : ")), "{shown:?}");
    let counted = company
        .ask("SELECT BUILTIN.DF(t.status) AS status, COUNT(*) FROM transaction t GROUP BY BUILTIN.DF(t.status)")
        .await;
    assert!(counted.rows.len() > 3);
    assert_eq!(
        company
            .texts("SELECT DISTINCT BUILTIN.DF(type) FROM transaction WHERE type = 'CustInvc'")
            .await,
        ["Invoice"]
    );
    for lost in [
        "SELECT BUILTIN.DF(status) FROM (SELECT status FROM transaction)",
        "SELECT BUILTIN.DF(recordtype) FROM (SELECT status AS recordtype FROM transaction)",
        "SELECT BUILTIN.DF(MAX(status)) FROM transaction",
        "WITH t AS (SELECT status AS c1 FROM transaction) SELECT BUILTIN.DF(c1) FROM t",
    ] {
        let refused = company.ask_as(|_| true, lost).await;
        assert!(
            matches!(refused, Err(AskError::Query(QueryError::NotEmulated { .. }))),
            "{lost}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_record_of_an_undeclared_type_is_shown_by_the_name_somebody_gave_it_and_cannot_be_queried() {
    let company = Company::new().await;
    let shown = company
        .texts("SELECT DISTINCT BUILTIN.DF(entitystatus) FROM customer WHERE entitystatus = 13")
        .await;
    assert_eq!(shown, ["CUSTOMER-Closed Won"]);
    let refused = company.ask_as(|_| true, "SELECT * FROM customerstatus").await;
    assert!(matches!(
        refused,
        Err(AskError::Query(QueryError::UnknownTable { .. }))
    ));
}

#[tokio::test]
async fn whoever_sees_one_type_of_a_family_sees_its_rows_lines_postings_and_notes_alone() {
    let company = Company::new().await;
    let invoices = |of: &RecordType| of.script_id == "invoice";
    for (statement, all) in [
        ("SELECT DISTINCT recordtype FROM transaction", "invoice"),
        (
            "SELECT DISTINCT recordtype FROM systemnote WHERE recordid > 0",
            "invoice",
        ),
    ] {
        let seen = company.ask_as(invoices, statement).await.unwrap();
        assert_eq!(texts(&seen), [all], "{statement}");
    }
    for table in ["transactionline", "transactionaccountingline"] {
        let count = format!("SELECT COUNT(*) FROM {table}");
        let seen = texts(&company.ask_as(invoices, &count).await.unwrap());
        let theirs = format!(
            "SELECT COUNT(*) FROM {table} l JOIN transaction t ON t.id = l.transaction WHERE t.recordtype = 'invoice'"
        );
        assert_eq!(seen, company.texts(&theirs).await, "{table}");
        assert_ne!(seen, company.texts(&count).await, "{table}");
        assert_ne!(seen, ["0"], "{table}");
    }
    for hidden in ["customer", "entity", "item", "account"] {
        let refused = company
            .ask_as(invoices, &format!("SELECT id FROM {hidden}"))
            .await;
        assert!(
            matches!(refused, Err(AskError::Query(QueryError::Hidden { .. }))),
            "{hidden}"
        );
    }
    let vendors = company
        .ask_as(|of| of.script_id == "vendor", "SELECT DISTINCT type FROM entity")
        .await;
    assert_eq!(texts(&vendors.unwrap()), ["Vendor"]);
    let nothing = company.ask_as(|_| false, "SELECT * FROM systemnote").await;
    assert!(matches!(nothing, Err(AskError::Query(QueryError::Hidden { .. }))));
}

#[tokio::test]
async fn a_statement_sees_what_was_written_just_before() {
    let company = Company::new().await;
    let count = "SELECT COUNT(*) FROM customer";
    let before = company.texts(count).await;
    let customer = Arc::clone(company.records.record_type("customer").unwrap());
    let stamp = countersign_records::Stamp { at: NOW, by: 1 };
    company
        .records
        .delete(&customer, countersign_records::Key::Internal(25), stamp)
        .await
        .unwrap();
    assert_ne!(before, company.texts(count).await);
}

#[tokio::test]
async fn records_that_are_closed_leave_no_connection_and_answer_nothing() {
    let company = Company::new().await;
    company.ask("SELECT id FROM customer").await;
    company.records.clone().close().await.unwrap();
    let log = company._folder.path().join("records.sqlite-wal");
    assert!(!log.exists(), "the last connection took it along");
    let late = company.ask_as(|_| true, "SELECT id FROM customer").await;
    assert!(matches!(late, Err(AskError::Closed)));
}

#[tokio::test]
async fn records_in_memory_say_that_they_cannot_be_queried() {
    let company = Company {
        records: Records::in_memory(Catalog::built_in().unwrap()).await.unwrap(),
        _folder: tempfile::tempdir().unwrap(),
    };
    let refused = company.ask_as(|_| true, "SELECT id FROM customer").await;
    assert!(matches!(refused, Err(AskError::InMemory)));
}

/// The statements of `crates/suiteql`, written for a company with a record type of its own.
#[tokio::test]
async fn the_statements_people_send_are_answered_over_the_demonstration_company() {
    let machine = "record customrecord_machine \"Machine\" named=name may=LIST_CUSTRECORDENTRY\n  name text !\n  \
                   isInactive bool\n  custrecord_customer ref(customer)\n  custrecord_serial text\n  \
                   custrecord_warranty date\n";
    let company = Company::of(Catalog::built_in().unwrap().extended("account", machine).unwrap()).await;
    let (mut asked, mut with_rows) = (0, 0);
    let mut refused = Vec::new();
    let statements = include_str!("../../suiteql/tests/suiteql/corpus.sql");
    for statement in statements.split("\n\n").map(str::trim) {
        asked += 1;
        let given = statement.replace('?', "'1'");
        match company.ask_as(|_| true, &given).await {
            Ok(rows) => with_rows += usize::from(!rows.rows.is_empty()),
            Err(error) => refused.push(format!("{statement}: {error}")),
        }
    }
    // NetSuite keeps in a column who made a transaction.
    refused.retain(|statement| !statement.contains("There is no column t.createdby"));
    assert!(refused.is_empty(), "{refused:#?}");
    assert!(asked >= 150, "{asked}");
    assert!(with_rows >= 100, "{with_rows} of {asked} found something");
}
