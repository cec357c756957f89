//! What the metadata catalogue answered.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use countersign_records::{Catalog, Declaration, Kind, metadata, openapi};
use countersign_shape::{File, Present, Shape};
use serde_json::{Value, json};

const CATALOGUE: &str = "https://1234567.suitetalk.api.netsuite.com/services/rest/record/v1/metadata-catalog";

fn read(json: &Value, declarations: &[Declaration]) -> Shape {
    let base = Catalog::built_in().unwrap();
    let file = File {
        name: "captured.json".to_owned(),
        text: json.to_string(),
    };
    let present = Present {
        base: &base,
        declarations,
    };
    Shape::read(&[file], present)
}

fn catalog(declarations: &[Declaration]) -> Catalog {
    let built_in = Catalog::built_in().unwrap();
    declarations.iter().fold(built_in, |catalog, declaration| {
        catalog.extended(&declaration.name, &declaration.text).unwrap()
    })
}

fn customer(properties: &Value) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "$id": format!("{CATALOGUE}/customer"),
        "$schema": "http://json-schema.org/draft-06/hyper-schema#",
    })
}

fn property(kind: &str, title: &str) -> Value {
    json!({ "type": kind, "title": title, "nullable": true })
}

#[test]
fn a_type_that_is_described_as_it_is_adds_nothing() {
    let base = Catalog::built_in().unwrap();
    for of in base.types() {
        let shape = read(&metadata::schema(of, CATALOGUE), &[]);
        assert!(
            shape.declarations.is_empty(),
            "{}: {:?}",
            of.name,
            shape.declarations
        );
        assert!(shape.wrong.is_empty(), "{}: {:?}", of.name, shape.wrong);
    }
    let shape = read(&openapi(base.types(), "https://x.example"), &[]);
    assert!(
        shape.declarations.is_empty() && shape.wrong.is_empty(),
        "{shape:?}"
    );
}

#[test]
fn fields_that_a_type_does_not_have_are_added_to_it() {
    let shape = read(
        &customer(&json!({
            "id": property("string", "Internal ID"),
            "companyName": property("string", "Company Name"),
            "custentity_since": { "type": "string", "format": "date", "title": "Since", "x-ns-custom-field": true },
            "taxRounding": { "type": "object", "title": "Rounding", "properties": {
                "id": { "type": "string", "enum": ["_off", "_up"] },
                "refName": { "type": "string", "enum": ["Off", "Up"] } } },
            "prefCCProcessor": { "$ref": "/services/rest/record/v1/metadata-catalog/paymentProcessor" },
            "openingBalance": { "type": "number", "format": "double", "readOnly": true },
            "shippingDetail": { "type": "object", "properties": { "anything": { "type": "string" } } },
            "partners": { "$ref": "/services/rest/record/v1/metadata-catalog/customer-partnersCollection" },
        })),
        &[],
    );
    let catalog = catalog(&shape.declarations);
    let customer = catalog.get("customer").unwrap();
    let kind = |name: &str| customer.field(name).unwrap().kind.clone();
    assert_eq!(kind("custentity_since"), Kind::Date);
    assert_eq!(kind("prefCCProcessor"), Kind::Ref("paymentProcessor".to_owned()));
    assert!(matches!(kind("taxRounding"), Kind::Enum(choices) if choices.len() == 2));
    assert!(customer.field("openingBalance").unwrap().read_only);
    let names: Vec<_> = shape
        .declarations
        .iter()
        .map(|declaration| declaration.name.as_str())
        .collect();
    assert_eq!(names, ["customer.custentity_since", "customer.*"]);
    let left_out: Vec<_> = shape
        .left_out
        .iter()
        .map(|remark| remark.about.as_str())
        .collect();
    assert_eq!(left_out, ["customer.shippingDetail", "customer.partners"]);
}

#[test]
fn a_later_answer_adds_to_what_an_earlier_one_did() {
    let first = read(
        &customer(&json!({ "rating": property("integer", "Rating") })),
        &[],
    );
    let both = json!({ "rating": property("integer", "Rating"), "score": property("number", "Score") });
    let second = read(&customer(&both), &first.declarations);
    let catalog = catalog(&second.declarations);
    let customer = catalog.get("customer").unwrap();
    assert!(customer.field("rating").is_some() && customer.field("score").is_some());
}

#[test]
fn a_type_that_is_not_there_becomes_one_with_its_lines() {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let document = json!({
        "openapi": "3.0.1",
        "components": { "schemas": {
            "workOrder": { "type": "object", "title": "Work Order", "properties": {
                "id": property("string", "Internal ID"),
                "links": { "type": "array", "items": reference("nsLink") },
                "tranId": property("string", "Work Order #"),
                "entity": reference("customer"),
                "item": reference("workOrder-itemCollection"),
                "createdDate": { "type": "string", "format": "date-time" },
            } },
            "workOrder-itemCollection": { "type": "object", "properties": {
                "items": { "type": "array", "items": reference("workOrder-itemElement") } } },
            "workOrder-itemElement": { "type": "object", "properties": {
                "line": property("integer", "Line"),
                "item": reference("inventoryItem"),
                "quantity": property("number", "Quantity") } },
            "workOrderCollection": { "type": "object", "properties": {
                "id": {}, "links": {}, "items": { "type": "array", "items": reference("workOrder") } } },
            "nsLink": { "type": "object", "properties": { "id": {}, "links": {} } },
        } },
    });
    let shape = read(&document, &[]);
    assert!(shape.wrong.is_empty(), "{:?}", shape.wrong);
    let catalog = catalog(&shape.declarations);
    let order = catalog.get("workOrder").unwrap();
    assert_eq!(
        (order.name.as_str(), order.naming_field.as_str()),
        ("workOrder", "tranId")
    );
    let line = order.sublist("item").unwrap();
    assert_eq!(line.field("item").unwrap().target(), Some("inventoryItem"));
    assert!(line.field("quantity").is_some());
    assert_eq!(
        catalog.types().count(),
        Catalog::built_in().unwrap().types().count() + 1
    );
}

#[test]
fn what_describes_nothing_says_what_to_ask_for() {
    let list = read(&json!({ "items": [{ "name": "customer" }] }), &[]);
    assert!(
        list.wrong
            .first()
            .unwrap()
            .text
            .contains("application/schema+json")
    );
    let other = read(&json!({ "customers": 3 }), &[]);
    assert!(
        other
            .wrong
            .first()
            .unwrap()
            .text
            .contains("describes no record type")
    );
}
