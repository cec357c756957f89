//! What everything that serves HTTP shares: listeners, limits, what the client addressed, and the end.
//!
//! [`serve`] runs a hyper service on TCP and Unix sockets (HTTP/1.1), and behind a [`Gate`] over TLS (HTTP/2 too), where
//! clients come by themselves or through `CONNECT`. Between the socket and hyper stands a strict reading of HTTP/1's
//! framing, so that nobody's proxy can understand a request differently from us. What is refused before its body was read
//! gets its answer, and either the rest is read or the answer says that the connection ends. Each request
//! carries its [`Peer`] as an extension and its body as a limited, timed [`Body`]; [`Origin`] says what the client
//! addressed, and believes a forwarding proxy only when [`Trust`] names it.
//!
//! A `tower::Service` is served through `hyper_util::service::TowerToHyperService`.

mod activity;
mod body;
mod framing;
mod gate;
mod limits;
mod linger;
mod listener;
mod media_type;
mod memory;
mod origin;
mod reception;
mod rest;
mod serve;
mod trust;
mod wire;

pub use body::{Body, BodyError};
pub use gate::{Gate, Tunnel, Tunnels};
pub use limits::{LOCAL_CONNECTIONS, Limits};
pub use listener::{ListenError, Listener, Peer};
pub use media_type::MediaType;
pub use origin::{Origin, OriginError};
pub use serve::{Served, serve};
pub use trust::{Network, NetworkError, Trust};
