//! Records initialised from others, records that were deleted, contacts attached, and operations that NetSuite ended.

use crate::soap_records::{added, ask, between, code, permitted, refers};
use countersign_model::{Level, Permission};
use countersign_records::{Catalog, Changes, Stamp, Value};
use countersign_testkit::{Account, Blueprint, Caller, NOW, Server};

async fn stage() -> (Account, Server, Caller) {
    let account = permitted().await;
    account.records.seed(NOW).await.unwrap();
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    (account, server, caller)
}

fn initialize(to: &str, of: &str, id: &str) -> String {
    format!(
        "<initializeRecord><type>{to}</type><reference internalId=\"{id}\" type=\"{of}\"/></initializeRecord>"
    )
}

async fn total(caller: &Caller, record_type: &str) -> String {
    let search = format!(
        "<searchRecord xsi:type=\"s:TransactionSearchBasic\"><type operator=\"anyOf\"><searchValue>_{record_type}\
         </searchValue></type></searchRecord>"
    );
    let text = ask(caller, "search", &search).await;
    between(&text, "<platformCore:totalRecords>", "<").to_owned()
}

/// An order of four chairs for customer 1.
async fn order(caller: &Caller) -> String {
    added(
        caller,
        "<record xsi:type=\"s:SalesOrder\"><entity internalId=\"1\"/><memo>Four chairs</memo><itemList><item>\
         <item externalId=\"item-chair-oak\"/><quantity>4</quantity></item></itemList></record>",
    )
    .await
}

