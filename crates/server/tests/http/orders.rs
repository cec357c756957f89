//! Orders over REST: their lines, their way to a payment, and what of them is answered.

use countersign_model::{Level, Permission};
use countersign_testkit::{Account, Answer, Blueprint, Caller, NOW, Server};
use serde_json::{Value, json};

const BASE: &str = "/services/rest/record/v1";

/// Somebody with every permission for the records of the demonstration company.
async fn stage() -> (Account, Server, Caller) {
    let account = Account::with(Blueprint::default().permit_records()).await;
    account.records.seed(NOW).await.unwrap();
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    (account, server, caller)
}

fn made(answer: &Answer) -> String {
    assert_eq!(answer.status, 204, "{}", answer.text());
    let location = answer.header("location").unwrap();
    let place = location.find(BASE).unwrap();
    location[place..].to_owned()
}

async fn read(caller: &Caller, target: &str) -> Value {
    let answer = caller.get(target).send().await;
    assert_eq!(answer.status, 200, "{target}: {}", answer.text());
    answer.json()
}

fn problem(answer: &Answer) -> (u16, String, Value) {
    let detail = &answer.json()["o:errorDetails"][0];
    let place = ["o:errorPath", "o:errorQueryParam", "o:errorUrlPath"]
        .into_iter()
        .find_map(|member| detail.get(member))
        .cloned()
        .unwrap_or_default();
    (answer.status, answer.error_code().unwrap(), place)
}

async fn order(caller: &Caller) -> String {
    let body = json!({
        "entity": { "id": "1" },
        "otherRefNum": "PO-1",
        "shippingAddress": { "addr1": "1 Dock Road", "city": "Portland", "country": "US" },
        "item": { "items": [
            { "item": { "externalId": "item-chair-oak" }, "quantity": 4 },
            { "item": { "externalId": "item-delivery" } },
        ] },
    });
    made(
        &caller
            .post(&format!("{BASE}/salesOrder"), &body.to_string())
            .send()
            .await,
    )
}

#[tokio::test]
async fn an_order_is_made_with_its_lines_and_read_with_or_without_them() {
    let (_account, server, caller) = stage().await;
    let target = order(&caller).await;
    let url = format!("{}{target}", server.base_url());
    let closed = read(&caller, &target).await;
    assert_eq!(closed["total"], 675.0);
    assert_eq!(
        closed["status"],
        json!({ "id": "B", "refName": "Pending Fulfillment" })
    );
    assert_eq!(closed["entity"]["refName"], "Harbor Lane Furniture");
    let link = |part: &str| json!({ "links": [{ "rel": "self", "href": format!("{url}/{part}") }] });
    assert_eq!(closed["item"], link("item"));
    assert_eq!(closed["shippingAddress"], link("shippingAddress"));

    let open = read(
        &caller,
        &format!("{target}?expandSubResources=True&simpleEnumFormat=true"),
    )
    .await;
    assert_eq!(open["status"], "B");
    assert_eq!(open["shippingAddress"]["city"], "Portland");
    assert_eq!(open["item"]["totalResults"], 2);
    let line = &open["item"]["items"][0];
    assert_eq!(
        (&line["line"], &line["amount"], &line["rate"]),
        (&1.into(), &580.0.into(), &145.0.into())
    );
    assert!(
        line["item"]["links"][0]["href"]
            .as_str()
            .unwrap()
            .contains("/inventoryItem/")
    );

    let part = read(&caller, &format!("{target}?expand=item&fields=item,tranId")).await;
    assert_eq!(part["item"]["items"].as_array().unwrap().len(), 2);
    assert_eq!(part.as_object().unwrap().len(), 4);
    let unknown = caller.get(&format!("{target}?expand=lines")).send().await;
    assert_eq!(
        problem(&unknown),
        (400, "NONEXISTENT_FIELD".into(), "expand".into())
    );
}

