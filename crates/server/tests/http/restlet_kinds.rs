//! Five RESTlets, each of a kind that many accounts have, called with every verb over real sockets.

use countersign_model::{Level, Permission};
use countersign_records::Stamp;
use countersign_scripts::{Project, SourceFile, deploy};
use countersign_testkit::{Account, Answer, Blueprint, Caller, NOW, Server, Storage};
use serde_json::{Value, json};

/// The demonstration company, with one of these scripts in it.
async fn stage(name: &str, source: &str) -> (Account, Server, Kind) {
    let blueprint = Blueprint {
        storage: Storage::Folder,
        ..Blueprint::default()
    };
    let blueprint = blueprint
        .permit_records()
        .permit(Permission::SuiteAnalyticsWorkbook, Level::Edit);
    let account = Account::with(blueprint).await;
    account.records.seed(NOW).await.unwrap();
    let file = SourceFile {
        path: format!("/SuiteScripts/{name}.js"),
        contents: source.as_bytes().to_vec(),
    };
    let project = Project::read(vec![file], &[]).unwrap();
    let stamp = Stamp { at: NOW, by: -4 };
    deploy(&account.records, project, Vec::new(), stamp)
        .await
        .unwrap();
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let target = format!("/app/site/hosting/restlet.nl?script=customscript_{name}&deploy=1");
    (account, server, Kind { caller, target })
}

struct Kind {
    caller: Caller,
    target: String,
}

impl Kind {
    async fn ask(&self, method: &str, query: &str) -> Answer {
        let call = self.caller.call(method, &format!("{}{query}", self.target));
        call.header("Content-Type", "application/json").send().await
    }

    async fn told(&self, method: &str, query: &str) -> Value {
        let answer = self.ask(method, query).await;
        assert_eq!(answer.status, 200, "{method} {query}: {}", answer.text());
        serde_json::from_slice(&answer.body).unwrap_or_else(|_| Value::String(answer.text()))
    }

    async fn send(&self, method: &str, body: &Value) -> Value {
        let call = self
            .caller
            .call(method, &self.target)
            .body("application/json", body.to_string());
        let answer = call.send().await;
        assert_eq!(answer.status, 200, "{method} {body}: {}", answer.text());
        answer.json()
    }
}

#[tokio::test]
async fn a_restlet_for_any_record_reads_makes_changes_and_deletes_them() {
    let (_account, _server, kind) = stage("crud", include_str!("restlets/crud.js")).await;
    let body = json!({ "type": "customer", "fields": { "companyname": "Quay Street Books", "email": "quay@example.com" } });
    let id = kind.send("POST", &body).await["id"].clone();
    let id = id.as_i64().unwrap();
    let body = json!({ "type": "customer", "id": id, "fields": { "companyname": "Quay Street" } });
    assert_eq!(kind.send("PUT", &body).await["id"], id);
    let record = kind.told("GET", &format!("&type=customer&id={id}")).await;
    assert_eq!(record["type"], "customer", "{record}");
    assert_eq!(record["fields"]["companyname"], "Quay Street");
    assert_eq!(record["fields"]["email"], "quay@example.com");
    let gone = kind.told("DELETE", &format!("&type=customer&id={id}")).await;
    assert_eq!(gone, format!("deleted {id}"));
    let missing = kind.ask("GET", &format!("&type=customer&id={id}")).await;
    assert_eq!(
        (missing.status, missing.error_code().as_deref()),
        (400, Some("RCRD_DSNT_EXIST"))
    );
    let unsaid = kind.ask("GET", "&type=customer").await;
    assert_eq!(unsaid.error_code().as_deref(), Some("MISSING_PARAMETER"));
}

#[tokio::test]
async fn a_restlet_takes_an_order_line_by_line() {
    let (_account, _server, kind) = stage("orders", include_str!("restlets/orders.js")).await;
    let lines = json!([{ "item": 1, "quantity": 2, "rate": 12.5 }, { "item": 2, "quantity": 1, "rate": 3 }]);
    let order = kind.send("POST", &json!({ "customer": 1, "lines": lines })).await;
    assert_eq!(order["total"], 28, "{order}");
    assert_eq!(order["lines"][0]["amount"], 25);
    assert_eq!(order["lines"][1]["quantity"], 1);
    let id = order["id"].clone();
    let id = id
        .as_i64()
        .map_or_else(|| id.as_str().unwrap().to_owned(), |id| id.to_string());
    let changed = kind
        .send("PUT", &json!({ "id": id, "line": 0, "quantity": 4 }))
        .await;
    assert_eq!(changed["total"], 53, "{changed}");
    assert_eq!(kind.told("GET", &format!("&id={id}")).await, changed);
    assert_eq!(kind.told("DELETE", &format!("&id={id}")).await, "");
    assert_eq!(kind.ask("GET", &format!("&id={id}")).await.status, 400);
}

