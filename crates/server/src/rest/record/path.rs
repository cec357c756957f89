//! What the path of a record request names: a type, a record, a part of it, or what it is to become.

use std::borrow::Cow;
use std::fmt;

use countersign_records::Key;
use http::StatusCode;

use super::super::error::{self, Detail};
use crate::reply::Reply;
use countersign_protocol::percent_decode;

/// The part of a path behind its record type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place<'p> {
    All,
    One(&'p str),
    /// A sublist, or a subrecord.
    Part(&'p str, &'p str),
    Line(&'p str, &'p str, &'p str),
    /// A subrecord of a line.
    PartOfLine(&'p str, &'p str, &'p str, &'p str),
    Transform(&'p str, &'p str),
    Nowhere,
}

impl<'p> Place<'p> {
    /// Of the segments behind the type. A slash at the end says nothing.
    pub(super) fn of(segments: &[&'p str]) -> Self {
        let segments = match segments {
            [before @ .., ""] => before,
            whole => whole,
        };
        match *segments {
            [] => Self::All,
            [id] => Self::One(id),
            [id, "!transform", to] => Self::Transform(id, to),
            [_, part, ..] if part.starts_with('!') => Self::Nowhere,
            [id, part] => Self::Part(id, part),
            [id, sublist, line] => Self::Line(id, sublist, line),
            [id, sublist, line, part] => Self::PartOfLine(id, sublist, line, part),
            _ => Self::Nowhere,
        }
    }

    /// The methods it has.
    pub(super) const fn allowed(self) -> &'static str {
        match self {
            Self::All | Self::Part(..) => "GET, POST",
            Self::One(_) => "GET, PATCH, PUT, DELETE",
            Self::Line(..) => "GET, PATCH, DELETE",
            Self::PartOfLine(..) => "GET",
            Self::Transform(..) | Self::Nowhere => "POST",
        }
    }
}

/// As it stands in a path.
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All | Self::Nowhere => Ok(()),
            Self::One(id) => write!(f, "/{id}"),
            Self::Part(id, part) => write!(f, "/{id}/{part}"),
            Self::Line(id, sublist, line) => write!(f, "/{id}/{sublist}/{line}"),
            Self::PartOfLine(id, sublist, line, part) => write!(f, "/{id}/{sublist}/{line}/{part}"),
            Self::Transform(id, to) => write!(f, "/{id}/!transform/{to}"),
        }
    }
}

pub(super) fn key(id: &str) -> Result<Key, Reply> {
    // The path is signed undecoded, but an external ID is text: decoded once, here.
    let key = decode(id).and_then(|decoded| Key::parse(&decoded));
    key.ok_or_else(|| {
        let detail = "Invalid record instance ID. Give an internal ID, or eid: and an external ID, which is one line of characters that are \
            seen.";
        error::error(
            StatusCode::BAD_REQUEST,
            &[Detail::new("INVALID_ID", detail).at("o:errorUrlPath", "id")],
        )
    })
}

/// A path cut into its segments. Names are decoded here, as some clients encode every sign they may, `%21transform` too; what
/// names a record is left to [`key`].
pub(super) fn segments(path: &str) -> Vec<Cow<'_, str>> {
    let is_id = |place: usize| place == 1;
    let segments = path.split('/').enumerate();
    segments
        .map(|(place, segment)| match decode(segment) {
            Some(name) if !is_id(place) => Cow::Owned(name),
            _ => Cow::Borrowed(segment),
        })
        .collect()
}

/// A path segment decoded. Attack: bytes that are no text are nothing, or two of them would name one record.
fn decode(segment: &str) -> Option<String> {
    String::from_utf8(percent_decode(segment).into_owned()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_a_list_a_record_a_part_a_line_or_a_transform() {
        assert_eq!(Place::of(&[]), Place::All);
        assert_eq!(Place::of(&[""]), Place::All);
        assert_eq!(Place::of(&["5", ""]), Place::One("5"));
        assert_eq!(Place::of(&["5", "item"]), Place::Part("5", "item"));
        assert_eq!(Place::of(&["5", "item", "1"]), Place::Line("5", "item", "1"));
        assert_eq!(
            Place::of(&["5", "!transform", "invoice"]),
            Place::Transform("5", "invoice")
        );
        assert_eq!(Place::of(&["5", "!copy"]), Place::Nowhere);
        assert_eq!(
            Place::of(&["5", "item", "1", "x"]),
            Place::PartOfLine("5", "item", "1", "x")
        );
        assert_eq!(Place::of(&["5", "item", "1", "x", "y"]), Place::Nowhere);
    }

    #[test]
    fn an_external_id_in_a_path_is_decoded_once() {
        assert_eq!(decode("eid:A%2FB+%26=%2520").as_deref(), Some("eid:A/B+&=%20"));
    }

    #[test]
    fn an_external_id_that_is_no_text_names_nothing() {
        assert_eq!(decode("eid:A%FF"), None);
    }
}
