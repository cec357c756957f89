//! N/render: templates that are filled in, and documents of text.

use std::sync::Arc;

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::account::{Account, returned, returned_in};

/// Each way is a function of `render.js`.
fn way(name: &str) -> Value {
    returned("render.js", json!({ "way": name }))
}

/// An account with one sales order.
fn with_an_order() -> Arc<Account> {
    let field = |id: &str, label: &str, kind: &str| json!({ "id": id, "label": label, "type": kind });
    let shape = json!({
        "label": "Sales Order", "class": "transaction",
        "fields": [
            field("tranid", "Order #", "text"), field("trandate", "Date", "date"), field("entity", "Customer", "select"),
            field("memo", "Memo", "text"), field("total", "Total", "currency"),
        ],
        "sublists": [{ "id": "item", "label": "Items", "fields": [
            field("item", "Item", "select"), field("quantity", "Quantity", "float"), field("rate", "Rate", "currency"),
        ] }],
    });
    let order = json!({
        "id": 7, "type": "salesorder",
        "values": { "tranid": "SO7", "trandate": "2026-03-09", "entity": "12", "total": 291 },
        "texts": { "entity": "Harbor & Sons" },
        "lines": { "item": [
            { "line": 1, "values": { "item": "3", "quantity": 2, "rate": 145.5 }, "texts": { "item": "Oak <chair>" } },
        ] },
    });
    let found =
        json!({ "results": [{ "id": "7", "recordType": "salesorder", "values": [["7", "7"]] }], "total": 1 });
    Arc::new(Account::that_knows([
        ("record.type", shape),
        ("record.load", order),
        ("search.run", found),
    ]))
}

#[test]
fn a_template_writes_texts_numbers_dates_and_what_is_made_of_them() {
    assert_eq!(
        way("values"),
        json!([
            "7 Desk 8 a7 1",
            "1,234,567.891 3/9/2026 2026-03-09 14:05 yes",
            "- none false true false||",
            "1234.50 1,234.5 $1,234.50 26% 1234.5 1,234 1,235",
            "OAK CHAIR a+b x bc a-b &lt;b&gt; 8 00q",
            "3,2,1 Oak <chair> 2/1 2 3,4",
            "2 2 in 7 ${raw}",
        ])
    );
}

#[test]
fn a_template_chooses_repeats_remembers_and_calls() {
    assert_eq!(
        way("directives"),
        json!([
            "rush",
            "0+Oak &lt;chair&gt;, 1.Desk",
            "none|13|a=1;b=2;",
            "3bin b",
            "[a: 1][b: -]!",
            "8 two",
            "a\nb\nc",
            "saved${x}&lt;<2.0",
        ])
    );
}

#[test]
fn a_template_that_is_wrong_says_what_and_sees_nothing_of_the_engine() {
    let said = way("wrong");
    let said: Vec<&str> = said
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let begins = [
        "TEMPLATE_ERROR: The template names what is not there: nothing.",
        "TEMPLATE_PARSE_ERROR: The template cannot be read: <#if> is not closed.",
        "TEMPLATE_PARSE_ERROR: The template cannot be read: a name is missing in 1 +",
        "TEMPLATE_PARSE_ERROR: The template cannot be read: ?shout is no built-in",
        "NOT_EMULATED: <#include> of a template",
        "TEMPLATE_ERROR: The template writes an object",
        "unseen unseen unseen",
        "NOT_EMULATED: N/render.TemplateRenderer.setTemplateById",
    ];
    for (said, begin) in said.iter().zip(begins) {
        assert!(said.starts_with(begin), "{said}");
    }
    assert_eq!(said.len(), begins.len());
}

#[test]
fn a_template_looks_into_records_and_results_of_searches() {
    let written = returned_in(&with_an_order(), "render.js", json!({ "way": "records" }));
    assert_eq!(
        written,
        "SO7 Harbor & Sons 12 292 291.00 Memo Oak <chair>×2; ann@example.com"
    );
}

#[test]
fn xml_becomes_a_pdf_with_its_text() {
    let made = way("documents");
    assert_eq!(
        (&made["name"], &made["type"]),
        (&json!("document.pdf"), &json!("PDF"))
    );
    let pdf = BASE64
        .decode(made["contents"].as_str().unwrap().as_bytes())
        .unwrap();
    assert!(pdf.starts_with(b"%PDF-1."), "{pdf:?}");
    let text = String::from_utf8_lossy(&pdf);
    // What is no ASCII is written in hexadecimal: a space that does not break is A0.
    for line in ["<4F72646572A037>", "(Item       Qty)", "(Oak chair  2)"] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains("color"), "{text}");
    assert_eq!(made["size"], true);
    assert_eq!(made["wrong"], "SSS_XML_DOM_EXCEPTION");
    assert_eq!(way("widthOfNothing"), "document.pdf");
}

#[test]
fn a_transaction_is_printed_by_its_id_alone_and_a_slip_without_prices() {
    let made = returned_in(&with_an_order(), "render.js", json!({ "way": "slips" }));
    assert_eq!(
        (&made["name"], &made["type"], &made["pdf"]),
        (
            &json!("Sales_Order_SO7.html"),
            &json!("HTMLDOC"),
            &json!("Picking_Ticket_SO7.pdf")
        )
    );
    let html = made["html"].as_str().unwrap();
    for part in [
        "<p>Customer: Harbor &amp; Sons</p>",
        "<td>Oak &lt;chair&gt;</td><td>2</td><td>145.50</td>",
        "<p>Total: 291.00</p>",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert_eq!(made["hasPrice"], false);
}
