//! Where a refusal is looked into: what the account knows is gathered, a thread of its own computes, the row is mended.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use countersign_diagnose::{
    Certainty, Diagnosis, Elsewhere, Evidence, Finding, Group, Known, Mistake, NonceHistory, OtherSecrets,
    Owner, Proof, diagnose,
};
use countersign_ledger::{Ledger, Nonce};
use countersign_model::{Detail, FlowStep, LoginId, RequestTokenId, printable};
use countersign_protocol::{AccountId, Secret, Service};
use countersign_store::{NamedMistake, SecretOwner, Store, StoreError, TokenFilter};
use countersign_world::Clock;
use tokio::sync::mpsc;
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::sleep;

use super::budget::Budget;
use super::received::Names;
use super::{Case, Job, KeptDiagnosis, KeptRequest};
use crate::calls::{Calls, Happened, NamedCall};
use crate::directory::Directory;
use crate::flow::FIRST;
use crate::records::{KnownIntegration, KnownToken};
use crate::secrets::{SecretError, Secrets};

/// Other tokens of the same user and integration record whose secrets are tried.
const OTHER_TOKENS: u32 = 8;

/// The longest reason of a row, in characters.
const LONGEST_REASON: usize = 600;

/// What a diagnosis is made with.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) directory: Arc<Directory>,
    pub(crate) secrets: Arc<Secrets>,
    /// It ends with the account, and not with a case that is still looked into.
    pub(crate) ledger: Weak<Ledger>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) calls: Calls,
}

/// Why a refusal could not be looked into. The row stays as it is.
#[derive(Debug, thiserror::Error)]
enum NotDiagnosed {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error("it broke off: {0}")]
    BrokeOff(#[from] JoinError),
}

/// What the account knows of a case. The secrets live no longer than its diagnosis.
#[derive(Default)]
struct Knowledge {
    consumer_secret: Option<Secret>,
    token_secret: Option<Secret>,
    /// By the names of their tokens.
    others: Vec<(String, Secret)>,
    consumer_secret_is_right: bool,
    nonce_is_used: Option<bool>,
    /// The first step of the authorization flow has none.
    has_no_token: bool,
}

impl Knowledge {
    /// All secrets are known, so that they are found wherever the caller put them.
    const fn is_complete(&self) -> bool {
        self.consumer_secret.is_some() && (self.token_secret.is_some() || self.has_no_token)
    }
}

pub(super) async fn work(desk: Desk, mut line: mpsc::UnboundedReceiver<Job>, made: Arc<AtomicU64>) {
    let mut budget = Budget::default();
    while let Some(job) = line.recv().await {
        let case = match job {
            Job::Case(case) => *case,
            Job::Flush(done) => {
                // Whoever went away needs no answer.
                let _ = done.send(());
                continue;
            }
        };
        let row = case.row.id.get();
        match desk.look_into(case).await {
            Ok(spent) => {
                made.fetch_add(1, Ordering::Relaxed);
                sleep(budget.spend(spent, desk.clock.elapsed())).await;
            }
            Err(error) => tracing::error!(%error, row, "a refusal cannot be diagnosed"),
        }
    }
}

impl Desk {
    /// Gives the computing time.
    async fn look_into(&self, case: Case) -> Result<Duration, NotDiagnosed> {
        let knowledge = self.knowledge(&case).await?;
        let (account, clock) = (
            self.directory.snapshot().account.id.clone(),
            Arc::clone(&self.clock),
        );
        let examined = spawn_blocking(move || {
            let begun = clock.elapsed();
            let mut diagnosis = examine(&case, &knowledge, &account);
            if !knowledge.is_complete() {
                keep_to_names(&mut diagnosis);
            }
            let spent = clock.elapsed().saturating_sub(begun);
            (case, diagnosis, knowledge.is_complete(), spent)
        });
        let (case, diagnosis, is_quoted, spent) = examined.await?;
        let (row, better) = (case.row.id, better_than(&case, &diagnosis));
        // What is only possible is no name.
        let name = better
            .filter(|finding| finding.certainty != Certainty::Possible)
            .map(|finding| finding.mistake.id());
        let named = better.map(|finding| NamedMistake {
            mistake: name.map(str::to_owned),
            reason: is_quoted.then(|| reason(&diagnosis, finding)),
        });
        let kept = KeptDiagnosis::of(&diagnosis, KeptRequest::of(&case.received)).written();
        let is_kept = self.store.add_diagnosis(row, named, kept).await?;
        if let Some((answer, mistake)) = case.answer.zip(name.or(case.mistake)) {
            // Whoever went away needs no answer.
            let _ = answer.send(mistake);
        }
        if let Some(finding) = better.filter(|_| is_kept) {
            self.tell(row, finding);
        }
        Ok(spent)
    }

