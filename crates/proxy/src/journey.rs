//! A call on its way: it waits for a slot, is signed and sent, and where that is safe sent again.
//!
//! Invariant: an attempt is signed when it is sent, after every wait. Sent again is only what was surely not executed, or
//! what does the same twice; never what was refused its login.

use std::num::NonZeroU8;
use std::sync::Arc;
use std::time::Duration;

use countersign_client::{Admission, Retry};
use countersign_governor::{Ask, Permit};
use countersign_vault::{By, Call, ConnectionId, Method as CallMethod, Observed, ServiceKind};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::answer::Upstream;
use crate::book::Keyed;
use crate::headers;
use crate::judgement::{Judged, Judgement};
use crate::limit;
use crate::links::Links;
use crate::note::Note;
use crate::payload::Payload;
use crate::proxy::{Account, LinksTo, Shared};
use crate::refusal::Refusal;
use crate::span::TRACEPARENT;
use crate::waiting::Waiting;

mod outgoing;
mod trouble;

use trouble::{caller_broke_off, unanswered};

pub(crate) struct Journey<'a> {
    pub(crate) shared: &'a Arc<Shared>,
    pub(crate) connection: &'a ConnectionId,
    pub(crate) call: &'a Call,
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: &'a str,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
    pub(crate) caller: Arc<str>,
    pub(crate) share: NonZeroU8,
    pub(crate) wait: Waiting,
    pub(crate) links: Option<LinksTo>,
}

/// The account's answer, and the slot it holds while it comes.
pub(crate) struct Arrived {
    pub(crate) head: http::response::Parts,
    pub(crate) upstream: Upstream,
    pub(crate) permit: Permit,
}

/// Why an attempt is not the last.
enum Again {
    /// The account was busy.
    Busy,
    /// After a pause.
    Later,
}

