//! Request tokens of the authorization flow. A row is kept until it lapses, so that a token that was used up is known for
//! one; then it may go.

use countersign_database::{Row, Transaction};
use countersign_model::{
    AccessToken, Actor, By, EntityId, FeatureSet, FlowRefusal, IntegrationId, LoginDenied, MayMakeToken,
    Named, NotedRecord, RequestToken, RequestTokenFault, RequestTokenId, RequestTokenState, Role, RoleId,
    TokenId, User, VerifierAnswer, VerifierHash, Via,
};
use countersign_protocol::AccountId;
use countersign_world::UnixTime;

use crate::column::time;
use crate::{
    Conflict, MAX_ROWS, Maker, SealedSecret, SecretOwner, Store, StoreError, TokenOrder, features, roles,
    secrets, token_order, users,
};

const TABLE: &str = "request_token";

const WHAT: &str = "request token";

const COLUMNS: &str = "token, integration, callback, role, issued, state, allowed_user, allowed_role, allowed_at, allowed_in, verifier_hash";

/// The most request tokens of one integration record that somebody may still allow or exchange. An application that
/// begins and never ends fills its own place only.
pub const MAX_UNFINISHED: u32 = 1000;

/// Step three, as it was sent, and the access token that is to come of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub token: RequestTokenId,
    pub caller: IntegrationId,
    /// The hash of what was sent, none where it was empty.
    pub verifier: Option<VerifierHash>,
    pub token_id: TokenId,
    /// The Token Secret, sealed for [`SecretOwner::AccessToken`] of `token_id`.
    pub secret: SealedSecret,
    pub at: UnixTime,
}

/// The new token, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchanged {
    pub token: AccessToken,
    pub user: User,
    pub role: Role,
}