    /// Says in the log, and to whoever follows, what was found out.
    fn tell(&self, row: LoginId, finding: &Finding) {
        let (mistake, certainty) = (finding.mistake.id(), finding.certainty);
        let account = &self.directory.snapshot().account.id;
        let (row_id, sure) = (row.get(), certainty.as_str());
        // What is only possible is no name.
        if certainty == Certainty::Possible {
            tracing::info!(%account, row = row_id, "no known mistake fits");
        } else {
            tracing::info!(%account, row = row_id, mistake, sure, cause = finding.cause, "mistake named");
        }
        self.calls.tell(Happened::Named(Arc::new(NamedCall {
            row,
            mistake,
            certainty,
            cause: finding.cause.clone(),
        })));
    }

    async fn knowledge(&self, case: &Case) -> Result<Knowledge, NotDiagnosed> {
        let Some(names) = case.received.names() else {
            return Ok(Knowledge::default());
        };
        let claimed = self.directory.claimed(&names.consumer_key, &names.token).await?;
        let mut knowledge = Knowledge {
            nonce_is_used: self.nonce_is_used(case, &names),
            ..Knowledge::default()
        };
        if let Some(integration) = &claimed.integration {
            knowledge.consumer_secret = self.consumer_secret(integration).await?;
        }
        match case.flow.as_ref().map(|asked| asked.kind) {
            Some(FlowStep::RequestToken) => {
                knowledge.has_no_token = true;
                return Ok(knowledge);
            }
            Some(FlowStep::AccessToken) => {
                self.add_request_token(&mut knowledge, claimed.integration.as_deref(), &names.token)
                    .await?;
                return Ok(knowledge);
            }
            None => {}
        }
        if let Some(token) = &claimed.token {
            let record = &token.record;
            let owner = SecretOwner::AccessToken(record.token_id.clone());
            knowledge.token_secret = there(self.secrets.open(owner, record.secret_generation).await)?;
            knowledge.others = self.other_secrets(token).await?;
            let is_proved = |integration: &Arc<KnownIntegration>| integration.proved.beside(record.id);
            knowledge.consumer_secret_is_right = claimed.integration.as_ref().is_some_and(is_proved);
        }
        Ok(knowledge)
    }

    /// What is known of the token of step three: whoever got it proved the consumer secret a moment ago.
    async fn add_request_token(
        &self,
        knowledge: &mut Knowledge,
        integration: Option<&KnownIntegration>,
        token: &str,
    ) -> Result<(), NotDiagnosed> {
        let Ok(id) = RequestTokenId::parse(token) else {
            return Ok(());
        };
        if let Some(token) = self.store.request_token(id).await? {
            let owner = SecretOwner::RequestToken(token.token);
            knowledge.token_secret = there(self.secrets.open(owner, FIRST).await)?;
            knowledge.consumer_secret_is_right =
                integration.is_some_and(|known| known.record.id == token.integration);
        }
        Ok(())
    }

    async fn consumer_secret(&self, integration: &KnownIntegration) -> Result<Option<Secret>, NotDiagnosed> {
        let Some(pair) = &integration.record.credentials else {
            return Ok(None);
        };
        let owner = SecretOwner::Integration(pair.consumer_key.clone());
        there(self.secrets.open(owner, pair.generation).await)
    }

    /// Those of the user's other tokens for the same integration record: the wrong one of two is easily copied.
    async fn other_secrets(&self, token: &KnownToken) -> Result<Vec<(String, Secret)>, NotDiagnosed> {
        let filter = TokenFilter {
            user: Some(token.record.user),
            integration: Some(token.record.integration),
            ..TokenFilter::default()
        };
        let tokens = self.store.tokens(filter, None, OTHER_TOKENS + 1).await?;
        let mut others = Vec::new();
        for other in tokens.into_iter().filter(|other| other.id != token.record.id) {
            let owner = SecretOwner::AccessToken(other.token_id.clone());
            let secret = there(self.secrets.open(owner, other.secret_generation).await)?;
            others.extend(secret.map(|secret| (other.name, secret)));
        }
        Ok(others)
    }

