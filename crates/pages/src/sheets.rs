//! Forms whose answer shows something once, by the number each was shown with. Loading such an answer again sends its form
//! again, and nobody wants a second token for that.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_model::SessionId;
use countersign_protocol::AccountId;
use countersign_world::UnixTime;

/// A session. Another account has one of the same number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Whose {
    pub(crate) account: AccountId,
    pub(crate) session: SessionId,
}

/// Forms of one session that are remembered. Attack: one session sends many, and others' are forgotten for it.
const MOST_OF_ONE: usize = 64;

/// Sessions that are remembered.
const MOST: usize = 1024;

#[derive(Debug, Default)]
pub(crate) struct Sheets {
    shown: AtomicU64,
    /// Who took one last is last.
    taken: Mutex<VecDeque<(Whose, VecDeque<u128>)>>,
}

/// A form that is taken: given back when it is dropped, unless it is [kept](Self::keep). Whoever hangs up before the answer
/// has seen nothing, and may send it again.
#[derive(Debug)]
pub(crate) struct Taken {
    sheets: Arc<Sheets>,
    whose: Whose,
    number: Option<u128>,
}

impl Sheets {
    /// A number no form had before, also none that was shown before this process began.
    pub(crate) fn number(&self, now: UnixTime) -> u128 {
        let shown = self.shown.fetch_add(1, Ordering::Relaxed);
        u128::from(now.seconds().cast_unsigned()) << 64 | u128::from(shown)
    }

    /// Takes a form; none where it was taken before.
    pub(crate) fn take(self: &Arc<Self>, whose: Whose, number: u128) -> Option<Taken> {
        let mut taken = self.taken();
        let place = taken.iter().position(|(known, _)| *known == whose);
        let (_, mut numbers) = place
            .and_then(|place| taken.remove(place))
            .unwrap_or_else(|| (whose.clone(), VecDeque::new()));
        let is_first = !numbers.contains(&number);
        if is_first {
            numbers.push_back(number);
        }
        if numbers.len() > MOST_OF_ONE {
            numbers.pop_front();
        }
        taken.push_back((whose.clone(), numbers));
        if taken.len() > MOST {
            taken.pop_front();
        }
        is_first.then(|| Taken {
            sheets: Arc::clone(self),
            whose,
            number: Some(number),
        })
    }

    fn taken(&self) -> MutexGuard<'_, VecDeque<(Whose, VecDeque<u128>)>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// Its answer shows something once.
    pub(crate) fn keep(mut self) {
        self.number = None;
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let Some(number) = self.number else { return };
        let mut taken = self.sheets.taken();
        if let Some((_, numbers)) = taken.iter_mut().find(|(known, _)| *known == self.whose) {
            numbers.retain(|known| *known != number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(account: &str, id: i64) -> Whose {
        Whose {
            account: account.parse().unwrap(),
            session: SessionId::new(id),
        }
    }

    #[test]
    fn a_form_is_taken_once_in_its_session_and_account_unless_it_is_given_back() {
        let sheets = Arc::new(Sheets::default());
        let one = || session("1234567", 1);
        let taken = sheets.take(one(), 7).unwrap();
        assert!(sheets.take(one(), 7).is_none());
        for other in [session("1234567", 2), session("1234567_SB1", 1)] {
            sheets.take(other, 7).expect("it is another\u{2019}s").keep();
        }
        drop(taken);
        sheets
            .take(one(), 7)
            .expect("whoever hung up sends it again")
            .keep();
        assert!(sheets.take(one(), 7).is_none());
    }

    #[test]
    fn no_two_forms_have_one_number() {
        let (sheets, now) = (Sheets::default(), UnixTime::from_seconds(1_767_225_600));
        let first = sheets.number(now);
        assert_ne!(first, sheets.number(now));
        let later = UnixTime::from_seconds(1_767_225_601);
        assert_ne!(first, Sheets::default().number(later), "after a start");
    }

    #[test]
    fn a_session_that_sends_many_forms_makes_nobody_elses_forgotten() {
        let sheets = Arc::new(Sheets::default());
        sheets.take(session("1234567", 2), 1).unwrap().keep();
        for number in 0..10 * MOST as u128 {
            sheets.take(session("1234567", 1), number).unwrap().keep();
        }
        assert!(sheets.take(session("1234567", 2), 1).is_none());
        assert!(
            sheets
                .taken()
                .iter()
                .all(|(_, numbers)| numbers.len() <= MOST_OF_ONE)
        );
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let sheets = Arc::new(Sheets::default());
        for id in 0..=MOST as i64 {
            sheets.take(session("1234567", id), 1).unwrap().keep();
        }
        assert_eq!(sheets.taken().len(), MOST);
        assert!(sheets.take(session("1234567", MOST as i64), 1).is_none());
    }
}