impl Store {
    /// Step one. `secret` is sealed for [`SecretOwner::RequestToken`].
    pub async fn add_request_token(
        &self,
        token: RequestToken,
        secret: SealedSecret,
    ) -> Result<(), StoreError> {
        let add = async move |transaction: &mut Transaction<'_>| {
            let sql = "SELECT 1 AS found FROM integration WHERE id = ?1";
            let integration = token.integration;
            if !transaction.exists(sql, &[integration.get().into()]).await? {
                return Err(StoreError::Unknown(NotedRecord::Integration(integration)));
            }
            if unfinished(transaction, integration, token.issued).await? >= i64::from(MAX_UNFINISHED) {
                return Err(Conflict::TooManyRequestTokens.into());
            }
            insert(transaction, &token).await?;
            let owner = SecretOwner::RequestToken(token.token);
            secrets::insert(transaction, &owner, &secret).await
        };
        self.database.write(add).await
    }

    pub async fn request_token(&self, token: RequestTokenId) -> Result<Option<RequestToken>, StoreError> {
        let find = async move |snapshot: &mut Transaction<'_>| {
            let found = find(snapshot, &token).await?;
            Ok(found.map(|(token, _)| token))
        };
        self.database.read(find).await
    }

    /// Step two, Allow. The verifier goes out with the redirect; its hash stays here.
    ///
    /// # Errors
    /// [`StoreError::Flow`] where the token is unknown, has lapsed, or was allowed or denied before.
    pub async fn allow_request_token(
        &self,
        token: RequestTokenId,
        may: MayMakeToken,
        verifier: VerifierHash,
        now: UnixTime,
    ) -> Result<RequestToken, StoreError> {
        let allow = move |before: RequestToken| before.allow(may, now);
        self.decide_request_token(token, Some(verifier), allow).await
    }

    /// Step two, Allow, by a user of another account, for whom `may` is.
    ///
    /// # Errors
    /// As of [`allow_request_token`](Self::allow_request_token).
    pub async fn allow_request_token_in(
        &self,
        token: RequestTokenId,
        (account, may): (AccountId, MayMakeToken),
        verifier: VerifierHash,
        now: UnixTime,
    ) -> Result<RequestToken, StoreError> {
        let allow = move |before: RequestToken| before.allow_in(account, may, now);
        self.decide_request_token(token, Some(verifier), allow).await
    }

    /// Step two, Deny.
    ///
    /// # Errors
    /// As of [`allow_request_token`](Self::allow_request_token).
    pub async fn deny_request_token(
        &self,
        token: RequestTokenId,
        now: UnixTime,
    ) -> Result<RequestToken, StoreError> {
        self.decide_request_token(token, None, move |before| before.deny(now))
            .await
    }

    async fn decide_request_token(
        &self,
        token: RequestTokenId,
        verifier: Option<VerifierHash>,
        decide: impl FnOnce(RequestToken) -> Result<RequestToken, FlowRefusal> + Send + 'static,
    ) -> Result<RequestToken, StoreError> {
        let decide = async move |transaction: &mut Transaction<'_>| {
            let (before, _) = require(transaction, &token).await?;
            let after = decide(before)?;
            write(transaction, &after, verifier.as_ref()).await?;
            Ok(after)
        };
        self.database.write(decide).await
    }

    /// Step three for a token that was allowed in another account: uses it up, and gives the user and the role there.
    ///
    /// # Errors
    /// As of [`exchange_for_access_token`](Self::exchange_for_access_token).
    pub async fn use_request_token_up(
        &self,
        token: RequestTokenId,
        caller: IntegrationId,
        verifier: Option<VerifierHash>,
        now: UnixTime,
    ) -> Result<(EntityId, RoleId), StoreError> {
        let spend = async move |transaction: &mut Transaction<'_>| {
            use_up(transaction, &token, caller, verifier.as_ref(), now).await
        };
        self.database.write(spend).await
    }

    /// Step three: uses the request token up and makes the access token, or does neither. `admit` tells whether user and
    /// role, as they are now, may be used at all; it runs in the transaction: it may compute and not wait.
    ///
    /// # Errors
    /// [`StoreError::Flow`] where it cannot be exchanged; a wrong verifier uses nothing up.
    pub async fn exchange_for_access_token<F>(
        &self,
        sent: Exchange,
        admit: F,
    ) -> Result<Exchanged, StoreError>
    where
        F: FnOnce(&User, &Role, &FeatureSet) -> Result<(), LoginDenied> + Send + 'static,
    {
        let exchange = async move |transaction: &mut Transaction<'_>| {
            let Exchange { caller, at, .. } = sent;
            let verifier = sent.verifier.as_ref();
            let (user, role) = use_up(transaction, &sent.token, caller, verifier, at).await?;
            let user = users::require(transaction, user).await?;
            let role = roles::require(transaction, role).await?;
            let features = features::on(transaction).await?;
            admit(&user, &role, &features)
                .map_err(|denied| FlowRefusal::EntityOrRoleDisabled(Named::from(&denied)))?;
            let order = TokenOrder {
                maker: Maker::Authorization,
                integration: caller,
                user: user.id,
                role: role.id,
                name: String::new(),
            };
            let actor = Actor {
                user: Some(user.id),
                name: user.name.clone(),
                via: Via::Api,
            };
            let by = By { actor, at };
            let token = token_order::issue(transaction, &order, sent.token_id, &sent.secret, &by).await?;
            Ok(Exchanged { token, user, role })
        };
        self.database.write(exchange).await
    }

    /// Deletes at most `limit` tokens that have lapsed, with their secrets; gives how many.
    pub async fn purge_request_tokens(&self, now: UnixTime, limit: u32) -> Result<u64, StoreError> {
        let purge = async move |transaction: &mut Transaction<'_>| {
            let lapsed =
                "SELECT token FROM request_token WHERE lapses_at <= ?1 ORDER BY lapses_at, token LIMIT ?2";
            let values = [now.millis().into(), limit.min(MAX_ROWS).into()];
            let sql = format!(
                "DELETE FROM sealed_secret WHERE owner_kind = 'request token' AND owner IN ({lapsed})"
            );
            transaction.execute(&sql, &values).await?;
            let sql = format!("DELETE FROM request_token WHERE token IN ({lapsed})");
            Ok(transaction.execute(&sql, &values).await?)
        };
        self.database.write(purge).await
    }
}

/// Marks the token exchanged, and gives the user and role of its access token, to be made in the same transaction. Its
/// secret, which has signed its last request, goes.
async fn use_up(
    transaction: &mut Transaction<'_>,
    token: &RequestTokenId,
    caller: IntegrationId,
    verifier: Option<&VerifierHash>,
    now: UnixTime,
) -> Result<(EntityId, RoleId), StoreError> {
    let (before, expected) = require(transaction, token).await?;
    let answer = match verifier {
        None => VerifierAnswer::Empty,
        sent if sent == expected.as_ref() => VerifierAnswer::Right,
        Some(_) => VerifierAnswer::Wrong,
    };
    let (used, user, role) = before.exchange(caller, answer, now)?;
    write(transaction, &used, None).await?;
    secrets::delete(transaction, &SecretOwner::RequestToken(used.token)).await?;
    Ok((user, role))
}

