//! The key in a request: in which header, and what else stands there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_protocol::Secret;
use countersign_vault::CallerKey;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName};
use zeroize::Zeroizing;

use crate::refusal::Refusal;

const KEY: HeaderName = HeaderName::from_static("x-countersign-key");

/// `X-Countersign-Key`, beside which an `Authorization` header is not looked at: clients that sign by themselves cannot
/// leave it out. Else `Authorization: Bearer`, or the password of `Basic`, whatever the user's name.
pub(crate) fn presented(headers: &HeaderMap) -> Result<CallerKey, Refusal> {
    let only = |name: &HeaderName| {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (value, None) => Ok(value.and_then(|value| value.to_str().ok())),
            _ => Err(Refusal::bad_request(format!("The header {name} is there twice."))),
        }
    };
    if headers.contains_key(KEY) {
        let key = only(&KEY)?.and_then(CallerKey::presented);
        return key.ok_or_else(Refusal::wrong_key);
    }
    let authorization = only(&AUTHORIZATION)?.ok_or_else(Refusal::no_key)?;
    let (scheme, rest) = authorization.split_once(' ').unwrap_or((authorization, ""));
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        CallerKey::presented(rest).ok_or_else(Refusal::wrong_key)
    } else if scheme.eq_ignore_ascii_case("basic") {
        let password = password(rest).ok_or_else(Refusal::wrong_key)?;
        CallerKey::presented(password.expose()).ok_or_else(Refusal::wrong_key)
    } else {
        Err(Refusal::no_key())
    }
}

fn password(encoded: &str) -> Option<Secret> {
    let decoded = Zeroizing::new(STANDARD.decode(encoded).ok()?);
    let text = std::str::from_utf8(&decoded).ok()?;
    let (_, password) = text.split_once(':')?;
    Some(Secret::new(password))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "csc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    fn found(headers: &[(HeaderName, &str)]) -> Result<String, &'static str> {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()));
        let headers: HeaderMap = headers.fold(HeaderMap::new(), |mut all, (name, value)| {
            all.append(name, value);
            all
        });
        presented(&headers)
            .map(|key| key.expose().to_owned())
            .map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_key_is_found_where_clients_put_it() {
        let basic = format!("Basic {}", STANDARD.encode(format!("anybody:{TEXT}")));
        let bearer = format!("bearer {TEXT}");
        for headers in [
            vec![(AUTHORIZATION, &*bearer)],
            vec![(AUTHORIZATION, &*basic)],
            vec![(KEY, TEXT)],
            vec![(AUTHORIZATION, "OAuth realm=\"1\""), (KEY, TEXT)],
        ] {
            assert_eq!(found(&headers).as_deref(), Ok(TEXT), "{headers:?}");
        }
        for (headers, code) in [
            (vec![], "KEY_REQUIRED"),
            (vec![(AUTHORIZATION, "OAuth realm=\"1\"")], "KEY_REQUIRED"),
            (vec![(AUTHORIZATION, "Bearer x")], "KEY_REFUSED"),
            (vec![(AUTHORIZATION, "Basic %%%")], "KEY_REFUSED"),
            (
                vec![(AUTHORIZATION, &*bearer), (AUTHORIZATION, &*bearer)],
                "BAD_REQUEST",
            ),
            (vec![(KEY, "x"), (AUTHORIZATION, &*bearer)], "KEY_REFUSED"),
        ] {
            assert_eq!(found(&headers).unwrap_err(), code, "{headers:?}");
        }
    }
}
