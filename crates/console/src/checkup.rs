//! A look at one connection: its login and services, and where it is refused, those beside it.

use countersign_web::sentence;
use std::sync::Arc;

use countersign_client::{Client, Logins};
use countersign_doctor::{Checkup, Findings, History, Neighbour, ProbeResults};
use countersign_protocol::{Credentials, EndpointVersion, LocalServer};
use countersign_vault::{By, Connection, Health, Observed, VaultError};

use crate::connections;
use crate::console::Shared;
use crate::trial::{Untried, holder, resting};

/// How many other connections of the account are tried, to tell what is the account's and what the connection's.
const NEIGHBOURS: usize = 3;

impl Shared {
    /// Asks the account, and writes down what a login showed and whose token it is. Its user is not locked by it: one
    /// breaker counts every login that fails, and a token that was refused twice is left alone for a while.
    pub(crate) async fn examine(
        &self,
        connection: &Connection,
        by: By,
    ) -> Result<Result<Findings, Untried>, VaultError> {
        let vault = &self.parts.vault;
        let opened = vault.open(connection.id.clone()).await?;
        if let Some(rest) = self.rest(&opened.credentials) {
            return Ok(Err(resting(rest)));
        }
        let results = match self
            .look(
                (&opened.credentials, opened.server.as_ref()),
                true,
                self.parts.proxy.logins(),
            )
            .await
        {
            Ok(results) => results,
            Err(untried) => return Ok(Err(untried)),
        };
        let neighbours = match results.is_refused() {
            true => self.neighbours(connection).await?,
            false => Vec::new(),
        };
        let history = History {
            last_success: connection.last_success,
        };
        let findings = Findings::of(&results, history, &neighbours, None);
        let observed = match (results.logs_in(), results.is_refused()) {
            (true, _) => Some(Observed::Worked),
            (false, true) => {
                let seen = findings.failed().next().map(|line| line.seen.clone());
                Some(Observed::Failed {
                    why: seen.unwrap_or_default(),
                })
            }
            // Nobody answered, which says nothing of the credentials.
            (false, false) => None,
        };
        let generation = opened.generation;
        if let Some(observed) = observed {
            vault
                .observe(connection.id.clone(), generation, observed, by.clone())
                .await?;
        }
        if let Some(identity) = findings
            .identity
            .as_ref()
            .filter(|one| one.is_of(&connection.account))
        {
            let holder = holder(identity, findings.concurrency_limit);
            vault
                .recognise(connection.id.clone(), generation, holder, by)
                .await?;
        }
        Ok(Ok(findings))
    }

    /// Whether a login works, and with `whole` the services too.
    pub(crate) async fn look(
        &self,
        (credentials, server): (&Credentials, Option<&LocalServer>),
        whole: bool,
        logins: &Logins,
    ) -> Result<ProbeResults, Untried> {
        let client = Client::new(
            credentials,
            Arc::clone(&self.parts.clock),
            Arc::clone(&self.parts.entropy),
        );
        let client = client.map_err(|error| Untried::saying(sentence(&error)))?;
        let client = Checkup::patient(client);
        let checkup = Checkup {
            client: &client,
            account: &credentials.account,
            server,
            clock: &*self.parts.clock,
            restlet: None,
            soap_version: EndpointVersion::LATEST,
        };
        Ok(match whole {
            true => checkup.whole(logins).await,
            false => checkup.login(logins).await,
        })
    }

    async fn neighbours(&self, of: &Connection) -> Result<Vec<Neighbour>, VaultError> {
        let same_key = self.parts.vault.others_with_its_key(of.id.clone()).await?;
        let all = connections::all(self).await?.into_iter();
        let is_open = |one: &Connection| !matches!(one.health, Health::Superseded { .. });
        let others = all.filter(|one| one.account == of.account && one.id != of.id && is_open(one));
        // Many tokens that may be one user's: what fails is counted for the account as a whole.
        let logins = Logins::by_account();
        let mut neighbours = Vec::new();
        for other in others.take(NEIGHBOURS) {
            let opened = self.parts.vault.open(other.id.clone()).await?;
            let Ok(results) = self
                .look((&opened.credentials, opened.server.as_ref()), false, &logins)
                .await
            else {
                continue;
            };
            if results.logs_in() || results.is_refused() {
                neighbours.push(Neighbour {
                    works: results.logs_in(),
                    is_of_same_integration: same_key.iter().any(|same| same.id == other.id),
                });
            }
        }
        Ok(neighbours)
    }
}
