//! Forms whose answer shows something once, by the number each was shown with. Loading such an answer again sends its form
//! again, and nobody wants a second token for that.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use countersign_model::SessionId;
use countersign_world::UnixTime;

/// A form as it was shown: in which session, and its number there.
pub(crate) type Sheet = (SessionId, u128);

/// Forms that are remembered.
const MOST: usize = 4096;

#[derive(Debug, Default)]
pub(crate) struct Sheets {
    shown: AtomicU64,
    taken: Mutex<VecDeque<Sheet>>,
}

impl Sheets {
    /// A number no form had before, also none that was shown before this process began.
    pub(crate) fn number(&self, now: UnixTime) -> u128 {
        let shown = self.shown.fetch_add(1, Ordering::Relaxed);
        u128::from(now.seconds().cast_unsigned()) << 64 | u128::from(shown)
    }

    /// Whether it is sent for the first time.
    pub(crate) fn take(&self, sheet: Sheet) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.contains(&sheet) {
            return false;
        }
        if taken.len() >= MOST {
            taken.pop_front();
        }
        taken.push_back(sheet);
        true
    }

    /// It showed nothing that is shown once.
    pub(crate) fn give_back(&self, sheet: Sheet) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.retain(|known| *known != sheet);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_taken_once_in_its_session_unless_it_is_given_back() {
        let (sheets, one, two) = (Sheets::default(), SessionId::new(1), SessionId::new(2));
        assert!(sheets.take((one, 7)) && !sheets.take((one, 7)));
        assert!(sheets.take((two, 7)) && sheets.take((one, 8)));
        sheets.give_back((one, 7));
        assert!(sheets.take((one, 7)));
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
    fn what_is_remembered_has_an_end() {
        let sheets = Sheets::default();
        for number in 0..=MOST as u128 {
            assert!(sheets.take((SessionId::new(1), number)));
        }
        assert!(sheets.take((SessionId::new(1), 0)) && !sheets.take((SessionId::new(1), MOST as u128)));
    }
}
