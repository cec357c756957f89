//! How a command ends, and how an error is said: what happened, why, and the next step.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::{self, ErrorKind};

use anstyle::{AnsiColor, Style};
use countersign_admin::{FieldProblem, Problem};
use countersign_authority::{
    AdministrationError, ApplyError, AuthorityError, KeyCareError, SnapshotError, StateError,
};
use countersign_ca::CaError;
use countersign_database::DatabaseError;
use countersign_ledger::OpenError;
use countersign_protocol::AccountId;
use countersign_records::RecordsError;
use countersign_seal::KeyringError;
use countersign_store::StoreError;
use countersign_vault::VaultError;

/// The exit codes. They are documented in `countersign --help` and do not change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Success,
    /// The command did its work and the answer is no: a call or a change was refused, a vector failed.
    Refused,
    /// The command line makes no sense. (clap ends with this code itself.)
    Usage,
    /// Something given cannot be used: credentials, a file, a data folder, a key.
    Unusable,
    /// Nobody answered.
    NoConnection,
    /// The system did not play along: disk, port, memory.
    System,
    /// Of a checkup: what is to be mended is on this side (10 to 19) or in the account (20 to 29).
    OfCheckup(u8),
    /// That of the program that was run.
    OfProgram(u8),
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
            Self::OfCheckup(code) | Self::OfProgram(code) => code,
        }
    }

    /// The end of a command that told its answer: whoever reads no further still learns what it was.
    pub(crate) fn told(self, answer: Result<(), Failure>) -> Result<Self, Failure> {
        match answer {
            Err(failure) if failure.is_reader_gone() => Ok(self),
            answer => answer.map(|()| self),
        }
    }
}

/// An error for a person.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// What happened and why, as one sentence without a full stop. Empty where there is nobody to tell.
    message: String,
    /// What to do next.
    hint: Option<String>,
    /// What the message is made of, where it is of wrong fields.
    fields: Vec<FieldProblem>,
}

impl Failure {
    pub(crate) fn unusable(message: impl Display) -> Self {
        Self {
            exit: Exit::Unusable,
            message: message.to_string(),
            hint: None,
            fields: Vec::new(),
        }
    }

    pub(crate) fn no_connection(message: impl Display) -> Self {
        Self {
            exit: Exit::NoConnection,
            ..Self::unusable(message)
        }
    }

    /// `what` completes "cannot …".
    pub(crate) fn system(what: impl Display, error: &dyn Display) -> Self {
        Self {
            exit: Exit::System,
            ..Self::unusable(format_args!("cannot {what}: {error}"))
        }
    }

    /// An error that says by itself what the system did not do.
    pub(crate) fn of_system(message: impl Display) -> Self {
        Self {
            exit: Exit::System,
            ..Self::unusable(message)
        }
    }

    /// Nobody reads standard output any more, as after `| head`: the command ends, and that is all.
    pub(crate) const fn reader_gone() -> Self {
        Self {
            exit: Exit::Success,
            message: String::new(),
            hint: None,
            fields: Vec::new(),
        }
    }

    pub(crate) fn is_reader_gone(&self) -> bool {
        self.exit == Exit::Success
    }

    /// The command could do its work, and the answer is no.
    pub(crate) fn refused(message: impl Display) -> Self {
        Self {
            exit: Exit::Refused,
            ..Self::unusable(message)
        }
    }

    pub(crate) fn usage(message: impl Display) -> Self {
        Self {
            exit: Exit::Usage,
            ..Self::unusable(message)
        }
    }

    pub(crate) fn hint(self, hint: impl Display) -> Self {
        Self {
            hint: Some(hint.to_string()),
            ..self
        }
    }

    /// With this as the next step where there is none, and something that was given cannot be used.
    pub(crate) fn or_hint(self, hint: &str) -> Self {
        match (&self.hint, self.exit) {
            (None, Exit::Unusable) => self.hint(hint),
            _ => self,
        }
    }

    /// With each wrong field named as the flag it was given with, or else as its label. `typed` are the flags of the command
    /// line, without their hyphens.
    pub(crate) fn naming(self, typed: &BTreeSet<String>) -> Self {
        if self.fields.is_empty() {
            return self;
        }
        let lines = self.fields.iter().map(|error| {
            let flag = flag(&error.field);
            let name = match typed.contains(&flag) {
                true => format!("--{flag}"),
                false => error.label.clone(),
            };
            format!("{name} {}", error.message).trim_start().to_owned()
        });
        let lines = lines.collect::<Vec<_>>().join("\n       ");
        Self {
            message: lines.trim_end_matches('.').to_owned(),
            ..self
        }
    }

    /// The same, of one account among several.
    pub(crate) fn of_account(self, id: &AccountId) -> Self {
        Self {
            message: format!("account {id}: {}", self.message),
            ..self
        }
    }

