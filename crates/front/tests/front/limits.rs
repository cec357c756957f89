//! What one client cannot do: hold a connection, fill the memory, or take others down with it.

use std::time::Duration;

use crate::stage::{Stage, receive};
use countersign_front::{Limits, Listener};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt};
use tokio::time::Instant;

const SOON: Duration = Duration::from_millis(150);
const REQUEST: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let stage = Stage::new(Limits {
        header_bytes: 8 * 1024,
        ..Limits::default()
    })
    .await;
    let answer = stage
        .send(format!(
            "GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n",
            "x".repeat(100_000)
        ))
        .await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431 "),
        "{answer}"
    );
    let answer = stage
        .send(format!(
            "GET /{} HTTP/1.1\r\nHost: a\r\n\r\n",
            "x".repeat(100_000)
        ))
        .await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert_eq!(stage.calls(), [""; 0]);
    assert!(stage.send(REQUEST).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn too_many_headers_are_refused() {
    for header_count in [100, 20] {
        let stage = Stage::new(Limits {
            header_count,
            ..Limits::default()
        })
        .await;
        let request = |count| format!("GET / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(count));
        assert!(
            stage
                .send(request(header_count))
                .await
                .starts_with("HTTP/1.1 200 ")
        );
        let answer = stage.send(request(header_count + 1)).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 431 "),
            "{answer}"
        );
        assert_eq!(stage.calls().len(), 1);
    }
}

#[tokio::test]
async fn a_slow_head_closes_the_connection_however_it_trickles() {
    let stage = Stage::new(Limits {
        header_time: SOON,
        ..Limits::default()
    })
    .await;
    let mut silent = stage.connect().await;
    assert_eq!(receive(&mut silent).await, (String::new(), true));

    let mut trickling = stage.connect().await;
    let start = Instant::now();
    for byte in REQUEST.bytes().cycle() {
        if byte == b'\n' {
            continue;
        }
        if trickling.write_all(&[byte]).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "the connection stays open"
        );
    }
    assert_eq!(stage.calls(), [""; 0]);
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_a_while() {
    let stage = Stage::new(Limits {
        header_time: SOON,
        ..Limits::default()
    })
    .await;
    let mut stream = stage.connect().await;
    stream.write_all(REQUEST.as_bytes()).await.unwrap();
    let (answer, closed) = receive(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && closed);
}

#[tokio::test]
async fn a_body_larger_than_allowed_is_refused_as_soon_as_it_is_announced() {
    let stage = Stage::new(Limits {
        body_bytes: 1_000,
        ..Limits::default()
    })
    .await;
    let announced =
        |path: &str, length| format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
    // No byte of the body is ever sent.
    assert!(
        stage
            .send(announced("/", 1_001))
            .await
            .starts_with("HTTP/1.1 413 ")
    );
    assert!(
        stage
            .send(announced("/small", 11))
            .await
            .starts_with("HTTP/1.1 413 ")
    );
    let expecting = "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n";
    assert!(stage.send(expecting).await.starts_with("HTTP/1.1 413 "));
    assert!(
        stage
            .send(announced("/small", 10) + "0123456789")
            .await
            .contains("[0123456789]")
    );
}

#[tokio::test]
async fn a_request_refused_before_its_small_body_came_does_not_end_the_connection() {
    let stage = Stage::new(Limits::default()).await;
    let mut stream = stage.connect().await;
    for _ in 0..2 {
        let head = "POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        let (answer, closed) = receive(&mut stream).await;
        let answer = answer.to_ascii_lowercase();
        assert!(answer.starts_with("http/1.1 401 ") && !closed, "{answer}");
        assert!(!answer.contains("connection:"), "{answer}");
        stream.write_all(&[b'x'; 65_536]).await.unwrap();
    }
    stream.write_all(REQUEST.as_bytes()).await.unwrap();
    let (answer, closed) = receive(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && !closed, "{answer}");
    assert_eq!(stage.calls(), ["POST /refused", "POST /refused", "GET /"]);

    // It is not waited for longer than for any body, nor when the server ends.
    let head = "POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    assert!(!receive(&mut stream).await.1);
    assert_eq!(stage.end().await.cut, 0);
    let limits = Limits {
        body_idle_time: SOON,
        ..Limits::default()
    };
    let stage = Stage::new(limits).await;
    let mut stream = stage.connect().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    let (answer, closed) = receive(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 401 ") && closed, "{answer}");
}

#[tokio::test]
async fn a_client_whose_large_body_is_refused_gets_the_answer_and_is_told_that_the_connection_ends() {
    let stage = Stage::new(Limits::default()).await;
    let large = 6 << 20;
    let body = vec![b'x'; large];
    let chunked = format!("80000\r\n{}\r\n0\r\n\r\n", "x".repeat(0x80000));
    for (about_the_body, body) in [
        (format!("Content-Length: {large}"), &*body),
        (format!("Content-Length: {large}\r\nExpect: 100-continue"), &*body),
        (format!("Content-Length: {large}\r\nConnection: close"), &*body),
        ("Transfer-Encoding: chunked".to_owned(), chunked.as_bytes()),
    ] {
        let mut stream = stage.connect().await;
        let head = format!("POST /refused HTTP/1.1\r\nHost: a\r\n{about_the_body}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        // All of it is taken: nothing is reset.
        stream.write_all(body).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let answer = answer.to_ascii_lowercase();
        assert!(answer.starts_with("http/1.1 401 "), "{about_the_body}: {answer}");
        assert!(
            answer.contains("\r\nconnection: close\r\n"),
            "{about_the_body}: {answer}"
        );
        assert!(answer.ends_with("who are you?"), "{about_the_body}: {answer}");
    }
    // Malformed: nothing of it is understood, and the client is told so all the same.
    let mut stream = stage.connect().await;
    let twice = format!("Content-Length: {large}\r\n").repeat(2);
    let head = format!("POST /refused HTTP/1.1\r\nHost: a\r\n{twice}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(chunked.as_bytes()).await.unwrap();
    let (answer, _) = receive(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert_eq!(stage.calls(), ["POST /refused"; 4]);
}

#[tokio::test]
async fn nobody_is_lingered_for_without_end_or_when_nothing_comes() {
    let stage = Stage::new(Limits {
        body_idle_time: SOON,
        connections: 1,
        ..Limits::default()
    })
    .await;
    let head = "POST /refused HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut silent = stage.connect().await;
    silent.write_all(head.as_bytes()).await.unwrap();
    // The only place is free again while its client has not gone.
    let mut endless = stage.connect().await;
    endless.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
    while endless.write_all(chunk.as_bytes()).await.is_ok() {}
    assert!(stage.send(REQUEST).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_chunked_body_is_refused_when_it_passes_the_limit() {
    let stage = Stage::new(Limits {
        body_bytes: 1_000,
        ..Limits::default()
    })
    .await;
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = format!("1f4\r\n{}\r\n", "x".repeat(500));
    let fits = stage.send(format!("{head}{chunk}{chunk}0\r\n\r\n")).await;
    assert!(fits.starts_with("HTTP/1.1 200 "), "{fits}");
    // Never ended: it is refused without waiting for the end.
    let endless = stage.send(format!("{head}{chunk}{chunk}1\r\nx\r\n")).await;
    assert!(endless.starts_with("HTTP/1.1 413 "), "{endless}");
}

#[tokio::test]
async fn a_body_that_stands_still_or_trickles_is_given_up() {
    let stage = Stage::new(Limits {
        body_idle_time: SOON,
        ..Limits::default()
    })
    .await;
    let mut stream = stage.connect().await;
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")
        .await
        .unwrap();
    let (answer, closed) = receive(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && closed, "{answer}");

    let mut stream = stage.connect().await;
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n")
        .await
        .unwrap();
    for _ in 0..60 {
        if stream.write_all(b"x").await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (answer, closed) = receive(&mut stream).await;
    assert!(
        (answer.is_empty() || answer.starts_with("HTTP/1.1 408 ")) && closed,
        "{answer}"
    );
}

#[tokio::test]
async fn a_body_that_keeps_coming_may_take_longer_than_the_idle_time() {
    let stage = Stage::new(Limits {
        body_idle_time: SOON,
        ..Limits::default()
    })
    .await;
    let mut stream = stage.connect().await;
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20480\r\n\r\n")
        .await
        .unwrap();
    for _ in 0..10 {
        stream.write_all(&[b'x'; 2048]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    assert!(receive(&mut stream).await.0.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn bodies_in_memory_share_one_limit_and_give_their_places_back() {
    let stage = Stage::new(Limits {
        memory_bytes: 2000,
        ..Limits::default()
    })
    .await;
    let post = |length: usize| format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
    let mut first = stage.connect().await;
    first.write_all(post(800).as_bytes()).await.unwrap();
    first.write_all(&[b'x'; 700]).await.unwrap();
    tokio::time::sleep(SOON).await;
    // One address has no more than half of it.
    let second = stage.send(format!("{}{}", post(300), "y".repeat(300))).await;
    assert!(second.starts_with("HTTP/1.1 503 "), "{second}");
    first.write_all(&[b'x'; 100]).await.unwrap();
    assert!(receive(&mut first).await.0.starts_with("HTTP/1.1 200 "));
    let third = stage.send(format!("{}{}", post(800), "y".repeat(800))).await;
    assert!(third.starts_with("HTTP/1.1 200 "), "{third}");
}

#[tokio::test]
async fn a_body_that_takes_too_long_is_given_up_however_steadily_it_comes() {
    let stage = Stage::new(Limits {
        body_time: SOON,
        ..Limits::default()
    })
    .await;
    let mut stream = stage.connect().await;
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..10 {
        tokio::time::sleep(SOON / 5).await;
        let _ = stream.write_all(&[b'x'; 2048]).await;
    }
    let (answer, _) = receive(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn strangers_cannot_take_the_places_of_the_local_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let limits = Limits {
        connections: 1,
        ..Limits::default()
    };
    let stage = Stage::also(limits, Some(Listener::unix(&path).unwrap())).await;
    let _only_place = stage.connect().await;
    let mut local = tokio::net::UnixStream::connect(&path).await.unwrap();
    local.write_all(REQUEST.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    local.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[tokio::test]
async fn a_client_that_breaks_off_is_not_mistaken_for_a_complete_body() {
    let stage = Stage::new(Limits::default()).await;
    let mut stream = stage.connect().await;
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")
        .await
        .unwrap();
    stream.shutdown().await.unwrap();
    let (answer, _) = receive(&mut stream).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 400 "),
        "{answer}"
    );
}

#[tokio::test]
async fn a_client_that_does_not_take_its_response_is_cut_off() {
    let stage = Stage::new(Limits {
        body_idle_time: SOON,
        connections: 1,
        ..Limits::default()
    })
    .await;
    let mut stream = stage.connect().await;
    stream
        .write_all(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(600)).await;
    // The only place is free again.
    assert!(stage.send(REQUEST).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn more_connections_than_allowed_wait_for_a_place() {
    let stage = Stage::new(Limits {
        connections: 2,
        ..Limits::default()
    })
    .await;
    let first = stage.connect().await;
    let _second = stage.connect().await;
    let mut third = stage.connect().await;
    third.write_all(REQUEST.as_bytes()).await.unwrap();
    assert_eq!(receive(&mut third).await, (String::new(), false));
    drop(first);
    assert!(receive(&mut third).await.0.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_panic_costs_only_its_own_connection() {
    let stage = Stage::new(Limits::default()).await;
    let mut other = stage.connect().await;
    other
        .write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    assert_eq!(stage.send("GET /panic HTTP/1.1\r\nHost: a\r\n\r\n").await, "");
    assert!(receive(&mut other).await.0.starts_with("HTTP/1.1 200 "));
    assert!(stage.send(REQUEST).await.starts_with("HTTP/1.1 200 "));
    assert_eq!(stage.end().await.requests, 3);
}
