//! Orders, fulfilments, invoices and payments: what is copied, summed up, posted, and what follows for the others.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at its first surprise"
)]

use std::sync::Arc;

use countersign_records::{
    Catalog, Changes, Key, LineEdit, Record, RecordType, Records, RecordsError, Reference, Stamp, Value,
};
use countersign_world::UnixTime;
use proptest::prelude::*;
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// 2026-11-21T10:00:00Z.
const NOW: UnixTime = UnixTime::from_seconds(1_795_255_200);

const ALICE: Stamp = Stamp { at: NOW, by: 7 };

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn to(id: i64) -> Value {
    Value::Reference(Reference::to(id))
}

fn number(value: f64) -> Value {
    Value::Decimal(value)
}

/// A customer who buys chairs, for which there is an account.
struct Shop {
    records: Records,
    folder: TempDir,
    customer: i64,
    chair: i64,
    delivery: i64,
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

impl Shop {
    async fn new() -> Self {
        Self::with(SEEDED.get_or_init(seeded).await).await
    }

    async fn with(file: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.sqlite");
        std::fs::write(&path, file).unwrap();
        let records = Records::open(&path).await.unwrap();
        let find = async |of: &str, external: &str| {
            let of = records.record_type(of).unwrap();
            let key = Key::External(external.to_owned());
            records.get(of, key).await.unwrap().id
        };
        Self {
            customer: find("customer", "harbor-lane-furniture").await,
            chair: find("inventoryItem", "item-chair-oak").await,
            delivery: find("serviceResaleItem", "item-delivery").await,
            records,
            folder,
        }
    }

    fn of(&self, name: &str) -> &Arc<RecordType> {
        self.records.record_type(name).unwrap()
    }

    async fn get(&self, of: &str, id: i64) -> Record {
        let key = Key::Internal(id);
        self.records.get(self.of(of), key).await.unwrap()
    }

    async fn create(&self, of: &str, changes: Changes) -> Result<i64, RecordsError> {
        self.records.create(self.of(of), changes, ALICE).await
    }

    async fn update(&self, of: &str, id: i64, changes: Changes) -> Result<i64, RecordsError> {
        let key = Key::Internal(id);
        self.records.update(self.of(of), key, changes, ALICE).await
    }

    async fn transform(&self, of: &str, id: i64, into: &str, over: Changes) -> Result<i64, RecordsError> {
        let (of, into) = (self.of(of), self.of(into));
        self.records
            .transform(of, Key::Internal(id), into, over, ALICE)
            .await
    }

    /// Four chairs and a delivery.
    async fn order(&self) -> i64 {
        let chairs = Changes::new()
            .set("item", to(self.chair))
            .set("quantity", number(4.0));
        let delivery = Changes::new().set("item", to(self.delivery));
        let order = Changes::new()
            .set("entity", to(self.customer))
            .add_line("item", chairs)
            .add_line("item", delivery);
        self.create("salesOrder", order).await.unwrap()
    }

