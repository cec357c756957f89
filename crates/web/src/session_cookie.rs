//! The cookie of a page session.

use countersign_protocol::Secret;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

/// Its name.
pub const SESSION_COOKIE: &str = "countersign_session";

/// The cookie of a page session among the headers of a request.
pub fn session_cookie(headers: &HeaderMap) -> Option<&str> {
    cookie_called(SESSION_COOKIE, headers)
}

/// A cookie by its name: servers on several ports of one host see each other's.
pub fn cookie_called<'h>(wanted: &str, headers: &'h HeaderMap) -> Option<&'h str> {
    let cookies = headers.get_all(COOKIE).iter();
    let mut pairs = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    pairs.find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == wanted).then_some(value)
    })
}

/// The cookie that begins a session, or without a value takes it back. No script reads it, no other site sends it, and no
/// unprotected connection carries it where there is a protected one.
pub fn set_session_cookie(headers: &mut HeaderMap, cookie: Option<&Secret>, secure: bool) {
    set_cookie_called(SESSION_COOKIE, headers, cookie, secure);
}

/// The same under another name.
pub fn set_cookie_called(name: &str, headers: &mut HeaderMap, cookie: Option<&Secret>, secure: bool) {
    let secure = if secure { "; Secure" } else { "" };
    let (value, age) = cookie.map_or(("", "; Max-Age=0"), |cookie| (cookie.expose(), ""));
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}");
    if let Ok(mut cookie) = HeaderValue::from_str(&cookie) {
        cookie.set_sensitive(true);
        headers.append(SET_COOKIE, cookie);
    }
}
