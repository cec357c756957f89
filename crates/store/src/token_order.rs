//! How an access token comes to be: the ways there are, and the rules of each, asked in the transaction that makes it.

use countersign_database::Transaction;
use countersign_model::{
    AccessToken, AccessTokenId, By, EntityId, Feature, FeatureSet, Integration, IntegrationId,
    IntegrationState, NotedRecord, Role, RoleId, TokenDraft, TokenForm, TokenId, TokenMaker, TokenRefused,
    User,
};

use crate::column::next_id;
use crate::token_row::{TABLE, insert};
use crate::{
    SealedSecret, SecretOwner, Store, StoreError, features, integrations, notes, roles, secrets, users,
};

/// In which way a token is made, and so by which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// By whoever owns the process: no permission is asked, everything else is.
    Owner,
    /// Setup > Users/Roles > Access Tokens > New, by this user in this role.
    Manager { user: EntityId, role: RoleId },
    /// Settings > Manage Access Tokens > New My Access Token, by the user of the token in its role.
    Own,
    /// The issuetoken endpoint, by the user of the token in its role.
    IssueToken,
    /// The authorization flow, by the user of the token, who clicked Allow in its role.
    Authorization,
}

/// A token that somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenOrder {
    pub maker: Maker,
    pub integration: IntegrationId,
    pub user: EntityId,
    pub role: RoleId,
    /// Empty takes the default name.
    pub name: String,
}

impl Store {
    /// `secret` is the Token Secret, sealed for [`SecretOwner::AccessToken`] of `token_id`.
    ///
    /// # Errors
    /// [`StoreError::TokenRefused`] where the maker may not, and [`StoreError::Fields`] where nobody may.
    pub async fn issue_token(
        &self,
        order: TokenOrder,
        token_id: TokenId,
        secret: SealedSecret,
        by: By,
    ) -> Result<AccessToken, StoreError> {
        let issue = async move |transaction: &mut Transaction<'_>| {
            issue(transaction, &order, token_id, &secret, &by).await
        };
        self.database.write(issue).await
    }
}

/// As [`Store::issue_token`], within a transaction that has more to do.
pub(crate) async fn issue(
    transaction: &mut Transaction<'_>,
    order: &TokenOrder,
    token_id: TokenId,
    secret: &SealedSecret,
    by: &By,
) -> Result<AccessToken, StoreError> {
    let application = integrations::require(transaction, order.integration).await?;
    let user = users::require(transaction, order.user).await?;
    let role = roles::require(transaction, order.role).await?;
    let features = features::on(transaction).await?;
    let maker = match order.maker {
        Maker::Manager { user, role } => Some((
            users::require(transaction, user).await?,
            roles::require(transaction, role).await?,
        )),
        _ => None,
    };
    let chosen = Chosen {
        application: &application,
        user: &user,
        role: &role,
        features: &features,
    };
    chosen.may_be_made(order.maker, maker.as_ref())?;
    let draft = TokenDraft::parse(TokenForm {
        application: &application,
        user: &user,
        role: &role,
        features: &features,
        name: &order.name,
    })?;
    let id = AccessTokenId::new(next_id(transaction, TABLE, 0).await?);
    let token = AccessToken {
        secret_generation: secret.generation,
        ..draft.into_access_token(id, token_id, by)
    };
    insert(transaction, &token).await?;
    let owner = SecretOwner::AccessToken(token.token_id.clone());
    secrets::insert(transaction, &owner, secret).await?;
    notes::write(transaction, by, NotedRecord::AccessToken(id), None, Some(&token)).await?;
    Ok(token)
}

/// The records of an order.
struct Chosen<'a> {
    application: &'a Integration,
    user: &'a User,
    role: &'a Role,
    features: &'a FeatureSet,
}

impl Chosen<'_> {
    fn may_be_made(&self, maker: Maker, manager: Option<&(User, Role)>) -> Result<(), TokenRefused> {
        let Self {
            application,
            user,
            role,
            features,
        } = *self;
        let own = TokenMaker { user, role, features };
        let may = match (maker, manager) {
            (Maker::Owner, _) => {
                let waits = application.state == IntegrationState::WaitingForApproval;
                return match features.has(Feature::TokenBasedAuthentication) {
                    true if waits => Err(TokenRefused::Application {
                        application: application.name.clone(),
                        state: Some(application.state),
                    }),
                    true => Ok(()),
                    false => Err(TokenRefused::FeatureOff),
                };
            }
            (Maker::Manager { .. }, Some((manager, as_role))) => TokenMaker {
                user: manager,
                role: as_role,
                features,
            }
            .may_make_for(user, role, application),
            (Maker::Manager { .. }, None) | (Maker::Own, _) => own.may_make_own(application),
            (Maker::IssueToken, _) => own.may_issue(application),
            (Maker::Authorization, _) => own.may_authorize(application),
        };
        may.map(drop)
    }
}
