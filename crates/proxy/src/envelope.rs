//! A SOAP envelope: which operation it asks for, and where the TokenPassport goes.
//!
//! Invariant: there is one body with one element in it, so that what was judged is what is done. The bytes of the caller
//! are kept as they are but for its own credentials, which are cut out.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use countersign_protocol::{EndpointVersion, SignedPassport};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

const MAX_DEPTH: usize = 100;

/// What logs somebody in and stands in a header; `applicationInfo` beside a passport makes it ambiguous.
const CREDENTIALS: [&str; 4] = ["tokenPassport", "passport", "ssoPassport", "applicationInfo"];

#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    before: Bytes,
    /// Tags around the passport, where the caller's envelope has no header to put it into.
    around: Option<(String, String)>,
    after: Bytes,
    pub(crate) operation: String,
    version: EndpointVersion,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EnvelopeError {
    #[error("the envelope is not well-formed XML: {0}")]
    Xml(String),
    #[error("the envelope has to be in UTF-8, and say so or nothing")]
    Encoding,
    #[error("the envelope has to be XML 1.0, and say so or nothing")]
    Version,
    #[error(
        "the names of the envelope, its header and body, what is in its header, and the operation are of the letters, \
         digits, `_`, `-` and `.` of ASCII, with at most one prefix"
    )]
    Name,
    #[error("a document type declaration is not allowed in a SOAP message")]
    DocumentType,
    #[error(
        "the body is not a SOAP envelope with at most one Header, then one Body with one operation in it"
    )]
    Form,
    #[error("the envelope is nested deeper than {MAX_DEPTH} elements")]
    Deep,
}

impl Envelope {
    pub(crate) fn read(envelope: &Bytes, version: EndpointVersion) -> Result<Self, EnvelopeError> {
        let text = std::str::from_utf8(envelope).map_err(|_| EnvelopeError::Encoding)?;
        let found = Found::in_text(text)?;
        let (before, after) = match &found.header {
            // Its start tag stays, unless it is `<Header/>`.
            Some(header) if header.is_empty => (..header.tag.start, header.tag.end),
            Some(header) => (..header.tag.end, header.tag.end),
            None => (..found.body, found.body),
        };
        let around = match &found.header {
            Some(header) if !header.is_empty => None,
            _ => {
                let prefix = &found.prefix;
                Some((format!("<{prefix}Header>"), format!("</{prefix}Header>")))
            }
        };
        Ok(Self {
            before: envelope.slice(before),
            around,
            after: found.without_credentials(envelope, after),
            operation: found.operation,
            version,
        })
    }

    /// The envelope with this passport and no other credentials.
    pub(crate) fn signed(&self, passport: &SignedPassport) -> Bytes {
        let passport = passport.to_xml(self.version);
        let (open, close) = self
            .around
            .as_ref()
            .map_or(("", ""), |(open, close)| (open, close));
        let parts = [
            &*self.before,
            open.as_bytes(),
            passport.as_bytes(),
            close.as_bytes(),
            &*self.after,
        ];
        let mut whole = BytesMut::with_capacity(parts.iter().map(|part| part.len()).sum());
        parts.iter().for_each(|part| whole.extend_from_slice(part));
        whole.freeze()
    }
}

/// Places in the text, in bytes.
struct Found {
    /// Of the envelope's name, with its colon.
    prefix: String,
    header: Option<Header>,
    /// Where the body begins.
    body: usize,
    credentials: Vec<Range<usize>>,
    operation: String,
}

struct Header {
    tag: Range<usize>,
    is_empty: bool,
}

