//! Records of an account's own types. In SOAP they are all of one type, `CustomRecord`, and say in `recType` which they are.

use std::sync::Arc;

use countersign_records::{Catalog, Field, RecordType};

use crate::element::Element;
use crate::names::{field_name, is_visible};

/// The one type, and what its search is called by.
pub const CUSTOM_RECORD: &str = "CustomRecord";

/// What a `CustomRecord` has beside its own fields, in the order of the schema, each with its type there and that of its
/// search. The account may have types without some of them.
pub(crate) const STANDARD: [(&str, &str, &str); 5] = [
    ("isInactive", "xsd:boolean", "SearchBooleanField"),
    ("parent", "platformCore:RecordRef", "SearchMultiSelectField"),
    ("created", "xsd:dateTime", "SearchDateField"),
    ("lastModified", "xsd:dateTime", "SearchDateField"),
    ("name", "xsd:string", "SearchStringField"),
];

/// Records of this type are custom records.
pub fn is_custom_record(of: &RecordType) -> bool {
    of.soap_namespace.is_none() && of.is_custom_record()
}

/// What SOAP calls the type.
pub(crate) fn soap_name(of: &RecordType) -> &str {
    match is_custom_record(of) {
        true => CUSTOM_RECORD,
        false => &of.soap_name,
    }
}

/// The type that a `recType`, or the `typeId` or `scriptId` of a `CustomRecordRef`, names: by its number or its script id.
pub fn custom_record_type<'c>(reference: &Element, catalog: &'c Catalog) -> Option<&'c Arc<RecordType>> {
    let of_ref = ["typeId", "scriptId"].into_iter();
    let said = match reference.name() {
        "recType" => of_ref.chain(["internalId"]).collect::<Vec<_>>(),
        _ => of_ref.collect(),
    };
    let said = said.into_iter().find_map(|name| reference.attribute(name))?;
    let mut types = catalog.custom_record_types();
    let is_meant = |number: usize, of: &RecordType| {
        said.parse() == Ok(number) || of.script_id.eq_ignore_ascii_case(said.trim())
    };
    let found = types.find(|(number, of)| is_meant(*number, of) && is_custom_record(of));
    found.map(|(_, of)| of)
}

/// The number of a type, as `typeId` and `recType` say it.
pub fn number_of(of: &RecordType, catalog: &Catalog) -> Option<usize> {
    let mut types = catalog.custom_record_types();
    types.find_map(|(number, known)| (known.script_id == of.script_id).then_some(number))
}

/// The fields of a custom record that are elements of their own.
pub(crate) fn standard_fields(of: &RecordType) -> impl Iterator<Item = &Arc<Field>> {
    let field = |name: &str| {
        let fields = of.fields.iter();
        fields
            .filter(|field| is_visible(field))
            .find(|field| field_name(field) == name)
    };
    STANDARD.into_iter().filter_map(move |(name, ..)| field(name))
}
