//! Modules: how files find each other, and what is said when they do not.

use std::sync::Arc;

use countersign_suitescript::{Call, Finding, Outcome};
use serde_json::json;

use crate::account::{Account, outcome, returned, returned_in, short, thrown};

fn checked(script: &str) -> Outcome {
    let call = Call::check(&format!("/SuiteScripts/{script}"));
    outcome(&call, &short(), &Arc::new(Account::default()))
}

/// What is found of a file: file, line, column and message, an error marked by its `!`.
fn found(script: &str) -> Vec<String> {
    let findings = Finding::read(&checked(script).result.unwrap());
    let line = |found: Finding| {
        let mark = if found.is_error { "!" } else { "" };
        let file = found.path.rsplit('/').next().unwrap_or_default().to_owned();
        format!("{mark}{file}:{}:{} {}", found.line, found.column, found.message)
    };
    findings.into_iter().map(line).collect()
}

#[test]
fn a_file_that_is_only_looked_at_says_what_every_call_would_fail_for() {
    assert_eq!(
        found("check/asks.js"),
        [
            "!asks.js:5:9 there is no module N/reccord. Did you mean N/record?",
            "asks.js:5:34 N/sftp is part of SuiteScript and not emulated here: what the script calls of it throws NOT_EMULATED.",
            "!broken.js:2:16 unexpected token in expression: ';'.",
            "!asks.js:5:56 there is no file /SuiteScripts/check/nowhere.js in the file cabinet, nor among the files that are deployed.",
            "!data.json:1:1 it is no JSON: Unexpected end of JSON input.",
            "asks.js:7:29 there is no module N/qery. Did you mean N/query?",
        ]
    );
    for (script, expected) in [
        (
            "check/open.js",
            "!open.js:2:16 the file ends before a bracket, a brace or a text is closed.",
        ),
        (
            "check/one_line.js",
            "!one_line.js:1:24 unexpected token in expression: ';'.",
        ),
        ("check/es_module.js", "!es_module.js:2:39 Unexpected token ';'."),
        (
            "check/version_1.js",
            "!version_1.js:1:1 it has no define(): a script of SuiteScript 1.0, which names its functions on the script record, does not run here. Return them from define([], () => ({ get, post })).",
        ),
    ] {
        assert_eq!(found(script), [expected]);
    }
    // What runs as it should has nothing to be said of; of it nothing was called.
    for script in [
        "loader/forms.js",
        "loader/paths.js",
        "loader/configured.js",
        "loader/module.js",
        "loader/compiled.js",
        "modules.js",
    ] {
        assert_eq!(found(script), [""; 0], "{script}");
    }
    assert_eq!(
        checked("check/endless.js").result.unwrap_err().name,
        "SSS_TIME_LIMIT_EXCEEDED"
    );
}

#[test]
fn what_is_called_and_is_no_function_is_named() {
    let of = |kind: &str| {
        let error = thrown("callee.js", json!({ "kind": kind }));
        (error.message, error.stack[0].clone())
    };
    for (kind, message, place) in [
        (
            "typo",
            "TypeError: record.lod is not a function: N/record has no lod. Did you mean load?",
            "5:24",
        ),
        (
            "value",
            "TypeError: cannot read property 'CUSTOMER' of undefined: N/record has no Typ. Did you mean Type?",
            "6:18",
        ),
        (
            "chain",
            "TypeError: (...).runn is not a function: no object of N/search has runn. Did you mean run?",
            "9:8",
        ),
        ("own", "TypeError: made.of is not a function", "10:21"),
        ("native", "TypeError: not a function", "11:23"),
        (
            "new",
            "TypeError: search.Serch is not a function: N/search has no Serch.",
            "12:20",
        ),
        (
            "member",
            "TypeError: made.getFeild is not a function: no object of N/record has getFeild. Did you mean getField or getFields?",
            "13:24",
        ),
    ] {
        let (told, frame) = of(kind);
        assert_eq!(told, message);
        assert!(
            frame.ends_with(&format!("(/SuiteScripts/callee.js:{place})")),
            "{frame}"
        );
    }
    assert_eq!(returned("callee.js", json!({ "kind": "tested" })), "not there");
    let account = Arc::new(Account::default());
    assert_eq!(
        returned_in(&account, "callee.js", json!({ "kind": "caught" })),
        "caught"
    );
    let details = account.calls_of("log.write")[0]["details"].to_string();
    assert!(
        details.contains("TypeError: made.off is not a function"),
        "{details}"
    );
}

