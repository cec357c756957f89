//! `kill -9` at any moment of a rotation: what opens then is a whole set that works, and the audit holds.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use countersign_protocol::{Credentials, Secret};
use countersign_seal::Keyring;
use countersign_vault::{By, Label, Observed, Vault};
use countersign_world::{Entropy, SystemEntropy, UnixTime};

const KILLS: usize = 20;

fn by() -> By {
    By {
        actor: "erin".into(),
        at: UnixTime::from_seconds(1_700_000_000),
    }
}

/// Each value of a set tells which set it is of.
fn credentials(set: u64) -> Credentials {
    Credentials {
        account: "1234567".parse().unwrap(),
        consumer_key: format!("key-{set}"),
        consumer_secret: Secret::new(format!("secret-{set}")),
        token: format!("token-{set}"),
        token_secret: Secret::new(format!("token-secret-{set}")),
    }
}

fn open(folder: &Path) -> Vault {
    let keyring = Arc::new(Keyring::load(folder).unwrap());
    Vault::sqlite(&folder.join("vault.sqlite"), keyring, Arc::new(SystemEntropy)).unwrap()
}

fn victim(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "rotates_until_killed", "--nocapture"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The victim: rotates again and again, and falls back each third time.
#[tokio::test]
#[ignore = "run, and killed, by `a_rotation_killed_anywhere_leaves_a_connection_that_signs`"]
async fn rotates_until_killed() {
    let vault = open(Path::new("."));
    let id = || "acme".parse().unwrap();
    vault
        .add(id(), credentials(1), Label::default(), by())
        .await
        .unwrap();
    println!("\nbegun");
    for turn in 0.. {
        let next = vault.connection(id()).await.unwrap().current.generation.max(turn) + 1;
        let staged = vault.stage(id(), credentials(next), by()).await.unwrap().staged;
        let generation = staged.unwrap().generation;
        vault
            .observe(id(), generation, Observed::Worked, by())
            .await
            .unwrap();
        vault.switch(id(), by()).await.unwrap();
        if turn % 3 == 0 {
            vault.fall_back(id(), "again".into(), by()).await.unwrap();
            vault.drop_staged(id(), by()).await.unwrap();
        } else {
            vault.settle(id(), by()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_rotation_killed_anywhere_leaves_a_connection_that_signs() {
    for _ in 0..KILLS {
        let folder = tempfile::tempdir().unwrap();
        Keyring::create(folder.path(), &SystemEntropy).unwrap();
        let mut victim = victim(folder.path());
        let mut lines = BufReader::new(victim.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        assert!(lines.any(|line| line == "begun"));
        let mut moment = [0];
        SystemEntropy.fill(&mut moment);
        std::thread::sleep(Duration::from_micros(u64::from(moment[0]) * 200));
        victim.kill().unwrap();
        victim.wait().unwrap();

        let vault = open(folder.path());
        let opened = vault.open("acme".parse().unwrap()).await.unwrap().credentials;
        let set: u64 = opened.consumer_key.strip_prefix("key-").unwrap().parse().unwrap();
        let whole = credentials(set);
        assert_eq!(opened.token, whole.token);
        assert_eq!(opened.consumer_secret.expose(), whole.consumer_secret.expose());
        assert_eq!(opened.token_secret.expose(), whole.token_secret.expose());
        assert!(vault.verify_audit().await.unwrap().is_ok());
    }
}
