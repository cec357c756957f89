//! The metadata catalogue: what there is, as a list, JSON Schema and OpenAPI.

use countersign_testkit::{Account, Blueprint, Caller};
use serde_json::Value;

const CATALOG: &str = "/services/rest/record/v1/metadata-catalog";

async fn read(caller: &Caller, target: &str, accept: &str) -> Value {
    let answer = caller.get(target).header("Accept", accept).send().await;
    assert_eq!(answer.status, 200, "{target}: {}", answer.text());
    answer.json()
}

#[tokio::test]
async fn the_catalogue_lists_every_type_and_links_to_it() {
    let account = Account::with(Blueprint::default().permit_records()).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let list = read(&caller, &format!("{CATALOG}/"), "application/json").await;
    let items = list["items"].as_array().unwrap();
    assert!(items.len() >= 30, "{}", items.len());
    for item in items {
        let href = item["links"][0]["href"].as_str().unwrap();
        let target = href.strip_prefix(&server.base_url()).unwrap();
        let schema = read(&caller, target, "application/schema+json").await;
        assert_eq!(schema["properties"]["id"]["type"], "string", "{href}");
        assert_eq!(schema["$id"], href);
    }
}

#[tokio::test]
async fn a_schema_says_of_each_field_what_it_holds() {
    let account = Account::with(Blueprint::default().permit_records()).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let schema = read(
        &caller,
        &format!("{CATALOG}/salesorder"),
        "application/schema+json",
    )
    .await;
    let properties = &schema["properties"];
    assert_eq!(properties["lastModifiedDate"]["format"], "date-time");
    assert!(
        properties["entity"]["$ref"]
            .as_str()
            .unwrap()
            .ends_with("/metadata-catalog/customer")
    );
    assert_eq!(properties["orderStatus"]["properties"]["id"]["enum"][1], "B");
    let line = &properties["item"]["properties"]["items"]["items"]["properties"];
    assert_eq!(line["quantity"]["type"], "number");
    assert!(line.get("netAmount").is_none(), "hidden fields are not told");
    let link = read(&caller, &format!("{CATALOG}/nsLink"), "application/schema+json").await;
    assert_eq!(link["properties"]["href"]["type"], "string");
}

#[tokio::test]
async fn openapi_describes_the_selected_types() {
    let account = Account::with(Blueprint::default().permit_records()).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let target = format!("{CATALOG}?select=customer,salesOrder");
    let document = read(&caller, &target, "application/swagger+json").await;
    let paths = document["paths"].as_object().unwrap();
    assert!(
        paths.contains_key("/customer/{id}") && paths.contains_key("/salesOrder/{id}/!transform/invoice")
    );
    assert!(!paths.contains_key("/vendor"));
    assert_eq!(document["openapi"], "3.0.1");
    let unknown = caller.get(&format!("{CATALOG}?select=unicorn")).send().await;
    assert_eq!(unknown.status, 404);
}
