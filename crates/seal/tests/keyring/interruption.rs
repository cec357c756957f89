//! A change of keys that stops half-way: at every step, by a full disk, by kill. The keyring always loads.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use countersign_seal::{Context, Keyring, KeyringError, Sealed};
use countersign_world::{SeededEntropy, SystemEntropy};

use crate::snapshot::Snapshot;

const KEY: &str = "countersign.key";
const RING: &str = "keyring.json";
const PLACE: Context<'_> = Context {
    account: "1234567",
    record: "connection/9",
    field: "token secret",
    generation: 2,
};

/// Files by name.
type Files<'a> = Vec<(&'static str, &'a [u8])>;

/// What a rewrap writes, caught between its steps: the same seed makes the same new key.
struct Rewrap {
    sealed: Sealed,
    key_before: Vec<u8>,
    key_after: Vec<u8>,
    ring_before: Vec<u8>,
    ring_with_both: Vec<u8>,
    ring_after: Vec<u8>,
}

impl Rewrap {
    fn taken_apart() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let read = |name: &str| fs::read(path(name)).unwrap();
        let mut keyring = Keyring::create(folder.path(), &SystemEntropy).unwrap();
        let sealed = keyring.seal(&PLACE, b"a secret", &SystemEntropy).unwrap();
        let (key_before, ring_before) = (read(KEY), read(RING));

        fs::create_dir(path("countersign.key.new")).unwrap();
        let stopped = keyring.rewrap(&SeededEntropy::new(1)).unwrap_err();
        assert!(matches!(stopped, KeyringError::Io { .. }), "{stopped}");
        assert_eq!(key_before, read(KEY), "stopped before the key file");
        let ring_with_both = read(RING);

        fs::remove_dir(path("countersign.key.new")).unwrap();
        fs::write(path(RING), &ring_before).unwrap();
        keyring.rewrap(&SeededEntropy::new(1)).unwrap();
        let (key_after, ring_after) = (read(KEY), read(RING));
        Self {
            sealed,
            key_before,
            key_after,
            ring_before,
            ring_with_both,
            ring_after,
        }
    }

    /// Every state that a crash can leave, with what an unfinished write may have left beside.
    fn states(&self) -> Vec<(&'static str, Files<'_>)> {
        let half = |bytes: &'static str| bytes.as_bytes();
        vec![
            ("before", vec![(KEY, &self.key_before), (RING, &self.ring_before)]),
            (
                "while writing the keyring with both wraps",
                vec![
                    (KEY, &self.key_before),
                    (RING, &self.ring_before),
                    ("keyring.json.new", half("{ \"ver")),
                ],
            ),
            (
                "after step 1",
                vec![(KEY, &self.key_before), (RING, &self.ring_with_both)],
            ),
            (
                "while writing the new key",
                vec![
                    (KEY, &self.key_before),
                    (RING, &self.ring_with_both),
                    ("countersign.key.new", half("# C")),
                ],
            ),
            (
                "with the new key written and not in place",
                vec![
                    (KEY, &self.key_before),
                    (RING, &self.ring_with_both),
                    ("countersign.key.new", &self.key_after),
                ],
            ),
            (
                "after step 2",
                vec![(KEY, &self.key_after), (RING, &self.ring_with_both)],
            ),
            (
                "with the last keyring written and not in place",
                vec![
                    (KEY, &self.key_after),
                    (RING, &self.ring_with_both),
                    ("keyring.json.new", &self.ring_after),
                ],
            ),
            (
                "after step 3",
                vec![(KEY, &self.key_after), (RING, &self.ring_after)],
            ),
        ]
    }
}

