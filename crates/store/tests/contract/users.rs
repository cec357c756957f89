//! What is done to users: edits, their own roles, licences, locks, and their end.

use super::{Actions, NOW, by, change, enable, founded, noted, notes_of, user_draft};
use countersign_model::{
    EntityId, Feature, NoteType, NotedRecord, Role, RoleId, SettingsForm, TokenChange, UserForm,
};
use countersign_store::{Conflict, Keeper, StoreError, TokenFilter};

#[tokio::test]
async fn an_edit_is_made_of_what_is_stored_and_noted_field_by_field() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let role = actions.role.id;
    let edit = move |form: UserForm| UserForm {
        name: "Ada King".into(),
        roles: vec![role],
        inherit_ip_rules: true,
        ..form
    };
    let edited = store.edit_user(actions.user.id, edit, by()).await.unwrap();
    assert_eq!(store.user(actions.user.id).await.unwrap().as_ref(), Some(&edited));
    assert_eq!(edited.email, actions.user.email);
    assert_eq!(
        noted(&store, NotedRecord::User(edited.id)).await[..3],
        [
            change("Inherit IP Rules from Company", "F", "T"),
            change("Roles", &format!("{role}, 3"), &role.to_string()),
            change("Name", "Ada Byron", "Ada King"),
        ]
    );
}

#[tokio::test]
async fn a_save_that_changes_nothing_writes_nothing() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let before = store.setup().await.unwrap();
    store.edit_user(actions.user.id, |form| form, by()).await.unwrap();
    store.edit_role(actions.role.id, |form| form, by()).await.unwrap();
    let unchanged = store.edit_integration(actions.integration.id, |form| form, None, by());
    unchanged.await.unwrap();
    store.unlock_user(actions.user.id, by()).await.unwrap();
    let token = before.as_ref().unwrap().tokens[0].id;
    let unchanged = store.edit_token(token, |form| form, Keeper::Owner, by());
    unchanged.await.unwrap();
    let shown = store.hide_role(actions.user.id, actions.role.id, false, by());
    shown.await.unwrap();
    assert_eq!(store.setup().await.unwrap(), before);
}

#[tokio::test]
async fn a_role_that_is_hidden_stays_so_until_it_is_shown_or_given_anew() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let (user, role) = (actions.user.id, actions.role.id);
    let is_hidden = async || {
        let user = store.user(user).await.unwrap().unwrap();
        user.assignment(role).map(|assigned| assigned.hidden)
    };
    store.hide_role(user, role, true, by()).await.unwrap();
    assert_eq!(
        noted(&store, NotedRecord::User(user)).await[0],
        change("Hidden Roles", "", &role.to_string())
    );
    let renamed = |form| UserForm {
        name: "Ada King".into(),
        ..form
    };
    store.edit_user(user, renamed, by()).await.unwrap();
    assert_eq!(is_hidden().await, Some(true));

    let taken = |form| UserForm {
        roles: vec![Role::ADMINISTRATOR],
        ..form
    };
    store.edit_user(user, taken, by()).await.unwrap();
    assert_eq!(is_hidden().await, None);
    let error = store.hide_role(user, role, true, by()).await.unwrap_err();
    assert!(matches!(error, StoreError::RoleNotAssigned { .. }), "{error}");
    let given = move |form| UserForm {
        roles: vec![Role::ADMINISTRATOR, role],
        ..form
    };
    store.edit_user(user, given, by()).await.unwrap();
    assert_eq!(is_hidden().await, Some(false));
}

#[tokio::test]
async fn an_edit_that_cannot_be_saved_changes_nothing() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    actions.add_user("Grace").await.unwrap();
    let before = store.setup().await.unwrap();
    let unknown = RoleId::new(404);
    let edit = move |form| UserForm {
        roles: vec![unknown],
        ..form
    };
    let error = store.edit_user(actions.user.id, edit, by()).await.unwrap_err();
    assert!(matches!(error, StoreError::Unknown(NotedRecord::Role(id)) if id == unknown));
    let edit = |form| UserForm {
        name: "GRACE".into(),
        ..form
    };
    let error = store.edit_user(actions.user.id, edit, by()).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(Conflict::UserName)));
    let edit = |form| UserForm {
        email: "nowhere".into(),
        ..form
    };
    let error = store.edit_user(actions.user.id, edit, by()).await.unwrap_err();
    assert!(matches!(error, StoreError::Fields(_)));
    assert_eq!(store.setup().await.unwrap(), before);
}

