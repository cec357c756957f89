//! What was seen, judged: a line for each probe. Sees no network and no clock.

use countersign_capture::Kind;
use countersign_client::Stage;
use countersign_diagnose::{Group, Mistake};
use countersign_protocol::Environment;

use crate::likely::{self, History, Neighbour};
use crate::service::Service;
use crate::{Heard, Identity, Outcome, Probe, ProbeResults, Spared};

/// By how many seconds a clock may be off before it is worth a line.
const UNREMARKABLE: u64 = 60;

/// Of a checkup that goes no further than the login.
const NOT_ASKED: &str = "not asked here; countersign doctor asks it";

/// The status by which a local account says what it does not emulate.
const NOT_IMPLEMENTED: u16 = 501;

/// The lines of one connection, in the order of the probes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    pub lines: Vec<Finding>,
    pub identity: Option<Identity>,
    pub concurrency_limit: Option<u32>,
}

/// What a probe came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub probe: Probe,
    pub state: State,
    /// Names what was found, and never changes.
    pub code: &'static str,
    /// What was seen, in a sentence of ours.
    pub seen: String,
    /// What the other side said with it, in its own words.
    pub said: Option<String>,
    /// The causes that remain, the likeliest first.
    pub causes: Vec<Cause>,
    /// Where the reason is to be read, if only the account knows it.
    pub look: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Fine,
    /// It works, and something is to be known.
    Note,
    Failed,
    /// It was not tested.
    Spared,
}

/// Something that may be wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    pub code: &'static str,
    pub sentence: String,
    pub fix: Option<String>,
    /// Where to click in NetSuite.
    pub path: Option<&'static str>,
    pub whose: Whose,
}

/// Who can mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// Whoever runs this program: credentials, clock, network.
    Yours,
    /// An administrator of the account, or NetSuite.
    Theirs,
}

impl Whose {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yours => "yours",
            Self::Theirs => "theirs",
        }
    }
}

impl State {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Note => "note",
            Self::Failed => "failed",
            Self::Spared => "not tested",
        }
    }
}

impl Cause {
    fn of(mistake: Mistake) -> Self {
        let fix = mistake.fix();
        let title = mistake.title();
        let mut letters = title.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        Self {
            code: mistake.id(),
            sentence: first.into_iter().chain(letters).chain(['.']).collect(),
            fix: Some(fix.sentence.to_owned()),
            path: fix.path,
            whose: match mistake.group() {
                Group::State => Whose::Theirs,
                _ => Whose::Yours,
            },
        }
    }

    fn yours(code: &'static str, sentence: impl Into<String>, fix: &str) -> Self {
        Self {
            code,
            sentence: sentence.into(),
            fix: Some(fix.to_owned()),
            path: None,
            whose: Whose::Yours,
        }
    }
}

impl Findings {
    /// `word` is the Detail that the Login Audit Trail has for the refused login, where somebody read it there.
    pub fn of(
        results: &ProbeResults,
        history: History,
        neighbours: &[Neighbour],
        word: Option<&str>,
    ) -> Self {
        let judge = Judge {
            results,
            history,
            neighbours,
            word,
        };
        Self {
            lines: Probe::ALL.into_iter().map(|probe| judge.line(probe)).collect(),
            identity: results.identity.clone(),
            concurrency_limit: results.concurrency_limit,
        }
    }

    /// What a word of the Login Audit Trail can mean for credentials that are kept here; nothing where it is none.
    pub fn of_word(word: &str) -> Vec<Cause> {
        likely::of_word(word).into_iter().map(Cause::of).collect()
    }

    pub fn line(&self, probe: Probe) -> Option<&Finding> {
        self.lines.iter().find(|line| line.probe == probe)
    }

    pub fn failed(&self) -> impl Iterator<Item = &Finding> {
        self.lines.iter().filter(|line| line.state == State::Failed)
    }

    pub fn is_healthy(&self) -> bool {
        self.failed().next().is_none()
    }

    /// Who has to act first. Nothing where nobody has to.
    pub fn whose(&self) -> Option<Whose> {
        let first = self.failed().next()?;
        Some(first.causes.first().map_or(Whose::Theirs, |cause| cause.whose))
    }
}

struct Judge<'a> {
    results: &'a ProbeResults,
    history: History,
    neighbours: &'a [Neighbour],
    word: Option<&'a str>,
}

