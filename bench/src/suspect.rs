//! Refused requests, and how the search for their mistake ends.

use countersign_diagnose::{Diagnosis, Evidence, Known, NonceHistory, Presented, SignatureCheck, diagnose};
use countersign_protocol::{Credentials, Request, Scheme, Secret, Signer, Stamp};

const HOST: &str = "1234567.suitetalk.api.netsuite.com";
const TARGET: &str =
    "/services/rest/record/v1/customer?q=companyName%20CONTAIN%20%22Harbor%22&limit=5&offset=0";
const RESTLET: &str =
    "/app/site/hosting/restlet.nl?script=6&deploy=1&name=big%20deal&id=b&id=a&filter%5Bx%5D=1&page=0&size=50";
const NOW: u64 = 1_700_000_000;

const CONSUMER_SECRET: &str = "7278da58caf07f5c336301a601203d10a58e948efa280f0618e25fcee1ef2abd";
const TOKEN_SECRET: &str = "060cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2";
const WRONG_SECRET: &str = "160cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2";

/// A call as it arrived, and all that is known of it.
pub struct Suspect {
    pub name: &'static str,
    /// How the search ends.
    pub expected: SignatureCheck,
    target: String,
    header: String,
    consumer_secret: Secret,
    token_secret: Secret,
}

impl Suspect {
    /// A query that was not signed.
    pub fn explained() -> Self {
        let path = TARGET.split('?').next().unwrap_or_default();
        Self::new(
            "query not signed",
            TARGET,
            &header("GET", path, TOKEN_SECRET),
            SignatureCheck::Explained,
        )
    }

    pub fn other_method() -> Self {
        let header = header("POST", TARGET, TOKEN_SECRET);
        Self::new("another method", TARGET, &header, SignatureCheck::Explained)
    }

    /// A wrong secret: everything is looked for, and nothing fits.
    pub fn rest() -> Self {
        Self::wrong_secret("wrong secret, REST", TARGET)
    }

    pub fn restlet() -> Self {
        Self::wrong_secret("wrong secret, RESTlet", RESTLET)
    }

    /// So many signed parameters that the budget ends the search.
    pub fn nearly_too_large() -> Self {
        let target = format!("/r?a=1{}", many_parameters().get(..5_000).unwrap_or_default());
        Self::wrong_secret("wrong secret, nearly too large", &target)
    }

    /// Of this one only the header is looked at.
    pub fn too_large() -> Self {
        let target = format!("/r?a=1{}&b={}", many_parameters(), "y".repeat(3_000));
        let header = header("GET", &target, TOKEN_SECRET);
        Self::new(
            "too large: header only",
            &target,
            &header,
            SignatureCheck::TooLarge,
        )
    }

    pub fn right() -> Self {
        let header = header("GET", TARGET, TOKEN_SECRET);
        Self::new("nothing wrong", TARGET, &header, SignatureCheck::Right)
    }

    fn wrong_secret(name: &'static str, target: &str) -> Self {
        let header = header("GET", target, WRONG_SECRET);
        Self::new(name, target, &header, SignatureCheck::Unexplained)
    }

    fn new(name: &'static str, target: &str, header: &str, expected: SignatureCheck) -> Self {
        Self {
            name,
            expected,
            target: target.to_owned(),
            header: header.to_owned(),
            consumer_secret: Secret::new(CONSUMER_SECRET),
            token_secret: Secret::new(TOKEN_SECRET),
        }
    }

    pub fn diagnosed(&self) -> Diagnosis {
        diagnose(&Evidence {
            method: "GET",
            scheme: Scheme::Https,
            authority: HOST,
            target: &self.target,
            content_type: None,
            body: b"",
            presented: Presented::Headers(&[&self.header]),
            session_cookie: false,
            now: Some(NOW.cast_signed()),
            known: Known {
                consumer_secret: Some(&self.consumer_secret),
                token_secret: Some(&self.token_secret),
                nonce: NonceHistory::Unused,
                ..Known::default()
            },
        })
    }
}

/// The header of a call that is signed with this token secret.
fn header(method: &str, target: &str, token_secret: &str) -> String {
    let credentials = Credentials {
        account: "1234567".parse().expect("an account ID"),
        consumer_key: "71cc02b731f05895561ef0862d71553a3ac99498a947c3b7beaf4a1e4a29f7c4".into(),
        consumer_secret: Secret::new(CONSUMER_SECRET),
        token: "89e08d9767c5ac85b374415725567d05b54ecf0960ad2470894a52f741020d82".into(),
        token_secret: Secret::new(token_secret),
    };
    let request = Request::received(method, Scheme::Https, HOST, target).expect("a request");
    let stamp = Stamp::new(NOW, "fjaLirsIcCGVZWzBX0pq").expect("a nonce");
    Signer::new(&credentials).sign(&request, &stamp)
}

fn many_parameters() -> String {
    let parameter = |place| format!("&p{place:03}={}", "x".repeat(17));
    (0..250).map(parameter).collect()
}
