//! A file changes an account into what it says, and then has nothing more to say: over random accounts, with the steps
//! done one by one in an account that lives in memory.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a law that is broken fails the test"
)]

mod account;
mod random;

use account::InMemory;
use countersign_account_file::{AccountFile, Plan};
use countersign_model::{Level, Permission};
use proptest::prelude::*;

fn planned(file: &AccountFile, account: &InMemory) -> Plan {
    Plan::of(file, &account.present(file)).unwrap_or_else(|errors| panic!("{errors}"))
}

fn read(text: &str) -> AccountFile {
    AccountFile::parse(text).unwrap_or_else(|errors| panic!("{errors}\n{text}"))
}

proptest! {
    #[test]
    fn an_account_that_was_written_is_as_its_file_says(account in random::account("a"), with_secrets: bool) {
        let text = account.written(with_secrets);
        prop_assert_eq!(&text, &account.written(with_secrets));
        let plan = planned(&read(&text), &account);
        prop_assert!(plan.is_empty(), "{}\n{}", plan, text);
        for secret in account.every_secret() {
            prop_assert_eq!(text.contains(secret), with_secrets);
        }
    }

    #[test]
    fn a_file_that_was_applied_has_nothing_more_to_do(
        mut account in random::account("a"),
        wanted in random::account("b"),
        with_secrets: bool,
    ) {
        let text = wanted.written(with_secrets);
        let file = read(&text);
        // What one account cannot become of another is refused as a whole, and nothing is begun.
        if let Ok(plan) = Plan::of(&file, &account.present(&file)) {
            let shown = plan.to_string();
            account.apply(plan).unwrap_or_else(|error| panic!("{error}\n{shown}\n{text}"));
            let again = planned(&file, &account);
            prop_assert!(again.is_empty(), "first:\n{}\nagain:\n{}\n{}", shown, again, text);
        }
    }

    #[test]
    fn an_account_written_with_its_secrets_can_be_founded_anew(wanted in random::account("b")) {
        let text = wanted.written(true);
        let file = read(&text);
        let mut founded = InMemory::founded();
        let plan = planned(&file, &founded);
        let shown = plan.to_string();
        founded.apply(plan).unwrap_or_else(|error| panic!("{error}\n{shown}\n{text}"));
        prop_assert_eq!(founded.written(true), text);
    }
}

/// What no account that is written has: templates, revoked tokens, first passwords, customers.
const BY_HAND: &str = r#"
[account]
id = "1234567-sb1"
features = []
[[role]]
name = "Night accountant"
customizes = "Accountant"
minimum_permissions = ["REST web services", "RESTlets"]
permissions = { "Invoice" = "View" }
inactive = true
[[user]]
name = "Ada Byron"
email = "ada@example.com"
inactive = true
roles = ["night ACCOUNTANT", "CEO"]
hidden_roles = ["ceo"]
password = "First-Password-1"
require_password_change_on_next_login = true
[[integration]]
name = "Sync"
state = "Blocked"
[[token]]
integration = "sync"
user = "ada byron"
role = "Night Accountant"
[[token]]
name = "old"
integration = "sync"
user = "ada byron"
role = "Night Accountant"
revoked = true
[[token]]
name = "given"
integration = "sync"
user = "ada byron"
role = "Night Accountant"
token_id = "given"
token_secret = "s3cret"
inactive = true
[[customer]]
externalId = "a"
[[customer]]
firstName = "Mina"
lastName = "Okafor"
"#;

#[test]
fn a_file_written_by_hand_is_applied_once() {
    let file = read(BY_HAND);
    let mut account = InMemory::founded();
    account.apply(planned(&file, &account)).unwrap();
    let again = planned(&file, &account);
    assert!(again.is_empty(), "{again}");
    let states: Vec<&str> = account.tokens.iter().map(|token| token.state.label()).collect();
    assert_eq!(states, ["Active", "Revoked", "Inactive"]);
    assert_eq!(account.integrations[0].state.label(), "Blocked");
    assert!(account.users[0].inactive && account.users[0].roles[1].hidden);
    let role = account.roles.last().unwrap();
    assert!(role.inactive && role.permissions.allows(Permission::RestWebServices, Level::Full));
    assert_eq!(role.permissions.level(Permission::Invoice), Some(Level::View));
}

#[test]
fn a_first_password_that_its_user_has_changed_is_left_alone() {
    let file = read(BY_HAND);
    let mut account = InMemory::founded();
    account.apply(planned(&file, &account)).unwrap();
    let chosen = |secret: &mut String| "Chosen-by-Ada-2".clone_into(secret);
    account.passwords.values_mut().for_each(chosen);
    assert!(planned(&file, &account).is_empty());
    let kept = read(&BY_HAND.replace("require_password_change_on_next_login = true", ""));
    assert_eq!(
        planned(&kept, &account).to_string(),
        "~ user \"Ada Byron\": Password set → changed\n0 to add, 1 to change, 0 to revoke"
    );
}

#[test]
fn what_is_beside_the_file_is_left_alone() {
    let mut account = InMemory::founded();
    account.apply(planned(&read(BY_HAND), &account)).unwrap();
    let before = account.written(true);
    let file = read("[account]\nid = \"1234567_SB1\"\n[[integration]]\nname = \"Another\"\n");
    let plan = planned(&file, &account);
    assert_eq!(
        plan.to_string(),
        "+ integration \"Another\"\n1 to add, 0 to change, 0 to revoke"
    );
    account.apply(plan).unwrap();
    let after = account.written(true);
    let kept = |block: &str| after.split("\n\n").any(|other| other.trim() == block.trim());
    assert!(before.split("\n\n").all(kept), "{before}\n{after}");
}

#[test]
fn what_cannot_be_written_is_said_in_a_comment() {
    let mut account = InMemory::founded();
    account.apply(planned(&read(BY_HAND), &account)).unwrap();
    account.integrations[0].concurrency_limit = Some(2);
    let text = account.written(false);
    let (before, after) = text.split_once("# Passwords").unwrap();
    assert!(
        before.starts_with(
            "[account]\nid = \"1234567_SB1\"\ncompany_name = \"Local Company\"\nfeatures = []\n"
        )
    );
    assert!(before.contains(
        "[[role]]\nname = \"Night accountant\"\ncenter_type = \"Accounting Center\"\ninactive = true\n"
    ));
    assert_eq!(format!("# Passwords{after}"), WITHOUT_SECRETS);
}

const WITHOUT_SECRETS: &str = r#"# Passwords cannot be written: the account keeps their hashes.

[[user]]
name = "Ada Byron"
email = "ada@example.com"
inactive = true
roles = ["Night accountant", "CEO"]
hidden_roles = ["CEO"]

[[integration]]
name = "Sync"
state = "Blocked"
concurrency_limit = 2
# consumer_key = "made-key-1003": written with its secret only

[[token]]
name = "Sync, Ada Byron, Night accountant"
integration = "Sync"
user = "Ada Byron"
role = "Night accountant"
# token_id = "made-token-1004": written with its secret only

[[token]]
name = "given"
integration = "Sync"
user = "Ada Byron"
role = "Night accountant"
inactive = true
# token_id = "given": written with its secret only
"#;
