//! Where the joins of a search lead.

use super::scope::{Place, Scope};
use super::term::Kind;

/// From an item to its stock; no script can name it.
pub(super) const STOCK: &str = "(stock)";

/// Where a join leads, and what it adds behind FROM.
type Joined = (Place, String);

/// To a table, on a condition.
type Way<'w> = &'w dyn Fn(&str, String) -> Option<Joined>;

/// The place that a join leads to, and what it adds behind FROM. `number` tells its alias from others.
pub(super) fn place(scope: &Scope<'_>, name: &str, number: usize) -> Option<Joined> {
    let alias = format!("j{number}");
    let lines = format!("k{number}");
    let to = |table: &str, on: String| {
        let from = format!(" LEFT JOIN {table} {alias} ON {on}");
        let place = Place {
            alias: alias.clone(),
            table: table.to_owned(),
            lines: None,
        };
        Some((place, from))
    };
    let with_lines = |from: String| {
        let place = Place {
            alias: alias.clone(),
            table: "transaction".to_owned(),
            lines: Some(lines.clone()),
        };
        Some((place, from))
    };
    let root = scope.root.table.as_str();
    match (root, name) {
        ("transaction", "customer" | "customermain") => {
            return to("customer", format!("{alias}.id = t.entity"));
        }
        ("transaction", "vendor" | "employee" | "partner") => {
            return to(name, format!("{alias}.id = t.entity"));
        }
        ("transaction", "billingaddress" | "shippingaddress") => {
            let table = format!("transaction{name}");
            return to(&table, format!("{alias}.recordowner = t.id"));
        }
        ("transaction", "applyingtransaction" | "fulfillingtransaction" | "billingtransaction") => {
            let only = match name {
                "fulfillingtransaction" => format!(" AND {lines}.nexttype = 'ItemShip'"),
                "billingtransaction" => format!(" AND {lines}.nexttype IN ('CustInvc', 'VendBill')"),
                _ => String::new(),
            };
            let from = format!(
                " LEFT JOIN nexttransactionlinelink {lines} ON {lines}.previousline = l.id{only} \
                 LEFT JOIN transaction {alias} ON {alias}.id = {lines}.nextdoc"
            );
            return to("transaction", String::new()).map(|(place, _)| (place, from));
        }
        ("transaction", "appliedtotransaction") => {
            let from = format!(
                " LEFT JOIN previoustransactionlinelink {lines} ON {lines}.nextline = l.id \
                 LEFT JOIN transaction {alias} ON {alias}.id = {lines}.previousdoc"
            );
            return to("transaction", String::new()).map(|(place, _)| (place, from));
        }
        ("customer" | "vendor" | "employee" | "partner" | "entity", "transaction") => {
            return with_lines(format!(
                " LEFT JOIN transaction {alias} ON {alias}.entity = t.id \
                 LEFT JOIN transactionline {lines} ON {lines}.transaction = {alias}.id"
            ));
        }
        ("item", STOCK) => return to("aggregateitemlocation", format!("{alias}.item = t.id")),
        ("item", "transaction") => {
            return with_lines(format!(
                " LEFT JOIN transactionline {lines} ON {lines}.item = t.id \
                 LEFT JOIN transaction {alias} ON {alias}.id = {lines}.transaction"
            ));
        }
        ("contact", "customer" | "vendor" | "partner") => {
            return to(name, format!("{alias}.id = t.company"));
        }
        ("customer" | "vendor" | "partner" | "entity", "contact") => {
            return to("contact", format!("{alias}.company = t.id"));
        }
        ("customer", "case") => return to("supportcase", format!("{alias}.company = t.id")),
        ("customer" | "vendor" | "entity", "address") => {
            return to("entityaddress", format!("{alias}.recordowner = t.id"));
        }
        ("customer" | "vendor" | "entity", "billingaddress" | "shippingaddress") => {
            let default = name.replace("address", "");
            let from = format!(
                " LEFT JOIN entityaddressbook {lines} ON {lines}.entity = t.id AND {lines}.default{default} = 'T' \
                 LEFT JOIN entityaddress {alias} ON {alias}.nkey = {lines}.addressbookaddress"
            );
            return to("entityaddress", String::new()).map(|(place, _)| (place, from));
        }
        ("folder", "file") => return to("file", format!("{alias}.folder = t.id")),
        (root, "file") => {
            let from = format!(
                " LEFT JOIN attachment {lines} ON {lines}.recordid = t.id AND {lines}.attachedto = '{root}' \
                 LEFT JOIN file {alias} ON {alias}.id = {lines}.file"
            );
            return to("file", String::new()).map(|(place, _)| (place, from));
        }
        _ => {}
    }
    let field = match (root, name) {
        ("customer", "parentcustomer") => "parent",
        ("customer", "msesubsidiary") => "subsidiary",
        ("transaction", "accountingperiod") => "postingperiod",
        ("item", "preferredvendor") => "vendor",
        ("supportcase", "customer") => "company",
        ("supportcase", "employee") => "assigned",
        (_, name) => name,
    };
    along(scope, field, &alias, &to).or_else(|| back(scope, name, &alias, &to))
}

/// To the record that a field of the searched one names.
fn along(scope: &Scope<'_>, field: &str, alias: &str, to: Way<'_>) -> Option<Joined> {
    let term = scope.in_place(&scope.root, field)?;
    let target = term.target.filter(|_| term.kind == Kind::Reference)?;
    let info = scope.business.table(&target)?;
    to(&info.name, format!("{alias}.id = {}", term.sql))
}

/// To the custom records whose field of that name leads to the searched one.
fn back(scope: &Scope<'_>, name: &str, alias: &str, to: Way<'_>) -> Option<Joined> {
    let root = &scope.root.table;
    let mut types = scope.business.records.types();
    types.find_map(|child| {
        let field = child
            .fields
            .iter()
            .find(|field| field.is_custom() && field.script_id == name)?;
        let target = field.target()?.to_lowercase();
        let leads_here = target == *root
            || scope
                .business
                .records
                .record_type(&target)
                .is_some_and(|of| of.table == *root || of.view.as_ref() == Some(root));
        leads_here
            .then(|| to(&child.table, format!("{alias}.{} = t.id", field.column())))
            .flatten()
    })
}
