//! An account file: every mistake has a place in the file, and a file that is taken can be planned.

use countersign_account_file::{AccountFile, FileErrors, Plan, Present};
use countersign_model::{Account, FeatureSet, Settings, StandardRole};
use countersign_world::UnixTime;
use std::collections::BTreeSet;

/// The file.
pub fn account_file(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match AccountFile::parse(text) {
        Ok(file) => match Plan::of(&file, &founded(&file)) {
            Ok(plan) => assert!(!plan.to_string().is_empty()),
            Err(errors) => every_mistake_has_a_place(text, &errors),
        },
        Err(errors) => every_mistake_has_a_place(text, &errors),
    }
}

fn founded(file: &AccountFile) -> Present {
    Present {
        account: Account {
            id: file.account_id().clone(),
            company_name: file.company_name().to_owned(),
            created: UnixTime::from_seconds(0),
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

fn every_mistake_has_a_place(text: &str, errors: &FileErrors) {
    assert!(errors.iter().count() > 0, "a refusal says why");
    let lines: Vec<&str> = text.split('\n').collect();
    for error in errors.iter() {
        let line = lines.get(error.place.line - 1).expect("the line is in the file");
        let width = line.chars().count();
        assert!((1..=width + 1).contains(&error.place.column), "{error}");
        let whole = error.to_string();
        assert_eq!(whole.lines().count(), 1, "a mistake is one line: {whole:?}");
        let is_shown = |character: char| !character.is_control();
        assert!(whole.chars().all(is_shown), "{whole:?}");
    }
}
