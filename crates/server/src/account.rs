//! One account over HTTP: the login, and the service behind it.

use std::sync::Arc;

use bytes::Bytes;
use countersign_authority::{Authority, Snapshots};
use countersign_front::Body;
use countersign_model::Surface;
use countersign_pages::OneTimeLink;
use countersign_protocol::AccountId;
use countersign_records::Records;
use countersign_scripts::Scripts;
use countersign_world::UnixTime;
use http::request::Parts;
use tokio::task::JoinError;

use crate::accounts::Meant;
use crate::addressed::Addressed;
use crate::answered::Called;
use crate::asking::Asking;
use crate::reply::{Reply, dropped};
use crate::server::{Pending, body_status, plain, signed_body};
use crate::{rest, restlet, token_services};

/// One account, over HTTP. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AccountServer {
    pub(crate) authority: Arc<Authority>,
    pub(crate) records: Records,
    pub(crate) scripts: Scripts,
    facts: Arc<Facts>,
}

/// What of an account never changes.
#[derive(Debug)]
struct Facts {
    id: AccountId,
    created: UnixTime,
    one_time_link: Arc<OneTimeLink>,
    /// None for an account in memory.
    snapshots: Option<Arc<Snapshots>>,
}

impl AccountServer {
    pub fn new(authority: Arc<Authority>, records: Records) -> Self {
        Self::with_snapshots(authority, records, None)
    }

    /// An account in a folder, where its snapshots are too.
    pub fn with_snapshots(
        authority: Arc<Authority>,
        records: Records,
        snapshots: Option<Arc<Snapshots>>,
    ) -> Self {
        let account = authority.snapshot().account.clone();
        let facts = Facts {
            created: account.created,
            one_time_link: Arc::new(OneTimeLink::new(account.id.clone())),
            id: account.id,
            snapshots,
        };
        Self {
            scripts: Scripts::new(Arc::clone(&authority)),
            authority,
            records,
            facts: Arc::new(facts),
        }
    }

    /// The same account with the record types of now: what a request sees to its end.
    #[must_use]
    pub(crate) fn current(&self) -> Self {
        Self {
            records: self.records.current(),
            ..self.clone()
        }
    }

    pub fn id(&self) -> &AccountId {
        &self.facts.id
    }

    pub fn authority(&self) -> &Arc<Authority> {
        &self.authority
    }

    pub fn records(&self) -> &Records {
        &self.records
    }

    /// What the executions of its scripts share.
    pub fn scripts(&self) -> &Scripts {
        &self.scripts
    }

    /// The link that opens the account once without credentials.
    pub fn one_time_link(&self) -> &Arc<OneTimeLink> {
        &self.facts.one_time_link
    }

    pub(crate) fn snapshots(&self) -> Option<Arc<Snapshots>> {
        self.facts.snapshots.clone()
    }

    pub(crate) fn created(&self) -> UnixTime {
        self.facts.created
    }
}

impl Meant {
    pub(crate) async fn token_info(&self, parts: &Parts, addressed: &Addressed) -> Reply {
        match self.account.log_in_to_token_service(parts, addressed).await {
            Ok(principal) => self
                .account
                .marked(token_services::token_info(&principal, &parts.method)),
            Err(refused) => {
                let reply = restlet::refusal(&self.told, parts, refused.public);
                let body = Pending::Read(Bytes::new());
                let reply = self.look_into(&refused, (parts, addressed), body, reply).await;
                match refused.execution {
                    Some(_) => self.account.marked(reply),
                    None => self.marked(reply),
                }
            }
        }
    }

    pub(crate) async fn rest(&self, parts: &Parts, body: Body, addressed: &Addressed, path: &str) -> Reply {
        let (form, body) = match signed_body(parts, body).await {
            Ok(bodies) => bodies,
            Err(error) => return self.marked(rest::error::body(&error)),
        };
        let (account, called) = (&self.account, Called::by_method(parts));
        match account.log_in(Surface::Rest, parts, addressed, &form).await {
            Ok(principal) => {
                let body = body.with(form);
                let reply =
                    rest::answer(account, Asking::signed(&principal), parts, body, addressed, path).await;
                account.answered(principal.end(), called, reply).await
            }
            Err(refused) => {
                let reply = rest::refusal(&self.told, refused.public);
                let body = body.with(form);
                let reply = self.look_into(&refused, (parts, addressed), body, reply).await;
                self.refused(refused.execution, called, reply).await
            }
        }
    }

    pub(crate) async fn restlet(&self, parts: &Parts, body: Body, addressed: &Addressed) -> Reply {
        let (form, body) = match signed_body(parts, body).await {
            Ok(bodies) => bodies,
            Err(error) => return self.marked(plain(body_status(&error), &error.to_string())),
        };
        let (account, called) = (&self.account, Called::by_method(parts));
        match account.log_in(Surface::Restlet, parts, addressed, &form).await {
            Ok(principal) => {
                let body = body.with(form);
                let (account, parts, addressed) = (account.clone(), parts.clone(), addressed.clone());
                to_its_end(async move {
                    let reply = restlet::answer(&account, &principal, &parts, body, &addressed).await;
                    let called = Called::by_method(&parts);
                    account.answered(principal.end(), called, reply).await
                })
                .await
            }
            Err(refused) => {
                let reply = restlet::refusal(&self.told, parts, refused.public);
                let body = body.with(form);
                let reply = self.look_into(&refused, (parts, addressed), body, reply).await;
                self.refused(refused.execution, called, reply).await
            }
        }
    }
}

/// A script runs to its end although nobody waits for it any more, and so does what belongs to it: its place among the requests
/// that run at the same time, what it logged, and its row in the execution log.
async fn to_its_end(answer: impl Future<Output = Reply> + Send + 'static) -> Reply {
    match tokio::spawn(answer).await.map_err(JoinError::try_into_panic) {
        Ok(reply) => reply,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        // The server ends.
        Err(Err(_)) => dropped(),
    }
}
