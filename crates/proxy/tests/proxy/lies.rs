//! What an upstream that lies, stalls or says too much can do to its caller and to the next one.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use countersign_proxy::Settings;
use countersign_testkit::NOW;
use countersign_world::FixedClock;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::stage::{CUSTOMER, Front, SOAP, everything};

/// Answers each request with these bytes, and closes or keeps still.
async fn upstream(answer: &'static str, closes: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = Vec::new();
                while let Ok(byte) = stream.read_u8().await {
                    request.push(byte);
                    if request.ends_with(b"\r\n\r\n") {
                        stream.write_all(answer.as_bytes()).await.unwrap();
                        if closes {
                            return;
                        }
                        request.clear();
                    }
                }
            });
        }
    });
    address
}

/// What comes back for exactly these bytes, to the end of the connection.
async fn raw(front: &Front, bytes: &str) -> String {
    let mut stream = TcpStream::connect(front.address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn an_upstream_that_lies_leads_nobody_astray_and_gives_its_slot_back() {
    let settings = Settings {
        attempts: 1,
        answer_idle_time: Duration::from_secs(1),
        ..Settings::default()
    };
    let front = Front::start(Arc::new(FixedClock::at(NOW)), settings).await;
    let account = countersign_testkit::Account::ready().await.application();
    let (caller, key) = front.caller("sync").await;
    let ok = "HTTP/1.1 200 OK\r\n\r\n";
    let long =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1,2]\r\n0\r\n\r\n";
    let trailed = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Set-Cookie\r\n\r\n2\r\n{}\r\n0\r\nSet-Cookie: a=b\r\n\r\n";
    let twice = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}";
    let short = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{";
    let stalled = "HTTP/1.1 500 Oh\r\nContent-Type: text/xml\r\nContent-Length: 50\r\n\r\n<";
    let early =
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    let switched = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n";
    // What they send, whether they close, what comes back and how it ends.
    for (number, (answer, closes, status, end)) in [
        (ok, true, 200, "\r\n0\r\n\r\n"),
        (long, false, 200, "5\r\n[1,2]\r\n0\r\n\r\n"),
        (trailed, false, 200, "2\r\n{}\r\n0\r\n\r\n"),
        (twice, false, 502, "}}"),
        (short, true, 200, "\r\n\r\n{"),
        (stalled, false, 500, "\r\n\r\n<"),
        (early, false, 200, "\r\n\r\n{}"),
        (switched, false, 502, "}}"),
        ("HTTP/1.1 200 OK\r\nX y: z\r\n\r\n", false, 502, "}}"),
        ("220 mail.example ESMTP\r\n", true, 502, "}}"),
        ("", true, 502, "}}"),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("liar-{number}");
        let address = upstream(answer, closes).await;
        front.connect(&name, account.credentials(), address).await;
        front.grant(&caller, &name, everything()).await;
        let (head, body) = match status {
            500 => (
                format!("POST /c/{name}{SOAP}"),
                "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><getServerTime \
                 xmlns=\"urn:messages_2025_2.platform.webservices.netsuite.com\"/></e:Body></e:Envelope>",
            ),
            _ => (format!("GET /c/{name}{CUSTOMER}"), ""),
        };
        let request = format!(
            "{head} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-Countersign-Key: {}\r\nContent-Type: text/xml\r\n\
             Content-Length: {}\r\n\r\n{body}",
            key.expose(),
            body.len()
        );
        let heard = raw(&front, &request).await;
        let is_whole = heard.starts_with(&format!("HTTP/1.1 {status}")) && heard.ends_with(end);
        assert!(is_whole, "{answer:?} became {heard:?}");
        let head = heard.split("\r\n\r\n").next().unwrap().to_ascii_lowercase();
        for said in ["set-cookie", "upgrade", "trailer", "link"] {
            assert!(
                !head.contains(&format!("\n{said}:")),
                "{answer:?} became {heard:?}"
            );
        }
        let both = head.contains("content-length:") && head.contains("transfer-encoding:");
        assert!(!both, "{answer:?} became {heard:?}");
        let running = front
            .proxy
            .gauges()
            .iter()
            .map(|one| one.gauge.running)
            .sum::<u32>();
        assert_eq!(running, 0, "{answer:?}");
    }
}

#[tokio::test]
async fn what_an_upstream_sends_beyond_its_answer_is_nobodys() {
    let front = Front::start(Arc::new(FixedClock::at(NOW)), Settings::default()).await;
    let account = countersign_testkit::Account::ready().await.application();
    let more =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nNext";
    let address = upstream(more, false).await;
    front.connect("acme", account.credentials(), address).await;
    let (caller, key) = front.caller("sync").await;
    front.grant(&caller, "acme", everything()).await;
    for _ in 0..8 {
        let answer = front.get(&key, &format!("/c/acme{CUSTOMER}")).await;
        assert_eq!((answer.status, &*answer.text()), (200, "{}"));
    }
}
