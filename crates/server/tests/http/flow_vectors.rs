//! The published signatures of steps one and three, through the real server.

use countersign_authority::NewConsumer;
use countersign_model::{
    Authentication, ConsumerKey, FeatureSet, IntegrationForm, RequestToken, RequestTokenId, TokenMaker,
    VerifierHash,
};
use countersign_protocol::Secret;
use countersign_seal::{Context, Keyring};
use countersign_store::{SealedSecret, SecretOwner};
use countersign_testkit::{Account, Blueprint, Server, Storage};
use countersign_vectors::Vector;
use countersign_world::UnixTime;

const CALLBACK: &str = "https://my.example.com/TBA/?callbackRequest";

fn published(id: &str) -> Vector {
    let vectors = countersign_vectors::embedded().into_iter();
    let mut vectors = vectors.flat_map(|file| countersign_vectors::parse(file).unwrap());
    vectors.find(|vector| vector.id == id).unwrap()
}

async fn account(vector: &Vector) -> (Account, Server) {
    let account = Account::with(Blueprint {
        account: "1234567",
        storage: Storage::Folder,
        ..Blueprint::default()
    })
    .await;
    let form = IntegrationForm {
        name: "Published".to_owned(),
        authentication: Authentication {
            authorization_flow: true,
            callback_url: Some(CALLBACK.to_owned()),
            ..Authentication::default()
        },
        ..IntegrationForm::from(&account.integration)
    };
    let pair = NewConsumer {
        key: ConsumerKey::parse(vector.consumer_key.as_str()).unwrap(),
        secret: Secret::new(vector.consumer_secret.as_str()),
    };
    let owner = account.owner();
    let added = account.authority.add_integration(&owner, form, Some(pair));
    added.await.unwrap();
    let seconds = vector.timestamp.as_ref().unwrap().parse().unwrap();
    account.clock.set(UnixTime::from_seconds(seconds));
    let server = Server::behind_a_proxy(&account).await;
    (account, server)
}

/// What a proxy with TLS in front of the account passes on.
fn request(vector: &Vector) -> String {
    let url = vector.url.as_ref().unwrap().strip_prefix("https://").unwrap();
    let (host, _) = url.split_once('/').unwrap();
    let path = &url[host.len()..];
    format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 198.51.100.7\r\n\
         Connection: close\r\nContent-Length: 0\r\nAuthorization: {}\r\n\r\n",
        vector.authorization.0[0]
    )
}

#[tokio::test]
async fn the_published_step_one_is_let_in() {
    let vector = published("A09");
    let (account, server) = account(&vector).await;
    let answer = server.send(request(&vector)).await;
    let reason = account.last_login().await.reason;
    assert_eq!(answer.status, 200, "{reason:?}");
    assert!(
        answer
            .text()
            .ends_with("&oauth_callback_confirmed=true&role=45678")
    );
    let other = request(&vector)
        .replace("role=%2245678", "role=%2245679")
        .replace("45678", "45679");
    assert_eq!(server.send(other).await.status, 401, "the role is signed");
}

#[tokio::test]
async fn the_published_step_three_is_let_in() {
    let vector = published("A10");
    let (account, server) = account(&vector).await;
    let token = RequestTokenId::parse(vector.token.as_deref().unwrap()).unwrap();
    let owner = SecretOwner::RequestToken(token.clone());
    let record = owner.record();
    let context = Context {
        account: "1234567",
        record: &record,
        field: owner.field(),
        generation: 1,
    };
    let keyring = Keyring::load(account.folder()).unwrap();
    let secret = vector.token_secret.as_deref().unwrap();
    let sealed = keyring
        .seal(&context, secret.as_bytes(), &*account.entropy)
        .unwrap();
    let sealed = SealedSecret {
        bytes: sealed.as_bytes().to_vec(),
        generation: 1,
        key_version: sealed.key_version(),
    };
    let integration = account
        .store
        .integration_by_consumer_key(&vector.consumer_key)
        .await
        .unwrap()
        .unwrap();
    let now = account.authority.now();
    let issued = RequestToken::issue(token.clone(), integration.id, CALLBACK.to_owned(), None, now);
    account.store.add_request_token(issued, sealed).await.unwrap();
    let features: FeatureSet = account.authority.snapshot().features.clone();
    let maker = TokenMaker {
        user: &account.user,
        role: &account.role,
        features: &features,
    };
    let may = maker.may_authorize(&integration).unwrap();
    let oauth = vector.oauth_params.as_ref().unwrap();
    let (_, verifier) = oauth.iter().find(|(name, _)| name == "oauth_verifier").unwrap();
    let hash = VerifierHash::parse(countersign_bearer::digest(verifier)).unwrap();
    account
        .store
        .allow_request_token(token, may, hash, now)
        .await
        .unwrap();

    let answer = server.send(request(&vector)).await;
    let reason = account.last_login().await.reason;
    assert_eq!(answer.status, 200, "{reason:?}");
    assert!(answer.text().starts_with("oauth_token=10ca1"));
}
