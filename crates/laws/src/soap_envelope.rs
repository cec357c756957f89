//! The envelope of a SOAP request, with the records and searches in it: read within bounds, or refused with a reason; and
//! what was read can be said again.

use std::sync::LazyLock;

use countersign_records::Catalog;
use countersign_soap::{
    DeletedFilter, Element, Envelope, Preferences, Search, SearchError, Xml, read_record,
};

static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::built_in().expect("the declarations are right"));

const ACCOUNT: &str = "1234567_SB1";

pub fn soap_envelope(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let envelope = match Envelope::read(text) {
        Ok(envelope) => envelope,
        Err(error) => {
            let told = error.to_string();
            assert!(!told.is_empty() && told.len() < 1000, "{told:?}");
            return;
        }
    };
    let preferences = envelope.preferences;
    assert!(Preferences::PAGE_SIZES.contains(&preferences.page_size));
    let operation = envelope.operation();
    is_said_again(operation);
    for element in operation.children() {
        record(element, preferences);
        search(element, preferences);
        if let Err(error) = DeletedFilter::read(element, &CATALOG) {
            has_reason(&error);
        }
    }
}

/// An element's text, written, is read as it was.
fn is_said_again(element: &Element) {
    let mut xml = Xml::new();
    xml.element("a", &[("b", element.whole_text())], |xml| {
        xml.leaf("c", element.whole_text());
    });
    let again = Element::parse(xml.as_str()).expect("what is written can be read");
    let child = again.child("c").map(Element::whole_text);
    assert_eq!(child, Some(element.whole_text()));
    assert_eq!(again.attribute("b"), Some(element.whole_text()));
    element.children().for_each(is_said_again);
}

fn record(element: &Element, preferences: Preferences) {
    if let Some(of) = element.xsi_type().and_then(|name| CATALOG.get(name))
        && let Err(details) = read_record(element, of, preferences)
    {
        assert!(!details.is_empty(), "a refusal says why");
        for detail in details {
            assert!(!detail.code.is_empty() && !detail.message.is_empty());
        }
    }
}

fn search(element: &Element, preferences: Preferences) {
    match Search::read(element, &CATALOG, preferences) {
        Ok(search) => {
            let id = search.id(ACCOUNT);
            assert_eq!(Search::from_id(&id, ACCOUNT, &CATALOG), Some(search));
        }
        Err(error) => has_reason(&error),
    }
    // Anybody can write an id.
    let _ = Search::from_id(element.text(), ACCOUNT, &CATALOG);
}

fn has_reason(error: &SearchError) {
    assert!(!error.to_string().is_empty());
}
