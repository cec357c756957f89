//! The gate: TLS at once and in tunnels, both versions of HTTP, and names that are not let through.
#![expect(clippy::unwrap_used, reason = "a gate that cannot be set up fails its test")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use countersign_ca::{Leaves, LocalCa, is_netsuite};
use countersign_front::{Gate, Limits, Listener, Served, Tunnel, Tunnels};
use countersign_world::{Clock as _, SystemClock, SystemEntropy};
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::stage::{Stage, receive};

const NAME: &str = "1234567-sb1.suitetalk.api.netsuite.com";

struct Names;

impl Tunnels for Names {
    fn to(&self, host: &str, port: u16) -> Tunnel {
        match host {
            host if is_netsuite(host) && port == 443 => Tunnel::Here,
            "127.0.0.1" => Tunnel::There,
            _ => Tunnel::Refused(format!("{host} is not NetSuite's")),
        }
    }
}

/// A stage with a gate beside its plain listener.
struct Gated {
    stage: Stage,
    address: SocketAddr,
    roots: RootCertStore,
    _folder: TempDir,
}

impl Gated {
    async fn new(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock::new());
        let ca = LocalCa::open(folder.path(), clock.now()).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(ca.certificate().clone()).unwrap();
        let leaves = Arc::new(Leaves::new(ca, clock, Arc::new(SystemEntropy)).unwrap());
        let gate = Gate::new(leaves.server_config().unwrap(), Arc::new(Names));
        let listener = Listener::tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let listener = listener.through(gate);
        let address = listener.address().unwrap();
        assert_eq!(listener.to_string(), format!("https://{address}"));
        Self {
            stage: Stage::also(limits, Some(listener)).await,
            address,
            roots,
            _folder: folder,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn tunnel(&self, to: &str) -> TcpStream {
        let mut stream = self.connect().await;
        let head = format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = receive_head(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        stream
    }

    async fn tls<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: S,
        name: &str,
        protocol: &[u8],
    ) -> std::io::Result<TlsStream<S>> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap();
        let mut config = config
            .with_root_certificates(self.roots.clone())
            .with_no_client_auth();
        config.alpn_protocols = vec![protocol.to_vec()];
        let name = ServerName::try_from(name.to_owned()).unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    async fn http1(&self, stream: TcpStream, head: &str) -> String {
        let mut stream = self.tls(stream, NAME, b"http/1.1").await.unwrap();
        let request = format!("{head}Connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

async fn receive_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

#[tokio::test]
async fn tls_is_spoken_at_once_and_in_a_tunnel_for_a_name_of_netsuite() {
    let gated = Gated::new(Limits::default()).await;
    let head = format!("GET /a?b=c HTTP/1.1\r\nHost: {NAME}\r\n");
    let streams = [gated.connect().await, gated.tunnel(&format!("{NAME}:443")).await];
    for stream in streams {
        let answer = gated.http1(stream, &head).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.contains("GET /a?b=c"), "{answer}");
    }
}

#[tokio::test]
async fn an_absolute_target_inside_a_tunnel_is_taken() {
    let gated = Gated::new(Limits::default()).await;
    let stream = gated.tunnel(&format!("{NAME}:443")).await;
    let head = format!("GET https://{NAME}/a?b=c HTTP/1.1\r\nHost: {NAME}\r\n");
    let answer = gated.http1(stream, &head).await;
    assert!(answer.contains(&format!("GET https://{NAME}/a?b=c")), "{answer}");
}

#[tokio::test]
async fn framing_is_as_strict_inside_tls() {
    let gated = Gated::new(Limits::default()).await;
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    );
    let answer = gated.http1(gated.connect().await, &head).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 400 "),
        "{answer}"
    );
    assert_eq!(gated.stage.calls(), [""; 0]);
}

#[tokio::test]
async fn http2_is_spoken_with_whoever_asks_for_it() {
    let gated = Gated::new(Limits::default()).await;
    let stream = gated.tunnel(&format!("{NAME}:443")).await;
    let stream = gated.tls(stream, NAME, b"h2").await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
    tokio::spawn(connection);
    for number in 0..3 {
        let uri = format!("https://{NAME}/a?n={number}");
        let body = Full::new(Bytes::from("body"));
        let request = Request::post(&uri).body(body).unwrap();
        let answer = sender.send_request(request).await.unwrap();
        let text = answer.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(text, format!("POST {uri} [body]"));
    }
    // The idle connection is asked to close, and not waited for.
    let served = tokio::time::timeout(Duration::from_secs(5), gated.stage.end()).await;
    assert_eq!(served.unwrap(), Served { requests: 3, cut: 0 });
}

#[tokio::test]
async fn an_idle_http2_connection_is_closed() {
    let limits = Limits {
        header_time: Duration::from_millis(100),
        ..Limits::default()
    };
    let gated = Gated::new(limits).await;
    let stream = gated.tls(gated.connect().await, NAME, b"h2").await.unwrap();
    let (sender, connection) = hyper::client::conn::http2::handshake::<_, _, Full<Bytes>>(
        TokioExecutor::new(),
        TokioIo::new(stream),
    )
    .await
    .unwrap();
    let closed = tokio::time::timeout(Duration::from_secs(5), connection).await;
    assert!(closed.is_ok(), "it stays open");
    drop(sender);
}

#[tokio::test]
async fn streams_that_are_begun_and_reset_again_and_again_end_the_connection() {
    let gated = Gated::new(Limits::default()).await;
    let mut stream = gated.tls(gated.connect().await, NAME, b"h2").await.unwrap();
    let frame = |kind: u8, flags: u8, stream: u32, payload: &[u8]| {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        [&head, payload].concat()
    };
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(4, 0, 0, &[]));
    // GET https / of the authority "a", then RST_STREAM with CANCEL.
    let headers = [0x82, 0x87, 0x84, 0x41, 0x01, b'a'];
    for stream in (1..20_000).step_by(2) {
        bytes.extend(frame(1, 5, stream, &headers));
        bytes.extend(frame(3, 0, stream, &8_u32.to_be_bytes()));
    }
    let _ = stream.write_all(&bytes).await;
    let mut answer = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    assert!(ended.is_ok(), "the connection goes on");
    assert!(gated.stage.calls().len() < 5_000, "{}", gated.stage.calls().len());
}

