//! What happens besides the year of orders and bills: goods are received and counted, quotes are written, something is sold
//! for cash or comes back, and money goes to the bank.

use countersign_world::UnixTime;
use serde_json::{Value as Json, json};

use super::Seed;
use super::trade::{DAY, dated, day, object, stamp};
use crate::error::RecordsError;
use crate::record_type::RecordType;
use crate::transform::transform;

/// Purchases whose bill came; their goods came before it.
const RECEIVED: u32 = 16;

pub(super) fn add(seed: &Seed<'_>, now: UnixTime) -> Result<usize, RecordsError> {
    Ok(receipts(seed, now)? + quotes(seed, now)? + returns(seed, now)? + cash(seed, now)?)
}

fn receipts(seed: &Seed<'_>, now: UnixTime) -> Result<usize, RecordsError> {
    let mut added = 0;
    for n in 0..RECEIVED {
        let at = now.minus(DAY * (18 * (20 - n) - 3));
        added += seed.made_of(
            "purchaseOrder",
            &format!("purchase-{}", n + 1),
            "itemReceipt",
            &format!("receipt-{}", n + 1),
            at,
        )?;
    }
    let at = now.minus(DAY * 40);
    let count = json!({
        "account": { "externalId": "account-5100" },
        "adjLocation": { "externalId": "location-portland" },
        "memo": "Yearly count",
        "inventory": { "items": [
            { "item": { "externalId": "item-crate" }, "adjustQtyBy": 40 },
            { "item": { "externalId": "item-lamp-floor" }, "adjustQtyBy": 6 },
        ] },
    });
    Ok(added + seed.happened("inventoryAdjustment", "count-1", at, count)?)
}

fn quotes(seed: &Seed<'_>, now: UnixTime) -> Result<usize, RecordsError> {
    let asked = [
        (
            "harbor-lane-furniture",
            "Twelve chairs for the showroom",
            "item-chair-oak",
            12,
            60,
        ),
        (
            "quarry-hill-software",
            "Benches for the lobby",
            "item-bench-140",
            4,
            75,
        ),
        ("larkspur-dental-group", "Waiting room", "item-cushion", 20, 30),
    ];
    let mut added = 0;
    for ((customer, title, item, quantity, probability), n) in asked.into_iter().zip(1_u32..) {
        let at = now.minus(DAY * (10 * n));
        let body = json!({
            "entity": { "externalId": customer },
            "title": title,
            "probability": probability,
            "expectedCloseDate": day(at.plus(DAY * 45)),
            "item": { "items": [{ "item": { "externalId": item }, "quantity": quantity }] },
        });
        added += seed.happened("opportunity", &format!("opportunity-{n}"), at, body.clone())?;
        added += match n {
            1 => {
                let at = at.plus(DAY * 2);
                seed.made_of("opportunity", "opportunity-1", "estimate", "estimate-1", at)?
            }
            _ => seed.happened("estimate", &format!("estimate-{n}"), at, body)?,
        };
    }
    Ok(added)
}

/// Of two orders that were delivered, the second of which was refunded, and of a bill.
fn returns(seed: &Seed<'_>, now: UnixTime) -> Result<usize, RecordsError> {
    let at = now.minus(DAY * 20);
    let mut added = seed.made_of("salesOrder", "order-12", "returnAuthorization", "return-1", at)?;
    added += seed.made_of(
        "vendorBill",
        "bill-15",
        "vendorReturnAuthorization",
        "vendor-return-1",
        at,
    )?;
    added += seed.made_of("salesOrder", "order-14", "returnAuthorization", "return-2", at)?;
    added += seed.made_of(
        "returnAuthorization",
        "return-2",
        "creditMemo",
        "return-credit-2",
        at.plus(DAY * 4),
    )?;
    Ok(added)
}

fn cash(seed: &Seed<'_>, now: UnixTime) -> Result<usize, RecordsError> {
    let mut added = 0;
    for (n, (customer, item, quantity)) in (1_u32..).zip([
        ("nadia-rahman", "item-cushion", 2),
        ("peter-lindqvist", "item-gift-wrap", 6),
    ]) {
        let body = json!({
            "entity": { "externalId": customer },
            "paymentMethod": { "id": "5" },
            "item": { "items": [{ "item": { "externalId": item }, "quantity": quantity }] },
        });
        added += seed.happened(
            "cashSale",
            &format!("cash-sale-{n}"),
            now.minus(DAY * (9 * n)),
            body,
        )?;
    }
    let at = now.minus(DAY * 6);
    let owed = json!({ "customer": { "externalId": "harbor-lane-furniture" }, "payment": 500, "paymentMethod": { "id": "2" } });
    let banked = json!({ "payment": { "items": [
        { "doc": { "externalId": "cash-sale-1" }, "paymentAmount": 49.8 },
        { "doc": { "externalId": "cash-sale-2" }, "paymentAmount": 27 },
    ] } });
    let rent = json!({
        "entity": { "externalId": "fernhill-property-partners" },
        "memo": "Storage",
        "expense": { "items": [{ "account": { "externalId": "account-6200" }, "amount": 380 }] },
    });
    let credited = json!({
        "entity": { "externalId": "bramble-advertising" },
        "memo": "Half a page was not printed",
        "expense": { "items": [{ "account": { "externalId": "account-6400" }, "amount": 120 }] },
    });
    let trip = json!({
        "entity": { "externalId": "employee-tom-okafor" },
        "memo": "Visit to Seattle",
        "expense": { "items": [
            { "category": { "externalId": "expense-travel" }, "amount": 84.5 },
            { "category": { "externalId": "expense-meals" }, "amount": 31.2 },
        ] },
    });
    added += seed.happened("customerDeposit", "customer-deposit-1", at, owed)?;
    added += seed.happened("deposit", "deposit-1", at, banked)?;
    added += seed.happened("check", "check-1", at, rent)?;
    added += seed.happened("vendorCredit", "vendor-credit-1", at, credited)?;
    Ok(added + seed.happened("expenseReport", "expense-report-1", at, trip)?)
}

impl Seed<'_> {
    /// A transaction of that day.
    fn happened(&self, of: &str, external_id: &str, at: UnixTime, body: Json) -> Result<usize, RecordsError> {
        let mut body = object(body);
        body.insert("externalId".to_owned(), external_id.into());
        body.insert("tranDate".to_owned(), day(at).into());
        self.add(self.declared(of)?, &body, stamp(at))
    }

    /// One record made of another, where that is there and it was not made yet.
    fn made_of(
        &self,
        from: &str,
        source: &str,
        to: &str,
        external_id: &str,
        at: UnixTime,
    ) -> Result<usize, RecordsError> {
        let (from, to): (&RecordType, &RecordType) = (self.declared(from)?, self.declared(to)?);
        let Some(id) = self.find(from, source)? else {
            return Ok(0);
        };
        if self.find(to, external_id)?.is_some() {
            return Ok(0);
        }
        transform(&self.table.of(from), id, to, dated(external_id, at), stamp(at))?;
        Ok(1)
    }
}
