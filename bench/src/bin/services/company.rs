//! A company with as many transaction lines as are asked for: the seed company's own trade, over and over.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::Connection;

/// Internal ids of a copy begin here, times its number.
const STEP: i64 = 100_000;

/// The tables of transactions and what lies below them; columns that hold an id of one of them, or are unique.
const TABLES: [(&str, &[&str]); 3] = [
    ("transaction", &["id", "createdfrom"]),
    ("transactionline", &["id", "transaction", "createdfrom"]),
    (
        "transactionaccountingline",
        &["id", "transaction", "transactionline"],
    ),
];

/// The id of the seed company's first sales order.
static FIRST_ORDER: AtomicI64 = AtomicI64::new(0);

/// The sales order of this number: in one copy after the other.
pub fn order(number: u32) -> i64 {
    FIRST_ORDER.load(Ordering::Relaxed) + i64::from(number) * STEP
}

/// Copies transactions until there are so many lines.
pub fn grow(data: &Path, lines: i64) {
    let accounts = std::fs::read_dir(data.join("accounts")).expect("there are accounts");
    let account = accounts.flatten().next().expect("there is an account").path();
    let mut records = Connection::open(account.join("records.sqlite")).expect("the records open");
    let count = |records: &Connection| -> i64 {
        let count = records.query_row("SELECT count(*) FROM transactionline", [], |row| row.get(0));
        count.expect("lines are counted")
    };
    let first = "SELECT min(id) FROM \"transaction\" WHERE _recordtype = 'salesorder'";
    let first = records
        .query_row(first, [], |row| row.get(0))
        .expect("there is an order");
    FIRST_ORDER.store(first, Ordering::Relaxed);
    let seed = count(&records);
    if seed >= lines {
        return;
    }
    let transaction = records.transaction().expect("the records are nobody else's");
    for copy in 1..=lines / seed {
        for (table, moved) in TABLES {
            let statement = copying(&transaction, table, moved);
            let step = STEP * copy;
            transaction
                .execute(&statement, [step, STEP])
                .expect("the rows are copied");
        }
    }
    transaction.commit().expect("the copies are kept");
    println!("{} transaction lines", count(&records));
}

fn copying(records: &Connection, table: &str, moved: &[&str]) -> String {
    let columns = "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0";
    let mut columns = records.prepare(columns).expect("a table has columns");
    let columns = columns
        .query_map([table], |row| row.get::<_, String>(0))
        .expect("they have names");
    let columns: Vec<String> = columns.flatten().collect();
    let values = columns.iter().map(|column| match column.as_str() {
        name if moved.contains(&name) => format!("\"{name}\" + ?1"),
        "tranid" => "tranid || '-' || ?1".to_owned(),
        "externalid" => "NULL".to_owned(),
        name => format!("\"{name}\""),
    });
    let values: Vec<String> = values.collect();
    format!(
        "INSERT INTO \"{table}\" (\"{}\") SELECT {} FROM \"{table}\" WHERE id < ?2",
        columns.join("\", \""),
        values.join(", ")
    )
}
