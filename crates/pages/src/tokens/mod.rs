//! Access tokens: method A for other users at Setup › Users/Roles, method B for oneself from Home.

mod edit;
mod form;
mod list;
mod record;
mod revoke;

use axum::routing::get;
use countersign_model::AccessTokenId;

use crate::needs::Needs;
use crate::pages::Route;
use crate::place::{ACCESS_TOKENS, MY_ACCESS_TOKENS};
use countersign_model::{Level, Permission};

pub(crate) const NEW: &str = "/app/setup/users-roles/access-tokens/new";
const NEW_OWN: &str = "/app/home/my-access-tokens/new";
const BELOW: &str = "/app/setup/users-roles/access-tokens";

/// Whoever may see a token at all: everybody's, or their own.
const SEES: Needs = Needs::One(&[
    (Permission::AccessTokenManagement, Level::Full),
    (Permission::UserAccessTokens, Level::Full),
]);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::new(ACCESS_TOKENS.path, ACCESS_TOKENS.needs, get(list::show)),
        Route::new(NEW, ACCESS_TOKENS.needs, get(form::open).post(form::create)),
        Route::new(MY_ACCESS_TOKENS.path, MY_ACCESS_TOKENS.needs, get(list::show_own)),
        Route::new(
            NEW_OWN,
            MY_ACCESS_TOKENS.needs,
            get(form::open_own).post(form::create_own),
        ),
        Route::new(format!("{BELOW}/{{id}}"), SEES, get(record::show)),
        Route::new(
            format!("{BELOW}/{{id}}/edit"),
            SEES,
            get(edit::open).post(edit::save),
        ),
        Route::new(
            format!("{BELOW}/{{id}}/revoke"),
            SEES,
            get(revoke::ask).post(revoke::revoke),
        ),
    ]
}

fn path_of(id: AccessTokenId) -> String {
    format!("{BELOW}/{id}")
}

#[cfg(test)]
pub(crate) mod samples {
    use countersign_authority::TokenWithUse;
    use countersign_model::{
        AccessToken, AccessTokenId, EntityId, IntegrationId, RoleId, TokenId, TokenState, TokenUse,
    };
    use countersign_web::{Lock, Page};
    use countersign_world::UnixTime;

    use crate::view::View;

    pub(crate) fn token(id: i64, state: TokenState) -> TokenWithUse {
        TokenWithUse {
            token: AccessToken {
                id: AccessTokenId::new(id),
                name: format!("Warehouse & Sync - Ada <{id}>"),
                token_id: TokenId::parse("10ca1f").unwrap(),
                user: EntityId::new(42),
                role: RoleId::new(1001),
                integration: IntegrationId::new(1),
                state,
                secret_generation: 1,
                created: UnixTime::from_seconds(1_767_225_600),
                created_by: None,
            },
            used: TokenUse::once(UnixTime::from_seconds(1_767_229_200)),
        }
    }

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        let mut pages: Vec<Page> = super::list::List::samples()
            .iter()
            .map(|view| view.page(lock))
            .collect();
        pages.extend(super::list::OwnList::samples().iter().map(|view| view.page(lock)));
        pages.extend(
            super::form::FormPage::samples()
                .iter()
                .map(|view| view.page(lock)),
        );
        pages.extend(super::form::OwnForm::samples().iter().map(|view| view.page(lock)));
        pages.extend(
            super::record::Record::samples()
                .iter()
                .map(|view| view.page(lock)),
        );
        pages.extend(
            super::edit::EditPage::samples()
                .iter()
                .map(|view| view.page(lock)),
        );
        pages.extend(
            super::revoke::RevokePage::samples()
                .iter()
                .map(|view| view.page(lock)),
        );
        pages
    }
}
