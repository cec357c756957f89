//! Names the mistake behind a refused login, after it was refused.
//!
//! Invariant: nobody who logs in waits for a diagnosis, save in a test account that asked for it. The line before it is
//! bounded, its computing time has a budget, and what finds no room is counted as skipped
//! ([decision 0017](../../../../docs/decisions/0017-diagnosed-behind-the-answer.md)).

mod budget;
mod desk;
mod document;
mod places;
mod received;
mod request;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use countersign_model::{Detail, FlowStep, Level, Permission};
use countersign_protocol::AccountId;
use countersign_world::UnixTime;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::audit_trail::WrittenRow;
use crate::authority::Authority;
use crate::caller::{Caller, Forbidden};
use crate::flow::FlowRefused;
use crate::refusal::Refused;
pub(crate) use desk::Desk;
pub use document::KeptDiagnosis;
use places::{Place, Places};
pub use received::{Received, SentCredentials};
pub use request::{KeptCredential, KeptRequest};

/// How long a caller of a test account waits for the name of a mistake.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a stop waits for diagnoses under way.
const GRACE: Duration = Duration::from_secs(2);

/// What became of refusals since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiagnosisCount {
    pub made: u64,
    pub waiting: u64,
    /// There was no room for them.
    pub skipped: u64,
}

/// The line before the diagnosis.
#[derive(Debug)]
pub(crate) struct Diagnoses {
    jobs: mpsc::UnboundedSender<Job>,
    places: Places,
    skipped: AtomicU64,
    made: Arc<AtomicU64>,
}

enum Job {
    Case(Box<Case>),
    Flush(oneshot::Sender<()>),
}

/// A refusal that is to be looked into.
struct Case {
    row: WrittenRow,
    detail: Detail,
    mistake: Option<&'static str>,
    received: Received,
    /// None of an ordinary login.
    flow: Option<StepAsked>,
    at: UnixTime,
    /// Whoever waits for the name of the mistake.
    answer: Option<oneshot::Sender<&'static str>>,
    _place: Place,
}

/// A step of the authorization flow, and the account that was asked: it may be another than the application's own.
struct StepAsked {
    kind: FlowStep,
    account: AccountId,
}

/// What is known of a refusal when it is handed over.
struct Handed {
    row: Option<WrittenRow>,
    detail: Option<Detail>,
    mistake: Option<&'static str>,
    flow: Option<StepAsked>,
}

impl From<&Refused> for Handed {
    fn from(refused: &Refused) -> Self {
        Self {
            row: refused.row,
            detail: refused.detail,
            mistake: refused.mistake,
            flow: None,
        }
    }
}

impl Diagnoses {
    /// Starts the worker. It ends when the last handle is dropped.
    pub(crate) fn start(desk: Desk) -> Self {
        // Not bounded by itself: every case holds a place.
        let (jobs, line) = mpsc::unbounded_channel();
        let made = Arc::default();
        tokio::spawn(desk::work(desk, line, Arc::clone(&made)));
        Self {
            jobs,
            places: Places::default(),
            skipped: AtomicU64::default(),
            made,
        }
    }

    fn hand_over(
        &self,
        handed: Handed,
        received: Received,
        at: UnixTime,
        answer: Option<oneshot::Sender<&'static str>>,
    ) {
        let Some((row, detail)) = handed.row.zip(handed.detail) else {
            return;
        };
        // What is counted in one row is one kind of refusal, and one of it is looked into.
        if !row.is_first {
            return;
        }
        let Some(place) = self.places.take(received.ip, received.bytes()) else {
            self.skipped.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let case = Case {
            row,
            detail,
            mistake: handed.mistake,
            received,
            flow: handed.flow,
            at,
            answer,
            _place: place,
        };
        // The worker ends only after every handle is gone.
        let _ = self.jobs.send(Job::Case(Box::new(case)));
    }

    pub(crate) fn count(&self) -> DiagnosisCount {
        DiagnosisCount {
            made: self.made.load(Ordering::Relaxed),
            waiting: self.places.taken() as u64,
            skipped: self.skipped.load(Ordering::Relaxed),
        }
    }

    /// Waits until everything handed over before is done.
    async fn flush(&self) {
        let (done, flushed) = oneshot::channel();
        if self.jobs.send(Job::Flush(done)).is_ok() {
            let _ = flushed.await;
        }
    }

    /// The same, and not for long.
    pub(crate) async fn wind_up(&self) {
        // What is not done by then is missed by nobody but its row.
        let _ = timeout(GRACE, self.flush()).await;
    }
}

impl Authority {
    /// Looks into a refusal behind its answer: what is found out is written to its row.
    pub fn diagnose(&self, refused: &Refused, received: Received) {
        self.diagnoses
            .hand_over(refused.into(), received, self.now(), None);
    }

    /// The same of a step of the authorization flow. `asked` is the account its realm is held against.
    pub fn diagnose_step(
        &self,
        kind: FlowStep,
        asked: &AccountId,
        refused: &FlowRefused,
        received: Received,
    ) {
        let FlowRefused::Refused { refusal, row } = refused else {
            return;
        };
        let handed = Handed {
            row: *row,
            detail: Some(refusal.detail()),
            mistake: refusal.mistake(),
            flow: Some(StepAsked {
                kind,
                account: asked.clone(),
            }),
        };
        self.diagnoses.hand_over(handed, received, self.now(), None);
    }

    /// The same before the answer, where the account may name mistakes to its callers: the mistake of the row.
    pub async fn named_mistake(&self, refused: &Refused, received: Received) -> Option<&'static str> {
        if !self.levers.names_mistakes() {
            self.diagnose(refused, received);
            return None;
        }
        let (answer, named) = oneshot::channel();
        self.diagnoses
            .hand_over(refused.into(), received, self.now(), Some(answer));
        let named = timeout(PATIENCE, named).await.ok().and_then(Result::ok);
        named.or(refused.mistake)
    }

    /// What became of refusals, for whoever may see the Login Audit Trail.
    pub fn diagnosis_count(&self, caller: &Caller) -> Result<DiagnosisCount, Forbidden> {
        caller.require(Permission::ViewLoginAuditTrail, Level::Full)?;
        Ok(self.diagnoses.count())
    }

    /// Refusals since the start that nobody looked into.
    pub fn skipped_diagnoses(&self) -> u64 {
        self.diagnoses.count().skipped
    }

    /// Returns once every refusal before this call is diagnosed.
    pub async fn until_diagnosed(&self) {
        self.diagnoses.flush().await;
    }
}
