//! What one probe came to: a line.

use countersign_client::Stage;

use crate::cause::of_answer;
use crate::service::Service;
use crate::{Cause, Heard, Probe, Whose};

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

pub(crate) fn line(probe: Probe, state: State, code: &'static str, seen: impl Into<String>) -> Finding {
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

pub(crate) fn said(heard: &Heard) -> Option<String> {
    let words = [&*heard.code, &*heard.message]
        .into_iter()
        .filter(|word| !word.is_empty());
    let words = words.collect::<Vec<_>>().join(": ");
    Some(match words.is_empty() {
        true => format!("HTTP {}", heard.status),
        false => format!("HTTP {} {words}", heard.status),
    })
}

/// No role could use it: of what the account lacks, the answer names the one thing.
pub(crate) fn feature_off(probe: Probe, service: &Service, heard: &Heard) -> Finding {
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

pub(crate) fn not_permitted(probe: Probe, heard: &Heard) -> Finding {
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

pub(crate) fn failing(probe: Probe, heard: &Heard) -> Finding {
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

pub(crate) fn unreached(probe: Probe, stage: Stage, why: &str, is_local: bool) -> Finding {
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
