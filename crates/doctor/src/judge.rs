//! Judges what was seen, probe by probe. Sees no network and no clock.

use countersign_capture::Kind;
use countersign_diagnose::Mistake;
use countersign_protocol::Environment;

use crate::cause::of_answer;
use crate::finding::{failing, feature_off, line, not_permitted, said, unreached};
use crate::likely::{self, History, Neighbour};
use crate::service::Service;
use crate::{Cause, Finding, Heard, Outcome, Probe, ProbeResults, Spared, State};

/// By how many seconds a clock may be off before it is worth a line.
const UNREMARKABLE: u64 = 60;

/// Of a checkup that goes no further than the login.
const NOT_ASKED: &str = "not asked here; countersign doctor asks it";

/// The status by which a local account says what it does not emulate.
const NOT_IMPLEMENTED: u16 = 501;

pub(crate) struct Judge<'a> {
    pub(crate) results: &'a ProbeResults,
    pub(crate) history: History,
    pub(crate) neighbours: &'a [Neighbour],
    /// The Detail that the Login Audit Trail has for the refused login, where somebody read it there.
    pub(crate) word: Option<&'a str>,
}

impl Judge<'_> {
    pub(crate) fn line(&self, probe: Probe) -> Finding {
        match probe {
            Probe::AccountId => self.account_id(),
            Probe::SelfTest => self.self_test(),
            Probe::Address => self.address(),
            Probe::Clock => self.clock(),
            Probe::Concurrency => self.concurrency(),
            Probe::Login | Probe::Rest | Probe::SuiteQl | Probe::Restlet | Probe::Soap => self.call(probe),
        }
    }

    fn account_id(&self) -> Finding {
        let kind = match self.results.account.environment() {
            Environment::Production => "a production account",
            Environment::Sandbox => "a sandbox",
            Environment::ReleasePreview => "a release preview",
        };
        let local = if self.results.is_local {
            ", on this machine"
        } else {
            ""
        };
        line(
            Probe::AccountId,
            State::Fine,
            "account_id",
            format!("the ID of {kind}{local}"),
        )
    }

    fn self_test(&self) -> Finding {
        if self.results.signs_right {
            return line(
                Probe::SelfTest,
                State::Fine,
                "self_test",
                "this program signs right",
            );
        }
        let mut line = line(
            Probe::SelfTest,
            State::Failed,
            "self_test",
            "this program signs wrongly",
        );
        line.causes.push(Cause::yours(
            "self_test",
            "The program or its machine is damaged.",
            "Install it anew, and tell its makers.",
        ));
        line
    }

    fn address(&self) -> Finding {
        match &self.results.address {
            Outcome::Answered(heard) if heard.meaning.kind == Kind::WrongHost => {
                let mut line = line(
                    Probe::Address,
                    State::Failed,
                    "wrong_host",
                    "another host is meant",
                );
                line.said = said(heard);
                line.causes = of_answer("wrong_host", heard);
                line
            }
            Outcome::Answered(heard) if heard.meaning.kind == Kind::ServerFailed => {
                failing(Probe::Address, heard)
            }
            Outcome::Answered(_) => line(Probe::Address, State::Fine, "address", "the host answers"),
            Outcome::Unreached { stage, why } => {
                unreached(Probe::Address, *stage, why, self.results.is_local)
            }
            Outcome::Spared(_) => line(Probe::Address, State::Spared, "not_tested", "it was not called"),
        }
    }

    fn clock(&self) -> Finding {
        let Some(ahead) = self.results.ahead else {
            return line(Probe::Clock, State::Spared, "not_tested", "the host gave no time");
        };
        let direction = if ahead > 0 { "ahead of" } else { "behind" };
        let seen = format!(
            "this machine is {} {direction} the host",
            span(ahead.unsigned_abs())
        );
        match likely::of_clock(ahead) {
            Some(mistake) => {
                let mut line = line(Probe::Clock, State::Failed, mistake.id(), seen);
                line.causes.push(Cause::of(mistake));
                line
            }
            None if ahead.unsigned_abs() > UNREMARKABLE => {
                let mut line = line(Probe::Clock, State::Note, "clock_drifts", seen);
                line.causes.push(Cause::of(Mistake::ClockSkew));
                line
            }
            None => line(
                Probe::Clock,
                State::Fine,
                "clock",
                "this machine and the host agree",
            ),
        }
    }

    fn call(&self, probe: Probe) -> Finding {
        match self.results.call(probe) {
            None => line(probe, State::Spared, "not_asked", NOT_ASKED),
            Some(Outcome::Spared(Spared::Pointless)) => line(
                probe,
                State::Spared,
                "not_tested",
                "it could not work while the above does not",
            ),
            Some(Outcome::Spared(Spared::Breaker)) => line(
                probe,
                State::Spared,
                "spared",
                "not called: another failed login could lock the user for half an hour",
            ),
            Some(Outcome::Unreached { stage, why }) => unreached(probe, *stage, why, self.results.is_local),
            Some(outcome @ Outcome::Answered(heard)) => match heard.meaning.kind {
                _ if outcome.is_refused() => self.refused(probe, heard),
                Kind::Concurrency => line(
                    probe,
                    State::Note,
                    "concurrency",
                    "refused because too many calls ran",
                ),
                Kind::ServerFailed if self.results.is_local && heard.status == NOT_IMPLEMENTED => {
                    let mut line = line(
                        probe,
                        State::Note,
                        "not_emulated",
                        "the local account does not have this",
                    );
                    line.said = said(heard);
                    line
                }
                Kind::ServerFailed => failing(probe, heard),
                Kind::WrongHost => {
                    let mut line = line(probe, State::Failed, "wrong_host", &*heard.meaning.sentence);
                    line.said = said(heard);
                    line.causes = of_answer("wrong_host", heard);
                    line
                }
                Kind::NotPermitted => match Service::lacking(probe, heard) {
                    Some(service) => feature_off(probe, service, heard),
                    None => not_permitted(probe, heard),
                },
                Kind::NoScript if self.results.expects_restlet => {
                    let mut line = line(
                        probe,
                        State::Failed,
                        "restlet_missing",
                        "the login works, and the script is not there",
                    );
                    line.said = said(heard);
                    line.causes.push(Cause::of(Mistake::RestletMissing));
                    line
                }
                Kind::Success | Kind::NoScript => self.works(probe),
                // The login worked, and what was asked for is not what the probe is about.
                Kind::RequestWrong => {
                    let mut line = line(probe, State::Fine, probe.id(), "the login works");
                    line.said = said(heard);
                    line
                }
                _ => {
                    let mut line = line(probe, State::Note, "unknown_answer", &*heard.meaning.sentence);
                    line.said = said(heard);
                    line
                }
            },
        }
    }

    fn works(&self, probe: Probe) -> Finding {
        let mut fine = line(probe, State::Fine, probe.id(), "the login works");
        if let (Probe::Login, Some(identity)) = (probe, &self.results.identity) {
            fine.said = Some(format!("{}, {}", identity.company_name, identity.role_name));
            if !identity.is_of(&self.results.account) {
                let mut other = line(
                    probe,
                    State::Failed,
                    "other_account",
                    "the token is one of another account",
                );
                other.said = Some(identity.company_id.clone());
                other.causes.push(Cause::of(Mistake::RealmOtherAccount));
                return other;
            }
        }
        fine
    }

    fn refused(&self, probe: Probe, heard: &Heard) -> Finding {
        let causes = likely::causes(self.results, self.history, self.neighbours, self.word);
        let named = self.word.and_then(likely::canonical);
        let proved = match causes.as_slice() {
            [one] => Some(one),
            _ => None,
        };
        let seen = match proved {
            Some(mistake) => format!("the login was refused: {}", mistake.title()),
            None => match named {
                Some(word) => format!("the login was refused as {word}{}", self.evidence()),
                None => format!(
                    "the login was refused, and the answer does not say why{}",
                    self.evidence()
                ),
            },
        };
        let code = proved.map_or("login_refused", |mistake| mistake.id());
        let mut line = line(probe, State::Failed, code, seen);
        line.said = said(heard);
        line.look = heard.meaning.look.filter(|_| causes.len() > 1 && named.is_none());
        if self.may_be_swapped(&causes) {
            line.causes.push(Cause::yours(
                "fields_swapped",
                "Values may stand in each other's place: Consumer Key and Consumer Secret, or the consumer's two and the token's.",
                "Compare each field with the page it is from: NetSuite shows the key or ID first, and its secret below.",
            ));
        }
        line.causes.extend(causes.into_iter().map(Cause::of));
        line
    }

    /// Whether nothing says that the account knows the Consumer Key: the values never worked, nor does the key elsewhere.
    fn may_be_swapped(&self, causes: &[Mistake]) -> bool {
        let key_works = |neighbour: &Neighbour| neighbour.works && neighbour.is_of_same_integration;
        self.history.last_success.is_none()
            && !self.neighbours.iter().any(key_works)
            && causes.contains(&Mistake::ConsumerKeyUnknown)
    }

    /// What is known around the call, in words.
    fn evidence(&self) -> String {
        let mut known = Vec::new();
        if self.history.last_success.is_some() {
            known.push("these credentials worked before");
        }
        let works = |neighbour: &Neighbour| neighbour.works;
        if !self.neighbours.is_empty() {
            known.push(
                match (
                    self.neighbours.iter().any(works),
                    self.neighbours.iter().all(works),
                ) {
                    (false, _) => "no connection of this account works",
                    (true, true) => "the other connections of this account work",
                    (true, false) => "some connections of this account work",
                },
            );
        }
        match known.is_empty() {
            true => String::new(),
            false => format!("; {}", known.join(", and ")),
        }
    }

    fn concurrency(&self) -> Finding {
        let busy = self
            .results
            .calls
            .values()
            .any(|outcome| outcome.kind() == Some(Kind::Concurrency));
        let limit = self
            .results
            .concurrency_limit
            .map(|limit| format!("{limit} calls may run at once"));
        if busy {
            let mut line = line(
                Probe::Concurrency,
                State::Failed,
                "concurrency",
                "a call was refused because too many ran: no login failure",
            );
            line.said = limit;
            line.causes.push(Cause::of(Mistake::Concurrency));
            return line;
        }
        match limit {
            Some(limit) => line(Probe::Concurrency, State::Fine, "concurrency", limit),
            // The question for it comes after all services.
            None if self.results.call(Probe::Soap).is_none() => {
                line(Probe::Concurrency, State::Spared, "not_asked", NOT_ASKED)
            }
            None => line(
                Probe::Concurrency,
                State::Spared,
                "not_tested",
                "the account did not say how many calls may run at once",
            ),
        }
    }
}

/// Seconds, as people say them.
fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} days", seconds / 86400),
    }
}
