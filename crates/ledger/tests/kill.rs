//! A writer killed with SIGKILL in the middle of its work, 200 times.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use countersign_ledger::{ClaimError, Ledger, Nonce};
use countersign_world::{SystemEntropy, UnixTime, environment};
use tempfile::TempDir;

const START: i64 = 1_767_225_600;
const FOLDER: &str = "COUNTERSIGN_LEDGER_UNDER_TEST";
const ROUND: &str = "COUNTERSIGN_LEDGER_ROUND";

#[expect(clippy::unwrap_used, reason = "a folder that cannot be opened fails the test")]
fn open(folder: &Path) -> Ledger {
    let now = UnixTime::from_seconds(START);
    Ledger::open(folder, Duration::from_secs(300), now, &SystemEntropy).unwrap()
}

fn claim(ledger: &Ledger, name: &str) -> Result<(), ClaimError> {
    let number: i64 = name.bytes().map(i64::from).sum();
    let claim = Nonce {
        consumer_key: "key",
        token: "token",
        timestamp: START + number % 300,
        nonce: name,
    };
    ledger.claim(&claim, UnixTime::from_seconds(START)).map(drop)
}

#[test]
#[ignore = "the writer that the test below starts and kills; alone it has no folder and does nothing"]
fn writer() {
    let (Some(folder), Some(round)) = (environment::variable(FOLDER), environment::variable(ROUND)) else {
        return;
    };
    let ledger = open(Path::new(&folder));
    for number in 0.. {
        let name = format!("{round}-{number}");
        claim(&ledger, &name).unwrap();
        println!("claimed {name}");
    }
}

#[test]
fn every_answered_claim_is_refused_after_a_kill() {
    let folder = TempDir::new().unwrap();
    let mut answered = Vec::new();
    for round in 0..200 {
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writer", "--ignored", "--nocapture"])
            .env(FOLDER, folder.path())
            .env(ROUND, round.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        for line in lines.by_ref().take(3 + round * 7 % 60) {
            answered.extend(line.unwrap().strip_prefix("claimed ").map(str::to_owned));
        }
        writer.kill().unwrap();
        // What was still in the pipe was answered too.
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        answered.extend(
            rest.iter()
                .filter_map(|line| Some(line.strip_prefix("claimed ")?.to_owned())),
        );
        writer.wait().unwrap();

        let ledger = open(folder.path());
        assert_eq!(ledger.recovery().doubt, None);
        for name in answered.iter().rev().take(500) {
            let again = claim(&ledger, name);
            assert!(
                matches!(again, Err(ClaimError::Used)),
                "{name} after round {round}: {again:?}"
            );
        }
    }
    let ledger = open(folder.path());
    assert!(
        answered.len() > 1_000,
        "{} claims are too few to show anything",
        answered.len()
    );
    for name in &answered {
        assert!(matches!(claim(&ledger, name), Err(ClaimError::Used)), "{name}");
    }
    claim(&ledger, "unused").unwrap();
}
