//! Where an account listens: what was asked for, or where it was before.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use countersign_front::{ListenError, Listener};

use crate::failure::Failure;

const USUAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// The way to a port of its own.
const HINT: &str = "take a free port with --listen 127.0.0.1:0";

/// A listener, and what is to be known of its port.
pub(crate) struct Listening {
    pub(crate) listener: Listener,
    pub(crate) address: SocketAddr,
    /// The system chose the port, and the next start should have it again.
    pub(crate) is_chosen: bool,
    /// The port the account had before, where somebody else has it now.
    pub(crate) lost: Option<u16>,
}

/// Reads `127.0.0.1:8090`, `localhost:8090`, `:8090` and `8090`; without a host it is this machine alone.
pub(crate) fn parse(text: &str) -> Result<SocketAddr, String> {
    let wrong = || "write HOST:PORT with an IP address or localhost, :PORT, or PORT".to_owned();
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let is_here = host.is_empty() || host.eq_ignore_ascii_case("localhost");
    let port = port.parse().ok().filter(|_| is_here && !port.starts_with('+'));
    port.map(|port| SocketAddr::new(USUAL.ip(), port))
        .ok_or_else(wrong)
}

/// Takes the address that was asked for. Without one, or with port 0, it is the port the account had before, where the
/// system chose that; one that is taken by now is given up.
pub(crate) async fn listen(wanted: Option<SocketAddr>, before: Option<u16>) -> Result<Listening, Failure> {
    let wanted_or_usual = wanted.unwrap_or(USUAL);
    let before = before.filter(|_| wanted.is_none_or(|wanted| wanted.port() == 0));
    if let Some(port) = before {
        match Listener::tcp(SocketAddr::new(wanted_or_usual.ip(), port)).await {
            Ok(listener) => return Ok(Listening::of(listener, wanted_or_usual, true, None)),
            Err(ListenError::Bind { .. }) => {}
            Err(other) => return Err(Failure::of_system(other)),
        }
    }
    let address = match before {
        Some(_) => SocketAddr::new(wanted_or_usual.ip(), 0),
        None => wanted_or_usual,
    };
    let listener = Listener::tcp(address).await;
    let listener = listener.map_err(|error| Failure::of_system(error).hint(HINT))?;
    Ok(Listening::of(listener, address, address.port() == 0, before))
}

impl Listening {
    fn of(listener: Listener, asked: SocketAddr, is_chosen: bool, lost: Option<u16>) -> Self {
        Self {
            address: listener.address().unwrap_or(asked),
            listener,
            is_chosen,
            lost,
        }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_people_write_it() {
        for (text, address) in [
            ("127.0.0.1:8090", "127.0.0.1:8090"),
            ("[::1]:8090", "[::1]:8090"),
            ("localhost:8090", "127.0.0.1:8090"),
            ("LocalHost:0", "127.0.0.1:0"),
            (":8090", "127.0.0.1:8090"),
            ("8090", "127.0.0.1:8090"),
            ("0.0.0.0:80", "0.0.0.0:80"),
        ] {
            assert_eq!(parse(text).unwrap().to_string(), address);
        }
        for text in [
            "",
            ":",
            "localhost",
            "127.0.0.1",
            "example.com:80",
            "65536",
            "+80",
            "http://localhost:80",
            "::1",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
