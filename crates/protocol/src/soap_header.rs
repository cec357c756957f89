//! The credentials in the header of a SOAP envelope.
//!
//! Elements are matched by their local names: real clients put `tokenPassport` into three different namespaces, one
//! of them the word `ns`. Only the header is read; a document type declaration is refused, so no entity of the
//! sender's is ever expanded.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::passport::TokenPassport;

/// The most an envelope may hold before its body, in bytes.
const MAX_HEADER: usize = 64 * 1024;
const MAX_DEPTH: usize = 16;

/// What the header of an envelope says about who is calling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SoapHeader {
    pub token_passport: Option<TokenPassport>,
    /// Another way of logging in that stands beside: `passport`, `ssoPassport`, or an `applicationInfo` with an ID.
    pub other_credentials: Option<&'static str>,
}

/// Why an envelope's header cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SoapHeaderError {
    #[error("the envelope is not well-formed XML: {0}")]
    Xml(String),
    #[error("the envelope is not a SOAP envelope: its first element is not Envelope")]
    NotAnEnvelope,
    #[error("a document type declaration is not allowed in a SOAP message")]
    DocumentType,
    #[error("the entity &{0}; is not one of XML's own")]
    Entity(String),
    #[error("the envelope's header is longer than {MAX_HEADER} bytes or nested deeper than {MAX_DEPTH}")]
    TooLarge,
    #[error("the envelope has two tokenPassport elements; each request carries exactly one")]
    TwoPassports,
    #[error("the tokenPassport has two {0} elements")]
    Doubled(&'static str),
}

impl SoapHeader {
    /// Reads up to the body of an envelope.
    pub fn read(envelope: &str) -> Result<Self, SoapHeaderError> {
        let mut xml = Reader::from_str(envelope.trim_start_matches('\u{feff}'));
        xml.config_mut().expand_empty_elements = true;
        let mut header = Self::default();
        let mut depth = 0;
        let mut in_header = false;
        loop {
            match next(&mut xml)? {
                Event::Start(element) => {
                    let name = element.local_name();
                    match (depth, name.as_ref()) {
                        (0, "Envelope") => {}
                        (0, _) => return Err(SoapHeaderError::NotAnEnvelope),
                        (1, "Body") => return Ok(header),
                        (1, "Header") => in_header = true,
                        (2, "tokenPassport") if in_header => {
                            let passport = read_passport(&mut xml)?;
                            if header.token_passport.replace(passport).is_some() {
                                return Err(SoapHeaderError::TwoPassports);
                            }
                            continue;
                        }
                        (2, "passport") if in_header => header.other_credentials = Some("passport"),
                        (2, "ssoPassport") if in_header => header.other_credentials = Some("ssoPassport"),
                        (3, "applicationId") if in_header => {
                            // One client sends the element with nothing in it.
                            if !read_text(&mut xml)?.trim().is_empty() {
                                header.other_credentials = Some("applicationInfo");
                            }
                            continue;
                        }
                        _ => {}
                    }
                    depth += 1;
                    if depth > MAX_DEPTH {
                        return Err(SoapHeaderError::TooLarge);
                    }
                }
                Event::End(_) => {
                    depth -= 1;
                    in_header &= depth > 1;
                }
                Event::Eof if depth == 0 && xml.buffer_position() > 0 => {
                    return Err(SoapHeaderError::NotAnEnvelope);
                }
                Event::Eof => return Err(SoapHeaderError::Xml("it ends before its body".to_owned())),
                _ => {}
            }
        }
    }
}

fn next<'x>(xml: &mut Reader<&'x [u8]>) -> Result<Event<'x>, SoapHeaderError> {
    let event = xml
        .read_event()
        .map_err(|error| SoapHeaderError::Xml(clip(&error.to_string())))?;
    if matches!(event, Event::DocType(_)) {
        return Err(SoapHeaderError::DocumentType);
    }
    if xml.buffer_position() > MAX_HEADER as u64 && !matches!(event, Event::Start(_)) {
        return Err(SoapHeaderError::TooLarge);
    }
    Ok(event)
}

