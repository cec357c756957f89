//! An account, a vault with a connection to it, and a proxy that listens.

use std::net::SocketAddr;
use std::num::{NonZeroU8, NonZeroU32};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use countersign_client::{Destination, Outgoing, Transport};
use countersign_front::{Limits, Listener, Served, serve};
use countersign_model::{Level, Lever, Permission, TestAccount};
use countersign_protocol::{Credentials, LocalServer};
use countersign_proxy::{Parts, Proxy, Settings};
use countersign_seal::Keyring;
use countersign_testkit::{Account, Application, Blueprint, NOW, Server, Storage, Ticking};
use countersign_vault::{
    By, Caller, CallerDraft, CallerKey, ConnectionId, Given, Grant, GrantDraft, Label, Method, Scope,
    ServiceKind, Targets, Vault,
};
use countersign_world::{Clock as _, FixedClock, SystemEntropy};
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use http_body_util::BodyExt as _;
use hyper::service::service_fn;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const CUSTOMER: &str = "/services/rest/record/v1/customer";
pub(crate) const SUITEQL: &str = "/services/rest/query/v1/suiteql";
pub(crate) const RESTLET: &str = "/app/site/hosting/restlet.nl?script=1&deploy=1";
pub(crate) const SOAP: &str = "/services/NetSuitePort_2025_2";

/// A proxy that listens, and the vault it reads.
pub(crate) struct Front {
    pub(crate) vault: Vault,
    pub(crate) proxy: Proxy,
    pub(crate) address: SocketAddr,
    pub(crate) clock: Arc<Ticking>,
    pub(crate) folder: TempDir,
    transport: Transport,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Served>,
}

/// The same before an account.
pub(crate) struct Stage {
    pub(crate) account: Account,
    pub(crate) server: Server,
    pub(crate) front: Front,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// The proxy's own word, where it answered itself.
    pub(crate) fn refusal(&self) -> Option<&str> {
        self.headers
            .get("x-countersign-error")
            .map(|code| code.to_str().unwrap())
    }
}

pub(crate) fn blueprint() -> Blueprint {
    Blueprint {
        storage: Storage::Folder,
        test_account: Some(TestAccount {
            levers: vec![Lever::Faults],
            seed: None,
        }),
        ..Blueprint::default()
    }
    .permit_records()
    .permit(Permission::SuiteAnalyticsWorkbook, Level::Edit)
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(blueprint(), Settings::default()).await
    }

    pub(crate) async fn with(blueprint: Blueprint, settings: Settings) -> Self {
        let account = Account::with(blueprint).await;
        account.records.seed(NOW).await.unwrap();
        let server = account.listen().await;
        let front = Front::start(account.clock.clone(), settings).await;
        let credentials = account.application().credentials();
        front.connect("acme", credentials, server.address).await;
        Self {
            account,
            server,
            front,
        }
    }

    /// A caller that may do everything with the connection.
    pub(crate) async fn caller(&self, name: &str) -> CallerKey {
        let (caller, key) = self.front.caller(name).await;
        self.front.grant(&caller, "acme", everything()).await;
        key
    }

    pub(crate) async fn dial(&self, rule: serde_json::Value) {
        let path = "/accounts/1234567_SB1/levers/faults";
        let added = self.server.administer("POST", path, Some(&rule)).await;
        assert_eq!(added.status, 201, "{}", added.text());
    }

    /// The statuses in the account's trail, oldest first.
    pub(crate) async fn logins(&self) -> Vec<String> {
        let mut logins: Vec<_> = self
            .account
            .logins()
            .await
            .into_iter()
            .map(|login| login.status)
            .collect();
        logins.reverse();
        logins
    }
}

pub(crate) fn everything() -> Scope {
    Scope {
        services: ServiceKind::ALL.into(),
        methods: Method::ALL.into(),
        targets: Targets::Everything,
        read_only: false,
    }
}

pub(crate) fn id(text: &str) -> ConnectionId {
    text.parse().unwrap()
}

pub(crate) fn limited(slots: u32) -> Settings {
    let account = Blueprint::default().account.parse().unwrap();
    Settings {
        limits: [(account, NonZeroU32::new(slots).unwrap())].into(),
        wait: Duration::from_mins(5),
        ..Settings::default()
    }
}

pub(crate) fn wrong(application: &Application) -> Credentials {
    Application {
        token_secret: "not-the-secret-of-this-token".to_owned(),
        ..application.clone()
    }
    .credentials()
}

impl Front {
    pub(crate) async fn start(wall: Arc<FixedClock>, settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Keyring::create(folder.path(), &SystemEntropy).unwrap();
        Self::over(folder, wall, settings).await
    }

