//! Searches over the demonstration company, asked of the host as `N/search` asks.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at its first surprise"
)]

use std::sync::Arc;

use countersign_records::{Catalog, Records};
use countersign_scripts::host::{Business, May};
use countersign_world::{FixedClock, UnixTime};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const NOW: UnixTime = UnixTime::from_seconds(1_795_255_200);

struct Account {
    business: Business,
    _runtime: Runtime,
    _folder: TempDir,
}

fn account() -> Account {
    account_where(Arc::new(|_, _| Ok(())))
}

fn account_where(may: May) -> Account {
    let folder = tempfile::tempdir().unwrap();
    let runtime = Runtime::new().unwrap();
    let path = folder.path().join("records.sqlite");
    let records = runtime.block_on(async {
        let records = Records::open_with(&path, Catalog::built_in().unwrap())
            .await
            .unwrap();
        records.seed(NOW).await.unwrap();
        records
    });
    let clock = Arc::new(FixedClock::at(NOW));
    Account {
        business: Business::new(records, may, 101, clock, runtime.handle().clone()),
        _runtime: runtime,
        _folder: folder,
    }
}

impl Account {
    fn call(&self, name: &str, arguments: Value) -> Value {
        match self.business.call(name, arguments.clone()).unwrap() {
            Ok(answer) => answer,
            Err(error) => panic!("{name} {arguments}: {error}"),
        }
    }

    fn refused(&self, name: &str, arguments: Value) -> (String, String) {
        let error = self.business.call(name, arguments).unwrap().unwrap_err();
        (error.name, error.message)
    }

    fn search(&self, search: Value) -> Value {
        self.call(
            "search.run",
            json!({ "search": search, "start": 0, "size": 1000 }),
        )
    }

    fn query(&self, statement: &str) -> Value {
        let arguments = json!({ "query": statement, "params": [], "start": 0, "size": 5000 });
        self.call("query.run", arguments)["rows"].clone()
    }
}

fn filter(name: &str, operator: &str, values: Value) -> Value {
    json!({ "filter": { "name": name, "operator": operator, "values": values } })
}

fn column(name: &str) -> Value {
    json!({ "name": name })
}

#[test]
fn show() {
    let account = account();
    for search in [
        json!({ "type": "customer", "filters": filter("companyname", "startswith", json!(["har"])),
                "columns": [column("entityid"), column("email"), column("salesrep"), column("isinactive"), column("balance"), column("datecreated"),
                {"name":"email","join":"salesrep"}] }),
        json!({ "type": "salesorder", "filters": {"and": [filter("mainline", "is", json!(["T"])), filter("trandate", "within", json!(["thisyear"]))]},
                "columns": [{"name":"trandate","sort":"DESC"}, column("tranid"), column("entity"), column("status"), column("total"), column("amount"), column("type"), {"name":"companyname","join":"customer"}] }),
        json!({ "type": "transaction", "filters": {"and": [filter("type", "anyof", json!(["SalesOrd"])), filter("mainline", "is", json!(["F"]))]},
                "columns": [{"name":"item","summary":"GROUP"}, {"name":"quantity","summary":"SUM"}, {"name":"amount","summary":"SUM","sort":"desc"}, {"name":"internalid","summary":"COUNT"}, {"name":"trandate","summary":"MAX"}] }),
        json!({ "type": "item", "columns": [column("itemid"), column("type"), column("baseprice"), {"name":"formulanumeric","formula":"{baseprice}*2"}, {"name":"formulatext","formula":"CASE WHEN {type} = 'Inventory Item' THEN UPPER({itemid}) ELSE 'x' END"}] }),
        json!({ "type": "customer", "filters": {"filter":{"name":"mainline","join":"transaction","operator":"is","values":["T"]}}, "columns": [{"name":"entityid","summary":"GROUP"},{"name":"amount","join":"transaction","summary":"SUM"}]}),
        json!({ "type": "transaction", "filters": filter("status", "anyof", json!(["SalesOrd:B","CustInvc:A"])), "columns": [column("type"), column("status"), column("item"), column("quantity"), column("amount"), {"name":"tranid","join":"createdfrom"}, {"name":"tranid","join":"applyingtransaction"}]}),
        json!({ "type": "entity", "columns": [column("entityid"), column("type")]}),
        json!({ "type": "file", "columns": [column("name"), column("folder"), {"name":"name","join":"folder"}, column("documentsize"), column("lastmodified")]}),
    ] {
        let running = account
            .business
            .call("search.run", json!({ "search": search, "start": 0, "size": 4 }))
            .unwrap();
        println!("{search}\n  {:?}\n", running.map(|v| v.to_string()));
    }
}
