//! Logins with a password: what counts, what locks, and what is used up.

use super::passwords::hash;
use super::second_factors::{codes, enrol};
use super::{Actions, NOW, by, founded, notes_of};
use countersign_model::{
    By, CodeAnswer, EntityId, LOCK_LASTS, LoginDenied, LoginScene, MayLogInByPassword, NotedRecord,
    PasswordAnswer, PasswordDenied, PasswordPolicy, PasswordScene, RoleId, Surface, TimeStep, User,
    may_log_in_by_password,
};
use countersign_store::{
    Conflict, Decision, NewPassword, PasswordAttempt, PasswordLogin, Store, StoreError, UsedCode,
};
use countersign_world::UnixTime;
use std::time::Duration;

pub(crate) async fn give_password(store: &Store, user: EntityId, password: &str) {
    let new = NewPassword {
        hash: hash(password),
        must_change: false,
        replaces: None,
    };
    store.set_password(user, new, None, by()).await.unwrap();
}

/// As the pages do it: compare first, decide then.
pub(crate) async fn log_in(
    store: &Store,
    user: &User,
    password: &str,
    code: Option<UsedCode>,
    now: UnixTime,
) -> Result<MayLogInByPassword, PasswordDenied> {
    let access = store.access(user.id).await.unwrap();
    let login = PasswordLogin {
        user: user.id,
        role: user.roles.first().unwrap().role,
        compared: access.password.map(|password| password.hash),
    };
    let is_right = login.compared == Some(hash(password));
    let by = By { at: now, ..by() };
    let decided = store.decide_password_login(login, by, move |attempt| decide(attempt, is_right, code, now));
    decided.await.unwrap()
}

fn decide(attempt: &PasswordAttempt, is_right: bool, code: Option<UsedCode>, now: UnixTime) -> Decision {
    let scene = LoginScene {
        surface: Surface::Page,
        address: None,
        now,
        features: &attempt.features,
        company_ip_rules: None,
    };
    let at = PasswordScene {
        scene,
        policy: &PasswordPolicy::default(),
        mandatory_two_factor: true,
    };
    let answer = PasswordAnswer {
        password_is_right: is_right,
        code: code.as_ref().map_or(CodeAnswer::NotGiven, |_| CodeAnswer::Right),
    };
    let access = &attempt.access;
    let (password, factor) = (access.password.as_ref(), access.factor);
    Decision {
        outcome: may_log_in_by_password(&attempt.user, &attempt.role, password, factor, answer, &at),
        used: code.filter(|_| is_right),
    }
}

fn after(seconds: u64) -> UnixTime {
    NOW.plus(Duration::from_secs(seconds))
}

fn is_locked<T>(result: &Result<T, PasswordDenied>) -> bool {
    matches!(result, Err(PasswordDenied::Login(LoginDenied::Locked { .. })))
}

#[tokio::test]
async fn the_right_password_after_the_fifth_wrong_one_is_refused_until_the_lock_ends() {
    let (store, place) = founded().await;
    let user = Actions::new(&store).await.user;
    give_password(&store, user.id, "right").await;
    for second in 0..5 {
        let denied = log_in(&store, &user, "wrong", None, after(second)).await;
        assert_eq!(denied.unwrap_err(), PasswordDenied::WrongPassword);
    }
    let store = place.open_again(store).await;
    assert!(is_locked(&log_in(&store, &user, "right", None, after(5)).await));
    let until = after(4).plus(LOCK_LASTS);
    assert_eq!(
        store.user(user.id).await.unwrap().unwrap().locked_until,
        Some(until)
    );
    log_in(&store, &user, "right", None, until).await.unwrap();
    log_in(&store, &user, "wrong", None, until).await.unwrap_err();
    let lock = store.access(user.id).await.unwrap().lock;
    assert_eq!((lock.failures(), lock.is_locked(until)), (1, false));
}

#[tokio::test]
async fn a_lock_is_noted_on_the_user_and_a_wrong_password_is_not() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user;
    give_password(&store, user.id, "right").await;
    let before = store.change_count().await.unwrap();
    for _ in 0..4 {
        log_in(&store, &user, "wrong", None, NOW).await.unwrap_err();
    }
    assert_eq!(store.change_count().await.unwrap(), before);
    log_in(&store, &user, "wrong", None, NOW).await.unwrap_err();
    assert_eq!(store.change_count().await.unwrap(), before + 1);
    let notes = notes_of(&store, NotedRecord::User(user.id)).await;
    assert_eq!(notes[0].field, "Locked Until");
    assert_eq!(notes[0].new_value, Some(NOW.plus(LOCK_LASTS).to_string()));
}

