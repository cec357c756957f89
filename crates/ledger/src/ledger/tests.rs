//! What a restart remembers, after each kind of accident.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use countersign_world::{Clock, FixedClock, SeededEntropy};
use tempfile::TempDir;

use super::*;
use crate::journal::PROMISE_LEAD;
use crate::recovery::Doubt;

const START: i64 = 1_767_225_600;
const WINDOW: Duration = Duration::from_secs(300);

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(seconds)
}

fn nonce(timestamp: i64, nonce: &str) -> Nonce<'_> {
    Nonce {
        consumer_key: "consumer",
        token: "token",
        timestamp,
        nonce,
    }
}

fn open_on(boot: &str, folder: &TempDir, now: i64) -> Ledger {
    let entropy = SeededEntropy::new(1);
    Ledger::open_after(Boot::named(boot), folder.path(), WINDOW, at(now), &entropy).unwrap()
}

fn open(folder: &TempDir, now: i64) -> Ledger {
    open_on("first", folder, now)
}

fn segments(folder: &TempDir) -> Vec<PathBuf> {
    let files = fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|suffix| suffix == "nonces"))
        .collect()
}

fn lead() -> i64 {
    i64::try_from(PROMISE_LEAD.as_secs()).unwrap()
}

#[test]
fn a_new_folder_refuses_nothing() {
    let folder = TempDir::new().unwrap();
    let ledger = open(&folder, START);
    assert_eq!(ledger.recovery(), Recovery::default());
    let _proof = ledger.claim(&nonce(START - 300, "oldest"), at(START)).unwrap();
}

#[test]
fn every_claim_is_known_after_a_drop_without_close() {
    let folder = TempDir::new().unwrap();
    let first = open(&folder, START);
    let _proof = first.claim(&nonce(START, "one"), at(START)).unwrap();
    let _proof = first.claim(&nonce(START + 300, "two"), at(START)).unwrap();
    drop(first);

    let second = open(&folder, START + 1);
    assert_eq!(
        second.recovery(),
        Recovery {
            replayed: 2,
            doubt: None
        }
    );
    for used in [nonce(START, "one"), nonce(START + 300, "two")] {
        assert!(matches!(
            second.claim(&used, at(START + 1)),
            Err(ClaimError::Used)
        ));
    }
    let _proof = second.claim(&nonce(START, "three"), at(START + 1)).unwrap();
}

#[test]
fn a_power_loss_refuses_everything_that_may_have_been_claimed_and_no_more() {
    let folder = TempDir::new().unwrap();
    let before = open(&folder, START);
    let _proof = before.claim(&nonce(START + 5, "lost"), at(START)).unwrap();
    drop(before);
    for segment in segments(&folder) {
        fs::remove_file(segment).unwrap();
    }

    let after = open_on("second", &folder, START + 60);
    let through = START + 5 + lead();
    assert_eq!(after.recovery().doubt, Some((through, Doubt::PowerLoss)));
    for (timestamp, name) in [(START + 5, "lost"), (through, "other")] {
        let refused = after.claim(&nonce(timestamp, name), at(START + 60));
        assert!(matches!(refused, Err(ClaimError::BeforeRestart { through: t }) if t == through));
    }
    let _proof = after.claim(&nonce(through + 1, "next"), at(START + 60)).unwrap();
}

#[test]
fn a_power_loss_before_the_first_claim_refuses_nothing() {
    let folder = TempDir::new().unwrap();
    drop(open(&folder, START));
    let after = open_on("second", &folder, START);
    assert_eq!(after.recovery(), Recovery::default());
    let _proof = after.claim(&nonce(START - 300, "oldest"), at(START)).unwrap();
}

#[test]
fn the_refusal_after_a_power_loss_outlives_a_crash_that_follows() {
    let folder = TempDir::new().unwrap();
    let _proof = open(&folder, START)
        .claim(&nonce(START, "lost"), at(START))
        .unwrap();
    for segment in segments(&folder) {
        fs::remove_file(segment).unwrap();
    }
    drop(open_on("second", &folder, START + 1));

    let third = open_on("second", &folder, START + 2);
    assert_eq!(third.recovery().doubt, None);
    let refused = third.claim(&nonce(START, "lost"), at(START + 2));
    assert!(matches!(refused, Err(ClaimError::BeforeRestart { .. })));
}

