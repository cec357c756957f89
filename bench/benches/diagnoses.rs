//! How long it takes to name the mistake of a refused request: a typical one within a millisecond, and the worst that is
//! allowed, of which only the header is looked at.

use std::hint::black_box;

use countersign_diagnose::{Diagnosis, Evidence, Known, NonceHistory, Presented, SignatureCheck, diagnose};
use countersign_protocol::{Credentials, Request, Scheme, Secret, Signer, Stamp};
use criterion::{Criterion, criterion_group, criterion_main};

const HOST: &str = "1234567.suitetalk.api.netsuite.com";
const TARGET: &str =
    "/services/rest/record/v1/customer?q=companyName%20CONTAIN%20%22Harbor%22&limit=5&offset=0";
const RESTLET: &str =
    "/app/site/hosting/restlet.nl?script=6&deploy=1&name=big%20deal&id=b&id=a&filter%5Bx%5D=1&page=0&size=50";
const NOW: u64 = 1_700_000_000;

/// A call as it was signed and as it arrived.
struct Refused {
    name: &'static str,
    signed_method: &'static str,
    signed_target: String,
    sent_target: String,
    token_secret: &'static str,
}

fn refused(name: &'static str, signed_target: &str, sent_target: &str) -> Refused {
    Refused {
        name,
        signed_method: "GET",
        signed_target: signed_target.to_owned(),
        sent_target: sent_target.to_owned(),
        token_secret: TOKEN_SECRET,
    }
}

const CONSUMER_SECRET: &str = "7278da58caf07f5c336301a601203d10a58e948efa280f0618e25fcee1ef2abd";
const TOKEN_SECRET: &str = "060cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2";
const WRONG_SECRET: &str = "160cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2";

impl Refused {
    fn header(&self) -> String {
        let credentials = Credentials {
            account: "1234567".parse().expect("an account ID"),
            consumer_key: "71cc02b731f05895561ef0862d71553a3ac99498a947c3b7beaf4a1e4a29f7c4".into(),
            consumer_secret: Secret::new(CONSUMER_SECRET),
            token: "89e08d9767c5ac85b374415725567d05b54ecf0960ad2470894a52f741020d82".into(),
            token_secret: Secret::new(self.token_secret),
        };
        let request = Request::received(self.signed_method, Scheme::Https, HOST, &self.signed_target);
        let stamp = Stamp::new(NOW, "fjaLirsIcCGVZWzBX0pq").expect("a nonce");
        Signer::new(&credentials).sign(&request.expect("a request"), &stamp)
    }

    fn diagnosed(&self, header: &str, secrets: (&Secret, &Secret)) -> Diagnosis {
        diagnose(&Evidence {
            method: "GET",
            scheme: Scheme::Https,
            authority: HOST,
            target: &self.sent_target,
            content_type: None,
            body: b"",
            presented: Presented::Headers(&[header]),
            session_cookie: false,
            now: Some(NOW as i64),
            known: Known {
                consumer_secret: Some(secrets.0),
                token_secret: Some(secrets.1),
                nonce: NonceHistory::Unused,
                ..Known::default()
            },
        })
    }
}

fn cases() -> Vec<(Refused, SignatureCheck)> {
    let path = |target: &str| target.split('?').next().unwrap_or_default().to_owned();
    let long: String = (0..250)
        .map(|place| format!("&p{place:03}={}", "x".repeat(17)))
        .collect();
    let (below, above) = (
        format!("/r?a=1{}", long.get(..5_000).unwrap_or_default()),
        format!("/r?a=1{long}&b={}", "y".repeat(3_000)),
    );
    let wrong_secret = |name, target: &str| Refused {
        token_secret: WRONG_SECRET,
        ..refused(name, target, target)
    };
    let other_method = Refused {
        signed_method: "POST",
        ..refused("another method", TARGET, TARGET)
    };
    vec![
        (
            refused("query not signed", &path(TARGET), TARGET),
            SignatureCheck::Explained,
        ),
        (other_method, SignatureCheck::Explained),
        (
            wrong_secret("wrong secret, REST", TARGET),
            SignatureCheck::Unexplained,
        ),
        (
            wrong_secret("wrong secret, RESTlet", RESTLET),
            SignatureCheck::Unexplained,
        ),
        (
            wrong_secret("wrong secret, nearly too large", &below),
            SignatureCheck::Unexplained,
        ),
        (
            wrong_secret("too large: header only", &above),
            SignatureCheck::TooLarge,
        ),
        (refused("nothing wrong", TARGET, TARGET), SignatureCheck::Right),
    ]
}

fn diagnoses(criterion: &mut Criterion) {
    let (consumer_secret, token_secret) = (Secret::new(CONSUMER_SECRET), Secret::new(TOKEN_SECRET));
    let mut group = criterion.benchmark_group("diagnose");
    for (refused, expected) in cases() {
        let header = refused.header();
        let diagnosis = refused.diagnosed(&header, (&consumer_secret, &token_secret));
        assert_eq!(diagnosis.signature, expected, "{}", refused.name);
        println!("{}: {} signatures", refused.name, diagnosis.tried);
        group.bench_function(refused.name, |bencher| {
            bencher
                .iter(|| black_box(refused.diagnosed(black_box(&header), (&consumer_secret, &token_secret))));
        });
    }
    group.finish();
}

criterion_group!(benches, diagnoses);
criterion_main!(benches);
