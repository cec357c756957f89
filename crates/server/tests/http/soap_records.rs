//! Records over SOAP: made, read, changed and deleted, and what each refusal says.

use countersign_model::{Level, Permission};
use countersign_records::Catalog;
use countersign_testkit::{Account, Answer, Blueprint, Caller, NOW, Server};

/// With a role that may do anything with any record.
pub(crate) async fn permitted() -> Account {
    let catalog = Catalog::built_in().unwrap();
    let permissions = catalog.types().filter_map(|of| of.permission.as_deref());
    let blueprint = permissions.fold(Blueprint::default(), |blueprint, id| {
        blueprint.permit(Permission::by_id(id).unwrap(), Level::Full)
    });
    Account::with(blueprint).await
}

async fn stage() -> (Account, Server, Caller) {
    let account = permitted().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    (account, server, caller)
}

pub(crate) async fn ask(caller: &Caller, operation: &str, content: &str) -> String {
    let answer = caller.soap(operation).content(content).send().await;
    assert_eq!(answer.status, 200, "{operation}: {}", answer.text());
    answer.text()
}

/// The text between the first `before` and what follows.
pub(crate) fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    assert!(text.contains(before), "no {before} in {text}");
    let rest = text.split_once(before).unwrap().1;
    rest.split_once(after).unwrap().0
}

pub(crate) fn code(text: &str) -> &str {
    between(text, "<platformCore:code>", "<")
}

pub(crate) async fn added(caller: &Caller, record: &str) -> String {
    let text = ask(caller, "add", record).await;
    assert!(text.contains("isSuccess=\"true\""), "{text}");
    between(&text, "internalId=\"", "\"").to_owned()
}

pub(crate) fn refers(element: &str, record_type: &str, id: &str) -> String {
    format!("<{element} xsi:type=\"c:RecordRef\" type=\"{record_type}\" internalId=\"{id}\"/>")
}

#[tokio::test]
async fn an_external_id_with_hidden_characters_is_refused() {
    let (_account, _server, caller) = stage().await;
    for operation in ["add", "upsert"] {
        let record =
            "<record xsi:type=\"r:Customer\" externalId=\"a&#x202e;b\"><companyName>A</companyName></record>";
        let text = ask(&caller, operation, record).await;
        assert!(text.contains("isSuccess=\"false\""), "{text}");
        assert!(text.contains("characters that are seen"), "{text}");
    }
}

