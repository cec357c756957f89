//! The request token of the authorization flow, with a known id and secret, in the state of its vector.

use std::time::Duration;

use countersign_bearer::digest;
use countersign_model::{RequestToken, RequestTokenId, TokenMaker, VerifierHash};
use countersign_protocol::{Request, Secret, SigningKey, authorization_header};
use countersign_store::SecretOwner;
use countersign_vectors::Vector;
use countersign_world::UnixTime;

use crate::account::{Cast, NotMade, Scratch};
use crate::question::Question;
use crate::scene::{Scene, StateOfRequestToken};

/// So long ago that no request token of then can be used any more.
const LONG_AGO: Duration = Duration::from_secs(24 * 60 * 60);

/// The verifier of a request token that nobody asks for with one.
const VERIFIER: &str = "3f1d5c8b7a6e4d2c9b0a8f7e6d5c4b3a";

impl Scratch {
    /// Steps one and two, as if their answers had been the vector's.
    pub(crate) async fn issue_request_token(
        &self,
        vector: &Vector,
        scene: &Scene,
        question: &Question,
        cast: &Cast,
    ) -> Result<(), NotMade> {
        let asked = &scene.request_token;
        let id = asked.id.as_deref().or(vector.token.as_deref());
        let Some(id) = id.filter(|id| !id.is_empty() && !asked.absent) else {
            return Ok(());
        };
        let id = RequestTokenId::parse(id)?;
        let at = if asked.state == StateOfRequestToken::Expired {
            UnixTime::from_millis(self.now.millis().saturating_sub(LONG_AGO.as_millis() as i64))
        } else {
            self.now
        };
        let callback = cast.integration.authentication.callback_url.clone();
        let token = RequestToken::issue(
            id.clone(),
            cast.integration.id,
            callback.unwrap_or_default(),
            None,
            at,
        );
        let owner = SecretOwner::RequestToken(id.clone());
        let secret = Secret::new(vector.token_secret.clone().unwrap_or_default());
        let secret = self.seal(&owner, &secret)?;
        self.store.add_request_token(token, secret).await?;
        match asked.state {
            StateOfRequestToken::Issued => {}
            StateOfRequestToken::Denied => {
                self.store.deny_request_token(id, at).await?;
            }
            StateOfRequestToken::Allowed | StateOfRequestToken::Used | StateOfRequestToken::Expired => {
                let snapshot = self.authority.snapshot();
                let maker = TokenMaker {
                    user: &cast.user,
                    role: &cast.role,
                    features: &snapshot.features,
                };
                let may = maker.may_authorize(&cast.integration)?;
                let hash = VerifierHash::parse(digest(&verifier(scene, question)))?;
                self.store.allow_request_token(id, may, hash, at).await?;
            }
        }
        Ok(())
    }
}

/// The verifier the token was allowed with: the scene's, or the one that the request sends.
fn verifier(scene: &Scene, question: &Question) -> String {
    let sent = question
        .parameter("oauth_verifier")
        .filter(|sent| !sent.is_empty());
    let verifier = scene.request_token.verifier.clone().or(sent);
    verifier.unwrap_or_else(|| VERIFIER.to_owned())
}

/// An exchange that comes before the vector's and uses the request token up; nothing where the vector wants none.
pub(crate) fn earlier_exchange(vector: &Vector, scene: &Scene, question: &Question) -> Option<Question> {
    if scene.request_token.state != StateOfRequestToken::Used {
        return None;
    }
    let verifier = verifier(scene, question);
    let parameters = [
        ("oauth_consumer_key", vector.consumer_key.as_str()),
        ("oauth_token", vector.token.as_deref()?),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", vector.timestamp.as_deref()?),
        ("oauth_nonce", "beforeTheVectorItself"),
        ("oauth_version", "1.0"),
        ("oauth_verifier", &verifier),
    ];
    let request = Request::new(&vector.method, vector.url.as_deref()?).ok()?;
    let token_secret = vector.token_secret.as_ref().map(Secret::new);
    let key = SigningKey::new(&Secret::new(&vector.consumer_secret), token_secret.as_ref());
    let header = authorization_header(vector.realm.as_deref(), &parameters, &request, &key);
    Some(question.with_authorization(header))
}
