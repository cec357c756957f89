//! The proofs a caller is made from.

use std::net::IpAddr;
use std::sync::Arc;

use countersign_bearer::{BearerKind, BearerSecret};
use countersign_model::{ApiKeyHash, EntityId, RoleId, SessionHash, Surface, Via};

use super::{Caller, CallerRefused, Holding, Standing};
use crate::authority::Authority;

impl Authority {
    /// Whoever opened the data folder, by the name the system notes will give them. To be called only where that was
    /// proved: on the socket in the folder, or in the process that holds its lock.
    pub fn owner(&self, name: impl Into<String>, via: Via) -> Caller {
        Caller::of_owner(name.into(), via)
    }

    /// Whoever presents a key to the admin API.
    pub async fn caller_by_api_key(
        &self,
        presented: &str,
        address: Option<IpAddr>,
    ) -> Result<Caller, CallerRefused> {
        let presented =
            BearerSecret::presented(BearerKind::ApiKey, presented).ok_or(CallerRefused::Unknown)?;
        let hash = ApiKeyHash::parse(presented.digest()).map_err(|_| CallerRefused::Unknown)?;
        self.caller_of_key(hash, address, true).await
    }

    /// Whoever presents the cookie of a page session.
    pub async fn caller_by_session(
        &self,
        cookie: &str,
        address: Option<IpAddr>,
        via: Via,
    ) -> Result<Caller, CallerRefused> {
        let presented = BearerSecret::presented(BearerKind::Session, cookie).ok_or(CallerRefused::Unknown)?;
        let hash = SessionHash::parse(presented.digest()).map_err(|_| CallerRefused::Unknown)?;
        self.caller_of_session(hash, (via, address), true).await
    }

    /// A caller as they are now, for what goes on longer than the request that began it. It is no use of the session or
    /// key: following something keeps neither alive.
    pub(crate) async fn caller_again(&self, caller: &Caller) -> Result<Caller, CallerRefused> {
        let address = caller.address;
        match &caller.standing {
            Standing::Owner => Ok(self.owner(caller.name.clone(), caller.via)),
            Standing::Session(session, _) => {
                let seen_from = (caller.via, address);
                self.caller_of_session(session.hash.clone(), seen_from, false)
                    .await
            }
            Standing::Key(key, _) => self.caller_of_key(key.hash.clone(), address, false).await,
        }
    }

    async fn caller_of_key(
        &self,
        hash: ApiKeyHash,
        address: Option<IpAddr>,
        is_use: bool,
    ) -> Result<Caller, CallerRefused> {
        let key = self.store.api_key_by_hash(hash).await?;
        let key = key.ok_or(CallerRefused::Unknown)?;
        let now = self.clock.now();
        key.check(now)
            .map_err(|refused| CallerRefused::Over(refused.to_string()))?;
        let holding = self.still_admitted((key.user, key.role), address).await?;
        let key = match is_use {
            true => self.store.api_key_used(key, now).await?,
            false => key,
        };
        Ok(Caller {
            name: holding.user.name.clone(),
            via: Via::Api,
            address,
            standing: Standing::Key(Box::new(key), holding),
        })
    }

    async fn caller_of_session(
        &self,
        hash: SessionHash,
        (via, address): (Via, Option<IpAddr>),
        is_use: bool,
    ) -> Result<Caller, CallerRefused> {
        let session = self.store.session_by_hash(hash).await?;
        let session = session.ok_or(CallerRefused::Unknown)?;
        let now = self.clock.now();
        let idle = self.snapshot().settings.idle_timeout();
        if session.ended(idle, now).is_some() {
            return Err(CallerRefused::Over(
                "The session is over; sign in again.".to_owned(),
            ));
        }
        let holding = self.still_admitted((session.user, session.role), address).await?;
        let session = match is_use {
            true => self.store.session_seen(session, now).await?,
            false => session,
        };
        Ok(Caller::of_session(session, holding, (via, address)))
    }

    /// The user and role, where the user still has access and the role.
    async fn still_admitted(
        &self,
        (user, role): (EntityId, RoleId),
        address: Option<IpAddr>,
    ) -> Result<Holding, CallerRefused> {
        let over = |why: String| CallerRefused::Over(why);
        let snapshot = self.snapshot();
        let user = self.store.user(user).await?;
        let user = user.ok_or_else(|| over("The user is no longer there.".to_owned()))?;
        let role = snapshot.role(role).cloned();
        let role = role.ok_or_else(|| over("The role is no longer there.".to_owned()))?;
        let scene = snapshot.scene(Surface::Page, address, self.clock.now());
        scene
            .may_stay(&user, &role)
            .map_err(|denied| over(denied.to_string()))?;
        Ok(Holding {
            user: Arc::new(user),
            role,
            snapshot,
        })
    }
}
