//! What stands between this machine and the account's host: it is named before any login is tried.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use countersign_ca::{Leaves, LocalCa};
use countersign_client::{Client, Logins, Stage};
use countersign_doctor::{Checkup, Finding, Findings, History, Outcome, Probe, State, Whose};
use countersign_front::{Body, Gate, Limits, Listener, Tunnel, Tunnels, serve};
use countersign_protocol::{Credentials, EndpointVersion, LocalServer, Secret};
use countersign_world::{Clock, SystemClock, SystemEntropy};
use http::{Request, Response, header};
use http_body_util::Empty;
use hyper::service::service_fn;

fn credentials() -> Credentials {
    Credentials {
        account: "1234567".parse().unwrap(),
        consumer_key: format!("{}ck", Credentials::LOCAL),
        consumer_secret: Secret::new("cs"),
        token: format!("{}tk", Credentials::LOCAL),
        token_secret: Secret::new("ts"),
    }
}

async fn looked_at(server: &str) -> Findings {
    let credentials = credentials();
    let clock = Arc::new(SystemClock::new());
    let client = Client::new(&credentials, Arc::clone(&clock) as _, Arc::new(SystemEntropy)).unwrap();
    let server: LocalServer = server.parse().unwrap();
    let checkup = Checkup {
        client: &client,
        account: &credentials.account,
        server: Some(&server),
        clock: &*clock,
        restlet: None,
        soap_version: EndpointVersion::LATEST,
    };
    let results = checkup.whole(&Logins::by_account()).await;
    Findings::of(&results, History::default(), &[], None)
}

fn line(findings: &Findings, probe: Probe) -> &Finding {
    findings.line(probe).unwrap()
}

/// A host that sends everybody to another data center.
async fn elsewhere(gate: Option<Gate>) -> SocketAddr {
    let listener = Listener::tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.address().unwrap();
    let listener = match gate {
        Some(gate) => listener.through(gate),
        None => listener,
    };
    let service = service_fn(async |_: Request<Body>| {
        let mut answer = Response::new(Empty::<bytes::Bytes>::new());
        *answer.status_mut() = http::StatusCode::FOUND;
        let there = "https://system.na3.netsuite.com/app/site/hosting/restlet.nl";
        answer
            .headers_mut()
            .insert(header::LOCATION, there.parse().unwrap());
        Ok::<_, Infallible>(answer)
    });
    tokio::spawn(serve(
        vec![listener],
        service,
        Limits::default(),
        std::future::pending(),
    ));
    address
}

#[tokio::test]
async fn another_data_center_is_named_with_where_the_right_host_is_read() {
    let address = elsewhere(None).await;
    let findings = looked_at(&format!("http://{address}")).await;
    for probe in [Probe::Address, Probe::Login] {
        let line = line(&findings, probe);
        assert_eq!((line.state, line.code), (State::Failed, "wrong_host"), "{line:?}");
        let paths: Vec<_> = line.causes.iter().filter_map(|cause| cause.path).collect();
        assert!(
            paths.contains(&"Setup > Company > Company Information > Company URLs"),
            "{paths:?}"
        );
    }
    // Where the calls are sent to is said, and nobody follows.
    assert!(
        line(&findings, Probe::Login)
            .seen
            .contains("system.na3.netsuite.com")
    );
}

struct NoTunnels;

impl Tunnels for NoTunnels {
    fn to(&self, _: &str, _: u16) -> Tunnel {
        Tunnel::Refused("none".to_owned())
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_named_and_nothing_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(SystemClock::new());
    let ca = LocalCa::open(folder.path(), clock.now()).unwrap();
    let leaves = Arc::new(Leaves::new(ca, clock, Arc::new(SystemEntropy)).unwrap());
    let gate = Gate::new(leaves.server_config().unwrap(), Arc::new(NoTunnels));
    let address = elsewhere(Some(gate)).await;
    let findings = looked_at(&format!("https://localhost:{}", address.port())).await;
    let found = line(&findings, Probe::Address);
    assert_eq!((found.state, found.code), (State::Failed, "tls"), "{found:?}");
    assert!(
        found.causes[0]
            .fix
            .as_ref()
            .unwrap()
            .contains("certificate authority")
    );
    assert_eq!(line(&findings, Probe::Login).state, State::Spared);
    assert_eq!(findings.whose(), Some(Whose::Yours));
}

#[tokio::test]
async fn a_name_that_leads_nowhere_is_asked_about_with_the_account_id() {
    let credentials = Credentials {
        consumer_key: "ck".to_owned(),
        token: "tk".to_owned(),
        ..credentials()
    };
    let clock = Arc::new(SystemClock::new());
    let client = Client::new(&credentials, Arc::clone(&clock) as _, Arc::new(SystemEntropy)).unwrap();
    // No name server is asked: no test calls NetSuite.
    let client = client.kept_on_this_machine().unwrap();
    let checkup = Checkup {
        client: &client,
        account: &credentials.account,
        server: None,
        clock: &*clock,
        restlet: None,
        soap_version: EndpointVersion::LATEST,
    };
    let results = checkup.whole(&Logins::by_account()).await;
    assert!(
        matches!(
            &results.address,
            Outcome::Unreached {
                stage: Stage::Name,
                ..
            }
        ),
        "{results:?}"
    );
    let findings = Findings::of(&results, History::default(), &[], None);
    let found = line(&findings, Probe::Address);
    assert_eq!((found.state, found.code), (State::Failed, "name"));
    let fix = found.causes[0].fix.as_ref().unwrap();
    assert!(fix.contains("Setup > Company > Company Information"), "{fix}");
    assert_eq!(line(&findings, Probe::Login).state, State::Spared);
}
