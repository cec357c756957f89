//! A URL and a body of a stranger: the base string holds every parameter once, in order, and both ends agree on it.

use countersign_protocol::{
    BaseString, Credentials, Needs, Request, Scratch, Secret, Signer, Stamp, Unverified, percent_encode,
};

const NONCE: (&str, &str) = ("oauth_nonce", "abcdefghij");
const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

/// The first line is the URL, or what follows the host; the rest is a form body.
pub fn query(data: &[u8]) {
    let (target, body) = match data.iter().position(|byte| *byte == b'\n') {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (data, &[][..]),
    };
    let Ok(target) = std::str::from_utf8(target) else {
        return;
    };
    let url = if target.contains("://") {
        target.to_owned()
    } else {
        format!("https://a.example{target}")
    };
    let Ok(request) = Request::new("post", &url) else {
        return;
    };
    let request = request.with_body(FORM, body);
    let base_string = BaseString::new(&request, [NONCE]);
    it_is_three_encoded_parts(&base_string);
    every_parameter_is_signed(&base_string, &request);
    received_it_is_the_same(&base_string, &url, &request, body);
    what_is_signed_verifies(&request);
}

fn it_is_three_encoded_parts(base_string: &BaseString) {
    let text = base_string.as_str();
    let parts: Vec<&str> = text.split('&').collect();
    let [method, uri, parameters] = parts.as_slice() else {
        panic!("exactly two '&': {text}");
    };
    let is_encoded = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte);
    assert_eq!(*method, "POST");
    assert!(
        uri.bytes().all(is_encoded) && parameters.bytes().all(is_encoded),
        "{text}"
    );
    let listed = base_string.parameters();
    let joined: Vec<String> = listed
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(*parameters, percent_encode(joined.join("&")));
}

fn every_parameter_is_signed(base_string: &BaseString, request: &Request<'_>) {
    let listed = base_string.parameters();
    assert!(listed.is_sorted(), "sorted by name, then value: {listed:?}");
    let sent = request.query_parameters().chain(request.form_parameters());
    let nonce = [(NONCE.0.into(), NONCE.1.into())];
    let mut sent: Vec<(String, String)> = sent
        .chain(nonce)
        .map(|(name, value)| (percent_encode(name), percent_encode(value)))
        .collect();
    sent.sort();
    assert_eq!(listed, sent);
}

/// A server has the Host header and the request target instead of a URL.
fn received_it_is_the_same(base_string: &BaseString, url: &str, request: &Request<'_>, body: &[u8]) {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let rest = url[after_scheme..].split('#').next().unwrap_or_default();
    let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let received = Request::received("POST", request.scheme(), host, target);
    let received = received
        .expect("what can be sent can be received")
        .with_body(FORM, body);
    assert_eq!(&BaseString::new(&received, [NONCE]), base_string);
}

fn what_is_signed_verifies(request: &Request<'_>) {
    let signer = Signer::new(&Credentials {
        account: "1234567_SB1".parse().expect("it is an account ID"),
        consumer_key: "consumer key".to_owned(),
        consumer_secret: Secret::new("consumer secret"),
        token: "token".to_owned(),
        token_secret: Secret::new("token secret"),
    });
    let stamp = Stamp::new(1_700_000_000, NONCE.1).expect("it is a stamp");
    let header = signer.sign(request, &stamp);
    match Unverified::parse(*request, &header, Needs::Token) {
        Ok(unverified) => {
            assert_eq!(unverified.base_string(), signer.explain(request, &stamp).0);
            assert!(unverified.verify(&crate::key(), &mut Scratch::new()).is_ok());
        }
        Err(refusal) => {
            let mut outside = request.query_parameters().chain(request.form_parameters());
            let doubled = outside.any(|(name, _)| name.starts_with(b"oauth_"));
            assert!(doubled, "only a parameter said twice is refused: {refusal}");
        }
    }
}
