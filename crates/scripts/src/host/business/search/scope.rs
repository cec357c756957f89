//! The tables of a search, and what its names mean in them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_model::Level;
use countersign_records::{Field, RecordType};
use countersign_spelling::{nearest, question};
use countersign_suitescript::HostError;

use super::super::Business;
use super::super::error::no_such_type;
use super::super::shape::script_name;
use super::address;
use super::join::{self, Told};
use super::term::{Kind, Term, Words};
use super::transaction;
use super::unkept::unkept;

/// Where a name cannot be found.
pub(super) enum Missing {
    Field,
    Join,
}

/// A table that a search reads, under its alias.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) alias: String,
    pub(super) table: String,
    /// Of a transaction whose lines are read too: their alias.
    pub(super) lines: Option<String>,
}

/// What says of what type a result is.
pub(super) enum RowType {
    Always(String),
    Told(String),
}

pub(super) struct Scope<'a> {
    pub(super) business: &'a Business,
    pub(super) root: Place,
    pub(super) row_type: RowType,
    /// Only these rows of the table.
    pub(super) condition: Option<String>,
    /// Everything behind FROM.
    pub(super) from: String,
    joins: BTreeMap<String, Place>,
    /// Names that NetSuite has, and that the account keeps nothing in.
    pub(super) unkept: BTreeSet<String>,
}

/// What several types have in one table.
const FAMILIES: [&str; 4] = ["transaction", "item", "entity", "systemnote"];

/// What is searched and is no record of its own: tables.
const TABLES: [&str; 8] = [
    "customlist",
    "customrecordtype",
    "deletedrecord",
    "entitygroup",
    "inventorybalance",
    "inventorynumber",
    "pricing",
    "scriptnote",
];

/// What searches call otherwise than statements.
fn table_of(name: &str) -> &str {
    match name {
        "scriptexecutionlog" => "scriptnote",
        name => name,
    }
}

impl<'a> Scope<'a> {
    pub(super) fn of(business: &'a Business, name: &str) -> Result<Self, HostError> {
        let name = name.to_lowercase();
        let mut without_record = FAMILIES.iter().chain(&TABLES);
        let (table, of) = match without_record.find(|table| **table == table_of(&name)) {
            Some(table) => ((*table).to_owned(), None),
            None => {
                let of = business.record_type(&name)?;
                business.require(&of, Level::View)?;
                (of.table.clone(), Some(of))
            }
        };
        if business.table(&table).is_none() {
            return Err(no_such_type(&name));
        }
        let lines = (table == "transaction").then(|| "l".to_owned());
        let from = match lines {
            Some(_) => "transaction t JOIN transactionline l ON l.transaction = t.id".to_owned(),
            None => format!("{table} t"),
        };
        let condition = match name.as_str() {
            // Leads and prospects are customers of another stage.
            "customer" => None,
            name => of.as_deref().and_then(|of| only(of, name)),
        };
        let row_type = match of {
            Some(of) if name != "customer" => RowType::Always(script_name(&of).to_owned()),
            _ => told(business, &table),
        };
        Ok(Self {
            business,
            root: Place {
                alias: "t".to_owned(),
                table,
                lines,
            },
            row_type,
            condition,
            from,
            joins: BTreeMap::new(),
            unkept: BTreeSet::new(),
        })
    }

