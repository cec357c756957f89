//! Values printed in the manuals. People test their signers with them, and some of the printed signatures belong to
//! other values than those beside them.

/// Nonces of Oracle's examples.
const NONCES: [&str; 4] = [
    "fjaLirsIcCGVZWzBX0pg",
    "6obMKq0tmY8ylVOdEkA1",
    "bUvpxBX93OWo0FLswq5M",
    "wjRgXQPWhYtKl0A7bO8Z",
];

/// Signatures of Oracle's examples that do not belong to the values printed beside them, by their beginnings.
const SIGNATURES: [&str; 4] = [
    "76wQrUWF8i3BwfAjrNnTxjFo",
    "fzGxUBu6SZvGqv5hk8P4ou2D",
    "KK4SKNgz4ZiILGLwOMtfYlgc",
    "7mpNx1Rd",
];

/// Whether the signature is one of the printed ones.
pub(crate) fn is_printed_signature(signature: &str) -> bool {
    SIGNATURES.iter().any(|printed| signature.starts_with(printed))
}

/// Whether the nonce is one of the printed ones.
pub(crate) fn is_printed_nonce(nonce: &str) -> bool {
    NONCES.contains(&nonce)
}
