//! The record types this program knows.

use std::sync::Arc;

use crate::declaration::{self, DeclarationError};
use crate::field::Field;
use crate::nearest::nearest;

/// One file a family; a type is declared in one of them.
const DECLARATIONS: [(&str, &str); 1] =
    [("entities.record", include_str!("../declarations/entities.record"))];

#[derive(Clone, Debug, PartialEq)]
pub struct RecordType {
    /// As REST writes it: `salesOrder`.
    pub name: String,
    /// As scripts and SuiteQL write it: `salesorder`. Also the name of its table.
    pub script_id: String,
    /// As SOAP writes it: `SalesOrder`.
    pub soap_name: String,
    /// The middle of its SOAP namespace: `relationships` of `urn:relationships_2025_2.lists.webservices.netsuite.com`.
    pub soap_namespace: Option<String>,
    pub label: String,
    /// The field a reference shows as `refName`.
    pub naming_field: String,
    /// In the order of the declaration, after `externalId`.
    pub fields: Vec<Arc<Field>>,
}

impl RecordType {
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

    pub(crate) fn nearest_fields(&self, wrong: &str) -> Vec<String> {
        nearest(wrong, self.fields.iter().map(|field| field.name.as_str()))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Catalog {
    types: Vec<Arc<RecordType>>,
}

impl Catalog {
    /// The types that are compiled in.
    pub fn built_in() -> Result<Self, DeclarationError> {
        Self::parse(&DECLARATIONS)
    }

    /// The types of some declarations, each with the name to give it in errors.
    pub fn parse(declarations: &[(&str, &str)]) -> Result<Self, DeclarationError> {
        let mut types: Vec<Arc<RecordType>> = Vec::new();
        for (file, text) in declarations {
            declaration::parse(file, text, &mut types)?;
        }
        Ok(Self { types })
    }

    pub fn types(&self) -> impl Iterator<Item = &Arc<RecordType>> {
        self.types.iter()
    }

    /// By its REST name or its script id, in any letter case: real clients write both `salesOrder` and `salesorder`.
    pub fn get(&self, name: &str) -> Option<&Arc<RecordType>> {
        self.types
            .iter()
            .find(|record_type| record_type.script_id.eq_ignore_ascii_case(name))
    }
}