    /// Of a row, where it has one.
    pub(super) fn id(&self) -> Option<&'static str> {
        let table = self.business.table(&self.root.table)?;
        let has_id = table.columns.iter().any(|column| column.name == "id");
        has_id.then_some("t.id")
    }

    /// What a name means, of the records searched or of those a join leads to.
    pub(super) fn term(&mut self, join: Option<&str>, name: &str) -> Result<Term, Missing> {
        let name = name.to_lowercase();
        let place = match join {
            Some(join) => self.joined(&join.to_lowercase())?,
            None => self.root.clone(),
        };
        if let Some(term) = self.in_place(&place, &name) {
            return Ok(term);
        }
        if let Some(term) = unkept(&place.table, &name) {
            self.unkept.insert(name);
            return Ok(term);
        }
        if join.is_some() {
            return Err(Missing::Field);
        }
        if let Some((to, field)) = address::joined(&place.table, &name).or_else(|| stock(&place.table, &name))
        {
            return self.term(Some(to), field);
        }
        let (to, what) = join::told(&place.table, &name).ok_or(Missing::Field)?;
        let there = self.joined(to)?;
        self.of_join(&there, what).ok_or(Missing::Field)
    }

    /// What a name of the searched record says of where a join leads, or of the way there.
    fn of_join(&self, there: &Place, what: Told) -> Option<Term> {
        match what {
            Told::Field(name) => self.in_place(there, name),
            Told::Way(table, column) => self.column(table, &join::way(there), column),
        }
    }

    fn joined(&mut self, name: &str) -> Result<Place, Missing> {
        if let Some(place) = self.joins.get(name) {
            return Ok(place.clone());
        }
        let number = self.joins.len() + 1;
        let (place, from) = join::place(self, name, number).ok_or(Missing::Join)?;
        self.from.push_str(&from);
        self.joins.insert(name.to_owned(), place.clone());
        Ok(place)
    }

    pub(super) fn in_place(&self, place: &Place, name: &str) -> Option<Term> {
        let alias = &place.alias;
        if address::is_table(&place.table) {
            if let Some((_, column)) = address::BOOK.iter().find(|(called, _)| *called == name) {
                return self.column("entityaddressbook", &join::way(place), column);
            }
            if let Some(column) = address::column(name) {
                let term = self.column(&place.table, alias, column)?;
                // A state is written as well as selected.
                let kind = if column == "state" { Kind::Name } else { term.kind };
                return Some(Term { kind, ..term });
            }
        }
        match name {
            "internalid" => return Some(Term::new(format!("{alias}.id"), Kind::Id)),
            "internalidnumber" | "id" => return Some(Term::new(format!("{alias}.id"), Kind::Number)),
            "externalid" | "externalidstring" => {
                let column = self.column(&place.table, alias, "externalid")?;
                return Some(Term {
                    kind: Kind::Name,
                    ..column
                });
            }
            _ => {}
        }
        if place.table == "scriptnote"
            && let Some(term) = of_execution_log(alias, name)
        {
            return Some(term);
        }
        if place.table == "transaction"
            && let Some(term) = transaction::term(self, place, name)
        {
            return Some(term);
        }
        let renamed = RENAMED
            .iter()
            .find(|(table, called, _)| (*table == place.table || table.is_empty()) && *called == name);
        self.column(&place.table, alias, name)
            .or_else(|| renamed.and_then(|(_, _, column)| self.column(&place.table, alias, column)))
            .or_else(|| match name {
                "name" => {
                    let shown = self.business.table(&place.table)?.display.clone()?;
                    self.column(&place.table, alias, &shown)
                }
                _ => None,
            })
    }

    /// A column of a table, by its own name or a field's script id.
    pub(super) fn column(&self, table: &str, alias: &str, name: &str) -> Option<Term> {
        let info = self.business.table(table)?;
        let called = |name: &str| info.columns.iter().find(|column| column.name == name);
        let of_field = || self.field(table, name).and_then(|field| called(field.column()));
        let column = called(name).or_else(of_field)?;
        let named = column.name.as_str();
        let mut term = Term::of_column(alias, column)?;
        if term.kind == Kind::Text && self.is_word(table, named) {
            term.kind = Kind::Word;
        }
        let words = WORDS
            .iter()
            .find(|(of, named, _)| *of == table && *named == column.name);
        if let Some((_, _, words)) = words {
            term.kind = Kind::Word;
            term.words = Some(words);
        }
        Some(term)
    }

    fn field(&self, table: &str, name: &str) -> Option<Arc<Field>> {
        let mut fields = self.fields(table);
        fields.find(|field| field.script_id == name).map(Arc::clone)
    }

    fn fields(&self, table: &str) -> impl Iterator<Item = &Arc<Field>> {
        let records = &self.business.records;
        let own = records
            .types()
            .filter(move |of| of.table == table)
            .flat_map(|of| &of.fields);
        let lines = records
            .types()
            .flat_map(|of| &of.sublists)
            .filter(move |sublist| sublist.table == table)
            .flat_map(|sublist| &sublist.fields);
        let views = records.catalog().views().filter(move |view| view.name == table);
        own.chain(lines).chain(views.flat_map(|view| &view.fields))
    }

    /// ` Did you mean …?`, of a name that is not there.
    pub(super) fn question(&self, join: Option<&str>, name: &str) -> String {
        let place = match join {
            Some(join) => self.joins.get(&join.to_lowercase()),
            None => Some(&self.root),
        };
        let Some(place) = place else {
            return String::new();
        };
        let fields = self.fields(&place.table).filter(|field| !field.hidden);
        question(&nearest(name, fields.map(|field| field.script_id.as_str())))
    }

    /// Whether a column says by words of NetSuite's what a row is.
    fn is_word(&self, table: &str, column: &str) -> bool {
        let mut types = self.business.records.types().filter(|of| of.table == table);
        types.any(|of| of.constants.iter().any(|(constant, _)| constant == column))
    }
}

