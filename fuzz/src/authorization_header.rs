//! The header of a stranger: read, or refused at a place inside it.

use countersign_protocol::{
    AuthorizationHeader, HeaderError, Needs, Request, Scratch, Unverified, authorization_header as build,
};

const URL: &str = "https://1234567.suitetalk.api.netsuite.com/services/rest/record/v1/customer?limit=5&q=a+b";
const NAMES: [&str; 6] = [
    "oauth_consumer_key",
    "oauth_token",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_version",
];

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
        Err(_) => return,
    };
    // Signed again from what was read, the request verifies: reading loses nothing.
    let values = [
        header.consumer_key(),
        header.token(),
        Some(header.signature_method()).flatten(),
        header.timestamp(),
        header.nonce(),
        header.version(),
    ];
    let texts: Vec<(&str, String)> = NAMES
        .into_iter()
        .zip(values)
        .filter_map(|(name, value)| Some((name, value?.text().into_owned())))
        .collect();
    let parameters: Vec<(&str, &str)> = texts
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let request = Request::new("GET", URL).expect("the URL is a URL");
    let signed = build(header.realm(), &parameters, &request, &crate::key());
    match Unverified::parse(request, &signed, Needs::NoToken) {
        Ok(unverified) => {
            let verdict = unverified.verify(&crate::key(), &mut Scratch::new());
            assert!(verdict.is_ok(), "what was signed verifies: {signed}");
            assert_eq!(
                unverified.consumer_key(),
                header.consumer_key().map(|key| key.text()).unwrap_or_default()
            );
        }
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
    }
}
