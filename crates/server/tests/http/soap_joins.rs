//! Searches by what records are related to, and rows of columns in place of records.

use crate::soap_records::{added, ask, between, code, permitted};
use countersign_model::{Level, Permission};
use countersign_testkit::{Account, Blueprint, Caller, NOW, Server};

async fn company() -> (Account, Server, Caller) {
    let account = permitted().await;
    account.records.seed(NOW).await.unwrap();
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    (account, server, caller)
}

fn search(subject: &str, content: &str) -> String {
    format!("<searchRecord xsi:type=\"s:{subject}Search\">{content}</searchRecord>")
}

/// The ids of what is found.
async fn found(caller: &Caller, subject: &str, content: &str) -> Vec<String> {
    let text = ask(caller, "search", &search(subject, content)).await;
    assert!(text.contains("isSuccess=\"true\""), "{text}");
    let records = text.split("<platformCore:record internalId=\"").skip(1);
    let ids: Vec<_> = records
        .map(|record| record.split('"').next().unwrap().to_owned())
        .collect();
    assert_eq!(
        between(&text, "<platformCore:totalRecords>", "<"),
        ids.len().to_string()
    );
    ids
}

fn only(kind: &str) -> String {
    format!("<basic><type operator=\"anyOf\"><searchValue>_{kind}</searchValue></type></basic>")
}

#[tokio::test]
async fn transactions_are_found_by_their_customer_and_customers_by_their_transactions() {
    let (_account, _server, caller) = company().await;
    let by_name = "<customerJoin><companyName operator=\"is\"><searchValue>Harbor Lane Furniture</searchValue></companyName></customerJoin>";
    let of_customer = "<basic><entity operator=\"anyOf\"><searchValue internalId=\"1\"/></entity></basic>";
    let joined = found(&caller, "Transaction", by_name).await;
    assert!(!joined.is_empty());
    let mut plain = found(&caller, "Transaction", of_customer).await;
    // A payment calls its customer by another name, and is joined all the same.
    for kind in ["customerPayment", "customerDeposit"] {
        let paid = format!("{}{by_name}", only(kind));
        let paid = found(&caller, "Transaction", &paid).await;
        assert!(!paid.is_empty(), "{kind}");
        plain.extend(paid);
    }
    plain.sort();
    let mut sorted = joined.clone();
    sorted.sort();
    assert_eq!(sorted, plain);

    let order = found(
        &caller,
        "Transaction",
        &format!("{}{by_name}", only("salesOrder")),
    )
    .await;
    let back = format!(
        "<transactionJoin><internalId operator=\"anyOf\"><searchValue internalId=\"{}\"/></internalId></transactionJoin>",
        order[0]
    );
    assert_eq!(found(&caller, "Customer", &back).await, ["1"]);
}

#[tokio::test]
async fn a_join_leads_over_lines_and_to_records_of_the_same_table() {
    let (_account, _server, caller) = company().await;
    let line = |item: &str| {
        format!(
            "<record xsi:type=\"s:SalesOrder\"><entity internalId=\"1\"/><memo>joined</memo><itemList><item>\
             <item externalId=\"{item}\"/><quantity>1</quantity></item></itemList></record>"
        )
    };
    let chair = added(&caller, &line("item-chair-oak")).await;
    let delivery = added(&caller, &line("item-delivery")).await;
    let memo = "<basic><memo operator=\"is\"><searchValue>joined</searchValue></memo></basic>";
    let of_item = |item: &str| {
        format!(
            "{memo}<itemJoin><externalIdString operator=\"is\"><searchValue>{item}</searchValue></externalIdString></itemJoin>"
        )
    };
    assert_eq!(
        found(&caller, "Transaction", &of_item("item-chair-oak")).await,
        vec![chair.clone()]
    );
    assert_eq!(
        found(&caller, "Transaction", &of_item("item-delivery")).await,
        [delivery]
    );
    let sold = format!(
        "<transactionJoin><internalId operator=\"anyOf\"><searchValue internalId=\"{chair}\"/></internalId></transactionJoin>"
    );
    assert_eq!(found(&caller, "Item", &sold).await.len(), 1);

    let invoice = added(
        &caller,
        &format!(
            "<record xsi:type=\"s:Invoice\"><entity internalId=\"1\"/><createdFrom internalId=\"{chair}\"/><itemList><item>\
             <orderLine>1</orderLine><item externalId=\"item-chair-oak\"/></item></itemList></record>"
        ),
    )
    .await;
    let made_from =
        "<createdFromJoin><memo operator=\"is\"><searchValue>joined</searchValue></memo></createdFromJoin>";
    assert_eq!(found(&caller, "Transaction", made_from).await, [invoice]);

    let parent = "<record xsi:type=\"r:Customer\"><companyName>Branch</companyName><parent internalId=\"1\"/></record>";
    let branch = added(&caller, parent).await;
    let harbor = |join: &str, name: &str| {
        format!(
            "<{join}><companyName operator=\"startsWith\"><searchValue>{name}</searchValue></companyName></{join}>"
        )
    };
    let below = found(&caller, "Customer", &harbor("parentCustomerJoin", "Harbor Lane")).await;
    assert!(
        below.contains(&branch) && !below.contains(&"1".to_owned()),
        "{below:?}"
    );
    assert_eq!(
        found(&caller, "Customer", &harbor("subCustomerJoin", "Branch")).await,
        ["1"]
    );
}

