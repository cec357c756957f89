//! Addresses in searches: a transaction has them under names of its own (`shipcity`), an entity those of its default ones.

/// To the address of a place or a company; no script can name it.
pub(super) const MAIN: &str = "(mainaddress)";

/// What the line of an address book says of an address.
pub(super) const BOOK: &[(&str, &str)] = &[
    ("addressinternalid", "internalid"),
    ("addresslabel", "label"),
    ("isdefaultbilling", "defaultbilling"),
    ("isdefaultshipping", "defaultshipping"),
];

/// The join, and what it calls the field; nothing for a name of something else.
pub(super) fn joined(table: &str, name: &str) -> Option<(&'static str, &'static str)> {
    if matches!(table, "location" | "subsidiary") {
        let known = COLUMNS
            .iter()
            .find(|(called, _)| *called == name && name != "internalid");
        return known.map(|(called, _)| (MAIN, *called));
    }
    let is_entity = matches!(
        table,
        "customer" | "vendor" | "employee" | "partner" | "contact" | "entity"
    );
    let of_book = BOOK.iter().find(|(called, _)| is_entity && *called == name);
    if let Some((called, _)) = of_book {
        return Some(("billingaddress", *called));
    }
    let (join, part) = if let Some(part) = name.strip_prefix("ship") {
        ("shippingaddress", part)
    } else if let Some(part) = name.strip_prefix("bill") {
        ("billingaddress", part)
    } else if is_entity {
        ("billingaddress", name)
    } else {
        return None;
    };
    if table != "transaction" && !is_entity {
        return None;
    }
    Some((join, column(part)?))
}

/// Whether a table's rows are addresses, which have a key in the place of an internal id.
pub(super) fn is_table(table: &str) -> bool {
    matches!(
        table,
        "entityaddress"
            | "locationmainaddress"
            | "subsidiarymainaddress"
            | "transactionbillingaddress"
            | "transactionshippingaddress"
    )
}

/// The column of a table of addresses, by what searches call it.
pub(super) fn column(name: &str) -> Option<&'static str> {
    let found = COLUMNS.iter().find(|(called, _)| *called == name);
    found.map(|(_, column)| *column)
}

const COLUMNS: &[(&str, &str)] = &[
    ("address", "addrtext"),
    ("address1", "addr1"),
    ("address2", "addr2"),
    ("address3", "addr3"),
    ("addressee", "addressee"),
    ("addressphone", "addrphone"),
    ("attention", "attention"),
    ("city", "city"),
    ("country", "country"),
    ("countrycode", "country"),
    ("internalid", "nkey"),
    ("phone", "addrphone"),
    ("state", "state"),
    ("zip", "zip"),
    ("zipcode", "zip"),
];
