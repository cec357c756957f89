//! An account, a vault, and Nango's API before it on a listener of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use countersign_client::{Destination, Outgoing, Transport};
use countersign_front::{Limits, Listener, Served, serve};
use countersign_model::{Level, Permission};
use countersign_nango::Nango;
use countersign_proxy::{Parts, Proxy, Settings};
use countersign_seal::Keyring;
use countersign_testkit::{Account, Blueprint, NOW, Server, Storage, Ticking};
use countersign_vault::{By, CallerDraft, CallerKey, Use, UseFilter, Vault};
use countersign_world::{Clock, SystemEntropy};
use http::{HeaderMap, Request};
use http_body_util::BodyExt as _;
use hyper::service::service_fn;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) struct Stage {
    pub(crate) account: Account,
    pub(crate) server: Server,
    pub(crate) vault: Vault,
    pub(crate) address: SocketAddr,
    /// Of a caller that administers.
    pub(crate) key: CallerKey,
    transport: Transport,
    _folder: TempDir,
    _stop: oneshot::Sender<()>,
    _serving: JoinHandle<Served>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {} {text}", self.status))
    }

    /// The JSON of an answer of this status.
    #[track_caller]
    pub(crate) fn ok(&self, status: u16) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{text}");
        self.json()
    }

    /// The code and message of a refusal.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> String {
        let body = self.json();
        assert_eq!(
            (self.status, &body["error"]["code"]),
            (status, &json!(code)),
            "{body}"
        );
        body["error"]["message"].as_str().unwrap().to_owned()
    }
}

impl Stage {
    /// With an integration `tba`, whose connections are of the account.
    pub(crate) async fn ready() -> Self {
        let stage = Self::new().await;
        let server = stage.server.base_url();
        let body = json!({ "provider": "netsuite-tba", "unique_key": "tba", "integration_config": { "server": server } });
        stage.call("POST", "/integrations", &body).await.ok(200);
        stage
    }

    pub(crate) async fn new() -> Self {
        Self::with(|nango| nango).await
    }

    pub(crate) async fn with(changed: impl Fn(Nango) -> Nango) -> Self {
        let blueprint = Blueprint {
            storage: Storage::Folder,
            ..Blueprint::default()
        };
        let blueprint = blueprint
            .permit_records()
            .permit(Permission::SuiteAnalyticsWorkbook, Level::Edit);
        let account = Account::with(blueprint).await;
        account.records.seed(NOW).await.unwrap();
        let server = account.listen().await;
        let folder = tempfile::tempdir().unwrap();
        let keyring = Arc::new(Keyring::create(folder.path(), &SystemEntropy).unwrap());
        let vault = Vault::sqlite(
            &folder.path().join("vault.sqlite"),
            keyring,
            Arc::new(SystemEntropy),
        )
        .unwrap();
        let clock: Arc<dyn Clock> = Arc::new(Ticking::over(account.clock.clone()));
        let proxy = Proxy::start(Parts {
            vault: vault.clone(),
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy),
            settings: Settings::default(),
        });
        let nango = Nango::new(proxy.unwrap(), vault.clone(), clock, Arc::new(SystemEntropy));
        let nango = changed(nango);
        let listener = Listener::tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = listener.address().unwrap();
        let (stop, stopped) = oneshot::channel();
        let service = service_fn(move |request| {
            let nango = nango.clone();
            async move { nango.answer(request).await }
        });
        let ended = async {
            let _ = stopped.await;
        };
        let serving = tokio::spawn(serve(vec![listener], service, Limits::default(), ended));
        let key = caller(&vault, "program", true).await;
        Self {
            account,
            server,
            vault,
            address,
            key,
            transport: Transport::new().unwrap(),
            _folder: folder,
            _stop: stop,
            _serving: serving,
        }
    }

    /// So many rows of use, as soon as they are written.
    pub(crate) async fn uses(&self, many: usize) -> Vec<Use> {
        loop {
            let rows = self.vault.uses(UseFilter::default()).await.unwrap();
            if rows.len() >= many {
                return rows.into_iter().map(|(_, row)| row).collect();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &Value::Null).await
    }

    /// With the key of the caller that administers.
    pub(crate) async fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.call_as(&self.key, method, path, body).await
    }

    pub(crate) async fn call_as(&self, key: &CallerKey, method: &str, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {}", key.expose());
        self.bare(method, path, &[("authorization", &bearer)], body).await
    }

    /// Below `/proxy`, through connection `acme`.
    pub(crate) async fn pass(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let bearer = format!("Bearer {}", self.key.expose());
        let usual = [
            ("authorization", &*bearer),
            ("connection-id", "acme"),
            ("provider-config-key", "tba"),
            ("base-url-override", ""),
            ("nango-is-sync", "false"),
        ];
        let is_given = |name: &str| headers.iter().any(|(other, _)| *other == name);
        let usual = usual.into_iter().filter(|(name, _)| !is_given(name));
        let headers: Vec<_> = usual.chain(headers.iter().copied()).collect();
        self.bare(method, &format!("/proxy{path}"), &headers, body).await
    }

    pub(crate) async fn bare(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let url = format!("http://{}{path}", self.address);
        let destination = Destination::resolve(&url, &"1234567".parse().unwrap(), None).unwrap();
        let bytes = match body {
            Value::Null => Bytes::new(),
            body => Bytes::from(body.to_string()),
        };
        let mut request = Request::new(Outgoing::from(bytes));
        *request.method_mut() = method.parse().unwrap();
        *request.uri_mut() = url.parse().unwrap();
        let given = request.headers_mut();
        if !body.is_null() {
            given.insert("content-type", "application/json".parse().unwrap());
        }
        for (name, value) in headers {
            given.append(name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap());
        }
        let answer = self.transport.send(&destination, request).await.unwrap();
        let (head, body) = answer.into_parts();
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    /// What makes connection `acme`.
    pub(crate) fn acme(&self) -> Value {
        let application = self.account.application();
        json!({
            "provider_config_key": "tba",
            "connection_id": "acme",
            "connection_config": { "accountId": "1234567-sb1" },
            "credentials": {
                "type": "TBA",
                "token_id": application.token_id,
                "token_secret": application.token_secret,
                "config_override": {
                    "client_id": application.consumer_key,
                    "client_secret": application.consumer_secret,
                },
            },
        })
    }

    pub(crate) async fn connect(&self) -> Value {
        self.call("POST", "/connections", &self.acme()).await.ok(201)
    }

    /// The statuses in the account's trail.
    pub(crate) async fn logins(&self) -> usize {
        self.account.logins().await.len()
    }
}

pub(crate) async fn caller(vault: &Vault, name: &str, administers: bool) -> CallerKey {
    let by = By {
        actor: "a test".to_owned(),
        at: NOW,
    };
    let draft = CallerDraft {
        name: name.to_owned(),
        expires: None,
    };
    let (caller, key) = vault.add_caller(draft, by.clone()).await.unwrap();
    vault.entrust(caller.id, administers, by).await.unwrap();
    key
}
