//! An account put back while it works: killed in the middle of it, and under the load of signed calls. What a restore takes
//! away is a token, of the set-up, and a customer, of the records: both are there or neither is.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign_testkit::{Application, Signed};
use tokio::task::JoinHandle;

use crate::kill::Moments;
use crate::lifecycle::{Place, marked};
use crate::machine::{Serving, given};

const INFO: &str = "/rest/tokeninfo";
const CUSTOMERS: &str = "/services/rest/record/v1/customer";
const CALLERS: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// As the snapshot has it.
    Restored,
    /// With all that came after the snapshot.
    Grown,
}

/// What comes after the snapshot.
fn more() -> String {
    marked()
        + "\n[[token]]\nname = \"Second\"\nintegration = \"Warehouse Sync\"\nuser = \"Ada Byron\"\nrole = \"Integrator\"\n\
           token_id = \"second\"\ntoken_secret = \"second-secret\"\n[[customer]]\ncompanyName = \"Later\"\n"
}

fn second() -> Application {
    Application {
        token_id: "second".to_owned(),
        token_secret: "second-secret".to_owned(),
        ..given()
    }
}

async fn state(serving: &Serving) -> State {
    let token = serving.caller(&second()).get(INFO).send().await.status;
    let customers = serving.caller(&given()).get(CUSTOMERS).send().await.json();
    let found = (token, customers["totalResults"].as_u64().unwrap());
    assert!([(401, 1), (200, 2)].contains(&found), "a mixture: {found:?}");
    match token {
        401 => State::Restored,
        _ => State::Grown,
    }
}

/// Signed calls, one after the other from each of some callers, with a token that is in both states.
struct Load {
    over: Arc<AtomicBool>,
    callers: Vec<JoinHandle<Vec<Signed>>>,
}

impl Load {
    fn begin(serving: &Serving) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let callers = (0..CALLERS).map(|_| {
            let (over, caller) = (Arc::clone(&over), serving.caller(&given()));
            tokio::spawn(async move {
                let mut accepted = Vec::new();
                while !over.load(Ordering::Relaxed) {
                    let calls = [caller.get(INFO).sign(), caller.get(CUSTOMERS).sign()];
                    for call in calls {
                        let Some(answer) = call.send_to_mortal().await else {
                            return accepted;
                        };
                        assert_eq!(answer.status, 200, "{}", answer.text());
                        if let Some(customers) = answer.json()["totalResults"].as_u64() {
                            assert!((1..=2).contains(&customers), "{customers}");
                        }
                        accepted.push(call);
                    }
                }
                accepted
            })
        });
        let callers = callers.collect();
        Self { over, callers }
    }

    /// The calls that were let in: all of them, but for those a kill cut off.
    async fn end(self) -> Vec<Signed> {
        self.over.store(true, Ordering::Relaxed);
        let mut accepted = Vec::new();
        for caller in self.callers {
            accepted.extend(caller.await.unwrap());
        }
        accepted
    }
}

/// Their nonces are used, whatever the account was put back to.
async fn none_is_good_again(accepted: &[Signed], serving: &Serving) {
    for call in accepted {
        assert_eq!(call.to(serving.address()).send().await.status, 401);
    }
}

fn account(place: &Place) -> PathBuf {
    place.machine.path("data/accounts/1234567_SB1")
}

/// A data folder with the snapshot `before`, and the file of what comes after it.
fn with_a_snapshot() -> (Place, String) {
    let place = Place::new();
    let file = place.machine.write("account.toml", &marked());
    let founded = place.machine.serve(&place.data, &["--account", &file]);
    place.run(&["account", "snapshot", "before"]).ends_with(0);
    founded.stop().ends_with(0);
    let more = place.machine.write("more.toml", &more());
    (place, more)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_of_a_restore_leaves_the_old_state_or_the_new_one_whole() {
    let (place, more) = with_a_snapshot();
    let prepared = account(&place).join("restoring.prepared");
    let decided = account(&place).join("restoring");
    let moments = Moments::new();
    let (mut restored, mut redone) = (0, 0);
    const ROUNDS: u32 = 16;
    for round in 0..ROUNDS {
        place.run(&["account", "apply", &more, "--yes"]).ends_with(0);
        let serving = place.machine.serve(&place.data, &[]);
        assert_eq!(state(&serving).await, State::Grown);
        let load = Load::begin(&serving);
        let mut restore = place
            .machine
            .command(&["account", "restore", "before", "--yes", "--data", &place.data])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // While the new state is made, or from the moment on that it counts.
        let (begun, at_most) = match round % 2 {
            0 => (&prepared, 200_000),
            _ => (&decided, 5_000),
        };
        while !begun.exists() && restore.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_micros(100)).await;
        }
        tokio::time::sleep(Duration::from_micros(moments.up_to(at_most))).await;
        serving.kill();
        redone += u32::from(decided.exists());
        let told = restore.wait().unwrap().success();
        let accepted = load.end().await;

        let serving = place.machine.serve(&place.data, &[]);
        let found = state(&serving).await;
        assert!(!told || found == State::Restored, "it was told and is not so");
        restored += u32::from(found == State::Restored);
        none_is_good_again(&accepted, &serving).await;
        serving.stop().ends_with(0);
        for left in [&prepared, &decided] {
            assert!(!left.exists(), "{}", left.display());
        }
    }
    println!(
        "{restored} of {ROUNDS} kills left the restored state, {redone} of them finished by the next start"
    );
}

#[tokio::test]
async fn a_start_finishes_a_restore_that_was_cut_off_between_the_set_up_and_the_records() {
    let (place, more) = with_a_snapshot();
    place.run(&["account", "apply", &more, "--yes"]).ends_with(0);
    let folder = account(&place);
    let (snapshot, restoring) = (folder.join("snapshots/before"), folder.join("restoring"));
    fs::create_dir(&restoring).unwrap();
    for file in ["account.sqlite", "records.sqlite"] {
        fs::copy(snapshot.join(file), restoring.join(file)).unwrap();
    }
    fs::copy(snapshot.join("account.sqlite"), folder.join("account.sqlite")).unwrap();
    let serving = place.machine.serve(&place.data, &[]);
    assert_eq!(state(&serving).await, State::Restored);
    assert!(!restoring.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_put_back_under_load_and_no_call_fails_or_sees_a_mixture() {
    let (place, more) = with_a_snapshot();
    let serving = place.machine.serve(&place.data, &[]);
    for back in [["restore", "before"].as_slice(), &["reset"]].repeat(3) {
        place.run(&["account", "apply", &more, "--yes"]).ends_with(0);
        assert_eq!(state(&serving).await, State::Grown);
        let load = Load::begin(&serving);
        tokio::time::sleep(Duration::from_millis(50)).await;
        let arguments = [&["account"], back, &["--yes"]].concat();
        place.run(&arguments).ends_with(0);
        assert_eq!(state(&serving).await, State::Restored);
        let accepted = load.end().await;
        assert!(accepted.len() > 2 * CALLERS, "{}", accepted.len());
        none_is_good_again(&accepted, &serving).await;
        assert_eq!(state(&serving).await, State::Restored);
    }
    serving.stop().ends_with(0);
}