impl Judge<'_> {
    fn line(&self, probe: Probe) -> Finding {
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

fn line(probe: Probe, state: State, code: &'static str, seen: impl Into<String>) -> Finding {
    Finding {
        probe,
        state,
        code,
        seen: seen.into(),
        said: None,
        causes: Vec::new(),
        look: None,
    }
}

fn said(heard: &Heard) -> Option<String> {
    let words = [&*heard.code, &*heard.message]
        .into_iter()
        .filter(|word| !word.is_empty());
    let words = words.collect::<Vec<_>>().join(": ");
    Some(match words.is_empty() {
        true => format!("HTTP {}", heard.status),
        false => format!("HTTP {} {words}", heard.status),
    })
}

/// The causes that the meaning of the answer brings along.
fn of_answer(code: &'static str, heard: &Heard) -> Vec<Cause> {
    let causes = heard.meaning.causes.iter();
    causes
        .map(|cause| Cause {
            code,
            sentence: cause.sentence.to_owned(),
            fix: None,
            path: cause.path,
            whose: Whose::Theirs,
        })
        .collect()
}

/// No role could use it: of what the account lacks, the answer names the one thing.
fn feature_off(probe: Probe, service: &Service, heard: &Heard) -> Finding {
    let code = service.off;
    let feature = service.feature;
    let seen =
        format!("the signature is right and the login works; the feature {feature} is off in this account");
    let mut line = line(probe, State::Failed, code, seen);
    line.said = said(heard);
    line.causes.push(Cause {
        code,
        sentence: format!("The feature {feature} is off in this account."),
        fix: Some("Check it.".to_owned()),
        path: Some(service.path),
        whose: Whose::Theirs,
    });
    line
}

fn not_permitted(probe: Probe, heard: &Heard) -> Finding {
    let (code, name) = Service::of(probe).map_or(("not_permitted", "this"), |service| {
        (service.not_permitted, service.name)
    });
    let mut line = line(
        probe,
        State::Failed,
        code,
        format!("the signature is right and the login works; the role may not use {name}"),
    );
    line.said = said(heard);
    line.causes = of_answer(code, heard);
    line
}

fn failing(probe: Probe, heard: &Heard) -> Finding {
    let mut line = line(probe, State::Failed, "server_failed", &*heard.meaning.sentence);
    line.said = said(heard);
    line.causes.push(Cause {
        code: "server_failed",
        sentence: "NetSuite, or something before it, does not work now.".to_owned(),
        fix: Some("Try again later; NetSuite says at status.netsuite.com what it knows of.".to_owned()),
        path: None,
        whose: Whose::Theirs,
    });
    line
}

fn unreached(probe: Probe, stage: Stage, why: &str, is_local: bool) -> Finding {
    let (code, seen, sentence, fix) = match stage {
        Stage::Preparing => (
            "not_sent",
            "the call was not sent",
            "What would have been sent is refused here.",
            "Correct what is named, and try again.",
        ),
        Stage::Name => (
            "name",
            "the host's name leads nowhere",
            "The account ID is wrong, or this machine cannot ask a name server.",
            "Compare the account ID with Setup > Company > Company Information; then see that this machine resolves names.",
        ),
        Stage::Connecting if is_local => (
            "not_running",
            "nobody answers at the address of the local account",
            "The local account is not running, or at another port.",
            "Start it with countersign serve.",
        ),
        Stage::Connecting => (
            "connection",
            "nobody took the connection",
            "A firewall stands between this machine and the host, or there is no network.",
            "Let this machine reach *.netsuite.com at port 443.",
        ),
        Stage::Tls => (
            "tls",
            "the other side did not prove that it is the host",
            "Something between reads along with a certificate of its own, or this machine's store of certificates is old.",
            "Put the proxy's certificate authority into this machine's store, or leave *.netsuite.com out of it; update the store.",
        ),
        Stage::Answer => (
            "no_answer",
            "the answer did not come, or broke off",
            "The network or the account is overloaded, or a proxy between gave up.",
            "Try again; where it stays so, look at the proxies between.",
        ),
    };
    let mut line = line(probe, State::Failed, code, seen);
    line.said = Some(why.to_owned());
    line.causes.push(Cause::yours(code, sentence, fix));
    line
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
