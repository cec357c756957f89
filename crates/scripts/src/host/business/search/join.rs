//! Where the joins of a search lead.

use super::address;
use super::scope::{Place, Scope};
use super::term::Kind;

/// From an item to its stock; no script can name it.
pub(super) const STOCK: &str = "(stock)";

/// What a name of the searched record says of a join.
#[derive(Clone, Copy)]
pub(super) enum Told {
    /// A field of the record it leads to.
    Field(&'static str),
    /// A column of the table on the way there.
    Way(&'static str, &'static str),
}

/// Names of the searched record that are about where a join leads.
pub(super) fn told(table: &str, name: &str) -> Option<(&'static str, Told)> {
    let found = TOLD.iter().find(|(of, known, ..)| *of == table && *known == name);
    found.map(|(_, _, join, what)| (*join, *what))
}

/// The alias of the table on the way to a place.
pub(super) fn way(place: &Place) -> String {
    place.alias.replacen('j', "k", 1)
}

const LINK: &str = "nexttransactionlinelink";

const TOLD: &[(&str, &str, &str, Told)] = &[
    ("transaction", "accounttype", "account", Told::Field("type")),
    (
        "transaction",
        "appliedtoforeignamount",
        "appliedtotransaction",
        Told::Way(LINK, "foreignamount"),
    ),
    (
        "transaction",
        "appliedtolinkamount",
        "appliedtotransaction",
        Told::Way(LINK, "foreignamount"),
    ),
    (
        "transaction",
        "appliedtolinktype",
        "appliedtotransaction",
        Told::Way(LINK, "linktype"),
    ),
    (
        "transaction",
        "appliedtotransaction",
        "appliedtotransaction",
        Told::Way(LINK, "previousdoc"),
    ),
    (
        "transaction",
        "applyingforeignamount",
        "applyingtransaction",
        Told::Way(LINK, "foreignamount"),
    ),
    (
        "transaction",
        "applyinglinkamount",
        "applyingtransaction",
        Told::Way(LINK, "foreignamount"),
    ),
    (
        "transaction",
        "applyinglinktype",
        "applyingtransaction",
        Told::Way(LINK, "linktype"),
    ),
    (
        "transaction",
        "applyingtransaction",
        "applyingtransaction",
        Told::Way(LINK, "nextdoc"),
    ),
    (
        "transaction",
        "billingtransaction",
        "billingtransaction",
        Told::Way(LINK, "nextdoc"),
    ),
    (
        "transaction",
        "fulfillingtransaction",
        "fulfillingtransaction",
        Told::Way(LINK, "nextdoc"),
    ),
    (
        "transaction",
        "paidtransaction",
        "paidtransaction",
        Told::Way(LINK, "previousdoc"),
    ),
    (
        "transaction",
        "payingtransaction",
        "payingtransaction",
        Told::Way(LINK, "nextdoc"),
    ),
    (
        "item",
        "memberitem",
        "memberitem",
        Told::Way("itemmember", "item"),
    ),
    (
        "item",
        "memberquantity",
        "memberitem",
        Told::Way("itemmember", "quantity"),
    ),
];

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
        ("transaction", "jobmain") => return to("job", format!("{alias}.id = t.entity")),
        ("transaction", "inventorydetail") => {
            return to("inventoryassignment", format!("{alias}.transaction = t.id"));
        }
        ("item", "inventorynumber") => return to("inventorynumber", format!("{alias}.item = t.id")),
        (_, "user") => return to("employee", format!("{alias}.id = {}", scope.business.user)),
        ("transaction", "createdby" | "lastmodifiedby") => {
            return to("employee", format!("{alias}.id = t.{name}"));
        }
        ("customer" | "vendor" | "partner", "contactprimary") => {
            let first = "SELECT MIN(x.id) FROM contact x WHERE x.company = t.id";
            return to("contact", format!("{alias}.id = ({first})"));
        }
        ("customer", "opportunity") => {
            return to(
                "transaction",
                format!("{alias}.entity = t.id AND {alias}.type = 'Opprtnty'"),
            );
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
        ("location" | "subsidiary", "address" | address::MAIN) => {
            return to(
                &format!("{root}mainaddress"),
                format!("{alias}.nkey = t.mainaddress"),
            );
        }
        ("customer" | "vendor" | "employee" | "partner" | "contact" | "entity", "address") => {
            let from = format!(
                " LEFT JOIN entityaddressbook {lines} ON {lines}.entity = t.id \
                 LEFT JOIN entityaddress {alias} ON {alias}.nkey = {lines}.addressbookaddress"
            );
            return to("entityaddress", String::new()).map(|(place, _)| (place, from));
        }
        (
            "customer" | "vendor" | "employee" | "partner" | "contact" | "entity",
            "billingaddress" | "shippingaddress",
        ) => {
            let default = name.replace("address", "");
            let from = format!(
                " LEFT JOIN entityaddressbook {lines} ON {lines}.entity = t.id AND {lines}.default{default} = 'T' \
                 LEFT JOIN entityaddress {alias} ON {alias}.nkey = {lines}.addressbookaddress"
            );
            return to("entityaddress", String::new()).map(|(place, _)| (place, from));
        }
        ("transaction", "payingtransaction" | "paidtransaction") => {
            let (here, there) = match name {
                "payingtransaction" => ("previousdoc", "nextdoc"),
                _ => ("nextdoc", "previousdoc"),
            };
            let from = format!(
                " LEFT JOIN nexttransactionlink {lines} ON {lines}.{here} = t.id AND {lines}.linktype = 'Payment' \
                 LEFT JOIN transaction {alias} ON {alias}.id = {lines}.{there}"
            );
            return to("transaction", String::new()).map(|(place, _)| (place, from));
        }
        (root, "systemnotes") => {
            // Types of one table are told apart, as ids of one may be those of another.
            let types = scope
                .business
                .records
                .types()
                .filter(|of| of.table == root || of.view.as_deref() == Some(root));
            let types: Vec<String> = types.map(|of| format!("'{}'", of.script_id)).collect();
            let types = types.join(", ");
            return to(
                "systemnote",
                format!("{alias}.recordid = t.id AND {alias}.recordtype IN ({types})"),
            );
        }
        ("transaction", "usernotes") => return to("note", format!("{alias}.transaction = t.id")),
        ("item", "usernotes") => return to("note", format!("{alias}.item = t.id")),
        ("customer" | "vendor" | "employee" | "partner" | "contact" | "entity" | "job", "usernotes") => {
            return to("note", format!("{alias}.entity = t.id"));
        }
        ("customer" | "vendor" | "employee" | "partner" | "contact" | "entity", "messages") => {
            return to("message", format!("{alias}.recipient = t.id"));
        }
        ("transaction", "messages") => return to("message", format!("{alias}.transaction = t.id")),
        ("supportcase", "messages") => return to("message", format!("{alias}.activity = t.id")),
        ("transaction" | "opportunity", "contact") => {
            let from = format!(
                " LEFT JOIN attachment {lines} ON {lines}.recordid = t.id AND {lines}.attachedto = '{root}' \
                 AND {lines}.contact IS NOT NULL LEFT JOIN contact {alias} ON {alias}.id = {lines}.contact"
            );
            return to("contact", String::new()).map(|(place, _)| (place, from));
        }
        ("timebill", "job") => return to("job", format!("{alias}.id = t.customer")),
        ("item", "binonhand") => return to("itembinquantity", format!("{alias}.item = t.id")),
        ("customer" | "vendor" | "partner" | "contact" | "entity", "task" | "event" | "call") => {
            let table = match name {
                "event" => "calendarevent",
                "call" => "phonecall",
                name => name,
            };
            return to(table, format!("{alias}.company = t.id"));
        }
        ("customer", "job") => return to("job", format!("{alias}.customer = t.id")),
        ("customer", "subcustomer") => return to("customer", format!("{alias}.parent = t.id")),
        ("item", "pricing") => return to("pricing", format!("{alias}.item = t.id")),
        ("item", "inventorylocation") => {
            let from = format!(
                " LEFT JOIN aggregateitemlocation {lines} ON {lines}.item = t.id \
                 LEFT JOIN location {alias} ON {alias}.id = {lines}.location"
            );
            return to("location", String::new()).map(|(place, _)| (place, from));
        }
        ("item", "memberitem") => {
            let from = format!(
                " LEFT JOIN itemmember {lines} ON {lines}.parentitem = t.id \
                 LEFT JOIN item {alias} ON {alias}.id = {lines}.item"
            );
            return to("item", String::new()).map(|(place, _)| (place, from));
        }
        ("folder", "file") => return to("file", format!("{alias}.folder = t.id")),
        (root, "file") => {
            let from = format!(
                " LEFT JOIN attachment {lines} ON {lines}.recordid = t.id AND {lines}.attachedto = '{root}' \
                 AND {lines}.file IS NOT NULL LEFT JOIN file {alias} ON {alias}.id = {lines}.file"
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
        ("supportcase" | "task", "employee") => "assigned",
        ("task" | "phonecall" | "calendarevent", "customer" | "companycustomer") => "company",
        ("file", "folder") => "folder",
        ("scriptnote", "script") => "scripttype",
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
