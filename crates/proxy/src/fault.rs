//! What an error names itself: the account's own word in its own place.
//!
//! Attack: an error quotes its caller, in messages, names and values. A word counts where only the account can write it,
//! and of an error that cannot be read whole nothing does.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

const MAX_DEPTH: usize = 100;

/// A SOAP 1.1 fault with what NetSuite puts into its `detail`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The local name of the first element of `detail`: `invalidCredentialsFault`, or `fault`.
    pub(crate) name: String,
    /// The text of its `code`.
    pub(crate) code: String,
}

impl Fault {
    pub(crate) fn read(body: &str) -> Option<Self> {
        const DETAIL: [&str; 4] = ["Envelope", "Body", "Fault", "detail"];
        let mut name = None;
        let code = walk(body, |path, event| match (path, event) {
            ([outer @ .., own], Seen::Start) if outer == DETAIL && name.is_none() => {
                name = Some(own.clone());
                Place::Elsewhere
            }
            ([outer @ .., own, code], _)
                if outer == DETAIL && code == "code" && name.as_ref() == Some(own) =>
            {
                Place::Code
            }
            _ => Place::Elsewhere,
        })?;
        name.map(|name| Self { name, code })
    }
}

/// The code of a RESTlet's error, which comes as JSON, XML or text, as the request did.
pub(crate) fn restlet_code(body: &str) -> Option<String> {
    let body = body.trim();
    if body.starts_with('{') {
        let error: Value = serde_json::from_str(body).ok()?;
        return error.pointer("/error/code")?.as_str().map(str::to_owned);
    }
    if body.starts_with('<') {
        let code = walk(body, |path, _| match path {
            [error, code] if error == "error" && code == "code" => Place::Code,
            _ => Place::Elsewhere,
        })?;
        return (!code.is_empty()).then_some(code);
    }
    let code = body.strip_prefix("error code:")?;
    code.split_whitespace().next().map(str::to_owned)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Start,
    Text,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Code,
    Elsewhere,
}

/// The text at a place that is told by the local names on the way there. None of what is not one whole XML document.
fn walk(body: &str, mut place: impl FnMut(&[String], Seen) -> Place) -> Option<String> {
    let mut xml = Reader::from_str(body.trim_start_matches('\u{feff}'));
    let mut path: Vec<String> = Vec::new();
    let mut is_over = false;
    let mut code = String::new();
    loop {
        match xml.read_event().ok()? {
            Event::DocType(_) => return None,
            Event::Start(element) if !is_over && path.len() < MAX_DEPTH => {
                path.push(element.local_name().as_ref().to_owned());
                place(&path, Seen::Start);
            }
            Event::Empty(element) if !path.is_empty() => {
                path.push(element.local_name().as_ref().to_owned());
                place(&path, Seen::Start);
                path.pop();
            }
            Event::Start(_) | Event::Empty(_) => return None,
            Event::End(_) => {
                path.pop()?;
                is_over |= path.is_empty();
            }
            Event::Text(text) if place(&path, Seen::Text) == Place::Code => {
                code.push_str(&text.xml10_content());
            }
            // No code is written so.
            Event::CData(_) | Event::GeneralRef(_) if place(&path, Seen::Text) == Place::Code => return None,
            Event::Eof => return (is_over && path.is_empty()).then(|| code.trim().to_owned()),
            _ => {}
        }
    }
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
        Fault::read(&envelope).map(|Fault { name, code }| (name, code))
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
            assert_eq!(Fault::read(body), None, "{body}");
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
            assert_eq!(restlet_code(body).as_deref(), expected, "{body}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_not_without_a_panic(text in "[<>/a-cEnvelopBdyFut&;!\\[\\]=\"? ]{0,120}") {
            let _ = Fault::read(&text);
            let _ = restlet_code(&text);
            let _ = fault(&text);
        }
    }
}
