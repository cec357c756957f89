//! Creating and loading: what is refused, in which words, and that a refusal touches nothing.

use std::fs;
use std::path::Path;

use crate::snapshot::{self, Snapshot};
use countersign_seal::{Context, Keyring, KeyringError};
use countersign_world::SystemEntropy;

const KEY: &str = "countersign.key";
const RING: &str = "keyring.json";
const PLACE: Context<'_> = Context {
    account: "1234567",
    record: "integration/1",
    field: "consumer secret",
    generation: 1,
};

fn keyring_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    Keyring::create(folder.path(), &SystemEntropy).unwrap();
    folder
}

/// The error of loading, after proof that loading and creating both left the folder alone.
fn refusal(folder: &Path) -> KeyringError {
    let before = Snapshot::of(folder);
    let refused = Keyring::load(folder).unwrap_err();
    if Keyring::exists(folder).unwrap() {
        let created = Keyring::create(folder, &SystemEntropy).unwrap_err();
        assert!(matches!(created, KeyringError::AlreadyExists { .. }), "{created}");
    }
    assert_eq!(before, Snapshot::of(folder));
    refused
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn a_new_keyring_is_two_private_files_and_the_lock() {
    let folder = tempfile::tempdir().unwrap();
    assert!(!Keyring::exists(folder.path()).unwrap());
    let keyring = Keyring::create(folder.path(), &SystemEntropy).unwrap();
    assert!(Keyring::exists(folder.path()).unwrap());
    assert_eq!((keyring.versions().collect(), keyring.current()), (vec![1], 1));

    assert_eq!(Snapshot::of(folder.path()).names(), [KEY, RING, "keyring.lock"]);
    if cfg!(unix) {
        for name in [KEY, RING, "keyring.lock"] {
            assert_eq!(snapshot::mode(&folder.path().join(name)), 0o600, "{name}");
        }
    }
    let key_file = fs::read_to_string(folder.path().join(KEY)).unwrap();
    assert!(
        key_file.starts_with("# Countersign key: opens every secret sealed beside it."),
        "{key_file}"
    );
}

#[test]
fn loading_changes_nothing() {
    let folder = keyring_folder();
    let before = Snapshot::of(folder.path());
    Keyring::load(folder.path()).unwrap();
    assert_eq!(before, Snapshot::of(folder.path()));
}

#[test]
fn a_folder_without_a_keyring_is_named() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(refusal(folder.path()), KeyringError::Missing { .. }));
    let nowhere = folder.path().join("nowhere");
    assert!(!Keyring::exists(&nowhere).unwrap());
    assert!(matches!(refusal(&nowhere), KeyringError::Missing { .. }));
    assert!(matches!(
        Keyring::create(&nowhere, &SystemEntropy),
        Err(KeyringError::Io { .. })
    ));
}

#[test]
fn a_missing_key_is_never_made_anew() {
    let folder = keyring_folder();
    fs::remove_file(folder.path().join(KEY)).unwrap();
    let refused = refusal(folder.path());
    assert!(matches!(refused, KeyringError::MissingKey { .. }));
    let text = refused.to_string();
    assert!(
        text.contains("nothing was touched") && text.contains("from its backup"),
        "{text}"
    );
}

#[test]
fn a_missing_keyring_file_is_never_made_anew() {
    let folder = keyring_folder();
    fs::remove_file(folder.path().join(RING)).unwrap();
    assert!(matches!(
        refusal(folder.path()),
        KeyringError::MissingKeyring { .. }
    ));
}

#[test]
fn the_key_of_another_keyring_is_refused_by_its_id() {
    let (folder, other) = (keyring_folder(), keyring_folder());
    fs::copy(other.path().join(KEY), folder.path().join(KEY)).unwrap();
    assert!(matches!(refusal(folder.path()), KeyringError::WrongKey { .. }));
}

#[test]
fn another_key_under_the_right_id_is_refused() {
    let (folder, other) = (keyring_folder(), keyring_folder());
    let line = |folder: &Path| {
        let text = fs::read_to_string(folder.join(KEY)).unwrap();
        text.lines()
            .find(|line| line.starts_with("key = "))
            .unwrap()
            .to_owned()
    };
    edit(
        &folder.path().join(KEY),
        &line(folder.path()),
        &line(other.path()),
    );
    let refused = refusal(folder.path());
    assert!(
        refused.to_string().contains("one of the two was changed"),
        "{refused}"
    );
}

#[test]
fn a_key_that_others_can_use_is_refused_with_the_command_that_helps() {
    use std::os::unix::fs::PermissionsExt;
    let folder = keyring_folder();
    let key = folder.path().join(KEY);
    for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        let refused = refusal(folder.path()).to_string();
        assert!(refused.contains(&format!("(mode {mode:04o})")), "{refused}");
        assert!(
            refused.ends_with(&format!("Run: chmod 600 '{}'", key.display())),
            "{refused}"
        );
    }
    for mode in [0o600, 0o400] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        Keyring::load(folder.path()).unwrap();
    }
}

