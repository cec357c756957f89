//! An account, a vault, the proxy with Nango's API, and the pages beside them, each on a listener of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use countersign_console::{Console, Parts, link_to_pages, link_to_setup};
use countersign_front::{Limits, Listener, Served, serve};
use countersign_model::{Level, Permission};
use countersign_nango::Nango;
use countersign_proxy::{Proxy, Settings};
use countersign_seal::Keyring;
use countersign_testkit::{Account, Application, Blueprint, NOW, Server, Storage, Ticking};
use countersign_vault::{By, ConnectionId, Invitation, LinkDraft, Purpose, Vault};
use countersign_world::{Clock, SystemEntropy};
use http_body_util::Either;
use hyper::service::service_fn;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

pub(crate) struct Stage {
    pub(crate) account: Account,
    pub(crate) server: Server,
    pub(crate) vault: Vault,
    pub(crate) pages: SocketAddr,
    pub(crate) proxy: SocketAddr,
    _folder: TempDir,
    _serving: [JoinHandle<Served>; 2],
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.head, self.body);
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The proof in the first form of the page, as a form sends it.
    #[track_caller]
    pub(crate) fn proof(&self) -> String {
        let (_, rest) = self
            .body
            .split_once("name=\"proof\" value=\"")
            .expect("the page has a form");
        countersign_protocol::percent_encode(rest.split('"').next().unwrap_or_default())
    }
}

impl Stage {
    pub(crate) async fn ready() -> Self {
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
        let path = folder.path().join("vault.sqlite");
        let vault = Vault::sqlite(&path, keyring, Arc::new(SystemEntropy)).unwrap();
        let clock: Arc<dyn Clock> = Arc::new(Ticking::over(account.clock.clone()));
        let proxy = Proxy::start(countersign_proxy::Parts {
            vault: vault.clone(),
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy),
            settings: Settings::default(),
        });
        let proxy = proxy.unwrap();
        let nango = Nango::new(
            proxy.clone(),
            vault.clone(),
            clock.clone(),
            Arc::new(SystemEntropy),
        );
        let listen = async || Listener::tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let (for_pages, for_proxy) = (listen().await, listen().await);
        let (pages_at, proxy_at) = (for_pages.address().unwrap(), for_proxy.address().unwrap());
        let console = Console::new(Parts {
            vault: vault.clone(),
            proxy,
            nango: nango.clone(),
            clock,
            entropy: Arc::new(SystemEntropy),
            hosts: Vec::new(),
            of: for_proxy.to_string(),
            setup_base: for_proxy.to_string(),
            local_server: Box::new(|_| None),
        });
        let pages = console.clone();
        let pages = service_fn(move |request| {
            let console = pages.clone();
            async move { console.answer(request).await }
        });
        let both = service_fn(move |request: http::Request<countersign_front::Body>| {
            let (nango, console) = (nango.clone(), console.clone());
            async move {
                match Console::is_of_setup(request.uri().path()) {
                    true => {
                        Ok::<_, std::convert::Infallible>(console.set_up(request).await.map(Either::Left))
                    }
                    false => nango
                        .answer(request)
                        .await
                        .map(|answer| answer.map(Either::Right)),
                }
            }
        });
        let serving = [
            tokio::spawn(serve(
                vec![for_pages],
                pages,
                Limits::default(),
                std::future::pending(),
            )),
            tokio::spawn(serve(
                vec![for_proxy],
                both,
                Limits::default(),
                std::future::pending(),
            )),
        ];
        Self {
            account,
            server,
            vault,
            pages: pages_at,
            proxy: proxy_at,
            _folder: folder,
            _serving: serving,
        }
    }

    pub(crate) fn by(&self) -> By {
        By {
            actor: "command line of ada".to_owned(),
            at: self.account.clock.now(),
        }
    }

    /// What signs in, behind the address of the pages.
    pub(crate) async fn link(&self) -> String {
        let (token, _) = self.vault.make_link(link_to_pages(), self.by()).await.unwrap();
        Console::sign_in_path(&token)
    }

    /// A whole address for whoever brings credentials of the account.
    pub(crate) async fn invitation(&self, connection: &str) -> String {
        let draft = LinkDraft {
            purpose: Purpose::Credentials(Invitation {
                connection: connection.parse::<ConnectionId>().unwrap(),
                account: None,
                environment: None,
                server: self.server.base_url().parse().ok(),
            }),
            lasts: Duration::from_hours(1),
        };
        let (token, _) = self.vault.make_link(draft, self.by()).await.unwrap();
        link_to_setup(&format!("http://{}", self.proxy), &token)
            .expose()
            .to_owned()
    }

    /// The header with the cookie of a new session.
    pub(crate) async fn sign_in(&self) -> String {
        let link = self.link().await;
        let (_, token) = link.split_once("link=").unwrap();
        let begun = self
            .post(self.pages, "/sign-in", "", &format!("link={token}"))
            .await
            .is(303);
        let cookie = begun.header("set-cookie").unwrap().split(';').next().unwrap();
        format!("Cookie: {cookie}\r\n")
    }

    /// `headers` end with a line break each. The host is the one that is called, unless they say another.
    pub(crate) async fn get(&self, at: SocketAddr, path: &str, headers: &str) -> Answer {
        send(
            at,
            &format!(
                "GET {path} HTTP/1.1\r\n{}{headers}Connection: close\r\n\r\n",
                host(at, headers)
            ),
        )
        .await
    }

    pub(crate) async fn post(&self, at: SocketAddr, path: &str, headers: &str, form: &str) -> Answer {
        let head = format!(
            "POST {path} HTTP/1.1\r\n{}{headers}Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n",
            host(at, headers),
            form.len()
        );
        send(at, &format!("{head}{form}")).await
    }

    /// A page of the signed-in pages.
    pub(crate) async fn page(&self, path: &str, cookie: &str) -> Answer {
        self.get(self.pages, path, cookie).await
    }

    /// The form on the page at `from`, sent to `to`.
    pub(crate) async fn fill(&self, cookie: &str, from: &str, to: &str, form: &str) -> Answer {
        let proof = self.page(from, cookie).await.is(200).proof();
        self.post(self.pages, to, cookie, &format!("proof={proof}&{form}"))
            .await
    }

    /// The five values as a form sends them.
    pub(crate) fn values(&self, application: &Application) -> String {
        format!(
            "account=1234567_SB1&consumer-key={}&consumer-secret={}&token-id={}&token-secret={}",
            application.consumer_key,
            application.consumer_secret,
            application.token_id,
            application.token_secret
        )
    }

    /// The field for the server of the account.
    pub(crate) fn at_server(&self) -> String {
        format!(
            "server={}",
            countersign_protocol::percent_encode(self.server.base_url())
        )
    }
}

fn host(at: SocketAddr, headers: &str) -> String {
    match headers.contains("Host: ") {
        true => String::new(),
        false => format!("Host: {at}\r\n"),
    }
}

async fn send(at: SocketAddr, request: &str) -> Answer {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Answer {
        status: status.expect("an answer has a status"),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}
