use super::*;

const PROXY: &str = "10.0.0.1:4000";
const STRANGER: &str = "203.0.113.9:5000";

fn trust() -> Trust {
    Trust {
        networks: vec!["10.0.0.0/8".parse().unwrap()],
        unix: false,
    }
}

fn origin(target: &str, headers: &[(&str, &str)], peer: &str) -> Result<Origin, OriginError> {
    let mut request = Request::builder().uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let peer = Peer::Tcp(peer.parse().unwrap());
    Origin::of(&request.body(()).unwrap(), peer, &trust())
}

fn host(value: &str) -> Result<Origin, OriginError> {
    origin("/", &[("Host", value)], STRANGER)
}

fn found(scheme: Scheme, authority: &'static str, client: &str) -> Result<Origin, OriginError> {
    Ok(Origin {
        scheme,
        authority: Authority::from_static(authority),
        client: Some(client.parse().unwrap()),
    })
}

#[test]
fn the_one_host_header_is_what_was_addressed() {
    for name in [
        "1234567.suitetalk.api.netsuite.com",
        "localhost:8080",
        "127.0.0.1:1",
        "[::1]:80",
        "[::1]",
        "a_b",
    ] {
        assert_eq!(host(name).unwrap().authority.as_str(), name);
    }
}

#[test]
fn a_missing_or_doubled_host_is_refused() {
    assert_eq!(origin("/", &[], STRANGER), Err(OriginError::NoHost));
    let doubled = Err(OriginError::Doubled { header: HOST });
    assert_eq!(origin("/", &[("Host", "a"), ("Host", "b")], STRANGER), doubled);
    assert_eq!(origin("/", &[("Host", "a"), ("Host", "a")], STRANGER), doubled);
    assert_eq!(
        origin("http://c/", &[("Host", "a"), ("Host", "b")], STRANGER),
        doubled
    );
}

#[test]
fn a_malformed_host_is_refused() {
    for name in [
        "", " ", "a b", "a,b", "user@a", "a/b", "a?b", "a#b", "a:", ":80", "a:b", "a:+80", "a:65536",
        "a:1:2", "%61", "[::1", "::1", "[a]", "[::1]a", "a\\b", "ä",
    ] {
        assert_eq!(
            host(name),
            Err(OriginError::Malformed { header: HOST }),
            "{name:?}"
        );
    }
    let both = origin("http://a/", &[("Host", "a b")], STRANGER);
    assert_eq!(both, Err(OriginError::Malformed { header: HOST }));
}

#[test]
fn an_absolute_target_wins_over_host() {
    let absolute = origin("http://target:81/path", &[("Host", "other")], STRANGER);
    assert_eq!(absolute, found(Scheme::HTTP, "target:81", "203.0.113.9"));
    assert!(origin("http://target/", &[], STRANGER).is_ok());
    assert_eq!(
        origin("http://user@target/", &[], STRANGER),
        Err(OriginError::Target)
    );
}

#[test]
fn a_target_cannot_make_a_plain_connection_secure() {
    let stated = origin("https://target/", &[("Host", "target")], STRANGER);
    assert_eq!(
        stated,
        Err(OriginError::Scheme {
            stated: Scheme::HTTPS,
            used: Scheme::HTTP
        })
    );
    let forwarded = [("Host", "target"), ("X-Forwarded-Proto", "https")];
    assert!(origin("https://target/", &forwarded, PROXY).is_ok());
}