#[test]
fn what_the_disk_garbled_in_a_power_loss_does_no_harm_later() {
    let folder = TempDir::new().unwrap();
    let _proof = open(&folder, START)
        .claim(&nonce(START, "lost"), at(START))
        .unwrap();
    fs::write(&segments(&folder)[0], [0; 160]).unwrap();
    let second = open_on("second", &folder, START);
    let through = START + lead();
    let _proof = second.claim(&nonce(through + 1, "next"), at(START)).unwrap();
    drop(second);

    let third = open_on("second", &folder, START + 1);
    assert_eq!(
        third.recovery(),
        Recovery {
            replayed: 1,
            doubt: None
        }
    );
}

#[test]
fn a_machine_without_a_boot_id_counts_as_a_power_loss_unless_closed() {
    let folder = TempDir::new().unwrap();
    let unknown = |now| {
        let entropy = SeededEntropy::new(1);
        Ledger::open_after(None, folder.path(), WINDOW, at(now), &entropy).unwrap()
    };
    let first = unknown(START);
    let _proof = first.claim(&nonce(START, "one"), at(START)).unwrap();
    drop(first);
    let second = unknown(START + 1);
    assert!(matches!(second.recovery().doubt, Some((_, Doubt::PowerLoss))));
    second.close().unwrap();
    drop(second);
    assert_eq!(unknown(START + 2).recovery().doubt, None);
}

#[test]
fn after_a_clean_close_a_new_boot_refuses_only_what_was_used() {
    let folder = TempDir::new().unwrap();
    let before = open(&folder, START);
    let _proof = before.claim(&nonce(START, "one"), at(START)).unwrap();
    before.close().unwrap();
    let late = before.claim(&nonce(START, "late"), at(START));
    assert!(matches!(late, Err(ClaimError::Journal(_))));
    drop(before);

    let after = open_on("second", &folder, START + 1);
    assert_eq!(
        after.recovery(),
        Recovery {
            replayed: 1,
            doubt: None
        }
    );
    assert!(matches!(
        after.claim(&nonce(START, "one"), at(START + 1)),
        Err(ClaimError::Used)
    ));
    let _proof = after.claim(&nonce(START, "two"), at(START + 1)).unwrap();
    drop(after);
    // The close before last vouches for nothing any more.
    assert!(open_on("third", &folder, START + 2).recovery().doubt.is_some());
}

#[test]
fn segments_may_expire_while_claims_go_on() {
    let folder = TempDir::new().unwrap();
    let ledger = open(&folder, START);
    let clock = FixedClock::at(at(START));
    std::thread::scope(|scope| {
        let claims = scope.spawn(|| {
            for second in START..START + 2_000 {
                clock.set(at(second));
                let _proof = ledger.claim(&nonce(second, "busy"), at(second)).unwrap();
                assert!(ledger.claim(&nonce(second, "busy"), at(second)).is_err());
            }
        });
        while !claims.is_finished() {
            ledger.sync(clock.now()).unwrap();
        }
    });
    ledger.sync(clock.now()).unwrap();
    assert!(segments(&folder).len() <= 12);
}

#[test]
fn a_torn_last_entry_was_never_answered_and_is_written_over() {
    let folder = TempDir::new().unwrap();
    for torn in [&[0x5a_u8; 7][..], &[0x5a; 16][..]] {
        let ledger = open(&folder, START);
        ledger.forget_everything().unwrap();
        let _proof = ledger.claim(&nonce(START, "one"), at(START)).unwrap();
        drop(ledger);
        let segment = &segments(&folder)[0];
        let mut bytes = fs::read(segment).unwrap();
        bytes.extend(torn);
        fs::write(segment, bytes).unwrap();

        let ledger = open(&folder, START);
        assert_eq!(
            ledger.recovery(),
            Recovery {
                replayed: 1,
                doubt: None
            }
        );
        let _proof = ledger.claim(&nonce(START, "two"), at(START)).unwrap();
        drop(ledger);
        assert_eq!(
            open(&folder, START).recovery(),
            Recovery {
                replayed: 2,
                doubt: None
            }
        );
    }
}

#[test]
fn a_damaged_entry_before_the_last_one_is_treated_like_a_power_loss() {
    let folder = TempDir::new().unwrap();
    let ledger = open(&folder, START);
    for name in ["one", "two", "three"] {
        let _proof = ledger.claim(&nonce(START, name), at(START)).unwrap();
    }
    drop(ledger);
    let segment = &segments(&folder)[0];
    let mut bytes = fs::read(segment).unwrap();
    bytes[3] ^= 0x10;
    fs::write(segment, bytes).unwrap();

    let ledger = open(&folder, START);
    assert!(matches!(ledger.recovery().doubt, Some((_, Doubt::Damage))));
    for name in ["one", "two", "three"] {
        assert!(ledger.claim(&nonce(START, name), at(START)).is_err());
    }
}

