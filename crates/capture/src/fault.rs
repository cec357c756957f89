//! What an error names itself: the account's own word in its own place.
//!
//! Attack: an error quotes its caller, in messages, names and values. A word counts where only the account can write it,
//! and of an error that cannot be read whole nothing does.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;
use serde_json::Value;

const MAX_DEPTH: usize = 100;
/// How far into an XML answer is looked, in bytes.
const MAX_XML: u64 = 256 * 1024;

/// An error that was read whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// Of SOAP, the local name of the first element of `detail`: `invalidCredentialsFault`, or `fault`.
    pub name: String,
    /// `WS_REQUEST_BLOCKED`; empty where it has none.
    pub code: String,
}

impl Fault {
    /// A SOAP fault, with what NetSuite puts into its `detail`.
    pub fn of_soap(body: &str) -> Option<Self> {
        let parts = Parts::read(body)?.whole()?;
        (!parts.name.is_empty()).then_some(Self {
            name: parts.name,
            code: parts.code,
        })
    }

    /// The error of a RESTlet, which comes as JSON, XML or text, as the request did.
    pub fn of_restlet(body: &str) -> Option<Self> {
        let body = body.trim();
        let code = if body.starts_with('{') {
            let error: Value = serde_json::from_str(body).ok()?;
            error.pointer("/error/code")?.as_str()?.to_owned()
        } else if body.starts_with('<') {
            let parts = Parts::read(body)?.whole()?;
            parts.code_of_restlet
        } else {
            let code = body.strip_prefix("error code:")?;
            code.split_whitespace().next()?.to_owned()
        };
        (!code.is_empty()).then_some(Self {
            name: String::new(),
            code,
        })
    }

    /// Refused because too many requests ran, and so not executed.
    pub fn is_busy(&self) -> bool {
        self.name == "exceededConcurrentRequestLimitFault"
            || matches!(&*self.code, "WS_REQUEST_BLOCKED" | "SSS_REQUEST_LIMIT_EXCEEDED")
    }

    pub fn is_login_refused(&self) -> bool {
        self.name == "invalidCredentialsFault"
            || matches!(
                &*self.code,
                "INVALID_LOGIN" | "INVALID_LOGIN_ATTEMPT" | "INVALID_LOGIN_CREDENTIALS"
            )
    }
}

/// What stands in the places of an XML error, as far as it could be read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    name: String,
    pub(crate) code: String,
    pub(crate) message: String,
    code_of_restlet: String,
    /// `faultstring`, or the text of a SOAP 1.2 reason.
    pub(crate) fault: String,
    is_whole: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Code,
    CodeOfRestlet,
    Message,
    Fault,
    Elsewhere,
}

impl Parts {
    /// None of what has a document type.
    pub(crate) fn read(body: &str) -> Option<Self> {
        let mut xml = Reader::from_str(body.trim_start_matches('\u{feff}'));
        let mut parts = Self::default();
        let mut path: Vec<String> = Vec::new();
        let (mut is_over, mut is_odd) = (false, false);
        while let Ok(event) = xml.read_event() {
            if xml.buffer_position() > MAX_XML {
                break;
            }
            match event {
                Event::DocType(_) => return None,
                Event::Start(element) if !is_over && path.len() < MAX_DEPTH => {
                    path.push(element.local_name().as_ref().to_owned());
                    parts.enter(&path);
                }
                Event::Empty(element) if !path.is_empty() => {
                    path.push(element.local_name().as_ref().to_owned());
                    parts.enter(&path);
                    path.pop();
                }
                Event::Start(_) | Event::Empty(_) => break,
                Event::End(_) => {
                    if path.pop().is_none() {
                        break;
                    }
                    is_over |= path.is_empty();
                }
                Event::Text(text) => parts.put(&path, &text.xml10_content()),
                // No code is written so.
                Event::CData(text) => {
                    is_odd |= matches!(parts.place(&path), Place::Code | Place::CodeOfRestlet);
                    parts.put(&path, &text.xml10_content());
                }
                Event::GeneralRef(reference) => {
                    is_odd |= matches!(parts.place(&path), Place::Code | Place::CodeOfRestlet);
                    match reference.resolve_char_ref() {
                        Ok(Some(character)) => parts.put(&path, character.encode_utf8(&mut [0; 4])),
                        _ => parts.put(
                            &path,
                            resolve_xml_entity(&reference.xml10_content()).unwrap_or_default(),
                        ),
                    }
                }
                Event::Eof => {
                    parts.is_whole = is_over && path.is_empty() && !is_odd;
                    break;
                }
                _ => {}
            }
        }
        for text in [
            &mut parts.code,
            &mut parts.code_of_restlet,
            &mut parts.message,
            &mut parts.fault,
        ] {
            *text = text.trim().to_owned();
        }
        Some(parts)
    }

    fn whole(self) -> Option<Self> {
        self.is_whole.then_some(self)
    }

