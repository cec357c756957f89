//! Where the server is and how to log in there. Holds a password, and shows it to nobody but the server.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use super::PostgresError;
use crate::DatabaseError;

/// How long one attempt to connect may take, unless the address says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a server that has vanished without a word is waited for: sent data that nobody acknowledges, and probes
/// on a connection that only waits. The system's own limits are hours.
const SILENCE: Duration = Duration::from_secs(30);
const PROBE_INTERVAL: Duration = Duration::from_secs(10);
const PROBES: u32 = 3;

/// The address of a PostgreSQL server, with user, password and database.
#[derive(Clone)]
pub struct Address {
    config: Config,
    root_certificates: Option<PathBuf>,
}

/// What a connection runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Plain,
    Tls,
}

impl Address {
    /// Reads `postgres://user:password@host:port/database` or `host=… user=… password=… dbname=…`, with the options
    /// of libpq.
    ///
    /// A Unix socket and the machine itself are spoken to in the open, every other host over TLS, its certificate
    /// verified. `sslmode=require` asks for TLS everywhere; `sslmode=disable` gives it up. `prefer` means neither:
    /// whoever sits in between could choose for us.
    ///
    /// # Errors
    /// [`PostgresError::Address`], which repeats nothing of `text`.
    pub fn parse(text: &str) -> Result<Self, DatabaseError> {
        let mistake = |mistake| PostgresError::Address { mistake };
        let mut config: Config = text.trim().parse().map_err(|_| mistake(mistake_in(text)))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(mistake("it names no host").into());
        }
        if config.get_application_name().is_none() {
            config.application_name("countersign");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        if config.get_keepalives_interval().is_none() {
            config.keepalives_idle(SILENCE);
            config.keepalives_interval(PROBE_INTERVAL);
            config.keepalives_retries(PROBES);
        }
        if config.get_target_session_attrs() == TargetSessionAttrs::Any {
            // Of several hosts the one that takes writes, and never a standby by accident.
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        Ok(Self {
            config,
            root_certificates: None,
        })
    }

    /// Whether it holds a password, and so must not be where others read it.
    pub fn has_password(&self) -> bool {
        self.config.get_password().is_some()
    }

    /// Trusts the certificate authorities in this PEM file, in the place of the system's.
    #[must_use]
    pub fn trusting(self, root_certificates: PathBuf) -> Self {
        Self {
            root_certificates: Some(root_certificates),
            ..self
        }
    }

    pub(super) fn transport(&self) -> Transport {
        match self.config.get_ssl_mode() {
            SslMode::Disable => Transport::Plain,
            SslMode::Prefer if self.is_this_machine() => Transport::Plain,
            _ => Transport::Tls,
        }
    }

    pub(super) fn root_certificates(&self) -> Option<&Path> {
        self.root_certificates.as_deref()
    }

    /// For the driver, with the transport made explicit.
    pub(super) fn config(&self) -> Config {
        let mut config = self.config.clone();
        config.ssl_mode(match self.transport() {
            Transport::Plain => SslMode::Disable,
            Transport::Tls => SslMode::Require,
        });
        config
    }

    fn is_this_machine(&self) -> bool {
        let is_local = |host: &Host| match host {
            Host::Unix(_) => true,
            Host::Tcp(name) => {
                name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
            }
        };
        self.config.get_hosts().iter().all(is_local)
            && self.config.get_hostaddrs().iter().all(IpAddr::is_loopback)
    }
}

/// The driver's own words may quote a piece of the text, hence of a password.
fn mistake_in(text: &str) -> &'static str {
    if text.contains("sslmode=verify") {
        "say sslmode=require: the certificate is always verified here"
    } else if text.contains("sslrootcert=") || text.contains("sslcert=") || text.contains("sslkey=") {
        "certificates are not named in it"
    } else {
        "it does not have the form of one, or holds an unknown option; in a URL, special characters of the password \
         are written as %XX"
    }
}

/// The host and the database: what a person needs to find the server, and no more.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = self.config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        let mut hosts: Vec<String> = named.collect();
        if hosts.is_empty() {
            hosts.extend(self.config.get_hostaddrs().iter().map(ToString::to_string));
        }
        f.write_str(&hosts.join(", "))?;
        match self.config.get_dbname() {
            Some(database) => write!(f, ", database {database}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transport(text: &str) -> Transport {
        Address::parse(text).unwrap().transport()
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_the_open_unless_the_address_says_so() {
        for local in [
            "host=/run/postgresql",
            "postgres://me@localhost/accounts",
            "postgres://me@127.0.0.1,[::1]/accounts?sslmode=prefer",
            "host=localhost hostaddr=127.0.0.1",
            "postgres://me@db.example.com/accounts?sslmode=disable",
        ] {
            assert_eq!(transport(local), Transport::Plain, "{local}");
        }
        for far in [
            "postgres://me@db.example.com/accounts",
            "postgres://me@db.example.com/accounts?sslmode=prefer",
            "host=localhost,db.example.com",
            "host=localhost hostaddr=192.0.2.7",
            "host=localhost sslmode=require",
        ] {
            assert_eq!(transport(far), Transport::Tls, "{far}");
            assert_eq!(
                Address::parse(far).unwrap().config().get_ssl_mode(),
                SslMode::Require,
                "{far}"
            );
        }
    }

    #[test]
    fn the_password_is_shown_nowhere() {
        let address = Address::parse("postgres://me:hunter2@db.example.com:6432/accounts").unwrap();
        assert_eq!(address.to_string(), "db.example.com, database accounts");
        assert_eq!(
            format!("{address:?}"),
            "Address(db.example.com, database accounts)"
        );
        assert_eq!(address.config().get_password(), Some(b"hunter2".as_slice()));
        for broken in [
            "host=db.example.com password=hunter2 hunter2=x",
            "host=db.example.com password=a hunter2",
            "postgres://me:hunter2@db.example.com:port/accounts",
            "user=hunter2",
        ] {
            let error = Address::parse(broken).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_sentence_tells_how_to_ask_for_verification() {
        let error = Address::parse("postgres://me@db.example.com/?sslmode=verify-full").unwrap_err();
        assert!(error.to_string().contains("sslmode=require"), "{error}");
    }
}