/// Of tokens that have not lapsed, as many as there may be at most.
async fn unfinished(
    transaction: &mut Transaction<'_>,
    integration: IntegrationId,
    now: UnixTime,
) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) AS unfinished FROM
                   (SELECT 1 AS one FROM request_token
                    WHERE integration = ?1 AND state = 'issued' AND lapses_at > ?2
                    UNION ALL
                    SELECT 1 AS one FROM request_token
                    WHERE integration = ?1 AND state = 'allowed' AND lapses_at > ?2
                    LIMIT ?3) AS those";
    let values = [
        integration.get().into(),
        now.millis().into(),
        MAX_UNFINISHED.into(),
    ];
    let unfinished = transaction
        .row(sql, &values, |row| row.integer("unfinished"))
        .await?;
    Ok(unfinished.unwrap_or_default())
}

async fn require(
    transaction: &mut Transaction<'_>,
    token: &RequestTokenId,
) -> Result<(RequestToken, Option<VerifierHash>), StoreError> {
    let unknown = FlowRefusal::TokenRejected(RequestTokenFault::Unknown);
    find(transaction, token).await?.ok_or(unknown.into())
}

async fn find(
    transaction: &mut Transaction<'_>,
    token: &RequestTokenId,
) -> Result<Option<(RequestToken, Option<VerifierHash>)>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM request_token WHERE token = ?1");
    transaction
        .row(&sql, &[token.as_str().into()], request_token)
        .await
}

async fn insert(transaction: &mut Transaction<'_>, token: &RequestToken) -> Result<(), StoreError> {
    let row = [
        ("token", token.token.as_str().into()),
        ("integration", token.integration.get().into()),
        ("callback", (&token.callback).into()),
        ("role", token.role.map(RoleId::get).into()),
        ("issued", token.issued.millis().into()),
        ("state", "issued".into()),
        ("lapses_at", token.lapses_at().millis().into()),
    ];
    Ok(transaction.insert(TABLE, row).await?)
}

/// The state, which is all that ever changes.
async fn write(
    transaction: &mut Transaction<'_>,
    token: &RequestToken,
    verifier: Option<&VerifierHash>,
) -> Result<(), StoreError> {
    let (state, allowed) = match token.state {
        RequestTokenState::Issued => ("issued", None),
        RequestTokenState::Allowed { user, role, at } => ("allowed", Some((user, role, at))),
        RequestTokenState::Denied => ("denied", None),
        RequestTokenState::Exchanged => ("exchanged", None),
    };
    let sql = "UPDATE request_token SET state = ?2, allowed_user = ?3, allowed_role = ?4, allowed_at = ?5,
                   verifier_hash = ?6, lapses_at = ?7, allowed_in = ?8
               WHERE token = ?1";
    let values = [
        token.token.as_str().into(),
        state.into(),
        allowed.map(|(user, ..)| user.get()).into(),
        allowed.map(|(_, role, _)| role.get()).into(),
        allowed.map(|(.., at)| at.millis()).into(),
        verifier.map(VerifierHash::as_str).into(),
        token.lapses_at().millis().into(),
        token.allowed_in.as_ref().map(AccountId::as_str).into(),
    ];
    transaction.execute(sql, &values).await?;
    Ok(())
}

fn request_token(row: &Row<'_>) -> Result<(RequestToken, Option<VerifierHash>), StoreError> {
    let unreadable = StoreError::unreadable(WHAT);
    let state = match row.text("state")?.as_str() {
        "allowed" => RequestTokenState::Allowed {
            user: EntityId::new(row.integer("allowed_user")?),
            role: RoleId::new(row.integer("allowed_role")?),
            at: time(row, "allowed_at")?,
        },
        "denied" => RequestTokenState::Denied,
        "exchanged" => RequestTokenState::Exchanged,
        _ => RequestTokenState::Issued,
    };
    let allowed_in = row
        .optional_text("allowed_in")?
        .map(|account| account.parse::<AccountId>());
    let token = RequestToken {
        token: RequestTokenId::parse(row.text("token")?).map_err(|error| unreadable(&error))?,
        integration: IntegrationId::new(row.integer("integration")?),
        callback: row.text("callback")?,
        role: row.optional_integer("role")?.map(RoleId::new),
        issued: time(row, "issued")?,
        state,
        allowed_in: allowed_in.transpose().map_err(|error| unreadable(&error))?,
    };
    let verifier = row.optional_text("verifier_hash")?.map(VerifierHash::parse);
    Ok((token, verifier.transpose().map_err(|error| unreadable(&error))?))
}
