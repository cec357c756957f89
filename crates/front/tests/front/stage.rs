//! A running server, and a client that sends exactly the bytes it is told to.
#![expect(clippy::unwrap_used, reason = "a stage that cannot be set up fails its test")]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use countersign_front::{Body, BodyError, Limits, Listener, Peer, Served, serve};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::service::service_fn;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Answers with the request's method, target and body; writes down what it was called with.
pub(crate) struct Stage {
    pub(crate) address: SocketAddr,
    calls: Arc<Mutex<Vec<String>>>,
    end: oneshot::Sender<()>,
    server: JoinHandle<Served>,
}

impl Stage {
    pub(crate) async fn new(limits: Limits) -> Self {
        Self::also(limits, None).await
    }

    /// Serves another listener beside the TCP one.
    pub(crate) async fn also(limits: Limits, other: Option<Listener>) -> Self {
        let listener = Listener::tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = listener.address().unwrap();
        let calls = Arc::new(Mutex::new(Vec::new()));
        let (end, ended) = oneshot::channel();
        let seen = Arc::clone(&calls);
        let service = service_fn(move |request| answer(request, Arc::clone(&seen)));
        let server = tokio::spawn(serve(
            [listener].into_iter().chain(other).collect(),
            service,
            limits,
            async {
                let _ = ended.await;
            },
        ));
        Self {
            address,
            calls,
            end,
            server,
        }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// What comes back for these bytes until the server closes, or is silent for half a second.
    pub(crate) async fn send(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        // The server may close before everything is sent.
        let _ = stream.write_all(bytes.as_ref()).await;
        receive(&mut stream).await.0
    }

    pub(crate) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }

    pub(crate) async fn end(self) -> Served {
        let _ = self.end.send(());
        self.server.await.unwrap()
    }
}

/// What was received, and whether the server closed.
pub(crate) async fn receive(stream: &mut TcpStream) -> (String, bool) {
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match tokio::time::timeout(Duration::from_millis(500), stream.read(&mut buffer)).await {
            Ok(Ok(0) | Err(_)) => return (String::from_utf8_lossy(&received).into_owned(), true),
            Ok(Ok(read)) => received.extend(buffer.iter().take(read)),
            Err(_silent) => return (String::from_utf8_lossy(&received).into_owned(), false),
        }
    }
}

#[expect(clippy::panic, reason = "this service panics when it is asked to")]
async fn answer(
    request: Request<Body>,
    calls: Arc<Mutex<Vec<String>>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let peer = request.extensions().get::<Peer>().copied();
    assert!(peer.is_some(), "every request carries its peer");
    let call = format!("{} {}", request.method(), request.uri());
    calls.lock().unwrap().push(call.clone());
    match request.uri().path() {
        "/panic" => panic!("as the client asked"),
        "/slow" => tokio::time::sleep(Duration::from_millis(300)).await,
        "/never" => std::future::pending().await,
        "/refused" => {
            let mut response = Response::new(Full::new(Bytes::from("who are you?")));
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            return Ok(response);
        }
        "/large" => return Ok(Response::new(Full::new(Bytes::from(vec![b'x'; 64 << 20])))),
        _ => {}
    }
    let limit = if request.uri().path() == "/small" {
        10
    } else {
        u64::MAX
    };
    let (status, text) = match request.into_body().collect(limit).await {
        Ok(body) => (
            StatusCode::OK,
            format!("{call} [{}]", String::from_utf8_lossy(&body)),
        ),
        Err(error @ BodyError::TooLarge { .. }) => (StatusCode::PAYLOAD_TOO_LARGE, error.to_string()),
        Err(error @ BodyError::Crowded) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
        Err(error @ (BodyError::TooSlow { .. } | BodyError::TooLong { .. })) => {
            (StatusCode::REQUEST_TIMEOUT, error.to_string())
        }
        Err(error @ BodyError::Broken { .. }) => (StatusCode::BAD_REQUEST, error.to_string()),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    Ok(response)
}
