//! System Notes: who changed what, when, from where, and from which value to which.

use axum::response::Response;
use countersign_model::{
    AccessTokenId, ApiKeyId, EntityId, IntegrationId, NoteId, NotedRecord, RoleId, SystemNote, Word,
};
use countersign_store::NoteFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::Routes;
use crate::body::Query;
use crate::caller::Administrator;
use crate::moment::Moment;
use crate::named::{Named, NoteTypeWord, ViaWord};
use crate::page::{self, Page};
use crate::problem::{Problem, Problems};
use crate::reply::shown;

/// One field of one record that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SystemNoteJson {
    /// Its place among the notes; a later one has a higher.
    pub id: i64,
    pub date: Moment,
    /// Who did it.
    pub set_by: String,
    /// The internal id of that user; none for whoever owns the data folder.
    pub user: Option<i64>,
    pub context: ViaWord,
    #[serde(rename = "type")]
    pub note_type: NoteTypeWord,
    pub record: RecordKindWord,
    /// The internal id of the record; none for the account itself.
    pub record_id: Option<i64>,
    pub field: String,
    pub old_value: Option<String>,
    pub new_value: Option<String>,
}

/// What has notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    Account,
    Integration,
    Role,
    User,
    AccessToken,
    ApiKey,
}

pub type RecordKindWord = Named<RecordKind>;

impl Word for RecordKind {
    const NOUN: &'static str = "noted record";
    const WORDS: &'static [Self] = &[
        Self::Account,
        Self::Integration,
        Self::Role,
        Self::User,
        Self::AccessToken,
        Self::ApiKey,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Integration => "integration",
            Self::Role => "role",
            Self::User => "user",
            Self::AccessToken => "token",
            Self::ApiKey => "api-key",
        }
    }
}

/// Which notes: of everything, or of one record.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct NoteQuery {
    /// What the record is. Without it the notes are of everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<RecordKindWord>, inline)]
    pub record: Option<RecordKindWord>,
    /// The internal id of the record; none with `account`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_id: Option<i64>,
    /// The place of the note the page begins below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
    /// How many at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<u32>,
}

impl SystemNoteJson {
    fn of(id: NoteId, note: &SystemNote) -> Self {
        let (record, record_id) = kind(note.record);
        Self {
            id: id.get(),
            date: note.by.at.into(),
            set_by: note.by.actor.name.clone(),
            user: note.by.actor.user.map(EntityId::get),
            context: Named(note.by.actor.via),
            note_type: Named(note.note_type),
            record: Named(record),
            record_id,
            field: note.field.clone(),
            old_value: note.old_value.clone(),
            new_value: note.new_value.clone(),
        }
    }
}

const fn kind(record: NotedRecord) -> (RecordKind, Option<i64>) {
    match record {
        NotedRecord::Account => (RecordKind::Account, None),
        NotedRecord::Integration(id) => (RecordKind::Integration, Some(id.get())),
        NotedRecord::Role(id) => (RecordKind::Role, Some(id.get())),
        NotedRecord::User(id) => (RecordKind::User, Some(id.get())),
        NotedRecord::AccessToken(id) => (RecordKind::AccessToken, Some(id.get())),
        NotedRecord::ApiKey(id) => (RecordKind::ApiKey, Some(id.get())),
    }
}

impl NoteQuery {
    fn record(&self) -> Result<Option<NotedRecord>, Problem> {
        let Some(Named(kind)) = self.record else {
            return match self.record_id {
                None => Ok(None),
                Some(_) => Err(Problem::malformed(
                    "recordId is of which record? Give record too.",
                )),
            };
        };
        Ok(Some(match (kind, self.record_id) {
            (RecordKind::Account, None) => NotedRecord::Account,
            (RecordKind::Integration, Some(id)) => NotedRecord::Integration(IntegrationId::new(id)),
            (RecordKind::Role, Some(id)) => NotedRecord::Role(RoleId::new(id)),
            (RecordKind::User, Some(id)) => NotedRecord::User(EntityId::new(id)),
            (RecordKind::AccessToken, Some(id)) => NotedRecord::AccessToken(AccessTokenId::new(id)),
            (RecordKind::ApiKey, Some(id)) => NotedRecord::ApiKey(ApiKeyId::new(id)),
            (RecordKind::Account, Some(_)) => {
                return Err(Problem::malformed("The account has no recordId; leave it out."));
            }
            (_, None) => {
                return Err(Problem::malformed(
                    "Give recordId, the internal id of the record.",
                ));
            }
        }))
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new().routes(routes!(list))
}

/// System Notes, the last first: of one record, for whoever may see it, or of everything, for an Administrator.
#[utoipa::path(get, path = "/accounts/{account}/system-notes", tag = "Audits",
    params(("account" = String, Path), NoteQuery),
    responses((status = 200, body = Page<SystemNoteJson>), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn list(administrator: Administrator, Query(query): Query<NoteQuery>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let limit = page::limit(query.limit)?;
    let filter = NoteFilter {
        record: query.record()?,
        before: query.before.map(NoteId::new),
        limit: limit + 1,
    };
    let notes = authority.system_notes(&caller, filter).await?;
    let item = |(id, note): &(NoteId, SystemNote)| SystemNoteJson::of(*id, note);
    Ok(shown(&Page::of(notes, limit, |(id, _)| id.get(), item)))
}
