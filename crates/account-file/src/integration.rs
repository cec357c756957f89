//! `[[integration]]`: an integration record described whole.

use crate::entry::{Entry, Labels};
use crate::table::{Reader, Table};
use countersign_model::{Authentication, ConsumerKey, IntegrationDraft, IntegrationForm, IntegrationState};
use countersign_protocol::Secret;
use toml::Spanned;
use toml::de::DeValue;

const FIELDS: &[&str] = &[
    "name",
    "description",
    "note",
    "state",
    "concurrency_limit",
    "token_based_authentication",
    "tba_issue_token_endpoint",
    "tba_authorization_flow",
    "callback_url",
    "authorization_code_grant",
    "user_credentials",
    "consumer_key",
    "consumer_secret",
];
pub(crate) const LABELS: Labels = &[
    ("Name", &["name"]),
    ("Description", &["description"]),
    ("Note", &["note"]),
    ("State", &["state"]),
    ("Concurrency Limit", &["concurrency_limit"]),
    ("Callback URL", &["callback_url", "tba_authorization_flow"]),
    (
        "Authentication",
        &[
            "token_based_authentication",
            "tba_issue_token_endpoint",
            "tba_authorization_flow",
            "callback_url",
            "authorization_code_grant",
            "user_credentials",
        ],
    ),
];

/// The pair of an integration record, as the file gives it.
#[derive(Debug)]
pub struct GivenConsumer {
    pub consumer_key: ConsumerKey,
    pub consumer_secret: Secret,
}

impl GivenConsumer {
    /// A second copy, made on purpose.
    pub fn duplicate(&self) -> Self {
        Self {
            consumer_key: self.consumer_key.clone(),
            consumer_secret: self.consumer_secret.duplicate(),
        }
    }
}

#[derive(Debug)]
pub(crate) struct IntegrationPart {
    pub(crate) entry: Entry,
    pub(crate) form: IntegrationForm,
    pub(crate) given: Option<GivenConsumer>,
}

impl IntegrationPart {
    pub(crate) fn read<'d>(
        number: usize,
        value: &'d Spanned<DeValue<'d>>,
        reader: &mut Reader<'_>,
    ) -> Option<Self> {
        let table = Table::open("integration", Some(number), value, FIELDS, reader)?;
        let name = table.required("name", reader);
        let text = |key, reader: &mut Reader<'_>| table.text(key, reader).unwrap_or_default().to_owned();
        let flag = |key, reader: &mut Reader<'_>| table.flag(key, reader).unwrap_or_default();
        let form = IntegrationForm {
            name: name?.trim().to_owned(),
            description: text("description", reader),
            note: text("note", reader),
            state: table.word("state", reader).unwrap_or(IntegrationState::Enabled),
            authentication: Authentication {
                token_based_authentication: table.flag("token_based_authentication", reader).unwrap_or(true),
                issue_token_endpoint: flag("tba_issue_token_endpoint", reader),
                authorization_flow: flag("tba_authorization_flow", reader),
                callback_url: table.text("callback_url", reader).map(str::to_owned),
                user_credentials: flag("user_credentials", reader),
                authorization_code_grant: flag("authorization_code_grant", reader),
            },
            concurrency_limit: table.number("concurrency_limit", reader),
        };
        if let Err(errors) = IntegrationDraft::parse(form.clone()) {
            table.entry.refused(LABELS, errors.iter(), &mut reader.mistakes);
        }
        let given = given(&table, reader);
        if given.is_some() && !form.authentication.token_based_authentication {
            let message = "is of a record with token_based_authentication; this one is without.";
            reader.mistakes.add(table.entry.mistake("consumer_key", message));
        }
        Some(Self {
            given,
            entry: table.entry,
            form,
        })
    }
}

fn given(table: &Table<'_>, reader: &mut Reader<'_>) -> Option<GivenConsumer> {
    let (key, consumer_secret) = table.pair(["consumer_key", "consumer_secret"], reader)?;
    match ConsumerKey::parse(key) {
        Ok(consumer_key) => Some(GivenConsumer {
            consumer_key,
            consumer_secret,
        }),
        Err(error) => {
            let mistake = table
                .entry
                .mistake("consumer_key", format!("is refused: {error}."));
            reader.mistakes.add(mistake);
            None
        }
    }
}