#[tokio::test]
async fn a_record_that_was_added_is_read_with_its_type_its_references_and_its_lines() {
    let (_account, _server, caller) = stage().await;
    let id = added(
        &caller,
        r#"<record xsi:type="r:Customer" externalId="acme &amp; co"><companyName>Acme &amp; Söhne</companyName>
           <creditLimit>1250.5</creditLimit><isInactive>false</isInactive><emailPreference>_hTML</emailPreference>
           <startDate>2026-03-01T00:00:00.000Z</startDate>
           <addressbookList replaceAll="false"><addressbook><label>Home</label><defaultBilling>true</defaultBilling>
           <addressbookAddress><addr1>1 Main St</addr1><city>Ghent</city></addressbookAddress></addressbook></addressbookList></record>"#,
    )
    .await;
    let text = ask(&caller, "get", &refers("baseRef", "customer", &id)).await;
    for part in [
        "<readResponse><platformCore:status isSuccess=\"true\"/>",
        "xsi:type=\"listRel:Customer\"",
        "externalId=\"acme &amp; co\"",
        "xmlns:listRel=\"urn:relationships_2025_2.lists.webservices.netsuite.com\"",
        "<listRel:companyName>Acme &amp; Söhne</listRel:companyName>",
        "<listRel:creditLimit>1250.5</listRel:creditLimit>",
        "<listRel:emailPreference>_hTML</listRel:emailPreference>",
        "<listRel:startDate>2026-03-01T00:00:00.000Z</listRel:startDate>",
        "<listRel:entityStatus internalId=\"13\"><platformCore:name>CUSTOMER-Closed Won</platformCore:name></listRel:entityStatus>",
        "<listRel:addressbookAddress><platformCommon:addr1>1 Main St</platformCommon:addr1>",
        "<platformMsgs:documentInfo",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_a_null_field_is_cleared() {
    let (_account, _server, caller) = stage().await;
    let id = added(
        &caller,
        r#"<record xsi:type="r:Customer"><companyName>Acme</companyName><email>a@acme.example</email><phone>555-0100</phone></record>"#,
    )
    .await;
    let update = format!(
        r#"<record xsi:type="r:Customer" internalId="{id}"><nullFieldList><name>email</name></nullFieldList><companyName>Acme Ltd</companyName></record>"#
    );
    let text = ask(&caller, "update", &update).await;
    assert!(
        text.contains("<baseRef internalId=\"1\" type=\"customer\" xsi:type=\"platformCore:RecordRef\"/>"),
        "{text}"
    );
    let text = ask(&caller, "get", &refers("baseRef", "customer", &id)).await;
    assert!(text.contains("Acme Ltd") && text.contains("555-0100"), "{text}");
    assert!(!text.contains("a@acme.example"), "{text}");
}

#[tokio::test]
async fn an_upsert_makes_a_record_once_and_changes_it_the_second_time() {
    let (_account, _server, caller) = stage().await;
    let upsert = |name: &str| {
        format!(r#"<record xsi:type="r:Vendor" externalId="v-1"><companyName>{name}</companyName></record>"#)
    };
    let first = ask(&caller, "upsert", &upsert("First")).await;
    let id = between(&first, "internalId=\"", "\"").to_owned();
    let second = ask(&caller, "upsert", &upsert("Second")).await;
    assert_eq!(between(&second, "internalId=\"", "\""), id);
    let by_external = r#"<baseRef xsi:type="c:RecordRef" type="vendor" externalId="v-1"/>"#;
    let text = ask(&caller, "get", by_external).await;
    assert!(
        text.contains("<listRel:companyName>Second</listRel:companyName>"),
        "{text}"
    );

    let nameless = ask(&caller, "upsert", "<record xsi:type=\"r:Vendor\"/>").await;
    assert_eq!(code(&nameless), "EXTERNALID_REQD");
}

#[tokio::test]
async fn one_bad_record_of_a_list_holds_no_other_up() {
    let (_account, _server, caller) = stage().await;
    let text = ask(
        &caller,
        "addList",
        r#"<record xsi:type="r:Customer"><companyName>A</companyName></record>
           <record xsi:type="r:Customer"/>
           <record xsi:type="r:Customer"><companyName>C</companyName></record>"#,
    )
    .await;
    assert_eq!(text.matches("<writeResponse>").count(), 3, "{text}");
    assert_eq!(text.matches("<baseRef ").count(), 2, "{text}");
    assert!(text.contains("Please enter value(s) for: companyName"), "{text}");

    let all = format!(
        "{}{}{}",
        refers("baseRef", "customer", "1"),
        refers("baseRef", "customer", "99"),
        refers("baseRef", "customer", "2")
    );
    let text = ask(&caller, "getList", &all).await;
    assert_eq!(text.matches("<record ").count(), 2, "{text}");
    assert_eq!(code(&text), "RCRD_DSNT_EXIST");
    let text = ask(&caller, "deleteList", &all).await;
    assert_eq!(text.matches("<baseRef ").count(), 2, "{text}");
    let text = ask(&caller, "get", &refers("baseRef", "customer", "1")).await;
    assert_eq!(code(&text), "RCRD_DSNT_EXIST");
}

#[tokio::test]
async fn what_a_record_does_not_have_is_refused_and_never_dropped() {
    let (_account, _server, caller) = stage().await;
    let cases = [
        (
            "<companyNam>x</companyNam>",
            "USER_ERROR",
            "Did you mean companyName?",
        ),
        (
            "<creditLimit>much</creditLimit>",
            "USER_ERROR",
            "expected a number",
        ),
        (
            "<balance>1</balance>",
            "INSUFFICIENT_PERMISSION",
            "The field is read-only",
        ),
        (
            "<terms internalId=\"999\"/>",
            "INVALID_KEY_OR_REF",
            "Invalid terms reference key 999.",
        ),
        (
            "<emailPreference>_never</emailPreference>",
            "USER_ERROR",
            "_default, _hTML, _pDF",
        ),
    ];
    for (element, expected, message) in cases {
        let record =
            format!("<record xsi:type=\"r:Customer\"><companyName>A</companyName>{element}</record>");
        let text = ask(&caller, "add", &record).await;
        assert_eq!(code(&text), expected, "{text}");
        assert!(text.contains(message), "{message} is not in {text}");
    }
}

#[tokio::test]
async fn read_only_fields_are_passed_over_where_the_preferences_say_so() {
    let (_account, _server, caller) = stage().await;
    let record = "<record xsi:type=\"r:Customer\"><companyName>A</companyName><balance>1</balance></record>";
    let answer = caller
        .soap("add")
        .beside("<preferences><ignoreReadOnlyFields>true</ignoreReadOnlyFields></preferences>")
        .content(record)
        .send()
        .await;
    assert!(answer.text().contains("isSuccess=\"true\""), "{}", answer.text());
}

#[tokio::test]
async fn a_budget_keeps_an_amount_for_each_period() {
    let (account, _server, caller) = stage().await;
    account.records.seed(NOW).await.unwrap();
    let budget = r#"<record xsi:type="f:Budget" externalId="b-1"><year internalId="1"/><account internalId="20"/>
        <subsidiary internalId="1"/><budgetType>_global</budgetType>
        <periodAmount1>100</periodAmount1><periodAmount2>250.25</periodAmount2></record>"#;
    let text = ask(&caller, "add", budget).await;
    assert!(text.contains("isSuccess=\"true\""), "{text}");
    let id = between(&text, "internalId=\"", "\"").to_owned();
    let text = ask(&caller, "get", &refers("baseRef", "budget", &id)).await;
    for part in [
        "xsi:type=\"tranFin:Budget\"",
        "<tranFin:periodAmount2>250.25</tranFin:periodAmount2>",
        "<tranFin:amount>350.25</tranFin:amount>",
        "<tranFin:budgetType>_global</tranFin:budgetType>",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let update =
        format!(r#"<record xsi:type="f:Budget" internalId="{id}"><periodAmount2>1</periodAmount2></record>"#);
    ask(&caller, "update", &update).await;
    let search = r#"<searchRecord xsi:type="c:BudgetSearchBasic"><account operator="anyOf"><searchValue internalId="20"/></account>
        <externalId operator="anyOf"><searchValue externalId="b-1"/></externalId></searchRecord>"#;
    let text = ask(&caller, "search", search).await;
    assert!(
        text.contains("<platformCore:totalRecords>1</platformCore:totalRecords>"),
        "{text}"
    );
    assert!(text.contains("<tranFin:amount>101</tranFin:amount>"), "{text}");
    let text = ask(&caller, "delete", &refers("baseRef", "budget", &id)).await;
    assert!(text.contains("isSuccess=\"true\""), "{text}");
}

#[tokio::test]
async fn each_level_of_customers_allows_one_operation_more() {
    let levels = [
        None,
        Some(Level::View),
        Some(Level::Create),
        Some(Level::Edit),
        Some(Level::Full),
    ];
    for (rank, level) in levels.into_iter().enumerate() {
        let account = Account::with(Blueprint::default().permit(Permission::Customers, level)).await;
        account.records.seed(NOW).await.unwrap();
        let server = account.listen().await;
        let caller = server.caller(&account.application());
        let add = "<record xsi:type=\"r:Customer\"><companyName>A</companyName></record>";
        let upsert = "<record xsi:type=\"r:Customer\" externalId=\"x\"><companyName>A</companyName></record>";
        let calls = [
            (1, "get", refers("baseRef", "customer", "25")),
            (
                1,
                "search",
                "<searchRecord xsi:type=\"c:CustomerSearchBasic\"/>".to_owned(),
            ),
            (2, "add", add.to_owned()),
            (3, "upsert", upsert.to_owned()),
            (
                4,
                "delete",
                "<baseRef xsi:type=\"c:RecordRef\" type=\"customer\" externalId=\"x\"/>".to_owned(),
            ),
        ];
        for (needed, operation, content) in calls {
            let text = ask(&caller, operation, &content).await;
            match rank >= needed {
                true => assert!(
                    text.contains("isSuccess=\"true\""),
                    "{operation} with {level:?}: {text}"
                ),
                false => assert_eq!(
                    code(&text),
                    "INSUFFICIENT_PERMISSION",
                    "{operation} with {level:?}"
                ),
            }
        }
    }
}

#[tokio::test]
async fn a_type_that_is_not_here_is_a_fault_with_its_name() {
    let (_account, _server, caller) = stage().await;
    let answer: Answer = caller
        .soap("get")
        .content(&refers("baseRef", "workOrder", "1"))
        .send()
        .await;
    assert_eq!(answer.status, 500);
    assert_eq!(
        answer.header("x-countersign"),
        Some("not-emulated; feature=SOAP record type workOrder")
    );
}

#[tokio::test]
async fn values_of_a_field_and_rates_of_budgets_are_listed() {
    let (account, _server, caller) = stage().await;
    account.records.seed(NOW).await.unwrap();
    let description = "<fieldDescription><recordType>customer</recordType><field>currency</field></fieldDescription><pageIndex>1</pageIndex>";
    let text = ask(&caller, "getSelectValue", description).await;
    assert!(
        text.contains("<platformCore:name>US Dollar</platformCore:name>"),
        "{text}"
    );
    let filter = "<budgetExchangeRateFilter><period internalId=\"1\"/></budgetExchangeRateFilter>";
    let text = ask(&caller, "getBudgetExchangeRate", filter).await;
    assert!(text.contains("isSuccess=\"true\""), "{text}");
    let text = ask(&caller, "getAll", "<record recordType=\"currency\"/>").await;
    assert!(text.contains("xsi:type=\"listAcct:Currency\""), "{text}");
    let kind = "<customizationType getCustomizationType=\"entityCustomField\"/>";
    let text = ask(&caller, "getCustomizationId", kind).await;
    assert!(text.contains("<platformCore:totalRecords>"), "{text}");
}
