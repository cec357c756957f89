//! New data keys, old ones dropped, secrets moved from one to the other, and who may do it when.

use std::fs::{self, File};
use std::path::Path;

use countersign_seal::{Context, Keyring, KeyringError, OpenError, ResealError};
use countersign_world::SystemEntropy;

use crate::snapshot::{self, Snapshot};

const PLACE: Context<'_> = Context {
    account: "1234567",
    record: "token/7",
    field: "secret",
    generation: 1,
};

fn keyring_folder() -> (tempfile::TempDir, Keyring) {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Keyring::create(folder.path(), &SystemEntropy).unwrap();
    (folder, keyring)
}

fn key_file(folder: &Path) -> Vec<u8> {
    fs::read(folder.join("countersign.key")).unwrap()
}

#[test]
fn a_new_data_key_seals_and_the_old_one_still_opens() {
    let (folder, mut keyring) = keyring_folder();
    let old = keyring.seal(&PLACE, b"old", &SystemEntropy).unwrap();
    let key_before = key_file(folder.path());
    assert_eq!(keyring.rotate(&SystemEntropy).unwrap(), 2);
    let new = keyring.seal(&PLACE, b"new", &SystemEntropy).unwrap();
    assert_eq!((old.key_version(), new.key_version()), (1, 2));

    for keyring in [keyring, Keyring::load(folder.path()).unwrap()] {
        assert_eq!((keyring.versions().collect(), keyring.current()), (vec![1, 2], 2));
        assert_eq!(keyring.open(&PLACE, &old).unwrap().expose(), b"old");
        assert_eq!(keyring.open(&PLACE, &new).unwrap().expose(), b"new");
    }
    assert_eq!(key_before, key_file(folder.path()));
    if cfg!(unix) {
        assert_eq!(snapshot::mode(&folder.path().join("keyring.json")), 0o600);
    }
}

#[test]
fn resealing_moves_each_secret_once_so_that_it_can_be_stopped_and_begun_again() {
    let (_folder, mut keyring) = keyring_folder();
    let old = keyring.seal(&PLACE, b"a secret", &SystemEntropy).unwrap();
    assert_eq!(keyring.reseal(&PLACE, &old, &SystemEntropy).unwrap(), None);
    keyring.rotate(&SystemEntropy).unwrap();
    let new = keyring.reseal(&PLACE, &old, &SystemEntropy).unwrap().unwrap();
    assert_eq!(keyring.reseal(&PLACE, &new, &SystemEntropy).unwrap(), None);

    keyring.retire(1, &SystemEntropy).unwrap();
    assert_eq!(keyring.open(&PLACE, &new).unwrap().expose(), b"a secret");
    assert!(matches!(
        keyring.open(&PLACE, &old),
        Err(OpenError::UnknownKey { version: 1 })
    ));
}

#[test]
fn resealing_never_carries_a_secret_to_another_place() {
    let (_folder, mut keyring) = keyring_folder();
    let old = keyring.seal(&PLACE, b"a secret", &SystemEntropy).unwrap();
    keyring.rotate(&SystemEntropy).unwrap();
    let elsewhere = Context {
        account: "7654321",
        ..PLACE
    };
    let refused = keyring.reseal(&elsewhere, &old, &SystemEntropy).unwrap_err();
    assert!(matches!(refused, ResealError::Open(OpenError::Refused)));
}

#[test]
fn the_current_data_key_and_an_unknown_one_cannot_be_retired() {
    let (folder, mut keyring) = keyring_folder();
    keyring.rotate(&SystemEntropy).unwrap();
    let before = Snapshot::of(folder.path());
    let current = keyring.retire(2, &SystemEntropy).unwrap_err();
    assert!(matches!(current, KeyringError::CurrentKey { version: 2 }));
    let unknown = keyring.retire(3, &SystemEntropy).unwrap_err();
    assert!(matches!(unknown, KeyringError::UnknownVersion { version: 3 }));
    assert_eq!(before, Snapshot::of(folder.path()));
}

#[test]
fn a_retired_version_number_is_not_used_again() {
    let (folder, mut keyring) = keyring_folder();
    keyring.rotate(&SystemEntropy).unwrap();
    keyring.retire(1, &SystemEntropy).unwrap();
    assert_eq!(keyring.rotate(&SystemEntropy).unwrap(), 3);
    assert_eq!(
        Keyring::load(folder.path())
            .unwrap()
            .versions()
            .collect::<Vec<_>>(),
        [2, 3]
    );
}

#[test]
fn the_most_data_keys_a_keyring_may_hold_load_again_even_under_two_wraps() {
    let (folder, mut keyring) = keyring_folder();
    while keyring.versions().count() < countersign_seal::MAX_DATA_KEYS {
        keyring.rotate(&SystemEntropy).unwrap();
    }
    assert!(matches!(keyring.rotate(&SystemEntropy), Err(KeyringError::Full)));
    let in_the_way = folder.path().join("countersign.key.new");
    fs::create_dir(&in_the_way).unwrap();
    keyring.rewrap(&SystemEntropy).unwrap_err();
    Keyring::load(folder.path()).unwrap();
    fs::remove_dir(&in_the_way).unwrap();
    keyring.rewrap(&SystemEntropy).unwrap();
    assert_eq!(Keyring::load(folder.path()).unwrap().current(), 256);
}