#[tokio::test]
async fn the_right_password_ends_the_count() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user;
    give_password(&store, user.id, "right").await;
    for _ in 0..3 {
        for _ in 0..4 {
            log_in(&store, &user, "wrong", None, NOW).await.unwrap_err();
        }
        log_in(&store, &user, "right", None, NOW).await.unwrap();
    }
    assert_eq!(store.access(user.id).await.unwrap().lock.failures(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn guesses_at_once_each_count_and_no_more_than_five_are_compared() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user;
    give_password(&store, user.id, "right").await;
    let mut guessing = Vec::new();
    for _ in 0..40 {
        let (store, user) = (store.clone(), user.clone());
        guessing.push(tokio::spawn(async move {
            log_in(&store, &user, "wrong", None, NOW).await
        }));
    }
    let mut told_wrong = 0;
    for guess in guessing {
        let guess = guess.await.unwrap();
        if !is_locked(&guess) {
            assert_eq!(guess.unwrap_err(), PasswordDenied::WrongPassword);
            told_wrong += 1;
        }
    }
    assert_eq!(told_wrong, 5);
}

#[tokio::test]
async fn a_login_whose_lock_cannot_be_noted_is_not_decided() {
    let (store, place) = founded().await;
    let user = Actions::new(&store).await.user;
    give_password(&store, user.id, "right").await;
    for _ in 0..4 {
        log_in(&store, &user, "wrong", None, NOW).await.unwrap_err();
    }
    place.refuse_notes().await;
    let login = PasswordLogin {
        user: user.id,
        role: user.roles[0].role,
        compared: Some(hash("right")),
    };
    let decided = store.decide_password_login(login, by(), |attempt| decide(attempt, false, None, NOW));
    assert!(matches!(decided.await.unwrap_err(), StoreError::Database(_)));
    assert_eq!(store.access(user.id).await.unwrap().lock.failures(), 4);
}

#[tokio::test]
async fn a_password_that_was_changed_since_it_was_compared_decides_nothing() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user;
    give_password(&store, user.id, "new").await;
    for compared in [None, Some(hash("old"))] {
        let login = PasswordLogin {
            user: user.id,
            role: user.roles[0].role,
            compared,
        };
        let decided = store.decide_password_login(login, by(), |attempt| decide(attempt, true, None, NOW));
        let error = decided.await.unwrap_err();
        assert!(
            matches!(error, StoreError::Conflict(Conflict::Password)),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_unknown_user_or_role_is_told() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user;
    let (nobody, none) = (EntityId::new(404), RoleId::new(404));
    for (user, role) in [(nobody, user.roles[0].role), (user.id, none)] {
        let login = PasswordLogin {
            user,
            role,
            compared: None,
        };
        let decided = store.decide_password_login(login, by(), |attempt| decide(attempt, true, None, NOW));
        assert!(matches!(decided.await.unwrap_err(), StoreError::Unknown(_)));
    }
}

#[tokio::test]
async fn a_code_is_used_once() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user;
    give_password(&store, user.id, "right").await;
    enrol(&store, user.id).await;
    let step = |step| Some(UsedCode::Step(TimeStep::stored(step)));
    log_in(&store, &user, "right", step(101), NOW).await.unwrap();
    for used in [101, 100] {
        let denied = log_in(&store, &user, "right", step(used), NOW).await;
        assert!(matches!(denied, Err(PasswordDenied::WrongCode { .. })));
    }
    assert_eq!(store.access(user.id).await.unwrap().lock.failures(), 2);
    log_in(&store, &user, "right", step(102), NOW).await.unwrap();
    let denied = log_in(&store, &user, "right", None, NOW).await;
    assert!(matches!(denied, Err(PasswordDenied::TwoFactorRequired { .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_logins_at_once_with_one_code_one_succeeds() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user;
    give_password(&store, user.id, "right").await;
    enrol(&store, user.id).await;
    let recovery = UsedCode::Recovery(codes("first")[3].clone());
    for code in [UsedCode::Step(TimeStep::stored(200)), recovery] {
        let log_in = || {
            let (store, user, code) = (store.clone(), user.clone(), Some(code.clone()));
            tokio::spawn(async move { log_in(&store, &user, "right", code, NOW).await })
        };
        let (one, other) = (log_in(), log_in());
        let results = [one.await.unwrap(), other.await.unwrap()];
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    }
    let left = store.access(user.id).await.unwrap().recovery_codes;
    assert_eq!(left.len(), 9);
}

#[tokio::test]
async fn a_right_code_beside_a_wrong_password_is_not_used_up() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user;
    give_password(&store, user.id, "right").await;
    enrol(&store, user.id).await;
    let code = Some(UsedCode::Recovery(codes("first")[0].clone()));
    log_in(&store, &user, "wrong", code.clone(), NOW)
        .await
        .unwrap_err();
    let may = log_in(&store, &user, "right", code, NOW).await.unwrap();
    assert!(may.two_factor());
}

#[tokio::test]
async fn a_second_factor_that_names_no_code_is_none() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user;
    give_password(&store, user.id, "right").await;
    enrol(&store, user.id).await;
    let login = PasswordLogin {
        user: user.id,
        role: user.roles[0].role,
        compared: Some(hash("right")),
    };
    let step = Some(UsedCode::Step(TimeStep::stored(500)));
    let decided = store.decide_password_login(login, by(), |attempt| Decision {
        used: None,
        ..decide(attempt, true, step, NOW)
    });
    let denied = decided.await.unwrap();
    assert!(matches!(denied, Err(PasswordDenied::WrongCode { .. })));
}

#[tokio::test]
async fn of_entities_with_one_email_the_first_that_can_log_in_is_meant() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let email = actions.user.email.clone();
    let by_login = async || store.user_by_login(email.clone()).await.unwrap().unwrap();
    assert_eq!(
        by_login().await.0,
        actions.user,
        "although there is no password yet"
    );
    let second = actions.add_user("Second").await.unwrap();
    let third = actions.add_user("Third").await.unwrap();
    give_password(&store, third.id, "third").await;
    assert_eq!(by_login().await.0, third);
    give_password(&store, second.id, "second").await;
    let (user, access) = by_login().await;
    assert_eq!((&user, access.password.unwrap().hash), (&second, hash("second")));
    let shouted = store.user_by_login(email.to_uppercase()).await.unwrap();
    assert_eq!(shouted.unwrap().0.id, second.id, "upper and lower case aside");
    for nobody in ["", "nobody@example.com", "a\0b"] {
        assert_eq!(store.user_by_login(nobody.into()).await.unwrap(), None);
    }
}
