//! Integration records: Setup > Integration > Manage Integrations.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use countersign_authority::{Authority, NewConsumer};
use countersign_model::{Integration, IntegrationForm, IntegrationId};
use countersign_store::IntegrationFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::body::{Json, Path, Query};
use crate::caller::Administrator;
use crate::edit::{Cleared, cleared, given, set};
use crate::moment::Moment;
use crate::named::{IntegrationStateWord, Named};
use crate::page::{self, Page};
use crate::problem::{Problem, Problems};
use crate::reply::{done, made, shown};
use crate::{Accounts, RecordPath, Routes};

/// An integration record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationJson {
    /// The internal id.
    pub id: i64,
    pub name: String,
    pub description: String,
    pub state: IntegrationStateWord,
    pub note: String,
    /// Its own share of the account's concurrent requests.
    pub concurrency_limit: Option<u32>,
    pub application_id: String,
    /// The account or bundle it was installed from, or `this account`.
    pub origin: String,
    pub token_based_authentication: bool,
    pub tba_issue_token_endpoint: bool,
    pub tba_authorization_flow: bool,
    pub callback_url: Option<String>,
    pub authorization_code_grant: bool,
    pub user_credentials: bool,
    /// The last characters of the Consumer Key; none while the record never had one.
    pub consumer_key: Option<String>,
    pub created: Moment,
    pub last_modified: Moment,
    /// When it was uninstalled.
    pub uninstalled: Option<Moment>,
}

/// A record as it was saved, with the pair this Save made: shown here and never again.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SavedIntegrationJson {
    pub integration: IntegrationJson,
    /// None where the Save made no pair.
    pub credentials: Option<ConsumerJson>,
}

/// A Consumer Key with its secret, also called Client ID and Client Secret.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsumerJson {
    pub consumer_key: String,
    pub consumer_secret: String,
}

/// What a record is to be. On a new one, what is left out is empty, Enabled, and Token-based Authentication alone; on
/// one that is there it stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct IntegrationInput {
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub state: Option<IntegrationStateWord>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "cleared")]
    #[schema(value_type = Option<u32>)]
    pub concurrency_limit: Cleared<u32>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub token_based_authentication: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub tba_issue_token_endpoint: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub tba_authorization_flow: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "cleared")]
    #[schema(value_type = Option<String>)]
    pub callback_url: Cleared<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub authorization_code_grant: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub user_credentials: Option<bool>,
}

/// Which records to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct IntegrationQuery {
    /// How the name begins, upper and lower case aside; the list is then by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Enabled, Blocked, or Waiting for Approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<IntegrationStateWord>, inline)]
    pub state: Option<IntegrationStateWord>,
    /// The internal id of the record the page begins after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
    /// How many at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<u32>,
}

impl From<&Integration> for IntegrationJson {
    fn from(record: &Integration) -> Self {
        let boxes = &record.authentication;
        Self {
            id: record.id.get(),
            name: record.name.clone(),
            description: record.description.clone(),
            state: Named(record.state),
            note: record.note.clone(),
            concurrency_limit: record.concurrency_limit,
            application_id: record.application_id.to_string(),
            origin: record.origin.to_string(),
            token_based_authentication: boxes.token_based_authentication,
            tba_issue_token_endpoint: boxes.issue_token_endpoint,
            tba_authorization_flow: boxes.authorization_flow,
            callback_url: boxes.callback_url.clone(),
            authorization_code_grant: boxes.authorization_code_grant,
            user_credentials: boxes.user_credentials,
            consumer_key: record.consumer_key().map(|key| key.masked().to_string()),
            created: record.created.into(),
            last_modified: record.last_modified.into(),
            uninstalled: record.uninstalled.map(Moment),
        }
    }
}

impl SavedIntegrationJson {
    fn of(record: &Integration, made: Option<&NewConsumer>) -> Self {
        let credentials = made.map(|made| ConsumerJson {
            consumer_key: made.key.as_str().to_owned(),
            consumer_secret: made.secret.expose().to_owned(),
        });
        Self {
            integration: record.into(),
            credentials,
        }
    }
}

impl From<&NewConsumer> for ConsumerJson {
    fn from(made: &NewConsumer) -> Self {
        Self {
            consumer_key: made.key.as_str().to_owned(),
            consumer_secret: made.secret.expose().to_owned(),
        }
    }
}

impl std::fmt::Debug for ConsumerJson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConsumerJson(..)")
    }
}

impl IntegrationInput {
    /// The form with what is given here filled in.
    pub fn fill(self, mut form: IntegrationForm) -> IntegrationForm {
        let boxes = &mut form.authentication;
        set(&mut form.name, self.name);
        set(&mut form.description, self.description);
        set(&mut form.state, self.state.map(|state| state.0));
        set(&mut form.note, self.note);
        set(&mut form.concurrency_limit, self.concurrency_limit);
        set(
            &mut boxes.token_based_authentication,
            self.token_based_authentication,
        );
        set(&mut boxes.issue_token_endpoint, self.tba_issue_token_endpoint);
        set(&mut boxes.authorization_flow, self.tba_authorization_flow);
        set(&mut boxes.callback_url, self.callback_url);
        set(&mut boxes.authorization_code_grant, self.authorization_code_grant);
        set(&mut boxes.user_credentials, self.user_credentials);
        form
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, create))
        .routes(routes!(show, edit))
        .routes(routes!(uninstall))
        .routes(routes!(reset_credentials))
}

