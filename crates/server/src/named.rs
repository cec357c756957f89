//! Which account a request's credentials name, before anything of them is proved.
//!
//! They are read as the login reads them, by the same parsers and within their limits. What cannot be read names nobody.

use countersign_protocol::{AccountId, AuthorizationHeader, NlAuth, SoapHeader, parameters};
use http::header::AUTHORIZATION;
use http::request::Parts;

/// The realm of the `Authorization` header.
pub(crate) fn by_realm(parts: &Parts) -> Option<AccountId> {
    oauth(parts)?.realm()?.parse().ok()
}

/// The `nlauth_account` of the `Authorization` header, or its realm where it is one of OAuth.
pub(crate) fn by_nlauth(parts: &Parts) -> Option<AccountId> {
    match NlAuth::parse(authorization(parts)?) {
        Ok(header) => header.account?.parse().ok(),
        Err(_) => by_realm(parts),
    }
}

/// The header of OAuth, where there is one that can be read.
pub(crate) fn oauth(parts: &Parts) -> Option<AuthorizationHeader<'_>> {
    AuthorizationHeader::parse(authorization(parts)?).ok()
}

/// The `Authorization` header, where there is one and no other.
pub(crate) fn authorization(parts: &Parts) -> Option<&str> {
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    let (Some(header), None) = (headers.next(), headers.next()) else {
        return None;
    };
    std::str::from_utf8(header.as_bytes()).ok()
}

/// The account of the TokenPassport.
pub(crate) fn by_passport(envelope: &str) -> Option<AccountId> {
    let passport = SoapHeader::read(envelope).ok()?.token_passport?;
    passport.account?.parse().ok()
}

/// The `company` of a sign-in link.
pub(crate) fn by_company(parts: &Parts) -> Option<AccountId> {
    by_parameter(parts, "company")
}

/// A parameter of the query.
pub(crate) fn by_parameter(parts: &Parts, name: &str) -> Option<AccountId> {
    text_parameter(parts.uri.query()?, name)?.parse().ok()
}

/// The value of the first parameter of this name, where it is text.
pub(crate) fn text_parameter(encoded: &str, name: &str) -> Option<String> {
    String::from_utf8(parameter(encoded, name)?).ok()
}

/// The value of the first parameter of this name in a query or form, decoded.
pub(crate) fn parameter(encoded: &str, name: &str) -> Option<Vec<u8>> {
    parameters(encoded)
        .find(|(known, _)| known == name.as_bytes())
        .map(|(_, value)| value)
}
