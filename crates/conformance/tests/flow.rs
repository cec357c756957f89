//! States of the authorization flow that no built-in vector asks for.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a stage that cannot be set up fails its test"
)]

use countersign_conformance::run;
use countersign_vectors::{Expect, Outcome, Vector, embedded, parse};
use serde_json::{Value, json};

/// Oracle's own step one (A09) or step three (A10), refused by this word in this state.
fn refused(id: &str, context: &Value, word: &str) -> Vector {
    let all = embedded().into_iter().flat_map(|file| parse(file).unwrap());
    let vector = all.into_iter().find(|vector| vector.id == id);
    let context = context.as_object().expect("a context is an object").clone();
    Vector {
        expect: Expect::Refuse,
        reason: Some(word.to_owned()),
        context: context.into_iter().collect(),
        ..vector.expect("the vector is built in")
    }
}

#[tokio::test]
async fn a_request_token_is_exchanged_once_by_whoever_has_its_verifier() {
    for (context, word) in [
        (json!({ "request_token_state": "used" }), "TokenRejected"),
        (json!({ "request_token_state": "expired" }), "TokenRejected"),
        (json!({ "request_token": "absent" }), "TokenRejected"),
        (json!({ "request_token_state": "denied" }), "InvalidVerifier"),
        (json!({ "verifier": "another" }), "InvalidVerifier"),
    ] {
        let vector = refused("A10", &context, word);
        assert_eq!(run(&vector).await, Outcome::Passed, "{context}");
    }
}

#[tokio::test]
async fn a_record_serves_the_flow_only_where_its_box_and_callback_say_so() {
    for (context, word) in [
        (
            json!({ "integration_boxes": { "TBA: Authorization Flow": false } }),
            "AuthorizationFlowRequired",
        ),
        (json!({ "integration_state": "Blocked" }), "IntegrationBlocked"),
        (
            json!({ "callback": "https://elsewhere.example/" }),
            "InvalidCallback https://my.example.com/TBA/?callbackRequest",
        ),
        (json!({ "features": { "TBA": false } }), "FeatureDisabled"),
    ] {
        let vector = refused("A09", &context, word);
        assert_eq!(run(&vector).await, Outcome::Passed, "{context}");
    }
}
