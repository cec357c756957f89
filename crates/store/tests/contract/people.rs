//! Roles and users.

use super::{Actions, by, change, founded, noted, own, user_draft};
use countersign_model::{Level, NotedRecord, Permission, Role, RoleForm, RoleId, StandardRole};
use countersign_store::{Conflict, StoreError};

#[tokio::test]
async fn roles_and_users_come_back_as_they_were_added() {
    let (store, _folder) = founded().await;
    let actions = Actions::new(&store).await;
    let role = actions.add_role("Second").await.unwrap();
    let user = actions.add_user("Second").await.unwrap();
    let setup = store.setup().await.unwrap().unwrap();
    assert_eq!(own(setup.roles), [actions.role.clone(), role]);
    assert_eq!(setup.users, [actions.user.clone(), user]);
}

#[tokio::test]
async fn customized_roles_are_numbered_after_the_standard_ones() {
    let (store, _folder) = founded().await;
    let actions = Actions::new(&store).await;
    assert_eq!(actions.role.id, RoleId::new(1000));
    assert_eq!(actions.add_role("Second").await.unwrap().id, RoleId::new(1001));
}

#[tokio::test]
async fn a_name_is_given_once() {
    let (store, _folder) = founded().await;
    let actions = Actions::new(&store).await;
    let before = store.setup().await.unwrap();
    let role = actions.add_role("administrator").await.unwrap_err();
    assert!(matches!(role, StoreError::Conflict(Conflict::RoleName)));
    let user = actions.add_user("ADA BYRON").await.unwrap_err();
    assert!(matches!(user, StoreError::Conflict(Conflict::UserName)));
    assert_eq!(store.setup().await.unwrap(), before);
}

#[tokio::test]
async fn a_user_with_an_unknown_role_is_not_half_added() {
    let (store, _folder) = founded().await;
    let before = store.setup().await.unwrap();
    let unknown = Role {
        id: RoleId::new(404),
        ..Role::administrator()
    };
    let error = store
        .add_user(user_draft("Grace", &unknown), by())
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Unknown(NotedRecord::Role(id)) if id == unknown.id));
    assert_eq!(store.setup().await.unwrap(), before);
}

#[tokio::test]
async fn every_name_the_model_lets_through_comes_back_as_it_was() {
    let (store, _folder) = founded().await;
    let actions = Actions::new(&store).await;
    let longest = "𝄞".repeat(countersign_model::MAX_NAME);
    let names = [
        "Robert'); DROP TABLE entity; --",
        "\"quoted\" \\ $1 %s ?1",
        "İstanbul ẞ ŉ 👩‍💻",
        "مرحبا",
        &longest,
    ];
    for name in names {
        actions.add_role(name).await.unwrap();
        actions.add_user(name).await.unwrap();
    }
    let setup = store.setup().await.unwrap().unwrap();
    let roles = own(setup.roles);
    let roles: Vec<_> = roles.iter().skip(1).map(|role| role.name.as_str()).collect();
    let users: Vec<_> = setup
        .users
        .iter()
        .skip(1)
        .map(|user| user.name.as_str())
        .collect();
    assert_eq!(
        (roles.as_slice(), users.as_slice()),
        (names.as_slice(), names.as_slice())
    );
}

#[tokio::test]
async fn an_edit_of_a_role_is_noted_permission_by_permission() {
    let (store, _folder) = founded().await;
    let actions = Actions::new(&store).await;
    let edit = |form| RoleForm {
        inactive: true,
        permissions: vec![
            (Permission::LogInUsingAccessTokens, Level::Full),
            (Permission::Customers, Level::Edit),
        ],
        ..form
    };
    let edited = store.edit_role(actions.role.id, edit, by()).await.unwrap();
    assert_eq!(store.role(edited.id).await.unwrap().as_ref(), Some(&edited));
    let head = store.head().await.unwrap().unwrap();
    assert_eq!(own(head.roles), std::slice::from_ref(&edited));
    assert_eq!(
        noted(&store, NotedRecord::Role(edited.id)).await[..3],
        [
            change("Permissions: SuiteAnalytics Workbook", "Edit", ""),
            change("Permissions: Customers", "Create", "Edit"),
            change("Inactive", "F", "T"),
        ]
    );
}

#[tokio::test]
async fn a_standard_role_can_be_made_inactive_and_no_more_and_administrator_is_never_weakened() {
    let (store, _folder) = founded().await;
    let before = store.setup().await.unwrap();
    let inactive = |form| RoleForm {
        inactive: true,
        ..form
    };
    let error = store.edit_role(Role::ADMINISTRATOR, inactive, by()).await;
    assert!(matches!(error.unwrap_err(), StoreError::Fields(_)));
    let weakened = |form| RoleForm {
        permissions: vec![],
        ..form
    };
    let developer = StandardRole::Developer.id();
    let error = store.edit_role(developer, weakened, by()).await;
    assert!(matches!(error.unwrap_err(), StoreError::Fields(_)));
    assert_eq!(store.setup().await.unwrap(), before);
    let edited = store.edit_role(developer, inactive, by()).await.unwrap();
    assert!(edited.inactive);
}