#[test]
fn files_of_a_later_format_are_refused_by_that_name() {
    let folder = keyring_folder();
    edit(
        &folder.path().join(RING),
        "\"version\": 1,",
        "\"version\": 2, \"and\": \"more\",",
    );
    assert!(matches!(
        refusal(folder.path()),
        KeyringError::NewerFormat {
            found: 2,
            known: 1,
            ..
        }
    ));

    let folder = keyring_folder();
    edit(&folder.path().join(KEY), "version = 1", "version = 7");
    assert!(matches!(
        refusal(folder.path()),
        KeyringError::NewerFormat {
            found: 7,
            known: 1,
            ..
        }
    ));
}

#[test]
fn a_damaged_key_file_is_refused_and_not_quoted() {
    for (from, to) in [
        ("version = 1", "version = 0"),
        ("version = 1", ""),
        ("version = 1", "version = 4294967296"),
        ("id = ", "id = x"),
        ("id = ", "name = "),
        ("key = ", "key = A"),
        ("key = ", "key = AAAA"),
        ("key = ", "key: "),
        ("=\n", "=\nkey = again\n"),
    ] {
        let folder = keyring_folder();
        let path = folder.path().join(KEY);
        let key = fs::read_to_string(&path)
            .unwrap()
            .lines()
            .last()
            .unwrap()
            .replace("key = ", "");
        edit(&path, from, to);
        let refused = refusal(folder.path());
        assert!(matches!(refused, KeyringError::Damaged { .. }), "{to}: {refused}");
        assert!(!format!("{refused} {refused:?}").contains(&key));
    }
    for bytes in [b"".as_slice(), b"\xff\xfe", b"#\n#\n", &[b'#'; 5000]] {
        let folder = keyring_folder();
        fs::write(folder.path().join(KEY), bytes).unwrap();
        assert!(matches!(refusal(folder.path()), KeyringError::Damaged { .. }));
    }
}

#[test]
fn a_keyring_file_changed_in_any_way_is_refused() {
    for (from, to) in [
        ("\"version\": 1,", ""),
        ("\"version\": 1,", "\"version\": 0,"),
        ("\"version\": 1,", "\"version\": 1, \"unknown\": true,"),
        ("    1,\n    2\n", "    1\n"),
        ("    1,\n    2\n", "    2,\n    1\n"),
        ("    1,\n    2\n", "    1,\n    3\n"),
        ("    1,\n    2\n", "    1,\n    2,\n    3\n"),
        ("    1,\n    2\n", ""),
        ("\"wrapped\": \"", "\"wrapped\": \"AAAA"),
        ("\"wrapped\": \"", "\"wrapped\": \"?"),
    ] {
        let folder = keyring_folder();
        Keyring::load(folder.path())
            .unwrap()
            .rotate(&SystemEntropy)
            .unwrap();
        edit(&folder.path().join(RING), from, to);
        let refused = refusal(folder.path());
        assert!(matches!(refused, KeyringError::Damaged { .. }), "{to}: {refused}");
    }
    for bytes in ["", "null", "[]", "{}", &"[".repeat(60_000), &" ".repeat(70_000)] {
        let folder = keyring_folder();
        fs::write(folder.path().join(RING), bytes).unwrap();
        assert!(matches!(refusal(folder.path()), KeyringError::Damaged { .. }));
    }
}

#[test]
fn no_flipped_byte_of_either_file_gives_another_keyring() {
    let folder = keyring_folder();
    let sealed = Keyring::load(folder.path())
        .unwrap()
        .seal(&PLACE, b"a secret", &SystemEntropy)
        .unwrap();
    for name in [KEY, RING] {
        let path = folder.path().join(name);
        let bytes = fs::read(&path).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            fs::write(&path, &changed).unwrap();
            // A flip in a comment or in white space may be harmless; then the keys are the same.
            if let Ok(keyring) = Keyring::load(folder.path()) {
                assert_eq!(keyring.open(&PLACE, &sealed).unwrap().expose(), b"a secret");
            }
        }
        fs::write(&path, &bytes).unwrap();
    }
}

#[test]
fn creating_never_follows_a_dangling_link() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join(KEY)).unwrap();
    assert!(Keyring::exists(folder.path()).unwrap());
    let refused = Keyring::create(folder.path(), &SystemEntropy).unwrap_err();
    assert!(matches!(refused, KeyringError::AlreadyExists { .. }));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn of_many_that_create_at_once_one_succeeds_and_its_keyring_loads() {
    let folder = tempfile::tempdir().unwrap();
    let created: Vec<Keyring> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| Keyring::create(folder.path(), &SystemEntropy).ok()))
            .collect();
        threads
            .into_iter()
            .filter_map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(created.len(), 1);
    let sealed = created[0].seal(&PLACE, b"a secret", &SystemEntropy).unwrap();
    let loaded = Keyring::load(folder.path()).unwrap();
    assert_eq!(loaded.open(&PLACE, &sealed).unwrap().expose(), b"a secret");
}

#[test]
fn a_pipe_in_the_place_of_a_key_is_refused_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    Keyring::create(folder.path(), &SystemEntropy).unwrap();
    let key = folder.path().join(KEY);
    fs::remove_file(&key).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&key).status().unwrap();
    assert!(made.success());
    let refused = Keyring::load(folder.path()).unwrap_err();
    assert!(refused.to_string().contains("not a regular file"), "{refused}");
}
