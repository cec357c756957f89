//! What a record type is: its names, where its rows lie, its fields and sublists, and what happens to it.

use std::sync::Arc;

use countersign_spelling::nearest;

use crate::calculation::{Expression, Path};
use crate::field::Field;

/// The tables every transaction type shares; a sublist that lies in [`LINES`] is a part of the ledger's detail.
pub(crate) const TRANSACTION: &str = "transaction";
pub(crate) const LINES: &str = "transactionline";

#[derive(Clone, Debug, PartialEq)]
pub struct RecordType {
    /// As REST writes it: `salesOrder`.
    pub name: String,
    /// As scripts and SuiteQL write it: `salesorder`.
    pub script_id: String,
    /// As SOAP writes it: `SalesOrder`.
    pub soap_name: String,
    /// The middle of its SOAP namespace: `relationships` of `urn:relationships_2025_2.lists.webservices.netsuite.com`.
    pub soap_namespace: Option<String>,
    pub label: String,
    pub tier: Tier,
    /// NetSuite's id of the permission that guards it, such as `LIST_CUSTJOB`. Without one it is an administrator's.
    pub permission: Option<String>,
    /// The field a reference shows as `refName`; `id` for a type without names.
    pub naming_field: String,
    /// Its script id, or the family's table.
    pub table: String,
    /// The table is a family's: other types lie in it too.
    pub in_family: bool,
    /// Columns of a family's table that say which member a row is, as `type = 'SalesOrd'`.
    pub constants: Vec<(String, String)>,
    /// The view it is seen through together with others.
    pub view: Option<String>,
    /// In the order of the declaration, after `externalId`.
    pub fields: Vec<Arc<Field>>,
    pub sublists: Vec<Sublist>,
    pub transforms: Vec<Transform>,
    pub postings: Vec<Posting>,
    /// Its ledger lines are for reading only, as an order's: `posting = 'F'`.
    pub is_nonposting: bool,
}

/// How deep the account goes in a type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Stored and validated.
    #[default]
    Kept,
    /// Defaulted, sourced, totalled, with statuses.
    WorkedOut,
    /// Made from and into other types, with general-ledger lines.
    Transformed,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Sublist {
    /// As REST writes it: `item`, `addressBook`.
    pub name: String,
    pub script_id: String,
    pub label: String,
    /// What REST calls a line's number.
    pub key: String,
    pub table: String,
    /// The column with the id of the record that has the lines.
    pub parent_column: String,
    /// Of the columns of [`Field::signed`] fields.
    pub is_negative: bool,
    pub fields: Vec<Arc<Field>>,
}

/// What a record of one type makes of itself in another.
#[derive(Clone, Debug, PartialEq)]
pub struct Transform {
    pub to: String,
    pub maps: Vec<Mapping>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    pub sublist: Option<String>,
    pub field: String,
    pub value: Expression,
}

/// One rule of what a type posts to the general ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Posting {
    pub side: Side,
    /// The first that leads to an account.
    pub accounts: Vec<Path>,
    pub amount: Expression,
    /// Once for each line of this sublist, not once for the record.
    pub each: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Debit,
    Credit,
}

/// Types that are seen as one, with ids of one row of numbers: `entity`.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    pub name: String,
    pub label: String,
    pub naming_field: String,
    pub fields: Vec<Arc<Field>>,
}

impl RecordType {
    /// A custom record type, which an account has of its own. A custom list is none.
    pub fn is_custom_record(&self) -> bool {
        self.script_id.starts_with("customrecord")
    }

    /// By its camelCase name, letter for letter.
    pub fn field(&self, name: &str) -> Option<&Arc<Field>> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// By its camelCase name or its script id, in any letter case.
    pub fn field_in_any_case(&self, name: &str) -> Option<&Arc<Field>> {
        self.fields
            .iter()
            .find(|field| field.script_id.eq_ignore_ascii_case(name))
    }

    pub fn sublist(&self, name: &str) -> Option<&Sublist> {
        self.sublists.iter().find(|sublist| sublist.name == name)
    }

    /// By its script id, letter for letter, as a script names it.
    pub fn sublist_by_script_id(&self, script_id: &str) -> Option<&Sublist> {
        self.sublists
            .iter()
            .find(|sublist| sublist.script_id == script_id)
    }

    /// A field of the body, or of the lines of a sublist, by script ids, letter for letter.
    pub fn field_by_script_id(&self, sublist: Option<&str>, script_id: &str) -> Option<&Arc<Field>> {
        let fields = match sublist {
            Some(sublist) => &self.sublist_by_script_id(sublist)?.fields,
            None => &self.fields,
        };
        fields.iter().find(|field| field.script_id == script_id)
    }

    pub fn transform(&self, to: &str) -> Option<&Transform> {
        self.transforms
            .iter()
            .find(|transform| transform.to.eq_ignore_ascii_case(to))
    }

    /// Its rows lie in the table of all transactions.
    pub fn is_transaction(&self) -> bool {
        self.table == TRANSACTION
    }

    /// The end of a condition: in a family's table only the rows of this type.
    pub(crate) fn and_of_type(&self) -> String {
        match self.in_family {
            true => format!(" AND _recordtype = '{}'", self.script_id),
            false => String::new(),
        }
    }

    /// The row of numbers its ids come from: types that one reference may point to share one.
    pub(crate) fn ids(&self) -> &str {
        self.view.as_deref().unwrap_or(&self.table)
    }

    pub(crate) fn naming_column(&self) -> &str {
        naming_column(&self.fields, &self.naming_field)
    }

    pub(crate) fn nearest_fields(&self, wrong: &str) -> Vec<String> {
        let fields = self.fields.iter().filter(|field| !field.hidden);
        let fields = fields.map(|field| field.name.as_str());
        let sublists = self.sublists.iter().map(|sublist| sublist.name.as_str());
        nearest(wrong, fields.chain(sublists))
    }
}

impl Sublist {
    pub fn field(&self, name: &str) -> Option<&Arc<Field>> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub(crate) fn is_shared(&self) -> bool {
        self.table == LINES
    }

    pub(crate) fn sign(&self, field: &Field) -> f64 {
        if self.is_negative && field.signed {
            -1.0
        } else {
            1.0
        }
    }

    pub(crate) fn nearest_fields(&self, wrong: &str) -> Vec<String> {
        let fields = self.fields.iter().filter(|field| !field.hidden);
        nearest(wrong, fields.map(|field| field.name.as_str()))
    }
}

impl View {
    pub(crate) fn naming_column(&self) -> &str {
        naming_column(&self.fields, &self.naming_field)
    }
}

impl Tier {
    pub const ALL: [Self; 3] = [Self::Kept, Self::WorkedOut, Self::Transformed];

    pub const fn number(self) -> u8 {
        match self {
            Self::Kept => 0,
            Self::WorkedOut => 1,
            Self::Transformed => 2,
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Kept => "stored and validated",
            Self::WorkedOut => "defaulted, sourced and totalled",
            Self::Transformed => "transformed, with general-ledger lines",
        }
    }
}

fn naming_column<'f>(fields: &'f [Arc<Field>], naming_field: &str) -> &'f str {
    fields
        .iter()
        .find(|field| field.name == naming_field)
        .map_or("id", |field| field.column())
}