    /// The same as the admin API says it.
    pub(crate) fn to_problem(&self) -> Problem {
        let hint = self.hint.iter().map(|hint| format!("; {hint}"));
        let detail = format!("{}{}.", self.message, hint.collect::<String>());
        match self.exit {
            Exit::System => Problem::internal(&detail),
            _ => Problem::conflict(detail),
        }
    }

    pub(crate) fn print(&self) {
        if self.message.is_empty() {
            return;
        }
        let (red, dim) = (
            Style::new().bold().fg_color(Some(AnsiColor::Red.into())),
            Style::new().dimmed(),
        );
        crate::output::complain(&format!(
            "{red}error:{red:#} {}",
            crate::output::printable(&self.message)
        ));
        if let Some(hint) = &self.hint {
            crate::output::complain(&format!("{dim}next:{dim:#}  {}", crate::output::printable(hint)));
        }
    }
}

/// What the admin API refuses.
impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        if !problem.errors.is_empty() {
            let failure = Self {
                fields: problem.errors,
                ..Self::unusable("")
            };
            return failure.naming(&BTreeSet::new());
        }
        let message = problem.detail.trim_end_matches('.').to_owned();
        let exit = match problem.status {
            401 | 403 | 409 => Exit::Refused,
            500.. => Exit::System,
            _ => Exit::Unusable,
        };
        Self {
            exit,
            ..Self::unusable(message)
        }
    }
}

/// The flag of a JSON member without its hyphens: `callbackUrl` is `callback-url`.
fn flag(member: &str) -> String {
    let mut flag = String::new();
    for letter in member.chars() {
        if letter.is_ascii_uppercase() {
            flag.push('-');
        }
        flag.push(letter.to_ascii_lowercase());
    }
    flag
}

/// What the account's own folder does wrong. A disk that is full or fails is the system's doing, and all that stops a
/// statement or a migration of ours; anything else is that of what is in the folder.
impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        match &error {
            DatabaseError::Full
            | DatabaseError::Thread(_)
            | DatabaseError::Sqlite(_)
            | DatabaseError::Migration { .. } => Self::of_system(error),
            DatabaseError::File { source, .. } if is_of_disk(source) => Self::of_system(error),
            _ => Self::unusable(error),
        }
    }
}

impl From<CaError> for Failure {
    fn from(error: CaError) -> Self {
        match &error {
            CaError::Exposed { .. } | CaError::Unreadable { .. } => Self::unusable(error),
            CaError::File { .. } | CaError::Make(_) | CaError::Tls(_) => Self::of_system(error),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Database(error) => error.into(),
            other => Self::unusable(other),
        }
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Database(error) => error.into(),
            VaultError::Conflict(_) | VaultError::Rotation(_) => Self::refused(error),
            other => Self::unusable(other),
        }
    }
}

impl From<RecordsError> for Failure {
    fn from(error: RecordsError) -> Self {
        match error {
            RecordsError::Database(error) => error.into(),
            other => Self::unusable(other),
        }
    }
}

impl From<AdministrationError> for Failure {
    fn from(error: AdministrationError) -> Self {
        match error {
            AdministrationError::Store(error) => error.into(),
            other => Self::unusable(other),
        }
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::File(errors) => errors.into(),
            ApplyError::Administration(error) => error.into(),
            ApplyError::Records(error) => error.into(),
            ApplyError::Gone { .. } | ApplyError::Step { .. } => Self::unusable(error),
        }
    }
}

impl From<SnapshotError> for Failure {
    fn from(error: SnapshotError) -> Self {
        match error {
            SnapshotError::Store(error) => error.into(),
            SnapshotError::Records(error) => error.into(),
            SnapshotError::File { .. } | SnapshotError::Unfinished(_) => Self::of_system(error),
            other => Self::unusable(other),
        }
    }
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        match error {
            StateError::Administration(error) => error.into(),
            StateError::Snapshot(error) => error.into(),
            StateError::NoLever => Self::unusable(error),
        }
    }
}

impl From<AuthorityError> for Failure {
    fn from(error: AuthorityError) -> Self {
        match error {
            AuthorityError::Store(error) => error.into(),
            other @ AuthorityError::NoAccount => Self::unusable(other),
        }
    }
}

impl From<KeyCareError> for Failure {
    fn from(error: KeyCareError) -> Self {
        match error {
            KeyCareError::Store(error) => error.into(),
            other @ KeyCareError::DoesNotOpen { .. } => Self::unusable(other),
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match &error {
            OpenError::Io { source, .. } if is_of_disk(source) => Self::of_system(error),
            _ => Self::unusable(error),
        }
    }
}

impl From<KeyringError> for Failure {
    fn from(error: KeyringError) -> Self {
        match &error {
            KeyringError::Io { cause, .. } if is_of_disk(cause) => Self::of_system(error),
            _ => Self::unusable(error),
        }
    }
}

fn is_of_disk(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::FileTooLarge
            | ErrorKind::ReadOnlyFilesystem
    )
}
