//! NetSuite's modules, as a script uses them.

use std::sync::Arc;

use countersign_suitescript::{Limits, Returned};
use serde_json::json;

use crate::account::{Account, get, outcome, returned, returned_in};

/// Each way is a function of `modules.js`, which is run with nothing else.
fn way(name: &str) -> serde_json::Value {
    returned("modules.js", json!({ "way": name }))
}

#[test]
fn digests_and_encodings_are_those_of_the_standards() {
    assert_eq!(
        way("digests"),
        json!({
            "md5": "900150983cd24fb0d6963f7d28e17f72",
            "sha256": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
            "base64": "Wm/DqyDigqw=",
            "back": "Zoë €",
            "urlSafe": "_-8=",
            "hex": "c3ab",
            "unknown": "SSS_INVALID_TYPE_ARG",
        })
    );
}

/// RFC 4231, test case 2: its key is the secret of the account in memory.
#[test]
fn a_keyed_digest_is_made_with_a_secret_that_the_script_never_sees() {
    let account = Arc::new(Account::default());
    let answer = returned_in(&account, "modules.js", json!({ "way": "secrets" }));
    assert_eq!(
        answer["hmac"],
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    assert_eq!(answer["unknown"], "SECRET_NOT_FOUND");
    assert!(!answer.to_string().contains("Jefe"), "{answer}");
}

#[test]
fn a_text_is_ciphered_with_a_secret_and_deciphered_by_whoever_has_its_vector() {
    let account = Arc::new(Account::default());
    let answer = returned_in(&account, "modules.js", json!({ "way": "ciphers" }));
    assert_eq!(
        answer,
        json!({
            "clear": "Zoë pays 12 €", "bytes": 32, "iv": true, "shortKey": "INVALID_KEY_LENGTH",
            "noIv": "SSS_MISSING_REQD_ARGUMENT", "wrongIv": "SSS_INVALID_TYPE_ARG", "unknown": "SSS_INVALID_TYPE_ARG",
            "noKey": "SSS_INVALID_TYPE_ARG", "older": "UTF_8",
        })
    );
}

#[test]
fn files_are_packed_and_unpacked_and_no_path_leads_out_of_an_archive() {
    let answer = way("packed");
    let [name, kind, archive] = answer["zip"].as_array().unwrap().as_slice() else {
        panic!("{answer}");
    };
    assert_eq!((name, kind), (&json!("all.zip"), &json!("ZIP")));
    let archive = data_encoding::BASE64
        .decode(archive.as_str().unwrap().as_bytes())
        .unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    let contents = std::io::read_to_string(archive.by_name("in/it/a.csv").unwrap()).unwrap();
    assert_eq!(contents, "é,1\n".repeat(100));
    assert_eq!(archive.by_name("b.png").unwrap().size(), 8);
    assert_eq!(archive.len(), 2);
    assert_eq!(answer["gzip"], json!(["a.csv.gz", "GZIP", true, "H4sI"]));
    assert_eq!(answer["back"], json!(["a.csv", "CSV", true]));
    assert_eq!(answer["tar"], json!(["TAR", 0, "GZIP", "all.tar"]));
    assert_eq!(answer["again"], true);
    assert_eq!(answer["cpio"], "NOT_EMULATED");
    assert_eq!(answer["noType"], "SSS_MISSING_REQD_ARGUMENT");
    assert_eq!(answer["noFile"], "SSS_INVALID_TYPE_ARG");
    assert_eq!(answer["noGzip"], "UNEXPECTED_ERROR");
}

#[test]
fn a_task_of_a_search_or_a_statement_leaves_its_results_as_csv() {
    let column = |name: &str, label: Option<&str>| json!({ "name": name, "label": label });
    let search = json!({ "type": "customer", "filters": null, "columns": [column("entityid", Some("Name")), column("salesrep", None)] });
    let given = json!({ "taskType": "SUITE_QL", "query": "SELECT …", "fileId": 7 });
    let account = Arc::new(Account::that_knows([
        (
            "search.load",
            json!({ "searchId": 3, "id": "customsearch_open", "search": search }),
        ),
        (
            "search.run",
            json!({ "results": [{ "values": [["Ash, Oak"], ["101", "Maria \"M\" Keller"]] }], "total": 1 }),
        ),
        (
            "query.run",
            json!({ "columns": ["id", "memo"], "types": ["INTEGER", "STRING"], "rows": [[5, null], [6, "one\ntwo"]], "total": 2 }),
        ),
        (
            "file.load",
            json!({ "id": 7, "name": "rows.csv", "folder": -15, "isOnline": true, "isInactive": false, "description": "d" }),
        ),
        ("file.save", json!(7)),
        ("task.submit", json!("TASK1")),
        (
            "task.status",
            json!({ "taskId": "TASK1", "taskType": "SUITE_QL", "status": "COMPLETE", "given": given }),
        ),
    ]));
    let answer = returned_in(&account, "modules.js", json!({ "way": "leftFiles" }));
    assert_eq!(
        answer,
        json!({ "nowhere": "SSS_MISSING_REQD_ARGUMENT", "report": "TASK1", "rows": ["COMPLETE", 7, "SELECT …"] })
    );
    let rows = json!({
        "name": "rows.csv", "folder": -15, "isOnline": true, "isInactive": false, "description": "d", "fileType": "CSV",
        "contents": "id,memo\r\n5,\r\n6,\"one\ntwo\"\r\n",
    });
    let report = json!({
        "path": "/SuiteScripts/open.csv", "fileType": "CSV",
        "contents": "Name,salesrep\r\n\"Ash, Oak\",\"Maria \"\"M\"\" Keller\"\r\n",
    });
    assert_eq!(account.calls_of("file.save"), [rows, report]);
}

#[test]
fn a_task_is_told_of_its_script_when_it_is_made_or_afterwards() {
    let account = Arc::new(Account::that_answers("task.submit", json!("TASK1")));
    let answer = returned_in(&account, "modules.js", json!({ "way": "tasks" }));
    let task = json!({
        "taskType": "MAP_REDUCE", "scriptId": "customscript_nightly", "params": { "custscript_day": "today" },
    });
    assert_eq!(
        answer,
        json!({
            "id": "TASK1", "early": "SSS_MISSING_REQD_ARGUMENT", "text": "task.MapReduceScriptTask", "script": "customscript_nightly",
            "unset": null,
        })
    );
    assert_eq!(account.calls_of("task.submit"), [task]);
}

#[test]
fn a_request_leaves_with_the_secrets_that_it_names() {
    let answer = json!({ "code": 200, "headers": { "Content-Type": "text/plain" }, "body": "ok" });
    let account = Arc::new(Account::that_answers("http.send", answer));
    let seen = returned_in(&account, "modules.js", json!({ "way": "requests" }));
    assert_eq!(
        seen,
        json!({ "code": 200, "body": "ok", "type": "text/plain", "wrongScheme": "SSS_INVALID_URL", "left": 4970 })
    );
    let sent = account.calls_of("http.send");
    assert_eq!(sent[0]["headers"]["Authorization"], "Basic YW5uOkplZmU=");
    assert_eq!(sent[0]["body"], "a=1&b=x%20y");
    assert_eq!(
        sent[0]["headers"]["Content-Type"],
        "application/x-www-form-urlencoded"
    );
    assert_eq!(sent[1]["url"], "https://api.example.com/Jefe");
    assert_eq!(sent[1]["method"], "GET");
    // A name in braces is only a secret where the script says so.
    assert_eq!(sent[2]["url"], "https://api.example.com/{custsecret_key}");
}

#[test]
fn what_a_secure_string_grows_to_is_known_before_it_is_made() {
    let answer = json!({ "code": 200, "headers": {}, "body": "ok" });
    let account = Arc::new(Account::that_answers("http.send", answer));
    let ended = returned_in(&account, "modules.js", json!({ "way": "huge" }));
    assert_eq!(
        ended,
        json!(["UNEXPECTED_ERROR", "UNEXPECTED_ERROR", "nothing was thrown"])
    );
    // Making it is a step too.
    assert_eq!(account.calls_of("secret").len(), 999);
    assert_eq!(account.calls_of("http.send").len(), 1);
}

#[test]
fn a_cache_keeps_what_its_loader_made() {
    assert_eq!(
        way("cache"),
        json!({ "first": "made for k", "second": "made for k", "calls": 1, "removed": null, "left": 4994 })
    );
}

#[test]
fn dates_and_numbers_are_texts_in_the_preferences_of_a_new_account() {
    assert_eq!(
        way("formats"),
        json!({
            "date": "3/9/2026", "datetime": "3/9/2026 2:05 pm", "datetimetz": "3/9/2026 2:05:07 pm",
            "time": "2:05 pm", "currency": "1,234,567.50", "float": "1,234.5", "integer": "12", "percent": "12.5%",
            "checkbox": "T", "parsed": [2026, 2, 9, 14, 5], "wrong": "2/30/2026", "number": 1234.5, "grouped": "1,234,567.891",
            "styled": ["-$1,234.50", "¥1,235", "CHF\u{a0}10", "12.3%"],
            "chosen": ["(1.234.567,9)", "1,234.50"], "noNumber": "SSS_INVALID_TYPE_ARG", "spelled": "NOT_EMULATED",
            "elsewhere": "7/1/2026 11:30 am", "fromElsewhere": "2026-01-01T15:00:00.000Z", "inNoZone": "1/1/1970 12:00:00 am",
        })
    );
}

#[test]
fn a_file_is_made_read_by_line_and_saved() {
    let account = Arc::new(Account::that_answers("file.save", json!(41)));
    let answer = returned_in(&account, "modules.js", json!({ "way": "files" }));
    assert_eq!(
        answer,
        json!({
            "id": 41, "lines": ["a,b", "c,d", "é"], "size": 11, "segments": ["a", "b\nc", "d\né\n"], "isText": true,
            "missing": "RCRD_DSNT_EXIST",
        })
    );
    let saved = account.calls_of("file.save");
    assert_eq!(saved[0]["contents"], "a,b\nc,d\né\n");
    assert_eq!(saved[0]["folder"], -15);
    let loaded = account.calls_of("file.load");
    assert_eq!(loaded[0]["id"], "/SuiteScripts/nothing.txt");
    assert_eq!(loaded[1]["id"], "/SuiteScripts/beside.txt");
    assert_eq!(loaded[2]["id"], 12);
}

#[test]
fn arguments_are_taken_by_position_and_by_name_and_those_missing_are_named() {
    assert_eq!(
        way("arguments"),
        json!({
            "byPosition": "BY_POSITION: m", "byName": "BY_NAME: m",
            "missing": ["SSS_MISSING_REQD_ARGUMENT", "error.create: Missing a required argument: name"],
            "each": ["a0", "b1"], "promise": "resolved",
        })
    );
}

#[test]
fn addresses_are_made_of_hosts_records_and_parameters() {
    let account = Arc::new(Account::that_answers(
        "url.domain",
        json!("1234.restlets.example"),
    ));
    let answer = returned_in(&account, "modules.js", json!({ "way": "addresses" }));
    assert_eq!(
        answer,
        json!({
            "format": "https://a.example/b?x=1&y=a%20b", "order": "/app/accounting/transactions/salesord.nl?id=7&e=T",
            "item": "/app/common/item/item.nl?id=1", "domain": "1234.restlets.example", "unknown": "NOT_EMULATED",
            "noType": "SSS_INVALID_HOST_TYPE",
        })
    );
    assert_eq!(account.calls_of("url.domain")[0]["hostType"], "RESTLET");
}

#[test]
fn a_response_of_its_own_has_the_content_type_that_it_says() {
    let account = Arc::new(Account::default());
    let call = get("modules.js", json!({ "way": "response" }));
    let outcome = outcome(&call, &Limits::default(), &account);
    assert_eq!(
        outcome.result,
        Ok(Returned::Response {
            content: "<a/>".to_owned(),
            content_type: "application/xml".to_owned()
        })
    );
}

#[test]
fn the_error_that_is_caught_has_netsuites_members() {
    let caught = returned("caught.js", json!({}));
    assert_eq!(caught["type"], "error.SuiteScriptError");
    assert_eq!(caught["name"], "RCRD_DSNT_EXIST");
    assert_eq!(caught["isError"], true);
    assert_eq!(
        caught["stack"],
        json!([
            "caught(/SuiteScripts/caught.js:4:12)",
            "get(/SuiteScripts/caught.js:18:14)"
        ])
    );
    let text: serde_json::Value = serde_json::from_str(caught["text"].as_str().unwrap()).unwrap();
    assert_eq!(text["message"], "That record does not exist.");
}

#[test]
fn xml_is_read_searched_changed_and_written() {
    assert_eq!(
        returned("xml.js", json!({})),
        json!({
            "root": "po:order", "first": "A & B", "all": ["A & B", "C"], "byAttribute": ["C"], "attribute": "2",
            "counted": ["2"], "default": ["in no prefix"], "text": "A & B", "last": ["C"], "contains": ["A & B"], "union": 3,
            "parent": "po:line", "byTag": 2, "descendants": ["C"],
            "written": "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a b=\"&quot;1&quot;\"><c>&lt;d&gt;</c><![CDATA[<e>]]></a>",
            "escaped": "&lt;a b=&quot;c&apos;&quot;&gt; &amp;",
            "wrong": [
                "</a> is there, and </b> is expected (line 1, column 10)",
                "Document types are not read (line 1, column 1)",
                "The entity &e; is not known (line 1, column 4)",
                "There is no element (line 1, column 2)",
                "XPath.select cannot read //a[ at its end",
            ],
        })
    );
}
