//! SuiteQL over REST: who may ask, what a page is, how a statement is refused.

use std::time::Duration;

use countersign_model::{Feature, Level, Permission};
use countersign_testkit::{Account, Answer, Blueprint, Call, Caller, NOW, Server, Storage};
use proptest::prelude::*;
use serde_json::{Value, json};

const SUITEQL: &str = "/services/rest/query/v1/suiteql";

/// Everything a role can have, over records in a file.
fn analyst() -> Blueprint {
    Blueprint {
        storage: Storage::Folder,
        ..Blueprint::default()
    }
    .permit_records()
    .permit(Permission::SuiteAnalyticsWorkbook, Level::Edit)
}

async fn stage(blueprint: Blueprint) -> (Account, Server, Caller) {
    let account = Account::with(blueprint).await;
    account.records.seed(NOW).await.unwrap();
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    (account, server, caller)
}

fn asking(caller: &Caller, query: &str, body: &Value) -> Call {
    caller
        .post(&format!("{SUITEQL}{query}"), &body.to_string())
        .header("Prefer", "transient")
}

async fn ask(caller: &Caller, statement: &str) -> Answer {
    asking(caller, "", &json!({ "q": statement })).send().await
}

async fn rows(caller: &Caller, statement: &str) -> Value {
    let answer = ask(caller, statement).await;
    assert_eq!(answer.status, 200, "{statement}: {}", answer.text());
    answer.json()["items"].clone()
}

fn refusal(answer: &Answer) -> (u16, String, String) {
    let body = answer.json();
    let detail = &body["o:errorDetails"][0];
    let text = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
    (answer.status, text("o:errorCode"), text("detail"))
}

#[tokio::test]
async fn a_page_of_rows_has_the_shape_clients_read() {
    let (_account, server, caller) = stage(analyst()).await;
    let body = json!({ "q": "SELECT id, companyname AS Name, email, fax FROM customer ORDER BY id" });
    let answer = asking(&caller, "?limit=10&offset=10", &body).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(
        answer.header("content-type"),
        Some("application/vnd.oracle.resource+json; type=collection; charset=UTF-8")
    );
    let page = answer.json();
    let first = &page["items"][0];
    assert_eq!((&first["id"], &first["links"]), (&json!("11"), &json!([])));
    assert!(first["name"].is_string() && first.get("fax").is_none(), "{first}");
    assert_eq!(
        [&page["count"], &page["offset"], &page["hasMore"]],
        [&json!(10), &json!(10), &json!(true)]
    );
    let total = page["totalResults"].as_u64().unwrap();
    let here = format!("{}{SUITEQL}", server.base_url());
    let links = page["links"].as_array().unwrap();
    let href = |rel: &str| {
        let link = links.iter().find(|link| link["rel"] == rel);
        link.unwrap()["href"].as_str().unwrap().to_owned()
    };
    assert_eq!(href("next"), format!("{here}?limit=10&offset=20"));
    assert_eq!(
        href("last"),
        format!("{here}?limit=10&offset={}", (total - 1) / 10 * 10)
    );
    assert_eq!(href("self"), format!("{here}?limit=10&offset=10"));
}

#[tokio::test]
async fn a_thousand_rows_are_a_page_and_the_pages_are_all_rows_once() {
    let (_account, _server, caller) = stage(analyst()).await;
    let body = json!({ "q": "SELECT a.id AS a, b.id AS b FROM item a, customer b, location c ORDER BY a.id, b.id, c.id" });
    let mut met = 0;
    let mut offset = 0;
    loop {
        let answer = asking(&caller, &format!("?offset={offset}"), &body).send().await;
        let page = answer.json();
        met += page["items"].as_array().unwrap().len();
        if page["hasMore"] == false {
            assert_eq!(page["totalResults"], met);
            break;
        }
        assert_eq!(page["count"], 1000);
        offset += 1000;
    }
    assert!(met > 1000, "{met}");
    for (query, parameter) in [
        ("?limit=1001", "limit"),
        ("?limit=0", "limit"),
        ("?limit=10&offset=5", "offset"),
    ] {
        let answer = asking(&caller, query, &body).send().await;
        assert_eq!(refusal(&answer).1, "INVALID_PARAMETER", "{query}");
        assert_eq!(answer.json()["o:errorDetails"][0]["o:errorQueryParam"], parameter);
    }
}

#[tokio::test]
async fn the_header_prefer_must_say_transient_in_any_spelling() {
    let (_account, _server, caller) = stage(analyst()).await;
    let body = json!({ "q": "SELECT 1 FROM dual" }).to_string();
    for (prefer, status) in [
        (None, 400),
        (Some("return=minimal"), 400),
        (Some("Transient"), 200),
        (Some("handling=strict, transient"), 200),
        (Some("transient, respond-async"), 501),
    ] {
        let call = caller.post(SUITEQL, &body);
        let call = match prefer {
            Some(value) => call.header("prefer", value),
            None => call,
        };
        let answer = call.send().await;
        assert_eq!(answer.status, status, "{prefer:?}: {}", answer.text());
        if status == 400 {
            assert_eq!(refusal(&answer).1, "INVALID_HEADER");
        }
    }
    let answer = caller.get(SUITEQL).header("Prefer", "transient").send().await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
}

