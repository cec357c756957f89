//! What everything that serves HTTP shares: listeners, limits, what the client addressed, and the end.
//!
//! [`serve`] runs a hyper service on TCP and Unix sockets (HTTP/1.1). Between the socket and hyper stands a strict
//! reading of the framing, so that nobody's proxy can understand a request differently from us. Each request
//! carries its [`Peer`] as an extension and its body as a limited, timed [`Body`]; [`Origin`] says what the client
//! addressed, and believes a forwarding proxy only when [`Trust`] names it.
//!
//! A `tower::Service` is served through `hyper_util::service::TowerToHyperService`.

mod body;
mod framing;
mod limits;
mod listener;
mod origin;
mod serve;
mod trust;
mod wire;

pub use body::{Body, BodyError};
pub use limits::{LOCAL_CONNECTIONS, Limits};
pub use listener::{ListenError, Listener, Peer};
pub use origin::{Origin, OriginError};
pub use serve::{Served, serve};
pub use trust::{Network, NetworkError, Trust};
