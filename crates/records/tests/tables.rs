//! What a query language is told of the tables: each one is there, with every column, and nothing else.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use countersign_records::{Catalog, ColumnKind, Records, TableInfo};
use countersign_world::UnixTime;
use rusqlite::Connection;

fn table<'t>(tables: &'t [TableInfo], name: &str) -> &'t TableInfo {
    tables.iter().find(|table| table.name == name).unwrap()
}

fn kind<'t>(table: &'t TableInfo, column: &str) -> &'t ColumnKind {
    &table
        .columns
        .iter()
        .find(|other| other.name == column)
        .unwrap()
        .kind
}

#[tokio::test]
async fn every_column_of_every_table_can_be_selected() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    let records = Records::open(&path).await.unwrap();
    records.seed(UnixTime::from_seconds(1_795_255_200)).await.unwrap();
    let database = Connection::open(&path).unwrap();
    let tables = records.catalog().tables();
    assert!(tables.len() > 25);
    for table in &tables {
        for column in &table.columns {
            let sql = format!(r#"SELECT "{}" FROM "{}" LIMIT 1"#, column.name, table.source);
            database
                .prepare(&sql)
                .unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
    }
    for (sql, display) in [
        (
            r#"SELECT count(*) FROM "transaction" WHERE recordtype = 'invoice' AND posting = 'T'"#,
            "transaction",
        ),
        (
            "SELECT count(*) FROM item WHERE itemtype = 'NonInvtPart' AND subtype = 'Sale'",
            "item",
        ),
        (
            "SELECT count(*) FROM customer WHERE datecreated > '2025-01-01' AND searchstage = 'Lead'",
            "customer",
        ),
    ] {
        let count: i64 = database.query_row(sql, [], |row| row.get(0)).unwrap();
        assert!(count > 0, "{sql}");
        assert!(table(&tables, display).display.is_some());
    }
}

#[test]
fn a_column_that_several_types_share_says_what_each_makes_of_it() {
    let tables = Catalog::built_in().unwrap().tables();
    let transaction = table(&tables, "transaction");
    let ColumnKind::Choice(status) = kind(transaction, "status") else {
        panic!()
    };
    let label = |of: &str, id: &str| {
        let found = status
            .iter()
            .find(|choice| choice.record_type.as_deref() == Some(of) && choice.id == id);
        found.map(|choice| choice.label.as_str())
    };
    assert_eq!(label("salesorder", "A"), Some("Pending Approval"));
    assert_eq!(label("invoice", "A"), Some("Open"));
    let ColumnKind::Reference(entity) = kind(transaction, "entity") else {
        panic!()
    };
    assert_eq!(
        (entity.table.as_deref(), entity.display.as_deref()),
        (Some("entity"), Some("entityid")),
        "a customer or a vendor"
    );
    assert_eq!(
        kind(table(&tables, "transactionline"), "mainline"),
        &ColumnKind::Bool
    );
    assert!(
        transaction
            .columns
            .iter()
            .all(|column| !column.name.starts_with('_'))
    );
}

#[tokio::test]
async fn an_account_has_fields_and_types_of_its_own() {
    let own = "extend transaction\n  custbody_channel text\nextend SalesOrder\n  sublist item\n    custcol_colour text\n\
               record customrecord_shelf \"Shelf\" named=name may=LIST_CUSTRECORDENTRY\n  name text !\n  custrecord_height float\n";
    let catalog = Catalog::built_in().unwrap().extended("account", own).unwrap();
    let invoice = catalog.get("invoice").unwrap();
    assert!(invoice.field("custbody_channel").unwrap().is_custom());
    assert!(invoice.sublist("item").unwrap().field("custcol_colour").is_none());
    let order = catalog.get("salesorder").unwrap();
    assert!(order.sublist("item").unwrap().field("custcol_colour").is_some());
    let tables = catalog.tables();
    assert_eq!(
        kind(table(&tables, "customrecord_shelf"), "custrecord_height"),
        &ColumnKind::Decimal
    );
    let folder = tempfile::tempdir().unwrap();
    let records = Records::open_with(&folder.path().join("records.sqlite"), catalog)
        .await
        .unwrap();
    assert!(records.seed(UnixTime::from_seconds(1_795_255_200)).await.unwrap() > 400);
}