#[tokio::test]
async fn a_role_needs_the_workbook_and_sees_what_rest_would_show_it() {
    let workbook = Permission::SuiteAnalyticsWorkbook;
    for (blueprint, missing) in [
        (
            analyst().permit(workbook, None),
            "SuiteAnalytics Workbook at level Edit",
        ),
        (
            analyst().permit(workbook, Level::View),
            "SuiteAnalytics Workbook at level Edit",
        ),
        (
            analyst().without(Feature::SuiteAnalyticsWorkbook),
            "SuiteAnalytics Workbook is off",
        ),
    ] {
        let (_account, _server, caller) = stage(blueprint).await;
        let (status, code, detail) = refusal(&ask(&caller, "SELECT 1 FROM dual").await);
        assert_eq!((status, code.as_str()), (403, "INSUFFICIENT_PERMISSION"));
        assert!(detail.contains(missing), "{detail}");
    }
    let few = analyst()
        .permit(Permission::Employees, None)
        .permit(Permission::MakeJournalEntry, None);
    let (_account, _server, caller) = stage(few).await;
    let (status, code, detail) = refusal(&ask(&caller, "SELECT * FROM employee").await);
    assert_eq!((status, code.as_str()), (400, "INVALID_PARAMETER"));
    assert!(detail.contains("Record 'employee' was not found."), "{detail}");
    let types = rows(&caller, "SELECT DISTINCT recordtype FROM transaction")
        .await
        .to_string();
    assert!(
        types.contains("invoice") && !types.contains("journalentry"),
        "{types}"
    );
    let kinds = rows(&caller, "SELECT DISTINCT type FROM entity")
        .await
        .to_string();
    assert!(kinds.contains("Vendor") && !kinds.contains("Employee"), "{kinds}");
}

#[tokio::test]
async fn what_is_not_there_is_refused_with_the_nearest_names() {
    let (_account, _server, caller) = stage(analyst()).await;
    for (statement, words) in [
        (
            "SELECT trandat FROM transaction",
            "Invalid search query. Detailed unprocessed description follows. Search error occurred: Unknown identifier \
             'trandat'. Available identifiers are: {transaction=transaction}. There is no column trandat here. Did you mean \
             trandate?",
        ),
        ("SELECT id FROM transactions", "Did you mean transaction?"),
        ("SELECT id FROM customer LIMIT 5", "FETCH FIRST n ROWS ONLY"),
        ("SELECT NVLL(id, 1) FROM customer", "Did you mean"),
        ("SELECT id FROM sqlite_master", "There is no table sqlite_master"),
        (
            "SELECT \"_recordtype\" FROM transaction",
            "There is no column _recordtype",
        ),
        ("DELETE FROM customer", "Send a single SELECT statement"),
        (
            "SELECT id FROM customer; DROP TABLE customer",
            "Send a single SELECT statement",
        ),
        (
            "SELECT id FROM customer WHERE id = ?",
            "has 1 placeholders and 0 parameters were given",
        ),
    ] {
        let answer = ask(&caller, statement).await;
        let (status, code, detail) = refusal(&answer);
        assert_eq!((status, code.as_str()), (400, "INVALID_PARAMETER"), "{statement}");
        assert!(detail.contains(words), "{statement}: {detail}");
        assert_eq!(answer.json()["o:errorDetails"][0]["o:errorQueryParam"], "q");
    }
    for missing in [
        "SELECT * FROM inventorycount",
        "SELECT * FROM role",
        "SELECT BUILTIN.HIERARCHY(parent) FROM customer",
    ] {
        let answer = ask(&caller, missing).await;
        assert_eq!(answer.status, 501, "{missing}: {}", answer.text());
        let header = answer.header("x-countersign").unwrap();
        assert!(header.starts_with("not-emulated; feature=SuiteQL"), "{header}");
    }
}

