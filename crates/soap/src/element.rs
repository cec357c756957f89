//! An XML document as a tree of elements with local names.
//!
//! Attack: a document that costs more to hold than to send. Depth, elements and attributes are bounded, a document type
//! declaration is refused, and so is every entity but XML's own five.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

const DEEPEST: usize = 48;
/// Elements and attributes together.
const MOST_PARTS: usize = 300_000;
const MOST_ATTRIBUTES: usize = 128;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    name: String,
    /// With their prefixes: a reference has `xsi:type` and `type`.
    attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Self>,
    text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ElementError {
    #[error("The envelope is not well-formed XML: {0}")]
    Xml(String),
    #[error("A document type declaration is not allowed in a SOAP message.")]
    DocumentType,
    #[error("The entity &{0}; is not one of XML's own.")]
    Entity(String),
    #[error("The envelope ends before its last element is closed.")]
    Truncated,
    #[error("The envelope is nested deeper than {DEEPEST} elements.")]
    TooDeep,
    #[error("The envelope has more than {MOST_PARTS} elements and attributes.")]
    TooManyParts,
    #[error("An element of the envelope has more than {MOST_ATTRIBUTES} attributes.")]
    TooManyAttributes,
    #[error("The envelope has a character that XML does not have.")]
    Character,
}

impl Element {
    /// Reads to the end: half a document is none.
    ///
    /// # Errors
    /// The first thing that makes it no document, or one that is too large.
    pub fn parse(text: &str) -> Result<Self, ElementError> {
        let mut xml = Reader::from_str(text.trim_start_matches('\u{feff}'));
        xml.config_mut().expand_empty_elements = true;
        // The first is the document itself.
        let mut open = vec![Self::default()];
        let mut parts = 0;
        loop {
            match xml.read_event().map_err(malformed)? {
                Event::Start(start) => {
                    if open.len() > DEEPEST {
                        return Err(ElementError::TooDeep);
                    }
                    let element = Self::of(&start)?;
                    parts += 1 + element.attributes.len();
                    if parts > MOST_PARTS {
                        return Err(ElementError::TooManyParts);
                    }
                    open.push(element);
                }
                Event::End(_) => {
                    let closed = open.pop().unwrap_or_default();
                    let parent = open.last_mut().ok_or(ElementError::Truncated)?;
                    parent.children.push(closed);
                }
                Event::Text(part) => push(&mut open, &part.xml10_content())?,
                Event::CData(part) => push(&mut open, &part.xml10_content())?,
                Event::GeneralRef(reference) => push(&mut open, &resolved(&reference)?)?,
                Event::DocType(_) => return Err(ElementError::DocumentType),
                Event::Eof => break,
                _ => {}
            }
        }
        let document = open
            .pop()
            .filter(|_| open.is_empty())
            .ok_or(ElementError::Truncated)?;
        if !document.text.trim().is_empty() {
            return Err(ElementError::Xml(
                "text stands outside the first element".to_owned(),
            ));
        }
        let mut roots = document.children.into_iter();
        match (roots.next(), roots.next()) {
            (Some(root), None) => Ok(root),
            _ => Err(ElementError::Xml("a document has one first element".to_owned())),
        }
    }

    fn of(start: &BytesStart<'_>) -> Result<Self, ElementError> {
        let mut attributes = Vec::new();
        for attribute in start.attributes().with_checks(false) {
            if attributes.len() == MOST_ATTRIBUTES {
                return Err(ElementError::TooManyAttributes);
            }
            let attribute = attribute.map_err(malformed)?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(malformed)?;
            attributes.push((
                attribute.key.into_inner().to_owned(),
                checked(value)?.into_owned(),
            ));
        }
        Ok(Self {
            name: start.local_name().into_inner().to_owned(),
            attributes,
            ..Self::default()
        })
    }

    /// Without its prefix.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One without a prefix or, where there is none, with any: Ruby's client writes `platformMsgs:externalId`.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let plain = self.attributes.iter().find(|(known, _)| *known == name);
        let found = plain.map(|(_, value)| value.as_str());
        found.or_else(|| self.prefixed(name).filter(|_| name != "type"))
    }

    fn prefixed(&self, name: &str) -> Option<&str> {
        let is_meant = |known: &str| known.split_once(':').is_some_and(|(_, local)| local == name);
        let found = self.attributes.iter().find(|(known, _)| is_meant(known));
        found.map(|(_, value)| value.as_str())
    }

    pub fn children(&self) -> impl Iterator<Item = &Self> {
        self.children.iter()
    }

    /// The first child of that name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of that name.
    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Its own text, without the space around it.
    pub fn text(&self) -> &str {
        self.text.trim()
    }

    /// Its own text as it was sent.
    pub fn whole_text(&self) -> &str {
        &self.text
    }

    /// The text of the first child of that name.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(Self::text)
    }

    /// `xsi:type`, without its prefix.
    pub fn xsi_type(&self) -> Option<&str> {
        let name = self.prefixed("type")?;
        Some(name.rsplit(':').next().unwrap_or(name))
    }

    /// `xsi:nil`: there, and without a value.
    pub fn is_nil(&self) -> bool {
        matches!(self.prefixed("nil"), Some("true" | "1"))
    }
}

fn push(open: &mut [Element], text: &str) -> Result<(), ElementError> {
    let text = checked(Cow::Borrowed(text))?;
    if let Some(element) = open.last_mut() {
        element.text.push_str(&text);
    }
    Ok(())
}

fn resolved(reference: &BytesRef<'_>) -> Result<String, ElementError> {
    if let Some(character) = reference.resolve_char_ref().map_err(malformed)? {
        return Ok(character.to_string());
    }
    let name = reference.xml10_content();
    let known = quick_xml::escape::resolve_xml_entity(&name);
    known
        .map(ToOwned::to_owned)
        .ok_or_else(|| ElementError::Entity(clip(&name)))
}

/// XML 1.0 section 2.2 has no control characters, not even as references; the reader lets them through.
fn checked(text: Cow<'_, str>) -> Result<Cow<'_, str>, ElementError> {
    let is_character = |character| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    match text.chars().all(is_character) {
        true => Ok(text),
        false => Err(ElementError::Character),
    }
}

fn malformed(error: impl std::fmt::Display) -> ElementError {
    ElementError::Xml(clip(&error.to_string()))
}

fn clip(text: &str) -> String {
    text.chars().take(120).collect()
}
