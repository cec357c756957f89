//! How much one client may ask of a server, and how long it may take.

use std::time::Duration;

/// Connections over Unix sockets served at the same time: strangers on the network cannot take the places of whoever
/// runs this machine.
pub const LOCAL_CONNECTIONS: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Request line and headers, in bytes. A larger head is answered with 431.
    ///
    /// 32 KiB: the longest `Authorization` header of a signed request is below 1 KiB, a cookie or a SuiteQL query
    /// in the target may be a few.
    pub header_bytes: usize,
    /// Headers in one request. More are answered with 431. 100, which hyper reads without allocating.
    pub header_count: usize,
    /// From accepting a connection, or from the end of a request, to the last byte of the next head; then the
    /// connection is closed. So this is also how long an idle connection is kept, and how long a TLS handshake may take.
    /// 30 seconds.
    pub header_time: Duration,
    /// The largest request body, in bytes. A service may take less ([`Body::collect`](crate::Body::collect)).
    /// 100 MiB, as NetSuite's SOAP services take requests up to 100 MB.
    pub body_bytes: u64,
    /// How long a body may take to arrive. 10 minutes.
    pub body_time: Duration,
    /// Bytes of request bodies held in memory at the same time, over all connections
    /// ([`Body::collect`](crate::Body::collect)). Nobody holds more of them than are still free, and an eighth is for
    /// bodies up to 64 KiB. 256 MiB.
    pub memory_bytes: usize,
    /// How long a body may stand still, in either direction: a kibibyte (or the rest) must come in this time, and
    /// something of the response must go out. As long at most is read on what an answer did not wait for. 30 seconds.
    pub body_idle_time: Duration,
    /// TCP connections served at the same time, over all listeners. More wait in the kernel's queue, unaccepted.
    /// 10,000. Unix sockets have places of their own ([`LOCAL_CONNECTIONS`]).
    pub connections: usize,
    /// Requests of one HTTP/2 connection at the same time. 100, as RFC 9113 section 6.5.2 recommends at the least.
    pub streams: u32,
    /// How long requests in progress may take to end after the shutdown began. 10 seconds.
    pub shutdown_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_bytes: 32 * 1024,
            header_count: 100,
            header_time: Duration::from_secs(30),
            body_bytes: 100 * 1024 * 1024,
            body_time: Duration::from_mins(10),
            memory_bytes: 256 * 1024 * 1024,
            body_idle_time: Duration::from_secs(30),
            connections: 10_000,
            streams: 100,
            shutdown_grace: Duration::from_secs(10),
        }
    }
}
