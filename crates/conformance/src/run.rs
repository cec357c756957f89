//! One vector from its account to its verdict.

use countersign_model::{Detail, LoginStatus};
use countersign_vectors::{Outcome, Step, Vector, same};

use crate::account::{NotMade, Scratch};
use crate::exchange::{NoAnswer, Serving};
use crate::judge::Expected;
use crate::question::Question;
use crate::request_token::earlier_exchange;
use crate::scene::Scene;

/// Why a vector could not be put to an account.
#[derive(Debug, thiserror::Error)]
enum NotAsked {
    #[error("its account could not be made: {0}")]
    Account(#[from] NotMade),
    #[error(transparent)]
    Answer(#[from] NoAnswer),
}

/// Makes the account a vector is about, sends its request, and judges what came of it. Must be called on a tokio runtime.
///
/// A request that is refused for its signature alone is sent once more with the right one, and must then be let in: no
/// refusal may use up a nonce that is another's.
pub async fn run(vector: &Vector) -> Outcome {
    let scene = match Scene::of(vector) {
        Ok(scene) => scene,
        Err(error) => {
            return Outcome::Unanswered {
                why: error.to_string(),
            };
        }
    };
    let question = match Question::of(vector, &scene) {
        Ok(question) => question,
        Err(why) => return Outcome::NotCovered { why },
    };
    let expected = match Expected::of(vector, question.is_framed()) {
        Ok(expected) => expected,
        Err(why) => return Outcome::Unanswered { why },
    };
    match ask(vector, &scene, &question, &expected).await {
        Ok(Ok(())) => Outcome::Passed,
        Ok(Err(outcome)) => outcome,
        Err(not_asked) => Outcome::Unanswered {
            why: not_asked.to_string(),
        },
    }
}

async fn ask(
    vector: &Vector,
    scene: &Scene,
    question: &Question,
    expected: &Expected,
) -> Result<Result<(), Outcome>, NotAsked> {
    let scratch = Scratch::make(vector, scene, question).await?;
    let serving = Serving::start(&scratch).await?;
    if let Some(earlier) = earlier_exchange(vector, scene, question) {
        serving.send(&earlier.bytes()).await?;
    }
    let verdict = exchange(vector, question, expected, &scratch, &serving).await;
    serving.stop().await;
    scratch.close().await;
    verdict
}

async fn exchange(
    vector: &Vector,
    question: &Question,
    expected: &Expected,
    scratch: &Scratch,
    serving: &Serving,
) -> Result<Result<(), Outcome>, NotAsked> {
    let earlier = scratch.logins().await?.len();
    let answer = serving.send(&question.bytes()).await?;
    let mut rows = scratch.logins().await?;
    rows.truncate(rows.len().saturating_sub(earlier));
    if answer.is_not_emulated() && rows.is_empty() {
        let why = "the account does not have this service yet";
        return Ok(Err(Outcome::NotCovered { why }));
    }
    if let Err(outcome) = expected.judge(vector, question.surface, &answer, &rows) {
        return Ok(Err(outcome));
    }
    let again = rightly_signed(vector, question, expected);
    let Some(again) = again else { return Ok(Ok(())) };
    serving.send(&again.bytes()).await?;
    let rows = scratch.logins().await?;
    let got = match rows.first().map(|login| &login.row.status) {
        Some(LoginStatus::Success) => "Success",
        Some(LoginStatus::Failure { detail, .. }) => detail.word(again.surface.surface()),
        None => "no row",
    };
    Ok(same(Step::Again, "Success", got))
}

/// The same request with the signature it should have had.
fn rightly_signed(vector: &Vector, question: &Question, expected: &Expected) -> Option<Question> {
    let Expected::Refused {
        detail: Detail::InvalidSignature,
        ..
    } = expected
    else {
        return None;
    };
    question.signed(
        vector.signature.as_deref()?,
        vector.expected_signature.as_deref()?,
    )
}
