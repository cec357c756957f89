//! What a request addressed: the scheme and authority its caller signed, and which of this account's hosts that is.

use std::net::IpAddr;

use countersign_front::{Origin, OriginError, Peer, Trust};
use countersign_protocol::{AccountId, Scheme, Service};
use http::Request;

/// The names this account answers to. Anything else is refused, so that a page in a browser on this machine cannot
/// reach the account under a name of its own (DNS rebinding).
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    /// Names besides the account's own and this machine's addresses.
    pub also: Vec<String>,
    /// Proxies whose `X-Forwarded-*` headers are believed.
    pub trust: Trust,
}

/// An address this account answers to.
#[derive(Clone, Debug)]
pub(crate) struct Addressed {
    pub(crate) scheme: Scheme,
    pub(crate) authority: String,
    pub(crate) client: Option<IpAddr>,
    pub(crate) host: Host,
}

/// Which host it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// One of the account's own.
    Account(Service),
    /// `rest.netsuite.com` and its like, which every account shares.
    Shared,
    /// This machine: every service is here.
    Local,
}

/// Why nobody is at home.
#[derive(Debug)]
pub(crate) enum Elsewhere {
    Malformed(OriginError),
    /// The name is not one of this account's.
    UnknownHost(String),
}

impl Hosts {
    pub(crate) fn addressed<B>(
        &self,
        request: &Request<B>,
        peer: Peer,
        account: &AccountId,
    ) -> Result<Addressed, Elsewhere> {
        let origin = Origin::of(request, peer, &self.trust).map_err(Elsewhere::Malformed)?;
        let name = origin.authority.host();
        let host = self
            .host(name, account)
            .ok_or_else(|| Elsewhere::UnknownHost(name.to_owned()))?;
        Ok(Addressed {
            scheme: if origin.scheme == http::uri::Scheme::HTTPS {
                Scheme::Https
            } else {
                Scheme::Http
            },
            authority: origin.authority.as_str().to_owned(),
            client: origin.client,
            host,
        })
    }

    fn host(&self, name: &str, account: &AccountId) -> Option<Host> {
        if let Some((other, service)) = AccountId::of_host(name) {
            return (other == *account).then_some(Host::Account(service));
        }
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if [
            "rest.netsuite.com",
            "system.netsuite.com",
            "webservices.netsuite.com",
        ]
        .into_iter()
        .any(is)
        {
            return Some(Host::Shared);
        }
        let address = name
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        let local = is("localhost") || address.is_ok() || self.also.iter().any(|known| is(known));
        local.then_some(Host::Local)
    }
}

impl Addressed {
    /// The address the caller reached this account under.
    pub(crate) fn base_url(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }

    /// Where a service of the account is, as seen from where the caller is: at home everything is in one place.
    pub(crate) fn url_of(&self, account: &AccountId, service: Service) -> String {
        match self.host {
            Host::Local => self.base_url(),
            Host::Account(_) | Host::Shared => format!("https://{}", account.host(service)),
        }
    }

    pub(crate) fn serves(&self, service: Service) -> bool {
        match self.host {
            Host::Local => true,
            Host::Account(host) => host == service,
            Host::Shared => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_answers_to_its_own_names_and_to_this_machine() {
        let hosts = Hosts {
            also: vec!["account".into()],
            ..Hosts::default()
        };
        let account = "1234567_SB1".parse().unwrap();
        let host = |name| hosts.host(name, &account);
        assert_eq!(
            host("1234567-sb1.suitetalk.api.netsuite.com"),
            Some(Host::Account(Service::SuiteTalk))
        );
        assert_eq!(host("1234567.suitetalk.api.netsuite.com"), None);
        assert_eq!(host("rest.netsuite.com"), Some(Host::Shared));
        for local in ["127.0.0.1", "[::1]", "LOCALHOST", "account", "192.0.2.7"] {
            assert_eq!(host(local), Some(Host::Local), "{local}");
        }
        assert_eq!(host("evil.example"), None);
        assert_eq!(host("127.0.0.1.evil.example"), None);
    }
}
