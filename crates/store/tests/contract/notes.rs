//! System notes, the counter they move, and what they tell of changes since.

use super::{Actions, by, change, enable, founded, noted, pair};
use countersign_model::{
    Feature, IntegrationChange, Lever, LeverSays, NotedRecord, RoleForm, SettingsForm, StandardRole,
    TokenChange,
};
use countersign_store::{Change, Keeper, MAX_ROWS, NoteFilter, StoreError};

/// The trigger stands for any failure after the record itself was written.
#[tokio::test]
async fn a_change_whose_note_cannot_be_written_does_not_happen() {
    let (store, place) = founded().await;
    let actions = Actions::new(&store).await;
    let before = store.setup().await.unwrap();
    let notes = store.system_notes(NoteFilter::default()).await.unwrap();

    place.refuse_notes().await;

    let refused = |result: Result<(), StoreError>| {
        let error = result.unwrap_err();
        assert!(matches!(&error, StoreError::Database(_)), "{error}");
    };
    refused(actions.add_integration("another", "key-2").await.map(drop));
    refused(actions.add_role("another").await.map(drop));
    refused(actions.add_user("another").await.map(drop));
    refused(actions.issue_token("token-2").await.map(drop));
    refused(actions.enable_all_features().await.map(drop));
    let integration = actions.integration.id;
    refused(
        store
            .change_integration_state(integration, IntegrationChange::Block, by())
            .await
            .map(drop),
    );
    let token = before.as_ref().unwrap().tokens[0].id;
    refused(
        store
            .change_token_state(token, TokenChange::Revoke, Keeper::Owner, by())
            .await
            .map(drop),
    );

    let (user, role) = (actions.user.id, actions.role.id);
    refused(
        store
            .reset_credentials(integration, pair("key-2", 2), by())
            .await
            .map(drop),
    );
    refused(store.uninstall_integration(integration, by()).await.map(drop));
    refused(store.hide_role(user, role, true, by()).await.map(drop));
    refused(store.delete_user(user, by()).await);
    let settings = |form| SettingsForm {
        require_approval: true,
        ..form
    };
    refused(store.change_settings(settings, by()).await.map(drop));
    let inactive = |form| RoleForm {
        inactive: true,
        ..form
    };
    refused(store.edit_role(role, inactive, by()).await.map(drop));

    assert_eq!(store.setup().await.unwrap(), before);
    assert_eq!(store.system_notes(NoteFilter::default()).await.unwrap(), notes);
    assert_eq!(actions.secret_of_integration("key-2").await, None);
    assert_eq!(actions.secret_of_token("token-2").await, None);
}

#[tokio::test]
async fn the_changes_since_a_count_are_told_record_by_record() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let before = store.change_count().await.unwrap();
    assert_eq!(store.changes_since(before, 9).await.unwrap(), []);

    let token = actions.issue_token("token-2").await.unwrap();
    let issued = store.change_count().await.unwrap();
    let all = |change: &Change| change.record == NotedRecord::AccessToken(token.id) && !change.everything;
    assert!(store.changes_since(before, 9).await.unwrap().iter().all(all));

    let integration = actions.integration.id;
    store
        .change_integration_state(integration, IntegrationChange::Block, by())
        .await
        .unwrap();
    let features = [Feature::ClientSuiteScript, Feature::ServerSuiteScript];
    enable(&store, &features).await.unwrap();
    store
        .change_token_state(token.id, TokenChange::Revoke, Keeper::Owner, by())
        .await
        .unwrap();
    actions.issue_token("token-2").await.unwrap_err();

    let records = [
        NotedRecord::Integration(integration),
        NotedRecord::Account,
        NotedRecord::Account,
        NotedRecord::AccessToken(token.id),
    ];
    let expected: Vec<_> = (issued + 1..)
        .zip(records)
        .map(|(number, record)| Change {
            number,
            record,
            everything: false,
        })
        .collect();
    assert_eq!(store.changes_since(issued, 9).await.unwrap(), expected);
    assert_eq!(store.change_count().await.unwrap(), issued + 4);

    let first = store.changes_since(issued, 2).await.unwrap();
    let rest = store.changes_since(first[1].number, 9).await.unwrap();
    assert_eq!([first, rest].concat(), expected);
}

#[tokio::test]
async fn the_changes_of_an_account_begin_with_its_founding() {
    let (store, _place) = crate::open().await;
    assert_eq!(store.changes_since(0, 9).await.unwrap(), []);
    super::found(&store).await;
    let mut records: Vec<_> = store
        .changes_since(0, u32::MAX)
        .await
        .unwrap()
        .into_iter()
        .map(|change| change.record)
        .collect();
    records.dedup();
    let mut roles: Vec<_> = StandardRole::ALL.iter().map(|role| role.id()).collect();
    roles.sort();
    let roles = roles.into_iter().map(NotedRecord::Role);
    let founding: Vec<_> = [NotedRecord::Account].into_iter().chain(roles).collect();
    assert_eq!(records, founding);
    assert_eq!(store.changes_since(u64::MAX >> 1, MAX_ROWS).await.unwrap(), []);
}

#[tokio::test]
async fn the_pages_of_notes_are_all_of_them_in_one_order_also_while_more_are_written() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    for record in [None, Some(NotedRecord::Role(actions.role.id))] {
        let filter = |before, limit| NoteFilter {
            record,
            before,
            limit,
        };
        let all = store.system_notes(filter(None, MAX_ROWS)).await.unwrap();
        assert!(all.len() > 3 && all.is_sorted_by(|(later, _), (earlier, _)| later > earlier));
        let (mut walked, mut before) = (Vec::new(), None);
        loop {
            let page = store.system_notes(filter(before, 3)).await.unwrap();
            let Some((last, _)) = page.last() else { break };
            before = Some(*last);
            walked.extend(page);
            let switch = |form: RoleForm| RoleForm {
                inactive: !form.inactive,
                ..form
            };
            store.edit_role(actions.role.id, switch, by()).await.unwrap();
        }
        assert_eq!(walked, all);
    }
}

#[tokio::test]
async fn a_pulled_lever_is_noted_on_the_account_where_it_does_something_else() {
    let (store, _place) = founded().await;
    let of = |says: &str| LeverSays {
        lever: Lever::Clock,
        says: Some(says.to_owned()).filter(|says| !says.is_empty()),
    };
    let count = store.change_count().await.unwrap();
    store.note_lever(of("frozen"), of("frozen"), by()).await.unwrap();
    assert_eq!(store.change_count().await.unwrap(), count);
    store.note_lever(of(""), of("frozen"), by()).await.unwrap();
    store.note_lever(of("frozen"), of(""), by()).await.unwrap();
    let notes = noted(&store, NotedRecord::Account).await;
    let expected = [
        change("Test Lever: Clock", "frozen", ""),
        change("Test Lever: Clock", "", "frozen"),
    ];
    assert_eq!(notes[..2], expected);
    assert_eq!(store.change_count().await.unwrap(), count + 2);
}

#[tokio::test]
async fn the_next_internal_id_is_known_before_its_record_is_there() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let next = store.next_integration_id().await.unwrap();
    let added = actions.add_integration("another", "key-2").await.unwrap();
    assert_eq!(added.id, next);
    let next = store.next_token_id().await.unwrap();
    let issued = actions.issue_token("token-2").await.unwrap();
    assert_eq!(issued.id, next);
    assert_ne!(store.next_token_id().await.unwrap(), next);
}
