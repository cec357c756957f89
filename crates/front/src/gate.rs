//! The way in for programs that think they call somebody else: TLS at once, as where a hosts file sends them, or in a
//! tunnel that they ask a proxy for (`CONNECT`, RFC 9110 section 9.3.6). One port takes both.
//!
//! Invariant: a client that asks for a name reaches that name or nobody. A tunnel ends here where [`Tunnels`] says so,
//! is refused with the reason, or goes on to the host that was named; no other request of a proxy is taken.

use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::limits::Limits;
use crate::origin::authority;

/// The first byte of a TLS handshake (RFC 8446 section 5.1); no method begins with it.
const HANDSHAKE: u8 = 0x16;

/// The longest head of a request for a tunnel, in bytes.
const LONGEST_HEAD: usize = 8 * 1024;

/// How long another host may take to answer a connection.
const DIAL_TIME: Duration = Duration::from_secs(10);

/// What becomes of a tunnel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tunnel {
    /// It ends here, as if the host that was named had answered.
    Here,
    /// It goes to the host that was named, unread.
    There,
    /// The client is told why not: one sentence without line breaks.
    Refused(String),
}

/// Decides about tunnels by host, as the client wrote it, and port.
pub trait Tunnels: Send + Sync {
    fn to(&self, host: &str, port: u16) -> Tunnel;
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    tls: TlsAcceptor,
    tunnels: Arc<dyn Tunnels>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gate")
    }
}

impl Gate {
    pub fn new(tls: Arc<ServerConfig>, tunnels: Arc<dyn Tunnels>) -> Self {
        Self {
            tls: tls.into(),
            tunnels,
        }
    }

    /// The stream of a client whose TLS ends here; nothing where it was refused, or has gone elsewhere and come back.
    pub(crate) async fn enter(
        self,
        mut stream: TcpStream,
        limits: &Limits,
    ) -> io::Result<Option<TlsStream<TcpStream>>> {
        let asked = within(limits.header_time, self.ask(&mut stream)).await?;
        match asked {
            Asked::Tls => within(limits.header_time, self.tls.accept(stream))
                .await
                .map(Some),
            Asked::Another { host, port } => pass(stream, &host, port).await.map(|()| None),
            Asked::Nothing => Ok(None),
        }
    }

    async fn ask(&self, stream: &mut TcpStream) -> io::Result<Asked> {
        let mut first = [0];
        if stream.peek(&mut first).await? == 0 {
            return Ok(Asked::Nothing);
        }
        if first == [HANDSHAKE] {
            return Ok(Asked::Tls);
        }
        let Some(head) = head(stream).await? else {
            return refuse(
                stream,
                "400 Bad Request",
                "The request has no end, or more than a head.",
            )
            .await;
        };
        let Some((host, port)) = target(&head) else {
            let text = "Only TLS and CONNECT are taken here: call NetSuite with https, and name this address as the \
                        proxy for https.";
            return refuse(stream, "400 Bad Request", text).await;
        };
        match self.tunnels.to(&host, port) {
            Tunnel::Here => {
                stream.write_all(ESTABLISHED).await?;
                Ok(Asked::Tls)
            }
            Tunnel::There => Ok(Asked::Another { host, port }),
            Tunnel::Refused(reason) => {
                // Most clients show the status line and nothing else.
                refuse(stream, &format!("403 {reason}"), &reason).await
            }
        }
    }
}

enum Asked {
    Tls,
    Another { host: String, port: u16 },
    Nothing,
}

const ESTABLISHED: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

async fn within<T>(time: Duration, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    let done = tokio::time::timeout(time, work).await;
    done.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()))
}

/// Up to the empty line. None where it does not come, or something follows it before it is answered: nobody has been
/// told yet who would read that.
async fn head(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut head = Vec::new();
    while head.len() < LONGEST_HEAD {
        let mut some = [0; 1024];
        let read = stream.read(&mut some).await?;
        head.extend_from_slice(some.get(..read).unwrap_or_default());
        let end = memchr::memmem::find(&head, b"\r\n\r\n");
        if read == 0 || end.is_some() {
            return Ok(Some(head).filter(|head| end == head.len().checked_sub(4)));
        }
    }
    Ok(None)
}

/// `CONNECT host:port HTTP/1.1`
fn target(head: &[u8]) -> Option<(String, u16)> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let is_connect =
        method == "CONNECT" && matches!(version, "HTTP/1.1" | "HTTP/1.0") && words.next().is_none();
    let authority = authority(target.as_bytes()).filter(|_| is_connect)?;
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    Some((host.to_owned(), authority.port_u16()?))
}

async fn refuse(stream: &mut TcpStream, status: &str, text: &str) -> io::Result<Asked> {
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}\n",
        text.len() + 1
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    Ok(Asked::Nothing)
}

async fn pass(mut stream: TcpStream, host: &str, port: u16) -> io::Result<()> {
    match within(DIAL_TIME, TcpStream::connect((host, port))).await {
        Ok(mut other) => {
            let _ = other.set_nodelay(true);
            stream.write_all(ESTABLISHED).await?;
            tokio::io::copy_bidirectional(&mut stream, &mut other).await?;
        }
        Err(error) => {
            let text = format!("{host}:{port} cannot be reached from here: {error}");
            refuse(&mut stream, "502 Bad Gateway", &text).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_request_for_a_tunnel_is_read_as_one() {
        let target = |line: &str| target(format!("{line}\r\nHost: x\r\n\r\n").as_bytes());
        let found = |host: &str| Some((host.to_owned(), 443));
        assert_eq!(
            target("CONNECT rest.netsuite.com:443 HTTP/1.1"),
            found("rest.netsuite.com")
        );
        assert_eq!(target("CONNECT [::1]:443 HTTP/1.0"), found("::1"));
        for line in [
            "GET / HTTP/1.1",
            "GET http://rest.netsuite.com/ HTTP/1.1",
            "CONNECT rest.netsuite.com HTTP/1.1",
            "CONNECT rest.netsuite.com:443",
            "CONNECT rest.netsuite.com:443 HTTP/2",
            "CONNECT rest.netsuite.com:443 HTTP/1.1 x",
            "CONNECT  rest.netsuite.com:443 HTTP/1.1",
            "CONNECT user@rest.netsuite.com:443 HTTP/1.1",
            "CONNECT :443 HTTP/1.1",
            "CONNECT rest.netsuite.com:70000 HTTP/1.1",
            "connect rest.netsuite.com:443 HTTP/1.1",
            "",
        ] {
            assert_eq!(target(line), None, "{line}");
        }
    }
}
