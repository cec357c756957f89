//! A signed-in page session: who, in which role, and until when.

use crate::{EntityId, Level, MayLogInByPassword, Permission, Rights, RoleId, SessionHash, SessionId};
use countersign_world::UnixTime;
use std::time::Duration;

/// However much it is used, a session ends after this long. Ours.
pub const SESSION_LASTS: Duration = Duration::from_secs(12 * 60 * 60);

/// It holds no rights: they are those its user has in its role at each request. Taking away access or the role ends the
/// session at once, for whoever keeps it to see to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    /// Of what the cookie holds.
    pub hash: SessionHash,
    pub user: EntityId,
    pub role: RoleId,
    pub created: UnixTime,
    pub last_seen: UnixTime,
    pub two_factor_passed: bool,
    /// Nothing but the page that sets a new password opens.
    pub must_change_password: bool,
    /// Nothing but the page that sets up a second factor opens.
    pub must_enrol: bool,
}

/// A session that may begin: somebody proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    hash: SessionHash,
    user: EntityId,
    role: RoleId,
    two_factor_passed: bool,
    must_change_password: bool,
    must_enrol: bool,
}

impl NewSession {
    pub fn of(may: &MayLogInByPassword, hash: SessionHash) -> Self {
        Self {
            hash,
            user: may.user(),
            role: may.role(),
            two_factor_passed: may.two_factor(),
            must_change_password: may.must_change(),
            must_enrol: may.must_enrol(),
        }
    }

    pub fn into_session(self, id: SessionId, now: UnixTime) -> Session {
        Session {
            id,
            hash: self.hash,
            user: self.user,
            role: self.role,
            created: now,
            last_seen: now,
            two_factor_passed: self.two_factor_passed,
            must_change_password: self.must_change_password,
            must_enrol: self.must_enrol,
        }
    }
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// Not used for as long as the account's Idle Session Timeout.
    Idle,
    /// As old as a session gets.
    Age,
}

impl Session {
    /// A password or a second factor has still to be set.
    pub const fn is_limited(&self) -> bool {
        self.must_change_password || self.must_enrol
    }

    /// Nothing while it is limited; otherwise what its user may in its role, which `rights` are.
    pub fn allows(&self, rights: Rights<'_>, permission: Permission, level: Level) -> bool {
        !self.is_limited() && rights.allows(permission, level)
    }

    /// The end that comes first, if nobody uses it any more.
    pub fn ends_at(&self, idle: Duration) -> (UnixTime, SessionEnd) {
        let idle = self.last_seen.plus(idle);
        let age = self.created.plus(SESSION_LASTS);
        if idle < age {
            (idle, SessionEnd::Idle)
        } else {
            (age, SessionEnd::Age)
        }
    }

    pub fn ended(&self, idle: Duration, now: UnixTime) -> Option<SessionEnd> {
        let (end, why) = self.ends_at(idle);
        (end <= now).then_some(why)
    }

    /// The session after it was used. A clock that went back does not make it older.
    pub fn seen(self, now: UnixTime) -> Self {
        Self {
            last_seen: self.last_seen.max(now),
            ..self
        }
    }

    /// The session in another role, under a new cookie: whoever had the old one does not follow. Whether the role asks for a second factor first is for
    /// [`Role::requires_two_factor`](crate::Role::requires_two_factor).
    pub fn switched(self, hash: SessionHash, role: RoleId, now: UnixTime) -> Self {
        Self {
            hash,
            role,
            last_seen: self.last_seen.max(now),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login::tests::{NOW, role};
    use crate::user::tests::user;
    use crate::{FeatureSet, Role};

    const IDLE: Duration = Duration::from_secs(180 * 60);

    fn session() -> Session {
        Session {
            id: SessionId::new(1),
            hash: SessionHash::parse("h").unwrap(),
            user: EntityId::new(42),
            role: RoleId::new(1001),
            created: NOW,
            last_seen: NOW,
            two_factor_passed: false,
            must_change_password: false,
            must_enrol: false,
        }
    }

    #[test]
    fn a_session_ends_when_it_is_idle_or_old() {
        assert_eq!(
            session().ended(IDLE, NOW.plus(Duration::from_secs(179 * 60))),
            None
        );
        assert_eq!(session().ended(IDLE, NOW.plus(IDLE)), Some(SessionEnd::Idle));
        let used = session().seen(NOW.plus(SESSION_LASTS).minus(Duration::from_secs(1)));
        assert_eq!(used.ended(IDLE, NOW.plus(SESSION_LASTS)), Some(SessionEnd::Age));
    }

    #[test]
    fn a_session_goes_on_in_another_role_under_another_cookie_as_old_as_it_was() {
        let later = NOW.plus(IDLE);
        let after = session().switched(SessionHash::parse("new").unwrap(), role().id, later);
        assert_eq!((after.hash.as_str(), after.role), ("new", role().id));
        assert_eq!((after.created, after.last_seen), (NOW, later));
    }

    #[test]
    fn a_session_with_something_still_to_be_set_allows_nothing() {
        let (user, role, features) = (user(), Role::administrator(), FeatureSet::none());
        let rights = Rights::of(&user, &role, &features);
        let whole = session();
        assert!(whole.allows(rights, Permission::Customers, Level::Full));
        for limited in [
            Session {
                must_change_password: true,
                ..whole.clone()
            },
            Session {
                must_enrol: true,
                ..whole
            },
        ] {
            assert!(!limited.allows(rights, Permission::Customers, Level::View));
        }
    }
}
