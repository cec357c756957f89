//! The names of transaction searches. A result is a line: the main line stands for the whole transaction.

use super::scope::{Place, Scope};
use super::term::{Kind, Term};

/// What is a line's, and of the whole transaction on its main line.
const OF_LINES: &[(&str, &str)] = &[
    ("account", "account"),
    ("class", "class"),
    ("closed", "isclosed"),
    ("cogs", "iscogs"),
    ("department", "department"),
    ("item", "item"),
    ("line", "linesequencenumber"),
    ("linesequencenumber", "linesequencenumber"),
    ("lineuniquekey", "uniquekey"),
    ("location", "location"),
    ("mainline", "mainline"),
    ("memo", "memo"),
    ("quantityshiprecv", "quantityshiprecv"),
    ("fxrate", "rate"),
    ("pricelevel", "price"),
    ("rate", "rate"),
    ("taxline", "taxline"),
    ("unit", "units"),
];

/// The body's, by names that only searches have.
const OF_BODY: &[(&str, &str)] = &[
    ("accountmain", "account"),
    ("amountpaid", "foreignamountpaid"),
    ("amountremaining", "foreignamountunpaid"),
    ("datecreated", "createddate"),
    ("fxamountremaining", "foreignamountunpaid"),
    ("fxtotal", "foreigntotal"),
    ("fxamountpaid", "foreignamountpaid"),
    ("mainname", "entity"),
    ("memomain", "memo"),
    ("name", "entity"),
    ("number", "tranid"),
    ("numbertext", "tranid"),
    ("poastext", "otherrefnum"),
    ("statusref", "status"),
    ("shipcost", "shippingcost"),
    ("shippingamount", "shippingcost"),
    ("subsidiarynohierarchy", "subsidiary"),
    ("total", "foreigntotal"),
    ("trackingnumbers", "trackingnumberlist"),
    ("transactionname", "trandisplayname"),
];

pub(super) fn term(scope: &Scope<'_>, place: &Place, name: &str) -> Option<Term> {
    let body = place.alias.as_str();
    if matches!(name, "status" | "statusref") {
        let by = Some(format!("{body}.type"));
        return scope
            .column("transaction", body, "status")
            .map(|term| Term { by, ..term });
    }
    if let Some((_, column)) = OF_BODY.iter().find(|(known, _)| *known == name) {
        return scope.column("transaction", body, column);
    }
    // Counted while something is open.
    let since = |day: &str| {
        let open = format!("{body}.foreignamountunpaid > 0 AND {body}.{day} <= TRUNC(SYSDATE)");
        let days = format!("CASE WHEN {open} THEN TRUNC(SYSDATE) - {body}.{day} ELSE 0 END");
        Some(Term::new(days, Kind::Number))
    };
    match name {
        "daysopen" => return since("trandate"),
        "daysoverdue" => return since("duedate"),
        _ => {}
    }
    let Some(lines) = place.lines.as_deref() else {
        return match name {
            "amount" | "fxamount" => scope.column("transaction", body, "foreigntotal"),
            "mainline" => Some(Term::new("'T'", Kind::Bool)),
            _ => None,
        };
    };
    let signed = |column: &str, kind| Some(Term::new(signed(scope, body, lines, column), kind));
    match name {
        "amount" | "netamount" | "netamountnotax" | "grossamount" => {
            return signed("netamount", Kind::Amount);
        }
        "fxamount" => return signed("foreignamount", Kind::Amount),
        // Tax is of the whole.
        "taxamount" => {
            let tax = format!("CASE WHEN {lines}.mainline = 'T' THEN {body}.taxtotal ELSE 0 END");
            return Some(Term::new(tax, Kind::Amount));
        }
        "quantity" | "quantityuom" => return signed("quantity", Kind::Number),
        "quantitybilled" => return scope.column("transactionline", lines, "quantitybilled"),
        "shipping" => return Some(Term::new("'F'", Kind::Bool)),
        "debitamount" => return scope.column("transactionline", lines, "debitforeignamount"),
        "creditamount" => return scope.column("transactionline", lines, "creditforeignamount"),
        _ => {}
    }
    if let Some((_, column)) = OF_LINES.iter().find(|(known, _)| *known == name) {
        return scope.column("transactionline", lines, column);
    }
    scope
        .column("transaction", body, name)
        .or_else(|| scope.column("transactionline", lines, name))
}

/// Searches show what a sale brings in as a positive number, and what a credit gives back as a negative one; lines are kept with
/// the sign of the ledger.
fn signed(scope: &Scope<'_>, body: &str, lines: &str, column: &str) -> String {
    let types = scope.business.records.types().filter(|of| of.is_transaction());
    let negative: Vec<String> = types
        .filter(|of| {
            let mut sublists = of.sublists.iter();
            sublists.any(|sublist| sublist.table == "transactionline" && sublist.is_negative)
        })
        .flat_map(|of| &of.constants)
        .filter(|(constant, _)| constant == "type")
        .map(|(_, value)| format!("'{value}'"))
        .collect();
    let of_sale = match negative.is_empty() {
        true => String::new(),
        false => format!(
            "{lines}.mainline = 'F' AND {body}.type IN ({}) OR ",
            negative.join(", ")
        ),
    };
    format!("CASE WHEN {of_sale}{body}.type = 'CustCred' THEN -{lines}.{column} ELSE {lines}.{column} END")
}
