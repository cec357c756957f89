//! Statements over the demonstration company: what is there, what it is shown as, and who sees it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at its first surprise"
)]

use std::sync::Arc;

use countersign_records::{AskError, Catalog, Changes, Question, RecordType, Records};
use countersign_suiteql::{DateFormat, Limits, Page, QueryError, Rows, Settings, Value};
use countersign_world::{FixedClock, UnixTime};
use tempfile::TempDir;
use tokio::sync::OnceCell;

const NOW: UnixTime = UnixTime::from_seconds(1_795_255_200);

struct Company {
    records: Records,
    _folder: TempDir,
}

/// The file of the company's records, made once.
static SEEDED: OnceCell<Vec<u8>> = OnceCell::const_new();

async fn seeded() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    let records = Records::open(&path).await.unwrap();
    records.seed(NOW).await.unwrap();
    records.close().await.unwrap();
    std::fs::read(&path).unwrap()
}

impl Company {
    async fn new() -> Self {
        Self::of(Catalog::built_in().unwrap()).await
    }

    async fn of(catalog: Catalog) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.sqlite");
        std::fs::write(&path, SEEDED.get_or_init(seeded).await).unwrap();
        let records = Records::open_with(&path, catalog).await.unwrap();
        Self {
            records,
            _folder: folder,
        }
    }

    async fn ask_as(&self, sees: impl Fn(&RecordType) -> bool, statement: &str) -> Result<Rows, AskError> {
        let question = Question {
            statement: statement.to_owned(),
            parameters: Vec::new(),
            access: self.records.sight(sees)?,
            settings: Settings {
                now: NOW,
                date_format: DateFormat::default(),
            },
            page: Page {
                limit: 1000,
                offset: 0,
            },
            limits: Limits::default(),
            clock: Arc::new(FixedClock::at(NOW)),
        };
        self.records.ask(question, |rows| rows).await
    }

    async fn ask(&self, statement: &str) -> Rows {
        let answer = self.ask_as(|_| true, statement).await;
        answer.unwrap_or_else(|error| panic!("{statement}: {error}"))
    }

    async fn texts(&self, statement: &str) -> Vec<String> {
        texts(&self.ask(statement).await)
    }
}

fn texts(rows: &Rows) -> Vec<String> {
    let text = |row: &Vec<Value>| row[0].to_text().unwrap_or_else(|| "-".to_owned());
    rows.rows.iter().map(text).collect()
}

#[tokio::test]
async fn every_table_and_column_is_answered_and_what_is_said_to_hold_no_null_holds_none() {
    let company = Company::new().await;
    let tables = company.records.catalog().tables();
    for table in tables.iter().filter(|table| !table.is_shown) {
        let all = company.ask(&format!("SELECT * FROM {}", table.name)).await;
        assert!(all.columns.len() > 1, "{}", table.name);
        for column in table.columns.iter().filter(|column| column.never_null) {
            let nulls = format!(
                "SELECT COUNT(*) FROM {} WHERE {} IS NULL",
                table.name, column.name
            );
            assert_eq!(company.texts(&nulls).await, ["0"], "{nulls}");
        }
        for column in &all.columns {
            let shown = format!("SELECT BUILTIN.DF({}) FROM {}", column.name, table.name);
            company.ask(&shown).await;
        }
    }
}

