//! Record types and fields of an account's own, over every service.

use countersign_model::{Level, Permission};
use countersign_records::{Declaration, ListValue, ListValues, Stamp};
use countersign_testkit::{Account, Blueprint, NOW, Storage};
use serde_json::{Value, json};

use crate::soap_records::{ask, code};

const BASE: &str = "/services/rest/record/v1";
const ALICE: Stamp = Stamp { at: NOW, by: 7 };

fn declaration(name: &str, text: &str) -> Declaration {
    Declaration {
        name: name.to_owned(),
        text: text.to_owned(),
        source: "test".to_owned(),
    }
}

async fn declare(account: &Account) {
    let declarations = vec![
        declaration(
            "customlist_tier",
            "record customlist_tier \"Tier\" named=name may=LIST_CUSTRECORDENTRY\n  name text(300) !\n  \
             scriptId text(60) unique\n  isInactive bool =false",
        ),
        declaration(
            "customrecord_shelf",
            "record customrecord_shelf \"Shelf\" named=name may=LIST_CUSTRECORDENTRY\n  name text(300)\n  \
             custrecord_height float !\n  custrecord_owner ref(customer)\n  custrecord_tier ref(customlist_tier)",
        ),
        declaration(
            "custentity_tier",
            "extend Customer\n  custentity_tier \"Tier\" ref(customlist_tier)",
        ),
        declaration(
            "custcol_colour",
            "extend SalesOrder\n  sublist item\n    custcol_colour text",
        ),
    ];
    let gold = ListValue {
        script_id: "val_gold".to_owned(),
        name: "Gold".to_owned(),
        is_inactive: false,
    };
    let lists = vec![ListValues {
        list: "customlist_tier".to_owned(),
        values: vec![gold],
    }];
    account
        .records
        .declare(declarations, lists, ALICE, false)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_a_running_account_declares_is_served_by_its_next_answer() {
    let blueprint = Blueprint {
        // Statements are asked of a file.
        storage: Storage::Folder,
        ..Blueprint::default()
    };
    let blueprint = blueprint
        .permit_records()
        .permit(Permission::SuiteAnalyticsWorkbook, Some(Level::Edit));
    let account = Account::with(blueprint).await;
    account.records.seed(NOW).await.unwrap();
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let before = caller.get(&format!("{BASE}/customrecord_shelf")).send().await;
    assert_eq!(
        before.status,
        501,
        "NetSuite has custom records: {}",
        before.text()
    );
    declare(&account).await;

    let body = json!({
        "externalId": "north", "name": "North", "custrecord_height": 2.5,
        "custrecord_owner": { "id": "1" }, "custrecord_tier": { "id": "1" },
    });
    let made = caller
        .post(&format!("{BASE}/customrecord_shelf"), &body.to_string())
        .send()
        .await;
    assert_eq!(made.status, 204, "{}", made.text());
    let read = caller
        .get(&format!("{BASE}/customrecord_shelf/eid:north"))
        .send()
        .await
        .json();
    assert_eq!(read["custrecord_tier"]["refName"], "Gold");
    let wrong = caller
        .post(&format!("{BASE}/customrecord_shelf"), "{}")
        .send()
        .await;
    assert_eq!(
        (wrong.status, wrong.text().contains("custrecord_height")),
        (400, true)
    );

    let tier = json!({ "custentity_tier": { "id": "1" } }).to_string();
    let changed = caller.patch(&format!("{BASE}/customer/1"), &tier).send().await;
    assert_eq!(changed.status, 204, "{}", changed.text());
    let query = json!({
        "q": "SELECT c.id, BUILTIN.DF(c.custentity_tier) AS tier, s.custrecord_height AS height \
              FROM customer c JOIN customrecord_shelf s ON s.custrecord_owner = c.id",
    });
    let rows = caller
        .post("/services/rest/query/v1/suiteql", &query.to_string())
        .header("prefer", "transient")
        .send()
        .await;
    assert_eq!(rows.status, 200, "{}", rows.text());
    let row = &rows.json()["items"][0];
    assert_eq!((&row["tier"], &row["height"]), (&json!("Gold"), &json!("2.5")));

    let schema = caller
        .get(&format!("{BASE}/metadata-catalog/customrecord_shelf"))
        .header("accept", "application/schema+json")
        .send()
        .await
        .json();
    assert_eq!(
        schema["properties"]["custrecord_height"]["x-ns-custom-field"],
        Value::Bool(true)
    );
    assert_eq!(schema["required"], json!(["custrecord_height"]));
}

#[tokio::test]
async fn a_type_of_its_own_is_guarded_by_custom_record_entries() {
    let account = Account::with(Blueprint::default()).await;
    declare(&account).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let refused = caller.get(&format!("{BASE}/customrecord_shelf")).send().await;
    assert_eq!(refused.status, 403);
    assert!(
        refused.text().contains("Custom Record Entries"),
        "{}",
        refused.text()
    );
}

const SOAP_TYPES: &str = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
    xmlns:c=\"urn:core_2025_2.platform.webservices.netsuite.com\" \
    xmlns:s=\"urn:customization_2025_2.setup.webservices.netsuite.com\"";

#[tokio::test]
async fn a_custom_record_over_soap_says_its_type_by_number_or_script_id() {
    let account = Account::with(Blueprint::default().permit_records()).await;
    declare(&account).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let record = |kind: &str| {
        format!(
            "<record {SOAP_TYPES} xsi:type=\"s:CustomRecord\" externalId=\"north\"><s:name>North</s:name>\
             <s:recType {kind}/><s:customFieldList><c:customField xsi:type=\"c:DoubleCustomFieldRef\" \
             scriptId=\"custrecord_height\"><c:value>2.5</c:value></c:customField></s:customFieldList></record>"
        )
    };
    let reference = |kind: &str| {
        format!("<baseRef {SOAP_TYPES} xsi:type=\"c:CustomRecordRef\" externalId=\"north\" {kind}/>")
    };
    for (said, told) in [
        ("internalId=\"1\"", "typeId=\"1\""),
        (
            "internalId=\"customrecord_shelf\"",
            "scriptId=\"customrecord_shelf\"",
        ),
    ] {
        let written = ask(&caller, "upsert", &record(said)).await;
        assert!(written.contains("typeId=\"1\""), "{written}");
        let read = ask(&caller, "get", &reference(told)).await;
        assert!(read.contains("xsi:type=\"setupCustom:CustomRecord\""), "{read}");
        assert!(
            read.contains("<platformCore:value>2.5</platformCore:value>"),
            "{read}"
        );
    }
    for (operation, content) in [
        ("add", record("internalId=\"2\"")),
        ("add", record("internalId=\"customlist_tier\"")),
        ("add", record("")),
        ("get", reference("typeId=\"0\"")),
        ("get", reference("")),
        ("delete", reference("scriptId=\"customer\"")),
    ] {
        let refused = ask(&caller, operation, &content).await;
        assert_eq!(code(&refused), "INVALID_KEY_OR_REF", "{refused}");
    }
}