#[tokio::test]
async fn parameters_are_values_and_nothing_of_them_is_read_as_sql() {
    let (_account, _server, caller) = stage(analyst()).await;
    let by_name = |name: Value| json!({ "q": "SELECT id FROM customer WHERE companyname = ? OR entityid = ?", "params": [name, name] });
    let name = rows(&caller, "SELECT companyname FROM customer WHERE id = 1").await[0]["companyname"].clone();
    let found = asking(&caller, "", &by_name(name)).send().await.json();
    assert_eq!(found["items"][0]["id"], "1");
    for hostile in [
        "' OR 1 = 1 --",
        "x'; DROP TABLE customer; --",
        "\u{0}",
        "`",
        "\"",
        "?1",
    ] {
        let answer = asking(&caller, "", &by_name(hostile.into())).send().await;
        assert_eq!(
            (answer.status, &answer.json()["totalResults"]),
            (200, &0.into()),
            "{hostile}"
        );
    }
    for hostile in [
        "SELECT id FROM \"customer\"\" UNION SELECT name FROM sqlite_master --\"",
        "SELECT id FROM customer WHERE companyname = '' OR load_extension('x') = 1",
        "SELECT readfile('/etc/passwd') FROM dual",
        "SELECT id AS \"a`, (SELECT sql FROM sqlite_master) AS `b\" FROM customer",
        "PRAGMA table_info(customer)",
        "ATTACH DATABASE 'x' AS y",
    ] {
        let answer = ask(&caller, hostile).await;
        assert!(
            answer.status == 200 || answer.status == 400,
            "{hostile}: {}",
            answer.text()
        );
        assert!(!answer.text().contains("CREATE TABLE"), "{hostile}");
    }
    assert!(
        rows(&caller, "SELECT id FROM customer")
            .await
            .as_array()
            .unwrap()
            .len()
            > 20
    );
}

/// The account's clock stands still until the test moves it: so long do the statements run.
#[tokio::test(flavor = "multi_thread")]
async fn statements_that_run_too_long_are_stopped_and_keep_no_login_waiting() {
    let (account, _server, caller) = stage(analyst()).await;
    let endless = "SELECT COUNT(*) FROM systemnote a, systemnote b, systemnote c, systemnote d WHERE a.id + b.id = c.id * d.id";
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let call = asking(&caller, "", &json!({ "q": endless }));
        asked.spawn(async move { call.send().await });
    }
    account.until_running(4).await;
    let read = caller.get("/services/rest/record/v1/customer/1");
    let read = tokio::time::timeout(Duration::from_secs(20), read.send()).await;
    assert_eq!(read.unwrap().status, 200);
    let mut stopped = 0;
    while stopped < 4 {
        account.clock.advance(Duration::from_secs(181));
        let next = tokio::time::timeout(Duration::from_millis(200), asked.join_next()).await;
        if let Ok(Some(answer)) = next {
            let (status, code, detail) = refusal(&answer.unwrap());
            assert_eq!((status, code.as_str()), (408, "REQUEST_TIMEOUT"));
            assert!(detail.contains("longer than 180 seconds"), "{detail}");
            stopped += 1;
        }
    }
}

#[tokio::test]
async fn dates_are_in_the_accounts_format_and_references_in_words() {
    let (_account, _server, caller) = stage(analyst()).await;
    let found = rows(
        &caller,
        "SELECT TOP 1 t.trandate, BUILTIN.DF(t.entity) AS entity, BUILTIN.DF(t.status) AS status, BUILTIN.DF(t.type) AS kind, \
         BUILTIN.DF(t.posting) AS posting, t.foreigntotal FROM transaction t WHERE t.type = 'CustInvc' ORDER BY t.id",
    )
    .await;
    let first = &found[0];
    let parts: Vec<&str> = first["trandate"].as_str().unwrap().split('/').collect();
    assert!(
        parts.len() == 3 && parts[2].len() == 4 && !parts[0].starts_with('0'),
        "{first}"
    );
    assert!(
        first["status"].as_str().unwrap().starts_with("Invoice : "),
        "{first}"
    );
    assert_eq!(
        (&first["kind"], &first["posting"]),
        (&json!("Invoice"), &json!("Yes"))
    );
    assert!(first["entity"].as_str().unwrap().len() > 3, "{first}");
}

#[tokio::test]
async fn an_account_in_memory_says_that_it_has_no_suiteql() {
    let blueprint = Blueprint {
        storage: Storage::Memory,
        ..analyst()
    };
    let (_account, _server, caller) = stage(blueprint).await;
    assert_eq!(ask(&caller, "SELECT id FROM customer").await.status, 501);
}

#[test]
fn no_body_is_answered_by_a_failure() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_account, _server, caller) = runtime.block_on(stage(analyst()));
    let statement = prop_oneof![
        "\\PC{0,60}",
        "SELECT [a-z*, ()']{1,40} FROM (customer|transaction|item|systemnote|dual)( WHERE [a-z0-9 =<>'()?%_]{0,40})?",
    ];
    let body = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        statement.prop_map(|q| json!({ "q": q }).to_string().into_bytes()),
        "\\{\"q\":\"[^\"\\\\]{0,30}\",\"params\":[\\[\\]{}a-z0-9,\"]{0,20}\\}".prop_map(String::into_bytes),
    ];
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&body, |body| {
            let call = caller.call("POST", SUITEQL).body("application/json", body);
            let answer = runtime.block_on(call.header("Prefer", "transient").send());
            prop_assert!(answer.status < 500 || answer.status == 501, "{}", answer.text());
            Ok(())
        })
        .unwrap();
}