#[tokio::test]
async fn licences_for_concurrent_web_services_users_are_counted() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let second = actions.add_user("Grace").await.unwrap();
    let checked = |form| UserForm {
        web_services_user: true,
        concurrent_web_services_user: true,
        ..form
    };
    let first = actions.user.id;
    let off = store.edit_user(first, checked, by()).await.unwrap_err();
    assert!(
        off.to_string()
            .starts_with("Concurrent Web Services User needs SOAP Web Services, which is off"),
        "{off}"
    );
    let features = [Feature::SoapWebServices, Feature::ConcurrentUsersForWebServices];
    enable(&store, &features).await.unwrap();
    let one = |form| SettingsForm {
        suitecloud_plus_licences: 1,
        ..form
    };
    store.change_settings(one, by()).await.unwrap();

    store.edit_user(first, checked, by()).await.unwrap();
    let none_left = store.edit_user(second.id, checked, by()).await.unwrap_err();
    assert_eq!(
        none_left.to_string(),
        "Concurrent Web Services User needs a SuiteCloud Plus licence: the account has 1, and 1 are in use."
    );
    let inactive = |form| UserForm {
        inactive: true,
        ..form
    };
    store.edit_user(first, inactive, by()).await.unwrap();
    store.edit_user(second.id, checked, by()).await.unwrap();
    let active = |form| UserForm {
        inactive: false,
        ..form
    };
    let again = store.edit_user(first, active, by()).await.unwrap_err();
    assert!(matches!(again, StoreError::Fields(_)), "{again}");
}

#[tokio::test]
async fn a_deleted_user_is_gone_with_their_tokens_and_the_notes_stay() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let revoked = actions.issue_token("token-2").await.unwrap();
    let revoke = store.change_token_state(revoked.id, TokenChange::Revoke, Keeper::Owner, by());
    revoke.await.unwrap();
    let other = store
        .add_user(user_draft("Grace", &actions.role), by())
        .await
        .unwrap();

    store.delete_user(actions.user.id, by()).await.unwrap();
    assert_eq!(store.user(actions.user.id).await.unwrap(), None);
    assert_eq!(store.tokens(TokenFilter::default(), None, 9).await.unwrap(), []);
    assert_eq!(actions.secret_of_token("token-1").await, None);
    assert_eq!(actions.secret_of_token("token-2").await, None);
    assert_eq!(store.setup().await.unwrap().unwrap().users, [other]);
    for record in [
        NotedRecord::User(actions.user.id),
        NotedRecord::AccessToken(revoked.id),
    ] {
        let newest = notes_of(&store, record).await.remove(0);
        assert_eq!((newest.note_type, newest.new_value), (NoteType::Delete, None));
    }
    let error = store.delete_user(actions.user.id, by()).await.unwrap_err();
    assert!(matches!(error, StoreError::Unknown(NotedRecord::User(_))));
}

#[tokio::test]
async fn an_internal_id_is_never_given_twice() {
    let (store, place) = founded().await;
    let actions = Actions::new(&store).await;
    let last = actions.add_user("Grace").await.unwrap();
    let token = actions.issue_token("token-2").await.unwrap();
    store.delete_user(last.id, by()).await.unwrap();
    store.delete_user(actions.user.id, by()).await.unwrap();
    let role = actions.role.clone();

    let store = place.open_again(store).await;
    let next = store.add_user(user_draft("Grace", &role), by()).await.unwrap();
    assert_eq!(next.id, EntityId::new(last.id.get() + 1));
    let issued = Actions::new(&store).await.issue_token("token-3").await.unwrap();
    assert_eq!(issued.id.get(), token.id.get() + 1);
}

#[tokio::test]
async fn a_lock_is_ended_with_a_note_and_by_nobody_twice() {
    let (store, place) = founded().await;
    let actions = Actions::new(&store).await;
    let until = NOW.millis() + 60_000;
    place
        .run(&format!("UPDATE entity SET locked_until = {until}"))
        .await;
    assert!(store.user(actions.user.id).await.unwrap().unwrap().is_locked(NOW));
    let unlocked = store.unlock_user(actions.user.id, by()).await.unwrap();
    assert!(!unlocked.is_locked(NOW));
    let note = noted(&store, NotedRecord::User(actions.user.id)).await.remove(0);
    assert_eq!((note.0.as_str(), note.2), ("Locked Until", None));
    let count = store.change_count().await.unwrap();
    store.unlock_user(actions.user.id, by()).await.unwrap();
    assert_eq!(store.change_count().await.unwrap(), count);
}
