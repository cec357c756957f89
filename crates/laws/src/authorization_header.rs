//! The header of a stranger: read, or refused at a place inside it.

use countersign_protocol::{
    AuthorizationHeader, HeaderError, Needs, Request, Scratch, Unverified, percent_encode,
};

const URL: &str = "https://1234567.suitetalk.api.netsuite.com/services/rest/record/v1/customer";

pub fn authorization_header(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let header = match AuthorizationHeader::parse(text) {
        Ok(header) => header,
        Err(HeaderError::Syntax { at, .. }) => {
            assert!(at <= text.len(), "the place of a mistake is inside the header");
            return;
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let request = Request::new("GET", URL).expect("the URL is a URL");
    let Ok(unverified) = Unverified::parse(request, text, Needs::NoToken) else {
        return;
    };
    let _ = unverified.check_stamp(1_700_000_000);
    let base_string = unverified.base_string();
    let right = crate::key().sign(base_string.as_str().as_bytes());

    let sent = header.signature().expect("without one it is refused");
    let is_right = sent.text() == right.as_str() && sent.is_properly_encoded();
    assert_eq!(
        unverified.verify(&crate::key(), &mut Scratch::new()).is_ok(),
        is_right
    );

    // Written anew from what was read, it is read the same, and rightly signed it verifies.
    let realm = header
        .realm()
        .map(|realm| ("realm".to_owned(), percent_encode(realm)));
    let signature = ("oauth_signature".to_owned(), percent_encode(right.as_str()));
    let signed = base_string.parameters().iter().cloned();
    let written: Vec<String> = realm
        .into_iter()
        .chain(signed)
        .chain([signature])
        .map(|(name, value)| format!("{name}=\"{value}\""))
        .collect();
    let written = format!("OAuth {}", written.join(", "));
    let again = Unverified::parse(request, &written, Needs::NoToken).expect("what was read can be written");
    assert_eq!(again.realm(), header.realm());
    assert_eq!(again.consumer_key(), unverified.consumer_key());
    assert_eq!(again.base_string(), base_string);
    assert!(again.verify(&crate::key(), &mut Scratch::new()).is_ok());
}
