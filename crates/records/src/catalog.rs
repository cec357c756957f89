//! The record types this program knows, and what a reference may point to.

use std::sync::{Arc, OnceLock};

use crate::declaration::{self, DeclarationError};
use crate::derived::{Derived, DerivedTable};
use crate::field::Shape;
use crate::record_type::{RecordType, View};

macro_rules! declared {
    ($($name:literal),+) => {
        &[$((concat!($name, ".record"), include_str!(concat!("../declarations/", $name, ".record")))),+]
    };
}

/// One file a family; a type is declared in one of them.
const DECLARATIONS: &[(&str, &str)] = declared![
    "entities",
    "items",
    "charges",
    "accounting",
    "lists",
    "quotes",
    "sales",
    "purchases",
    "cash",
    "stock",
    "documents",
    "activities",
    "customization"
];

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalog {
    pub(crate) types: Vec<Arc<RecordType>>,
    pub(crate) views: Vec<Arc<View>>,
    /// For the declarations that come later.
    pub(crate) shapes: Vec<Arc<Shape>>,
    pub(crate) derived: Arc<Derived>,
}

/// What a reference points to, as something to look into.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Relation<'c> {
    /// A table or a view.
    pub(crate) table: &'c str,
    /// Where its rows say in `_recordtype` what they are: the one type that is meant, or any.
    pub(crate) mixed: Option<Option<&'c str>>,
    pub(crate) naming_column: &'c str,
    /// Never empty.
    first: &'c RecordType,
}

impl Catalog {
    /// The types that are compiled in; read once.
    pub fn built_in() -> Result<Self, DeclarationError> {
        static READ: OnceLock<Catalog> = OnceLock::new();
        if let Some(catalog) = READ.get() {
            return Ok(catalog.clone());
        }
        let catalog = Self {
            derived: Arc::new(Derived::built_in()?),
            ..Self::parse(DECLARATIONS)?
        };
        Ok(READ.get_or_init(|| catalog).clone())
    }

    /// The types of some declarations, each with the name to give it in errors.
    pub fn parse(declarations: &[(&str, &str)]) -> Result<Self, DeclarationError> {
        declarations
            .iter()
            .try_fold(Self::default(), |catalog, (file, text)| {
                catalog.extended(file, text)
            })
    }

    /// With the types and fields that an account has of its own.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn extended(mut self, file: &str, text: &str) -> Result<Self, DeclarationError> {
        declaration::parse(file, text, &mut self)?;
        Ok(self)
    }

    pub fn types(&self) -> impl Iterator<Item = &Arc<RecordType>> {
        self.types.iter()
    }

    /// The custom record types, each with its number: it stays while no type declared before it goes.
    pub fn custom_record_types(&self) -> impl Iterator<Item = (usize, &Arc<RecordType>)> {
        let types = self.types.iter().filter(|of| of.is_custom_record());
        types.enumerate().map(|(index, of)| (index + 1, of))
    }

    pub fn views(&self) -> impl Iterator<Item = &Arc<View>> {
        self.views.iter()
    }

    /// By its REST name or its script id, in any letter case: real clients write both `salesOrder` and `salesorder`.
    pub fn get(&self, name: &str) -> Option<&Arc<RecordType>> {
        self.types
            .iter()
            .find(|record_type| record_type.script_id.eq_ignore_ascii_case(name))
    }

    /// The types of a family, by the name of its table.
    pub fn family<'c>(&'c self, table: &'c str) -> impl Iterator<Item = &'c Arc<RecordType>> {
        self.types
            .iter()
            .filter(move |record_type| record_type.table.eq_ignore_ascii_case(table))
    }

    /// Tables that follow from others, but for those whose name a type of the account has.
    pub(crate) fn derived_tables(&self) -> impl Iterator<Item = &DerivedTable> {
        let is_taken = |name: &str| {
            let mut types = self.types.iter();
            types.any(|of| of.table == name) || self.views.iter().any(|view| view.name == name)
        };
        self.derived
            .tables
            .iter()
            .filter(move |table| !is_taken(&table.name))
    }

    /// The types whose rows a derived table is made of; all of them where it does not say.
    pub(crate) fn sources_of<'c>(
        &'c self,
        table: &'c DerivedTable,
    ) -> impl Iterator<Item = &'c Arc<RecordType>> {
        self.types.iter().filter(move |of| {
            table.of.as_deref().is_none_or(|named| {
                of.script_id == named || of.table == named || of.view.as_deref() == Some(named)
            })
        })
    }

    /// The types that a view shows together.
    pub fn seen_through<'c>(&'c self, view: &'c str) -> impl Iterator<Item = &'c Arc<RecordType>> {
        let is_in = move |record_type: &&Arc<RecordType>| {
            let view_of = record_type.view.as_deref();
            view_of.is_some_and(|of| of.eq_ignore_ascii_case(view))
        };
        self.types.iter().filter(is_in)
    }

    /// Nothing for what is not declared.
    pub(crate) fn relation(&self, target: &str) -> Option<Relation<'_>> {
        if let Some(record_type) = self.get(target) {
            return Some(Relation {
                table: &record_type.table,
                mixed: record_type.in_family.then_some(Some(&record_type.script_id)),
                naming_column: record_type.naming_column(),
                first: record_type,
            });
        }
        let of_family = self
            .types
            .iter()
            .find(|record_type| record_type.table.eq_ignore_ascii_case(target));
        if let Some(first) = of_family {
            return Some(Relation {
                table: &first.table,
                mixed: Some(None),
                naming_column: first.naming_column(),
                first,
            });
        }
        let view = self
            .views
            .iter()
            .find(|view| view.name.eq_ignore_ascii_case(target))?;
        let first = self
            .types
            .iter()
            .find(|record_type| record_type.view.as_deref() == Some(&view.name))?;
        Some(Relation {
            table: &view.name,
            mixed: Some(None),
            naming_column: view.naming_column(),
            first,
        })
    }

    /// The column and kind of a field, by its name, of whatever type of a target has it.
    pub(crate) fn field_of(&self, target: &str, name: &str) -> Option<&Arc<crate::field::Field>> {
        let of_type = self.get(target).and_then(|record_type| record_type.field(name));
        let of_view = || {
            let view = self.views.iter().find(|view| view.name == target)?;
            view.fields.iter().find(|field| field.name == name)
        };
        of_type
            .or_else(|| {
                self.types
                    .iter()
                    .filter(|record_type| record_type.table.eq_ignore_ascii_case(target))
                    .find_map(|record_type| record_type.field(name))
            })
            .or_else(of_view)
    }

    /// Whether a reference to `target` may point to a record of `record_type`.
    pub(crate) fn may_point(target: &str, record_type: &RecordType) -> bool {
        let names = [
            Some(record_type.script_id.as_str()),
            Some(record_type.table.as_str()),
            record_type.view.as_deref(),
        ];
        names
            .iter()
            .flatten()
            .any(|name| name.eq_ignore_ascii_case(target))
    }
}

impl Relation<'_> {
    /// The REST name of what a row is, by its `_recordtype`.
    pub(crate) fn rest_name(&self, catalog: &Catalog, script_id: Option<&str>) -> String {
        script_id
            .and_then(|script_id| catalog.get(script_id))
            .map_or(&self.first.name, |record_type| &record_type.name)
            .clone()
    }
}
