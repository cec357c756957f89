//! Refusals that come too fast to be written one by one, gathered into rows with a count.
//!
//! Invariant: in one second, however many callers from however many addresses, a cause puts at most
//! [`ROWS_OF_A_CAUSE`] rows of one login each into the trail, and as many with a count.

use std::collections::HashMap;

use countersign_model::{Detail, LoginRow, LoginStatus, Surface};

use crate::audit_trail::{Entry, Group, Waiting};
use crate::network::{Network, network};

/// Refusals of one cause and one network that are written one by one each second.
const ROWS_OF_A_NETWORK: u32 = 50;
/// The same of one cause, whoever sent them.
const ROWS_OF_A_CAUSE: u32 = 500;

type Cause = (Surface, Detail);

/// What is counted together: under no network what came from too many of them.
type Source = (Cause, Option<Network>);

/// The refusals of the current second.
#[derive(Default)]
pub(crate) struct Flood {
    second: i64,
    of_cause: HashMap<Cause, u32>,
    of_network: HashMap<Source, u32>,
    /// With those who are answered when the row is written.
    counted: HashMap<Source, (LoginRow, Vec<Waiting>)>,
}

impl Flood {
    /// Passes a row on to `group`, or counts it.
    pub(crate) fn take(&mut self, Entry { row, waiting }: Entry, group: &mut Group) {
        let LoginStatus::Failure { detail, .. } = row.status else {
            group.rows.push((row, waiting.into_iter().collect()));
            return;
        };
        // Rows of concurrent requests may come out of order: one of the second before opens no new second.
        if !(0..=1).contains(&(self.second - row.at.seconds())) {
            self.release(group);
            self.of_cause.clear();
            self.of_network.clear();
            self.second = row.at.seconds();
        }
        let cause = (row.surface, detail);
        let network = row.ip.map(network);
        let of_cause = self.of_cause.entry(cause).or_default();
        if *of_cause >= ROWS_OF_A_CAUSE {
            return self.count((cause, None), row, waiting);
        }
        let of_network = self.of_network.entry((cause, network)).or_default();
        if *of_network >= ROWS_OF_A_NETWORK {
            return self.count((cause, network), row, waiting);
        }
        *of_cause += 1;
        *of_network += 1;
        group.rows.push((row, waiting.into_iter().collect()));
    }

    /// Puts what was counted so far into `group`.
    pub(crate) fn release(&mut self, group: &mut Group) {
        group
            .rows
            .extend(self.counted.drain().map(|(_, counted)| counted));
    }

    pub(crate) fn is_counting(&self) -> bool {
        !self.counted.is_empty()
    }

    fn count(&mut self, source: Source, row: LoginRow, waiting: Option<Waiting>) {
        match self.counted.get_mut(&source) {
            Some((counted, all)) => {
                all.extend(waiting);
                counted.count = counted.count.saturating_add(row.count.get());
                if counted.ip != row.ip {
                    counted.ip = source.1;
                }
            }
            None => {
                let waiting = waiting.into_iter().collect();
                self.counted.insert(source, (nameless(row, source.0), waiting));
            }
        }
    }
}