fn read_passport(xml: &mut Reader<&[u8]>) -> Result<TokenPassport, SoapHeaderError> {
    let mut passport = TokenPassport::default();
    loop {
        match next(xml)? {
            Event::Start(element) => {
                let name = element.local_name();
                let (name, field) = match name.as_ref() {
                    "account" => ("account", &mut passport.account),
                    "consumerKey" => ("consumerKey", &mut passport.consumer_key),
                    "token" => ("token", &mut passport.token),
                    "nonce" => ("nonce", &mut passport.nonce),
                    "timestamp" => ("timestamp", &mut passport.timestamp),
                    "signature" => {
                        passport.algorithm = algorithm(&element)?;
                        ("signature", &mut passport.signature)
                    }
                    _ => {
                        read_text(xml)?;
                        continue;
                    }
                };
                let text = read_text(xml)?;
                let text = if name == "signature" {
                    text.trim().to_owned()
                } else {
                    text
                };
                if field.replace(text).is_some() {
                    return Err(SoapHeaderError::Doubled(name));
                }
            }
            Event::End(_) => return Ok(passport),
            Event::Eof => {
                return Err(SoapHeaderError::Xml(
                    "it ends inside the tokenPassport".to_owned(),
                ));
            }
            _ => {}
        }
    }
}

fn algorithm(signature: &BytesStart<'_>) -> Result<Option<String>, SoapHeaderError> {
    for attribute in signature.attributes() {
        let attribute = attribute.map_err(|error| SoapHeaderError::Xml(clip(&error.to_string())))?;
        if attribute.key.local_name().as_ref() == "algorithm" {
            let value = quick_xml::escape::unescape(&attribute.value);
            let value = value.map_err(|error| SoapHeaderError::Xml(clip(&error.to_string())))?;
            return well_formed(value.into_owned()).map(Some);
        }
    }
    Ok(None)
}

/// The text of the element whose start was just read, up to its end. Elements inside are passed over.
fn read_text(xml: &mut Reader<&[u8]>) -> Result<String, SoapHeaderError> {
    let mut text = String::new();
    let mut depth = 0;
    loop {
        match next(xml)? {
            Event::Text(part) if depth == 0 => text.push_str(&part.xml10_content()),
            Event::CData(part) if depth == 0 => text.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref();
                match character.map_err(|error| SoapHeaderError::Xml(clip(&error.to_string())))? {
                    Some(character) => text.push(character),
                    None => {
                        let name = reference.xml10_content();
                        let resolved = quick_xml::escape::resolve_xml_entity(&name);
                        text.push_str(resolved.ok_or_else(|| SoapHeaderError::Entity(clip(&name)))?);
                    }
                }
            }
            Event::Start(_) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(SoapHeaderError::TooLarge);
                }
            }
            Event::End(_) if depth == 0 => return well_formed(text),
            Event::End(_) => depth -= 1,
            Event::Eof => return Err(SoapHeaderError::Xml("it ends inside its header".to_owned())),
            _ => {}
        }
    }
}

/// XML 1.0 section 2.2 has no control characters, not even as references; the reader lets them through.
fn well_formed(text: String) -> Result<String, SoapHeaderError> {
    let is_character = |character| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(is_character) {
        Ok(text)
    } else {
        Err(SoapHeaderError::Xml(
            "a character that XML does not have".to_owned(),
        ))
    }
}

