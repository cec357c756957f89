//! A year of trade: orders that were fulfilled, invoiced and paid, or not yet; purchases, journal entries and budgets.

use std::time::Duration;

use countersign_world::UnixTime;
use serde_json::{Map, Value as Json, json};

use super::Seed;
use crate::changes::Changes;
use crate::error::RecordsError;
use crate::record::Stamp;
use crate::transform::transform;
use crate::value::{Value, day_of};

pub(super) const DAY: Duration = Duration::from_hours(24);

const ORDERS: u32 = 60;
const PURCHASES: u32 = 20;

/// What is sold, and how many at a time.
const SOLD: [(&str, u32); 11] = [
    ("item-chair-oak", 6),
    ("item-table-180", 1),
    ("item-lamp-desk", 8),
    ("item-cushion", 24),
    ("item-shelf-5", 3),
    ("item-delivery", 1),
    ("item-bench-140", 2),
    ("item-rug-wool", 1),
    ("item-assembly", 4),
    ("item-polish", 12),
    ("item-hanger-box", 10),
];

/// What is bought for stock, and from whom.
const BOUGHT: [(&str, &str, u32); 4] = [
    ("cedar-ridge-timber", "item-table-180", 10),
    ("ironbark-fasteners", "item-lamp-desk", 60),
    ("cedar-ridge-timber", "item-chair-oak", 40),
    ("blue-heron-packaging", "item-pallet", 30),
];

pub(super) fn add(seed: &Seed<'_>, now: UnixTime) -> Result<usize, RecordsError> {
    Ok(orders(seed, now)? + purchases(seed, now)? + journal(seed, now)? + budgets(seed, now)?)
}

/// The day of a moment as a body says it.
pub(super) fn day(at: UnixTime) -> String {
    day_of(at).map(|day| day.to_string()).unwrap_or_default()
}

pub(super) fn stamp(at: UnixTime) -> Stamp {
    Stamp {
        at,
        by: Stamp::SYSTEM,
    }
}

pub(super) fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(object) => object,
        _ => Map::new(),
    }
}

fn named(external_id: &str) -> Changes {
    Changes::new().set("externalId", Value::Text(external_id.to_owned()))
}

/// The same, of that day.
pub(super) fn dated(external_id: &str, at: UnixTime) -> Changes {
    let date = day_of(at).map(Value::Date);
    let changes = named(external_id);
    date.map_or(changes.clone(), |date| changes.set("tranDate", date))
}

fn pick<T: Copy>(from: &[T], place: u32) -> Option<T> {
    let place = usize::try_from(place).ok()?;
    from.get(place % from.len().max(1)).copied()
}

/// One each six days. The older ones went all the way to their payment, the newest wait.
fn orders(seed: &Seed<'_>, now: UnixTime) -> Result<usize, RecordsError> {
    let customers = seed.customers()?;
    let of = seed.declared("salesOrder")?;
    let mut added = 0;
    for n in 0..ORDERS {
        let at = now.minus(DAY * (6 * (ORDERS - n)));
        let order = format!("order-{}", n + 1);
        let lines: Vec<Json> = (0..1 + n % 3)
            .filter_map(|line| pick(&SOLD, n * 5 + line * 4))
            .map(|(item, quantity)| {
                let quantity = quantity + n % 4;
                json!({ "item": { "externalId": item }, "quantity": quantity })
            })
            .collect();
        let Some(customer) = pick(&customers, n * 7) else {
            break;
        };
        let body = object(json!({
            "externalId": order,
            "entity": { "id": customer.to_string() },
            "tranDate": day(at),
            "otherRefNum": format!("PO-{}", 4000 + n * 13),
            "shippingCost": if n % 5 == 0 { 25 } else { 0 },
            "item": { "items": lines },
        }));
        if seed.add(of, &body, stamp(at))? == 0 {
            continue;
        }
        added += 1;
        let Some(id) = seed.find(of, &order)? else {
            continue;
        };
        let steps = match ORDERS - n {
            0..6 => 0,
            6..12 => 1,
            12..24 => 2,
            _ if n % 9 == 0 => 2,
            _ => 3,
        };
        added += deliver(seed, id, n, at, steps)?;
    }
    Ok(added)
}

