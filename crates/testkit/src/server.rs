//! An account behind a real socket.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use countersign_client::Client;
use countersign_front::{Limits, Listener, Network, Served, Trust, serve};
use countersign_server::{AccountServer, Hosts};
use countersign_world::{Clock, Entropy};
use hyper::service::service_fn;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::account::Account;
use crate::answer::Answer;
use crate::application::Application;
use crate::call::Caller;

/// A server that listens on a port of its own. It ends when it is dropped.
pub struct Server {
    pub address: SocketAddr,
    pub service: AccountServer,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Served>,
}

impl Server {
    pub(crate) async fn start(account: &Account) -> Self {
        let hosts = Hosts {
            also: vec!["account.test".to_owned()],
            ..Hosts::default()
        };
        Self::start_with(account, hosts).await
    }

    /// Believes what a proxy on this machine says about the client.
    pub async fn behind_a_proxy(account: &Account) -> Self {
        let loopback: Network = "127.0.0.0/8".parse().unwrap();
        let trust = Trust {
            networks: vec![loopback],
            unix: false,
        };
        let hosts = Hosts {
            trust,
            ..Hosts::default()
        };
        Self::start_with(account, hosts).await
    }

    async fn start_with(account: &Account, hosts: Hosts) -> Self {
        let listener = Listener::tcp(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .expect("a port is free");
        let address = listener.address().expect("a TCP listener has an address");
        let clock: Arc<dyn Clock> = Arc::clone(&account.clock) as _;
        let service = AccountServer::new(Arc::clone(&account.authority), account.records.clone(), hosts);
        let answering = service.clone();
        let answer = service_fn(move |request| {
            let (server, clock) = (answering.clone(), Arc::clone(&clock));
            async move { Ok::<_, Infallible>(server.answer(request, &*clock).await) }
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = stopped.await;
        };
        Self {
            address,
            service,
            clock: Arc::clone(&account.clock) as _,
            entropy: Arc::clone(&account.entropy) as _,
            stop,
            serving: tokio::spawn(serve(vec![listener], answer, Limits::default(), shutdown)),
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

    /// The client that users have.
    pub fn client(&self, application: &Application) -> Client {
        let (clock, entropy) = (Arc::clone(&self.clock), Arc::clone(&self.entropy));
        Client::new(&application.credentials(), clock, entropy).expect("the client can be made")
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
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