#[tokio::test]
async fn an_initialised_invoice_is_filled_from_its_order_and_saved_only_when_it_is_added() {
    let (_account, _server, caller) = stage().await;
    let order = order(&caller).await;
    let before = total(&caller, "invoice").await;
    let text = ask(
        &caller,
        "initialize",
        &initialize("invoice", "salesOrder", &order),
    )
    .await;
    for part in [
        "<initializeResponse ",
        "<readResponse><platformCore:status isSuccess=\"true\"/><record xsi:type=\"tranSales:Invoice\"",
        &format!("<tranSales:createdFrom internalId=\"{order}\">"),
        "<tranSales:memo>Four chairs</tranSales:memo>",
        "<tranSales:quantity>4</tranSales:quantity>",
        "<tranSales:orderLine>1</tranSales:orderLine>",
        "<tranSales:subtotal>",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    for absent in ["<record internalId", "<tranSales:tranId>", "<tranSales:line>"] {
        assert!(!text.contains(absent), "{absent} is in {text}");
    }
    assert_eq!(total(&caller, "invoice").await, before);

    // What was initialised is added as it came: what is read-only in it is passed over.
    let content = between(&text, "<record ", "</record>");
    let (_, fields) = content.split_once('>').unwrap();
    let record = fields.replace("tranSales:", "").replace("platformCore:", "");
    let add = format!("<record xsi:type=\"s:Invoice\">{record}</record>").replace("platformCommon:", "");
    let answer = caller
        .soap("add")
        .beside("<preferences><ignoreReadOnlyFields>true</ignoreReadOnlyFields></preferences>")
        .content(&add)
        .send()
        .await;
    assert!(answer.text().contains("isSuccess=\"true\""), "{}", answer.text());
    assert_ne!(total(&caller, "invoice").await, before);

    let again = ask(
        &caller,
        "initialize",
        &initialize("invoice", "salesOrder", &order),
    )
    .await;
    assert_eq!(
        code(&again),
        "INVALID_INITIALIZE_REF",
        "all of it was billed: {again}"
    );
}

#[tokio::test]
async fn an_initialised_record_takes_no_number() {
    let (_account, _server, caller) = stage().await;
    let number = |text: &str| between(text, "<tranSales:tranId>SO", "<").parse::<u64>().unwrap();
    let first = order(&caller).await;
    let first = number(&ask(&caller, "get", &refers("baseRef", "salesOrder", &first)).await);
    let order_id = order(&caller).await;
    for _ in 0..3 {
        ask(
            &caller,
            "initialize",
            &initialize("invoice", "salesOrder", &order_id),
        )
        .await;
    }
    let last = order(&caller).await;
    let last = number(&ask(&caller, "get", &refers("baseRef", "salesOrder", &last)).await);
    assert_eq!(last, first + 2);
    let made = "<record xsi:type=\"s:Invoice\"><entity internalId=\"1\"/><itemList><item><item externalId=\"item-chair-oak\"/></item></itemList></record>";
    let (one, other) = (added(&caller, made).await, added(&caller, made).await);
    let invoice = async |id: &str| {
        let text = ask(&caller, "get", &refers("baseRef", "invoice", id)).await;
        between(&text, "<tranSales:tranId>INV", "<")
            .parse::<u64>()
            .unwrap()
    };
    let one = invoice(&one).await;
    ask(&caller, "initialize", &initialize("invoice", "customer", "1")).await;
    assert_eq!(invoice(&other).await, one + 1);
    let third = added(&caller, made).await;
    assert_eq!(invoice(&third).await, one + 2);
}

#[tokio::test]
async fn every_transform_is_an_initialisation_and_so_is_a_record_begun_for_somebody() {
    let (account, _server, caller) = stage().await;
    let order = order(&caller).await;
    let invoice = added(
        &caller,
        "<record xsi:type=\"s:Invoice\"><entity internalId=\"1\"/><itemList><item><item externalId=\"item-chair-oak\"/>\
         </item></itemList></record>",
    )
    .await;
    let vendor = "<baseRef xsi:type=\"c:RecordRef\" type=\"vendor\" externalId=\"v\"/>";
    added(
        &caller,
        "<record xsi:type=\"r:Vendor\" externalId=\"v\"><companyName>Timber</companyName></record>",
    )
    .await;
    let text = ask(&caller, "get", vendor).await;
    let vendor = between(&text, "<record internalId=\"", "\"").to_owned();
    let purchase = added(
        &caller,
        &format!(
            "<record xsi:type=\"p:PurchaseOrder\"><entity internalId=\"{vendor}\"/><itemList><item>\
             <item externalId=\"item-chair-oak\"/><rate>10</rate></item></itemList></record>"
        ),
    )
    .await;
    let bill = added(
        &caller,
        &format!(
            "<record xsi:type=\"p:VendorBill\"><entity internalId=\"{vendor}\"/><itemList><item>\
             <item externalId=\"item-chair-oak\"/><rate>10</rate></item></itemList></record>"
        ),
    )
    .await;
    let transfer = added(
        &caller,
        "<record xsi:type=\"s:TransferOrder\"><location internalId=\"1\"/><transferLocation internalId=\"2\"/><itemList><item>\
         <item externalId=\"item-chair-oak\"/><quantity>3</quantity></item></itemList></record>",
    )
    .await;
    // What was sent can be received, and the rest be sent.
    let part = format!(
        "<record xsi:type=\"s:ItemFulfillment\"><createdFrom internalId=\"{transfer}\"/><itemList><item>\
         <orderLine>1</orderLine><item externalId=\"item-chair-oak\"/><quantity>2</quantity></item></itemList></record>"
    );
    added(&caller, &part).await;
    let seeded = async |of: &str, external: &str| {
        let of = account.records.record_type(of).unwrap();
        let key = countersign_records::Key::External(external.to_owned());
        account.records.get(of, key).await.unwrap().id.to_string()
    };
    let ids = [
        ("salesOrder", order),
        ("invoice", invoice),
        ("purchaseOrder", purchase),
        ("vendorBill", bill),
        ("transferOrder", transfer),
        ("opportunity", seeded("opportunity", "opportunity-1").await),
        ("estimate", seeded("estimate", "estimate-1").await),
        (
            "returnAuthorization",
            seeded("returnAuthorization", "return-1").await,
        ),
        ("cashSale", seeded("cashSale", "cash-sale-1").await),
        (
            "customerDeposit",
            seeded("customerDeposit", "customer-deposit-1").await,
        ),
        (
            "vendorReturnAuthorization",
            seeded("vendorReturnAuthorization", "vendor-return-1").await,
        ),
    ];
    let one = "1".to_owned();
    let mut cases = vec![
        ("invoice".to_owned(), "customer", &one),
        ("creditMemo".to_owned(), "customer", &one),
        ("customerPayment".to_owned(), "customer", &one),
        ("vendorBill".to_owned(), "vendor", &vendor),
        ("vendorPayment".to_owned(), "vendor", &vendor),
        ("salesOrder".to_owned(), "customer", &one),
        ("estimate".to_owned(), "customer", &one),
        ("cashSale".to_owned(), "customer", &one),
        ("customerRefund".to_owned(), "customer", &one),
        ("purchaseOrder".to_owned(), "vendor", &vendor),
        ("vendorCredit".to_owned(), "vendor", &vendor),
    ];
    for of in account.records.types() {
        for transform in &of.transforms {
            let (name, id) = ids.iter().find(|(name, _)| *name == of.name).unwrap();
            cases.push((transform.to.clone(), name, id));
        }
    }
    assert!(cases.len() > 10, "{cases:?}");
    let list: String = cases.iter().map(|(to, of, id)| initialize(to, of, id)).collect();
    let text = ask(&caller, "initializeList", &list).await;
    let successes = text.matches("<readResponse><platformCore:status isSuccess=\"true\"/><record xsi:type=");
    assert_eq!(successes.count(), cases.len(), "{cases:?}: {text}");
}

#[tokio::test]
async fn what_cannot_be_initialised_says_why() {
    let (_account, _server, caller) = stage().await;
    let order = order(&caller).await;
    let cases = [
        (
            initialize("customer", "salesOrder", &order),
            "INVALID_INITIALIZE_REF",
        ),
        (initialize("invoice", "salesOrder", "99999"), "RCRD_DSNT_EXIST"),
        (initialize("invoice", "customer", "99999"), "RCRD_DSNT_EXIST"),
        (initialize("invoice", "salesOrder", "x"), "INVALID_KEY_OR_REF"),
        (
            "<initializeRecord><type>invoice</type></initializeRecord>".to_owned(),
            "INVALID_INITIALIZE_REF",
        ),
    ];
    for (content, expected) in cases {
        assert_eq!(
            code(&ask(&caller, "initialize", &content).await),
            expected,
            "{content}"
        );
    }
    let aux = "<initializeRecord><type>customerPayment</type><reference type=\"customer\" internalId=\"1\"/><auxReference \
               type=\"arAccount\" internalId=\"3\"/></initializeRecord>";
    for (content, feature) in [
        (
            initialize("revenueCommitment", "salesOrder", &order),
            "SOAP record type revenueCommitment",
        ),
        (aux.to_owned(), "SOAP initialize auxReference"),
    ] {
        let answer = caller.soap("initialize").content(&content).send().await;
        let said = format!("not-emulated; feature={feature}");
        assert_eq!(answer.header("x-countersign"), Some(said.as_str()));
    }
}

#[tokio::test]
async fn an_initialisation_needs_to_view_the_one_and_create_the_other() {
    for (view, create, succeeds) in [
        (Some(Level::View), Some(Level::Create), true),
        (None, Some(Level::Create), false),
        (Some(Level::View), Some(Level::View), false),
    ] {
        let blueprint = Blueprint::default()
            .permit(Permission::Customers, view)
            .permit(Permission::by_id("TRAN_CUSTINVC").unwrap(), create);
        let account = Account::with(blueprint).await;
        account.records.seed(NOW).await.unwrap();
        let server = account.listen().await;
        let caller = server.caller(&account.application());
        let text = ask(&caller, "initialize", &initialize("invoice", "customer", "1")).await;
        match succeeds {
            true => assert!(text.contains("isSuccess=\"true\""), "{text}"),
            false => assert_eq!(code(&text), "INSUFFICIENT_PERMISSION"),
        }
    }
}

/// A role that may do anything with any record, and see what was deleted.
async fn keeper() -> (Account, Server, Caller) {
    let catalog = Catalog::built_in().unwrap();
    let permissions = catalog.types().filter_map(|of| of.permission.as_deref());
    let blueprint = permissions.fold(Blueprint::default(), |blueprint, id| {
        blueprint.permit(Permission::by_id(id).unwrap(), Level::Full)
    });
    let account = Account::with(blueprint.permit(Permission::DeletedRecords, Level::Full)).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    (account, server, caller)
}

fn deleted(filter: &str, page: u32) -> String {
    format!("<pageIndex>{page}</pageIndex><getDeletedFilter>{filter}</getDeletedFilter>")
}

#[tokio::test]
async fn deleted_records_are_listed_by_type_and_date_with_the_names_they_had() {
    let (_account, _server, caller) = keeper().await;
    for (kind, name) in [
        ("Customer", "Acme"),
        ("Vendor", "Timber"),
        ("Customer", "Bolt & Co"),
    ] {
        let name = name.replace('&', "&amp;");
        let id = added(
            &caller,
            &format!("<record xsi:type=\"r:{kind}\" externalId=\"{name}\"><entityId>{name}</entityId><companyName>{name}</companyName></record>"),
        )
        .await;
        let kind = kind.to_lowercase();
        let renamed = format!(
            "<record xsi:type=\"r:{kind}\" internalId=\"{id}\"><entityId>{name} Ltd</entityId></record>"
        );
        ask(
            &caller,
            "update",
            &renamed
                .replace("r:customer", "r:Customer")
                .replace("r:vendor", "r:Vendor"),
        )
        .await;
        ask(&caller, "delete", &refers("baseRef", &kind, &id)).await;
    }
    let kept = added(
        &caller,
        "<record xsi:type=\"r:Customer\"><companyName>Kept</companyName></record>",
    )
    .await;

    let text = ask(&caller, "getDeleted", &deleted("", 1)).await;
    for part in [
        "<platformCore:getDeletedResult><platformCore:status isSuccess=\"true\"/>",
        "<platformCore:totalRecords>3</platformCore:totalRecords>",
        "<platformCore:totalPages>1</platformCore:totalPages>",
        "<platformCore:deletedRecord><platformCore:deletedDate>2026-01-01T00:00:00.000Z</platformCore:deletedDate>\
         <platformCore:record internalId=\"1\" externalId=\"Acme\" type=\"customer\" xsi:type=\"platformCore:RecordRef\">\
         <platformCore:name>Acme Ltd</platformCore:name></platformCore:record></platformCore:deletedRecord>",
        "<platformCore:name>Bolt &amp; Co Ltd</platformCore:name>",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains(&format!("internalId=\"{kept}\"")), "{text}");

    let day = |operator: &str, from: &str| {
        format!(
            "<deletedDate operator=\"{operator}\"><searchValue>{from}</searchValue><searchValue2>2026-01-02T00:00:00Z</searchValue2></deletedDate>"
        )
    };
    let of = |operator: &str, kind: &str| {
        format!("<type operator=\"{operator}\"><searchValue>{kind}</searchValue></type>")
    };
    let (at, later) = ("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z");
    for (filter, expected) in [
        (of("anyOf", "customer"), 2),
        (of("anyOf", "_vendor"), 1),
        (of("noneOf", "customer"), 1),
        (day("within", at), 3),
        (day("within", later), 0),
        (day("notWithin", at), 0),
        (day("after", at), 0),
        (day("onOrAfter", at), 3),
        (day("before", at), 0),
        (day("before", later), 3),
        (day("notBefore", later), 0),
        (day("on", at), 3),
        (day("notOn", at), 0),
        (day("notOn", later), 3),
        (format!("{}{}", of("anyOf", "customer"), day("onOrBefore", at)), 2),
    ] {
        let text = ask(&caller, "getDeleted", &deleted(&filter, 1)).await;
        let total = between(&text, "<platformCore:totalRecords>", "<");
        assert_eq!(total, expected.to_string(), "{filter}");
    }
    let none = of("anyOf", "workOrder");
    let answer = caller.soap("getDeleted").content(&deleted(&none, 1)).send().await;
    assert_eq!(
        answer.header("x-countersign"),
        Some("not-emulated; feature=SOAP record type workOrder")
    );
    let wrong = day("contains", at);
    assert_eq!(
        code(&ask(&caller, "getDeleted", &deleted(&wrong, 1)).await),
        "USER_ERROR"
    );
}

#[tokio::test]
async fn deleted_records_come_in_pages_of_the_size_that_searches_have() {
    let (_account, _server, caller) = keeper().await;
    for number in 0..7 {
        let record = format!("<record xsi:type=\"r:Customer\"><companyName>C{number}</companyName></record>");
        let id = added(&caller, &record).await;
        ask(&caller, "delete", &refers("baseRef", "customer", &id)).await;
    }
    let page = async |index: u32| {
        let call = caller
            .soap("getDeleted")
            .beside("<searchPreferences><pageSize>5</pageSize></searchPreferences>");
        call.content(&deleted("", index)).send().await.text()
    };
    let (first, second) = (page(1).await, page(2).await);
    assert_eq!(
        (
            between(&first, "<platformCore:totalPages>", "<"),
            first.matches("<platformCore:deletedRecord>").count(),
            second.matches("<platformCore:deletedRecord>").count()
        ),
        ("2", 5, 2)
    );
    for beyond in [0, 3] {
        assert_eq!(code(&page(beyond).await), "INVALID_PAGE_INDEX");
    }
}

#[tokio::test]
async fn what_was_deleted_is_seen_with_a_permission_of_its_own() {
    let (_account, _server, caller) = stage().await;
    let text = ask(&caller, "getDeleted", &deleted("", 1)).await;
    assert_eq!(code(&text), "INSUFFICIENT_PERMISSION");
    assert!(text.contains("Deleted Records"), "{text}");
}

#[tokio::test]
async fn a_contact_is_attached_to_a_company_and_detached_again() {
    let (_account, _server, caller) = stage().await;
    let contact = added(
        &caller,
        "<record xsi:type=\"r:Contact\"><entityId>Ada</entityId><email>ada@example.com</email></record>",
    )
    .await;
    let attach = |to: &str, id: &str, contact: &str| {
        format!(
            "<attachReference xsi:type=\"c:AttachContactReference\"><attachTo internalId=\"{id}\" type=\"{to}\" \
             xsi:type=\"c:RecordRef\"/><contact internalId=\"{contact}\"/></attachReference>"
        )
    };
    let text = ask(&caller, "attach", &attach("customer", "1", &contact)).await;
    assert!(
        text.contains("<attachResponse ")
            && text.contains("<baseRef internalId=\"1\" type=\"customer\" xsi:type="),
        "{text}"
    );
    let found = ask(
        &caller,
        "search",
        "<searchRecord xsi:type=\"r:CustomerSearch\"><contactJoin><email operator=\"is\"><searchValue>ada@example.com\
         </searchValue></email></contactJoin></searchRecord>",
    )
    .await;
    assert!(found.contains("<platformCore:record internalId=\"1\""), "{found}");

    let taken = caller
        .soap("attach")
        .content(&attach("customer", "2", &contact))
        .send()
        .await;
    assert!(
        taken.header("x-countersign").is_some(),
        "a contact has one company: {}",
        taken.text()
    );
    assert_eq!(
        code(&ask(&caller, "attach", &attach("customer", "1", "99999")).await),
        "USER_ERROR"
    );

    let detach = format!(
        "<detachReference xsi:type=\"c:DetachBasicReference\"><detachFrom internalId=\"1\" type=\"customer\" \
         xsi:type=\"c:RecordRef\"/><detachedRecord internalId=\"{contact}\" type=\"contact\" xsi:type=\"c:RecordRef\"/>\
         </detachReference>"
    );
    let text = ask(&caller, "detach", &detach).await;
    assert!(text.contains("isSuccess=\"true\""), "{text}");
    let text = ask(&caller, "get", &refers("baseRef", "contact", &contact)).await;
    assert!(!text.contains("<listRel:company "), "{text}");
    assert_eq!(code(&ask(&caller, "detach", &detach).await), "USER_ERROR");
}

#[tokio::test]
async fn what_records_cannot_hold_is_refused_in_the_answer_of_attach_itself() {
    let (_account, _server, caller) = stage().await;
    let file = "<attachReference xsi:type=\"c:AttachBasicReference\"><attachTo internalId=\"1\" type=\"customer\" \
                xsi:type=\"c:RecordRef\"/><attachedRecord internalId=\"1\" type=\"file\" xsi:type=\"c:RecordRef\"/></attachReference>";
    let answer = caller.soap("attach").content(file).send().await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("x-countersign"),
        Some("not-emulated; feature=SOAP attach of file and customer")
    );
    let text = answer.text();
    assert!(
        text.contains("<attachResponse ") && text.contains("<writeResponse>"),
        "{text}"
    );
    assert_eq!(code(&text), "FEATURE_DISABLED");
}