#[tokio::test]
async fn one_joined_record_meets_all_that_is_asked_of_it() {
    let (_account, _server, caller) = company().await;
    let customer = added(
        &caller,
        "<record xsi:type=\"r:Customer\"><companyName>Two contacts</companyName></record>",
    )
    .await;
    for (name, title) in [("Ada", "Buyer"), ("Bob", "Seller")] {
        added(
            &caller,
            &format!(
                "<record xsi:type=\"r:Contact\"><entityId>{name} Join</entityId><firstName>{name}</firstName><title>{title}</title>\
                 <company internalId=\"{customer}\"/></record>"
            ),
        )
        .await;
    }
    let both = |name: &str, title: &str| {
        format!(
            "<basic><internalId operator=\"anyOf\"><searchValue internalId=\"{customer}\"/></internalId></basic><contactJoin>\
             <firstName operator=\"is\"><searchValue>{name}</searchValue></firstName>\
             <title operator=\"is\"><searchValue>{title}</searchValue></title></contactJoin>"
        )
    };
    assert_eq!(
        found(&caller, "Customer", &both("Ada", "Buyer")).await,
        vec![customer.clone()]
    );
    assert!(
        found(&caller, "Customer", &both("Ada", "Seller"))
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn the_pages_of_a_joined_search_are_joined_too() {
    let (_account, _server, caller) = company().await;
    let content = "<customerJoin><isInactive><searchValue>false</searchValue></isInactive></customerJoin>";
    let all = found(&caller, "Transaction", content).await;
    assert!(all.len() > 20, "{}", all.len());
    let call = caller
        .soap("search")
        .beside("<searchPreferences><pageSize>20</pageSize></searchPreferences>");
    let first = call.content(&search("Transaction", content)).send().await.text();
    let id = between(&first, "<platformCore:searchId>", "<");
    let mut seen = Vec::new();
    for page in 1..=all.len().div_ceil(20) {
        let more = format!("<searchId>{id}</searchId><pageIndex>{page}</pageIndex>");
        let text = ask(&caller, "searchMoreWithId", &more).await;
        let records = text.split("<platformCore:record internalId=\"").skip(1);
        seen.extend(records.map(|record| record.split('"').next().unwrap().to_owned()));
    }
    assert_eq!(seen, all);
}

#[tokio::test]
async fn nothing_is_asked_of_records_that_the_role_may_not_view() {
    let blueprint = Blueprint::default()
        .permit(Permission::Customers, Level::Full)
        .permit(Permission::by_id("LIST_CONTACT").unwrap(), None);
    let account = Account::with(blueprint).await;
    account.records.seed(NOW).await.unwrap();
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let content = "<contactJoin><email operator=\"notEmpty\"/></contactJoin>";
    let text = ask(&caller, "search", &search("Customer", content)).await;
    assert_eq!(code(&text), "INSUFFICIENT_PERMISSION");
    // Asked for nothing, a join leaves nothing out and tells nothing.
    assert!(!found(&caller, "Customer", "<contactJoin/>").await.is_empty());
}

#[tokio::test]
async fn columns_give_rows_of_the_record_and_of_what_it_is_joined_to() {
    let (_account, _server, caller) = company().await;
    let order = added(
        &caller,
        "<record xsi:type=\"s:SalesOrder\" externalId=\"so\"><entity internalId=\"1\"/><memo>a &lt; b</memo><itemList><item>\
         <item externalId=\"item-chair-oak\"/><quantity>2</quantity><rate>10</rate></item></itemList></record>",
    )
    .await;
    let advanced = format!(
        "<searchRecord xsi:type=\"s:TransactionSearchAdvanced\"><criteria><basic><internalId operator=\"anyOf\">\
         <searchValue internalId=\"{order}\"/></internalId></basic></criteria><columns><basic><internalId/><externalId/><type/>\
         <memo><customLabel>What</customLabel></memo><entity/><total/><orderStatus/><status/><tranDate/><shipComplete/><otherRefNum/></basic>\
         <customerJoin><companyName/><email/></customerJoin></columns></searchRecord>"
    );
    let text = ask(&caller, "search", &advanced).await;
    for part in [
        "<platformCore:searchRowList><platformCore:searchRow xsi:type=\"tranSales:TransactionSearchRow\"",
        &format!(
            "<tranSales:basic><platformCommon:internalId><platformCore:searchValue internalId=\"{order}\"/></platformCommon:internalId>"
        ),
        "<platformCommon:externalId><platformCore:searchValue externalId=\"so\"/></platformCommon:externalId>",
        "<platformCommon:type><platformCore:searchValue>_salesOrder</platformCore:searchValue></platformCommon:type>",
        "<platformCommon:memo><platformCore:customLabel>What</platformCore:customLabel><platformCore:searchValue>a &lt; b</platformCore:searchValue></platformCommon:memo>",
        "<platformCommon:entity><platformCore:searchValue internalId=\"1\"><platformCore:name>",
        "<platformCommon:total><platformCore:searchValue>20</platformCore:searchValue></platformCommon:total>",
        "<platformCommon:orderStatus><platformCore:searchValue>_pendingFulfillment</platformCore:searchValue></platformCommon:orderStatus>",
        "<platformCommon:status><platformCore:searchValue>Pending Fulfillment</platformCore:searchValue></platformCommon:status>",
        "<platformCommon:tranDate><platformCore:searchValue>2026-01-01T00:00:00.000Z</platformCore:searchValue></platformCommon:tranDate>",
        "<platformCommon:shipComplete><platformCore:searchValue>false</platformCore:searchValue></platformCommon:shipComplete>",
        "<tranSales:customerJoin><platformCommon:companyName><platformCore:searchValue>Harbor Lane Furniture</platformCore:searchValue>",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(
        !text.contains("<platformCommon:otherRefNum>"),
        "a column without a value is left out: {text}"
    );
    assert!(!text.contains("recordList>"), "{text}");

    let id = between(&text, "<platformCore:searchId>", "<");
    let more = format!("<searchId>{id}</searchId><pageIndex>1</pageIndex>");
    let again = ask(&caller, "searchMoreWithId", &more).await;
    let rows = |text: &str| {
        between(
            text,
            "<platformCore:searchRowList>",
            "</platformCore:searchRowList>",
        )
        .to_owned()
    };
    assert_eq!(rows(&again), rows(&text));

    let whole = caller
        .soap("search")
        .beside("<searchPreferences><returnSearchColumns>false</returnSearchColumns></searchPreferences>");
    let whole = whole.content(&advanced).send().await.text();
    assert!(
        whole.contains("<platformCore:recordList><platformCore:record internalId="),
        "{whole}"
    );
}

#[tokio::test]
async fn a_column_that_is_not_here_is_a_fault_with_its_name() {
    let (_account, _server, caller) = company().await;
    let columns = |columns: &str| {
        format!(
            "<searchRecord xsi:type=\"s:CustomerSearchAdvanced\"><columns>{columns}</columns></searchRecord>"
        )
    };
    for (asked, feature) in [
        (
            "<basic><nickname/></basic>",
            "SOAP CustomerSearchRowBasic nickname",
        ),
        ("<basic><type/></basic>", "SOAP CustomerSearchRowBasic type"),
        (
            "<contactJoin><email/></contactJoin>",
            "SOAP search column contactJoin",
        ),
    ] {
        let answer = caller.soap("search").content(&columns(asked)).send().await;
        let said = format!("not-emulated; feature={feature}");
        assert_eq!(
            answer.header("x-countersign"),
            Some(said.as_str()),
            "{}",
            answer.text()
        );
    }
    let twice = search(
        "Customer",
        "<contactJoin><email operator=\"empty\"/></contactJoin><contactJoin><email operator=\"empty\"/></contactJoin>",
    );
    assert_eq!(code(&ask(&caller, "search", &twice).await), "USER_ERROR");
}