#[tokio::test]
async fn lines_have_addresses_of_their_own() {
    let (_account, _server, caller) = stage().await;
    let target = order(&caller).await;
    let lines = read(&caller, &format!("{target}/item")).await;
    assert_eq!(lines["totalResults"], 2);
    assert_eq!(lines["items"][1].as_object().unwrap().len(), 1, "links only");
    let body = json!({ "item": { "externalId": "item-cushion" }, "quantity": 10 });
    let line = made(
        &caller
            .post(&format!("{target}/item"), &body.to_string())
            .send()
            .await,
    );
    assert!(line.ends_with("/item/3"), "{line}");
    assert_eq!(read(&caller, &line).await["amount"], 249.0);
    made(&caller.patch(&line, r#"{"quantity":1}"#).send().await);
    assert_eq!(read(&caller, &target).await["total"], 699.9);
    assert_eq!(caller.delete(&line).send().await.status, 204);
    assert_eq!(read(&caller, &target).await["total"], 675.0);
    for answer in [
        caller.get(&line).send().await,
        caller.delete(&line).send().await,
        caller.patch(&line, "{}").send().await,
    ] {
        assert_eq!(problem(&answer), (404, "NONEXISTENT_ID".into(), "line".into()));
    }
    assert_eq!(
        read(&caller, &format!("{target}/shippingAddress")).await["addr1"],
        "1 Dock Road"
    );
    let nothing = caller.get(&format!("{target}/shelves")).send().await;
    assert_eq!(
        problem(&nothing),
        (404, "INVALID_PARAMETER".into(), "subResource".into())
    );

    let address = json!({ "items": [{ "addressBookAddress": { "addr1": "1 Elm Street" } }] });
    let customer = json!({ "companyName": "Elm", "addressBook": address }).to_string();
    let customer = made(&caller.post(&format!("{BASE}/customer"), &customer).send().await);
    let line = read(&caller, &format!("{customer}/addressBook/1")).await;
    let linked = line["addressBookAddress"]["links"][0]["href"].as_str().unwrap();
    let (_, linked) = linked.split_once("/services").unwrap();
    assert_eq!(
        read(&caller, &format!("/services{linked}")).await["addr1"],
        "1 Elm Street"
    );
}

#[tokio::test]
async fn an_update_adds_lines_and_replaces_them_when_it_says_so() {
    let (_account, _server, caller) = stage().await;
    let target = order(&caller).await;
    let more = json!({ "item": { "items": [{ "line": 1, "quantity": 1 }, { "item": { "externalId": "item-cushion" } }] } });
    made(&caller.patch(&target, &more.to_string()).send().await);
    let lines = read(&caller, &format!("{target}/item?expandSubResources=true")).await;
    assert_eq!(lines["totalResults"], 3);
    let one = json!({ "item": { "items": [{ "item": { "externalId": "item-cushion" } }] } });
    made(
        &caller
            .patch(&format!("{target}?replace=item"), &one.to_string())
            .send()
            .await,
    );
    assert_eq!(read(&caller, &format!("{target}/item")).await["totalResults"], 1);
    let selected = format!("{target}?replaceSelectedFields=true&fields=otherRefNum,memo");
    made(&caller.patch(&selected, r#"{"memo":"kept"}"#).send().await);
    let after = read(&caller, &target).await;
    assert_eq!((after.get("otherRefNum"), &after["memo"]), (None, &"kept".into()));
}

#[tokio::test]
async fn an_order_is_transformed_all_the_way_to_its_payment() {
    let (_account, _server, caller) = stage().await;
    let target = order(&caller).await;
    let step = async |from: &str, to: &str| {
        made(&caller.post(&format!("{from}/!transform/{to}"), "{}").send().await)
    };
    let shipped = step(&target, "itemFulfillment").await;
    assert_eq!(
        read(&caller, &shipped).await["createdFrom"]["links"][0]["href"]
            .as_str()
            .unwrap()
            .split("/record/v1")
            .nth(1),
        target.split("/record/v1").nth(1)
    );
    // Some clients encode every sign of a path that they may.
    let encoded = caller.post(&format!("{target}/%21transform/invoice"), "{}");
    let invoice = made(&encoded.send().await);
    assert_eq!(read(&caller, &target).await["status"]["refName"], "Billed");
    let payment = step(&invoice, "customerPayment").await;
    assert_eq!(read(&caller, &payment).await["payment"], 675.0);
    assert_eq!(read(&caller, &invoice).await["status"]["refName"], "Paid In Full");

    let again = caller
        .post(&format!("{target}/!transform/invoice"), "{}")
        .send()
        .await;
    assert_eq!(
        (again.status, again.error_code().as_deref()),
        (400, Some("USER_ERROR"))
    );
    let never = caller
        .post(&format!("{target}/!transform/employee"), "{}")
        .send()
        .await;
    assert!(
        never.text().contains("salesOrder cannot become employee"),
        "{}",
        never.text()
    );
}

#[tokio::test]
async fn an_error_names_the_line_and_the_field() {
    let (_account, _server, caller) = stage().await;
    let target = format!("{BASE}/salesOrder");
    let lacking = json!({ "entity": { "id": "1" }, "item": { "items": [{ "quantity": 1 }] } });
    let answer = caller.post(&target, &lacking.to_string()).send().await;
    assert_eq!(
        problem(&answer),
        (400, "INVALID_CONTENT".into(), "item.items[0].item".into())
    );
    let wrong = json!({ "entity": { "id": "1" }, "tranDate": "soon" });
    let strict = caller.post(&target, &wrong.to_string()).send().await;
    assert_eq!(
        problem(&strict),
        (400, "INVALID_CONTENT".into(), "tranDate".into())
    );
    let lenient = caller
        .post(&target, &wrong.to_string())
        .header("X-NetSuite-PropertyValueValidation", "Warning")
        .send()
        .await;
    assert_eq!(read(&caller, &made(&lenient)).await["tranDate"], "2026-01-01");
}

#[tokio::test]
async fn what_is_no_line_is_refused_and_never_dropped() {
    let (_account, _server, caller) = stage().await;
    let target = order(&caller).await;
    let line = |line: Value| json!({ "items": [{ "line": 1 }, { "line": line, "quantity": 1 }] });
    for (lines, path) in [
        (line("two".into()), "item.items[1].line"),
        (line(2.5.into()), "item.items[1].line"),
        (json!({ "items": [2] }), "item.items[0]"),
        (json!({ "items": "none" }), "item.items"),
    ] {
        let body = json!({ "item": lines }).to_string();
        let replaced = caller
            .patch(&format!("{target}?replace=item"), &body)
            .header("X-NetSuite-PropertyValueValidation", "Warning")
            .send()
            .await;
        assert_eq!(
            problem(&replaced),
            (400, "INVALID_CONTENT".into(), path.into()),
            "{body}"
        );
    }
    assert_eq!(read(&caller, &format!("{target}/item")).await["totalResults"], 2);
}

#[tokio::test]
async fn more_than_remains_on_an_order_is_refused_at_its_line() {
    let (_account, _server, caller) = stage().await;
    let target = order(&caller).await;
    let chairs = json!({ "orderLine": 1, "item": { "externalId": "item-chair-oak" }, "quantity": 5 });
    let body = json!({ "item": { "items": [chairs] } });
    let fulfilled = caller.post(&format!("{target}/!transform/itemFulfillment"), &body.to_string());
    let fulfilled = fulfilled.send().await;
    assert_eq!(
        problem(&fulfilled),
        (400, "INVALID_CONTENT".into(), "item.items[0].quantity".into())
    );
    let said = fulfilled.text();
    assert!(
        said.contains("more than the 4 that remain on salesOrder"),
        "{said}"
    );
}

#[tokio::test]
async fn an_external_id_with_hidden_characters_is_refused_in_body_and_path() {
    let (_account, _server, caller) = stage().await;
    let body = json!({ "entity": { "id": "1" }, "externalId": "PO\u{202e}1" });
    let made = caller
        .post(&format!("{BASE}/salesOrder"), &body.to_string())
        .send()
        .await;
    assert_eq!(
        problem(&made),
        (400, "INVALID_CONTENT".into(), "externalId".into())
    );
    for hidden in ["PO%E2%80%AE1", "PO%0A1", "PO%1B[2J"] {
        let target = format!("{BASE}/salesOrder/eid:{hidden}");
        let asked = caller.get(&target).send().await;
        assert_eq!(
            problem(&asked),
            (400, "INVALID_ID".into(), "id".into()),
            "{target}"
        );
        assert!(
            asked.text().contains("characters that are seen"),
            "{}",
            asked.text()
        );
    }
}

#[tokio::test]
async fn each_type_is_guarded_by_its_own_permission() {
    let blueprint = Blueprint::default()
        .permit(Permission::SalesOrder, Some(Level::View))
        .permit(Permission::Invoice, None);
    let account = Account::with(blueprint).await;
    account.records.seed(NOW).await.unwrap();
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let list = read(&caller, &format!("{BASE}/salesOrder?limit=1")).await;
    assert_eq!(list["totalResults"], 60);
    let order = list["items"][0]["id"].as_str().unwrap();
    for (answer, lacks) in [
        (
            caller.post(&format!("{BASE}/salesOrder"), "{}").send().await,
            "Sales Order",
        ),
        (caller.get(&format!("{BASE}/invoice")).send().await, "Invoice"),
        (
            caller
                .post(&format!("{BASE}/salesOrder/{order}/!transform/invoice"), "{}")
                .send()
                .await,
            "Invoice",
        ),
        (
            caller.get(&format!("{BASE}/term")).send().await,
            "Accounting Lists",
        ),
        (
            caller.get(&format!("{BASE}/accountingPeriod")).send().await,
            "Manage Accounting Periods",
        ),
        (caller.get(&format!("{BASE}/supportCase")).send().await, "Cases"),
    ] {
        assert_eq!(
            (answer.status, answer.error_code().as_deref()),
            (403, Some("INSUFFICIENT_PERMISSION"))
        );
        assert!(answer.text().contains(lacks), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_reference_that_is_expanded_is_the_record_it_names() {
    let (_account, _server, caller) = stage().await;
    let order = order(&caller).await;
    let read = read(&caller, &format!("{order}?expand=entity,item&fields=entity,item")).await;
    assert_eq!(
        (&read["entity"]["id"], &read["entity"]["companyName"]),
        (&json!("1"), &json!("Harbor Lane Furniture"))
    );
    assert!(read["entity"]["refName"].is_string() && read["entity"]["links"].is_array());
    assert_eq!(
        read["entity"]["subsidiary"]["refName"], "Parent Company",
        "no deeper"
    );
    assert_eq!(read["item"]["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_a_reference_names_is_shown_to_whoever_may_view_it() {
    let blueprint = Blueprint::default()
        .permit(Permission::SalesOrder, Some(Level::View))
        .permit(Permission::Customers, None);
    let account = Account::with(blueprint).await;
    account.records.seed(NOW).await.unwrap();
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let list = read(&caller, &format!("{BASE}/salesOrder?limit=1")).await;
    let order = list["items"][0]["id"].as_str().unwrap();
    let refused = caller
        .get(&format!("{BASE}/salesOrder/{order}?expand=entity"))
        .send()
        .await;
    assert_eq!(
        (refused.status, refused.text().contains("Customers")),
        (403, true)
    );
}

#[tokio::test]
async fn a_transform_that_netsuite_has_and_this_account_has_not_is_told_so() {
    let (_account, _server, caller) = stage().await;
    let order = order(&caller).await;
    for (from, to) in [
        (order.as_str(), "revenueCommitment"),
        (&format!("{BASE}/customer/1"), "invoice"),
    ] {
        let answer = caller.post(&format!("{from}/!transform/{to}"), "{}").send().await;
        assert_eq!(answer.status, 501, "{}", answer.text());
        let told = answer.header("x-countersign").unwrap();
        assert!(told.contains(&format!("!transform/{to}")), "{told}");
    }
}