impl Found {
    fn in_text(text: &str) -> Result<Self, EnvelopeError> {
        let mark = text.len() - text.trim_start_matches('\u{feff}').len();
        let mut xml = Reader::from_str(text.get(mark..).unwrap_or_default());
        let mut depth = 0_usize;
        let mut is_in_header = false;
        let (mut prefix, mut header, mut body) = (None, None, None);
        let (mut operation, mut is_over) = (None, false);
        let mut credentials = Vec::new();
        let mut cutting: Option<usize> = None;
        loop {
            let at =
                |xml: &Reader<&[u8]>| mark + usize::try_from(xml.buffer_position()).unwrap_or(usize::MAX);
            let start = at(&xml);
            let event = xml
                .read_event()
                .map_err(|error| EnvelopeError::Xml(clipped(&error)))?;
            let end = at(&xml);
            let (element, is_empty) = match &event {
                Event::DocType(_) => return Err(EnvelopeError::DocumentType),
                Event::Decl(declaration) => {
                    // Attack: XML 1.1 ends lines, and so names, where 1.0 does not.
                    if !declaration.version().is_ok_and(|version| version == "1.0") {
                        return Err(EnvelopeError::Version);
                    }
                    let encoding = declaration.encoding().transpose();
                    let encoding = encoding.map_err(|error| EnvelopeError::Xml(clipped(&error)))?;
                    // Attack: what is text here could be markup to whoever reads it as UTF-7.
                    match encoding.is_none_or(|encoding| encoding.eq_ignore_ascii_case("utf-8")) {
                        true => continue,
                        false => return Err(EnvelopeError::Encoding),
                    }
                }
                Event::Start(element) => (element, false),
                Event::Empty(element) => (element, true),
                Event::End(_) => {
                    depth = depth.checked_sub(1).ok_or(EnvelopeError::Form)?;
                    if depth == 2
                        && let Some(start) = cutting.take()
                    {
                        credentials.push(start..end);
                    }
                    is_in_header &= depth > 1;
                    is_over |= depth == 0;
                    continue;
                }
                Event::Eof if depth == 0 && is_over => break,
                Event::Eof => return Err(EnvelopeError::Xml("it ends too early".to_owned())),
                _ => continue,
            };
            let name = local_name(element);
            if depth <= 2 && !is_plain(element.name().as_ref()) {
                return Err(EnvelopeError::Name);
            }
            match depth {
                0 if is_over || name != "Envelope" || is_empty => return Err(EnvelopeError::Form),
                0 => prefix = Some(prefix_of(element)),
                1 => match name.as_str() {
                    "Header" if header.is_none() && body.is_none() => {
                        header = Some(Header {
                            tag: start..end,
                            is_empty,
                        });
                        is_in_header = !is_empty;
                    }
                    "Body" if body.is_none() && !is_empty => body = Some(start),
                    _ => return Err(EnvelopeError::Form),
                },
                2 if is_in_header && CREDENTIALS.contains(&name.as_str()) => match is_empty {
                    true => credentials.push(start..end),
                    false => cutting = Some(start),
                },
                2 if body.is_some() && operation.replace(name).is_some() => return Err(EnvelopeError::Form),
                _ => {}
            }
            depth += usize::from(!is_empty);
            if depth > MAX_DEPTH {
                return Err(EnvelopeError::Deep);
            }
        }
        Ok(Self {
            prefix: prefix.ok_or(EnvelopeError::Form)?,
            header,
            body: body.ok_or(EnvelopeError::Form)?,
            credentials,
            operation: operation.ok_or(EnvelopeError::Form)?,
        })
    }

    fn without_credentials(&self, envelope: &Bytes, from: usize) -> Bytes {
        if self.credentials.is_empty() {
            return envelope.slice(from..);
        }
        let mut rest = BytesMut::with_capacity(envelope.len().saturating_sub(from));
        let mut at = from;
        for cut in &self.credentials {
            rest.extend_from_slice(envelope.get(at..cut.start).unwrap_or_default());
            at = cut.end;
        }
        rest.extend_from_slice(envelope.get(at..).unwrap_or_default());
        rest.freeze()
    }
}

fn local_name(element: &BytesStart<'_>) -> String {
    element.local_name().as_ref().to_owned()
}

/// Whether every reader takes it for the same name: here one ends only at white space of ASCII.
fn is_plain(name: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    };
    match name.split_once(':') {
        Some((prefix, local)) => is_part(prefix) && is_part(local),
        None => is_part(name),
    }
}

fn prefix_of(element: &BytesStart<'_>) -> String {
    let name = element.name();
    let name: &str = name.as_ref();
    name.split_once(':')
        .map(|(prefix, _)| format!("{prefix}:"))
        .unwrap_or_default()
}

fn clipped(error: &dyn std::fmt::Display) -> String {
    error.to_string().chars().take(120).collect()
}

#[cfg(test)]
mod tests;
