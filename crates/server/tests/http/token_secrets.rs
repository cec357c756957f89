//! No secret, password, code or verifier that goes through the token services is in a row, a note or a file of the account.

use std::fs;
use std::path::Path;

use countersign_model::{Level, LoginSearch, Permission};
use countersign_store::{MAX_ROWS, NoteFilter};
use countersign_testkit::{Account, Blueprint, Storage};

use crate::token_stage::{PASSWORD, Stage, pair, prepare, with};

const GUESSED: &str = "Guessed-Horse-9-Battery";
const TYPED: &str = "918273";

#[tokio::test]
async fn no_secret_password_code_or_verifier_is_kept_in_the_clear() {
    let account = Account::with(
        Blueprint {
            storage: Storage::Folder,
            ..Blueprint::default()
        }
        .permit(Permission::UserAccessTokens, Level::Full),
    )
    .await;
    prepare(&account).await;
    let server = account.listen().await;
    let stage = Stage { account, server };
    let requested = stage.begun().await;
    let verifier = stage.allowed(&requested).await;
    let misplaced = stage
        .step_three(&requested, &verifier)
        .oauth("oauth_version", &requested.secret);
    assert_eq!(misplaced.send().await.status, 400);
    let misplaced = stage.step_one().oauth(&requested.secret, "").send().await;
    assert_eq!(misplaced.status, 400);
    let made = pair(&stage.step_three(&requested, &verifier).send().await);
    let fields = stage.fields();
    let key = &stage.account.application().consumer_key;
    let target = format!("/rest/issuetoken?consumerKey={key}");
    let issued = stage
        .nlauth(&target, &with(&fields, "otp", Some(TYPED)))
        .await
        .json();
    let issued = issued["tokenSecret"].as_str().unwrap().to_owned();
    for (name, value) in [("signature", GUESSED), ("role", PASSWORD), ("account", PASSWORD)] {
        assert_eq!(
            stage
                .nlauth(&target, &with(&fields, name, Some(value)))
                .await
                .status,
            401
        );
    }
    let revoke = format!("/rest/revoketoken?consumerKey={key}&token={issued}");
    assert_eq!(stage.nlauth(&revoke, &with(&fields, "", None)).await.status, 400);

    let rows = stage
        .account
        .authority
        .logins(LoginSearch::default(), None, MAX_ROWS)
        .await
        .unwrap();
    let notes = stage
        .account
        .store
        .system_notes(NoteFilter::default())
        .await
        .unwrap();
    let mut kept = vec![(
        "rows and notes",
        format!("{:?} {notes:?}", rows.rows).into_bytes(),
    )];
    files(stage.account.folder(), &mut kept);
    for (name, bytes) in &kept {
        for needle in [
            &requested.secret,
            &verifier,
            &made.secret,
            &issued,
            PASSWORD,
            GUESSED,
            TYPED,
        ] {
            let found = bytes
                .windows(needle.len())
                .any(|window| window == needle.as_bytes());
            assert!(!found, "{needle} is in {name}");
        }
    }
}

fn files(folder: &Path, kept: &mut Vec<(&'static str, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, kept);
        } else {
            kept.push(("a file", fs::read(&path).unwrap()));
        }
    }
}
