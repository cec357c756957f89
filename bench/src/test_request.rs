//! The request that everything here signs or verifies: a REST query of a sandbox account, keys of real length.

use countersign_protocol::{Credentials, Request, Scheme, Secret, Signer, SigningKey, Stamp};

pub const METHOD: &str = "GET";
/// The URL without its query: some crates take the two apart.
pub const ENDPOINT: &str = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer";
pub const URL: &str = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer\
    ?limit=100&offset=200&q=companyName%20CONTAIN%20%22Acme%22";
const HOST: &str = "1234567-sb1.suitetalk.api.netsuite.com";
const TARGET: &str =
    "/services/rest/record/v1/customer?limit=100&offset=200&q=companyName%20CONTAIN%20%22Acme%22";
/// The query decoded and sorted.
pub const PARAMETERS: [(&str, &str); 3] = [
    ("limit", "100"),
    ("offset", "200"),
    ("q", "companyName CONTAIN \"Acme\""),
];

pub const CONSUMER_KEY: &str = "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4";
pub const CONSUMER_SECRET: &str = "d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5";
pub const TOKEN: &str = "2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc";
pub const TOKEN_SECRET: &str = "c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295";

pub const TIMESTAMP: u64 = 1_700_000_000;
const NONCE: &str = "fjaLirsIcCGVZWzBX0pg";

/// A stamp where the time does not matter.
pub fn stamp() -> Stamp<'static> {
    Stamp::new(TIMESTAMP, NONCE).expect("the stamp is well-formed")
}

pub fn request() -> Request<'static> {
    Request::new(METHOD, URL).expect("the URL is well-formed")
}

/// The same as its server receives it.
pub fn received() -> Request<'static> {
    Request::received(METHOD, Scheme::Https, HOST, TARGET).expect("the target is well-formed")
}

pub fn credentials() -> Credentials {
    Credentials {
        account: "1234567_SB1".parse().expect("the account ID is well-formed"),
        consumer_key: CONSUMER_KEY.to_owned(),
        consumer_secret: Secret::new(CONSUMER_SECRET),
        token: TOKEN.to_owned(),
        token_secret: Secret::new(TOKEN_SECRET),
    }
}

pub fn signing_key() -> SigningKey {
    SigningKey::new(&Secret::new(CONSUMER_SECRET), Some(&Secret::new(TOKEN_SECRET)))
}

/// What is signed: 473 bytes.
pub fn base_string() -> String {
    let (base_string, _) = Signer::new(&credentials()).explain(&request(), &stamp());
    base_string.as_str().to_owned()
}