impl Journey<'_> {
    pub(crate) async fn travel(mut self, note: &mut Note) -> Result<Arrived, Refusal> {
        let clock = &self.shared.clock;
        let deadline = clock.elapsed().saturating_add(self.wait.patience);
        let retry = Retry {
            attempts: self.shared.settings.attempts,
            first_wait: Duration::from_millis(250),
        };
        let mut failures = 0;
        let mut held: Option<(Arc<Account>, Permit)> = None;
        loop {
            let begun = clock.elapsed();
            let slot = self.slot(held.take(), deadline).await;
            note.waited(clock.elapsed().saturating_sub(begun));
            let (account, permit) = slot?;
            // As it stands now, whatever was waited for.
            let keyed = self.shared.book.connection(self.connection).await?;
            let breaker = &keyed.breaker;
            self.shared.book.called.note(self.connection, &keyed);
            let changed = breaker.changed();
            let now = clock.elapsed();
            let is_verified = keyed.is_verified && !keyed.is_failing;
            let admitted = breaker.try_admit(keyed.edition, is_verified, self.payload.sending(), now);
            let Some(admission) = admitted.map_err(|open| self.opened(open))? else {
                // Attack: whoever keeps others waiting here must not have the slots of the account as well.
                drop(permit);
                let left = deadline.saturating_sub(now);
                let waited = tokio::time::timeout(left, changed).await;
                note.waited(clock.elapsed().saturating_sub(now));
                waited.map_err(|_| self.not_yet_known())?;
                continue;
            };
            let traceparent = note.attempted();
            if let Some(traceparent) = traceparent {
                self.headers.insert(TRACEPARENT, traceparent);
            }
            let may_again = failures + 1 < retry.attempts && clock.elapsed() < deadline;
            match self
                .attempt(&keyed, &account, permit, admission, may_again)
                .await?
            {
                Ok(arrived) => return Ok(arrived),
                Err((Again::Busy, permit)) => {
                    let begun = clock.elapsed();
                    let permit = permit.refused().await;
                    note.waited(clock.elapsed().saturating_sub(begun));
                    held = Some((account, permit?));
                }
                Err((Again::Later, permit)) => {
                    drop(permit);
                    failures += 1;
                    tokio::time::sleep(retry.wait(failures, &*self.shared.entropy)).await;
                }
            }
        }
    }

    /// The slot that is held already, or one of the account that is called now.
    async fn slot(
        &self,
        held: Option<(Arc<Account>, Permit)>,
        deadline: Duration,
    ) -> Result<(Arc<Account>, Permit), Refusal> {
        let keyed = self.shared.book.connection(self.connection).await?;
        let account = self.shared.account(&keyed);
        match held {
            Some((other, permit)) if Arc::ptr_eq(&other, &account) => return Ok((account, permit)),
            _ => {}
        }
        limit::ask_now_and_then(self.shared, &account, self.connection, &keyed);
        let ask = Ask {
            share: self.share,
            priority: self.wait.priority,
            ..Ask::of(
                self.caller.clone(),
                deadline.saturating_sub(self.shared.clock.elapsed()),
            )
        };
        let permit = account.governor.acquire(ask).await?;
        Ok((account, permit))
    }

    async fn attempt(
        &mut self,
        keyed: &Arc<Keyed>,
        account: &Account,
        mut permit: Permit,
        admission: Admission<'_>,
        may_again: bool,
    ) -> Result<Result<Arrived, (Again, Permit)>, Refusal> {
        let shared = self.shared;
        let (destination, request) = self.signed(keyed, account)?;
        let sent = shared.transport.send(&destination, request);
        let answer = match tokio::time::timeout(shared.settings.answer_time, sent).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                let is_safe = error.is_unsent() || self.is_idempotent();
                return match may_again
                    && is_safe
                    && self.payload.is_there()
                    && caller_broke_off(&error).is_none()
                {
                    true => Ok(Err((Again::Later, permit))),
                    false => Err(unanswered(&error, keyed)),
                };
            }
            Err(_) => {
                return Err(Refusal::no_answer(
                    StatusCode::GATEWAY_TIMEOUT,
                    format!(
                        "Account {} did not begin to answer within {} s. Whether it did what was asked is not known.",
                        keyed.account,
                        shared.settings.answer_time.as_secs()
                    ),
                ));
            }
        };
        account
            .skew
            .learn(answer.headers(), shared.clock.now(), &keyed.account);
        // Attack: a switch of protocols would be one of the caller's connection.
        if answer.status().is_informational() {
            return Err(Refusal::no_answer(
                StatusCode::BAD_GATEWAY,
                format!(
                    "Account {} answered with {}, for which nobody asked.",
                    keyed.account,
                    answer.status()
                ),
            ));
        }
        let judged = Judged::of(self.call.service(), answer, shared.settings.answer_idle_time).await;
        match judged.judgement {
            Judgement::Busy if self.payload.is_there() => return Ok(Err((Again::Busy, permit))),
            Judgement::Busy => {
                // The governor is told, and the caller: what was streamed cannot be sent again.
                let told = tokio::time::timeout(Duration::ZERO, permit.refused()).await;
                permit = match told {
                    Ok(Ok(permit)) => permit,
                    Ok(Err(busy)) => return Err(busy.into()),
                    Err(_) => {
                        let busy = countersign_governor::Busy::Late {
                            retry_after: Duration::from_secs(1),
                        };
                        return Err(busy.into());
                    }
                };
            }
            Judgement::Unavailable if may_again && self.is_idempotent() && self.payload.is_there() => {
                return Ok(Err((Again::Later, permit)));
            }
            Judgement::LoginRefused => {
                permit.answered();
                admission.failed(shared.clock.elapsed());
                if !keyed.is_failing {
                    let why = format!("the account refused a login with {}", judged.head.status);
                    self.observe(keyed, Observed::Failed { why });
                }
            }
            Judgement::LetIn => {
                permit.answered();
                let was_verified = keyed.is_verified && !keyed.is_failing;
                let is_news = admission.worked() && !was_verified;
                if keyed.is_success_due(shared.clock.now()) || is_news {
                    self.observe(keyed, Observed::Worked);
                }
            }
            Judgement::Unclear | Judgement::Unavailable => permit.answered(),
        }
        Ok(Ok(self.arrived(keyed, judged, permit)))
    }

    fn arrived(&self, keyed: &Keyed, judged: Judged, permit: Permit) -> Arrived {
        let Judged {
            mut head,
            ahead,
            rest,
            ..
        } = judged;
        let origin = self.origin(keyed);
        headers::down(&mut head.headers, &keyed.account, &origin);
        let links = self.links.as_ref().and_then(|LinksTo(ours)| {
            let location = head.headers.get(LOCATION).and_then(|url| url.to_str().ok());
            let location = location.and_then(|url| Links::address(&origin, ours, url));
            if let Some(location) = location.and_then(|url| HeaderValue::from_str(&url).ok()) {
                head.headers.insert(LOCATION, location);
            }
            let media_type = head
                .headers
                .get(CONTENT_TYPE)
                .and_then(|value| value.to_str().ok());
            let is_json = media_type.is_some_and(|media_type| media_type.contains("json"));
            let is_plain = !head.headers.contains_key(CONTENT_ENCODING);
            (is_json && is_plain).then(|| {
                head.headers.remove(CONTENT_LENGTH);
                Links::new(&origin, ours)
            })
        });
        let upstream = Upstream::new(ahead, rest, links, self.shared.settings.answer_idle_time);
        Arrived {
            head,
            upstream,
            permit,
        }
    }

    /// Whether doing it twice is doing it once. What a RESTlet does is its author's.
    fn is_idempotent(&self) -> bool {
        match self.call.service() {
            ServiceKind::Rest => !matches!(self.call.method(), CallMethod::Post | CallMethod::Patch),
            ServiceKind::SuiteQl | ServiceKind::Soap => self.call.is_reading(),
            ServiceKind::Restlet => false,
        }
    }

    /// Behind the answer: the vault keeps when a connection began to work or to fail, and now and then that it works.
    fn observe(&self, keyed: &Keyed, observed: Observed) {
        let by = By {
            actor: "proxy".to_owned(),
            at: self.shared.clock.now(),
        };
        let (vault, id, generation) = (
            self.shared.vault.clone(),
            self.connection.clone(),
            keyed.generation,
        );
        tokio::spawn(async move {
            if let Err(error) = vault.observe(id, generation, observed, by).await {
                tracing::warn!(%error, "it cannot be written down how a login went");
            }
        });
    }
}
