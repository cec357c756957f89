//! An account as a file: applied, and written.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use countersign_account_file::{AccountFile, FileErrors};
use countersign_authority::{AdministrationError, Applied, AppliedStep, ApplyError, MadeConsumer, MadeToken};
use countersign_front::MediaType;
use futures_util::stream;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::body::{Query, read};
use crate::caller::Administrator;
use crate::integrations::{ConsumerJson, share};
use crate::problem::{FieldProblem, Problem, Problems};
use crate::reply::{shown, with_type};
use crate::tokens::TokenCredentialsJson;
use crate::{Accounts, Routes};

const TOML: &str = "text/toml; charset=utf-8";

/// What a file changes, and what applying it made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppliedJson {
    /// Nothing was done: this is what would be.
    pub dry_run: bool,
    /// In their order. None where the account is as the file says.
    pub steps: Vec<AppliedStepJson>,
    /// Pairs that were made for records without a new token: shown here and never again.
    pub integrations: Vec<MadeConsumerJson>,
    /// Tokens that were made: shown here and never again.
    pub tokens: Vec<MadeTokenJson>,
}

/// A step of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppliedStepJson {
    /// As a person reads it.
    pub text: String,
    /// `add`, `change` or `revoke`.
    pub action: String,
    /// `role`, `integration` …
    pub record: String,
    /// Empty for what an account has once.
    pub name: String,
    pub changes: Vec<FieldChangeJson>,
}

/// One field that differs. Of a secret it says only that it is set, changed or made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldChangeJson {
    pub field: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// The pair of an integration record, by its name.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MadeConsumerJson {
    pub integration: String,
    pub credentials: ConsumerJson,
}

/// A token, by its name, with the pair of its application where that was made or given now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MadeTokenJson {
    pub token_name: String,
    pub integration: String,
    pub credentials: TokenCredentialsJson,
    pub consumer: Option<ConsumerJson>,
}

/// How a file is applied.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ApplyQuery {
    /// Only say what would be done.
    pub dry_run: bool,
}

/// What is written into the file.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// The secrets too, for whoever owns the data folder.
    pub secrets: bool,
}

impl AppliedJson {
    pub fn of(applied: &Applied, dry_run: bool) -> Self {
        Self {
            dry_run,
            steps: applied.steps.iter().map(AppliedStepJson::from).collect(),
            integrations: applied.consumers.iter().map(MadeConsumerJson::from).collect(),
            tokens: applied.tokens.iter().map(MadeTokenJson::from).collect(),
        }
    }
}

impl From<&AppliedStep> for AppliedStepJson {
    fn from(step: &AppliedStep) -> Self {
        let changes = step.changes.iter().map(|change| FieldChangeJson {
            field: change.field.clone(),
            old: change.old.clone(),
            new: change.new.clone(),
        });
        Self {
            text: step.text.clone(),
            action: step.action.word().to_owned(),
            record: step.record.to_owned(),
            name: step.name.clone(),
            changes: changes.collect(),
        }
    }
}

impl From<&MadeConsumer> for MadeConsumerJson {
    fn from(made: &MadeConsumer) -> Self {
        Self {
            integration: made.integration.clone(),
            credentials: (&made.consumer).into(),
        }
    }
}

impl From<&MadeToken> for MadeTokenJson {
    fn from(made: &MadeToken) -> Self {
        Self {
            token_name: made.name.clone(),
            integration: made.integration.clone(),
            credentials: (&made.token).into(),
            consumer: made.consumer.as_ref().map(ConsumerJson::from),
        }
    }
}

/// A body of TOML, read whole: every mistake of it is told at once.
pub(crate) struct Toml(pub(crate) AccountFile);

impl<S: Send + Sync> FromRequest<S> for Toml {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let media_type = MediaType::of(&parts.headers);
        let is_toml = media_type.is("text/toml") || media_type.is("application/toml");
        if !is_toml {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Not TOML",
                format!("The body must be an account file, and {CONTENT_TYPE} must say so: text/toml."),
            ));
        }
        let bytes = read(body, AccountFile::MAX_BYTES).await?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|error| Problem::malformed(format!("The file is not text in UTF-8: {error}.")))?;
        Ok(Self(AccountFile::parse(text)?))
    }
}

impl From<FileErrors> for Problem {
    /// A line of the detail for each mistake, with the place it stands at.
    fn from(errors: FileErrors) -> Self {
        let fields = errors.iter().map(|error| FieldProblem {
            field: error.field.unwrap_or_default().to_owned(),
            label: {
                let place = error.place.to_string();
                let parts = [
                    place.as_str(),
                    error.path.as_str(),
                    error.field.unwrap_or_default(),
                ];
                let said: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                said.join(": ")
            },
            message: error.message.clone(),
        });
        Self {
            errors: fields.collect(),
            ..Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "The account file is wrong",
                errors.to_string(),
            )
        }
    }
}

impl From<ApplyError> for Problem {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::File(errors) => errors.into(),
            ApplyError::Administration(error) => error.into(),
            ApplyError::Records(error) => Self::internal(&error),
            ApplyError::Gone { .. } => Self::conflict(error.to_string()),
            // What the account cannot do is for the log, and how far it came is for whoever applies.
            ApplyError::Step {
                step,
                done,
                all,
                reason,
            } => {
                let inner = Self::from(*reason);
                let detail = format!(
                    "{step}: {} {done} of {all} steps were done, and this one was not; mend what it says and apply the \
                     file again.",
                    inner.detail
                );
                Self { detail, ..inner }
            }
        }
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new().routes(routes!(apply)).routes(routes!(export))
}

/// Make the account what a file says, or say what that would change. Applied again, the file changes nothing.
#[utoipa::path(post, path = "/accounts/{account}/apply", tag = "Account file",
    params(("account" = String, Path), ApplyQuery),
    request_body(content = String, content_type = "text/toml"),
    responses((status = 200, body = AppliedJson), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn apply(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    Query(query): Query<ApplyQuery>,
    Toml(file): Toml,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let records = accounts.records(&authority.account());
    let records = records.ok_or_else(|| Problem::not_found("The account is no longer held here."))?;
    // In a task of its own: whoever goes away meanwhile leaves no file half applied.
    let applying = tokio::spawn(async move {
        if query.dry_run {
            return authority.plan(&caller, &file, &records).await;
        }
        let applied = authority.apply(&caller, &file, &records).await?;
        for (record, pair) in &applied.replaced {
            share(&*accounts, &authority, record, pair).await;
        }
        Ok(applied)
    });
    let applied = applying.await.map_err(|error| Problem::internal(&error))??;
    Ok(shown(&AppliedJson::of(&applied, query.dry_run)))
}

/// The account as a file. Passwords are never in it; secrets where they are asked for, for whoever owns the data folder.
#[utoipa::path(get, path = "/accounts/{account}/export", tag = "Account file",
    params(("account" = String, Path), ExportQuery),
    responses((status = 200, body = String, content_type = "text/toml"), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn export(administrator: Administrator, Query(query): Query<ExportQuery>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let export = authority.export(&caller, query.secrets).await?;
    let parts = stream::try_unfold(export, |mut export| async {
        // Too late for another status: the body breaks off, which whoever reads it notices.
        let part = export.next().await.inspect_err(|error| {
            tracing::error!(%error, "the account cannot be written to its end");
        })?;
        Ok::<_, AdministrationError>(part.map(|part| (part, export)))
    });
    Ok(with_type(StatusCode::OK, TOML, Body::from_stream(parts)))
}
