//! What the records of a vector's account say of its request: an account in that state is asked.

use countersign_diagnose::{Group, Mistake};
use countersign_model::{LoginRow, LoginStatus};
use countersign_vectors::Vector;

use crate::account::{NotMade, Scratch};
use crate::exchange::{Answer, NoAnswer, Serving};
use crate::question::Question;
use crate::request_token::earlier_exchange;
use crate::scene::{Scene, SceneError};

/// Why an account's records could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum StateUnknown {
    #[error("{0}")]
    Scene(String),
    #[error("{0}")]
    Question(&'static str),
    #[error("an account in this state could not be made: {0}")]
    Account(String),
    #[error("{0}")]
    Answer(String),
}

impl From<SceneError> for StateUnknown {
    fn from(error: SceneError) -> Self {
        Self::Scene(error.to_string())
    }
}

impl From<NotMade> for StateUnknown {
    fn from(error: NotMade) -> Self {
        Self::Account(error.to_string())
    }
}

impl From<NoAnswer> for StateUnknown {
    fn from(error: NoAnswer) -> Self {
        Self::Answer(error.to_string())
    }
}

/// What the account's records have against the request. Nothing where nothing is said about its state.
pub(crate) async fn records(vector: &Vector) -> Result<Vec<Mistake>, StateUnknown> {
    if vector.context.values().all(serde_json::Value::is_null) {
        return Ok(Vec::new());
    }
    let scene = Scene::of(vector)?;
    let question = Question::of(vector, &scene).map_err(StateUnknown::Question)?;
    if !question.is_framed() {
        return Ok(Vec::new());
    }
    let scratch = Scratch::make(vector, &scene, &question).await?;
    let serving = Serving::start(&scratch).await?;
    let said = ask(vector, &scene, &question, &scratch, &serving).await;
    serving.stop().await;
    scratch.close().await;
    said
}

async fn ask(
    vector: &Vector,
    scene: &Scene,
    question: &Question,
    scratch: &Scratch,
    serving: &Serving,
) -> Result<Vec<Mistake>, StateUnknown> {
    let trail = async || {
        let rows = scratch.logins().await;
        rows.map_err(|error| StateUnknown::Answer(error.to_string()))
    };
    if let Some(earlier) = earlier_exchange(vector, scene, question) {
        serving.send(&earlier.bytes()).await?;
    }
    let earlier = trail().await?.len();
    let answer = serving.send(&question.bytes()).await?;
    let rows = trail().await?;
    let row = rows.first().filter(|_| rows.len() > earlier);
    let said = row.map_or_else(|| turned_away(scene, &answer), |login| of_row(&login.row));
    Ok(said.into_iter().collect())
}

/// A request that is turned away without a login: too many at once.
fn turned_away(scene: &Scene, answer: &Answer) -> Option<Mistake> {
    let code = answer.error_code().unwrap_or_default();
    let is_full = scene.free_requests.is_some()
        && (answer.status == 429 || code == "SSS_REQUEST_LIMIT_EXCEEDED" || code == "WS_REQUEST_BLOCKED");
    is_full.then_some(Mistake::Concurrency)
}

/// What a row of the Login Audit Trail says of the account's records.
fn of_row(row: &LoginRow) -> Option<Mistake> {
    let LoginStatus::Failure { mistake, .. } = &row.status else {
        return None;
    };
    let named = mistake.as_deref()?.parse::<Mistake>().ok()?;
    matches!(named.group(), Group::State | Group::Flow | Group::Password).then_some(named)
}