/// Fulfils an order, invoices it, has it paid: as many of these as `steps` says.
fn deliver(seed: &Seed<'_>, order: i64, n: u32, at: UnixTime, steps: u32) -> Result<usize, RecordsError> {
    let orders = seed.table.of(seed.declared("salesOrder")?);
    let dated = |name: &str, at| dated(&format!("{name}-{}", n + 1), at);
    if steps >= 1 {
        let at = at.plus(DAY * 2);
        let to = seed.declared("itemFulfillment")?;
        transform(&orders, order, to, dated("fulfillment", at), stamp(at))?;
    }
    if steps >= 2 {
        let at = at.plus(DAY * 3);
        let to = seed.declared("invoice")?;
        let invoice = transform(&orders, order, to, dated("invoice", at), stamp(at))?;
        if steps >= 3 {
            let at = at.plus(DAY * (5 + n % 20));
            let paid = seed.declared("customerPayment")?;
            let over = dated("payment", at);
            transform(&seed.table.of(to), invoice, paid, over, stamp(at))?;
        }
    }
    Ok(steps.min(3) as usize)
}

/// One each eighteen days; the older ones are billed and paid.
fn purchases(seed: &Seed<'_>, now: UnixTime) -> Result<usize, RecordsError> {
    let of = seed.declared("purchaseOrder")?;
    let (bill, payment) = (seed.declared("vendorBill")?, seed.declared("vendorPayment")?);
    let mut added = 0;
    for n in 0..PURCHASES {
        let at = now.minus(DAY * (18 * (PURCHASES - n)));
        let Some((vendor, item, quantity)) = pick(&BOUGHT, n) else {
            break;
        };
        let name = format!("purchase-{}", n + 1);
        let body = object(json!({
            "externalId": name,
            "entity": { "externalId": vendor },
            "tranDate": day(at),
            "item": { "items": [{ "item": { "externalId": item }, "quantity": quantity + n }] },
        }));
        if seed.add(of, &body, stamp(at))? == 0 {
            continue;
        }
        added += 1;
        let Some(id) = seed.find(of, &name)?.filter(|_| n + 4 < PURCHASES) else {
            continue;
        };
        let billed = named(&format!("bill-{}", n + 1));
        let bill_id = transform(&seed.table.of(of), id, bill, billed, stamp(at.plus(DAY * 5)))?;
        added += 1;
        if n + 7 < PURCHASES {
            let paid = named(&format!("bill-payment-{}", n + 1));
            let later = stamp(at.plus(DAY * 25));
            transform(&seed.table.of(bill), bill_id, payment, paid, later)?;
            added += 1;
        }
    }
    Ok(added)
}

/// Depreciation and rent, once a month.
fn journal(seed: &Seed<'_>, now: UnixTime) -> Result<usize, RecordsError> {
    let of = seed.declared("journalEntry")?;
    let mut added = 0;
    for n in 0..12_u32 {
        let at = now.minus(DAY * (30 * (12 - n)));
        let body = object(json!({
            "externalId": format!("month-end-{}", n + 1),
            "tranDate": day(at),
            "memo": "Month end",
            "line": { "items": [
                { "account": { "externalId": "account-6700" }, "debit": 350 },
                { "account": { "externalId": "account-1590" }, "credit": 350 },
                { "account": { "externalId": "account-6200" }, "debit": 4200 },
                { "account": { "externalId": "account-1000" }, "credit": 4200 },
            ] },
        }));
        added += seed.add(of, &body, stamp(at))?;
    }
    Ok(added)
}

/// What each department may spend this year, month by month.
fn budgets(seed: &Seed<'_>, now: UnixTime) -> Result<usize, RecordsError> {
    let of = seed.declared("budget")?;
    let year = day_of(now).map_or(1970, jiff::civil::Date::year);
    let departments = [
        "sales",
        "marketing",
        "operations",
        "finance",
        "engineering",
        "support",
    ];
    let accounts = [
        ("account-6100", 18_000),
        ("account-6300", 900),
        ("account-6500", 650),
        ("account-6400", 1_200),
    ];
    let mut added = 0;
    for (department, d) in departments.into_iter().zip(0_u32..) {
        for (account, monthly) in accounts {
            let mut body = object(json!({
                "externalId": format!("budget-{year}-{department}-{account}"),
                "year": { "externalId": format!("FY {year}") },
                "account": { "externalId": account },
                "department": { "externalId": format!("department-{department}") },
            }));
            for month in 1..=12_u32 {
                let amount = monthly + 50 * d + 10 * (month % 3);
                body.insert(format!("periodAmount{month}"), amount.into());
            }
            added += seed.add(of, &body, stamp(now.minus(DAY * 300)))?;
        }
    }
    Ok(added)
}

impl Seed<'_> {
    /// The ids of the customers of the parent company, whose books are in its currency.
    fn customers(&self) -> Result<Vec<i64>, RecordsError> {
        let sql = "SELECT id FROM customer WHERE _recordtype = 'customer' AND subsidiary = 1 ORDER BY id";
        let mut statement = self.table.connection.prepare_cached(sql)?;
        let ids = statement.query_map([], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }
}
