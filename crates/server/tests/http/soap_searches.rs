//! Searches over SOAP and their pages, envelopes that are too much, and the files clients begin with.

use crate::soap_records::permitted;
use countersign_testkit::{Account, Answer, Caller, NOW, Server};

async fn company() -> (Account, Server, Caller) {
    let account = permitted().await;
    account.records.seed(NOW).await.unwrap();
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    (account, server, caller)
}

async fn asked(caller: &Caller, operation: &str, preferences: &str, content: &str) -> String {
    let call = caller.soap(operation).beside(preferences).content(content);
    let answer = call.send().await;
    assert_eq!(answer.status, 200, "{operation}: {}", answer.text());
    answer.text()
}

fn value<'t>(text: &'t str, element: &str) -> &'t str {
    let start = format!("<platformCore:{element}>");
    assert!(text.contains(&start), "no {element} in {text}");
    let rest = text.split_once(&start).unwrap().1;
    rest.split_once('<').unwrap().0
}

fn total(text: &str) -> u64 {
    value(text, "totalRecords").parse().unwrap()
}

async fn fetched(server: &Server, path: &str) -> Answer {
    let host = server.address;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    server.send(request).await
}

fn basic(subject: &str, criteria: &str) -> String {
    format!("<searchRecord xsi:type=\"s:{subject}Search\"><basic>{criteria}</basic></searchRecord>")
}

#[tokio::test]
async fn a_search_is_paged_by_its_id_without_a_record_twice_or_left_out() {
    let (_account, _server, caller) = company().await;
    let preferences = "<SearchPreferences><pageSize xmlns=\"\">7</pageSize></SearchPreferences>";
    let first = asked(&caller, "search", preferences, &basic("Customer", "")).await;
    let (total, pages) = (total(&first), value(&first, "totalPages").parse::<u64>().unwrap());
    assert_eq!(pages, total.div_ceil(7));
    let id = value(&first, "searchId").to_owned();
    let mut seen = Vec::new();
    for index in 1..=pages {
        let more = format!("<searchId>{id}</searchId><pageIndex>{index}</pageIndex>");
        let page = asked(&caller, "searchMoreWithId", "", &more).await;
        assert_eq!(value(&page, "pageIndex"), index.to_string());
        let records = page.split("<platformCore:record internalId=\"").skip(1);
        seen.extend(records.map(|record| record.split('"').next().unwrap().to_owned()));
    }
    assert_eq!(seen.len() as u64, total);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len() as u64, total);

    let beyond = format!("<searchId>{id}</searchId><pageIndex>{}</pageIndex>", pages + 1);
    let answer = asked(&caller, "searchMoreWithId", "", &beyond).await;
    assert_eq!(value(&answer, "code"), "INVALID_PAGE_INDEX");
    for wrong in ["", "WEBSERVICES_1234567_!", "anything"] {
        let more = format!("<searchId>{wrong}</searchId><pageIndex>1</pageIndex>");
        let answer = asked(&caller, "searchMoreWithId", "", &more).await;
        assert_eq!(value(&answer, "code"), "INVALID_JOB_ID");
    }
}

