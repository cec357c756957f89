//! Lists, a page at a time: put together, the pages are what the filter says of the whole set-up.

use super::{Actions, by, founded, role_draft, sealed, user_draft};
use countersign_model::{
    AccessToken, AccessTokenId, EntityKind, Integration, IntegrationChange, IntegrationState, TokenChange,
    TokenId, TokenState, User, UserDraft, UserForm,
};
use countersign_store::{
    Direction, IntegrationFilter, Keeper, Maker, Setup, Store, TokenFilter, TokenOrder, UserFilter,
};

const NAMES: [&str; 9] = [
    "Sync",
    "sync b",
    "SYNC",
    "Sync",
    "Τιμές ΟΔΟΣ",
    "τιμέσ",
    "sz",
    "\u{10ffff}",
    "Éclair",
];

/// Beginnings of some of them, of none and of all.
const BEGINNINGS: [&str; 9] = [
    "",
    "s",
    "SYNC",
    "sync b",
    "ΤΙΜΈΣ",
    "é",
    "\u{10ffff}",
    "x",
    "Sync and more",
];

const LIMIT: u32 = 3;

fn folded(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).collect()
}

fn begins_with(name: &str, beginning: Option<&String>) -> bool {
    beginning.is_none_or(|beginning| folded(name).starts_with(&folded(beginning)))
}

/// By id, or by name where names are asked for; either way up or down.
fn in_order<T>(
    mut records: Vec<T>,
    (by_name, direction): (bool, Direction),
    name: impl Fn(&T) -> &str,
) -> Vec<T> {
    if by_name {
        records.sort_by_key(|record| folded(name(record)));
    }
    if direction == Direction::Down {
        records.reverse();
    }
    records
}

fn beginnings() -> impl Iterator<Item = (Option<String>, Direction)> {
    let some = BEGINNINGS.iter().map(|beginning| Some((*beginning).to_owned()));
    let all = std::iter::once(None).chain(some);
    all.flat_map(|name| [(name.clone(), Direction::Up), (name, Direction::Down)])
}

async fn all_pages<T, I: Copy>(ask: impl AsyncFn(Option<I>) -> Vec<T>, id: impl Fn(&T) -> I) -> Vec<T> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = ask(after).await;
        assert!(page.len() <= LIMIT as usize);
        let Some(last) = page.last() else { return all };
        after = Some(id(last));
        all.extend(page);
    }
}

async fn two_of_each(store: &Store) -> Setup {
    let actions = Actions::new(store).await;
    actions.add_integration("Second", "key-2").await.unwrap();
    let role = store.add_role(role_draft("Second"), by()).await.unwrap();
    store.add_user(user_draft("Second", &role), by()).await.unwrap();
    store.setup().await.unwrap().unwrap()
}

