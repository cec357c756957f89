//! What a server hears from us before we know who it is. The servers here are a few lines long; none is PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use countersign_database::DatabaseError;
use countersign_database::postgres::{Address, PostgresError, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Length 8, and the number by which a client asks for TLS.
const ASKS_FOR_TLS: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// Answers the first eight bytes with `answer`, and gives everything it heard.
async fn heard_by_a_server_that_says(answer: &[u8]) -> (Vec<u8>, DatabaseError) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut heard = vec![0; 8];
        stream.read_exact(&mut heard).await.unwrap();
        stream.write_all(answer).await.unwrap();
        // The client may hang up with a reset.
        let _ = stream.read_to_end(&mut heard).await;
        heard
    };
    let address = format!("postgres://me:hunter2@127.0.0.1:{port}/accounts?sslmode=require");
    let client = Server::connect(Address::parse(&address).unwrap());
    let (heard, refused) = tokio::join!(server, client);
    (heard, refused.unwrap_err())
}

#[tokio::test]
async fn a_server_without_tls_hears_neither_user_nor_password() {
    let (heard, refused) = heard_by_a_server_that_says(b"N").await;
    assert_eq!(heard, ASKS_FOR_TLS);
    assert!(
        matches!(
            refused,
            DatabaseError::Postgres(PostgresError::Unreachable { .. })
        ),
        "{refused}"
    );
    assert!(refused.to_string().contains("TLS"), "{refused}");
    assert!(!format!("{refused} {refused:?}").contains("hunter2"));
}

#[tokio::test]
async fn nobody_to_connect_to_is_told_at_start() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let address = Address::parse(&format!("postgres://me:hunter2@127.0.0.1:{port}/accounts")).unwrap();
    let refused = Server::connect(address).await.unwrap_err();
    assert!(refused.to_string().contains("127.0.0.1"), "{refused}");
    assert!(refused.to_string().contains("refused"), "{refused}");
    assert!(!format!("{refused} {refused:?}").contains("hunter2"));
}