fn folder_of(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    // A folder that a keyring was created in, so that the key file has its permissions.
    Keyring::create(folder.path(), &SystemEntropy).unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn wraps(folder: &Path) -> usize {
    fs::read_to_string(folder.join(RING))
        .unwrap()
        .matches("key_id")
        .count()
}

#[test]
fn the_steps_of_a_rewrap_are_as_described() {
    let rewrap = Rewrap::taken_apart();
    let wraps = |ring: &[u8]| String::from_utf8_lossy(ring).matches("key_id").count();
    let rings = [&rewrap.ring_before, &rewrap.ring_with_both, &rewrap.ring_after];
    assert_eq!(rings.map(|ring| wraps(ring)), [1, 2, 1]);
    assert_ne!(rewrap.key_before, rewrap.key_after);
}

#[test]
fn after_a_crash_at_any_step_of_a_rewrap_everything_opens() {
    let rewrap = Rewrap::taken_apart();
    for (moment, files) in rewrap.states() {
        let folder = folder_of(&files);
        let before = Snapshot::of(folder.path());
        let keyring = Keyring::load(folder.path()).unwrap_or_else(|error| panic!("{moment}: {error}"));
        assert_eq!(
            keyring.open(&PLACE, &rewrap.sealed).unwrap().expose(),
            b"a secret",
            "{moment}"
        );
        assert_eq!(before, Snapshot::of(folder.path()), "{moment}");
    }
}

#[test]
fn after_a_crash_at_any_step_any_change_of_keys_ends_well() {
    type Change = fn(&mut Keyring) -> Result<(), KeyringError>;
    let changes: [(Change, u32); 2] = [
        (|keyring| keyring.rotate(&SystemEntropy).map(drop), 2),
        (|keyring| keyring.rewrap(&SystemEntropy), 1),
    ];
    let rewrap = Rewrap::taken_apart();
    for (moment, files) in rewrap.states() {
        for (change, current) in changes {
            let folder = folder_of(&files);
            let mut keyring = Keyring::load(folder.path()).unwrap();
            change(&mut keyring).unwrap_or_else(|error| panic!("{moment}: {error}"));
            assert_eq!(wraps(folder.path()), 1, "{moment}");
            let loaded = Keyring::load(folder.path()).unwrap();
            assert_eq!(loaded.current(), current, "{moment}");
            assert_eq!(
                loaded.open(&PLACE, &rewrap.sealed).unwrap().expose(),
                b"a secret",
                "{moment}"
            );
        }
    }
}

#[test]
fn after_a_crash_the_other_key_is_worth_nothing_once_the_change_is_over() {
    let rewrap = Rewrap::taken_apart();
    let folder = folder_of(&[(KEY, &rewrap.key_after), (RING, &rewrap.ring_with_both)]);
    Keyring::load(folder.path())
        .unwrap()
        .rewrap(&SystemEntropy)
        .unwrap();
    for key in [&rewrap.key_before, &rewrap.key_after] {
        fs::write(folder.path().join(KEY), key).unwrap();
        assert!(matches!(
            Keyring::load(folder.path()),
            Err(KeyringError::WrongKey { .. })
        ));
    }
}

#[test]
fn a_file_that_cannot_be_written_leaves_the_old_one_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let mut keyring = Keyring::create(folder.path(), &SystemEntropy).unwrap();
    keyring.rotate(&SystemEntropy).unwrap();
    let sealed = keyring.seal(&PLACE, b"a secret", &SystemEntropy).unwrap();
    // A folder where the new file has to go: it stops an administrator too, as permissions would not.
    fs::create_dir(folder.path().join("keyring.json.new")).unwrap();
    let before = Snapshot::of(folder.path());
    assert!(matches!(
        keyring.rotate(&SystemEntropy),
        Err(KeyringError::Io { .. })
    ));
    assert!(matches!(
        keyring.retire(1, &SystemEntropy),
        Err(KeyringError::Io { .. })
    ));
    assert!(matches!(
        keyring.rewrap(&SystemEntropy),
        Err(KeyringError::Io { .. })
    ));
    assert_eq!(before, Snapshot::of(folder.path()));

    for keyring in [keyring, Keyring::load(folder.path()).unwrap()] {
        assert_eq!(keyring.versions().collect::<Vec<_>>(), [1, 2]);
        assert_eq!(keyring.open(&PLACE, &sealed).unwrap().expose(), b"a secret");
    }
}

#[test]
fn a_process_started_meanwhile_by_another_thread_does_not_keep_the_lock() {
    let folder = tempfile::tempdir().unwrap();
    let mut keyring = Keyring::create(folder.path(), &SystemEntropy).unwrap();
    std::thread::scope(|scope| {
        let starts = scope.spawn(|| {
            for _ in 0..100 {
                let mut list = Command::new(std::env::current_exe().unwrap());
                list.args(["--list", "nothing"])
                    .stdout(Stdio::null())
                    .status()
                    .unwrap();
            }
        });
        while !starts.is_finished() {
            keyring.rewrap(&SystemEntropy).unwrap();
        }
    });
}

#[test]
fn a_process_killed_while_it_changes_keys_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Keyring::create(folder.path(), &SystemEntropy).unwrap();
    let sealed = keyring.seal(&PLACE, b"a secret", &SystemEntropy).unwrap();
    for round in 0..30 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--ignored",
                "--exact",
                "interruption::changes_keys_until_it_is_killed",
            ])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(20_000 + round * 1_337));
        child.kill().unwrap();
        child.wait().unwrap();
        let keyring = Keyring::load(folder.path()).unwrap();
        assert_eq!(keyring.open(&PLACE, &sealed).unwrap().expose(), b"a secret");
    }
    let keyring = Keyring::load(folder.path()).unwrap();
    assert!(
        keyring.current() > 1,
        "the killed processes had changed something"
    );
}

#[test]
#[ignore = "run by the test above, in a process that it kills"]
fn changes_keys_until_it_is_killed() {
    let here = Path::new(".");
    if !Keyring::exists(here).unwrap() {
        return;
    }
    let mut keyring = Keyring::load(here).unwrap();
    loop {
        keyring.rotate(&SystemEntropy).unwrap();
        keyring.rewrap(&SystemEntropy).unwrap();
        let (_, newer): (Vec<u32>, Vec<u32>) = keyring.versions().partition(|version| *version == 1);
        if newer.len() > 3 {
            keyring.retire(newer[0], &SystemEntropy).unwrap();
        }
    }
}
