//! Data folders that are refused, and that nothing in them is touched.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::machine::{Machine, Run, local};

/// An account that was served once and stopped.
fn founded(machine: &Machine) -> PathBuf {
    let data = machine.path("data");
    machine.serve(data.to_str().unwrap(), &[]).stop().ends_with(0);
    data
}

/// Every file below the folder with its content. Locks, and what SQLite needs for reading only, aside.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(contents(&path));
        } else if !["lock", "sqlite-shm"]
            .iter()
            .any(|aside| path.extension().is_some_and(|is| is == *aside))
            && !path.ends_with("lock")
            && fs::metadata(&path).unwrap().len() > 0
        {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    files
}

/// Every command that opens the folder refuses it and leaves it as it is.
#[track_caller]
fn refused(machine: &Machine, data: &Path) -> Run {
    let before = contents(data);
    let data_argument = data.to_str().unwrap();
    for action in ["check", "rotate", "rewrap"] {
        machine
            .run(&["key", action, "--data", data_argument])
            .ends_with(3);
    }
    let run = machine
        .run(&["serve", "--listen", "127.0.0.1:0", "--data", data_argument])
        .ends_with(3);
    assert!(contents(data) == before, "something was changed");
    run
}

#[test]
fn a_key_that_is_gone_stops_the_start() {
    let machine = Machine::new();
    let data = founded(&machine);
    let key = data.join("keys/countersign.key");
    let kept = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    let run = refused(&machine, &data);
    assert!(run.err.contains("countersign.key is missing"), "{}", run.err);
    assert!(!key.exists(), "no new key over old data");

    let keys = data.join("keys");
    fs::rename(&keys, machine.path("keys")).unwrap();
    let run = refused(&machine, &data);
    assert!(run.err.contains("has no key any more"), "{}", run.err);
    assert!(run.err.contains("next:  put the keys folder back"), "{}", run.err);
    assert!(!keys.exists());

    fs::rename(machine.path("keys"), &keys).unwrap();
    fs::write(&key, kept).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    machine.serve(data.to_str().unwrap(), &[]).stop().ends_with(0);
}

#[test]
fn a_key_that_others_can_read_stops_the_start() {
    let machine = Machine::new();
    let data = founded(&machine);
    let key = data.join("keys/countersign.key");
    for mode in [0o644, 0o640, 0o604, 0o660] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        let run = refused(&machine, &data);
        assert!(run.err.contains("chmod 600"), "{}", run.err);
    }
}

#[test]
fn a_folder_that_others_may_write_in_is_used_with_a_warning() {
    let machine = Machine::new();
    let data = founded(&machine);
    let data_argument = data.to_str().unwrap();
    let served = |mode| {
        fs::set_permissions(&data, fs::Permissions::from_mode(mode)).unwrap();
        machine.serve(data_argument, &[]).stop().ends_with(0).err
    };
    for mode in [0o702, 0o720, 0o777, 0o1777] {
        let told = served(mode);
        let next_step = format!("keep them out with: chmod go-w {data_argument}\n");
        assert_eq!(
            told.matches("others on this machine may write").count(),
            1,
            "{told}"
        );
        assert!(told.contains(&next_step), "{told}");
    }
    for mode in [0o700, 0o755] {
        let told = served(mode);
        assert!(!told.contains("warning:"), "{mode:o}: {told}");
    }
}

#[test]
fn a_proxy_whose_vault_others_may_write_in_starts_with_a_warning() {
    let machine = Machine::new();
    let (data, serving) = crate::proxy::stage(&machine);
    let connections = Path::new(&data).join("connections");
    fs::set_permissions(&connections, fs::Permissions::from_mode(0o770)).unwrap();
    let told = machine.proxy(&data, &[]).stop().err;
    assert!(
        told.contains(&format!("chmod go-w {}\n", connections.display())),
        "{told}"
    );
    drop(serving);
}

#[test]
fn the_key_of_another_account_stops_the_start() {
    let machine = Machine::new();
    let data = founded(&machine);
    let other = machine.path("other");
    machine.serve(other.to_str().unwrap(), &[]).stop().ends_with(0);
    fs::copy(
        other.join("keys/countersign.key"),
        data.join("keys/countersign.key"),
    )
    .unwrap();
    let run = refused(&machine, &data);
    assert!(run.err.contains("is not the key of"), "{}", run.err);
}