#[tokio::test]
async fn the_pages_of_tokens_are_what_the_filter_says() {
    let (store, _place) = founded().await;
    let setup = two_of_each(&store).await;
    let [users, integrations] = [setup.users.len(), setup.integrations.len()];
    for at in 0..3 * NAMES.len() {
        let user = &setup.users[at % users];
        let role = user.roles[0].role;
        let order = TokenOrder {
            maker: Maker::Owner,
            integration: setup.integrations[at / 2 % integrations].id,
            user: user.id,
            role,
            name: NAMES[at % NAMES.len()].to_owned(),
        };
        let id = TokenId::parse(format!("page-{at}")).unwrap();
        let token = store.issue_token(order, id, sealed(b"s"), by()).await.unwrap();
        if at % 3 == 0 {
            store
                .change_token_state(token.id, TokenChange::Revoke, Keeper::Owner, by())
                .await
                .unwrap();
        }
    }
    let tokens = store.setup().await.unwrap().unwrap().tokens;

    for (name, direction) in beginnings() {
        for revoked in [None, Some(true), Some(false)] {
            for user in [None, Some(setup.users[1].id)] {
                for integration in [None, Some(setup.integrations[1].id)] {
                    for role in [None, Some(setup.users[1].roles[0].role)] {
                        let name = name.clone();
                        let filter = TokenFilter {
                            user,
                            role,
                            integration,
                            revoked,
                            name,
                            direction,
                        };
                        let passes = |token: &&AccessToken| {
                            begins_with(&token.name, filter.name.as_ref())
                                && revoked.is_none_or(|revoked| {
                                    matches!(token.state, TokenState::Revoked { .. }) == revoked
                                })
                                && user.is_none_or(|user| token.user == user)
                                && integration.is_none_or(|integration| token.integration == integration)
                                && role.is_none_or(|role| token.role == role)
                        };
                        let expected = tokens.iter().filter(passes).cloned().collect();
                        let order = (filter.name.is_some(), direction);
                        let expected = in_order(expected, order, |token: &AccessToken| &token.name);
                        let ask = async |after| store.tokens(filter.clone(), after, LIMIT).await.unwrap();
                        let found = all_pages(ask, |token: &AccessToken| token.id).await;
                        assert_eq!(found, expected, "{filter:?}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn the_pages_of_users_are_what_the_filter_says() {
    let (store, _place) = founded().await;
    let setup = two_of_each(&store).await;
    let kinds = [EntityKind::Employee, EntityKind::Partner];
    for (at, name) in NAMES.iter().filter(|name| folded(name) != "sync").enumerate() {
        let form = UserForm {
            kind: kinds[at % 2],
            name: (*name).into(),
            email: ["one@example.com", "two@example.com"][at / 2 % 2].into(),
            give_access: at % 3 != 0,
            roles: setup.roles.iter().take(at % 3).map(|role| role.id).collect(),
            ..UserForm::default()
        };
        store
            .add_user(UserDraft::parse(form).unwrap(), by())
            .await
            .unwrap();
    }
    let users = store.setup().await.unwrap().unwrap().users;

    for (name, direction) in beginnings() {
        for kind in [None, Some(EntityKind::Employee), Some(EntityKind::Vendor)] {
            for inactive in [None, Some(true), Some(false)] {
                for email in [None, Some("One@Example.com".to_owned())] {
                    let name = name.clone();
                    let filter = UserFilter {
                        name,
                        email,
                        kind,
                        inactive,
                        gives_access: kind.map(|kind| kind == EntityKind::Employee),
                        direction,
                    };
                    let passes = |user: &&User| {
                        begins_with(&user.name, filter.name.as_ref())
                            && kind.is_none_or(|kind| user.kind == kind)
                            && inactive.is_none_or(|inactive| user.inactive == inactive)
                            && filter.gives_access.is_none_or(|gives| user.give_access == gives)
                            && filter
                                .email
                                .as_ref()
                                .is_none_or(|email| user.email.eq_ignore_ascii_case(email))
                    };
                    let expected = users.iter().filter(passes).cloned().collect();
                    let order = (filter.name.is_some(), direction);
                    let expected = in_order(expected, order, |user: &User| &user.name);
                    let ask = async |after| store.users(filter.clone(), after, LIMIT).await.unwrap();
                    let found = all_pages(ask, |user: &User| user.id).await;
                    assert_eq!(found, expected, "{filter:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_pages_of_integration_records_are_what_the_filter_says() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    for (at, name) in NAMES.iter().filter(|name| folded(name) != "sync").enumerate() {
        let added = actions
            .add_integration(name, &format!("page-{at}"))
            .await
            .unwrap();
        if at % 2 == 0 {
            store
                .change_integration_state(added.id, IntegrationChange::Block, by())
                .await
                .unwrap();
        }
    }
    let integrations = store.setup().await.unwrap().unwrap().integrations;

    for (name, direction) in beginnings() {
        for state in [
            None,
            Some(IntegrationState::Enabled),
            Some(IntegrationState::Blocked),
        ] {
            let name = name.clone();
            let filter = IntegrationFilter {
                name,
                state,
                direction,
            };
            let passes = |record: &&Integration| {
                begins_with(&record.name, filter.name.as_ref())
                    && state.is_none_or(|state| record.state == state)
            };
            let expected = integrations.iter().filter(passes).cloned().collect();
            let order = (filter.name.is_some(), direction);
            let expected = in_order(expected, order, |record: &Integration| &record.name);
            let ask = async |after| store.integrations(filter.clone(), after, LIMIT).await.unwrap();
            let found = all_pages(ask, |record: &Integration| record.id).await;
            assert_eq!(found, expected, "{filter:?}");
        }
    }
}

/// PostgreSQL has no place for a NUL in a text.
#[tokio::test]
async fn nothing_begins_with_what_no_name_can_hold() {
    let (store, _place) = founded().await;
    let name = Some("Sync\0".to_owned());
    let filter = TokenFilter {
        name: name.clone(),
        ..TokenFilter::default()
    };
    assert_eq!(store.tokens(filter, None, LIMIT).await.unwrap(), []);
    let filter = UserFilter {
        email: name.clone(),
        ..UserFilter::default()
    };
    assert_eq!(store.users(filter, None, LIMIT).await.unwrap(), []);
    let filter = IntegrationFilter {
        name,
        ..IntegrationFilter::default()
    };
    assert_eq!(store.integrations(filter, None, LIMIT).await.unwrap(), []);
}

#[tokio::test]
async fn a_page_of_none_is_empty_and_an_unknown_place_begins_by_id() {
    let (store, _place) = founded().await;
    let all = TokenFilter::default();
    assert_eq!(store.tokens(all.clone(), None, 0).await.unwrap(), []);
    let beyond = Some(AccessTokenId::new(i64::MAX));
    assert_eq!(store.tokens(all.clone(), beyond, u32::MAX).await.unwrap(), []);
    let before = Some(AccessTokenId::new(i64::MIN));
    assert_eq!(store.tokens(all, before, u32::MAX).await.unwrap().len(), 1);
}
