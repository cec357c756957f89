//! `kill -9` at random moments: the file opens, and every acknowledged write is there.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use countersign_database::DatabaseError;
use countersign_database::sqlite::Database;
use countersign_world::{Entropy, SystemEntropy};
use refinery::{Migration, Runner};

const WRITES: u32 = 100;
const KILLS: usize = 20;

fn migrations() -> Runner {
    let sql = "CREATE TABLE note (number INTEGER NOT NULL) STRICT";
    Runner::new(&[Migration::unapplied("V1__note", sql).unwrap()])
}

fn victim(test: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", test, "--nocapture"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The victim: says each number once its write is acknowledged. Eight callers, so that commits are shared.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "run, and killed, by `every_acknowledged_write_survives_kill_9`"]
async fn writes_until_killed() {
    let database = Database::open(Path::new("notes.sqlite"), migrations()).unwrap();
    let callers = (0..8).map(|caller| {
        let database = database.clone();
        tokio::spawn(async move {
            for number in (0..WRITES).filter(|number| number % 8 == caller) {
                let write = database.write(move |transaction| -> Result<(), DatabaseError> {
                    transaction.execute("INSERT INTO note VALUES (?1)", [number])?;
                    Ok(())
                });
                write.await.unwrap();
                let mut out = std::io::stdout().lock();
                writeln!(out, "\nacknowledged {number}").unwrap();
                out.flush().unwrap();
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
}

#[tokio::test]
async fn every_acknowledged_write_survives_kill_9() {
    for _ in 0..KILLS {
        let folder = tempfile::tempdir().unwrap();
        let mut victim = victim("writes_until_killed", folder.path());
        let mut moment = [0; 2];
        SystemEntropy.fill(&mut moment);
        let heard = usize::from(moment[0]) * WRITES as usize / 255;
        let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
        let mut acknowledged = lines.map_while(Result::ok).filter_map(|line| {
            line.strip_prefix("acknowledged ")
                .map(|number| number.parse::<u32>().unwrap())
        });

        let mut numbers: Vec<u32> = acknowledged.by_ref().take(heard).collect();
        std::thread::sleep(Duration::from_micros(u64::from(moment[1]) * 10));
        victim.kill().unwrap();
        numbers.extend(acknowledged);
        victim.wait().unwrap();

        let path = folder.path().join("notes.sqlite");
        let database = Database::open(&path, migrations()).unwrap();
        let kept = database.read(|snapshot| -> Result<Vec<u32>, DatabaseError> {
            let mut statement = snapshot.prepare("SELECT number FROM note")?;
            let rows = statement.query_map([], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        });
        let kept = kept.await.unwrap();
        for number in numbers {
            assert!(kept.contains(&number), "acknowledged write {number} is lost");
        }
    }
}

/// The victim: makes a file, again and again.
#[tokio::test]
#[ignore = "run, and killed, by `a_file_killed_at_its_creation_opens`"]
async fn creates_until_killed() {
    for number in 0.. {
        let folder = number.to_string();
        std::fs::create_dir(&folder).unwrap();
        println!("\ncreating");
        drop(Database::open(&Path::new(&folder).join("notes.sqlite"), migrations()).unwrap());
    }
}

#[tokio::test]
async fn a_file_killed_at_its_creation_opens() {
    for _ in 0..KILLS {
        let folder = tempfile::tempdir().unwrap();
        let mut victim = victim("creates_until_killed", folder.path());
        let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
        let mut moment = [0; 2];
        SystemEntropy.fill(&mut moment);
        let begun = lines.map_while(Result::ok).filter(|line| line == "creating");
        begun.take(1 + usize::from(moment[0] % 4)).for_each(drop);
        std::thread::sleep(Duration::from_micros(u64::from(moment[1]) * 40));
        victim.kill().unwrap();
        victim.wait().unwrap();

        for made in std::fs::read_dir(folder.path()).unwrap() {
            let path = made.unwrap().path().join("notes.sqlite");
            Database::open(&path, migrations()).unwrap();
        }
    }
}
