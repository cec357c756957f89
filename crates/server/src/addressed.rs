//! What a request addressed: the scheme and authority its caller signed, and which host that is.

use std::net::IpAddr;

use countersign_front::{Origin, OriginError, Peer, Trust};
use countersign_protocol::{AccountId, Scheme, Service};
use http::Request;

/// The hosts of NetSuite that every account shares.
pub const SHARED_HOSTS: [&str; 3] = [
    "rest.netsuite.com",
    "system.netsuite.com",
    "webservices.netsuite.com",
];

/// The names this server answers to. Anything else is refused, so that a page in a browser on this machine cannot
/// reach an account under a name of its own (DNS rebinding).
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    /// Names besides the accounts' own and this machine's.
    pub also: Vec<String>,
    /// Proxies whose `X-Forwarded-*` headers are believed.
    pub trust: Trust,
}

/// An address this server answers to.
#[derive(Clone, Debug)]
pub(crate) struct Addressed {
    pub(crate) scheme: Scheme,
    pub(crate) authority: String,
    pub(crate) client: Option<IpAddr>,
    pub(crate) host: Host,
}

/// Which host it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// `1234567-sb1.suitetalk.api.netsuite.com`: one service of an account.
    Account { account: AccountId, service: Service },
    /// `1234567-sb1.localhost`, or `1234567-sb1.suitetalk.localhost`: an account on this machine, or one service of it.
    Localhost {
        account: AccountId,
        service: Option<Service>,
    },
    /// `rest.netsuite.com` and its like, which every account shares.
    Shared,
    /// This machine: every service of every account is here.
    Local,
}

/// Why nobody is at home.
#[derive(Debug)]
pub(crate) enum Elsewhere {
    Malformed(OriginError),
    /// The name is neither an account's nor this machine's.
    UnknownHost(String),
}

impl Hosts {
    /// An account that is named need not be held here.
    pub(crate) fn addressed<B>(&self, request: &Request<B>, peer: Peer) -> Result<Addressed, Elsewhere> {
        self.believing(&self.trust, request, peer)
    }

    /// By a script of an account: it is no proxy, although it calls from where a trusted one may stand.
    ///
    /// Attack: with `X-Forwarded-Host` it would be in another account as whoever it runs as in its own.
    pub(crate) fn addressed_within<B>(
        &self,
        request: &Request<B>,
        peer: Peer,
    ) -> Result<Addressed, Elsewhere> {
        self.believing(&Trust::default(), request, peer)
    }

    fn believing<B>(&self, trust: &Trust, request: &Request<B>, peer: Peer) -> Result<Addressed, Elsewhere> {
        let origin = Origin::of(request, peer, trust).map_err(Elsewhere::Malformed)?;
        let name = origin.authority.host();
        let host = self
            .host(name)
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

    fn host(&self, name: &str) -> Option<Host> {
        if let Some((account, service)) = AccountId::of_host(name).or_else(|| of_data_center(name)) {
            return Some(Host::Account { account, service });
        }
        let name = name.to_ascii_lowercase();
        if let Some(labels) = name.strip_suffix(".localhost") {
            return of_localhost(labels);
        }
        if SHARED_HOSTS.contains(&name.as_str()) {
            return Some(Host::Shared);
        }
        let is_local = name == "localhost"
            || name
                .trim_start_matches('[')
                .trim_end_matches(']')
                .parse::<IpAddr>()
                .is_ok()
            || self.also.iter().any(|known| known.eq_ignore_ascii_case(&name));
        is_local.then_some(Host::Local)
    }
}

/// `1234567.eu1.restlets.api.netsuite.com`: an account's host with its data center in it, to which callers were once
/// redirected. Whoever signs for the plain host and is sent here has a bad signature, and learns so.
fn of_data_center(name: &str) -> Option<(AccountId, Service)> {
    let (label, rest) = name.split_once('.')?;
    let (center, rest) = rest.split_once('.')?;
    let (letters, digits) = center.split_at_checked(2)?;
    let is_center = letters.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_center.then(|| AccountId::of_host(&format!("{label}.{rest}")))?
}

/// Every name below `localhost` is this machine (RFC 6761 section 6.3). One that begins with an account's label is that
/// account's.
fn of_localhost(labels: &str) -> Option<Host> {
    let (label, rest) = labels
        .split_once('.')
        .map_or((labels, None), |(label, rest)| (label, Some(rest)));
    // Like a host at NetSuite, it has no underscore.
    let account = label.parse::<AccountId>().ok().filter(|_| !label.contains('_'));
    let Some(account) = account else {
        return Some(Host::Local);
    };
    let service = match rest {
        Some(rest) => Some(
            Service::ALL
                .into_iter()
                .find(|service| label_of(*service) == rest)?,
        ),
        None => None,
    };
    Some(Host::Localhost { account, service })
}

/// The first label of a service's hosts: `suitetalk`, `restlets`, `app`.
fn label_of(service: Service) -> &'static str {
    let mut labels = service.host_suffix().split('.').filter(|label| !label.is_empty());
    labels.next().unwrap_or_default()
}