    fn nonce_is_used(&self, case: &Case, names: &Names) -> Option<bool> {
        if case.detail == Detail::NonceUsed {
            return Some(true);
        }
        let ledger = self.ledger.upgrade()?;
        let is_first_step = case
            .flow
            .as_ref()
            .is_some_and(|asked| asked.kind == FlowStep::RequestToken);
        Some(ledger.is_used(&Nonce {
            consumer_key: &names.consumer_key,
            // The first step has none, whatever was sent.
            token: if is_first_step { "" } else { &names.token },
            timestamp: names.timestamp?,
            nonce: &names.nonce,
        }))
    }
}

/// A secret that is gone or was replaced a moment ago is not known: that is no failure here.
fn there(opened: Result<Secret, SecretError>) -> Result<Option<Secret>, NotDiagnosed> {
    match opened {
        Ok(secret) => Ok(Some(secret)),
        Err(SecretError::Missing(_) | SecretError::Replaced(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn examine(case: &Case, knowledge: &Knowledge, account: &AccountId) -> Diagnosis {
    let received = &case.received;
    let account = case.flow.as_ref().map_or(account, |asked| &asked.account);
    let hosts = [Service::SuiteTalk, Service::Restlets, Service::App].map(|service| account.host(service));
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let others: Vec<OtherSecrets<'_>> = knowledge
        .others
        .iter()
        .map(|(name, secret)| OtherSecrets {
            name,
            consumer_secret: None,
            token_secret: Some(secret),
        })
        .collect();
    let recorded: Option<Mistake> = case.mistake.and_then(|mistake| mistake.parse().ok());
    let recorded: Vec<Mistake> = recorded
        .into_iter()
        .filter(|mistake| mistake.group() == Group::State)
        .collect();
    received.presented(|presented| {
        diagnose(&Evidence {
            method: &received.method,
            scheme: received.scheme,
            authority: &received.authority,
            target: &received.target,
            content_type: received.content_type.as_deref(),
            body: &received.body,
            presented,
            session_cookie: received.session_cookie,
            now: Some(case.at.seconds()),
            known: Known {
                consumer_secret: knowledge.consumer_secret.as_ref(),
                token_secret: knowledge.token_secret.as_ref(),
                account: Some(account),
                hosts: &hosts,
                others: &others,
                nonce: match knowledge.nonce_is_used {
                    None => NonceHistory::Unknown,
                    Some(false) => NonceHistory::Unused,
                    Some(true) => NonceHistory::Used {
                        at: None,
                        same_header: None,
                        answer: None,
                    },
                },
                elsewhere: Elsewhere {
                    consumer_secret_is_right: knowledge.consumer_secret_is_right,
                    token_secret_is_right: false,
                },
                owner: Owner::default(),
                written_url: None,
                records: &recorded,
            },
        })
    })
}

/// Attack: what a caller sent whom the account does not know may be a secret in the wrong place, and nobody can tell. Of such
/// a request nothing is quoted.
fn keep_to_names(diagnosis: &mut Diagnosis) {
    diagnosis.base_string = None;
    for finding in &mut diagnosis.findings {
        finding.cause = finding.mistake.cause().to_owned();
        finding.proof = Proof::Value {
            name: "request".to_owned(),
            value: String::new(),
            problem: "not shown, as it names nobody here".to_owned(),
        };
    }
}

/// What the row should say in place of what the refusal knew: the first finding of its own Detail word, where nothing was
/// named yet, or something less exact that this proves.
fn better_than<'d>(case: &Case, diagnosis: &'d Diagnosis) -> Option<&'d Finding> {
    let is_of_word = |finding: &&Finding| Detail::parse(finding.mistake.detail_word()) == Ok(case.detail);
    let finding = diagnosis.findings.iter().find(is_of_word)?;
    match case.mistake {
        None => Some(finding),
        Some(known) => Some(finding)
            .filter(|finding| known != finding.mistake.id() && finding.certainty == Certainty::Proved),
    }
}

/// Cause and fix, as one line; of what is only possible all that is.
fn reason(diagnosis: &Diagnosis, finding: &Finding) -> String {
    let undecided = match finding.certainty {
        Certainty::Possible => diagnosis.undecided(),
        Certainty::Proved | Certainty::Likely => None,
    };
    let text = undecided.unwrap_or_else(|| {
        let path = finding.fix.path.map(|path| format!(" {path}."));
        format!(
            "{} {}{}",
            finding.cause,
            finding.fix.sentence,
            path.unwrap_or_default()
        )
    });
    text.chars().take(LONGEST_REASON).map(printable).collect()
}
