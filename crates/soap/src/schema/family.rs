//! Record types that are searched together: all transactions, all items; any other type alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_records::{Catalog, Field, RecordType};

use crate::custom_record::{CUSTOM_RECORD, is_custom_record, standard_fields};
use crate::names::visible_fields;
use crate::namespace::Namespace;

pub(crate) struct Family {
    /// `Customer` of `CustomerSearchBasic`.
    pub(crate) subject: String,
    pub(crate) namespace: Namespace,
    pub(crate) types: Vec<Arc<RecordType>>,
}

/// The tables whose types share a search, what the search is called, and where it is declared.
const SHARED: [(&str, &str, Namespace); 2] = [
    ("transaction", "Transaction", Namespace::SALES),
    ("item", "Item", Namespace::ACCOUNTING),
];

fn shared(of: &RecordType) -> Option<&'static (&'static str, &'static str, Namespace)> {
    SHARED.iter().find(|(table, ..)| of.table == *table)
}

impl Family {
    /// In the order of the declarations; the custom records come last, also where the account has no type of them. Another type
    /// without a namespace is not in SOAP.
    pub(crate) fn all(catalog: &Catalog) -> Vec<Self> {
        let mut families: Vec<Self> = Vec::new();
        for of in catalog.types().filter(|of| of.soap_namespace.is_some()) {
            let (subject, namespace) = match shared(of) {
                Some((_, subject, namespace)) => ((*subject).to_owned(), *namespace),
                None => (of.soap_name.clone(), Namespace::of(of)),
            };
            match families.iter_mut().find(|family| family.subject == subject) {
                Some(family) => family.types.push(Arc::clone(of)),
                None => families.push(Self {
                    subject,
                    namespace,
                    types: vec![Arc::clone(of)],
                }),
            }
        }
        families.push(Self {
            subject: CUSTOM_RECORD.to_owned(),
            namespace: Namespace::CUSTOMIZATION,
            types: catalog
                .types()
                .filter(|of| is_custom_record(of))
                .cloned()
                .collect(),
        });
        families
    }

    pub(crate) fn is_of_custom_records(&self) -> bool {
        self.subject == CUSTOM_RECORD
    }

    /// Where the search of a type is declared.
    pub(crate) fn namespace_of(of: &RecordType) -> Namespace {
        shared(of).map_or_else(|| Namespace::of(of), |(_, _, namespace)| *namespace)
    }

    /// The fields of its types together, by name.
    pub(crate) fn fields(&self) -> BTreeMap<&str, &Field> {
        let mut named = BTreeMap::new();
        for field in self.types.iter().flat_map(|of| self.shown(of)) {
            named.entry(field.name.as_str()).or_insert(field.as_ref());
        }
        named
    }

    fn shown<'f>(&self, of: &'f RecordType) -> Vec<&'f Arc<Field>> {
        match self.is_of_custom_records() {
            true => standard_fields(of).collect(),
            false => visible_fields(&of.fields).collect(),
        }
    }

    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields().get(name).copied()
    }

    pub(crate) fn has_several(&self) -> bool {
        SHARED.iter().any(|(_, subject, _)| self.subject == *subject)
    }

    pub(crate) fn is_transaction(&self) -> bool {
        self.types.iter().any(|of| of.is_transaction())
    }
}
