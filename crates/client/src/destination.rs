//! Where a signed request may go.

use countersign_protocol::{AccountId, LocalServer, Request, RequestError, Scheme, Service};

/// An address a signed request may be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    url: String,
}

/// Why an address is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DestinationError {
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error(
        "{host} is not a host of account {account}; its hosts are {account_host} and those of its other services"
    )]
    OtherHost {
        host: String,
        account: AccountId,
        account_host: String,
    },
    #[error("{0} would be called without TLS; write https://, or name an address of this machine")]
    NotEncrypted(String),
    #[error("the path {0:?} must start with / or be a whole URL")]
    Path(String),
    #[error("the URL has a character that cannot be sent as it is: percent-encode {0:?}")]
    Character(char),
}

impl Destination {
    /// An absolute URL, or a path: then the host is the local account's where there is one, or else the account's
    /// own for the service the path belongs to.
    pub fn resolve(
        target: &str,
        account: &AccountId,
        base_url: Option<&str>,
    ) -> Result<Self, DestinationError> {
        let url = if target.contains("://") {
            target.to_owned()
        } else if !target.starts_with('/') {
            return Err(DestinationError::Path(target.chars().take(80).collect()));
        } else if let Some(base_url) = base_url {
            format!("{base_url}{target}")
        } else {
            format!("https://{}{target}", account.host(service_of(target)))
        };
        // What hyper and every server would refuse or rewrite is refused before it is signed.
        if let Some(character) = url.chars().find(|c| {
            !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
        }) {
            return Err(DestinationError::Character(character));
        }
        let request = Request::new("GET", &url)?;
        let host = request.host();
        if LocalServer::is_host(host) {
            return Ok(Self { url });
        }
        if AccountId::of_host(host).is_none_or(|(other, _)| other != *account) {
            let (host, account_host) = (host.to_owned(), account.host(Service::SuiteTalk));
            return Err(DestinationError::OtherHost {
                host,
                account: account.clone(),
                account_host,
            });
        }
        if request.scheme() == Scheme::Http {
            return Err(DestinationError::NotEncrypted(host.to_owned()));
        }
        Ok(Self { url })
    }

    /// Whether it is on this machine.
    pub fn is_local(&self) -> bool {
        Request::new("GET", &self.url).is_ok_and(|request| LocalServer::is_host(request.host()))
    }

    /// The URL without a fragment.
    pub fn url(&self) -> &str {
        self.url.split_once('#').map_or(&self.url, |(url, _)| url)
    }
}

/// RESTlets and token services have a host of their own.
fn service_of(path: &str) -> Service {
    if path.starts_with("/app/site/hosting/") || path.starts_with("/rest/") {
        Service::Restlets
    } else {
        Service::SuiteTalk
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(target: &str, base_url: Option<&str>) -> Result<String, DestinationError> {
        let account = "1234567-sb1".parse().unwrap();
        Destination::resolve(target, &account, base_url).map(|destination| destination.url().to_owned())
    }

    #[test]
    fn a_path_goes_to_the_host_of_its_service() {
        let url = |target| resolved(target, None).unwrap();
        assert_eq!(
            url("/services/rest/x"),
            "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/x"
        );
        assert_eq!(
            url("/app/site/hosting/restlet.nl?script=1"),
            "https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1"
        );
        assert_eq!(
            resolved("/x", Some("http://127.0.0.1:8080")).unwrap(),
            "http://127.0.0.1:8080/x"
        );
    }

    #[test]
    fn only_the_account_and_this_machine_are_called() {
        assert!(resolved("http://localhost:8080/x", None).is_ok());
        assert!(resolved("http://1234567-sb1.localhost:8080/x", None).is_ok());
        let account = "1234567".parse().unwrap();
        let is_local = |target| Destination::resolve(target, &account, None).unwrap().is_local();
        assert!(is_local("http://[::1]:8080/x") && !is_local("/x"));
        assert!(resolved("http://[::1]:8080/x", None).is_ok());
        for target in [
            "https://evil.example/x",
            "https://1234567.suitetalk.api.netsuite.com/x",
            "https://1234567-sb1.suitetalk.api.netsuite.com.evil.example/x",
            "https://127.0.0.1.evil.example/x",
            "https://1234567-sb1.localhost.evil.example/x",
        ] {
            assert!(
                matches!(resolved(target, None), Err(DestinationError::OtherHost { .. })),
                "{target}"
            );
        }
        let plain = resolved("http://1234567-sb1.suitetalk.api.netsuite.com/x", None);
        assert!(matches!(plain, Err(DestinationError::NotEncrypted(_))));
        assert!(matches!(resolved("x/y", None), Err(DestinationError::Path(_))));
    }

    #[test]
    fn what_cannot_be_sent_as_it_is_is_not_signed() {
        assert_eq!(resolved("/x?q=a b", None), Err(DestinationError::Character(' ')));
        assert_eq!(resolved("/x?q={a}", None), Err(DestinationError::Character('{')));
        assert_eq!(
            resolved("/caf\u{e9}", None),
            Err(DestinationError::Character('\u{e9}'))
        );
    }

    #[test]
    fn a_fragment_stays_at_home() {
        assert_eq!(
            resolved("http://localhost/x?a=1#top", None).unwrap(),
            "http://localhost/x?a=1"
        );
    }
}
