//! What was signed if everything was done right, taken apart so that each part can be changed.
//!
//! Invariant: the right base string is the one `protocol` verifies. A property test holds it.

use std::borrow::Cow;

use countersign_protocol::{AccountId, AuthorizationHeader, Request, TokenPassport, Unverified, Value};

use crate::alphabet::{Alphabet, decoded};
use crate::evidence::Evidence;
use crate::recipe::{Base, Order, Origin, Parameter, PassportRecipe, Recipe, Text};

/// A request whose credentials could be read.
pub(crate) struct Scene<'a> {
    pub(crate) evidence: &'a Evidence<'a>,
    pub(crate) right: Base<'a>,
    /// The accounts it may be about: the one called, the one its host names, the one it names itself.
    pub(crate) accounts: Vec<AccountId>,
    /// The realm, or the passport's account.
    pub(crate) realm: Option<String>,
    pub(crate) consumer_key: Cow<'a, str>,
    pub(crate) token: Cow<'a, str>,
    pub(crate) nonce: Cow<'a, str>,
    pub(crate) timestamp: Cow<'a, str>,
}

impl<'a> Scene<'a> {
    pub(crate) fn of_header(
        evidence: &'a Evidence<'a>,
        authorization: &'a str,
        unverified: &Unverified<'a>,
    ) -> Self {
        let (request, header) = (unverified.request(), unverified.header());
        let query = wire_pairs(request.query().as_bytes()).map(|pair| form_parameter(Origin::Query, pair));
        let is_form = request.form_parameters().next().is_some();
        let form = wire_pairs(if is_form { evidence.body } else { &[] });
        let mut parameters: Vec<_> = query.collect();
        parameters.extend(form.map(|pair| form_parameter(Origin::Form, pair)));
        parameters.extend(header_parameters(authorization, header));
        let text = |value: Option<Value<'a>>| value.map(Value::text).unwrap_or_default();
        Self {
            evidence,
            right: Base::Http(right_recipe(request, evidence.authority, parameters)),
            accounts: accounts(evidence, request.host(), header.realm()),
            realm: header.realm().map(str::to_owned),
            consumer_key: text(header.consumer_key()),
            token: text(header.token()),
            nonce: text(header.nonce()),
            timestamp: text(header.timestamp()),
        }
    }

    pub(crate) fn of_passport(evidence: &'a Evidence<'a>, passport: &'a TokenPassport) -> Self {
        let text = |field: &'a Option<String>| Cow::Borrowed(field.as_deref().unwrap_or_default());
        let account = text(&passport.account);
        let (host, _) = split_port(evidence.authority);
        let (consumer_key, token) = (text(&passport.consumer_key), text(&passport.token));
        let (nonce, timestamp) = (text(&passport.nonce), text(&passport.timestamp));
        let values = [&account, &consumer_key, &token, &nonce, &timestamp].map(Cow::clone);
        Self {
            evidence,
            right: Base::Passport(PassportRecipe::right(values)),
            accounts: accounts(evidence, host, passport.account.as_deref()),
            realm: passport.account.clone(),
            consumer_key,
            token,
            nonce,
            timestamp,
        }
    }

    /// The forms in which people write the accounts it may be about, and what was sent.
    pub(crate) fn account_forms(&self) -> Vec<String> {
        let mut forms: Vec<String> = self.realm.iter().cloned().collect();
        for account in &self.accounts {
            let (base, _) = account.as_str().split_once('_').unwrap_or((account.as_str(), ""));
            forms.extend([
                account.as_str().to_owned(),
                account.as_str().to_ascii_lowercase(),
                account.host_label(),
                account.as_str().replace('_', "-"),
                account.as_str().replace('_', ""),
                account.as_str().replace('_', " "),
                base.to_owned(),
                format!("{base}_SB1"),
            ]);
        }
        forms.sort();
        forms.dedup();
        forms
    }
}

impl<'a> PassportRecipe<'a> {
    pub(crate) fn right(values: [Cow<'a, str>; 5]) -> Self {
        Self {
            values,
            separator: "&",
            inner: Alphabet::RAW,
            outer: Alphabet::RAW,
        }
    }
}

pub(crate) fn right_recipe<'a>(
    request: &Request<'a>,
    authority: &str,
    parameters: Vec<Parameter<'a>>,
) -> Recipe<'a> {
    let (_, port) = split_port(authority);
    let scheme = request.scheme().as_str();
    Recipe {
        method: upper_case(request.method()),
        scheme,
        host: lower_case(request.host()),
        port: port.filter(|port| *port != default_port(scheme)),
        path: request.path().into(),
        behind_path: "".into(),
        parameters: parameters.into(),
        uri: Alphabet::RFC,
        inner: Alphabet::RFC,
        order: Order::Encoded,
        outer: Alphabet::RFC,
        names_are_bare: false,
    }
}

/// Borrowed where nothing changes, as is usual: a recipe is copied for every mistake.
fn upper_case(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        text.to_ascii_uppercase().into()
    } else {
        text.into()
    }
}

