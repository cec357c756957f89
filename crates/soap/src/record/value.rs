//! What an element shows, as a value of the kind of a field.

use countersign_records::{Field, Key, Kind, Problem, Reference, Value};
use countersign_world::UnixTime;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::Form;
use crate::element::Element;
use crate::names::{choice_name, choice_of};

/// The value an element shows; what its field makes of it is for the field to say.
pub(super) fn read_value(field: &Field, element: &Element) -> Result<Value, Problem> {
    let text = element.text();
    let value = match Form::of(field) {
        Form::Text => Some(Value::Text(element.whole_text().to_owned())),
        Form::Bool => boolean(text).map(Value::Bool),
        Form::Long => text.parse().ok().map(Value::Integer),
        Form::Double => text.parse().ok().map(Value::Decimal),
        Form::Date => date(text).map(Value::Date),
        Form::Moment => moment(text).map(Value::DateTime),
        Form::Label(choices) | Form::Enumeration(choices) => {
            choice_of(choices, text).map(|choice| Value::Choice(choice.id.clone()))
        }
        Form::Listed(_) => element
            .attribute("internalId")
            .map(|id| Value::Choice(id.to_owned())),
        Form::Reference => reference(element).map(Value::Reference),
        Form::Id => text.parse().ok().map(|id| Value::Reference(Reference::to(id))),
        Form::References => references(element.all("recordRef")),
        Form::Subrecord(_) => None,
    };
    value.ok_or_else(|| not_a(field))
}

pub(super) fn not_a(field: &Field) -> Problem {
    match &field.kind {
        Kind::Enum(choices) => Problem::NotAChoice {
            choices: choices.iter().map(choice_name).collect(),
        },
        Kind::Ref(_) => Problem::NotA {
            expected: "a record, by the internalId or externalId attribute",
        },
        Kind::MultiRef(_) => Problem::NotA {
            expected: "records, by the internalId or externalId attributes of recordRef elements",
        },
        kind => Problem::NotA {
            expected: kind.expectation(),
        },
    }
}

fn boolean(text: &str) -> Option<bool> {
    let is = |words: [&str; 3]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    match (is(["true", "1", "t"]), is(["false", "0", "f"])) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

pub(super) fn references<'e>(elements: impl Iterator<Item = &'e Element>) -> Option<Value> {
    let references: Option<Vec<_>> = elements.map(reference).collect();
    references.map(Value::References)
}

fn reference(element: &Element) -> Option<Reference> {
    Some(Reference {
        key: key(element)?,
        name: element
            .text_of("name")
            .filter(|name| !name.is_empty())
            .map(ToOwned::to_owned),
        record_type: None,
    })
}

/// What the `internalId` or `externalId` of a reference says.
pub fn key(element: &Element) -> Option<Key> {
    let said = |name| {
        element
            .attribute(name)
            .map(str::trim)
            .filter(|id: &&str| !id.is_empty())
    };
    match said("internalId") {
        Some(id) => id.parse().ok().map(Key::Internal),
        None => said("externalId").map(|id| Key::External(id.to_owned())),
    }
}

/// `xsd:dateTime`. Without an offset it is the account's time, which is UTC here.
pub(crate) fn moment(text: &str) -> Option<UnixTime> {
    let zoned = text.parse::<jiff::Timestamp>().ok();
    let local = || {
        text.parse::<DateTime>()
            .ok()?
            .to_zoned(TimeZone::UTC)
            .ok()
            .map(|zoned| zoned.timestamp())
    };
    let timestamp = zoned.or_else(local)?;
    Some(UnixTime::from_seconds(timestamp.as_second()))
}

/// The day a moment falls on in the account.
pub(crate) fn date(text: &str) -> Option<Date> {
    let seconds = moment(text)?.seconds();
    let timestamp = jiff::Timestamp::from_second(seconds).ok()?;
    Some(timestamp.to_zoned(TimeZone::UTC).date())
}
