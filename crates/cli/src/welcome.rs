//! What a start says: where each account answers, and of a new one what nobody has seen yet.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use countersign_protocol::{AccountId, Secret, Service};
use countersign_server::{Accounts, SHARED_HOSTS};
use serde_json::json;

use crate::founding::Made;
use crate::output::{BOLD, CYAN, DIM};
use crate::paste;

/// For programs that a hosts file leads here.
const CA_FILE: &str = "tls/ca.pem";

/// Where each account is.
pub(crate) struct Addresses<'u> {
    base_url: &'u str,
    /// Each with the address that names it, for a browser that knows nothing of realms.
    accounts: Vec<(AccountId, String)>,
    gate: SocketAddr,
}

impl<'u> Addresses<'u> {
    pub(crate) fn of(accounts: &Accounts, base_url: &'u str, port: u16, gate: SocketAddr) -> Self {
        let accounts = accounts.all().into_iter().map(|account| {
            let url = format!("http://{}.localhost:{port}", account.id().host_label());
            (account.id().clone(), url)
        });
        Self {
            base_url,
            accounts: accounts.collect(),
            gate,
        }
    }

    pub(crate) const fn is_only_one(&self) -> bool {
        self.accounts.len() == 1
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        let accounts = self.accounts.iter();
        accounts
            .map(|(id, url)| json!({ "account": id.as_str(), "url": url }))
            .collect()
    }

    pub(crate) fn text(&self, data: &Path) -> String {
        let (base_url, kept) = (self.base_url, data.display());
        if let [(only, _)] = &*self.accounts {
            return format!(
                "Account {BOLD}{only}{BOLD:#} answers at {CYAN}{base_url}{CYAN:#}\n{}{DIM}It is kept in {kept}.{DIM:#}\n",
                self.way_in(data)
            );
        }
        let mut text = format!(
            "{} accounts answer at {CYAN}{base_url}{CYAN:#}, each to its realm, and at an address of its own:\n",
            self.accounts.len()
        );
        let widest = self.accounts.iter().map(|(id, _)| id.as_str().len()).max();
        for (id, url) in &self.accounts {
            let (id, width) = (id.as_str(), widest.unwrap_or_default());
            text.push_str(&format!("  {BOLD}{id:width$}{BOLD:#}  {CYAN}{url}{CYAN:#}\n"));
        }
        text + &self.way_in(data) + &format!("{DIM}They are kept in {kept}.{DIM:#}\n")
    }

    /// How programs come here that call NetSuite's own hosts: on port 443 by a hosts file.
    fn way_in(&self, data: &Path) -> String {
        let (gate, run) = (self.gate, paste::command_on(&["run"], data));
        let run = format!(
            "{DIM}Programs that call NetSuite's own hosts come in at https://{gate}: {run} -- CMD{DIM:#}\n"
        );
        if gate.port() != 443 {
            return run;
        }
        let here = match gate.ip() {
            ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            ip => ip,
        };
        let hosts = self.accounts.iter().map(|(id, _)| {
            let hosts = Service::ALL.map(|service| id.host(service));
            format!("  {here} {}\n", hosts.join(" "))
        });
        let shared = format!("  {here} {}\n", SHARED_HOSTS.join(" "));
        format!(
            "{run}{DIM}or by these lines in /etc/hosts; they have to trust {CA_FILE} of the data folder:{DIM:#}\n{}",
            hosts.chain([shared]).collect::<String>()
        )
    }
}

/// What the start of a new account shows: values nobody has seen yet, what to do with them, and the link.
pub(crate) fn welcome(
    id: &AccountId,
    made: &Made,
    link: &Secret,
    addresses: &Addresses<'_>,
    data: &Path,
) -> String {
    let base_url = addresses.base_url;
    let mut parts = Vec::new();
    for shown in &made.tokens {
        parts.push(format!(
            "The values of the token {BOLD}{}{BOLD:#} of account {id}, shown this once. Save them as .env:\n\n{}",
            shown.token_name,
            shown.env(base_url)
        ));
    }
    for shown in &made.consumers {
        parts.push(format!(
            "The pair of the integration record {BOLD}{}{BOLD:#} of account {id}, shown this once:\n\n{}",
            shown.integration,
            shown.env()
        ));
    }
    if !made.tokens.is_empty() {
        let call = [
            "call",
            "GET",
            "/services/rest/record/v1/customer?limit=3",
            "--credentials",
            ".env",
        ];
        parts.push(format!(
            "Then make a signed call:\n\n  {CYAN}{}{CYAN:#}",
            paste::command(&call)
        ));
    }
    let audit = match addresses.is_only_one() {
        true => paste::command_on(&["audit"], data),
        false => paste::command_on(&["audit", "--account", id.as_str()], data),
    };
    parts.push(format!(
        "See how each login went, and why one was refused:\n\n  {CYAN}{audit}{CYAN:#}"
    ));
    parts.push(format!(
        "Open account {id} in a browser: this link works once, within an hour. Choose a password there, and the setup pages\n\
         open; later, sign in at {CYAN}{base_url}/app{CYAN:#}.\n\n  {CYAN}{}{CYAN:#}",
        link.expose()
    ));
    format!("\n{}\n\n", parts.join("\n\n"))
}
