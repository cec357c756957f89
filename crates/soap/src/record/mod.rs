//! Records as XML, both ways.

pub(crate) mod read;
pub(crate) mod value;
pub(crate) mod write;

use countersign_records::{Choice, Field, Kind, Shape};

use crate::names::is_list;

/// What a field is in SOAP.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form<'f> {
    Text,
    Bool,
    Long,
    Double,
    Date,
    Moment,
    /// A status the account works out: the text a person sees.
    Label(&'f [Choice]),
    Enumeration(&'f [Choice]),
    /// A value of a list: a reference.
    Listed(&'f [Choice]),
    Reference,
    /// The id of what is paid, in `doc`: a number of its own, where REST has a reference.
    Id,
    References,
    Subrecord(&'f Shape),
}

impl<'f> Form<'f> {
    pub(crate) fn of(field: &'f Field) -> Self {
        match &field.kind {
            Kind::Text | Kind::TextArea | Kind::Email | Kind::Phone | Kind::Url => Self::Text,
            Kind::Bool => Self::Bool,
            Kind::Int => Self::Long,
            Kind::Float | Kind::Currency | Kind::Rate | Kind::Percent => Self::Double,
            Kind::Date => Self::Date,
            Kind::DateTime => Self::Moment,
            Kind::Enum(choices) if is_list(choices) => Self::Listed(choices),
            Kind::Enum(choices) if field.read_only => Self::Label(choices),
            Kind::Enum(choices) => Self::Enumeration(choices),
            Kind::Ref(_) if field.name == "doc" => Self::Id,
            Kind::Ref(_) => Self::Reference,
            Kind::MultiRef(_) => Self::References,
            Kind::Subrecord(shape) => Self::Subrecord(shape),
        }
    }
}