    fn database(&self) -> Connection {
        Connection::open(self.folder.path().join("records.sqlite")).unwrap()
    }
}

fn status(record: &Record) -> &str {
    match record.get("status") {
        Some(Value::Choice(status)) => status,
        other => panic!("{other:?}"),
    }
}

fn amount(record: &Record, field: &str) -> f64 {
    match record.get(field) {
        Some(Value::Decimal(amount)) => *amount,
        other => panic!("{field}: {other:?}"),
    }
}

#[tokio::test]
async fn an_order_is_numbered_sourced_priced_and_summed_up() {
    let shop = Shop::new().await;
    let order = shop.get("salesOrder", shop.order().await).await;
    assert!(matches!(order.get("tranId"), Some(Value::Text(number)) if number.starts_with("SO")));
    let reference = |field: &str| match order.get(field) {
        Some(Value::Reference(reference)) => reference.name.clone(),
        other => panic!("{field}: {other:?}"),
    };
    assert_eq!(reference("subsidiary").as_deref(), Some("Parent Company"));
    assert_eq!(reference("currency").as_deref(), Some("US Dollar"));
    assert_eq!(reference("terms").as_deref(), Some("Net 30"));
    assert_eq!(reference("salesRep").as_deref(), Some("Maria Keller"));
    assert_eq!(reference("postingPeriod").as_deref(), Some("Nov 2026"));
    assert_eq!(
        order.get("email"),
        Some(&text("accounts@harborlanefurniture.example.com"))
    );
    let lines = order.lines("item");
    assert_eq!(lines[0].get("rate"), Some(&number(145.0)));
    assert_eq!(lines[0].get("amount"), Some(&number(580.0)));
    assert_eq!(lines[1].get("quantity"), Some(&number(1.0)));
    assert_eq!(amount(&order, "total"), 675.0);
    assert_eq!(status(&order), "B");
}

#[tokio::test]
async fn an_order_goes_through_fulfilment_and_invoice_to_its_payment() {
    let shop = Shop::new().await;
    let id = shop.order().await;
    let part = Changes::new().add_line(
        "item",
        Changes::new()
            .set("orderLine", Value::Integer(1))
            .set("item", to(shop.chair))
            .set("quantity", number(3.0)),
    );
    shop.transform("salesOrder", id, "itemFulfillment", part)
        .await
        .unwrap();
    let order = shop.get("salesOrder", id).await;
    assert_eq!(status(&order), "D", "partially fulfilled");
    assert_eq!(
        order.lines("item")[0].get("quantityFulfilled"),
        Some(&number(3.0))
    );

    let rest = shop
        .transform("salesOrder", id, "itemFulfillment", Changes::new())
        .await
        .unwrap();
    let rest = shop.get("itemFulfillment", rest).await;
    let quantities: Vec<_> = rest
        .lines("item")
        .iter()
        .map(|line| line.get("quantity"))
        .collect();
    assert_eq!(quantities, [Some(&number(1.0)), Some(&number(1.0))]);
    assert_eq!(status(&shop.get("salesOrder", id).await), "F", "pending billing");
    let nothing = shop
        .transform("salesOrder", id, "itemFulfillment", Changes::new())
        .await;
    assert!(
        matches!(nothing, Err(RecordsError::NothingLeft { .. })),
        "{nothing:?}"
    );

    let invoice = shop
        .transform("salesOrder", id, "invoice", Changes::new())
        .await
        .unwrap();
    assert_eq!(status(&shop.get("salesOrder", id).await), "G", "billed");
    let open = shop.get("invoice", invoice).await;
    assert_eq!(
        (amount(&open, "total"), amount(&open, "amountRemaining")),
        (675.0, 675.0)
    );
    assert_eq!(
        open.get("dueDate"),
        Some(&Value::Date(jiff::civil::date(2026, 12, 21)))
    );
    let owed = amount(&shop.get("customer", shop.customer).await, "balance");
    let is_open = || -> (f64, f64, String) {
        let sql = "SELECT amountpaid, amountunpaid, accounttype FROM query_transactionaccountingline \
                   WHERE \"transaction\" = ?1 AND amountunpaid IS NOT NULL";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        shop.database().query_row(sql, [invoice], row).unwrap()
    };
    assert_eq!(is_open(), (0.0, 675.0, "AcctRec".to_owned()));

    let payment = shop
        .transform("invoice", invoice, "customerPayment", Changes::new())
        .await
        .unwrap();
    assert_eq!(
        amount(&shop.get("customerPayment", payment).await, "payment"),
        675.0
    );
    let paid = shop.get("invoice", invoice).await;
    assert_eq!((status(&paid), amount(&paid, "amountRemaining")), ("B", 0.0));
    let owes = amount(&shop.get("customer", shop.customer).await, "balance");
    assert_eq!(owed - owes, 675.0);
    assert_eq!(is_open(), (675.0, 0.0, "AcctRec".to_owned()));
    // Where the money lies is not where it was owed.
    assert_eq!(ledger(&shop, payment), ["1050 675.0 -", "1100 - 675.0"]);

    let of = shop.of("customerPayment");
    let key = Key::Internal(payment);
    shop.records.delete(of, key, ALICE).await.unwrap();
    assert_eq!(status(&shop.get("invoice", invoice).await), "A", "open again");
    let refused = shop
        .records
        .delete(shop.of("salesOrder"), Key::Internal(id), ALICE)
        .await;
    assert!(
        matches!(refused, Err(RecordsError::HasDependents { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn no_more_is_fulfilled_than_remains_on_the_order_by_transform_or_by_a_change_afterwards() {
    let shop = Shop::new().await;
    let id = shop.order().await;
    let chairs = |line: i64, quantity: f64| {
        Changes::new()
            .set("orderLine", Value::Integer(line))
            .set("item", to(shop.chair))
            .set("quantity", number(quantity))
    };
    let fulfil = async |lines: &[(i64, f64)]| {
        let lines = lines.iter().map(|(line, quantity)| chairs(*line, *quantity));
        let over = lines.fold(Changes::new(), |over, line| over.add_line("item", line));
        shop.transform("salesOrder", id, "itemFulfillment", over).await
    };
    let refused = |made: Result<i64, RecordsError>| made.unwrap_err().to_string();
    assert_eq!(
        refused(fulfil(&[(1, 4.5)]).await),
        format!("item.items[0].quantity: more than the 4 that remain on salesOrder {id}")
    );
    let twice = refused(fulfil(&[(1, 3.0), (1, 2.0)]).await);
    assert!(
        twice.starts_with("item.items[0].quantity: more than the 4 "),
        "{twice}"
    );
    assert_eq!(
        refused(fulfil(&[(9, 1.0)]).await),
        "item.items[0].orderLine: there is no line 9"
    );
    assert_eq!(
        status(&shop.get("salesOrder", id).await),
        "B",
        "a refusal leaves no trace"
    );

    let part = fulfil(&[(1, 3.0)]).await.unwrap();
    let rest = refused(fulfil(&[(1, 2.0)]).await);
    assert!(rest.contains("more than the 1 that remain"), "{rest}");
    let mut more = Changes::new();
    more.edit(
        "item",
        LineEdit::Change(1, Changes::new().set("quantity", number(5.0))),
    );
    let changed = refused(shop.update("itemFulfillment", part, more).await);
    assert!(changed.contains("more than the 4 that remain"), "{changed}");
    fulfil(&[(1, 1.0)]).await.unwrap();

    let nowhere = Changes::new().add_line("item", Changes::new().set("item", to(shop.delivery)));
    let nowhere = shop.transform("salesOrder", id, "itemFulfillment", nowhere).await;
    assert_eq!(refused(nowhere), "item.items[0].orderLine: a value is required");
}

#[tokio::test]
async fn a_line_is_added_changed_dropped_and_replaced_and_the_total_follows() {
    let shop = Shop::new().await;
    let id = shop.order().await;
    let mut changes = Changes::new();
    changes.edit(
        "item",
        LineEdit::Change(1, Changes::new().set("quantity", number(2.0))),
    );
    shop.update("salesOrder", id, changes).await.unwrap();
    assert_eq!(amount(&shop.get("salesOrder", id).await, "total"), 385.0);

    let given = Changes::new().set("amount", number(250.0));
    let mut changes = Changes::new();
    changes.edit("item", LineEdit::Change(1, given));
    changes.edit("item", LineEdit::Remove(2));
    shop.update("salesOrder", id, changes).await.unwrap();
    assert_eq!(
        amount(&shop.get("salesOrder", id).await, "total"),
        250.0,
        "an amount that was given stays"
    );
    let memo = Changes::new().set("memo", text("soon"));
    shop.update("salesOrder", id, memo).await.unwrap();
    assert_eq!(amount(&shop.get("salesOrder", id).await, "total"), 250.0);

    let mut replaced = Changes::new().add_line("item", Changes::new().set("item", to(shop.delivery)));
    replaced.replace_lines("item");
    shop.update("salesOrder", id, replaced).await.unwrap();
    let order = shop.get("salesOrder", id).await;
    assert_eq!((order.lines("item").len(), amount(&order, "total")), (1, 95.0));

    let mut missing = Changes::new();
    missing.edit("item", LineEdit::Remove(77));
    let missing = shop.update("salesOrder", id, missing).await.unwrap_err();
    assert_eq!(missing.to_string(), "item.items[0]: there is no line 77");
    let wrong = Changes::new().add_line("item", Changes::new().set("quantity", number(1.0)));
    let wrong = shop.update("salesOrder", id, wrong).await.unwrap_err();
    assert_eq!(wrong.to_string(), "item.items[1].item: a value is required");
}

#[tokio::test]
async fn lines_lie_in_the_tables_that_suiteql_reads() {
    let shop = Shop::new().await;
    let id = shop.order().await;
    let database = shop.database();
    let sql = r#"SELECT linesequencenumber || ':' || mainline || ':' || ifnull(item, '-') || ':' || ifnull(quantity, '-')
                     || ':' || foreignamount || ':' || netamount || ':' || subsidiary || ':' || entity
                 FROM transactionline WHERE "transaction" = ?1 AND uniquekey = id ORDER BY linesequencenumber"#;
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([id], |row| row.get::<_, String>(0)).unwrap();
    let rows: Vec<_> = rows.map(Result::unwrap).collect();
    let (chair, delivery, customer) = (shop.chair, shop.delivery, shop.customer);
    assert_eq!(
        rows,
        [
            format!("0:T:-:-:675.0:675.0:1:{customer}"),
            format!("1:F:{chair}:-4.0:-580.0:-580.0:1:{customer}"),
            format!("2:F:{delivery}:-1.0:-95.0:-95.0:1:{customer}"),
        ]
    );
    let found: (String, String, String, f64) = database
        .query_row(
            r#"SELECT type, recordtype, status, foreigntotal FROM "transaction" WHERE id = ?1"#,
            [id],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .unwrap();
    assert_eq!(found, ("SalesOrd".into(), "salesorder".into(), "B".into(), 675.0));
    let seen: String = database
        .query_row(
            "SELECT entityid || type FROM entity WHERE id = ?1",
            [customer],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(seen, "Harbor Lane FurnitureCustJob");
}

#[tokio::test]
async fn the_demonstration_companys_books_balance() {
    let shop = Shop::new().await;
    let database = shop.database();
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let unbalanced = r#"SELECT count(*) FROM (SELECT 1 FROM transactionaccountingline
        GROUP BY "transaction" HAVING abs(total(debit) - total(credit)) > 0.001 OR abs(sum(amount)) > 0.001)"#;
    assert_eq!(count(unbalanced), 0);
    assert_eq!(
        count("SELECT count(*) FROM transactionaccountingline WHERE account IS NULL"),
        0
    );
    assert!(count(r#"SELECT count(DISTINCT "transaction") FROM transactionaccountingline"#) > 150);
    let ids = count("SELECT count(*) FROM entity");
    assert_eq!(count("SELECT count(DISTINCT id) FROM entity"), ids);
}

#[tokio::test]
async fn a_closed_line_goes_into_nothing_more() {
    let shop = Shop::new().await;
    let id = shop.order().await;
    let mut closed = Changes::new();
    closed.edit(
        "item",
        LineEdit::Change(1, Changes::new().set("isClosed", Value::Bool(true))),
    );
    shop.update("salesOrder", id, closed).await.unwrap();
    let invoice = shop
        .transform("salesOrder", id, "invoice", Changes::new())
        .await
        .unwrap();
    let invoice = shop.get("invoice", invoice).await;
    assert_eq!(
        (invoice.lines("item").len(), amount(&invoice, "total")),
        (1, 95.0)
    );
}

#[tokio::test]
async fn the_company_is_the_same_every_time() {
    let [one, other] = [
        Shop::with(&seeded().await).await,
        Shop::with(&seeded().await).await,
    ];
    let tables = Catalog::built_in().unwrap().tables();
    for table in &tables {
        let count = |shop: &Shop| -> i64 {
            let sql = format!(r#"SELECT count(*) FROM "{}""#, table.name);
            shop.database().query_row(&sql, [], |row| row.get(0)).unwrap()
        };
        assert_eq!(count(&one), count(&other), "{}", table.name);
    }
    let ids = r#"SELECT group_concat(id || tranid || status || foreigntotal) FROM "transaction""#;
    let [one, other]: [String; 2] =
        [one, other].map(|shop| shop.database().query_row(ids, [], |row| row.get(0)).unwrap());
    assert_eq!(one, other);
}

#[tokio::test]
async fn a_journal_entry_whose_sides_differ_is_refused() {
    let shop = Shop::new().await;
    let line = |account: i64, side: &str, amount: f64| {
        Changes::new()
            .set("account", to(account))
            .set(side, number(amount))
    };
    let lopsided = Changes::new()
        .add_line("line", line(1, "debit", 100.0))
        .add_line("line", line(2, "credit", 99.99));
    let refused = shop.create("journalEntry", lopsided).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "line: debits of 100.00 and credits of 99.99 differ"
    );
}

fn lines() -> impl Strategy<Value = Vec<(u32, u32)>> {
    proptest::collection::vec((1..500u32, 0..1_000_000u32), 1..12)
}

#[test]
fn the_lines_add_up_to_the_total_and_debits_to_credits() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let shop = runtime.block_on(Shop::new());
    proptest!(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() }, |(lines in lines(), rate in 1..300u32, shipping in 0..10_000u32)| {
        let mut invoice = Changes::new()
            .set("entity", to(shop.customer))
            .set("exchangeRate", number(f64::from(rate) / 100.0))
            .set("shippingCost", number(f64::from(shipping) / 100.0));
        for (quantity, price) in &lines {
            let line = Changes::new()
                .set("item", to(shop.chair))
                .set("quantity", number(f64::from(*quantity) / 10.0))
                .set("rate", number(f64::from(*price) / 1000.0));
            invoice = invoice.add_line("item", line);
        }
        let id = runtime.block_on(shop.create("invoice", invoice)).unwrap();
        let invoice = runtime.block_on(shop.get("invoice", id));
        let cents = |amount: f64| (amount * 100.0).round();
        let sum: f64 = invoice
            .lines("item")
            .iter()
            .map(|line| match line.get("amount") { Some(Value::Decimal(amount)) => cents(*amount), _ => 0.0 })
            .sum();
        prop_assert_eq!(sum + f64::from(shipping), cents(amount(&invoice, "total")));
        let sql = r#"SELECT round(total(debit) * 100), round(total(credit) * 100) FROM transactionaccountingline
                     WHERE "transaction" = ?1"#;
        let (debits, credits): (f64, f64) = shop
            .database()
            .query_row(sql, [id], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        prop_assert_eq!(debits, credits);
        // In whole hundredths of a cent, where nothing is lost.
        let converted = cents(amount(&invoice, "total")) * f64::from(rate);
        prop_assert_eq!(debits, (converted / 100.0).round());
    });
}

#[tokio::test]
async fn every_line_of_a_long_order_is_changed_by_its_own_words() {
    let shop = Shop::new().await;
    let line = || Changes::new().set("item", to(shop.chair));
    let named =
        |order: Changes, count: i64| (0..count).fold(order, |order, _| order.add_line("item", line()));
    let order = named(Changes::new().set("entity", to(shop.customer)), 300);
    let id = shop.create("salesOrder", order).await.unwrap();

    let mut changes = named(Changes::new(), 1);
    for number in (2..=300).rev() {
        let edit = match number % 2 {
            0 => line()
                .set("rate", number_of(number))
                .set("quantity", number_of(2)),
            _ => line().set("quantity", number_of(3)),
        };
        changes.edit("item", LineEdit::Change(number, edit));
    }
    changes.replace_lines("item");
    shop.update("salesOrder", id, changes).await.unwrap();

    let order = shop.get("salesOrder", id).await;
    let numbers: Vec<_> = order.lines("item").iter().map(|line| line.number).collect();
    assert_eq!(numbers, (2..=301).collect::<Vec<_>>());
    for line in order.lines("item") {
        let amount = match line.number {
            301 => 145.0,
            number if number % 2 == 0 => f64::from(u16::try_from(2 * number).unwrap()),
            _ => 435.0,
        };
        assert_eq!(line.get("amount"), Some(&number(amount)), "line {}", line.number);
    }
}

fn number_of(count: i64) -> Value {
    number(f64::from(u16::try_from(count).unwrap()))
}

#[tokio::test]
async fn more_lines_than_a_record_may_have_are_refused_before_any_is_looked_at() {
    let shop = Shop::new().await;
    let nobody = Changes::new().set("item", to(i64::MAX));
    let add = |count| vec![LineEdit::Add(nobody.clone()); count];
    let change = vec![LineEdit::Change(1, nobody.clone()); 10_001];
    for edits in [add(10_001), change] {
        let mut order = Changes::new().set("entity", to(shop.customer));
        edits.into_iter().for_each(|edit| order.edit("item", edit));
        let id = shop.order().await;
        for refused in [
            shop.create("salesOrder", order.clone()).await,
            shop.update("salesOrder", id, order.clone()).await,
            shop.transform("salesOrder", id, "invoice", order).await,
        ] {
            let error = refused.unwrap_err().to_string();
            assert_eq!(error, "item.items: more than the 10000 lines allowed");
        }
    }
}

/// Of a transaction, each ledger line as `account debit credit`.
fn ledger(shop: &Shop, id: i64) -> Vec<String> {
    let database = shop.database();
    let sql = r#"SELECT a.acctnumber || ' ' || coalesce(p.debit, '-') || ' ' || coalesce(p.credit, '-')
                 FROM transactionaccountingline AS p JOIN account AS a ON a.id = p.account
                 WHERE p."transaction" = ?1 ORDER BY p.id"#;
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([id], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_quote_becomes_an_order_a_sale_for_cash_and_a_return_that_is_received_and_refunded() {
    let shop = Shop::new().await;
    let none = Changes::new;
    let asked = none()
        .set("entity", to(shop.customer))
        .set("title", text("Two chairs"))
        .add_line(
            "item",
            none().set("item", to(shop.chair)).set("quantity", number(2.0)),
        );
    let opportunity = shop.create("opportunity", asked).await.unwrap();
    let quote = shop
        .transform("opportunity", opportunity, "estimate", none())
        .await
        .unwrap();
    assert_eq!(status(&shop.get("opportunity", opportunity).await), "B");
    let order = shop
        .transform("estimate", quote, "salesOrder", none())
        .await
        .unwrap();
    assert_eq!(status(&shop.get("estimate", quote).await), "B");
    let sale = shop
        .transform("salesOrder", order, "cashSale", none())
        .await
        .unwrap();
    assert_eq!(ledger(&shop, sale), ["1050 290.0 -", "4000 - 290.0"]);
    assert_eq!(
        status(&shop.get("salesOrder", order).await),
        "G",
        "what was paid in cash is billed"
    );
    let address = shop.get("cashSale", sale).await;
    let Some(Value::Subrecord(address)) = address.get("shippingAddress") else {
        panic!("{address:?}");
    };
    assert_eq!(
        (address.get("city"), address.get("zip")),
        (Some(&text("Portland")), Some(&text("97209")))
    );

    let back = shop
        .transform("cashSale", sale, "returnAuthorization", none())
        .await
        .unwrap();
    assert_eq!(status(&shop.get("returnAuthorization", back).await), "B");
    let receipt = shop
        .transform("returnAuthorization", back, "itemReceipt", none())
        .await
        .unwrap();
    // At cost, 62 a chair, and not at the price.
    assert_eq!(ledger(&shop, receipt), ["1200 124.0 -", "5000 - 124.0"]);
    assert_eq!(status(&shop.get("returnAuthorization", back).await), "F");
    let refund = shop
        .transform("returnAuthorization", back, "cashRefund", none())
        .await
        .unwrap();
    assert_eq!(ledger(&shop, refund), ["1000 - 290.0", "4000 290.0 -"]);
    assert_eq!(status(&shop.get("returnAuthorization", back).await), "G");

    let paid = none().set("paymentAmount", number(290.0)).set("doc", to(sale));
    let other = none().set("account", to(30)).set("amount", number(10.0));
    let bank = none().add_line("payment", paid).add_line("other", other);
    let deposit = shop.create("deposit", bank).await.unwrap();
    assert_eq!(
        ledger(&shop, deposit),
        ["1000 300.0 -", "1050 - 290.0", "7000 - 10.0"]
    );
    assert_eq!(status(&shop.get("cashSale", sale).await), "C");
}

#[tokio::test]
async fn what_is_received_is_owed_until_its_bill_comes_and_a_credit_pays_a_part_of_it() {
    let shop = Shop::new().await;
    let none = Changes::new;
    let vendor = none().set("companyName", text("Oak & Sons"));
    let vendor = shop.create("vendor", vendor).await.unwrap();
    let line = none().set("item", to(shop.chair)).set("quantity", number(10.0));
    let order = none().set("entity", to(vendor)).add_line("item", line);
    let order = shop.create("purchaseOrder", order).await.unwrap();
    let on_hand = || -> f64 {
        let sql = "SELECT quantityonhand FROM query_item WHERE id = ?1";
        shop.database()
            .query_row(sql, [shop.chair], |row| row.get(0))
            .unwrap()
    };
    let before = on_hand();
    let receipt = shop
        .transform("purchaseOrder", order, "itemReceipt", none())
        .await
        .unwrap();
    assert_eq!(ledger(&shop, receipt), ["1200 620.0 -", "2100 - 620.0"]);
    assert_eq!(status(&shop.get("purchaseOrder", order).await), "F");
    assert_eq!(on_hand() - before, 10.0);
    let again = shop
        .transform("purchaseOrder", order, "itemReceipt", none())
        .await;
    assert!(
        matches!(again, Err(RecordsError::NothingLeft { .. })),
        "{again:?}"
    );
    let bill = shop
        .transform("purchaseOrder", order, "vendorBill", none())
        .await
        .unwrap();
    assert_eq!(ledger(&shop, bill), ["2000 - 620.0", "2100 620.0 -"]);
    assert_eq!(
        (
            on_hand() - before,
            status(&shop.get("purchaseOrder", order).await)
        ),
        (10.0, "G")
    );

    let credit = none()
        .set("entity", to(vendor))
        .add_line(
            "expense",
            none().set("account", to(12)).set("amount", number(20.0)),
        )
        .add_line("apply", none().set("doc", to(bill)).set("amount", number(20.0)));
    let credit = shop.create("vendorCredit", credit).await.unwrap();
    assert_eq!(ledger(&shop, credit), ["2000 20.0 -", "6000 - 20.0"]);
    assert_eq!(status(&shop.get("vendorCredit", credit).await), "B");
    assert_eq!(amount(&shop.get("vendor", vendor).await, "balance"), 600.0);

    let counted = none().set("account", to(34)).add_line(
        "inventory",
        none()
            .set("item", to(shop.chair))
            .set("adjustQtyBy", number(-3.0)),
    );
    let counted = shop.create("inventoryAdjustment", counted).await.unwrap();
    assert_eq!(ledger(&shop, counted), ["1200 - 186.0", "5100 186.0 -"]);
    assert_eq!(on_hand() - before, 7.0);
}

#[tokio::test]
async fn a_deposit_is_owed_until_it_is_applied_and_refunds_and_checks_are_posted() {
    let shop = Shop::new().await;
    let none = Changes::new;
    let held = amount(&shop.get("customer", shop.customer).await, "depositBalance");
    let deposit = none()
        .set("customer", to(shop.customer))
        .set("payment", number(200.0));
    let deposit = shop.create("customerDeposit", deposit).await.unwrap();
    assert_eq!(ledger(&shop, deposit), ["1050 200.0 -", "2150 - 200.0"]);
    assert_eq!(
        amount(&shop.get("customer", shop.customer).await, "depositBalance"),
        held + 200.0
    );
    let order = shop.order().await;
    let invoice = shop
        .transform("salesOrder", order, "invoice", none())
        .await
        .unwrap();
    let apply = none().set("doc", to(invoice)).set("amount", number(200.0));
    let applied = none()
        .set("customer", to(shop.customer))
        .set("deposit", to(deposit))
        .add_line("apply", apply);
    let applied = shop.create("depositApplication", applied).await.unwrap();
    assert_eq!(ledger(&shop, applied), ["2150 200.0 -", "1100 - 200.0"]);
    assert_eq!(
        amount(&shop.get("invoice", invoice).await, "amountRemaining"),
        475.0
    );
    assert_eq!(status(&shop.get("customerDeposit", deposit).await), "D");
    assert_eq!(
        amount(&shop.get("customer", shop.customer).await, "depositBalance"),
        held
    );

    let credit = shop
        .transform("invoice", invoice, "creditMemo", none())
        .await
        .unwrap();
    let refund = none().set("customer", to(shop.customer)).add_line(
        "apply",
        none().set("doc", to(credit)).set("amount", number(675.0)),
    );
    let refund = shop.create("customerRefund", refund).await.unwrap();
    assert_eq!(ledger(&shop, refund), ["1100 675.0 -", "1000 - 675.0"]);
    assert_eq!(status(&shop.get("creditMemo", credit).await), "B");

    let check = none().set("entity", to(shop.customer)).add_line(
        "expense",
        none().set("account", to(15)).set("amount", number(80.0)),
    );
    let check = shop.create("check", check).await.unwrap();
    assert_eq!(ledger(&shop, check), ["1000 - 80.0", "6200 80.0 -"]);
    let report = none().set("entity", to(102)).add_line(
        "expense",
        none().set("category", to(1)).set("amount", number(42.5)),
    );
    let report = shop.create("expenseReport", report).await.unwrap();
    assert_eq!(ledger(&shop, report), ["2000 - 42.5", "6300 42.5 -"]);
}
