//! docs/coverage.md is what the routes, the declarations and SuiteQL say, and what they say is what they do.

use std::fmt::Write as _;
use std::path::Path;

use countersign_records::Catalog;
use countersign_server::{Covered, SoapCovered, coverage};
use countersign_testkit::Account;

const HEAD: &str = "# What is there\n\n\
    The services that programs call, the record types and the functions of SuiteQL, as `countersign coverage` prints them. What\n\
    NetSuite has and this program has not answers 501 with the header `X-Countersign: not-emulated; feature=…`; over SOAP it is a\n\
    fault with that header.\n\n\
    This file is written from the program: `INSTA_UPDATE=always cargo test -p countersign-server coverage` writes it anew.\n";

fn document() -> String {
    let covered = coverage(&Catalog::built_in().unwrap());
    let mut text = HEAD.to_owned();
    text.push_str("\n## Services\n\n| service | path | |\n|---|---|---|\n");
    for service in &covered.services {
        let (name, path) = (service.service, service.path);
        writeln!(text, "| {name} | `{path}` | {} |", service.state.words()).unwrap();
    }
    text.push_str(
        "\n## What can be done with a record\n\n| below `/services/rest/record/v1` | methods |\n|---|---|\n",
    );
    for operation in &covered.record_operations {
        writeln!(text, "| `{}` | {} |", operation.path, operation.methods).unwrap();
    }
    text.push_str("\n## SOAP operations\n\n| operation | |\n|---|---|\n");
    for operation in &covered.soap_operations {
        let (name, state) = (operation.operation, operation.state.words());
        writeln!(text, "| `{name}` | {state} |").unwrap();
    }
    text.push_str(
        "\n## Record types\n\n| type | depth | fields | sublists | becomes |\n|---|---|---|---|---|\n",
    );
    for of in &covered.record_types {
        let (sublists, transforms) = (of.sublists.join(", "), of.transforms.join(", "));
        writeln!(
            text,
            "| `{}` | {} | {} | {sublists} | {transforms} |",
            of.name, of.depth, of.fields
        )
        .unwrap();
    }
    let list = |names: &[String]| format!("`{}`\n", names.join("` `"));
    let missing: Vec<String> = covered
        .missing_record_types
        .iter()
        .map(ToString::to_string)
        .collect();
    writeln!(text, "\nNot there yet:\n\n{}", list(&missing)).unwrap();
    writeln!(
        text,
        "## SuiteQL\n\nFunctions:\n\n{}",
        list(&covered.suiteql_functions)
    )
    .unwrap();
    write!(
        text,
        "Not there yet:\n\n{}",
        list(&covered.missing_suiteql_functions)
    )
    .unwrap();
    text
}

#[test]
fn the_document_of_coverage_is_what_the_program_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/coverage.md");
    #[expect(
        clippy::disallowed_methods,
        reason = "the usual switch of snapshot tests, which these crates' code never reads"
    )]
    let is_updated = std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always");
    if is_updated {
        std::fs::write(&path, document()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == document(),
        "docs/coverage.md differs from the program: INSTA_UPDATE=always writes it anew"
    );
}

#[tokio::test]
async fn a_service_that_is_said_to_be_missing_answers_501_and_no_other_does() {
    let account = Account::in_a_folder().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for service in coverage(&Catalog::built_in().unwrap()).services {
        let path = service
            .path
            .replace("{type}", "customer")
            .replace("{id}", "1")
            .replace("{version}", "2025_2")
            .replace('…', "x");
        let answer = caller.get(&path).send().await;
        let is_missing = answer.status == 501;
        assert_eq!(
            is_missing,
            service.state == Covered::NotEmulated,
            "{path}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn the_methods_a_record_is_said_to_have_are_those_that_are_let_in() {
    let account = Account::in_a_folder().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for operation in coverage(&Catalog::built_in().unwrap()).record_operations {
        let path = operation
            .path
            .replacen("{type}", "customer", 1)
            .replace("{type}", "invoice")
            .replace("{id}", "999")
            .replace("{sublist or subrecord}", "addressBook")
            .replace("{sublist}", "addressBook")
            .replace("{subrecord}", "addressBookAddress")
            .replace("{line}", "1");
        for method in ["GET", "POST", "PATCH", "PUT", "DELETE"] {
            let target = format!("/services/rest/record/v1{path}");
            let answer = caller
                .call(method, &target)
                .body("application/json", "{}")
                .send()
                .await;
            let is_said = operation.methods.split(", ").any(|said| said == method);
            assert_eq!(
                answer.status != 405,
                is_said,
                "{method} {target}: {}",
                answer.status
            );
        }
    }
}

#[tokio::test]
async fn a_soap_operation_that_is_said_to_be_missing_says_so_and_no_other_does() {
    let account = Account::in_a_folder().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for operation in coverage(&Catalog::built_in().unwrap()).soap_operations {
        let name = operation.operation;
        let answer = caller.soap(name).send().await;
        let feature = format!("not-emulated; feature=SOAP {name}");
        let is_missing = answer.header("x-countersign") == Some(feature.as_str());
        assert_eq!(
            is_missing,
            operation.state == SoapCovered::NotEmulated,
            "{name}: {}",
            answer.text()
        );
        let has_ended = answer.text().contains("invalidSessionFault");
        assert_eq!(
            has_ended,
            operation.state == SoapCovered::Ended,
            "{name}: {}",
            answer.text()
        );
    }
}