#[tokio::test]
async fn searches_that_scripts_saved_are_listed_by_their_type_for_whom_they_are() {
    let (account, _server, caller) = stage().await;
    let of = account.records.record_type("savedSearch").unwrap();
    let stamp = Stamp { at: NOW, by: 999 };
    for (title, record_type, is_public) in [
        ("Open orders", "salesorder", true),
        ("My orders", "salesorder", false),
        ("Old customers", "customer", true),
    ] {
        let search = Changes::new()
            .set("title", Value::Text(title.to_owned()))
            .set("recordType", Value::Text(record_type.to_owned()))
            .set("isPublic", Value::Bool(is_public))
            .set("definition", Value::Text("{}".to_owned()));
        account.records.create(of, search, stamp).await.unwrap();
    }
    for (asked, found) in [
        ("transaction", "1"),
        ("salesOrder", "1"),
        ("customer", "1"),
        ("item", "0"),
    ] {
        let record = format!("<record searchType=\"{asked}\"/>");
        let text = ask(&caller, "getSavedSearch", &record).await;
        assert_eq!(
            between(&text, "<platformCore:totalRecords>", "<"),
            found,
            "{text}"
        );
        assert_eq!(
            text.contains("Open orders"),
            ["transaction", "salesOrder"].contains(&asked)
        );
    }
    let text = ask(&caller, "getSavedSearch", "<record/>").await;
    assert_eq!(code(&text), "USER_ERROR");
}