/// One row for many callers names none of them, and says no more than what all were refused for.
fn nameless(row: LoginRow, (surface, detail): Cause) -> LoginRow {
    let mistake = match row.status {
        LoginStatus::Failure { mistake, .. } => mistake,
        LoginStatus::Success => None,
    };
    let word = detail.word(surface);
    LoginRow {
        status: LoginStatus::Failure {
            detail,
            reason: format!(
                "Logins were refused with {word} too fast for a row each, and are counted here. The rows of the same second that \
                 stand for one login say more."
            ),
            mistake,
        },
        user: None,
        role: None,
        token_name: None,
        application_name: None,
        user_agent: None,
        callback: None,
        consumer_key: None,
        token_id: None,
        ..row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_model::{OneLine, RequestUri, SecurityChallenge};
    use countersign_world::UnixTime;
    use std::net::{IpAddr, Ipv6Addr};
    use std::num::NonZeroU32;

    fn refused(second: i64, detail: Detail) -> LoginRow {
        LoginRow {
            at: UnixTime::from_seconds(second),
            status: LoginStatus::Failure {
                detail,
                reason: String::new(),
                mistake: None,
            },
            surface: Surface::Rest,
            user: None,
            role: None,
            token_name: None,
            application_name: None,
            ip: None,
            user_agent: None,
            request_uri: RequestUri::of("/"),
            security_challenge: SecurityChallenge::NotAsked,
            callback: None,
            consumer_key: None,
            token_id: None,
            count: NonZeroU32::MIN,
        }
    }

    fn from(address: IpAddr) -> LoginRow {
        LoginRow {
            ip: Some(address),
            ..refused(1, Detail::InvalidSignature)
        }
    }

    fn written(rows: impl IntoIterator<Item = LoginRow>) -> Vec<LoginRow> {
        let (mut flood, mut group) = (Flood::default(), Group::default());
        for row in rows {
            let waiting = None;
            flood.take(Entry { row, waiting }, &mut group);
        }
        flood.release(&mut group);
        group.rows.into_iter().map(|(row, _)| row).collect()
    }

    fn counts(rows: impl IntoIterator<Item = LoginRow>) -> Vec<u32> {
        written(rows).iter().map(|row| row.count.get()).collect()
    }

    #[test]
    fn a_flood_of_one_cause_becomes_one_row_with_a_count() {
        let rows = counts((0..1000).map(|_| refused(1, Detail::InvalidSignature)));
        assert_eq!(rows.len(), ROWS_OF_A_NETWORK as usize + 1);
        assert_eq!(rows.iter().sum::<u32>(), 1000);
    }

    #[test]
    fn causes_and_seconds_are_counted_apart() {
        let few =
            (0..2).flat_map(|second| (0..ROWS_OF_A_NETWORK).map(move |_| refused(second, Detail::NonceUsed)));
        assert!(counts(few).iter().all(|count| *count == 1));
        let mixed = (0..60).flat_map(|_| [refused(1, Detail::NonceUsed), refused(1, Detail::TokenRejected)]);
        let rows = counts(mixed);
        assert_eq!((rows.len(), rows.iter().sum::<u32>()), (102, 120));
    }

    #[test]
    fn who_is_counted_waits_for_the_row_that_counts_them() {
        let (mut flood, mut group) = (Flood::default(), Group::default());
        for _ in 0..=ROWS_OF_A_NETWORK {
            let (done, _) = tokio::sync::oneshot::channel();
            let (row, waiting) = (refused(1, Detail::NonceUsed), Some(done));
            flood.take(Entry { row, waiting }, &mut group);
        }
        let waiting = |group: &Group| group.rows.iter().map(|(_, waiting)| waiting.len()).sum::<usize>();
        let alone = ROWS_OF_A_NETWORK as usize;
        assert_eq!((group.rows.len(), waiting(&group)), (alone, alone));
        flood.release(&mut group);
        assert_eq!((group.rows.len(), waiting(&group)), (alone + 1, alone + 1));
    }

    #[test]
    fn a_flood_from_many_addresses_is_one_row_that_names_no_address() {
        let rows = written((0..5000_u32).map(|number| from(IpAddr::V4(number.into()))));
        assert_eq!(rows.len(), ROWS_OF_A_CAUSE as usize + 1);
        let counted = rows.last().unwrap();
        assert_eq!((counted.count.get(), counted.ip), (5000 - ROWS_OF_A_CAUSE, None));
    }

    #[test]
    fn a_row_of_several_names_none_of_them() {
        let named = || LoginRow {
            status: LoginStatus::Failure {
                detail: Detail::InvalidCallback,
                reason: "The callback of Sync Tool is another.".to_owned(),
                mistake: Some("callback_mismatch".to_owned()),
            },
            application_name: Some("Sync Tool".to_owned()),
            user_agent: Some(OneLine::of("sync-tool/1")),
            callback: Some(OneLine::of("https://sync-tool.example/")),
            ..refused(1, Detail::InvalidCallback)
        };
        let rows = written((0..60).map(|_| named()));
        let (alone, counted) = (rows.first().unwrap(), rows.last().unwrap());
        assert_eq!((alone, counted.count.get()), (&named(), 10));
        let said = format!("{counted:?}").to_lowercase();
        assert!(!said.contains("sync"), "{said}");
        assert!(said.contains("refused with invalidcallback too fast") && said.contains("callback_mismatch"));
    }

    #[test]
    fn the_addresses_of_one_v6_network_count_as_one_source() {
        let base: Ipv6Addr = "2001:db8::".parse().unwrap();
        let rows = written((0..1000).map(|number| from(Ipv6Addr::from_bits(base.to_bits() + number).into())));
        assert_eq!(rows.len(), ROWS_OF_A_NETWORK as usize + 1);
        let counted = rows.last().unwrap();
        assert_eq!((counted.count.get(), counted.ip), (950, Some(base.into())));
    }
}