#[tokio::test]
async fn each_kind_of_field_has_its_operators() {
    let (_account, _server, caller) = company().await;
    let all = total(&asked(&caller, "search", "", &basic("Customer", "")).await);
    assert!(all > 5);
    let opposites = [
        (
            "<email operator=\"contains\"><searchValue>a</searchValue></email>",
            "<email operator=\"doesNotContain\"><searchValue>a</searchValue></email>",
        ),
        (
            "<creditLimit operator=\"greaterThan\"><searchValue>20000</searchValue></creditLimit>",
            "<creditLimit operator=\"notGreaterThan\"><searchValue>20000</searchValue></creditLimit>",
        ),
        (
            "<creditLimit operator=\"between\"><searchValue>1</searchValue><searchValue2>9000</searchValue2></creditLimit>",
            "<creditLimit operator=\"notBetween\"><searchValue>1</searchValue><searchValue2>9000</searchValue2></creditLimit>",
        ),
        (
            "<startDate operator=\"onOrAfter\"><searchValue>2025-06-01T00:00:00Z</searchValue></startDate>",
            "<startDate operator=\"notOnOrAfter\"><searchValue>2025-06-01T00:00:00Z</searchValue></startDate>",
        ),
        (
            "<lastModifiedDate operator=\"within\"><searchValue>2025-01-01T00:00:00Z</searchValue><searchValue2>2026-01-01T00:00:00Z</searchValue2></lastModifiedDate>",
            "<lastModifiedDate operator=\"notWithin\"><searchValue>2025-01-01T00:00:00Z</searchValue><searchValue2>2026-01-01T00:00:00Z</searchValue2></lastModifiedDate>",
        ),
        (
            "<terms operator=\"anyOf\"><searchValue internalId=\"1\"/><searchValue internalId=\"@NONE@\"/></terms>",
            "<terms operator=\"noneOf\"><searchValue internalId=\"1\"/><searchValue internalId=\"@NONE@\"/></terms>",
        ),
        (
            "<emailPreference operator=\"anyOf\"><searchValue>_default</searchValue></emailPreference>",
            "<emailPreference operator=\"noneOf\"><searchValue>_default</searchValue></emailPreference>",
        ),
        (
            "<internalId operator=\"anyOf\"><searchValue internalId=\"25\"/></internalId>",
            "<internalId operator=\"noneOf\"><searchValue internalId=\"25\"/></internalId>",
        ),
        ("<phone operator=\"empty\"/>", "<phone operator=\"notEmpty\"/>"),
        (
            "<isInactive><searchValue>true</searchValue></isInactive>",
            "<isInactive><searchValue>false</searchValue></isInactive>",
        ),
    ];
    for (one, other) in opposites {
        let first = total(&asked(&caller, "search", "", &basic("Customer", one)).await);
        let second = total(&asked(&caller, "search", "", &basic("Customer", other)).await);
        assert_eq!(first + second, all, "{one} and {other}");
    }
    let wrong = basic(
        "Customer",
        "<email operator=\"greaterThan\"><searchValue>a</searchValue></email>",
    );
    let answer = asked(&caller, "search", "", &wrong).await;
    assert_eq!(value(&answer, "code"), "USER_ERROR");
}

#[tokio::test]
async fn transactions_are_searched_together_and_told_apart_by_type() {
    let (_account, _server, caller) = company().await;
    let all = total(&asked(&caller, "search", "", &basic("Transaction", "")).await);
    let of = |name: &str| {
        format!(
            "<type operator=\"anyOf\"><searchValue>{name}</searchValue></type><mainLine><searchValue>true</searchValue></mainLine>"
        )
    };
    let orders = asked(&caller, "search", "", &basic("Transaction", &of("_salesOrder"))).await;
    assert!(orders.contains("xsi:type=\"tranSales:SalesOrder\""));
    assert!(
        !orders.contains("itemList"),
        "bodyFieldsOnly is true unless it is said otherwise"
    );
    let whole =
        "<searchPreferences><bodyFieldsOnly>false</bodyFieldsOnly><pageSize>5</pageSize></searchPreferences>";
    let orders = asked(
        &caller,
        "search",
        whole,
        &basic("Transaction", &of("_salesOrder")),
    )
    .await;
    assert!(
        orders.contains("<tranSales:itemList><tranSales:item><tranSales:line>1</tranSales:line>"),
        "{orders}"
    );
    let mut sum = 0;
    for name in [
        "_salesOrder",
        "_itemFulfillment",
        "_invoice",
        "_creditMemo",
        "_customerPayment",
        "_purchaseOrder",
        "_vendorBill",
        "_vendorPayment",
        "_journal",
        "_opportunity",
        "_estimate",
        "_returnAuthorization",
        "_cashSale",
        "_customerDeposit",
        "_itemReceipt",
        "_inventoryAdjustment",
        "_vendorCredit",
        "_vendorReturnAuthorization",
        "_check",
        "_deposit",
        "_expenseReport",
    ] {
        sum += total(&asked(&caller, "search", "", &basic("Transaction", &of(name))).await);
    }
    assert_eq!(sum, all);
    let bills = "<recordType operator=\"contains\"><searchValue>VendorBill</searchValue></recordType>";
    let bills = asked(&caller, "search", "", &basic("Transaction", bills)).await;
    assert!(
        bills.contains("xsi:type=\"tranPurch:VendorBill\"") && !bills.contains("VendorPayment"),
        "{bills}"
    );
}