#[tokio::test]
async fn a_login_by_password_is_refused_with_what_to_do_instead_and_has_its_row() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let passport =
        "<passport><email>a@b.example</email><password>p</password><account>1234567</account></passport>";
    for operation in ["login", "ssoLogin", "mapSso"] {
        let answer = caller.soap(operation).passports(0).content(passport).send().await;
        let text = answer.text();
        assert_eq!(
            (answer.status, answer.error_code().as_deref()),
            (500, Some("INVALID_LOGIN_CREDENTIALS")),
            "{text}"
        );
        assert!(
            text.contains("invalidCredentialsFault") && text.contains("TokenPassport"),
            "{text}"
        );
        assert_eq!(account.last_login().await.status, "Failure");
        // With a token there is nothing to log in to.
        let answer = caller.soap(operation).content(passport).send().await;
        assert!(answer.text().contains("invalidSessionFault"), "{}", answer.text());
    }
}

#[tokio::test]
async fn only_endpoints_with_sessions_declare_the_operations_of_sessions() {
    let account = Account::ready().await;
    let server = account.listen().await;
    for (version, has_them) in [
        ("2019_2", true),
        ("2020_1", true),
        ("2020_2", false),
        ("2025_2", false),
    ] {
        let host = server.address;
        let request = format!(
            "GET /wsdl/v{version}_0/netsuite.wsdl HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        );
        let wsdl = server.send(request).await.text();
        for operation in ["login", "searchMore", "searchNext", "mapSso"] {
            let declared = wsdl.contains(&format!("<operation name=\"{operation}\">"));
            assert_eq!(declared, has_them, "{operation} in {version}");
        }
        for operation in ["asyncAddList", "getItemAvailability", "initialize", "getDeleted"] {
            assert!(
                wsdl.contains(&format!("<operation name=\"{operation}\">")),
                "{operation}"
            );
        }
    }
}

#[tokio::test]
async fn what_there_is_of_an_item_follows_from_bills_fulfillments_and_orders() {
    let (account, _server, caller) = stage().await;
    let asked = |reference: &str| {
        format!("<itemAvailabilityFilter><item><recordRef {reference}/></item></itemAvailabilityFilter>")
    };
    let text = ask(
        &caller,
        "getItemAvailability",
        &asked("externalId=\"item-chair-oak\""),
    )
    .await;
    assert!(
        text.contains("<platformCore:status isSuccess=\"true\"/>"),
        "{text}"
    );
    let lines: Vec<&str> = text.split("<platformCore:itemAvailability>").skip(1).collect();
    assert!(!lines.is_empty(), "{text}");
    for line in lines {
        let number = |name: &str| -> f64 {
            let element = format!("<platformCore:{name}>");
            between(line, &element, "<").parse().unwrap()
        };
        let (on_hand, committed) = (number("quantityOnHand"), number("quantityCommitted"));
        assert_eq!(number("quantityAvailable"), on_hand - committed, "{line}");
    }

    let text = ask(&caller, "getItemAvailability", &asked("internalId=\"99999\"")).await;
    assert_eq!(code(&text), "INVALID_KEY_OR_REF");
    assert!(text.contains("Invalid item reference key 99999."), "{text}");
    let text = ask(&caller, "getItemAvailability", "<itemAvailabilityFilter/>").await;
    assert_eq!(code(&text), "USER_ERROR");
    drop(account);
}

#[tokio::test]
async fn a_bill_brings_stock_to_its_location() {
    let (_account, _server, caller) = stage().await;
    let asked = "<itemAvailabilityFilter><item><recordRef externalId=\"item-chair-oak\"/></item></itemAvailabilityFilter>";
    let on_hand = |text: &str| -> f64 {
        let lines = text.split("<platformCore:quantityOnHand>").skip(1);
        lines
            .map(|line| line.split('<').next().unwrap().parse::<f64>().unwrap())
            .sum()
    };
    let before = on_hand(&ask(&caller, "getItemAvailability", asked).await);
    added(
        &caller,
        "<record xsi:type=\"p:VendorBill\"><entity externalId=\"cedar-ridge-timber\"/><location internalId=\"1\"/><itemList><item>\
         <item externalId=\"item-chair-oak\"/><quantity>7</quantity><rate>10</rate></item></itemList></record>",
    )
    .await;
    let text = ask(&caller, "getItemAvailability", asked).await;
    assert_eq!(on_hand(&text), before + 7.0);
    let place =
        "<platformCore:locationId internalId=\"1\"><platformCore:name>Portland Warehouse</platformCore:name>";
    assert!(text.contains(place), "{text}");
}
