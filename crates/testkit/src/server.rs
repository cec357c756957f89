//! Accounts behind a real socket.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use countersign_client::Client;
use countersign_front::{Limits, Listener, Network, Served, Trust, serve};
use countersign_server::{AccountServer, Accounts, Hosts, Server as AccountsServer};
use countersign_world::{Clock, Entropy};
use hyper::service::service_fn;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::account::Account;
use crate::answer::Answer;
use crate::application::Application;
use crate::call::Caller;

const SOCKET: &str = "admin.sock";

/// A server that listens on a port of its own. It ends when it is dropped.
pub struct Server {
    pub address: SocketAddr,
    pub accounts: Accounts,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// Where the socket of the owner of the data folder is.
    folder: TempDir,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Served>,
}

impl Server {
    pub(crate) async fn start(account: &Account) -> Self {
        let hosts = Hosts {
            also: vec!["account.test".to_owned()],
            ..Hosts::default()
        };
        Self::start_with(&[account], hosts).await
    }

    /// Several accounts on one port.
    pub async fn of(accounts: &[&Account]) -> Self {
        Self::start_with(accounts, Hosts::default()).await
    }

    /// Believes what a proxy on this machine says about the client.
    pub async fn behind_a_proxy(account: &Account) -> Self {
        Self::of_behind_a_proxy(&[account]).await
    }

    /// The same of several accounts.
    pub async fn of_behind_a_proxy(accounts: &[&Account]) -> Self {
        let loopback: Network = "127.0.0.0/8".parse().unwrap();
        let trust = Trust {
            networks: vec![loopback],
            unix: false,
        };
        let hosts = Hosts {
            trust,
            ..Hosts::default()
        };
        Self::start_with(accounts, hosts).await
    }

    async fn start_with(held: &[&Account], hosts: Hosts) -> Self {
        let listener = Listener::tcp(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .expect("a port is free");
        let address = listener.address().expect("a TCP listener has an address");
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let owners = Listener::unix(&folder.path().join(SOCKET)).expect("a socket can be made");
        let accounts = Accounts::default();
        for account in held {
            let service = AccountServer::new(Arc::clone(&account.authority), account.records.clone());
            assert!(accounts.add(&service), "two accounts have one ID");
        }
        let first = held.first().expect("a server has an account");
        let clock: Arc<dyn Clock> = Arc::clone(&first.clock) as _;
        let answering = Arc::new(AccountsServer::new(accounts.clone(), hosts));
        let answer = service_fn(move |request| {
            let (server, clock) = (Arc::clone(&answering), Arc::clone(&clock));
            async move { server.answer(request, &*clock).await }
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = stopped.await;
        };
        Self {
            address,
            accounts,
            clock: Arc::clone(&first.clock) as _,
            entropy: Arc::clone(&first.entropy) as _,
            folder,
            stop,
            serving: tokio::spawn(serve(vec![listener, owners], answer, Limits::default(), shutdown)),
        }
    }

    /// Somebody who knows these values.
    pub fn caller(&self, application: &Application) -> Caller {
        Caller::new(
            self.address,
            application,
            Arc::clone(&self.clock),
            Arc::clone(&self.entropy),
        )
    }

    /// The services of an account it holds.
    pub fn account(&self, account: &Account) -> AccountServer {
        let account = self.accounts.get(&account.authority.account());
        account.expect("the account is held")
    }

    /// The client that users have.
    pub fn client(&self, application: &Application) -> Client {
        let (clock, entropy) = (Arc::clone(&self.clock), Arc::clone(&self.entropy));
        Client::new(&application.credentials(), clock, entropy).expect("the client can be made")
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The socket of the owner of the data folder.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join(SOCKET)
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address)
            .await
            .expect("the server listens")
    }

    /// What comes back for exactly these bytes. They should ask for `Connection: close`.
    pub async fn send(&self, bytes: impl AsRef<[u8]>) -> Answer {
        send(self.address, bytes.as_ref()).await
    }

    /// What the admin API answers to the owner of the data folder. `path` is what follows `/api/v1`.
    pub async fn administer(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let body = body.map(Value::to_string).unwrap_or_default();
        let head = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = UnixStream::connect(self.socket())
            .await
            .expect("the server listens");
        let request = head + &body;
        stream
            .write_all(request.as_bytes())
            .await
            .expect("the server reads");
        Answer::read(&mut stream).await
    }

    /// Lets requests under way end.
    pub async fn stop(self) -> Served {
        let _ = self.stop.send(());
        self.serving.await.expect("the server ends")
    }
}

pub(crate) async fn send(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    // A server that refuses a body closes while it is still being sent.
    let _ = stream.write_all(bytes).await;
    Answer::read(&mut stream).await
}
