//! A request sent over a real socket to a server with one account, and what came back.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use countersign_front::{Limits, ListenError, Listener, Network, NetworkError, Served, Trust, serve};
use countersign_server::{AccountServer, Accounts, Hosts, Server};
use hyper::service::service_fn;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::account::Scratch;

/// Longer than any answer takes here.
const PATIENCE: Duration = Duration::from_secs(20);

/// The longest answer that is read, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error(transparent)]
    Network(#[from] NetworkError),
    #[error("the server could not be reached: {0}")]
    Io(#[from] io::Error),
    #[error("the server did not answer within 20 seconds")]
    Late,
    #[error("what came back is no HTTP answer: {0:?}")]
    Unreadable(String),
}

/// A server that believes this machine about who calls, as it would a proxy in front of it.
pub(crate) struct Serving {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Served>,
}

impl Serving {
    pub(crate) async fn start(scratch: &Scratch) -> Result<Self, NoAnswer> {
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listener = Listener::tcp(here).await?;
        let address = listener.address().ok_or(NoAnswer::Late)?;
        let accounts = Accounts::default();
        accounts.add(&AccountServer::new(
            Arc::clone(&scratch.authority),
            scratch.records.clone(),
        ));
        let trust = Trust {
            networks: vec!["127.0.0.0/8".parse::<Network>()?],
            unix: false,
        };
        let hosts = Hosts {
            trust,
            ..Hosts::default()
        };
        let server = Arc::new(Server::new(accounts, hosts));
        let clock = Arc::clone(&scratch.clock);
        let answer = service_fn(move |request| {
            let (server, clock) = (Arc::clone(&server), Arc::clone(&clock));
            async move { server.answer(request, &*clock).await }
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            stopped.await.ok();
        };
        let task = tokio::spawn(serve(vec![listener], answer, Limits::default(), shutdown));
        Ok(Self { address, stop, task })
    }

    pub(crate) async fn send(&self, bytes: &[u8]) -> Result<Answer, NoAnswer> {
        let exchange = async {
            let mut stream = TcpStream::connect(self.address).await?;
            // A server that refuses the head closes while the rest is still being sent.
            stream.write_all(bytes).await.ok();
            let mut answer = Vec::new();
            stream.take(LONGEST).read_to_end(&mut answer).await?;
            Ok::<_, io::Error>(answer)
        };
        let bytes = tokio::time::timeout(PATIENCE, exchange)
            .await
            .map_err(|_| NoAnswer::Late)??;
        Answer::parse(&bytes)
    }

    pub(crate) async fn stop(self) {
        self.stop.send(()).ok();
        self.task.await.ok();
    }
}

/// One HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Result<Self, NoAnswer> {
        let text = String::from_utf8_lossy(bytes);
        let unreadable = || NoAnswer::Unreadable(text.chars().take(200).collect());
        let (head, body) = text.split_once("\r\n\r\n").ok_or_else(unreadable)?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(':'));
        Ok(Self {
            status: status.ok_or_else(unreadable)?,
            headers: headers
                .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
                .collect(),
            body: body.to_owned(),
        })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The error code, in the form of whichever service answered: REST, a RESTlet in its three forms, SOAP.
    pub(crate) fn error_code(&self) -> Option<String> {
        if let Ok(json) = serde_json::from_str::<Value>(&self.body) {
            let code = json
                .pointer("/o:errorDetails/0/o:errorCode")
                .or_else(|| json.pointer("/error/code"));
            return code.and_then(Value::as_str).map(ToOwned::to_owned);
        }
        self.between("error code: ", "\n")
            .or_else(|| self.between("<platformFaults:code>", "<"))
            .or_else(|| self.between("<code>", "<"))
    }

    /// The text of a SOAP fault.
    pub(crate) fn fault(&self) -> Option<String> {
        self.between("<faultstring>", "<")
    }

    /// What the server says it has not built, where NetSuite has it.
    pub(crate) fn is_not_emulated(&self) -> bool {
        self.header("x-countersign")
            .is_some_and(|value| value.starts_with("not-emulated"))
    }

    fn between(&self, start: &str, end: &str) -> Option<String> {
        let (_, rest) = self.body.split_once(start)?;
        rest.split(end).next().map(|found| found.trim().to_owned())
    }
}
