//! Bodies go through as they come.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use countersign_client::Outgoing;
use countersign_front::{Body, Limits, Listener, serve};
use countersign_proxy::Settings;
use countersign_testkit::NOW;
use countersign_vault::{CallerKey, UseFilter};
use countersign_world::FixedClock;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::BodyExt as _;
use hyper::service::service_fn;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::stage::{CUSTOMER, Front, everything, limited};

const PART: usize = 64 * 1024;

/// So many bytes, counted as they are taken.
struct Counted {
    left: u64,
    taken: Arc<AtomicU64>,
}

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let length = self.left.min(PART as u64);
        if length == 0 {
            return Poll::Ready(None);
        }
        self.left -= length;
        self.taken.fetch_add(length, Ordering::SeqCst);
        let part = Bytes::from(vec![b'x'; usize::try_from(length).unwrap()]);
        Poll::Ready(Some(Ok(Frame::data(part))))
    }
}

/// What an upstream saw and gave.
#[derive(Default)]
struct Seen {
    read: AtomicU64,
    given: Arc<AtomicU64>,
    some: Notify,
    go_on: Notify,
}

/// Reads what it is sent once it may, and answers with `answer` bytes.
async fn upstream(seen: &Arc<Seen>, reads_at_once: bool, answer: u64) -> SocketAddr {
    let listener = Listener::tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.address().unwrap();
    let seen = seen.clone();
    let service = service_fn(move |request: Request<Body>| {
        let seen = seen.clone();
        async move {
            if !reads_at_once {
                seen.go_on.notified().await;
            }
            let mut body = request.into_body();
            while let Some(frame) = body.frame().await {
                let Ok(Ok(data)) = frame.map(Frame::into_data) else {
                    break;
                };
                seen.read.fetch_add(data.len() as u64, Ordering::SeqCst);
                seen.some.notify_one();
            }
            let taken = seen.given.clone();
            Ok::<_, Infallible>(Response::new(Counted { left: answer, taken }))
        }
    });
    let limits = Limits {
        body_bytes: u64::MAX,
        ..Limits::default()
    };
    tokio::spawn(serve(vec![listener], service, limits, std::future::pending()));
    address
}

async fn front(upstream: SocketAddr) -> (Front, CallerKey) {
    front_with(upstream, Settings::default()).await
}

async fn front_with(upstream: SocketAddr, settings: Settings) -> (Front, CallerKey) {
    let front = Front::start(Arc::new(FixedClock::at(NOW)), settings).await;
    let account = countersign_testkit::Account::ready().await.application();
    front.connect("acme", account.credentials(), upstream).await;
    let (caller, key) = front.caller("sync").await;
    front.grant(&caller, "acme", everything()).await;
    (front, key)
}

fn head(method: &str, key: &CallerKey, more: &str) -> String {
    format!(
        "{method} /c/acme{CUSTOMER} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Countersign-Key: {}\r\n{more}\r\n",
        key.expose()
    )
}

/// What stays the same for a while has come to rest.
async fn at_rest(count: &AtomicU64) -> u64 {
    let mut before = u64::MAX;
    loop {
        let now = count.load(Ordering::SeqCst);
        if now == before && now > 0 {
            return now;
        }
        before = now;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test]
async fn the_first_bytes_of_a_large_body_arrive_before_the_last_are_sent() {
    let seen = Arc::new(Seen::default());
    let (front, key) = front(upstream(&seen, true, 2).await).await;
    let mut stream = TcpStream::connect(front.address).await.unwrap();
    let length = 8 * 1024 * 1024;
    let head = head(
        "POST",
        &key,
        &format!("Connection: close\r\nContent-Length: {length}\r\n"),
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; PART]).await.unwrap();
    // Nothing more is sent until the other end has some of it.
    seen.some.notified().await;
    stream.write_all(&vec![b'x'; length - PART]).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("xx\r\n0\r\n\r\n"),
        "{answer}"
    );
    assert_eq!(seen.read.load(Ordering::SeqCst), length as u64);
}

#[tokio::test]
async fn of_an_answer_nobody_reads_little_is_taken() {
    const ANSWER: u64 = 1024 * 1024 * 1024;
    let seen = Arc::new(Seen::default());
    let (front, key) = front(upstream(&seen, true, ANSWER).await).await;
    let mut stream = TcpStream::connect(front.address).await.unwrap();
    stream.write_all(head("GET", &key, "").as_bytes()).await.unwrap();
    let mut first = [0];
    stream.read_exact(&mut first).await.unwrap();
    // What fits into the buffers of four sockets, and no more.
    let taken = at_rest(&seen.given).await;
    assert!(
        taken < ANSWER / 16,
        "{taken} bytes were taken of an answer that nobody reads"
    );
}