#[test]
fn every_form_of_define_makes_a_module() {
    assert_eq!(
        returned("loader/forms.js", json!({})),
        json!({
            "object": "an object", "function": "a function", "commonJs": "CommonJS", "exports": "exports only",
            "named": "by name", "twoNames": "the second of two", "umd": "UMD", "json": { "rate": 7 }, "marked": "with a mark", "older": "for all",
            "same": true, "strict": true, "sloppy": true,
        })
    );
}

#[test]
fn modules_are_found_by_every_kind_of_path() {
    assert_eq!(
        returned("loader/paths.js", json!({})),
        json!([
            "an object",
            "an object",
            "an object",
            "an object",
            "an object",
            "an object",
            "an object"
        ])
    );
}

#[test]
fn names_are_given_paths_by_the_configuration_that_the_header_names() {
    assert_eq!(
        returned("loader/configured.js", json!({})),
        json!(["an object", "a function"])
    );
}

#[test]
fn es_modules_as_typescript_writes_them_are_loaded_in_both_forms() {
    let expected = json!({ "tax": 7, "hash": "900150983cd24fb0d6963f7d28e17f72", "object": "an object", "json": 7, "script": true });
    assert_eq!(returned("loader/module.js", json!({})), expected);
    assert_eq!(
        returned("loader/compiled.js", json!({})),
        json!({ "rate": 7, "interop": "an object" })
    );
}

#[test]
fn the_module_n_has_every_module_by_its_name() {
    let expected =
        json!({ "same": true, "type": "customer", "widget": "SELECT", "imported": ["ANY_OF", true] });
    assert_eq!(returned("loader/everything.js", json!({})), expected);
    assert_eq!(found("loader/everything.js"), [""; 0]);
}

#[test]
fn a_module_that_is_not_there_is_named() {
    let of = |name: &str| thrown("loader/missing.js", json!({ "name": name }));
    let error = of("./nowhere");
    assert_eq!(error.name, "MODULE_DOES_NOT_EXIST");
    assert_eq!(
        error.message,
        "Module does not exist: /SuiteScripts/loader/nowhere.js (./nowhere in /SuiteScripts/loader/missing.js)."
    );
    assert!(
        error
            .json
            .starts_with(r#"{"type":"error.SuiteScriptModuleLoaderError""#),
        "{}",
        error.json
    );
    assert_eq!(of("N/nothing").name, "MODULE_DOES_NOT_EXIST");
    assert_eq!(of("").name, "MODULE_DOES_NOT_EXIST");
}

#[test]
fn a_member_that_netsuite_has_and_that_is_not_here_says_so() {
    for (name, member) in [
        ("N/render", "mergeEmail"),
        ("N/sftp", "createConnection"),
        ("N/crypto", "checkPasswordField"),
    ] {
        let error = thrown("loader/missing.js", json!({ "name": name, "member": member }));
        assert_eq!(error.name, "NOT_EMULATED");
        assert!(
            error
                .message
                .starts_with(&format!("{name}.{member} is part of SuiteScript")),
            "{}",
            error.message
        );
    }
}

#[test]
fn modules_that_need_each_other_are_named_in_their_order() {
    let error = thrown("loader/cycle.js", json!({}));
    assert_eq!(error.name, "CYCLIC_MODULE_DEPENDENCY");
    assert!(
        error.message.contains("/SuiteScripts/loader/cycle.js → /SuiteScripts/loader/cycle_other.js → /SuiteScripts/loader/cycle.js"),
        "{}",
        error.message
    );
    assert_eq!(returned("loader/cycle_exports.js", json!({})), json!("both"));
}

#[test]
fn what_cannot_be_read_as_javascript_says_where() {
    let error = thrown("loader/broken.js", json!({}));
    assert!(error.message.starts_with("SyntaxError: "), "{}", error.message);
    assert_eq!(error.stack, ["anonymous(/SuiteScripts/loader/broken.js:3:9)"]);
}