/// Names that searches have for columns called otherwise: of which table, the name, the column.
const RENAMED: &[(&str, &str, &str)] = &[
    ("employee", "salesrep", "issalesrep"),
    ("employee", "supportrep", "issupportrep"),
    ("item", "type", "itemtype"),
    ("item", "name", "itemid"),
    ("item", "price", "baseprice"),
    ("customer", "status", "entitystatus"),
    ("customer", "stage", "searchstage"),
    ("account", "name", "acctname"),
    ("account", "displayname", "acctname"),
    ("account", "number", "acctnumber"),
    ("account", "type", "accttype"),
    ("file", "documentsize", "filesize"),
    ("file", "size", "filesize"),
    ("file", "availablewithoutlogin", "isonline"),
    ("folder", "numfiles", "numfolderfiles"),
    ("employee", "terminationdate", "releasedate"),
    ("employee", "jobtitle", "title"),
    ("expensecategory", "account", "expenseaccount"),
    ("job", "status", "entitystatus"),
    ("job", "enddate", "calculatedenddate"),
    ("timebill", "date", "trandate"),
    ("timebill", "durationdecimal", "hours"),
    ("timebill", "status", "approvalstatus"),
    ("", "subsidiarynohierarchy", "subsidiary"),
    ("deletedrecord", "recordtype", "type"),
    ("inventoryassignment", "binnumber", "bin"),
    ("inventoryassignment", "status", "inventorystatus"),
    ("inventorybalance", "available", "quantityavailable"),
    ("inventorybalance", "onhand", "quantityonhand"),
    ("inventorybalance", "status", "inventorystatus"),
    ("itembinquantity", "binnumber", "bin"),
    ("itembinquantity", "quantityavailable", "onhandavail"),
    ("itembinquantity", "quantityonhand", "onhand"),
    ("supportcase", "product", "item"),
    ("supportcase", "message", "incomingmessage"),
    ("supportcase", "number", "casenumber"),
    ("supportcase", "casestatus", "status"),
    ("", "namenohierarchy", "name"),
    ("", "created", "createddate"),
    ("", "datecreated", "createddate"),
    ("", "createddate", "datecreated"),
    ("", "created", "datecreated"),
    ("", "modified", "lastmodifieddate"),
    ("", "lastmodified", "lastmodifieddate"),
];

/// What there is of an item at each location: a search for it has a result for each of them.
fn stock(table: &str, name: &str) -> Option<(&'static str, &'static str)> {
    let field = match name {
        "inventorylocation" => "location",
        "locationquantityavailable" => "quantityavailable",
        "locationquantitybackordered" => "quantitybackordered",
        "locationquantitycommitted" => "quantitycommitted",
        "locationquantityonhand" => "quantityonhand",
        "locationquantityonorder" => "quantityonorder",
        "locationquantityintransit" => "quantityintransit",
        "locationaveragecost" | "locationcost" => "averagecostmli",
        "locationpreferredstocklevel" => "preferredstocklevel",
        "locationreorderpoint" => "reorderpoint",
        _ => return None,
    };
    (table == "item").then_some((join::STOCK, field))
}

/// What searches show the words of a column as.
const WORDS: &[(&str, &str, Words)] = &[
    (
        "item",
        "itemtype",
        &[
            ("InvtPart", "Inventory Item"),
            ("NonInvtPart", "Non-inventory Item"),
            ("Service", "Service"),
            ("OthCharge", "Other Charge"),
            ("Assembly", "Assembly/Bill of Materials"),
            ("Kit", "Kit/Package"),
            ("Group", "Item Group"),
        ],
    ),
    (
        "entity",
        "type",
        &[
            ("CustJob", "Customer"),
            ("Job", "Project"),
            ("OthName", "Other Name"),
        ],
    ),
];

/// A line of the execution log has its day and its time apart.
fn of_execution_log(alias: &str, name: &str) -> Option<Term> {
    Some(match name {
        "date" => Term::new(format!("TRUNC({alias}.date)"), Kind::Date),
        "time" => Term::new(format!("TO_CHAR({alias}.date, 'HH:MI AM')"), Kind::Text),
        "type" => Term::new(format!("{alias}.type"), Kind::Name),
        _ => return None,
    })
}

/// What tells the rows of one type from those of its family.
fn only(of: &RecordType, name: &str) -> Option<String> {
    if !of.in_family {
        return None;
    }
    let is_told = |column: &str| match of.table.as_str() {
        "transaction" => column == "type",
        // A script's `serviceitem` is sold, bought, or both.
        "item" => column != "subtype" || of.script_id == name,
        _ => column != "posting" && column != "recordtype",
    };
    let all: Vec<String> = of
        .constants
        .iter()
        .filter(|(column, _)| is_told(column))
        .map(|(column, value)| format!("t.{column} = '{value}'"))
        .collect();
    (!all.is_empty()).then(|| all.join(" AND "))
}

/// What says of what type a row of a family is.
fn told(business: &Business, table: &str) -> RowType {
    if table == "transaction" {
        return RowType::Told("t.recordtype".to_owned());
    }
    let columns = business
        .table(table)
        .map(|table| table.columns.as_slice())
        .unwrap_or_default();
    let is_there = |name: &str| columns.iter().any(|column| column.name == name);
    let members = business
        .records
        .types()
        .filter(|of| of.table == table || of.view.as_deref() == Some(table));
    let mut cases = String::new();
    for of in members {
        let tests: Vec<String> = of
            .constants
            .iter()
            .filter(|(column, _)| is_there(column))
            .map(|(column, value)| format!("t.{column} = '{value}'"))
            .collect();
        if !tests.is_empty() {
            cases.push_str(&format!(
                " WHEN {} THEN '{}'",
                tests.join(" AND "),
                script_name(of)
            ));
        }
    }
    match cases.is_empty() {
        true => RowType::Always(table.to_owned()),
        false => RowType::Told(format!("CASE{cases} ELSE '{table}' END")),
    }
}