fn clip(text: &str) -> String {
    text.chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn envelope(header: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><e:Envelope xmlns:e=\"x\"><e:Header>{header}</e:Header><e:Body><x/></e:Body></e:Envelope>"
        )
    }

    #[test]
    fn a_passport_is_found_by_local_names_whatever_its_namespace() {
        for (open, close) in [
            ("<n:tokenPassport xmlns:n=\"ns\">", "</n:tokenPassport>"),
            ("<tokenPassport>", "</tokenPassport>"),
        ] {
            let xml = envelope(&format!(
                "{open}<c:account>1</c:account><c:signature algorithm=\"HMAC_SHA256\">\n c2ln&#x3D; \n</c:signature>{close}"
            ));
            let passport = SoapHeader::read(&xml).unwrap().token_passport.unwrap();
            assert_eq!(passport.account.as_deref(), Some("1"));
            assert_eq!(passport.signature.as_deref(), Some("c2ln="));
            assert_eq!(passport.algorithm.as_deref(), Some("HMAC_SHA256"));
            assert_eq!(passport.token, None);
        }
    }

    #[test]
    fn values_are_taken_as_they_were_sent() {
        let xml = envelope("<tokenPassport><account> 1&amp;<![CDATA[<2]]> </account></tokenPassport>");
        let passport = SoapHeader::read(&xml).unwrap().token_passport.unwrap();
        assert_eq!(passport.account.as_deref(), Some(" 1&<2 "));
    }

    #[test]
    fn a_control_character_is_not_xml() {
        for value in ["a\u{0}b", "a&#1;b", "\u{fffe}"] {
            let xml = envelope(&format!("<tokenPassport><nonce>{value}</nonce></tokenPassport>"));
            assert!(
                matches!(SoapHeader::read(&xml), Err(SoapHeaderError::Xml(_))),
                "{value:?}"
            );
        }
    }

    #[test]
    fn another_login_beside_the_passport_is_seen_and_an_empty_application_id_is_not_one() {
        let other = |header: &str| SoapHeader::read(&envelope(header)).unwrap().other_credentials;
        assert_eq!(
            other("<applicationInfo><applicationId>A-1</applicationId></applicationInfo>"),
            Some("applicationInfo")
        );
        assert_eq!(other("<applicationInfo><applicationId/></applicationInfo>"), None);
        assert_eq!(other("<passport><email>a</email></passport>"), Some("passport"));
        assert_eq!(other("<ssoPassport/>"), Some("ssoPassport"));
    }

    #[test]
    fn a_passport_in_the_body_is_not_a_credential() {
        let xml =
            "<Envelope><Header/><Body><tokenPassport><account>1</account></tokenPassport></Body></Envelope>";
        assert_eq!(SoapHeader::read(xml).unwrap(), SoapHeader::default());
    }

    #[test]
    fn what_could_be_an_attack_is_refused() {
        let two = envelope("<tokenPassport/><tokenPassport/>");
        assert_eq!(SoapHeader::read(&two), Err(SoapHeaderError::TwoPassports));
        let twice = envelope("<tokenPassport><nonce>a</nonce><nonce>b</nonce></tokenPassport>");
        assert_eq!(SoapHeader::read(&twice), Err(SoapHeaderError::Doubled("nonce")));
        let entity = "<!DOCTYPE x [<!ENTITY a \"b\">]><Envelope><Body/></Envelope>";
        assert_eq!(SoapHeader::read(entity), Err(SoapHeaderError::DocumentType));
        let unknown = envelope("<tokenPassport><nonce>&lol;</nonce></tokenPassport>");
        assert_eq!(
            SoapHeader::read(&unknown),
            Err(SoapHeaderError::Entity("lol".to_owned()))
        );
        let deep = envelope(&"<a>".repeat(40));
        assert_eq!(SoapHeader::read(&deep), Err(SoapHeaderError::TooLarge));
        let long = envelope(&format!("<a>{}</a>", "x".repeat(MAX_HEADER)));
        assert_eq!(SoapHeader::read(&long), Err(SoapHeaderError::TooLarge));
        assert_eq!(SoapHeader::read("<html/>"), Err(SoapHeaderError::NotAnEnvelope));
        assert!(matches!(
            SoapHeader::read("<Envelope><Header>"),
            Err(SoapHeaderError::Xml(_))
        ));
        assert!(matches!(
            SoapHeader::read("<Envelope><Header></Body>"),
            Err(SoapHeaderError::Xml(_))
        ));
        assert!(SoapHeader::read("").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_a_panic(xml in "[<>/a-cEnvelopHdrBy&;!\\[\\]=\" ]{0,120}") {
            let _ = SoapHeader::read(&xml);
            let _ = SoapHeader::read(&envelope(&xml));
        }
    }
}
