//! Who is signed in: in memory, as long as this process runs.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_protocol::Secret;
use countersign_world::{Entropy, hex};
use subtle::ConstantTimeEq as _;

/// Not that of an account's pages: on one host, servers of all ports see each other's cookies.
pub(crate) const COOKIE: &str = "countersign_connections";

/// How long nothing may be asked for.
const IDLE: Duration = Duration::from_mins(30);
const LONGEST: Duration = Duration::from_hours(12);
/// Beyond, the one that was used longest ago ends.
const MOST: usize = 64;

struct Session {
    cookie: Secret,
    person: String,
    begun: Duration,
    used: Duration,
}

#[derive(Default)]
pub(crate) struct Sessions(Mutex<Vec<Session>>);

impl Sessions {
    /// `now` is the time since the start. Gives the cookie.
    pub(crate) fn begin(&self, person: String, entropy: &dyn Entropy, now: Duration) -> Secret {
        let cookie = Secret::new(hex(entropy, 32));
        let mut all = self.alive(now);
        if all.len() >= MOST {
            let oldest = all.iter().enumerate().min_by_key(|(_, one)| one.used);
            if let Some((place, _)) = oldest {
                all.remove(place);
            }
        }
        all.push(Session {
            cookie: cookie.duplicate(),
            person,
            begun: now,
            used: now,
        });
        cookie
    }

    /// Whose session this is the cookie of; it was used now.
    pub(crate) fn person(&self, cookie: &str, now: Duration) -> Option<String> {
        let mut all = self.alive(now);
        let found = all.iter_mut().find(|one| is(one, cookie))?;
        found.used = now;
        Some(found.person.clone())
    }

    /// Whether it goes on. Asking keeps no session alive.
    pub(crate) fn is_alive(&self, cookie: &str, now: Duration) -> bool {
        self.alive(now).iter().any(|one| is(one, cookie))
    }

    pub(crate) fn end(&self, cookie: &str, now: Duration) {
        self.alive(now).retain(|one| !is(one, cookie));
    }

    fn alive(&self, now: Duration) -> MutexGuard<'_, Vec<Session>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| now.saturating_sub(one.used) < IDLE && now.saturating_sub(one.begun) < LONGEST);
        all
    }
}

fn is(session: &Session, cookie: &str) -> bool {
    session.cookie.expose().as_bytes().ct_eq(cookie.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::SeededEntropy;

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn a_session_ends_when_it_is_left_alone_and_at_the_latest_after_half_a_day() {
        let (sessions, entropy) = (Sessions::default(), SeededEntropy::new(1));
        let cookie = sessions.begin("ada".to_owned(), &entropy, MINUTE);
        let mut now = MINUTE;
        for _ in 0..24 {
            now += MINUTE * 29;
            assert_eq!(sessions.person(cookie.expose(), now).as_deref(), Some("ada"));
        }
        assert!(
            sessions.person(cookie.expose(), now + MINUTE * 30).is_none(),
            "left alone"
        );
        let other = sessions.begin("ada".to_owned(), &entropy, now);
        for minute in 0..12 * 60 {
            sessions.person(other.expose(), now + MINUTE * minute);
        }
        assert!(!sessions.is_alive(other.expose(), now + LONGEST), "half a day");
    }

    #[test]
    fn looking_whether_a_session_goes_on_keeps_it_not_alive_and_many_push_out_the_oldest() {
        let (sessions, entropy) = (Sessions::default(), SeededEntropy::new(1));
        let first = sessions.begin("ada".to_owned(), &entropy, MINUTE);
        assert!(sessions.is_alive(first.expose(), MINUTE * 20));
        assert!(!sessions.is_alive(first.expose(), MINUTE * 31));
        let first = sessions.begin("ada".to_owned(), &entropy, MINUTE);
        let second = sessions.begin("ben".to_owned(), &entropy, MINUTE * 2);
        for _ in 1..MOST {
            sessions.begin("eve".to_owned(), &entropy, MINUTE * 3);
        }
        assert!(!sessions.is_alive(first.expose(), MINUTE * 3));
        assert!(sessions.is_alive(second.expose(), MINUTE * 3));
        sessions.end(second.expose(), MINUTE * 3);
        assert!(!sessions.is_alive(second.expose(), MINUTE * 3));
    }
}