    /// Of either kind of error.
    pub(crate) fn any_code(&self) -> &str {
        match self.code.is_empty() {
            true => &self.code_of_restlet,
            false => &self.code,
        }
    }

    fn enter(&mut self, path: &[String]) {
        if let Some([own]) = behind(path, &["Envelope", "Body", "Fault", "detail"])
            && self.name.is_empty()
        {
            self.name.clone_from(own);
        }
    }

    fn place(&self, path: &[String]) -> Place {
        let is = |names: &[&str]| path.iter().eq(names.iter());
        match behind(path, &["Envelope", "Body", "Fault", "detail"]) {
            Some([own, code]) if *own == self.name && code == "code" => Place::Code,
            Some([own, message]) if *own == self.name && message == "message" => Place::Message,
            _ if is(&["error", "code"]) => Place::CodeOfRestlet,
            _ if is(&["error", "message"]) => Place::Message,
            _ if is(&["Envelope", "Body", "Fault", "faultstring"])
                || is(&["Envelope", "Body", "Fault", "Reason", "Text"]) =>
            {
                Place::Fault
            }
            _ => Place::Elsewhere,
        }
    }

    fn put(&mut self, path: &[String], text: &str) {
        match self.place(path) {
            Place::Code => self.code.push_str(text),
            Place::CodeOfRestlet => self.code_of_restlet.push_str(text),
            Place::Message => self.message.push_str(text),
            Place::Fault => self.fault.push_str(text),
            Place::Elsewhere => {}
        }
    }
}

fn behind<'p>(path: &'p [String], names: &[&str]) -> Option<&'p [String]> {
    let (outer, inner) = path.split_at_checked(names.len())?;
    outer.iter().eq(names.iter()).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fault(detail: &str) -> Option<(String, String)> {
        let envelope = format!(
            "<?xml version=\"1.0\"?><e:Envelope xmlns:e=\"x\"><e:Body><e:Fault><faultcode>a</faultcode><faultstring>b\
             </faultstring><detail>{detail}<n:hostname>h</n:hostname></detail></e:Fault></e:Body></e:Envelope>"
        );
        Fault::of_soap(&envelope).map(|Fault { name, code }| (name, code))
    }

    #[test]
    fn a_fault_is_its_own_element_and_that_elements_code() {
        let found = |name: &str, code: &str| Some((name.to_owned(), code.to_owned()));
        for (detail, expected) in [
            (
                "<p:aFault xmlns:p='y'><p:code> A </p:code><p:message>m</p:message></p:aFault>",
                found("aFault", "A"),
            ),
            ("<fault xmlns='y'><code>A</code></fault>", found("fault", "A")),
            ("<aFault/>", found("aFault", "")),
            // Not its own.
            (
                "<aFault><message><code>B</code></message></aFault>",
                found("aFault", ""),
            ),
            (
                "<aFault><message><bFault/>b</message></aFault><bFault><code>B</code></bFault>",
                found("aFault", ""),
            ),
            ("<aFault><code><![CDATA[A]]></code></aFault>", None),
        ] {
            assert_eq!(fault(detail), expected, "{detail}");
        }
        for body in [
            "",
            "A",
            "<aFault><code>A</code></aFault>",
            "<Envelope><Header><Fault><detail><aFault/></detail></Fault></Header><Body/></Envelope>",
            "<Envelope><Body><Fault><detail><aFault/></detail></Fault></Body>",
            "<Envelope><Body><Fault><detail><aFault/></detail></Fault></Body></Envelope><Envelope/>",
            "<!DOCTYPE a><Envelope><Body><Fault><detail><aFault/></detail></Fault></Body></Envelope>",
        ] {
            assert_eq!(Fault::of_soap(body), None, "{body}");
        }
    }

    #[test]
    fn a_restlets_code_is_read_in_each_of_its_three_forms() {
        for (body, expected) in [
            (r#"{"error" : {"code" : "A", "message" : "B"}}"#, Some("A")),
            (r#"{"error":{"message":"{\"error\":{\"code\":\"A\"}}"}}"#, None),
            (r#"{"code":"A"}"#, None),
            (r#"{"error":{"code":"A""#, None),
            (
                "<?xml version=\"1.0\"?><error><code>A</code><message>B</message></error>",
                Some("A"),
            ),
            ("<error><message><code>A</code></message></error>", None),
            ("<error><code>A</code>", None),
            ("error code: A\nerror message: error code: B", Some("A")),
            ("error message: x\nerror code: A", None),
            ("A", None),
        ] {
            assert_eq!(
                Fault::of_restlet(body).map(|fault| fault.code).as_deref(),
                expected,
                "{body}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_not_without_a_panic(text in "[<>/a-cEnvelopBdyFut&;!\\[\\]=\"? ]{0,120}") {
            let _ = Fault::of_soap(&text);
            let _ = Fault::of_restlet(&text);
            let _ = fault(&text);
        }
    }
}
