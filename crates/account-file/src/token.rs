//! `[[token]]`: an access token, by the names of its application, user and role.

use crate::entry::{Entry, Labels};
use crate::table::{Reader, Table};
use countersign_model::TokenId;
use countersign_protocol::Secret;
use toml::Spanned;
use toml::de::DeValue;

const FIELDS: &[&str] = &[
    "name",
    "integration",
    "user",
    "role",
    "inactive",
    "revoked",
    "token_id",
    "token_secret",
];
pub(crate) const LABELS: Labels = &[
    ("Token Name", &["name"]),
    ("Application Name", &["integration"]),
    ("User", &["user"]),
    ("Role", &["role"]),
];

/// The ID and secret of a token, as the file gives them.
#[derive(Debug)]
pub struct GivenToken {
    pub token_id: TokenId,
    pub token_secret: Secret,
}

impl GivenToken {
    /// A second copy, made on purpose.
    pub fn duplicate(&self) -> Self {
        Self {
            token_id: self.token_id.clone(),
            token_secret: self.token_secret.duplicate(),
        }
    }
}

#[derive(Debug)]
pub(crate) struct TokenPart {
    pub(crate) entry: Entry,
    /// Empty for the default name.
    pub(crate) name: String,
    pub(crate) integration: String,
    pub(crate) user: String,
    pub(crate) role: String,
    pub(crate) inactive: bool,
    pub(crate) revoked: bool,
    pub(crate) given: Option<GivenToken>,
}

impl TokenPart {
    pub(crate) fn read<'d>(
        number: usize,
        value: &'d Spanned<DeValue<'d>>,
        reader: &mut Reader<'_>,
    ) -> Option<Self> {
        let table = Table::open("token", Some(number), value, FIELDS, reader)?;
        let name = table.text("name", reader).unwrap_or_default().trim().to_owned();
        let integration = table.required("integration", reader);
        let user = table.required("user", reader);
        let role = table.required("role", reader);
        let inactive = table.flag("inactive", reader).unwrap_or_default();
        let revoked = table.flag("revoked", reader).unwrap_or_default();
        let given = given(&table, reader);
        Some(Self {
            name,
            integration: integration?.trim().to_owned(),
            user: user?.trim().to_owned(),
            role: role?.trim().to_owned(),
            inactive,
            revoked,
            given,
            entry: table.entry,
        })
    }

    pub(crate) fn token_id(&self) -> Option<&TokenId> {
        self.given.as_ref().map(|given| &given.token_id)
    }
}

fn given(table: &Table<'_>, reader: &mut Reader<'_>) -> Option<GivenToken> {
    let (id, token_secret) = table.pair(["token_id", "token_secret"], reader)?;
    match TokenId::parse(id) {
        Ok(token_id) => Some(GivenToken {
            token_id,
            token_secret,
        }),
        Err(error) => {
            let mistake = table.entry.mistake("token_id", format!("is refused: {error}."));
            reader.mistakes.add(mistake);
            None
        }
    }
}