#[tokio::test]
async fn another_name_is_refused_by_name() {
    let gated = Gated::new(Limits::default()).await;
    for to in ["api.stripe.com:443", &format!("{NAME}:80")] {
        let mut stream = gated.connect().await;
        let head = format!("CONNECT {to} HTTP/1.1\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let (answer, closed) = receive(&mut stream).await;
        let host = to.split(':').next().unwrap();
        let said = format!("HTTP/1.1 403 {host} is not NetSuite's\r\n");
        assert!(answer.starts_with(&said) && closed, "{answer}");
    }
    let answer = gated.tls(gated.connect().await, "api.stripe.com", b"h2").await;
    assert!(
        answer.is_err(),
        "there is a certificate for a name of somebody else"
    );
}

#[tokio::test]
async fn a_name_that_may_pass_is_reached_unread() {
    let gated = Gated::new(Limits::default()).await;
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = other.local_addr().unwrap();
    let echo = tokio::spawn(async move {
        let (mut stream, _) = other.accept().await.unwrap();
        let mut some = [0; 4];
        stream.read_exact(&mut some).await.unwrap();
        stream.write_all(&some).await.unwrap();
    });
    let mut stream = gated.tunnel(&address.to_string()).await;
    stream.write_all(b"\x16\n\r\n").await.unwrap();
    let mut back = [0; 4];
    stream.read_exact(&mut back).await.unwrap();
    assert_eq!(&back, b"\x16\n\r\n");
    echo.await.unwrap();

    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let mut stream = gated.connect().await;
    let head = format!("CONNECT {closed} HTTP/1.1\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let (answer, closed) = receive(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 502 ") && closed, "{answer}");
}

#[tokio::test]
async fn what_is_neither_tls_nor_a_request_for_a_tunnel_is_refused() {
    let gated = Gated::new(Limits::default()).await;
    let tunnel = format!("CONNECT {NAME}:443 HTTP/1.1\r\n\r\n");
    for bytes in [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
        format!("GET http://{NAME}/ HTTP/1.1\r\nHost: {NAME}\r\n\r\n"),
        format!("{tunnel}GET / HTTP/1.1\r\nHost: {NAME}\r\n\r\n"),
        format!("CONNECT {NAME}:443 HTTP/1.1\r\nX: {}", "x".repeat(20_000)),
    ] {
        let mut stream = gated.connect().await;
        let _ = stream.write_all(bytes.as_bytes()).await;
        let (answer, closed) = receive(&mut stream).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400 "),
            "{answer}"
        );
        assert!(closed, "{bytes}");
    }
    assert_eq!(gated.stage.calls(), [""; 0]);
}

#[tokio::test]
async fn whoever_does_not_get_on_is_not_waited_for() {
    let limits = Limits {
        header_time: Duration::from_millis(150),
        ..Limits::default()
    };
    let gated = Gated::new(limits).await;
    for begun in [&b""[..], b"\x16", b"CONNECT a", b"\x16\x03\x01"] {
        let mut stream = gated.connect().await;
        stream.write_all(begun).await.unwrap();
        assert!(receive(&mut stream).await.1, "{begun:?}");
    }
    let half = Gated::new(Limits::default()).await;
    let mut stream = half.connect().await;
    stream.write_all(b"\x16").await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let ended = tokio::time::timeout(Duration::from_secs(5), half.stage.end()).await;
    assert_eq!(ended.unwrap(), Served::default());
}

#[tokio::test]
async fn a_client_that_takes_no_answer_is_cut_off_however_often_it_pings() {
    let limits = Limits {
        header_time: Duration::from_millis(200),
        body_idle_time: Duration::from_millis(200),
        ..Limits::default()
    };
    let gated = Gated::new(limits).await;
    let stream = gated.tls(gated.connect().await, NAME, b"h2").await.unwrap();
    let (mut from, mut to) = tokio::io::split(stream);
    let frame = |kind: u8, flags: u8, stream: u32, payload: &[u8]| {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        [&head, payload].concat()
    };
    // SETTINGS_INITIAL_WINDOW_SIZE = 0: no byte of a body may be sent.
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(4, 0, 0, &[0, 4, 0, 0, 0, 0]));
    bytes.extend(frame(1, 5, 1, &[0x82, 0x87, 0x84, 0x41, 0x01, b'a']));
    to.write_all(&bytes).await.unwrap();
    let ping = frame(6, 0, 0, b"are here");
    let pings = tokio::spawn(async move {
        while to.write_all(&ping).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let mut answer = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(10), from.read_to_end(&mut answer)).await;
    assert!(ended.is_ok(), "the connection goes on");
    assert_eq!(gated.stage.calls().len(), 1);
    pings.abort();
}