#[test]
fn a_new_key_file_opens_what_the_old_one_did_and_the_old_one_opens_nothing() {
    let (folder, mut keyring) = keyring_folder();
    let sealed = keyring.seal(&PLACE, b"a secret", &SystemEntropy).unwrap();
    let old_key = key_file(folder.path());
    keyring.rewrap(&SystemEntropy).unwrap();
    assert_ne!(old_key, key_file(folder.path()));
    if cfg!(unix) {
        assert_eq!(snapshot::mode(&folder.path().join("countersign.key")), 0o600);
    }
    for keyring in [keyring, Keyring::load(folder.path()).unwrap()] {
        assert_eq!(keyring.open(&PLACE, &sealed).unwrap().expose(), b"a secret");
    }
    fs::write(folder.path().join("countersign.key"), old_key).unwrap();
    assert!(matches!(
        Keyring::load(folder.path()),
        Err(KeyringError::WrongKey { .. })
    ));
}

#[test]
fn while_another_process_holds_the_lock_nothing_is_changed_and_loading_goes_on() {
    let (folder, mut keyring) = keyring_folder();
    keyring.rotate(&SystemEntropy).unwrap();
    let before = Snapshot::of(folder.path());
    let lock = File::open(folder.path().join("keyring.lock")).unwrap();
    lock.lock().unwrap();
    assert!(matches!(
        keyring.rotate(&SystemEntropy),
        Err(KeyringError::Busy { .. })
    ));
    assert!(matches!(
        keyring.retire(1, &SystemEntropy),
        Err(KeyringError::Busy { .. })
    ));
    assert!(matches!(
        keyring.rewrap(&SystemEntropy),
        Err(KeyringError::Busy { .. })
    ));
    Keyring::load(folder.path()).unwrap();
    assert_eq!(before, Snapshot::of(folder.path()));
    drop(lock);
    assert_eq!(keyring.rotate(&SystemEntropy).unwrap(), 3);
}

#[test]
fn a_keyring_loaded_long_ago_changes_what_is_on_disk_now() {
    let (folder, mut early) = keyring_folder();
    let mut late = Keyring::load(folder.path()).unwrap();
    late.rotate(&SystemEntropy).unwrap();
    late.rewrap(&SystemEntropy).unwrap();
    let sealed = late.seal(&PLACE, b"a secret", &SystemEntropy).unwrap();
    assert!(matches!(
        early.open(&PLACE, &sealed),
        Err(OpenError::UnknownKey { version: 2 })
    ));
    assert_eq!(early.rotate(&SystemEntropy).unwrap(), 3);
    assert_eq!(early.open(&PLACE, &sealed).unwrap().expose(), b"a secret");
}

#[test]
fn many_that_rotate_at_once_lose_no_data_key() {
    let (folder, _) = keyring_folder();
    let rotate = || {
        let mut keyring = Keyring::load(folder.path()).unwrap();
        (0..20)
            .filter_map(|_| keyring.rotate(&SystemEntropy).ok())
            .collect::<Vec<u32>>()
    };
    let mut made: Vec<u32> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(rotate)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    made.push(1);
    made.sort_unstable();
    assert_eq!(
        Keyring::load(folder.path())
            .unwrap()
            .versions()
            .collect::<Vec<_>>(),
        made
    );
}

#[test]
fn loading_succeeds_at_every_moment_of_a_rewrap() {
    let (folder, mut keyring) = keyring_folder();
    std::thread::scope(|scope| {
        let rewraps = scope.spawn(move || (0..60).for_each(|_| keyring.rewrap(&SystemEntropy).unwrap()));
        while !rewraps.is_finished() {
            Keyring::load(folder.path()).unwrap();
        }
    });
}

#[test]
fn a_key_file_kept_elsewhere_behind_a_link_stays_there() {
    let (folder, mut keyring) = keyring_folder();
    let elsewhere = tempfile::tempdir().unwrap();
    let (link, target) = (
        folder.path().join("countersign.key"),
        elsewhere.path().join("the.key"),
    );
    fs::rename(&link, &target).unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    let before = fs::read(&target).unwrap();
    keyring.rewrap(&SystemEntropy).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_ne!(before, fs::read(&target).unwrap());
    Keyring::load(folder.path()).unwrap();
}

#[test]
fn files_replaced_by_an_administrator_keep_their_owner() {
    use std::os::unix::fs::{MetadataExt, chown};
    let (folder, mut keyring) = keyring_folder();
    let names = ["countersign.key", "keyring.json", "keyring.lock"];
    let owners = || names.map(|name| fs::metadata(folder.path().join(name)).unwrap().uid());
    if owners() != [0; 3] {
        // Only an administrator can give files away.
        return;
    }
    for name in names {
        chown(folder.path().join(name), Some(4242), Some(4242)).unwrap();
    }
    fs::remove_file(folder.path().join("keyring.lock")).unwrap();
    keyring.rotate(&SystemEntropy).unwrap();
    keyring.rewrap(&SystemEntropy).unwrap();
    assert_eq!(owners(), [4242; 3]);
}
