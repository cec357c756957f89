//! The form of a RESTlet's body, which is that of its answer too.

use countersign_front::MediaType;
use http::request::Parts;

use crate::reply::{JSON, TEXT};

pub(crate) const XML: &str = "application/xml; charset=UTF-8";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Xml,
    Text,
}

impl Form {
    /// By the request's Content-Type, also of a method without a body; text where it says nothing.
    pub(crate) fn of(parts: &Parts) -> Self {
        let media_type = MediaType::of(&parts.headers);
        if media_type.is("application/json") {
            Self::Json
        } else if media_type.is("application/xml") {
            Self::Xml
        } else {
            Self::Text
        }
    }

    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::Xml => XML,
            Self::Text => TEXT,
        }
    }

    /// As an error names what a script should have returned.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Xml => "XML",
            Self::Text => "text",
        }
    }
}