/// Manage Integrations: by internal id, or by name where a name is asked for. Uninstalled records are in no list.
#[utoipa::path(get, path = "/accounts/{account}/integrations", tag = "Integration records",
    params(("account" = String, Path), IntegrationQuery),
    responses((status = 200, body = Page<IntegrationJson>), Problems),
    extensions(("x-permission" = json!([["Integration Application", "Full"], ["Integration Applications", "View"]]))))]
async fn list(
    administrator: Administrator,
    Query(query): Query<IntegrationQuery>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let filter = IntegrationFilter {
        name: query.name,
        state: query.state.map(|state| state.0),
        ..IntegrationFilter::default()
    };
    let limit = page::limit(query.limit)?;
    let after = query.after.map(IntegrationId::new);
    let records = authority.integrations(&caller, filter, after, limit + 1).await?;
    let page: Page<IntegrationJson> =
        Page::of(records, limit, |record| record.id.get(), |record| record.into());
    Ok(shown(&page))
}

/// Create an integration record. Its Consumer Key and Consumer Secret are in the answer, once.
#[utoipa::path(post, path = "/accounts/{account}/integrations", tag = "Integration records",
    params(("account" = String, Path)), request_body = IntegrationInput,
    responses((status = 201, body = SavedIntegrationJson), Problems),
    extensions(("x-permission" = json!([["Integration Application", "Full"]]))))]
async fn create(
    administrator: Administrator,
    Json(input): Json<IntegrationInput>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let form = input.fill(IntegrationForm::default());
    let (record, pair) = authority.add_integration(&caller, form, None).await?;
    Ok(made(&SavedIntegrationJson::of(&record, pair.as_ref())))
}

/// An integration record, also one that was uninstalled.
#[utoipa::path(get, path = "/accounts/{account}/integrations/{id}", tag = "Integration records",
    params(RecordPath),
    responses((status = 200, body = IntegrationJson), Problems),
    extensions(("x-permission" = json!([["Integration Application", "Full"], ["Integration Applications", "View"]]))))]
async fn show(administrator: Administrator, Path(path): Path<RecordPath>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let record = authority
        .integration(&caller, IntegrationId::new(path.id))
        .await?;
    Ok(shown(&IntegrationJson::from(&record)))
}

/// Save an integration record. Where Token-based Authentication is checked for the first time, its keys are in the
/// answer, once.
#[utoipa::path(patch, path = "/accounts/{account}/integrations/{id}", tag = "Integration records",
    params(RecordPath), request_body = IntegrationInput,
    responses((status = 200, body = SavedIntegrationJson), Problems),
    extensions(("x-permission" = json!([["Integration Application", "Full"]]))))]
async fn edit(
    administrator: Administrator,
    Path(path): Path<RecordPath>,
    Json(input): Json<IntegrationInput>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let id = IntegrationId::new(path.id);
    let (record, pair) = authority
        .edit_integration(&caller, id, move |form| input.fill(form))
        .await
        .map_err(|error| Problem::from(error).naming(&[("Authentication", "tokenBasedAuthentication")]))?;
    Ok(shown(&SavedIntegrationJson::of(&record, pair.as_ref())))
}

/// Uninstall: its tokens are revoked, it leaves the lists, its history stays.
#[utoipa::path(post, path = "/accounts/{account}/integrations/{id}/uninstall", tag = "Integration records",
    params(RecordPath),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!([["Integration Application", "Full"]]))))]
async fn uninstall(administrator: Administrator, Path(path): Path<RecordPath>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    authority
        .uninstall_integration(&caller, IntegrationId::new(path.id))
        .await?;
    Ok(done())
}

/// Reset Credentials: the old pair is dead at once, tokens live on with the new one, which is in the answer, once.
#[utoipa::path(post, path = "/accounts/{account}/integrations/{id}/reset-credentials", tag = "Integration records",
    params(RecordPath),
    responses((status = 200, body = SavedIntegrationJson), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn reset_credentials(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    Path(path): Path<RecordPath>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let id = IntegrationId::new(path.id);
    let (record, pair) = authority.reset_credentials(&caller, id).await?;
    share(&*accounts, &authority, &record, &pair).await;
    Ok(shown(&SavedIntegrationJson::of(&record, Some(&pair))))
}

/// Gives a pair that was reset to the other accounts that have the application: one that two accounts share has one pair.
pub(crate) async fn share(
    accounts: &dyn Accounts,
    authority: &Authority,
    record: &Integration,
    pair: &NewConsumer,
) {
    let here = authority.account();
    let others = accounts.ids().into_iter().filter(|other| *other != here);
    for other in others.filter_map(|other| accounts.account(&other)) {
        // The new pair must be shown, whatever happens elsewhere.
        if let Err(error) = other.follow_reset(&here, record, pair).await {
            tracing::error!(%error, account = %other.account(), "a pair that was reset is still the old one here");
        }
    }
}