#[tokio::test]
async fn what_a_status_is_shown_as_depends_on_the_type_of_its_row() {
    let company = Company::new().await;
    let shown = company
        .texts("SELECT DISTINCT BUILTIN.DF(status) FROM transaction WHERE recordtype IN ('invoice', 'salesorder')")
        .await;
    assert!(shown.contains(&"Invoice : Paid In Full".to_owned()), "{shown:?}");
    assert!(shown.iter().all(|text| text.contains(" : ")), "{shown:?}");
    let counted = company
        .ask("SELECT BUILTIN.DF(t.status) AS status, COUNT(*) FROM transaction t GROUP BY BUILTIN.DF(t.status)")
        .await;
    assert!(counted.rows.len() > 3);
    assert_eq!(
        company
            .texts("SELECT DISTINCT BUILTIN.DF(type) FROM transaction WHERE type = 'CustInvc'")
            .await,
        ["Invoice"]
    );
    for lost in [
        "SELECT BUILTIN.DF(status) FROM (SELECT status FROM transaction)",
        "SELECT BUILTIN.DF(recordtype) FROM (SELECT status AS recordtype FROM transaction)",
        "SELECT BUILTIN.DF(MAX(status)) FROM transaction",
        "WITH t AS (SELECT status AS c1 FROM transaction) SELECT BUILTIN.DF(c1) FROM t",
    ] {
        let refused = company.ask_as(|_| true, lost).await;
        assert!(
            matches!(refused, Err(AskError::Query(QueryError::NotEmulated { .. }))),
            "{lost}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_record_of_an_undeclared_type_is_shown_by_the_name_somebody_gave_it_and_cannot_be_queried() {
    let company = Company::new().await;
    let shown = company
        .texts("SELECT DISTINCT BUILTIN.DF(entitystatus) FROM customer WHERE entitystatus = 13")
        .await;
    assert_eq!(shown, ["CUSTOMER-Closed Won"]);
    let refused = company.ask_as(|_| true, "SELECT * FROM customerstatus").await;
    assert!(matches!(
        refused,
        Err(AskError::Query(QueryError::UnknownTable { .. }))
    ));
}

#[tokio::test]
async fn whoever_sees_one_type_of_a_family_sees_its_rows_lines_postings_and_notes_alone() {
    let company = Company::new().await;
    let invoices = |of: &RecordType| of.script_id == "invoice";
    for (statement, all) in [
        ("SELECT DISTINCT recordtype FROM transaction", "invoice"),
        (
            "SELECT DISTINCT recordtype FROM systemnote WHERE recordid > 0",
            "invoice",
        ),
    ] {
        let seen = company.ask_as(invoices, statement).await.unwrap();
        assert_eq!(texts(&seen), [all], "{statement}");
    }
    for table in ["transactionline", "transactionaccountingline"] {
        let count = format!("SELECT COUNT(*) FROM {table}");
        let seen = texts(&company.ask_as(invoices, &count).await.unwrap());
        let theirs = format!(
            "SELECT COUNT(*) FROM {table} l JOIN transaction t ON t.id = l.transaction WHERE t.recordtype = 'invoice'"
        );
        assert_eq!(seen, company.texts(&theirs).await, "{table}");
        assert_ne!(seen, company.texts(&count).await, "{table}");
        assert_ne!(seen, ["0"], "{table}");
    }
    for hidden in ["customer", "entity", "item", "account"] {
        let refused = company
            .ask_as(invoices, &format!("SELECT id FROM {hidden}"))
            .await;
        assert!(
            matches!(refused, Err(AskError::Query(QueryError::Hidden { .. }))),
            "{hidden}"
        );
    }
    let vendors = company
        .ask_as(|of| of.script_id == "vendor", "SELECT DISTINCT type FROM entity")
        .await;
    assert_eq!(texts(&vendors.unwrap()), ["Vendor"]);
    let nothing = company.ask_as(|_| false, "SELECT * FROM systemnote").await;
    assert!(matches!(nothing, Err(AskError::Query(QueryError::Hidden { .. }))));
}

#[tokio::test]
async fn a_statement_sees_what_was_written_just_before() {
    let company = Company::new().await;
    let count = "SELECT COUNT(*) FROM customer";
    let before = company.texts(count).await;
    let customer = Arc::clone(company.records.record_type("customer").unwrap());
    let stamp = countersign_records::Stamp { at: NOW, by: 1 };
    company
        .records
        .delete(&customer, countersign_records::Key::Internal(25), stamp)
        .await
        .unwrap();
    assert_ne!(before, company.texts(count).await);
}

#[tokio::test]
async fn records_that_are_closed_leave_no_connection_and_answer_nothing() {
    let company = Company::new().await;
    company.ask("SELECT id FROM customer").await;
    company.records.clone().close().await.unwrap();
    let log = company._folder.path().join("records.sqlite-wal");
    assert!(!log.exists(), "the last connection took it along");
    let late = company.ask_as(|_| true, "SELECT id FROM customer").await;
    assert!(matches!(late, Err(AskError::Closed)));
}

#[tokio::test]
async fn records_in_memory_say_that_they_cannot_be_queried() {
    let company = Company {
        records: Records::in_memory(Catalog::built_in().unwrap()).await.unwrap(),
        _folder: tempfile::tempdir().unwrap(),
    };
    let refused = company.ask_as(|_| true, "SELECT id FROM customer").await;
    assert!(matches!(refused, Err(AskError::InMemory)));
}

/// The statements of `crates/suiteql`, written for a company with a record type of its own.
#[tokio::test]
async fn the_statements_people_send_are_answered_over_the_demonstration_company() {
    let machine = "record customrecord_machine \"Machine\" named=name may=LIST_CUSTRECORDENTRY\n  name text !\n  \
                   isInactive bool\n  custrecord_customer ref(customer)\n  custrecord_serial text\n  \
                   custrecord_warranty date\n";
    let company = Company::of(Catalog::built_in().unwrap().extended("account", machine).unwrap()).await;
    let (mut asked, mut with_rows) = (0, 0);
    let mut refused = Vec::new();
    let statements = include_str!("../../suiteql/tests/suiteql/corpus.sql");
    for statement in statements.split("\n\n").map(str::trim) {
        asked += 1;
        let given = statement.replace('?', "'1'");
        match company.ask_as(|_| true, &given).await {
            Ok(rows) => with_rows += usize::from(!rows.rows.is_empty()),
            Err(error) => refused.push(format!("{statement}: {error}")),
        }
    }
    // NetSuite keeps in a column who made a transaction.
    refused.retain(|statement| !statement.contains("There is no column t.createdby"));
    assert!(refused.is_empty(), "{refused:#?}");
    assert!(asked >= 150, "{asked}");
    assert!(with_rows >= 100, "{with_rows} of {asked} found something");
}

#[tokio::test]
async fn links_lead_from_a_document_to_what_came_of_it_and_are_seen_with_both_ends() {
    let company = Company::new().await;
    for (statement, expected) in [
        // A line of an invoice is of the item its order's line is of, and no line of an order is lost.
        (
            "SELECT COUNT(*) FROM nexttransactionlinelink l JOIN transactionline n ON n.id = l.nextline \
             JOIN transactionline o ON o.id = l.previousline \
             WHERE l.linktype <> 'Payment' AND (n.item <> o.item OR n.transaction <> l.nextdoc)",
            "0",
        ),
        (
            "SELECT COUNT(*) FROM transactionline l JOIN transaction t ON t.id = l.transaction \
             WHERE l.createdfrom IS NOT NULL AND l.mainline = 'F' AND t.type = 'ItemShip' AND NOT EXISTS \
             (SELECT 1 FROM previoustransactionlinelink p WHERE p.nextline = l.id AND p.linktype = 'ShipRcpt')",
            "0",
        ),
        (
            "SELECT COUNT(*) FROM transaction t WHERE t.type = 'CustInvc' AND t.foreignamountpaid <> \
             (SELECT NVL(SUM(l.foreignamount), 0) FROM nexttransactionlink l \
              WHERE l.previousdoc = t.id AND l.linktype = 'Payment')",
            "0",
        ),
        (
            "SELECT DISTINCT linktype FROM nexttransactionlink WHERE previoustype = 'SalesOrd' AND nexttype = 'CustInvc'",
            "OrdBill",
        ),
    ] {
        assert_eq!(company.texts(statement).await, [expected], "{statement}");
    }
    let all = company.texts("SELECT COUNT(*) FROM nexttransactionlink").await;
    assert_ne!(all, ["0"]);
    let links = "SELECT COUNT(*) FROM nexttransactionlink";
    let invoices = company.ask_as(|of| of.script_id == "invoice", links).await;
    assert_eq!(
        texts(&invoices.unwrap()),
        ["0"],
        "an order or a payment is at the other end"
    );
    let sales = |of: &RecordType| ["invoice", "salesorder"].contains(&of.script_id.as_str());
    let both = texts(&company.ask_as(sales, links).await.unwrap());
    assert!(both != ["0"] && both != all, "{both:?} of {all:?}");
}

#[tokio::test]
async fn what_a_table_that_follows_from_others_says_agrees_with_them() {
    let company = Company::new().await;
    for (statement, expected) in [
        (
            "SELECT COUNT(*) FROM item i WHERE i.itemtype = 'InvtPart' AND i.quantityonhand <> \
             (SELECT NVL(SUM(l.quantity), 0) FROM transactionline l JOIN transaction t ON t.id = l.transaction \
              WHERE l.item = i.id AND t.type IN ('ItemRcpt', 'ItemShip', 'InvAdjst'))",
            "0",
        ),
        (
            "SELECT COUNT(*) FROM item WHERE itemtype = 'InvtPart' AND \
             (quantityavailable <> quantityonhand - quantitycommitted OR quantitycommitted < 0 OR quantitybackordered < 0)",
            "0",
        ),
        (
            "SELECT COUNT(*) FROM item WHERE itemtype <> 'InvtPart' AND quantityonhand IS NOT NULL",
            "0",
        ),
        (
            "SELECT COUNT(*) FROM transaction t LEFT JOIN transactionstatus s ON s.id = t.status AND s.trantype = t.type \
             WHERE t.status IS NOT NULL AND NVL(s.fullname, '-') <> BUILTIN.DF(t.status)",
            "0",
        ),
        (
            "SELECT DISTINCT BUILTIN.DF(accountingbook) FROM transactionaccountingline",
            "Primary Accounting Book",
        ),
        (
            "SELECT DISTINCT BUILTIN.DF(recordtypeid) FROM systemnote WHERE recordtypeid = -30",
            "Transaction",
        ),
        (
            "SELECT COUNT(*) FROM systemnote WHERE recordtype = 'invoice' AND (recordtypeid <> -30 OR record IS NULL)",
            "0",
        ),
        (
            "SELECT COUNT(*) FROM customer c LEFT JOIN customersubsidiaryrelationship r \
             ON r.entity = c.id AND r.isprimarysub = 'T' WHERE NVL(r.subsidiary, 0) <> NVL(c.subsidiary, 0)",
            "0",
        ),
        (
            "SELECT COUNT(*) FROM budgets b WHERE b.total <> \
             (SELECT SUM(m.amount) FROM budgetsmachine m WHERE m.budget = b.id)",
            "0",
        ),
        ("SELECT name FROM country WHERE id = 'CH'", "Switzerland"),
        (
            "SELECT fullname FROM state WHERE country = 'US' AND shortname = 'NY'",
            "New York",
        ),
        ("SELECT COUNT(*) FROM scriptdeployment", "0"),
        // A kit of a table and a lamp, a chair of a chair and a cushion.
        (
            "SELECT LISTAGG(BUILTIN.DF(parentitem) || '<' || BUILTIN.DF(item), ' ') WITHIN GROUP (ORDER BY parentitem, linenumber) \
             FROM itemmember",
            "DESK-SET<TABLE-90 DESK-SET<LAMP-DESK CHAIR-PADDED<CHAIR-OAK CHAIR-PADDED<CUSHION",
        ),
        (
            "SELECT BUILTIN.DF(category) || ' ' || altname || ' ' || entitynumber FROM customer WHERE id = 1",
            "Manufacturing Harbor Lane Furniture 1",
        ),
        (
            "SELECT altname FROM customer WHERE entityid = 'Nadia Rahman'",
            "Nadia Rahman",
        ),
        (
            "SELECT customer || ' ' || BUILTIN.DF(projectmanager) FROM job WHERE entityid = 'Showroom fit-out'",
            "1 Marcus Bell",
        ),
        (
            "SELECT LISTAGG(s.city || ' ' || s.state || ' ' || s.zip || ' ' || s.country, '; ') FROM transaction t \
             JOIN transactionshippingaddress s ON s.nkey = t.shippingaddress WHERE t.type = 'Estimate' AND t.entity = 1",
            "Portland OR 97209 US",
        ),
        ("SELECT ROUND(SUM(balance), 2) FROM account", "0"),
        (
            "SELECT a.city || ' ' || a.zip FROM location l JOIN locationmainaddress a ON a.nkey = l.mainaddress WHERE l.name = 'Bristol Depot'",
            "Bristol BS1 5TY",
        ),
        // What was returned, and what was sold for cash, is linked to where it came from.
        (
            "SELECT LISTAGG(linktype, ' ') WITHIN GROUP (ORDER BY linktype) FROM (SELECT DISTINCT linktype FROM nexttransactionlink \
             WHERE nexttype IN ('RtnAuth', 'CustCred', 'ItemRcpt', 'Estimate', 'Deposit'))",
            "EstInvc OrdBill Payment SaleRet ShipRcpt",
        ),
    ] {
        assert_eq!(company.texts(statement).await, [expected], "{statement}");
    }
}

#[tokio::test]
async fn an_address_is_found_by_the_key_its_record_has() {
    let company = Company::new().await;
    let text = |text: &str| Some(countersign_records::Value::Text(text.to_owned()));
    let address = [
        ("addr1", "1 Main St"),
        ("city", "Boston"),
        ("country", "US"),
        ("addrText", "1 Main St, Boston"),
    ];
    let address = address.map(|(name, value)| (name.to_owned(), text(value).unwrap()));
    let line = Changes::new()
        .set("defaultBilling", countersign_records::Value::Bool(true))
        .set(
            "addressBookAddress",
            countersign_records::Value::Subrecord(address.into()),
        );
    let changes = Changes::new()
        .set("companyName", text("Kiln & Sons").unwrap())
        .add_line("addressBook", line);
    let customer = Arc::clone(company.records.record_type("customer").unwrap());
    let stamp = countersign_records::Stamp { at: NOW, by: 1 };
    company.records.create(&customer, changes, stamp).await.unwrap();
    for statement in [
        "SELECT a.city || ', ' || BUILTIN.DF(a.country) FROM customer c JOIN entityaddress a ON a.nkey = c.defaultbillingaddress \
         WHERE c.companyname = 'Kiln & Sons'",
        "SELECT a.city || ', ' || BUILTIN.DF(a.country) FROM customer c \
         JOIN entityaddressbook b ON b.entity = c.id AND b.defaultbilling = 'T' \
         JOIN entityaddress a ON a.nkey = b.addressbookaddress WHERE c.companyname = 'Kiln & Sons'",
    ] {
        assert_eq!(
            company.texts(statement).await,
            ["Boston, United States"],
            "{statement}"
        );
    }
    let shown = "SELECT BUILTIN.DF(defaultbillingaddress) FROM customer WHERE companyname = 'Kiln & Sons'";
    assert_eq!(company.texts(shown).await, ["1 Main St, Boston"]);
    let vendors = company
        .ask_as(
            |of| of.script_id == "vendor",
            "SELECT COUNT(*) FROM entityaddress WHERE city = 'Boston'",
        )
        .await;
    assert_eq!(
        texts(&vendors.unwrap()),
        ["0"],
        "a customer's address is not a vendor's"
    );
}

#[tokio::test]
async fn a_table_that_netsuite_has_and_this_program_has_not_says_so() {
    let company = Company::new().await;
    for table in ["Role", "loginaudit", "companyfeaturesetup"] {
        let refused = company.ask_as(|_| true, &format!("SELECT * FROM {table}")).await;
        assert!(
            matches!(refused, Err(AskError::Query(QueryError::NotEmulated { .. }))),
            "{table}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_record_type_of_the_account_takes_the_place_of_a_table_of_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    let records = Records::open(&path).await.unwrap();
    records.close().await.unwrap();
    let own = "record inventorynumber \"Lot\" named=name may=LIST_LOCATION\n  name text !\n  height float\n";
    let catalog = Catalog::built_in().unwrap().extended("account", own).unwrap();
    let company = Company {
        records: Records::open_with(&path, catalog).await.unwrap(),
        _folder: folder,
    };
    assert!(texts(&company.ask("SELECT height FROM inventorynumber").await).is_empty());
    let refused = company
        .ask_as(|_| true, "SELECT expirationdate FROM inventorynumber")
        .await;
    assert!(matches!(
        refused,
        Err(AskError::Query(QueryError::UnknownColumn { .. }))
    ));
}