#[test]
fn a_damaged_keyring_stops_the_start() {
    let machine = Machine::new();
    let data = founded(&machine);
    fs::write(data.join("keys/keyring.json"), "{").unwrap();
    let run = refused(&machine, &data);
    assert!(run.err.contains("is damaged"), "{}", run.err);
}

#[test]
fn a_folder_in_use_is_not_shared() {
    let machine = Machine::new();
    let data = founded(&machine);
    let serving = machine.serve(data.to_str().unwrap(), &[]);
    let second = machine
        .run(&[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data",
            data.to_str().unwrap(),
        ])
        .ends_with(3);
    assert!(
        second.err.contains("is in use by another countersign"),
        "{}",
        second.err
    );
    // The server that runs takes the account of a file, too.
    let file = machine.write("beside.toml", "[account]\nid = \"7654321\"\n");
    let beside = ["serve", "--data", data.to_str().unwrap(), "--account", &file];
    let beside = machine.run(&beside).ends_with(3).err;
    let create = beside.split_once("account create ").unwrap().1;
    let create: Vec<&str> = ["account", "create"]
        .into_iter()
        .chain(create.split_whitespace())
        .collect();
    machine.run(&create).ends_with(0);
    machine
        .run(&["key", "rotate", "--data", data.to_str().unwrap()])
        .ends_with(3);
    serving.stop().ends_with(0);
    machine
        .run(&["key", "check", "--data", data.to_str().unwrap()])
        .ends_with(0);
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    for file in ["account.sqlite", "records.sqlite"] {
        let machine = Machine::new();
        let data = founded(&machine);
        let database = rusqlite::Connection::open(local(&data).join(file)).unwrap();
        database
            .execute_batch(
                "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
                 VALUES (99, 'later', '2030-01-01T00:00:00Z', '1')",
            )
            .unwrap();
        database.close().unwrap();
        let before = contents(&data);
        let run = machine
            .run(&[
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--data",
                data.to_str().unwrap(),
            ])
            .ends_with(3);
        assert!(
            run.err.contains("was written by a newer Countersign (schema 99"),
            "{}",
            run.err
        );
        assert!(contents(&data) == before, "{file} was changed");
    }
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let machine = Machine::new();
    let data = founded(&machine);
    fs::write(
        local(&data).join("account.sqlite"),
        "a shopping list, which is no database at all".repeat(50),
    )
    .unwrap();
    let run = refused(&machine, &data);
    assert!(run.err.contains("is not a Countersign database"), "{}", run.err);
}

#[test]
fn records_without_their_account_are_left_alone() {
    for lost in [&["account.sqlite"][..], &["account.sqlite", "records.sqlite"]] {
        let machine = Machine::new();
        let data = founded(&machine);
        for file in lost {
            fs::remove_file(local(&data).join(file)).unwrap();
        }
        let before = contents(&data);
        for _ in 0..2 {
            let run = machine
                .run(&[
                    "serve",
                    "--listen",
                    "127.0.0.1:0",
                    "--data",
                    data.to_str().unwrap(),
                ])
                .ends_with(3);
            assert!(run.err.contains("account.sqlite is gone"), "{}", run.err);
            assert!(contents(&data) == before);
        }
    }
}

#[test]
fn key_care_makes_no_account_where_there_is_none() {
    let machine = Machine::new();
    for action in ["check", "rotate", "rewrap"] {
        machine.run(&["key", action, "--data", "nowhere"]).ends_with(3);
    }
    assert!(!machine.path("nowhere").exists());
}

#[test]
fn without_data_the_account_is_in_the_home_folder() {
    let machine = Machine::new();
    let run = machine.run(&["key", "check"]).ends_with(3);
    let usual = machine.path(".local/share/countersign");
    assert!(run.err.contains(usual.to_str().unwrap()), "{}", run.err);
    let mut command = machine.command(&["key", "check"]);
    let run = Run::of(command.env("COUNTERSIGN_DATA", "elsewhere")).ends_with(3);
    assert!(run.err.contains("elsewhere"), "{}", run.err);
    let mut command = machine.command(&["key", "check"]);
    let run = Run::of(command.env_remove("HOME")).ends_with(3);
    assert!(run.err.contains("name a folder with --data DIR"), "{}", run.err);
}