fn lower_case(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        text.to_ascii_lowercase().into()
    } else {
        text.into()
    }
}

pub(crate) fn default_port(scheme: &str) -> u16 {
    if scheme == "https" { 443 } else { 80 }
}

/// Host and port of an authority.
pub(crate) fn split_port(authority: &str) -> (&str, Option<u16>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, port.parse().ok()),
        _ => (authority, None),
    }
}

/// The request an envelope came with, whose parameters are those a header would have had.
pub(crate) fn as_header_recipe<'a>(scene: &Scene<'a>, algorithm: &'static str) -> Option<Recipe<'a>> {
    let evidence = scene.evidence;
    let request = Request::received(
        evidence.method,
        evidence.scheme,
        evidence.authority,
        evidence.target,
    )
    .ok()?;
    let mut parameters: Vec<_> = wire_pairs(request.query().as_bytes())
        .map(|pair| form_parameter(Origin::Query, pair))
        .collect();
    let own = [
        ("oauth_consumer_key", &scene.consumer_key),
        ("oauth_token", &scene.token),
        ("oauth_nonce", &scene.nonce),
        ("oauth_timestamp", &scene.timestamp),
    ];
    parameters.extend(own.map(|(name, value)| Parameter::added(name.as_bytes(), bytes(value))));
    parameters.push(Parameter::added(
        b"oauth_signature_method".as_slice(),
        algorithm.as_bytes(),
    ));
    Some(right_recipe(&request, evidence.authority, parameters))
}

fn bytes<'a>(text: &Cow<'a, str>) -> Text<'a> {
    match text {
        Cow::Borrowed(text) => text.as_bytes().into(),
        Cow::Owned(text) => text.clone().into_bytes().into(),
    }
}

fn accounts(evidence: &Evidence<'_>, host: &str, named: Option<&str>) -> Vec<AccountId> {
    let called = evidence.known.account.cloned();
    let of_host = AccountId::of_host(host).map(|(account, _)| account);
    let named = named.and_then(|named| named.parse().ok());
    let mut accounts = Vec::new();
    for account in [called, of_host, named].into_iter().flatten() {
        if !accounts.contains(&account) {
            accounts.push(account);
        }
    }
    accounts
}

/// Names and values before anything is decoded. Empty pieces are no parameters.
pub(crate) fn wire_pairs(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let pieces = text.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty());
    pieces.map(|piece| {
        let mut parts = piece.splitn(2, |byte| *byte == b'=');
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
    })
}

pub(crate) fn form_parameter<'a>(origin: Origin, (name, value): (&'a [u8], &'a [u8])) -> Parameter<'a> {
    Parameter {
        origin,
        name: form_decoded(name),
        value: form_decoded(value),
        wire_name: name,
        wire_value: value,
    }
}

/// Form text decoded once: `+` is a space.
pub(crate) fn form_decoded(text: &[u8]) -> Text<'_> {
    if !text.iter().any(|byte| matches!(byte, b'+' | b'%')) {
        return text.into();
    }
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    decoded(&spaced).into()
}

/// All but `realm` and `oauth_signature`, in the order they stand in the header.
fn header_parameters<'a>(authorization: &'a str, header: &AuthorizationHeader<'a>) -> Vec<Parameter<'a>> {
    let own = [
        ("oauth_consumer_key", header.consumer_key()),
        ("oauth_token", header.token()),
        ("oauth_signature_method", header.signature_method()),
        ("oauth_timestamp", header.timestamp()),
        ("oauth_nonce", header.nonce()),
        ("oauth_version", header.version()),
    ];
    let own = own
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?.raw())));
    let others = header
        .others()
        .iter()
        .map(|(name, value)| (name.raw(), value.raw()));
    let mut parameters: Vec<_> = own.chain(others).collect();
    parameters.sort_by_key(|(name, _)| place(authorization, name));
    let parameter = |(name, value): (&'a str, &'a str)| Parameter {
        origin: Origin::Header,
        name: escapes_decoded(name.as_bytes()),
        value: escapes_decoded(value.as_bytes()),
        wire_name: name.as_bytes(),
        wire_value: value.as_bytes(),
    };
    parameters.into_iter().map(parameter).collect()
}

fn escapes_decoded(text: &[u8]) -> Text<'_> {
    if text.contains(&b'%') {
        decoded(text).into()
    } else {
        text.into()
    }
}

/// Where a parameter stands in the header.
fn place(header: &str, name: &str) -> usize {
    let stands_alone = |at: usize| {
        let (before, from) = header.split_at_checked(at).unwrap_or_default();
        let after = from.get(name.len()..).unwrap_or_default();
        before.ends_with([' ', ',', '\t']) && after.starts_with("=\"")
    };
    let mut places = header.match_indices(name).map(|(at, _)| at);
    places.find(|at| stands_alone(*at)).unwrap_or(usize::MAX)
}
