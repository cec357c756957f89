//! Sessions of the pages.

use super::password_logins::{give_password, log_in};
use super::passwords::hash;
use super::second_factors::codes;
use super::{Actions, NOW, by, founded, sealed};
use countersign_model::{NewSession, Role, SESSION_LASTS, Session, SessionHash, TimeStep, User};
use countersign_store::{Conflict, NewPassword, Store, StoreError};
use std::convert::Infallible;
use std::time::Duration;

const IDLE: Duration = Duration::from_secs(180 * 60);

fn cookie(text: &str) -> SessionHash {
    SessionHash::parse(text).unwrap()
}

async fn founded_with_user() -> (Store, crate::Place, User) {
    let (store, place) = founded().await;
    let user = Actions::new(&store).await.user;
    give_password(&store, user.id, "right").await;
    (store, place, user)
}

async fn sign_in(store: &Store, user: &User, text: &str) -> Result<Session, StoreError> {
    let may = log_in(store, user, "right", None, NOW).await.unwrap();
    let new = NewSession::of(&may, cookie(text));
    store.begin_session(new, NOW).await
}

async fn stored(store: &Store, text: &str) -> Option<Session> {
    store.session_by_hash(cookie(text)).await.unwrap()
}

#[tokio::test]
async fn a_session_is_found_by_its_cookie_and_by_its_user() {
    let (store, _place, user) = founded_with_user().await;
    let first = sign_in(&store, &user, "a").await.unwrap();
    let second = sign_in(&store, &user, "b").await.unwrap();
    assert!(first.must_enrol);
    assert_eq!(stored(&store, "a").await, Some(first.clone()));
    assert_eq!(stored(&store, "c").await, None);
    assert_eq!(store.sessions(user.id).await.unwrap(), [second, first]);
    let twice = sign_in(&store, &user, "a").await.unwrap_err();
    assert!(
        matches!(twice, StoreError::Conflict(Conflict::Session)),
        "{twice}"
    );
}

#[tokio::test]
async fn that_a_session_is_used_is_written_once_a_minute() {
    let (store, _place, user) = founded_with_user().await;
    let session = sign_in(&store, &user, "a").await.unwrap();
    let soon = NOW.plus(Duration::from_secs(59));
    assert_eq!(store.session_seen(session.clone(), soon).await.unwrap(), session);
    let later = NOW.plus(Duration::from_secs(60));
    let seen = store.session_seen(session.clone(), later).await.unwrap();
    assert_eq!(seen.last_seen, later);
    assert_eq!(stored(&store, "a").await, Some(seen.clone()));
    let back = store.session_seen(seen.clone(), NOW).await.unwrap();
    assert_eq!((back, stored(&store, "a").await), (seen.clone(), Some(seen)));
}

#[tokio::test]
async fn after_a_role_switch_the_old_cookie_opens_nothing() {
    let (store, _place, user) = founded_with_user().await;
    let before = sign_in(&store, &user, "a").await.unwrap();
    let switch = |from: &str, to: &'static str| {
        store.switch_role(cookie(from), Role::ADMINISTRATOR, |session, _, role, _| {
            Ok::<_, Infallible>(session.switched(cookie(to), role.id, NOW))
        })
    };
    let after = switch("a", "b").await.unwrap().unwrap();
    assert_eq!(after.role, Role::ADMINISTRATOR);
    assert_eq!(after.id, before.id);
    assert_eq!(
        (stored(&store, "a").await, stored(&store, "b").await),
        (None, Some(after))
    );
    let error = switch("a", "c").await.unwrap_err();
    assert!(
        matches!(error, StoreError::Conflict(Conflict::SessionEnded)),
        "{error}"
    );
}

#[tokio::test]
async fn a_role_switch_that_is_refused_leaves_the_session_as_it_was() {
    let (store, _place, user) = founded_with_user().await;
    let before = sign_in(&store, &user, "a").await.unwrap();
    let refused = store.switch_role(cookie("a"), Role::ADMINISTRATOR, |_, _, _, _| Err("no"));
    assert_eq!(refused.await.unwrap(), Err("no"));
    assert_eq!(stored(&store, "a").await, Some(before));
}

#[tokio::test]
async fn sessions_end_one_by_one_or_all_but_one() {
    let (store, _place, user) = founded_with_user().await;
    let [a, b, c] = ["a", "b", "c"].map(|text| sign_in(&store, &user, text));
    let (a, b, c) = (a.await.unwrap(), b.await.unwrap(), c.await.unwrap());
    for _ in 0..2 {
        store.end_session(a.id).await.unwrap();
    }
    assert_eq!(store.sessions(user.id).await.unwrap(), [c.clone(), b.clone()]);
    assert_eq!(store.end_sessions(user.id, Some(b.id)).await.unwrap(), 1);
    assert_eq!(store.sessions(user.id).await.unwrap(), [b]);
    assert_eq!(store.end_sessions(user.id, None).await.unwrap(), 1);
}

#[tokio::test]
async fn ended_sessions_are_purged_by_age_and_by_idleness() {
    let (store, _place, user) = founded_with_user().await;
    let old = sign_in(&store, &user, "old").await.unwrap();
    sign_in(&store, &user, "idle").await.unwrap();
    let at = NOW.plus(SESSION_LASTS - Duration::from_secs(1));
    store.session_seen(old, at).await.unwrap();
    assert_eq!(store.purge_sessions(IDLE, NOW, 9).await.unwrap(), 0);
    assert_eq!(store.purge_sessions(IDLE, at, 9).await.unwrap(), 1);
    assert!(stored(&store, "idle").await.is_none() && stored(&store, "old").await.is_some());
    let end = NOW.plus(SESSION_LASTS);
    assert_eq!(store.purge_sessions(IDLE, end, 9).await.unwrap(), 1);
    assert_eq!(stored(&store, "old").await, None);
}

#[tokio::test]
async fn a_new_password_ends_every_session_but_the_one_it_was_set_in() {
    let (store, _place, user) = founded_with_user().await;
    store.require_password_change(user.id, by()).await.unwrap();
    let here = sign_in(&store, &user, "here").await.unwrap();
    sign_in(&store, &user, "there").await.unwrap();
    assert!(here.must_change_password);
    let new = NewPassword {
        hash: hash("new"),
        must_change: false,
        replaces: Some(hash("right")),
    };
    store
        .set_password(user.id, new, Some(here.id), by())
        .await
        .unwrap();
    let kept = stored(&store, "here").await.unwrap();
    assert!(!kept.must_change_password && kept.must_enrol);
    assert_eq!(stored(&store, "there").await, None);
}

#[tokio::test]
async fn a_second_factor_that_was_set_up_opens_the_session_it_was_set_up_in() {
    let (store, _place, user) = founded_with_user().await;
    let here = sign_in(&store, &user, "here").await.unwrap();
    sign_in(&store, &user, "there").await.unwrap();
    store
        .begin_second_factor(user.id, sealed(b"app"), by())
        .await
        .unwrap();
    let step = TimeStep::stored(1);
    let confirm = store.confirm_second_factor(user.id, 1, step, codes("x"), Some(here.id), by());
    confirm.await.unwrap();
    let kept = stored(&store, "here").await.unwrap();
    assert!(!kept.must_enrol && kept.two_factor_passed);
    assert_eq!(stored(&store, "there").await, None);
}
