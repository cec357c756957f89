//! Listening, being addressed, and coming to an end.

use std::convert::Infallible;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use crate::stage::{Stage, receive};
use bytes::Bytes;
use countersign_front::{Body, Limits, ListenError, Listener, Origin, Peer, Served, Trust, serve};
use http::{Request, Response};
use http_body_util::Full;
use hyper::service::service_fn;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::oneshot;
use tokio::time::Instant;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

#[tokio::test]
async fn requests_in_progress_end_before_the_server_does() {
    let stage = Stage::new(Limits::default()).await;
    let mut idle = stage.connect().await;
    let mut kept_alive = stage.connect().await;
    kept_alive.write_all(REQUEST).await.unwrap();
    receive(&mut kept_alive).await;
    let mut slow = stage.connect().await;
    slow.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;

    let address = stage.address;
    let start = Instant::now();
    let served = stage.end().await;
    assert_eq!(served, Served { requests: 2, cut: 0 });
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "idle connections are not waited for"
    );
    assert!(receive(&mut slow).await.0.contains("GET /slow"));
    assert!(receive(&mut idle).await.1);
    assert!(
        TcpStream::connect(address).await.is_err(),
        "nothing is accepted any more"
    );
}

#[tokio::test]
async fn a_request_that_does_not_end_is_cut_off_after_the_grace_period() {
    let limits = Limits {
        shutdown_grace: Duration::from_millis(100),
        ..Limits::default()
    };
    let stage = Stage::new(limits).await;
    let mut endless = stage.connect().await;
    endless
        .write_all(b"GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(stage.end().await, Served { requests: 1, cut: 1 });
    assert!(receive(&mut endless).await.1);
}

async fn tell(request: Request<Body>) -> Result<Response<Full<Bytes>>, Infallible> {
    let peer = *request.extensions().get::<Peer>().unwrap_or(&Peer::Unix);
    let trust = Trust {
        unix: true,
        ..Trust::default()
    };
    let text = match Origin::of(&request, peer, &trust) {
        Ok(origin) => format!("{} {} {:?}", origin.scheme, origin.authority, origin.client),
        Err(error) => error.to_string(),
    };
    Ok(Response::new(Full::new(Bytes::from(text))))
}

async fn exchange<S: AsyncReadExt + AsyncWriteExt + Unpin>(
    mut stream: S,
    head: &str,
) -> std::io::Result<String> {
    let request = format!("{head}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn several_listeners_share_one_service_and_each_is_trusted_for_itself() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("front.sock");
    let tcp = Listener::tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = tcp.address().unwrap();
    assert_eq!(tcp.to_string(), format!("http://{address}"));
    let unix = Listener::unix(&path).unwrap();
    assert_eq!(unix.to_string(), format!("unix:{}", path.display()));
    let (end, ended) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(
        vec![tcp, unix],
        service_fn(tell),
        Limits::default(),
        async {
            let _ = ended.await;
        },
    ));

    let head = "GET / HTTP/1.1\r\nHost: here\r\nX-Forwarded-Host: there\r\n\
                X-Forwarded-Proto: https\r\nX-Forwarded-For: 198.51.100.7\r\n";
    let stream = TcpStream::connect(address).await.unwrap();
    let answer = exchange(stream, head).await.unwrap();
    assert!(answer.ends_with("http here Some(127.0.0.1)"), "{answer}");
    let stream = UnixStream::connect(&path).await.unwrap();
    let answer = exchange(stream, head).await.unwrap();
    assert!(answer.ends_with("https there Some(198.51.100.7)"), "{answer}");

    end.send(()).unwrap();
    assert_eq!(server.await.unwrap().requests, 2);
    assert!(!path.exists(), "the socket file goes away with its listener");
}

#[tokio::test]
async fn a_socket_file_is_private_and_taken_over_only_from_the_dead() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("front.sock");
    let names = |folder: &Path| std::fs::read_dir(folder).unwrap().count();

    let first = Listener::unix(&path).unwrap();
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(matches!(Listener::unix(&path), Err(ListenError::InUse { .. })));
    drop(first);
    assert_eq!(names(folder.path()), 0);

    // As after kill -9: the file is there, nobody listens.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    // Or while it was made, by a process of the same number.
    let made_in = folder.path().join(format!("front.sock.{}", std::process::id()));
    std::fs::create_dir(&made_in).unwrap();
    drop(std::os::unix::net::UnixListener::bind(made_in.join("s")).unwrap());
    let second = Listener::unix(&path).unwrap();
    assert!(UnixStream::connect(&path).await.is_ok());
    assert_eq!(names(folder.path()), 1);
    drop(second);

    // No socket is made in a folder that somebody else had waiting.
    std::os::unix::fs::symlink(folder.path(), &made_in).unwrap();
    assert!(matches!(Listener::unix(&path), Err(ListenError::Bind { .. })));
    std::fs::remove_file(&made_in).unwrap();

    std::fs::write(&path, "precious").unwrap();
    assert!(matches!(
        Listener::unix(&path),
        Err(ListenError::NotASocket { .. })
    ));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
}

#[tokio::test]
async fn a_listener_does_not_delete_a_socket_that_another_put_in_its_place() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("front.sock");
    let first = Listener::unix(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let second = Listener::unix(&path).unwrap();
    drop(first);
    assert!(path.exists());
    drop(second);
}

#[tokio::test]
async fn an_address_in_use_says_so() {
    let first = Listener::tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = first.address().unwrap();
    let error = Listener::tcp(address).await.unwrap_err();
    assert!(error.to_string().contains(&address.to_string()), "{error}");
}

#[tokio::test]
async fn a_body_made_of_bytes_serves_a_service_without_a_socket() {
    let body = Body::from(Bytes::from_static(b"abc"));
    assert_eq!(format!("{body:?}").matches("abc").count(), 0);
    assert_eq!(body.collect(3).await.unwrap(), "abc");
    let body = Body::from(Bytes::from_static(b"abcd"));
    assert!(body.collect(3).await.is_err());
}
