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
mod tests {
    use super::*;
    use countersign_protocol::{Credentials, Secret, Signer, SoapHeader, Stamp};
    use proptest::prelude::*;

    fn read(envelope: &str) -> Result<Envelope, EnvelopeError> {
        Envelope::read(
            &Bytes::copy_from_slice(envelope.as_bytes()),
            EndpointVersion::LATEST,
        )
    }

    fn signed(envelope: &str) -> String {
        let signer = Signer::new(&Credentials {
            account: "1234567_SB1".parse().unwrap(),
            consumer_key: "ours".into(),
            consumer_secret: Secret::new("cs"),
            token: "t".into(),
            token_secret: Secret::new("ts"),
        });
        let passport = signer.passport(&Stamp::new(1_700_000_000, "abcdef").unwrap());
        String::from_utf8(read(envelope).unwrap().signed(&passport).to_vec()).unwrap()
    }

    #[test]
    fn the_passport_goes_into_any_envelope_and_the_rest_stays_as_it_was() {
        for (before, after) in [
            (
                "<s:Envelope xmlns:s=\"x\"><s:Header>",
                " <a/></s:Header><s:Body> <get/></s:Body></s:Envelope>",
            ),
            (
                "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Envelope><Header id='1'>",
                "</Header><Body><get><a/></get></Body></Envelope>",
            ),
        ] {
            let found = signed(&format!("{before}{after}"));
            assert!(found.starts_with(before) && found.ends_with(after), "{found}");
            let passport = SoapHeader::read(&found).unwrap().token_passport.unwrap();
            assert_eq!(passport.consumer_key.as_deref(), Some("ours"));
        }
        for bare in [
            "<s:Envelope xmlns:s=\"x\"><s:Body><get/></s:Body></s:Envelope>",
            "<s:Envelope xmlns:s=\"x\"><s:Header/><s:Body><get/></s:Body></s:Envelope>",
        ] {
            let found = signed(bare);
            assert!(
                found.starts_with("<s:Envelope xmlns:s=\"x\"><s:Header><platformMsgs:tokenPassport"),
                "{found}"
            );
            assert!(
                found.ends_with("</s:Header><s:Body><get/></s:Body></s:Envelope>"),
                "{found}"
            );
        }
    }

    #[test]
    fn the_callers_own_credentials_are_cut_out() {
        let own = "<n:tokenPassport xmlns:n=\"y\"><account>1</account><x><passport/></x></n:tokenPassport>";
        for credentials in [
            own.to_owned(),
            own.repeat(2),
            "<passport><email>a</email></passport>".to_owned(),
            "<ssoPassport/>".to_owned(),
            "<applicationInfo><applicationId>A</applicationId></applicationInfo>".to_owned(),
        ] {
            let found = signed(&format!(
                "<e:Envelope xmlns:e=\"x\"><e:Header><a>1</a>{credentials}<b/></e:Header><e:Body><get/></e:Body></e:Envelope>"
            ));
            let header = SoapHeader::read(&found).unwrap();
            assert_eq!(
                header.token_passport.unwrap().consumer_key.as_deref(),
                Some("ours")
            );
            assert_eq!(header.other_credentials, None, "{found}");
            assert!(found.contains("<a>1</a><b/>"), "{found}");
        }
    }

    #[test]
    fn the_operation_is_the_one_element_of_the_one_body() {
        let envelope = |inner: &str| format!("<Envelope>{inner}</Envelope>");
        let operation = |inner: &str| read(&envelope(inner)).map(|read| read.operation);
        assert_eq!(
            operation("<Body><n:getList xmlns:n='x'><add/></n:getList></Body>").unwrap(),
            "getList"
        );
        for inner in [
            "",
            "<Body/>",
            "<Body></Body>",
            "<Body><get/><delete/></Body>",
            "<Body><get/></Body><Body><delete/></Body>",
            "<x:Body xmlns:x='y'><get/></x:Body><Body><delete/></Body>",
            "<Body><get/></Body><Header/>",
            "<Header/><Header/><Body><get/></Body>",
            "<Other/><Body><get/></Body>",
        ] {
            assert_eq!(operation(inner), Err(EnvelopeError::Form), "{inner}");
        }
        assert_eq!(read("<a/>").unwrap_err(), EnvelopeError::Form);
        assert_eq!(read("<Envelope/>").unwrap_err(), EnvelopeError::Form);
        let two = envelope("<Body><get/></Body>").repeat(2);
        assert!(read(&two).is_err());
    }

    #[test]
    fn what_another_reader_could_take_for_something_else_is_refused() {
        let body = "<Envelope><Body><get/></Body></Envelope>";
        assert_eq!(
            read(&format!("<!DOCTYPE x>{body}")).unwrap_err(),
            EnvelopeError::DocumentType
        );
        let utf7 = format!("<?xml version=\"1.0\" encoding=\"UTF-7\"?>{body}");
        assert_eq!(read(&utf7).unwrap_err(), EnvelopeError::Encoding);
        let latin = Bytes::from_static(b"<Envelope>\xe9</Envelope>");
        let latin = Envelope::read(&latin, EndpointVersion::LATEST);
        assert_eq!(latin.unwrap_err(), EnvelopeError::Encoding);
        assert!(matches!(
            read("<Envelope><Body><get></Body>"),
            Err(EnvelopeError::Xml(_))
        ));
        for version in ["1.1", "1.00", "2.0", ""] {
            let other = format!("<?xml version=\"{version}\"?>{body}");
            assert_eq!(read(&other).unwrap_err(), EnvelopeError::Version, "{version}");
        }
        for operation in [
            "<delete\u{2028}xmlns:getX=\"u\"/>",
            "<delete\u{85}xmlns:getX=\"u\"/>",
            "<delete\u{a0}xmlns:get/>",
            "<a:delete:get/>",
            "<:get/>",
            "<get:/>",
            "<1get/>",
            "<gét/>",
        ] {
            for found in [
                format!("<Envelope><Body>{operation}</Body></Envelope>"),
                format!("<Envelope><Header>{operation}</Header><Body><get/></Body></Envelope>"),
            ] {
                assert_eq!(read(&found).unwrap_err(), EnvelopeError::Name, "{found}");
            }
        }
        let deep = format!("<Envelope><Body>{}", "<a>".repeat(MAX_DEPTH));
        assert_eq!(read(&deep).unwrap_err(), EnvelopeError::Deep);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "[<>/a-cEnvelopHdrBy&;!\\[\\]=\"? ]{0,120}") {
            let _ = read(&text);
            let _ = read(&format!("<Envelope><Header>{text}</Header><Body><get/></Body></Envelope>"));
        }
    }
}
