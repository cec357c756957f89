//! What may be wrong, and what to do about it.

use countersign_diagnose::{Group, Mistake};

use crate::Heard;

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

impl Cause {
    pub(crate) fn of(mistake: Mistake) -> Self {
        let fix = mistake.fix();
        Self {
            code: mistake.id(),
            sentence: match mistake {
                Mistake::WrongTokenSecret => "The Token Secret is not the one of this Token ID.",
                Mistake::WrongConsumerSecret => "The Consumer Secret is not the one of this Consumer Key.",
                _ => mistake.cause(),
            }
            .to_owned(),
            fix: Some(fix.sentence.to_owned()),
            path: fix.path,
            whose: match mistake.group() {
                Group::State => Whose::Theirs,
                _ => Whose::Yours,
            },
        }
    }

    pub(crate) fn yours(code: &'static str, sentence: impl Into<String>, fix: &str) -> Self {
        Self {
            code,
            sentence: sentence.into(),
            fix: Some(fix.to_owned()),
            path: None,
            whose: Whose::Yours,
        }
    }
}

/// The causes that the meaning of the answer brings along.
pub(crate) fn of_answer(code: &'static str, heard: &Heard) -> Vec<Cause> {
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