#[tokio::test]
async fn what_a_search_cannot_do_here_is_a_fault_with_its_name() {
    let (_account, _server, caller) = company().await;
    let cases = [
        (
            "<searchRecord xsi:type=\"s:CustomerSearch\"><messagesJoin/></searchRecord>",
            "SOAP search join messagesJoin",
        ),
        (
            "<searchRecord xsi:type=\"s:CustomerSearchAdvanced\" savedSearchId=\"5\"/>",
            "SOAP savedSearchId",
        ),
        (
            "<searchRecord xsi:type=\"s:CustomerSearchBasic\"><nickname operator=\"is\"/></searchRecord>",
            "SOAP CustomerSearchBasic nickname",
        ),
    ];
    for (criteria, feature) in cases {
        let answer = caller.soap("search").content(criteria).send().await;
        assert_eq!(answer.status, 500, "{}", answer.text());
        assert_eq!(
            answer.header("x-countersign"),
            Some(format!("not-emulated; feature={feature}").as_str())
        );
    }
}

#[tokio::test]
async fn an_envelope_that_is_too_much_is_refused_before_its_login() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let deep = format!("{}{}", "<a>".repeat(60), "</a>".repeat(60));
    let wide = format!(
        "<a {}/>",
        (0..200).map(|n| format!("a{n}=\"\" ")).collect::<String>()
    );
    let many = "<a/>".repeat(300_001);
    let entity = "<a>&lol;</a>".to_owned();
    for (content, told) in [
        (deep, "nested deeper"),
        (wide, "attributes"),
        (many, "elements and attributes"),
        (entity, "&amp;lol;"),
    ] {
        let answer = caller.soap("getServerTime").content(&content).send().await;
        assert_eq!(answer.status, 500);
        assert!(answer.text().contains(told), "{told} is not in {}", answer.text());
    }
    assert!(account.logins().await.is_empty());
}

#[tokio::test]
async fn the_wsdl_of_any_version_leads_to_its_schemas_without_a_login() {
    let account = Account::ready().await;
    let server = account.listen().await;
    for version in ["2017_2", "2021_1", "2025_2"] {
        let wsdl = fetched(&server, &format!("/wsdl/v{version}_0/netsuite.wsdl")).await;
        assert_eq!(wsdl.status, 200);
        assert_eq!(wsdl.header("content-type"), Some("text/xml; charset=utf-8"));
        let text = wsdl.text();
        assert!(
            text.contains(&format!("{}/services/NetSuitePort_{version}", server.base_url())),
            "{text}"
        );
        let paths: Vec<_> = text
            .split("schemaLocation=\"../..")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        assert_eq!(paths.len(), 25);
        for path in paths {
            let schema = fetched(&server, path).await;
            assert_eq!(schema.status, 200, "{path}");
            assert!(schema.text().contains(&format!("_{version}.")), "{path}");
        }
    }
    assert_eq!(fetched(&server, "/wsdl/v2025_2_0/other.wsdl").await.status, 404);
    assert_eq!(fetched(&server, "/wsdl/latest/netsuite.wsdl").await.status, 404);
}
