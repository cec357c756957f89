//! The examples of docs/account-file.md are files, and the plan it shows is one.
#![expect(clippy::unwrap_used, reason = "an example that is refused fails the test")]

use countersign_account_file::{AccountFile, Plan, Present, folded};
use countersign_model::{Account, FeatureSet, Settings, StandardRole};
use countersign_world::UnixTime;
use std::collections::BTreeSet;

fn examples() -> Vec<String> {
    let page = include_str!("../../../docs/account-file.md");
    let blocks = page.split("```toml\n").skip(1);
    let examples = blocks.filter_map(|block| block.split("```").next());
    let whole = |example: &str| match example.contains("[account]") {
        true => example.to_owned(),
        false => format!("[account]\nid = \"1234567_SB1\"\n{example}"),
    };
    examples.map(whole).collect()
}

fn founded() -> Present {
    Present {
        account: Account {
            id: "1234567_SB1".parse().unwrap(),
            company_name: "Local Company".to_owned(),
            created: UnixTime::from_seconds(1),
        },
        features: FeatureSet::none(),
        settings: Settings::default(),
        allocated: 0,
        licences_taken: 0,
        roles: StandardRole::ALL.iter().map(|role| role.role()).collect(),
        users: Vec::new(),
        integrations: Vec::new(),
        tokens: Vec::new(),
        customers: BTreeSet::new(),
    }
}

#[test]
fn every_example_of_the_page_makes_a_new_account() {
    let examples = examples();
    assert_eq!(examples.len(), 5);
    for example in examples {
        let file = AccountFile::parse(&example).unwrap_or_else(|errors| panic!("{errors}\n{example}"));
        let plan = Plan::of(&file, &founded()).unwrap_or_else(|errors| panic!("{errors}\n{example}"));
        assert!(!plan.is_empty());
    }
}

#[test]
fn the_complete_example_is_planned_in_an_order_in_which_it_can_be_done() {
    let file = AccountFile::parse(&examples()[0]).unwrap();
    let plan = Plan::of(&file, &founded()).unwrap().to_string();
    let wanted = r#"~ features
    Client SuiteScript off → on
    Server SuiteScript off → on
    SOAP Web Services off → on
    REST Web Services off → on
    Token-based Authentication off → on
~ settings
    Company Name Local Company → Harbor Lane Furniture
    Mandatory Two-Factor Authentication T → F
    Service Tier Development → Standard
+ role "Integrator"
+ role "Web services only"
+ user "Ada Byron"
+ user "Night Courier"
+ integration "Warehouse sync"
+ integration "Old importer"
+ token "nightly"
+ token "Warehouse sync, Night Courier, Web services only"
+ customer "quay-street-books"
+ customer "Mina Okafor"
10 to add, 2 to change, 0 to revoke"#;
    assert_eq!(plan, wanted);
}

#[test]
fn a_file_names_what_has_to_be_looked_up() {
    let file = AccountFile::parse(&examples()[0]).unwrap();
    let mentions = file.mentions();
    assert!(mentions.roles.contains(&folded("Administrator")) && mentions.roles.len() == 3);
    assert_eq!(mentions.users.len(), 2);
    assert_eq!(mentions.integrations.values().flatten().count(), 1);
    assert_eq!((mentions.token_ids.len(), mentions.tokens.len()), (1, 2));
    assert_eq!(mentions.customers.len(), 2);
    assert_eq!(file.features_of_new_account().len(), 5);
}