#[test]
fn a_segment_under_another_name_is_not_believed() {
    let folder = TempDir::new().unwrap();
    let ledger = open(&folder, START);
    for name in ["one", "two"] {
        let _proof = ledger.claim(&nonce(START, name), at(START)).unwrap();
    }
    drop(ledger);
    let moved = folder
        .path()
        .join(format!("{}.nonces", Bucket::of(START + 60).number()));
    fs::rename(&segments(&folder)[0], moved).unwrap();
    assert!(matches!(
        open(&folder, START).recovery().doubt,
        Some((_, Doubt::Damage))
    ));
}

#[test]
fn a_lost_seed_or_record_refuses_a_whole_window() {
    for lost in ["seed", "record"] {
        let folder = TempDir::new().unwrap();
        let _proof = open(&folder, START)
            .claim(&nonce(START, "one"), at(START))
            .unwrap();
        fs::remove_file(folder.path().join(lost)).unwrap();

        let ledger = Ledger::open_after(
            Boot::named("first"),
            folder.path(),
            WINDOW,
            at(START),
            &SeededEntropy::new(2),
        );
        let ledger = ledger.unwrap();
        assert_eq!(
            ledger.recovery().doubt,
            Some((START + 300, Doubt::Damage)),
            "{lost}"
        );
        assert!(matches!(
            ledger.claim(&nonce(START, "one"), at(START)),
            Err(ClaimError::BeforeRestart { .. })
        ));
    }
}

#[test]
fn a_format_of_the_future_is_left_alone() {
    let folder = TempDir::new().unwrap();
    drop(open(&folder, START));
    fs::write(folder.path().join("record"), "countersign ledger 2\n").unwrap();
    let refused = Ledger::open(folder.path(), WINDOW, at(START), &SeededEntropy::new(1));
    assert!(matches!(refused, Err(OpenError::Newer { version, .. }) if version == "2"));
}

#[test]
fn a_folder_serves_one_ledger_at_a_time() {
    let folder = TempDir::new().unwrap();
    let first = open(&folder, START);
    let second = Ledger::open(folder.path(), WINDOW, at(START), &SeededEntropy::new(1));
    assert!(matches!(second, Err(OpenError::InUse { .. })));
    drop(first);
    drop(open(&folder, START));
}

