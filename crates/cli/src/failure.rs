//! How a command ends, and how an error is said: what happened, why, and the next step.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

/// The exit codes. They are documented in `countersign --help` and do not change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Success,
    /// The command did its work and the answer is no: a call was refused, a vector failed.
    Refused,
    /// The command line makes no sense. (clap ends with this code itself.)
    Usage,
    /// Something given cannot be used: credentials, a file, a data folder, a key.
    Unusable,
    /// Nobody answered.
    NoConnection,
    /// The system did not play along: disk, port, memory.
    System,
}

impl Exit {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Unusable => 3,
            Self::NoConnection => 4,
            Self::System => 5,
        }
    }
}

/// An error for a person.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// What happened and why, as one sentence without a full stop.
    message: String,
    /// What to do next.
    hint: Option<String>,
}

impl Failure {
    pub(crate) fn unusable(message: impl Display) -> Self {
        Self {
            exit: Exit::Unusable,
            message: message.to_string(),
            hint: None,
        }
    }

    pub(crate) fn no_connection(message: impl Display) -> Self {
        Self {
            exit: Exit::NoConnection,
            message: message.to_string(),
            hint: None,
        }
    }

    /// `what` completes "cannot …".
    pub(crate) fn system(what: impl Display, error: &dyn Display) -> Self {
        Self {
            exit: Exit::System,
            message: format!("cannot {what}: {error}"),
            hint: None,
        }
    }

    pub(crate) fn usage(message: impl Display) -> Self {
        Self {
            exit: Exit::Usage,
            message: message.to_string(),
            hint: None,
        }
    }

    pub(crate) fn hint(self, hint: impl Display) -> Self {
        Self {
            hint: Some(hint.to_string()),
            ..self
        }
    }

    pub(crate) fn print(&self) {
        let (red, dim) = (
            Style::new().bold().fg_color(Some(AnsiColor::Red.into())),
            Style::new().dimmed(),
        );
        crate::output::complain(&format!("{red}error:{red:#} {}", self.message));
        if let Some(hint) = &self.hint {
            crate::output::complain(&format!("{dim}next:{dim:#}  {hint}"));
        }
    }
}