#[tokio::test]
async fn of_a_body_nobody_reads_little_is_taken() {
    const BODY: u64 = 64 * 1024 * 1024;
    let seen = Arc::new(Seen::default());
    let (front, key) = front(upstream(&seen, false, 2).await).await;
    let taken = Arc::new(AtomicU64::new(0));
    let body = Counted {
        left: BODY,
        taken: taken.clone(),
    };
    let path = format!("/c/acme{CUSTOMER}");
    let sending = front.send("POST", &path, &key, &[], Outgoing::streamed(body));
    let watching = async {
        let rest = at_rest(&taken).await;
        seen.go_on.notify_one();
        rest
    };
    let (answer, rest) = tokio::join!(sending, watching);
    assert!(
        rest < BODY / 2,
        "{rest} bytes were taken of a body that nobody reads"
    );
    assert_eq!(
        (answer.status, seen.read.load(Ordering::SeqCst)),
        (200, BODY),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn a_caller_that_goes_away_frees_its_slot() {
    let seen = Arc::new(Seen::default());
    let (front, key) = front(upstream(&seen, false, 2).await).await;
    let running = |front: &Front| {
        front
            .proxy
            .gauges()
            .first()
            .map_or(0, |account| account.gauge.running)
    };
    let mut stream = TcpStream::connect(front.address).await.unwrap();
    stream.write_all(head("GET", &key, "").as_bytes()).await.unwrap();
    while running(&front) != 1 {
        tokio::task::yield_now().await;
    }
    drop(stream);
    while running(&front) != 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_answer_that_is_taken_a_little_at_a_time_gives_its_slot_back() {
    const ANSWER: u64 = 1024 * 1024 * 1024;
    let seen = Arc::new(Seen::default());
    let (front, key) = front(upstream(&seen, true, ANSWER).await).await;
    let mut stream = TcpStream::connect(front.address).await.unwrap();
    stream.write_all(head("GET", &key, "").as_bytes()).await.unwrap();
    stream.read_u8().await.unwrap();
    at_rest(&seen.given).await;
    assert_eq!(front.proxy.gauges()[0].gauge.running, 1);
    front.clock.ahead.fetch_add(31, Ordering::SeqCst);
    stream.read_u8().await.unwrap();
    while front.proxy.gauges()[0].gauge.running != 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // What was on its way still comes, and nothing more: not even an end.
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    assert!(!rest.ends_with(b"\r\n0\r\n\r\n"));
    assert!(seen.given.load(Ordering::SeqCst) < ANSWER / 16);
    let (vault, _, _folder) = front.stop().await;
    let uses = vault.uses(UseFilter::default()).await.unwrap();
    assert_eq!(uses[0].1.outcome, "broke off");
}

#[tokio::test]
async fn a_slow_upload_with_credentials_nobody_knows_keeps_nobody_else_waiting() {
    let seen = Arc::new(Seen::default());
    let (front, key) = front_with(upstream(&seen, true, 2).await, limited(2)).await;
    let mut slow = TcpStream::connect(front.address).await.unwrap();
    let length = 2 * 1024 * 1024;
    let head = head("POST", &key, &format!("Content-Length: {length}\r\n"));
    slow.write_all(head.as_bytes()).await.unwrap();
    slow.write_all(&vec![b'x'; PART]).await.unwrap();
    seen.some.notified().await;
    let path = format!("/c/acme{CUSTOMER}");
    let upload = |wait: &'static str| {
        let body = Bytes::from(vec![b'x'; length]);
        let (front, path, key) = (&front, &path, &key);
        async move {
            front
                .send("POST", path, key, &[("x-countersign-wait", wait)], body)
                .await
        }
    };
    let refused = upload("1").await;
    assert_eq!(
        (refused.status, refused.refusal()),
        (503, Some("UNAVAILABLE")),
        "{}",
        refused.text()
    );
    // One that waits has no slot: there are two, and the third call gets one.
    assert_eq!(front.proxy.gauges()[0].gauge.running, 1);
    let (waiting, small) = tokio::join!(upload("600"), front.get(&key, &path));
    assert_eq!((waiting.status, small.status), (200, 200), "{}", waiting.text());
    assert_eq!(
        front.proxy.gauges()[0].gauge.running,
        1,
        "the first is still on its way"
    );
    // Whoever waited for nothing has waited all the same.
    drop((slow, waiting, small));
    let (vault, _, _folder) = front.stop().await;
    let uses = vault.uses(UseFilter::default()).await.unwrap();
    let refused = uses.iter().find(|(_, row)| row.status == Some(503));
    let waited = refused.map(|(_, row)| row.waited);
    assert!(waited > Some(Duration::from_millis(100)), "{uses:?}");
}

#[tokio::test]
async fn a_body_that_trickles_while_it_holds_a_slot_is_broken_off() {
    let seen = Arc::new(Seen::default());
    let (front, key) = front(upstream(&seen, true, 2).await).await;
    let mut stream = TcpStream::connect(front.address).await.unwrap();
    let head = head("POST", &key, "Connection: close\r\nContent-Length: 8388608\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(b"x").await.unwrap();
    seen.some.notified().await;
    front.clock.ahead.fetch_add(11, Ordering::SeqCst);
    stream.write_all(b"x").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 408") && answer.contains("more slowly than 65536 bytes in 10 s"),
        "{answer}"
    );
    assert_eq!(front.proxy.gauges()[0].gauge.running, 0);
}
