//! The request of a vector, byte for byte.

use std::net::{IpAddr, Ipv4Addr};

use countersign_model::Surface;
use countersign_protocol::{AccountId, Service};
use countersign_vectors::{Transport, Vector, envelope};

use crate::scene::Scene;

/// Where a caller sits whose address a vector says nothing about: a documentation address (RFC 5737).
const CALLER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// A request that can be sent.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) account: AccountId,
    pub(crate) surface: Asked,
    method: String,
    scheme: &'static str,
    host: String,
    target: String,
    authorization: Vec<String>,
    content_type: Option<String>,
    body: Option<String>,
    client: IpAddr,
}

/// The service a request is for, by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Rest,
    Restlet,
    Soap,
    /// Steps one and three of the authorization flow.
    Flow,
    /// What makes and ends tokens without a page.
    TokenService,
}

/// Why a vector is no question for a server.
pub(crate) type NoQuestion = &'static str;

impl Question {
    pub(crate) fn of(vector: &Vector, scene: &Scene) -> Result<Self, NoQuestion> {
        let client = scene.client_ip.unwrap_or(CALLER);
        match vector.transport {
            Transport::ConnectTokenPassword => Err("the account has no SuiteAnalytics Connect service"),
            Transport::SoapTokenPassport => Self::soap(vector, scene, client),
            Transport::OauthHeader => Self::http(vector, scene, client),
        }
    }

    fn http(vector: &Vector, scene: &Scene, client: IpAddr) -> Result<Self, NoQuestion> {
        let url = vector.url.as_deref().ok_or("it has no request")?;
        let (scheme, rest) = url.split_once("://").ok_or("its URL has no scheme")?;
        let (authority, target) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = vector.host_header.as_deref().unwrap_or(authority);
        let target = target.split('#').next().unwrap_or_default();
        let target = if target.starts_with('/') {
            target.to_owned()
        } else {
            format!("/{target}")
        };
        let path = target.split('?').next().unwrap_or_default();
        let surface = Asked::of(path).ok_or("its path is no service of an account")?;
        Ok(Self {
            account: account_of(vector, scene, host)?,
            surface,
            method: vector.method.clone(),
            scheme: if scheme.eq_ignore_ascii_case("https") {
                "https"
            } else {
                "http"
            },
            host: host.to_owned(),
            target,
            authorization: vector.authorization.0.clone(),
            content_type: vector.content_type.clone(),
            body: vector.body.clone(),
            client,
        })
    }

    fn soap(vector: &Vector, scene: &Scene, client: IpAddr) -> Result<Self, NoQuestion> {
        const ENDPOINT: &str = "/services/NetSuitePort_2025_2";
        let named = vector.account.as_deref().and_then(|account| account.parse().ok());
        let account = scene.account.clone().or(named).ok_or("it names no account")?;
        let url = match &vector.url {
            Some(url) => url.clone(),
            None => format!("https://{}{ENDPOINT}", account.host(Service::SuiteTalk)),
        };
        let request = Vector {
            url: Some(url),
            body: Some(envelope(vector)),
            content_type: Some("text/xml; charset=utf-8".to_owned()),
            method: "POST".to_owned(),
            ..vector.clone()
        };
        let scene = Scene {
            account: Some(account),
            ..scene.clone()
        };
        Self::http(&request, &scene, client)
    }

    /// As a proxy hands it over that ended the caller's TLS and says where the caller sits.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let Self {
            method,
            target,
            host,
            client,
            scheme,
            ..
        } = self;
        let mut head = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-For: {client}\r\nX-Forwarded-Proto: {scheme}\r\n\
             Connection: close\r\n"
        );
        for value in &self.authorization {
            head.push_str(&format!("Authorization: {value}\r\n"));
        }
        if let Some(content_type) = &self.content_type {
            head.push_str(&format!("Content-Type: {content_type}\r\n"));
        }
        if self.surface == Asked::Soap {
            head.push_str("SOAPAction: \"getServerTime\"\r\n");
        }
        let body = self.body.as_deref().unwrap_or_default();
        if self.body.is_some() || matches!(method.as_str(), "POST" | "PUT" | "PATCH") {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        head.push_str(body);
        head.into_bytes()
    }

    /// The same request with another signature; nothing where it has none that could be replaced.
    pub(crate) fn signed(&self, sent: &str, right: &str) -> Option<Self> {
        if self.surface == Asked::Soap {
            let body = self.body.as_deref().filter(|body| body.contains(sent))?;
            return Some(Self {
                body: Some(body.replacen(sent, right, 1)),
                ..self.clone()
            });
        }
        let [header] = self.authorization.as_slice() else {
            return None;
        };
        let name = "oauth_signature=\"";
        let begins = header.find(name)? + name.len();
        let ends = begins + header.get(begins..)?.find('"')?;
        let (before, after) = (header.get(..begins)?, header.get(ends..)?);
        let right = countersign_protocol::percent_encode(right);
        Some(self.with_authorization(format!("{before}{right}{after}")))
    }

    pub(crate) fn with_authorization(&self, header: String) -> Self {
        Self {
            authorization: vec![header],
            ..self.clone()
        }
    }

    /// A parameter of the header, decoded.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let [header] = self.authorization.as_slice() else {
            return None;
        };
        let header = countersign_protocol::AuthorizationHeader::parse(header).ok()?;
        header.other(name).map(|value| value.text().into_owned())
    }

    /// Whether it is an HTTP request at all: one that folds a header is not one that may be read (RFC 9112, 5.2).
    pub(crate) fn is_framed(&self) -> bool {
        !self
            .authorization
            .iter()
            .any(|value| value.contains(['\r', '\n']))
    }
}

impl Asked {
    pub(crate) const fn surface(self) -> Surface {
        match self {
            Self::Rest => Surface::Rest,
            Self::Restlet => Surface::Restlet,
            Self::Soap => Surface::Soap,
            Self::Flow => Surface::AuthorizationFlow,
            Self::TokenService => Surface::TokenService,
        }
    }

    fn of(path: &str) -> Option<Self> {
        Some(match path {
            "/app/site/hosting/restlet.nl" | "/rest/tokeninfo" => Self::Restlet,
            "/rest/requesttoken" | "/rest/accesstoken" => Self::Flow,
            "/rest/issuetoken" | "/rest/revoketoken" => Self::TokenService,
            _ if path.starts_with("/services/rest/") => Self::Rest,
            _ if path.starts_with("/services/NetSuitePort_") => Self::Soap,
            _ => return None,
        })
    }
}

/// The account that is asked: the context's, or that of the host, or on this machine's own names the realm's.
fn account_of(vector: &Vector, scene: &Scene, host: &str) -> Result<AccountId, NoQuestion> {
    if let Some(account) = &scene.account {
        return Ok(account.clone());
    }
    let name = host
        .strip_suffix(']')
        .map_or_else(|| host.rsplit_once(':').map_or(host, |(name, _)| name), |_| host);
    if let Some((account, _)) = AccountId::of_host(name) {
        return Ok(account);
    }
    let lower = name.to_ascii_lowercase();
    let label = lower.split('.').next().unwrap_or_default();
    if lower.ends_with(".netsuite.com") {
        return label.parse().map_err(|_| "its host is no account's");
    }
    let is_local = lower == "localhost" || lower.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let realm = vector.realm.as_deref().filter(|_| is_local);
    let realm = realm.and_then(|realm| realm.parse().ok());
    realm.ok_or("its host is no account's")
}
