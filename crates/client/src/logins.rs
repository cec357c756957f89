//! How often logins failed: one count for everybody in a process who signs in as somebody.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_protocol::{AccountId, Credentials};

use crate::breaker::Breaker;

/// Tokens that are kept in mind.
const MOST: usize = 10_000;

/// Whose login it is: five that fail in a row lock the user of the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    account: AccountId,
    token: String,
    edition: Edition,
}

/// Tells other secrets for the same token from those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edition(u64);

/// The breakers of a process.
#[derive(Debug)]
pub struct Logins {
    is_by_account: bool,
    breakers: Mutex<HashMap<(AccountId, String), Arc<Breaker>>>,
}

impl Login {
    pub fn of(credentials: &Credentials) -> Self {
        let mut hasher = DefaultHasher::new();
        credentials.consumer_key.hash(&mut hasher);
        credentials.consumer_secret.expose().hash(&mut hasher);
        credentials.token_secret.expose().hash(&mut hasher);
        Self {
            account: credentials.account.clone(),
            token: credentials.token.clone(),
            edition: Edition(hasher.finish()),
        }
    }

    pub const fn edition(&self) -> Edition {
        self.edition
    }
}

impl Edition {
    #[cfg(test)]
    pub(crate) const fn of(number: u64) -> Self {
        Self(number)
    }
}

impl Logins {
    /// A count for each token of each account.
    pub fn by_token() -> Self {
        Self {
            is_by_account: false,
            breakers: Mutex::default(),
        }
    }

    /// A count for each account: for whoever looks at many tokens that may be one user's.
    pub fn by_account() -> Self {
        Self {
            is_by_account: true,
            ..Self::by_token()
        }
    }

    /// `now` is the time since the start.
    pub fn breaker(&self, login: &Login, now: Duration) -> Arc<Breaker> {
        let (token, made) = match self.is_by_account {
            true => (String::new(), Breaker::of_account as fn() -> Breaker),
            false => (login.token.clone(), Breaker::default as fn() -> Breaker),
        };
        let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (login.account.clone(), token);
        if breakers.len() >= MOST && !breakers.contains_key(&key) {
            breakers.retain(|_, breaker| Arc::strong_count(breaker) > 1 || breaker.failed_lately(now));
            // Attack: made-up tokens that fill the memory. Whoever brings so many is not counted, and locks nobody.
            if breakers.len() >= MOST {
                return Arc::new(made());
            }
        }
        breakers.entry(key).or_insert_with(|| Arc::new(made())).clone()
    }
}

#[cfg(test)]
mod tests {
    use countersign_protocol::Secret;

    use super::*;
    use crate::breaker::Sending;

    const START: Duration = Duration::from_secs(1000);

    fn login(token: &str, secret: &str) -> Login {
        Login::of(&Credentials {
            account: "1234567".parse().unwrap(),
            consumer_key: "k".to_owned(),
            consumer_secret: Secret::new("s"),
            token: token.to_owned(),
            token_secret: Secret::new(secret),
        })
    }

    fn fail(logins: &Logins, login: &Login) -> bool {
        let breaker = logins.breaker(login, START);
        let admitted = breaker.try_admit(login.edition(), false, Sending::Held, START);
        admitted
            .ok()
            .flatten()
            .map(|admission| admission.failed(START))
            .is_some()
    }

    #[test]
    fn a_token_has_one_count_whoever_signs_with_it_and_others_have_their_own() {
        let logins = Logins::by_token();
        for _ in 0..3 {
            assert!(fail(&logins, &login("a", "x")));
        }
        assert!(!fail(&logins, &login("a", "x")));
        let rest = logins
            .breaker(&login("a", "x"), START)
            .rest(login("a", "x").edition(), START);
        assert_eq!(rest, Some(Duration::from_secs(60)));
        assert!(fail(&logins, &login("b", "x")));
        let by_account = Logins::by_account();
        for token in ["a", "b", "c"] {
            assert!(fail(&by_account, &login(token, "x")));
        }
        assert!(!fail(&by_account, &login("d", "x")));
    }

    #[test]
    fn made_up_tokens_do_not_fill_the_memory_and_make_no_failure_forgotten() {
        let logins = Logins::by_token();
        assert!(fail(&logins, &login("real", "x")));
        for number in 0..MOST {
            let _ = logins.breaker(&login(&number.to_string(), "x"), START);
        }
        assert!(logins.breakers.lock().unwrap().len() <= MOST);
        assert!(logins.breaker(&login("real", "x"), START).failed_lately(START));
    }

    #[test]
    fn nothing_of_a_secret_is_shown() {
        assert!(!format!("{:?}", login("a", "hush")).contains("hush"));
    }
}
