//! Raw bytes that two programs could read differently: refused, closed, and nothing behind them is ever served.

use crate::stage::{Stage, receive};
use countersign_front::Limits;
use tokio::io::AsyncWriteExt;

const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

/// Sent whole, and byte by byte: refused both times, without a call of the service.
async fn is_refused(request: &str) {
    let stage = Stage::new(Limits::default()).await;
    let bytes = format!("{request}{SMUGGLED}");
    let answer = stage.send(&bytes).await;
    assert_eq!(stage.calls(), [""; 0], "{request:?} was served: {answer}");
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 400 "),
        "{request:?}: {answer}"
    );

    let mut stream = stage.connect().await;
    for byte in bytes.bytes() {
        if stream.write_all(&[byte]).await.is_err() {
            break;
        }
        tokio::task::yield_now().await;
    }
    let (_, closed) = receive(&mut stream).await;
    assert!(closed, "{request:?} left the connection open");
    assert_eq!(stage.calls(), [""; 0], "{request:?} was served in pieces");
}

#[tokio::test]
async fn a_length_beside_an_encoding() {
    is_refused(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    )
    .await;
    is_refused(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    )
    .await;
    is_refused(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    )
    .await;
}

#[tokio::test]
async fn two_lengths() {
    is_refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 35\r\n\r\n").await;
    is_refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc").await;
    is_refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc").await;
}

#[tokio::test]
async fn an_encoding_spelled_to_be_overlooked() {
    for header in [
        "Transfer-Encoding : chunked",
        " Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
        "Transfer-Encoding:\u{b}chunked",
        "X: y\r\n Transfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked",
    ] {
        is_refused(&format!(
            "POST / HTTP/1.1\r\nHost: a\r\n{header}\r\n\r\n0\r\n\r\n"
        ))
        .await;
    }
    is_refused("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").await;
}

#[tokio::test]
async fn lines_that_do_not_end_as_lines_do() {
    is_refused("GET / HTTP/1.1\nHost: a\n\n").await;
    is_refused("GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n").await;
    is_refused("GET / HTTP/1.1\r\nHost: a\r\n\n").await;
    is_refused("GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n").await;
    is_refused("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\r\n\r\n").await;
    is_refused("GET / HTTP/1.1\rHost: a\r\n\r\n").await;
    is_refused("GET / HTTP/1.1\r\nHost: a\r\nX: folded\r\n into\r\n\r\n").await;
    is_refused("GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n").await;
}

#[tokio::test]
async fn request_lines_with_more_than_three_words() {
    is_refused("GET  / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    is_refused("GET / HTTP/1.1 HTTP/1.1\r\nHost: a\r\n\r\n").await;
    is_refused("GET / b HTTP/1.1\r\nHost: a\r\n\r\n").await;
    is_refused("GET /\r\nHost: a\r\n\r\n").await;
    is_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
}

#[tokio::test]
async fn a_malformed_chunk_ends_the_connection_after_its_own_request() {
    for body in [
        "5;x=y\r\nabcde\r\n0\r\n\r\n",
        "5\nabcde\r\n0\r\n\r\n",
        "3\r\nabcde\r\n0\r\n\r\n",
        "0\r\nX: y\r\n\r\n",
    ] {
        let stage = Stage::new(Limits::default()).await;
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let answer = stage.send(format!("{head}{body}{SMUGGLED}")).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400 "),
            "{body:?}: {answer}"
        );
        assert_eq!(
            answer.matches("HTTP/1.1").count(),
            usize::from(!answer.is_empty())
        );
        assert_eq!(stage.calls(), ["POST /"], "{body:?}");
    }
}

#[tokio::test]
async fn well_formed_requests_in_one_stream_are_all_served() {
    let stage = Stage::new(Limits::default()).await;
    let answer = stage
        .send(
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n\
             POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 35\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n\
             POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n\
             \r\nGET http://b/4 HTTP/1.1\r\nHost: a\r\n\r\n",
        )
        .await;
    assert_eq!(
        stage.calls(),
        ["GET /1", "POST /2", "POST /3", "GET http://b/4"],
        "{answer}"
    );
    assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 4);
    assert!(answer.contains("POST /3 [abcde]"), "{answer}");
}
