//! The account against a reference of a few hundred plain lines: whatever is done to both, in whatever order, one allows
//! what the other allows, and every login meets the same word.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unreachable,
    reason = "what is not as expected fails its test"
)]

mod rules;
mod stage;
mod step;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::rules::{Rules, pick};
use crate::stage::Stage;
use crate::step::{Deed, Step, deeds};

/// Few, as each is hundreds of use cases; `PROPTEST_CASES` asks for more.
const CASES: u32 = 12;

/// What came of each kind of step, and every word of a login.
type Seen = BTreeSet<String>;

/// Does the same to both, and compares after each step.
async fn compare(deeds: &[Deed]) -> Result<Seen, TestCaseError> {
    let mut stage = Stage::set().await;
    let mut rules = Rules::of_ready_account(stage.now());
    let mut trail: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut seen = Seen::new();
    let mut sent = Vec::new();
    for (place, deed) in deeds.iter().enumerate() {
        let call = match &deed.step {
            Step::LogIn(login) => Some((rules.named(login), rules.stamp(login))),
            Step::Replay(_) if sent.is_empty() => continue,
            Step::Replay(back) => sent
                .iter()
                .rev()
                .take(4)
                .nth(usize::from(*back) % sent.len())
                .cloned(),
            _ => None,
        };
        if let Some((login, stamp)) = call {
            let expected = rules.log_in(&login, &stamp);
            let word = stage.log_in(&login, &stamp).await;
            let what = || format!("step {place}: {login:?} at {stamp:?}\n{rules:#?}");
            same(&word.as_str(), &expected, what)?;
            let row = (login.surface.to_string(), word.clone());
            *trail.entry(row).or_default() += 1;
            seen.insert(word);
            sent.push((login, stamp));
            continue;
        }
        let deed = &rules.likely(deed);
        let done = match &deed.step {
            Step::ListTokens => {
                let (listed, expected) = (stage.listed(deed.by).await, rules.listed(deed.by));
                same(&listed, &expected, || {
                    format!("step {place}: {deed:?}\n{rules:#?}")
                })?;
                listed.map(drop).ok_or_else(|| "nothing is listed".to_owned())
            }
            Step::MakeKey { user, role, scopes } if stage.admits(deed.by).await => {
                let whose = (pick(&rules.users, *user), pick(&rules.roles, *role));
                let asked = scopes.as_ref().map(|scopes| scopes.iter().copied().collect());
                let scopes = asked.unwrap_or_else(|| rules.keys_scopes(whose.0, whose.1));
                stage.make_key(whose, scopes).await
            }
            Step::MakeKey { .. } => Err("the caller was refused".to_owned()),
            _ => stage.administer(deed).await,
        };
        let allowed = rules.administer(deed);
        let what = format!("{:?}", deed.step);
        let kind = what.split([' ', '(', '{']).next().unwrap_or_default();
        seen.insert(format!("{kind} {}", if allowed { "allowed" } else { "refused" }));
        assert_eq!(
            done.is_ok(),
            allowed,
            "step {place}: {deed:?}: {done:?}\n{rules:#?}"
        );
    }
    stage.assert_is(&rules).await;
    same(&stage.trail().await, &trail, || "the trail".to_owned())?;
    Ok(seen)
}

/// A difference ends the sequence, which is then made shorter.
fn same<T: PartialEq + std::fmt::Debug>(
    account: &T,
    rules: &T,
    what: impl FnOnce() -> String,
) -> Result<(), TestCaseError> {
    match account == rules {
        true => Ok(()),
        false => Err(TestCaseError::fail(format!(
            "the account says {account:?}, the rules {rules:?}: {}",
            what()
        ))),
    }
}

fn run(runner: &mut TestRunner) -> Seen {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let seen = RefCell::new(Seen::new());
    let compared = runner.run(&deeds(), |deeds| {
        let met = runtime.block_on(compare(&deeds))?;
        seen.borrow_mut().extend(met);
        Ok(())
    });
    if let Err(difference) = compared {
        panic!("{difference}");
    }
    seen.into_inner()
}

#[test]
fn the_account_does_what_its_rules_say() {
    let config = Config::with_source_file(file!());
    let cases = if config.cases == 256 { CASES } else { config.cases };
    run(&mut TestRunner::new(Config {
        cases,
        max_shrink_iters: 2_000,
        // Milliseconds.
        max_shrink_time: 60_000,
        ..config
    }));
}

/// Of always the same sequences, so that it says no less another day.
#[test]
fn the_sequences_meet_every_word_and_both_answers_of_every_step() {
    let config = Config {
        cases: 10,
        failure_persistence: None,
        max_shrink_iters: 0,
        ..Config::default()
    };
    let always_the_same = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let seen = run(&mut TestRunner::new_with_rng(config, always_the_same));
    let words = [
        "Success",
        "(login failure)",
        "(login failure: account)",
        "InvalidTimestamp",
        "nonce_rejected",
        "FeatureDisabled",
        "consumer_key_unknown",
        "consumer_key_refused",
        "token_rejected",
        "InvalidSignature",
        "permission_denied",
        "temporary_locked",
        "NonceUsed",
        "nonce_used",
    ];
    let steps = [
        "SaveFeatures",
        "AddIntegration",
        "EditIntegration",
        "EnableIntegration",
        "BlockIntegration",
        "UninstallIntegration",
        "ResetCredentials",
        "AddRole",
        "EditRole",
        "AddUser",
        "EditUser",
        "DeleteUser",
        "HideRole",
        "Unlock",
        "CreateToken",
        "CreateOwnToken",
        "ChangeToken",
        "EditToken",
        "ListTokens",
        "MakeKey",
    ];
    let answers = steps
        .iter()
        .flat_map(|step| [format!("{step} allowed"), format!("{step} refused")]);
    let expected = words.iter().map(|word| (*word).to_owned()).chain(answers);
    let missing: Vec<_> = expected.filter(|thing| !seen.contains(thing)).collect();
    assert!(missing.is_empty(), "never met: {missing:?}");
}
