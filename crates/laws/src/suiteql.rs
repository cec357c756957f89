//! A SuiteQL statement: refused, or answered from the tables a caller sees. What runs holds no text of the statement, and
//! nothing it does is a fault of the records.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use countersign_suiteql::{
    Access, Column, DateFormat, Kind, Limits, Page, Reader, Schema, Settings, Statement, Table,
};
use countersign_world::{SystemClock, UnixTime};
use rusqlite::Connection;
use tempfile::TempDir;

const ROWS: &str = "
    CREATE TABLE customer (id INTEGER PRIMARY KEY, entityid TEXT, balance REAL, datecreated TEXT, isinactive TEXT) STRICT;
    CREATE TABLE `transaction` (id INTEGER PRIMARY KEY, trandate TEXT, entity INTEGER, recordtype TEXT, status TEXT) STRICT;
    CREATE TABLE employee (id INTEGER PRIMARY KEY, entityid TEXT) STRICT;
    INSERT INTO customer VALUES (1, 'Acme', 12.5, '2024-02-29T10:00:00Z', 'F'), (2, NULL, NULL, NULL, 'T');
    INSERT INTO `transaction` VALUES (10, '2024-02-29', 1, 'salesorder', 'A'), (11, '2024-12-31', 2, 'invoice', 'A');
    INSERT INTO employee VALUES (3, 'hidden');";

struct Company {
    schema: Schema,
    access: Access,
    reader: Reader,
    _folder: TempDir,
}

thread_local! {
    static COMPANY: RefCell<Company> = RefCell::new(Company::new());
}

/// The statement.
pub fn suiteql(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    COMPANY.with_borrow_mut(|company| company.ask(text));
}

impl Company {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("records.sqlite");
        let database = Connection::open(&file).expect("a database");
        database.execute_batch(ROWS).expect("rows");
        drop(database);
        let column = |name: &str, kind| Column::new(name, kind);
        let customer = [
            Column::id(),
            column("entityid", Kind::Text),
            column("balance", Kind::Currency),
            column("datecreated", Kind::DateTime),
            column("isinactive", Kind::Bool),
        ];
        let label = |of: &str, label: &str| (of.to_owned(), "A".to_owned(), label.to_owned());
        let status = Kind::EnumBy {
            by: "recordtype".to_owned(),
            labels: [label("salesorder", "Pending"), label("invoice", "Open")].into(),
        };
        let transaction = [
            Column::id(),
            column("trandate", Kind::Date),
            Column::reference("entity", "customer", "entityid"),
            column("recordtype", Kind::Text),
            column("status", status),
        ];
        let employee = [Column::id(), column("entityid", Kind::Text)];
        let schema = Schema::new(vec![
            Table::new("customer", customer),
            Table::new("transaction", transaction),
            Table::new("employee", employee),
        ]);
        Self {
            schema: schema.expect("a schema"),
            access: Access::default().and("customer").and("transaction"),
            reader: Reader::open(&file, Arc::new(SystemClock::new())).expect("a reader"),
            _folder: folder,
        }
    }

    fn ask(&mut self, text: &str) {
        let settings = Settings {
            now: UnixTime::from_seconds(1_795_343_400),
            date_format: DateFormat::default(),
        };
        let parameters = vec!["1".into(); text.matches('?').count().min(50)];
        let plan = Statement::parse(text)
            .and_then(|statement| statement.translate(&self.schema, &self.access, &parameters, &settings));
        let plan = match plan {
            Ok(plan) => plan,
            Err(error) => {
                assert!(error.code().is_some(), "a refusal is the caller's: {error:?}");
                assert!(!error.to_string().is_empty() && !error.detail().is_empty());
                return;
            }
        };
        for foreign in [";", "--", "/*", "\"", "employee", "sqlite_"] {
            assert!(!plan.sql().contains(foreign), "{foreign} in {}", plan.sql());
        }
        let page = Page { limit: 10, offset: 0 };
        let limits = Limits {
            time: Duration::from_secs(1),
            rows: 1000,
            bytes: 1 << 20,
        };
        match self.reader.run(&plan, page, &limits) {
            Ok(rows) => {
                assert!(rows.rows.len() <= 10 && rows.total >= rows.rows.len());
                assert!(rows.rows.iter().all(|row| row.len() == rows.columns.len()));
            }
            Err(error) => assert!(error.code().is_some(), "{error:?} of {}", plan.sql()),
        }
    }
}
