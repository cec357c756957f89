//! What is sealed opens in its own place and nowhere else.

use countersign_seal::{Context, Keyring, MAX_SECRET, OpenError, SealError, Sealed};
use countersign_world::{SeededEntropy, SystemEntropy};
use proptest::prelude::*;

const TOKEN: Context<'_> = Context {
    account: "1234567_SB1",
    record: "token/42",
    field: "token secret",
    generation: 3,
};

fn keyring(folder: &tempfile::TempDir) -> Keyring {
    Keyring::create(folder.path(), &SystemEntropy).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_sealed_secret_opens_in_its_own_place(
        secret in prop::collection::vec(any::<u8>(), 0..200),
        (account, record, field) in any::<(String, String, String)>(),
        generation: u64,
        seed: u64,
    ) {
        let folder = tempfile::tempdir()?;
        let keyring = Keyring::create(folder.path(), &SeededEntropy::new(seed))?;
        let context = Context { account: &account, record: &record, field: &field, generation };
        let sealed = keyring.seal(&context, &secret, &SystemEntropy)?;
        let stored = Sealed::from_bytes(sealed.as_bytes())?;
        prop_assert_eq!(&stored, &sealed);
        let loaded = Keyring::load(folder.path())?;
        let opened = loaded.open(&context, &stored)?;
        prop_assert_eq!(opened.expose(), secret);
    }

    #[test]
    fn one_changed_part_of_the_place_is_refused(
        places in any::<[(String, String, String, u64); 2]>(),
        change in 0..4,
    ) {
        let folder = tempfile::tempdir()?;
        let keyring = Keyring::create(folder.path(), &SystemEntropy)?;
        let [(account, record, field, generation), other] = &places;
        let place = Context { account, record, field, generation: *generation };
        let elsewhere = match change {
            0 => Context { account: &other.0, ..place },
            1 => Context { record: &other.1, ..place },
            2 => Context { field: &other.2, ..place },
            _ => Context { generation: other.3, ..place },
        };
        prop_assume!(place != elsewhere);
        let sealed = keyring.seal(&place, b"secret", &SystemEntropy)?;
        prop_assert!(matches!(keyring.open(&elsewhere, &sealed), Err(OpenError::Refused)));
    }

    #[test]
    fn garbage_is_refused_without_a_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..120), plausible: bool) {
        let folder = tempfile::tempdir()?;
        let keyring = Keyring::create(folder.path(), &SystemEntropy)?;
        if plausible {
            bytes.splice(..0, [1, 0, 0, 0, 1]);
        }
        prop_assert!(Sealed::from_bytes(&bytes).and_then(|sealed| keyring.open(&TOKEN, &sealed)).is_err());
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut keyring = keyring(&folder);
    let sealed = keyring.seal(&TOKEN, b"a secret", &SystemEntropy).unwrap();
    // So that a changed key version names a key that is there.
    keyring.rotate(&SystemEntropy).unwrap();
    keyring.rotate(&SystemEntropy).unwrap();
    for bit in 0..sealed.as_bytes().len() * 8 {
        let mut bytes = sealed.as_bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let opened = Sealed::from_bytes(&bytes).and_then(|changed| keyring.open(&TOKEN, &changed));
        assert!(opened.is_err(), "bit {bit}");
    }
}

#[test]
fn a_sealed_secret_cut_short_or_drawn_out_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = keyring(&folder);
    let sealed = keyring.seal(&TOKEN, b"a secret", &SystemEntropy).unwrap();
    let open = |bytes: &[u8]| Sealed::from_bytes(bytes).and_then(|sealed| keyring.open(&TOKEN, &sealed));
    for length in 0..sealed.as_bytes().len() {
        assert!(open(&sealed.as_bytes()[..length]).is_err(), "{length} bytes");
    }
    assert!(open(&[sealed.as_bytes(), b"\0"].concat()).is_err());
    assert!(matches!(
        open(&vec![1; MAX_SECRET + 100]),
        Err(OpenError::NotSealed)
    ));
}

#[test]
fn a_later_format_is_named_as_such() {
    let newer = Sealed::from_bytes(b"\x02 whatever it will be").unwrap_err();
    assert!(matches!(newer, OpenError::NewerFormat { format: 2 }));
    let none = Sealed::from_bytes(&[0; 100]).unwrap_err();
    assert!(matches!(none, OpenError::NotSealed));
}

#[test]
fn the_same_secret_is_never_sealed_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = keyring(&folder);
    let [one, two] = [(); 2].map(|()| keyring.seal(&TOKEN, b"a secret", &SystemEntropy).unwrap());
    assert_ne!(one, two);
}

#[test]
fn the_longest_secret_is_sealed_and_a_longer_one_refused() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = keyring(&folder);
    let longest = vec![7; MAX_SECRET];
    let sealed = keyring.seal(&TOKEN, &longest, &SystemEntropy).unwrap();
    let stored = Sealed::from_bytes(sealed.as_bytes()).unwrap();
    assert_eq!(keyring.open(&TOKEN, &stored).unwrap().expose(), longest);

    let refused = keyring
        .seal(&TOKEN, &vec![7; MAX_SECRET + 1], &SystemEntropy)
        .unwrap_err();
    assert!(matches!(refused, SealError::TooLong { length } if length == MAX_SECRET + 1));
}

#[test]
fn another_keyring_with_the_same_versions_opens_nothing() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let sealed = keyring(&one).seal(&TOKEN, b"a secret", &SystemEntropy).unwrap();
    assert!(matches!(
        keyring(&two).open(&TOKEN, &sealed),
        Err(OpenError::Refused)
    ));
}

#[test]
fn nothing_that_holds_a_secret_prints_it() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = keyring(&folder);
    let secret = "canary-5e0c";
    let sealed = keyring.seal(&TOKEN, secret.as_bytes(), &SystemEntropy).unwrap();
    let opened = keyring.open(&TOKEN, &sealed).unwrap();
    let elsewhere = Context {
        generation: 4,
        ..TOKEN
    };
    let refused = keyring.open(&elsewhere, &sealed).unwrap_err();
    let too_long = keyring
        .seal(&TOKEN, secret.repeat(MAX_SECRET).as_bytes(), &SystemEntropy)
        .unwrap_err();

    let key_file = std::fs::read_to_string(folder.path().join("countersign.key")).unwrap();
    let key = key_file
        .lines()
        .find_map(|line| line.strip_prefix("key = "))
        .unwrap();
    let printed =
        format!("{keyring:#?} {sealed:?} {opened:#?} {refused:?} {refused} {too_long:?} {too_long}");
    for canary in [secret, &format!("{:?}", secret.as_bytes()), key] {
        assert!(!printed.contains(canary), "{printed}");
    }
    assert_eq!(format!("{opened:?}"), "Opened(..)");
    assert_eq!(format!("{sealed:?}"), "Sealed { key_version: 1, bytes: 44 }");
}
