//! Modules: how files find each other, and what is said when they do not.

use serde_json::json;

use crate::account::{returned, thrown};

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
fn a_module_that_is_not_there_is_named() {
    let of = |name: &str| thrown("loader/missing.js", json!({ "name": name }));
    let error = of("./nowhere");
    assert_eq!(error.name, "MODULE_DOES_NOT_EXIST");
    assert_eq!(
        error.message,
        "Module does not exist: /SuiteScripts/loader/nowhere.js"
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
        ("N/render", "xmlToPdf"),
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