#[tokio::test]
async fn a_restlet_keeps_files_by_the_hash_of_what_they_hold() {
    let (account, _server, kind) = stage("attachments", include_str!("restlets/attachments.js")).await;
    // Of the text "hello", computed elsewhere.
    let hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    let saved = kind.send("POST", &json!({ "contents": "hello" })).await;
    assert_eq!((&saved["hash"], &saved["saved"]), (&json!(hash), &json!(true)));
    let again = kind.send("PUT", &json!({ "base64": "aGVsbG8=" })).await;
    assert_eq!(
        again,
        json!({ "hash": hash, "id": saved["id"], "saved": false }),
        "the cache knew it"
    );
    let found = kind.told("GET", &format!("&hash={hash}")).await;
    assert_eq!((&found["contents"], &found["size"]), (&json!("hello"), &json!(5)));
    let path = format!("/SuiteScripts/{hash}.txt");
    let there = account
        .records
        .look(move |records| records.file_at(&path))
        .await
        .unwrap();
    assert_eq!(there, saved["id"].as_i64());
    assert_eq!(kind.told("DELETE", &format!("&hash={hash}")).await, "gone");
    let gone = kind.ask("DELETE", &format!("&hash={hash}")).await;
    assert_eq!(
        gone.error_code().as_deref(),
        Some("NO_SUCH_FILE"),
        "{}",
        gone.text()
    );
}

#[tokio::test]
async fn a_restlet_gives_what_a_search_finds_a_page_at_a_time() {
    let (_account, _server, kind) = stage("pages", include_str!("restlets/pages.js")).await;
    let first = kind.told("GET", "").await;
    let count = first["count"].as_u64().unwrap();
    assert!(count > 5, "{first}");
    assert_eq!(first["pages"], count.div_ceil(5));
    assert_eq!(first["rows"].as_array().unwrap().len(), 5);
    let second = kind.told("GET", "&page=1").await;
    assert_ne!(second["rows"], first["rows"]);
    let name = first["rows"][0]["name"].clone();
    let filters = json!([
        ["companyname", "is", name],
        "or",
        ["companyname", "is", "Nobody At All"]
    ]);
    let found = kind.send("POST", &json!({ "filters": filters })).await;
    assert_eq!((&found["count"], &found["rows"][0]["name"]), (&json!(1), &name));
    let nothing = kind
        .send(
            "POST",
            &json!({ "filters": [["companyname", "is", "Nobody At All"]] }),
        )
        .await;
    assert_eq!(nothing, json!({ "count": 0, "pages": 0, "rows": [] }));
    let id = first["rows"][0]["id"].as_str().unwrap().to_owned();
    let kinds = kind.send("PUT", &json!({ "customer": id })).await;
    let counted = kinds
        .as_array()
        .unwrap()
        .iter()
        .all(|kind| kind["count"].as_u64() > Some(0));
    assert!(counted, "{kinds}");
    let looked = kind.told("DELETE", &format!("&id={id}")).await;
    assert_eq!(looked, json!({ "companyname": name, "isinactive": false }));
}

#[tokio::test]
async fn a_restlet_makes_a_report_of_a_statement() {
    let (_account, _server, kind) = stage("report", include_str!("restlets/report.js")).await;
    let customers = kind.told("GET", "").await;
    assert!(customers["count"].as_u64() > Some(5), "{customers}");
    assert_eq!(customers["left"], 4990, "a statement is ten units");
    let body = json!({ "statement": "SELECT id, companyname FROM customer WHERE id = ?", "params": [1] });
    let rows = kind.send("POST", &body).await;
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["id"]), (1, &json!(1)));
    let body = json!({ "statement": "SELECT id FROM customer ORDER BY id", "pageSize": 5 });
    let paged = kind.send("PUT", &body).await;
    let sizes = paged["sizes"].as_array().unwrap();
    assert_eq!(sizes[0], 5, "{paged}");
    assert_eq!(
        sizes.iter().filter_map(Value::as_u64).sum::<u64>(),
        paged["count"].as_u64().unwrap()
    );
    let since = kind.told("DELETE", "&since=1%2F1%2F1999").await;
    assert!(since.as_str().unwrap().ends_with("since 1/1/1999"), "{since}");
    let broken = kind
        .caller
        .post(&kind.target, r#"{"statement": "SELECT nothing FROM nowhere"}"#)
        .send()
        .await;
    assert_eq!(broken.status, 400, "{}", broken.text());
}