    pub(crate) async fn over(folder: TempDir, wall: Arc<FixedClock>, settings: Settings) -> Self {
        let vault = open(folder.path());
        let clock = Arc::new(Ticking::over(wall));
        let proxy = Proxy::start(Parts {
            vault: vault.clone(),
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy),
            settings,
        })
        .unwrap();
        let listener = Listener::tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = listener.address().unwrap();
        let (stop, stopped) = oneshot::channel();
        let answering = proxy.clone();
        let service = service_fn(move |request| {
            let proxy = answering.clone();
            async move { proxy.answer(request).await }
        });
        let ended = async {
            let _ = stopped.await;
        };
        Self {
            vault,
            proxy,
            address,
            clock,
            folder,
            transport: Transport::new().unwrap(),
            stop,
            serving: tokio::spawn(serve(vec![listener], service, Limits::default(), ended)),
        }
    }

    pub(crate) fn by(&self) -> By {
        By {
            actor: "a test".to_owned(),
            at: self.clock.now(),
        }
    }

    pub(crate) async fn connect(&self, name: &str, credentials: Credentials, server: SocketAddr) {
        let server: LocalServer = format!("http://{server}").parse().unwrap();
        let given = Given {
            credentials,
            server: Some(server),
        };
        self.vault
            .add(id(name), given, Label::default(), self.by())
            .await
            .unwrap();
    }

    pub(crate) async fn caller(&self, name: &str) -> (Caller, CallerKey) {
        let draft = CallerDraft {
            name: name.to_owned(),
            expires: None,
        };
        self.vault.add_caller(draft, self.by()).await.unwrap()
    }

    pub(crate) async fn grant(&self, caller: &Caller, connection: &str, scope: Scope) -> Grant {
        let draft = GrantDraft {
            caller: caller.id,
            connection: id(connection),
            scope,
            share: NonZeroU8::MIN,
            expires: None,
        };
        let grant = self.vault.grant(draft, self.by()).await.unwrap();
        self.proxy.look().await.unwrap();
        grant
    }

    pub(crate) async fn get(&self, key: &CallerKey, path: &str) -> Answer {
        self.send("GET", path, key, &[], Bytes::new()).await
    }

    pub(crate) async fn post(&self, key: &CallerKey, path: &str, media_type: &str, body: &str) -> Answer {
        let headers = [("content-type", media_type), ("prefer", "transient")];
        self.send(
            "POST",
            path,
            key,
            &headers,
            Bytes::copy_from_slice(body.as_bytes()),
        )
        .await
    }

    pub(crate) async fn soap(&self, key: &CallerKey, body: &str) -> Answer {
        let envelope = format!(
            "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>{body}\
             </soapenv:Body></soapenv:Envelope>"
        );
        self.post(
            key,
            &format!("/c/acme{SOAP}"),
            "text/xml; charset=utf-8",
            &envelope,
        )
        .await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        key: &CallerKey,
        headers: &[(&str, &str)],
        body: impl Into<Outgoing>,
    ) -> Answer {
        let bearer = format!("Bearer {}", key.expose());
        let headers: Vec<_> = headers
            .iter()
            .copied()
            .chain([("authorization", &*bearer)])
            .collect();
        self.bare(method, path, &headers, body).await
    }

    /// Without a key of its own accord.
    pub(crate) async fn bare(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Outgoing>,
    ) -> Answer {
        let url = format!("http://{}{path}", self.address);
        let destination = Destination::resolve(&url, &"1234567".parse().unwrap(), None).unwrap();
        let mut request = Request::new(body.into());
        *request.method_mut() = method.parse().unwrap();
        *request.uri_mut() = url.parse().unwrap();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request
                .headers_mut()
                .append(name, HeaderValue::from_str(value).unwrap());
        }
        let answer = self.transport.send(&destination, request).await.unwrap();
        let (head, body) = answer.into_parts();
        Answer {
            status: StatusCode::as_u16(&head.status),
            headers: head.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    /// Lets requests end, and waits until it is written down what they were.
    pub(crate) async fn stop(self) -> (Vault, Served, TempDir) {
        let _ = self.stop.send(());
        let served = self.serving.await.unwrap();
        self.proxy.close().await;
        (self.vault, served, self.folder)
    }
}

pub(crate) fn open(folder: &Path) -> Vault {
    let keyring = Arc::new(Keyring::load(folder).unwrap());
    Vault::sqlite(&folder.join("vault.sqlite"), keyring, Arc::new(SystemEntropy)).unwrap()
}