#[test]
fn nothing_forwarded_is_believed_from_a_stranger() {
    let headers = [
        ("Host", "a"),
        ("X-Forwarded-Host", "evil"),
        ("X-Forwarded-Host", "doubled"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-For", "127.0.0.1"),
    ];
    assert_eq!(
        origin("/", &headers, STRANGER),
        found(Scheme::HTTP, "a", "203.0.113.9")
    );
}

#[test]
fn a_trusted_proxy_says_host_scheme_and_client() {
    let headers = [
        ("Host", "inner"),
        ("X-Forwarded-Host", "outer:8443"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-For", "198.51.100.7"),
    ];
    assert_eq!(
        origin("/", &headers, PROXY),
        found(Scheme::HTTPS, "outer:8443", "198.51.100.7")
    );
    assert_eq!(
        origin("/", &[("Host", "inner")], PROXY),
        found(Scheme::HTTP, "inner", "10.0.0.1")
    );
}

#[test]
fn the_client_is_the_last_hop_that_is_not_trusted() {
    let client = |lines: &[&str]| {
        let mut headers = vec![("Host", "a")];
        headers.extend(lines.iter().map(|line| ("X-Forwarded-For", *line)));
        origin("/", &headers, PROXY).map(|origin| origin.client.unwrap().to_string())
    };
    assert_eq!(client(&["1.1.1.1, 198.51.100.7"]).unwrap(), "198.51.100.7");
    assert_eq!(
        client(&["1.1.1.1", "198.51.100.7,10.2.2.2", "10.3.3.3"]).unwrap(),
        "198.51.100.7"
    );
    assert_eq!(client(&["forged junk, 198.51.100.7"]).unwrap(), "198.51.100.7");
    assert_eq!(client(&["10.9.9.9, 10.2.2.2"]).unwrap(), "10.9.9.9");
    assert_eq!(client(&["198.51.100.7:4711"]).unwrap(), "198.51.100.7");
    assert_eq!(client(&["[2001:db8::1]:4711"]).unwrap(), "2001:db8::1");
    assert_eq!(client(&["::ffff:198.51.100.7"]).unwrap(), "198.51.100.7");
    assert_eq!(client(&["unknown"]), Err(OriginError::ForwardedFor));
    assert_eq!(client(&["198.51.100.7, "]), Err(OriginError::ForwardedFor));
}

#[test]
fn a_proxy_that_contradicts_itself_is_not_believed() {
    let with = |name, value| origin("/", &[("Host", "a"), (name, value)], PROXY);
    assert_eq!(
        with("X-Forwarded-Proto", "https,http"),
        Err(OriginError::ForwardedProto)
    );
    assert_eq!(with("X-Forwarded-Proto", ""), Err(OriginError::ForwardedProto));
    let malformed = Err(OriginError::Malformed {
        header: FORWARDED_HOST,
    });
    assert_eq!(with("X-Forwarded-Host", "a, b"), malformed);
    let doubled = [
        ("Host", "a"),
        ("X-Forwarded-Host", "b"),
        ("X-Forwarded-Host", "c"),
    ];
    let doubled = origin("/", &doubled, PROXY);
    assert_eq!(
        doubled,
        Err(OriginError::Doubled {
            header: FORWARDED_HOST
        })
    );
}

#[test]
fn a_unix_socket_is_trusted_only_when_told() {
    let request = Request::builder()
        .uri("/")
        .header("Host", "a")
        .header("X-Forwarded-For", "198.51.100.7")
        .body(())
        .unwrap();
    let client = |unix| {
        let trust = Trust { unix, ..trust() };
        Origin::of(&request, Peer::Unix, &trust).unwrap().client
    };
    assert_eq!(client(false), None);
    assert_eq!(client(true), Some("198.51.100.7".parse().unwrap()));
}

#[test]
fn over_tls_the_scheme_is_https_and_a_target_may_say_so() {
    let over_tls = |target: &str, headers: &[(&str, &str)]| {
        let mut request = Request::builder().uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let peer = Peer::Tls(PROXY.parse().unwrap());
        Origin::of(&request.body(()).unwrap(), peer, &trust())
    };
    let secure = found(Scheme::HTTPS, "target", "10.0.0.1");
    assert_eq!(over_tls("/", &[("Host", "target")]), secure);
    assert_eq!(over_tls("https://target/a", &[]), secure);
    assert_eq!(
        over_tls("http://target/a", &[]),
        Err(OriginError::Scheme {
            stated: Scheme::HTTP,
            used: Scheme::HTTPS
        })
    );
    let forwarded = [("Host", "target"), ("X-Forwarded-Proto", "http")];
    assert_eq!(
        over_tls("/", &forwarded),
        found(Scheme::HTTP, "target", "10.0.0.1")
    );
}
