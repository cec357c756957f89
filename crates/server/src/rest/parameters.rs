//! What the query of a REST request says.

use countersign_protocol::Request as Signed;
use http::request::Parts;

use crate::addressed::Addressed;
use crate::login::target;

/// The query of a request, decoded.
pub(super) fn parameters(parts: &Parts, addressed: &Addressed) -> Vec<(String, String)> {
    let request = Signed::received("GET", addressed.scheme, &addressed.authority, target(parts));
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    request.map_or_else(
        |_| Vec::new(),
        |request| {
            let parameters = request.query_parameters();
            parameters
                .map(|(name, value)| (text(name), text(value)))
                .collect()
        },
    )
}