impl Host {
    /// The account the name has in it.
    pub(crate) const fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Account { account, .. } | Self::Localhost { account, .. } => Some(account),
            Self::Shared | Self::Local => None,
        }
    }
}

impl Addressed {
    /// The address the caller reached the account under.
    pub(crate) fn base_url(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }

    /// The name without its port.
    pub(crate) fn name(&self) -> &str {
        let (name, _) = self.name_and_port();
        name
    }

    /// Where a service of an account is, as seen from where the caller is: at home everything is in one place.
    pub(crate) fn url_of(&self, account: &AccountId, service: Service) -> String {
        let (label, (_, port)) = (account.host_label(), self.name_and_port());
        match self.host {
            Host::Local => self.base_url(),
            Host::Localhost { service: None, .. } => format!("{}://{label}.localhost{port}", self.scheme),
            Host::Localhost { service: Some(_), .. } => {
                format!("{}://{label}.{}.localhost{port}", self.scheme, label_of(service))
            }
            Host::Account { .. } | Host::Shared => format!("https://{}", account.host(service)),
        }
    }

    pub(crate) fn serves(&self, service: Service) -> bool {
        match &self.host {
            Host::Local | Host::Localhost { service: None, .. } => true,
            Host::Account { service: host, .. }
            | Host::Localhost {
                service: Some(host), ..
            } => *host == service,
            Host::Shared => false,
        }
    }

    /// The port with its colon, where there is one.
    fn name_and_port(&self) -> (&str, &str) {
        match self.authority.rfind(':') {
            Some(colon) if !self.authority.ends_with(']') => self.authority.split_at(colon),
            _ => (&self.authority, ""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(host: &str) -> Option<(Option<String>, bool)> {
        let hosts = Hosts {
            also: vec!["account".into()],
            ..Hosts::default()
        };
        let host = hosts.host(host)?;
        let is_here = matches!(host, Host::Local | Host::Localhost { .. });
        Some((host.account().map(ToString::to_string), is_here))
    }

    #[test]
    fn a_host_names_an_account_or_this_machine_or_nobody() {
        let named = |is_here| Some((Some("1234567_SB1".to_owned()), is_here));
        assert_eq!(account("1234567-sb1.suitetalk.api.netsuite.com"), named(false));
        assert_eq!(account("1234567-sb1.eu1.restlets.api.netsuite.com"), named(false));
        assert_eq!(account("1234567-sb1.localhost"), named(true));
        assert_eq!(account("1234567-SB1.SuiteTalk.LocalHost"), named(true));
        assert_eq!(account("rest.netsuite.com"), Some((None, false)));
        for local in [
            "127.0.0.1",
            "[::1]",
            "LOCALHOST",
            "account",
            "192.0.2.7",
            "shop.localhost",
            "1234567_sb1.localhost",
        ] {
            assert_eq!(account(local), Some((None, true)), "{local}");
        }
        for nobody in [
            "evil.example",
            "127.0.0.1.evil.example",
            "1234567.localhost.evil.example",
            "1234567.somewhere.localhost",
            "1234567.suitetalk.api.localhost",
            "1234567.evil.restlets.api.netsuite.com",
            "1234567.eu1.na2.restlets.api.netsuite.com",
            "localhost.",
        ] {
            assert_eq!(account(nobody), None, "{nobody}");
        }
    }

    #[test]
    fn the_services_of_an_account_are_told_as_the_caller_reaches_them() {
        let told = |authority: &str| {
            let addressed = Addressed {
                scheme: Scheme::Http,
                authority: authority.to_owned(),
                client: None,
                host: Hosts::default()
                    .host(authority.split(":8").next().unwrap())
                    .unwrap(),
            };
            addressed.url_of(&"7654321_RP1".parse().unwrap(), Service::Restlets)
        };
        assert_eq!(told("127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(told("[::1]"), "http://[::1]");
        assert_eq!(
            told("1234567.localhost:8080"),
            "http://7654321-rp1.localhost:8080"
        );
        assert_eq!(
            told("1234567.app.localhost"),
            "http://7654321-rp1.restlets.localhost"
        );
        assert_eq!(
            told("1234567.app.netsuite.com"),
            "https://7654321-rp1.restlets.api.netsuite.com"
        );
    }
}