#[test]
fn only_the_owner_can_read_the_folder_and_its_files() {
    let parent = TempDir::new().unwrap();
    let path = parent.path().join("state/ledger");
    let ledger = Ledger::open(&path, WINDOW, at(START), &SeededEntropy::new(1)).unwrap();
    let _proof = ledger.claim(&nonce(START, "one"), at(START)).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    let files: Vec<_> = fs::read_dir(&path)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn a_claim_that_cannot_be_written_is_refused_and_stays_unused() {
    let folder = TempDir::new().unwrap();
    let ledger = open(&folder, START);
    // A folder in the place of the segment: it cannot be opened for writing.
    let in_the_way = folder
        .path()
        .join(format!("{}.nonces", Bucket::of(START).number()));
    fs::create_dir(&in_the_way).unwrap();
    let failed = ledger.claim(&nonce(START, "one"), at(START));
    assert!(matches!(failed, Err(ClaimError::Journal(_))));
    fs::remove_dir(&in_the_way).unwrap();
    let _proof = ledger.claim(&nonce(START, "one"), at(START)).unwrap();
}

#[test]
fn a_promise_that_cannot_be_made_refuses_the_claim() {
    let folder = TempDir::new().unwrap();
    let ledger = open(&folder, START);
    fs::create_dir(folder.path().join("record.new")).unwrap();
    let failed = ledger.claim(&nonce(START, "one"), at(START));
    assert!(matches!(failed, Err(ClaimError::Journal(_))));
    assert_eq!(ledger.count(), 0);
}

#[test]
fn synced_every_second_no_claim_has_to_extend_the_promise() {
    let folder = TempDir::new().unwrap();
    let ledger = open(&folder, START);
    let _proof = ledger.claim(&nonce(START, "first"), at(START)).unwrap();
    for second in START..START + 120 {
        let blocked = folder.path().join("record.new");
        fs::create_dir(&blocked).unwrap();
        let _proof = ledger.claim(&nonce(second, "busy"), at(second)).unwrap();
        fs::remove_dir(&blocked).unwrap();
        ledger.sync(at(second)).unwrap();
    }
}

#[test]
fn expired_segments_are_deleted_and_their_nonces_stay_refused() {
    let folder = TempDir::new().unwrap();
    let ledger = open(&folder, START);
    let _proof = ledger.claim(&nonce(START, "old"), at(START)).unwrap();
    let later = START + 300 + 30;
    let _proof = ledger.claim(&nonce(later, "new"), at(later)).unwrap();
    ledger.sync(at(later)).unwrap();
    assert_eq!((segments(&folder).len(), ledger.count()), (1, 1));

    // The clock steps back: the old nonce is inside the window again, but no longer known.
    let replayed = |ledger: &Ledger| ledger.claim(&nonce(START, "old"), at(START + 100));
    assert!(matches!(replayed(&ledger), Err(ClaimError::BeforeRestart { .. })));
    drop(ledger);
    let reopened = open(&folder, START + 100);
    assert!(matches!(
        replayed(&reopened),
        Err(ClaimError::BeforeRestart { .. })
    ));
}

#[test]
fn a_segment_that_expired_while_nobody_ran_is_deleted_at_the_start() {
    let folder = TempDir::new().unwrap();
    let _proof = open(&folder, START)
        .claim(&nonce(START, "old"), at(START))
        .unwrap();
    let ledger = open(&folder, START + 1_000);
    assert_eq!(ledger.recovery(), Recovery::default());
    assert!(segments(&folder).is_empty());
    let replayed = ledger.claim(&nonce(START, "old"), at(START + 100));
    assert!(matches!(replayed, Err(ClaimError::BeforeRestart { .. })));
}

#[test]
fn one_wrong_clock_reading_refuses_nobody_afterwards() {
    let folder = TempDir::new().unwrap();
    let ledger = open(&folder, START);
    let _proof = ledger.claim(&nonce(START, "one"), at(START)).unwrap();
    ledger.sync(at(START + 86_400)).unwrap();
    let next = START + 30;
    let _proof = ledger.claim(&nonce(next, "two"), at(next)).unwrap();
}

#[test]
fn forgetting_everything_lets_a_clock_be_moved_back() {
    let folder = TempDir::new().unwrap();
    let ledger = open(&folder, START);
    let _proof = ledger.claim(&nonce(START, "one"), at(START)).unwrap();
    ledger.sync(at(START + 1_000)).unwrap();
    ledger.forget_everything().unwrap();
    let _proof = ledger.claim(&nonce(START, "one"), at(START)).unwrap();
    drop(ledger);
    assert_eq!(
        open(&folder, START).recovery(),
        Recovery {
            replayed: 1,
            doubt: None
        }
    );
}

/// How many files of this folder the process holds open.
#[cfg(target_os = "linux")]
fn held_open(folder: &TempDir) -> usize {
    let links = fs::read_dir("/proc/self/fd").unwrap();
    links
        .filter_map(|link| fs::read_link(link.unwrap().path()).ok())
        .filter(|file| file.starts_with(folder.path()))
        .count()
}

#[test]
#[cfg(target_os = "linux")]
fn a_clock_that_is_moved_about_leaves_few_files_open_and_loses_no_claim() {
    let folder = TempDir::new().unwrap();
    let ledger = open(&folder, START);
    let places: Vec<i64> = (0..200).map(|hour| START + hour * 3600).collect();
    for name in ["there", "back again"] {
        for place in &places {
            let _proof = ledger.claim(&nonce(*place, name), at(*place)).unwrap();
        }
    }
    assert!(held_open(&folder) < 100, "{}", held_open(&folder));
    drop(ledger);

    let second = open(&folder, START);
    assert_eq!(second.recovery().replayed, 400);
    for place in places {
        let again = second.claim(&nonce(place, "there"), at(place));
        assert!(matches!(again, Err(ClaimError::Used)));
    }
}

#[test]
fn a_lost_record_gives_no_nonce_of_a_time_the_clock_was_moved_to() {
    let folder = TempDir::new().unwrap();
    let ahead = START + 86_400;
    let _proof = open(&folder, START)
        .claim(&nonce(ahead, "ahead"), at(ahead))
        .unwrap();
    fs::remove_file(folder.path().join("record")).unwrap();

    let second = open(&folder, START);
    let refused = second.claim(&nonce(ahead, "ahead"), at(ahead));
    assert!(matches!(refused, Err(ClaimError::BeforeRestart { .. })));
}
