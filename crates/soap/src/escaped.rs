//! XML being written: what is put in as text is escaped, what is put in as a name is ours.

use std::fmt::Write as _;

use quick_xml::escape::escape;

/// A piece of XML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Xml(String);

impl Xml {
    pub fn new() -> Self {
        Self::default()
    }

    /// `<name>text</name>`.
    pub fn leaf(&mut self, name: &str, text: &str) {
        // Writing to a String cannot fail.
        let _ = write!(self.0, "<{name}>{}</{name}>", kept(text, &['\r']));
    }

    /// `<name a="…">`, or `<name a="…"/>` where nothing comes to stand in it.
    pub fn element(&mut self, name: &str, attributes: &[(&str, &str)], inside: impl FnOnce(&mut Self)) {
        let _ = write!(self.0, "<{name}");
        for (attribute, value) in attributes {
            let _ = write!(self.0, " {attribute}=\"{}\"", kept(value, &['\r', '\n', '\t']));
        }
        let mut content = Self::new();
        inside(&mut content);
        match content.0.is_empty() {
            true => self.0.push_str("/>"),
            false => {
                let _ = write!(self.0, ">{}</{name}>", content.0);
            }
        }
    }

    /// What is well-formed already.
    pub fn push(&mut self, xml: &str) {
        self.0.push_str(xml);
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

/// Text that is read as it is. A reader makes another character of some: of a carriage return, and in an attribute of
/// every break (XML 1.0 sections 2.11 and 3.3.3).
fn kept(text: &str, breaks: &[char]) -> String {
    let mut kept = String::with_capacity(text.len());
    for character in escape(text).chars() {
        match breaks.contains(&character) {
            true => {
                let _ = write!(kept, "&#{};", u32::from(character));
            }
            false => kept.push(character),
        }
    }
    kept
}
