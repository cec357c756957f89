//! Each mistake of a file, at its line and column, without a value that could be a secret.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a file that is taken fails the test"
)]

use countersign_account_file::{
    AccountFile, FileErrors, Kept, Plan, Present, PresentIntegration, PresentToken, PresentUser,
};
use countersign_model::{
    AccessToken, AccessTokenId, Account, ApplicationId, EntityId, FeatureSet, IntegrationDraft,
    IntegrationForm, IntegrationId, RoleId, Settings, StandardRole, TokenId, TokenState, UserDraft, UserForm,
};
use countersign_world::UnixTime;
use std::collections::BTreeSet;

const NOW: UnixTime = UnixTime::from_seconds(1);

fn refused(text: &str) -> FileErrors {
    AccountFile::parse(text).expect_err("the file has a mistake")
}

/// The mistakes of a file that begins with an account in its first two lines.
fn mistakes(text: &str) -> Vec<String> {
    let errors = refused(&format!("[account]\nid = \"1234567\"\n{text}"));
    errors.iter().map(ToString::to_string).collect()
}

fn founded() -> Present {
    Present {
        account: Account {
            id: "1234567".parse().unwrap(),
            company_name: "Local Company".to_owned(),
            created: NOW,
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

/// What an account has against a file that is well formed.
fn against(present: &Present, text: &str) -> Vec<String> {
    let file = AccountFile::parse(&format!("[account]\nid = \"1234567\"\n{text}")).unwrap();
    let errors = Plan::of(&file, present).expect_err("the account refuses the file");
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn a_slip_of_syntax_has_its_place_and_the_line_is_not_quoted() {
    let errors = refused("[account]\nid = \"1234567\"\n\n[[token]]\n  token_secret = s3cret\n");
    let text = format!("{errors} {errors:?}");
    assert!(
        text.starts_with("line 5, column 18: this is not TOML: "),
        "{text}"
    );
    assert!(!text.contains("s3cret"), "{text}");
    let doubled = mistakes("[settings]\nseed = 1\nseed = 2\n");
    assert_eq!(doubled, ["line 5, column 1: this is not TOML: duplicate key."]);
}

#[test]
fn a_file_without_an_account_says_so() {
    let message = "line 1, column 1: the table [account] is required, with the id of the account.";
    assert_eq!(refused("").to_string(), message);
    let message = "line 1, column 1: account: id is required.";
    assert_eq!(refused("[account]\n").to_string(), message);
}

#[test]
fn a_misspelt_table_or_field_is_told_the_nearest_name() {
    assert_eq!(
        mistakes("[[integrations]]\nname = \"x\"\n[[token]]\nsecret = \"s3cret\"\n"),
        [
            "line 3, column 3: there is no table \"integrations\"; did you mean integration?",
            "line 5, column 1: token 1: integration is required.",
            "line 5, column 1: token 1: user is required.",
            "line 5, column 1: token 1: role is required.",
            "line 6, column 1: token 1: has no field \"secret\"; did you mean token_secret?",
        ]
    );
    assert_eq!(
        mistakes("colour = 1\n"),
        [
            "line 3, column 1: account: has no field \"colour\"; there are id, company_name, features, demonstration_records."
        ]
    );
}

#[test]
fn a_value_of_another_kind_is_not_shown() {
    assert_eq!(
        mistakes(
            "[[integration]]\nname = \"é\" \nconsumer_key = \"k\"\nconsumer_secret = 123456\nconcurrency_limit = \"s3cret\"\nstate = [1]\n"
        ),
        [
            "line 6, column 19: integration \"é\": consumer_secret must be text in quotation marks.",
            "line 7, column 21: integration \"é\": concurrency_limit must be a whole number, 0 or more and not too large.",
            "line 8, column 9: integration \"é\": state must be text in quotation marks.",
        ]
    );
    assert_eq!(
        mistakes("[integration]\nname = \"x\"\n"),
        [
            "line 3, column 1: integration: must be a list of tables: write [[integration]] above the fields of each."
        ]
    );
}

#[test]
fn a_word_that_is_on_no_list_is_told_the_words() {
    assert_eq!(
        mistakes("features = [\"Token-based Authentication\", \"REST Web Service\", \"s3cret\"]\n")[0],
        "line 3, column 43: account: features names no feature; did you mean REST Web Services?"
    );
    assert_eq!(
        mistakes("[[integration]]\nname = \"x\"\nstate = \"Off\"\n"),
        [
            "line 5, column 9: integration \"x\": state names no integration state; there are Enabled, Blocked, Waiting for Approval."
        ]
    );
    let role = "[[role]]\nname = \"r\"\n[role.permissions]\n\"Costumers\" = \"Full\"\nCustomers = \"Ful\"\n\"User Access Tokens\" = \"View\"\n";
    assert_eq!(
        mistakes(role),
        [
            "line 6, column 1: role \"r\": permissions names no permission; did you mean Customers?",
            "line 7, column 13: role \"r\": permissions names no permission level; did you mean Full?",
            "line 8, column 24: role \"r\": permissions give User Access Tokens at Full, and not at View.",
        ]
    );
}

#[test]
fn what_a_form_refuses_is_at_the_field_it_means() {
    let text = "[settings]\nidle_session_timeout_in_minutes = 5\nseed = 3\n\n[[integration]]\nname = \"x\"\nstate = \"Waiting for Approval\"\ntba_authorization_flow = true\nconcurrency_limit = 0\n\n[[user]]\nname = \"Ada\"\nemail = \"ada\"\nip_address_restriction = \"home\"\n";
    assert_eq!(
        mistakes(text),
        [
            "line 4, column 35: settings: idle_session_timeout_in_minutes must be from 15 to 720; it is 5.",
            "line 5, column 8: settings: seed is for an account with Test Account checked.",
            "line 9, column 9: integration \"x\": state must be Enabled or Blocked: only an installed record waits for approval.",
            "line 10, column 26: integration \"x\": callback_url is required when TBA: Authorization Flow is checked; clear the box, or say where the application is called back.",
            "line 11, column 21: integration \"x\": concurrency_limit must be at least 1; leave it empty for no limit of its own.",
            "line 13, column 1: user \"Ada\": roles are required when Give Access is checked; give one, or clear the box.",
            "line 15, column 9: user \"Ada\": email must look like name@example.com.",
            "line 16, column 26: user \"Ada\": ip_address_restriction has \"home\", which is no address (198.51.100.7), range (198.51.100.7-198.51.100.20) or network (198.51.100.0/24).",
        ]
    );
}

#[test]
fn a_feature_without_its_prerequisite_is_refused_where_it_stands() {
    let found = mistakes("features = [\"Server SuiteScript\"]\n");
    let message =
        "line 3, column 13: account: features name what cannot be on: Server SuiteScript cannot be saved";
    assert!(found.len() == 1 && found[0].starts_with(message), "{found:?}");
}

#[test]
fn names_and_keys_stand_once_and_both_lines_are_named() {
    let text = "[[integration]]\nname = \"Sync\"\nconsumer_key = \"k\"\nconsumer_secret = \"s\"\n[[integration]]\nname = \" sync\"\nconsumer_key = \"k\"\nconsumer_secret = \"t\"\n[[customer]]\nexternalId = \"a\"\n[[customer]]\nexternalId = \"a\"\n";
    assert_eq!(
        mistakes(text),
        [
            "line 8, column 8: integration \"sync\": name stands at line 4, column 8 already: each has its own.",
            "line 9, column 16: integration \"sync\": consumer_key stands at line 5, column 16 already: each has its own.",
            "line 13, column 1: customer \"a\" stands at line 11, column 1 already.",
        ]
    );
    let user = "[[user]]\nname = \"Ada\"\nemail = \"a@b.example\"\nroles = [\"CEO\", \"ceo\"]\nhidden_roles = [\"CFO\"]\n";
    assert_eq!(
        mistakes(user),
        [
            "line 6, column 17: user \"Ada\": roles name \"ceo\" twice.",
            "line 7, column 17: user \"Ada\": hidden_roles name \"CFO\", which is not among roles.",
        ]
    );
}

#[test]
fn half_a_pair_and_a_secret_that_cannot_be_one_are_refused_unseen() {
    let text = "[[integration]]\nname = \"x\"\nconsumer_key = \"k\"\n[[integration]]\nname = \"y\"\nconsumer_key = \"a b\"\nconsumer_secret = \"s3cret with spaces\"\n[[token]]\nintegration = \"x\"\nuser = \"u\"\nrole = \"r\"\ntoken_secret = \"s3cret\"\n";
    let found = mistakes(text);
    assert_eq!(
        found,
        [
            "line 5, column 16: integration \"x\": consumer_key needs consumer_secret beside it: give both, or neither to have them made.",
            "line 9, column 19: integration \"y\": consumer_secret must be 1 to 256 visible ASCII characters, without spaces.",
            "line 14, column 16: token 1: token_secret needs token_id beside it: give both, or neither to have them made.",
        ]
    );
    assert!(!found.concat().contains("s3cret"));
}

#[test]
fn a_standard_role_takes_nothing_but_inactive() {
    let found = mistakes(
        "[[role]]\nname = \"Accountant\"\nweb_services_only = true\n[[role]]\nname = \"administrator\"\n",
    );
    assert!(
        found[0].starts_with(
            "line 5, column 21: role \"Accountant\": web_services_only cannot be said of Accountant"
        ),
        "{found:?}"
    );
    assert!(
        found[1].starts_with("line 7, column 8: role \"administrator\": name is Administrator"),
        "{found:?}"
    );
}

#[test]
fn a_customer_has_values_that_json_has_and_something_to_know_it_by() {
    let text = "[[customer]]\ncompanyName = \"A\"\nopened = 2026-10-31\nlimits = [1, nan]\n[[customer]]\nemail = \"a@b.example\"\n";
    assert_eq!(
        mistakes(text),
        [
            "line 5, column 10: customer 1: has a date without quotation marks: write \"2026-10-31\".",
            "line 6, column 14: customer 1: has a number that is not finite.",
            "line 7, column 1: customer 2: needs an externalId, an entityId, a companyName, or firstName and lastName.",
        ]
    );
}

#[test]
fn a_name_that_nothing_has_is_an_error_where_it_is_used() {
    let text = "[[role]]\nname = \"Integrator\"\n[[user]]\nname = \"Ada\"\nemail = \"a@b.example\"\nroles = [\"Integrater\"]\n[[token]]\nintegration = \"Nowhere\"\nuser = \"Ada\"\nrole = \"Integrator\"\n";
    let found = against(&founded(), text);
    let role = "line 8, column 10: user \"Ada\": roles names \"Integrater\", which is neither in the file nor in the account; did you mean integrator?";
    assert_eq!(found[0], role);
    assert_eq!(
        found.len(),
        2,
        "who names the refused user has made no mistake: {found:?}"
    );
    let application = "line 10, column 15: token 1: integration names \"Nowhere\", which is neither in the file nor in the account.";
    assert_eq!(found[1], application);
}

#[test]
fn what_an_account_has_against_a_file_is_at_its_place() {
    let mut account = founded();
    account.allocated = 2;
    let text = "[[integration]]\nname = \"x\"\nconcurrency_limit = 3\n[[user]]\nname = \"Ada\"\nemail = \"a@b.example\"\nroles = [\"CEO\"]\npassword = \"s3cret\"\n[settings]\nminimum_password_length = 8\n";
    let found = against(&account, text);
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(
        found[0].starts_with("line 5, column 21: integration \"x\": concurrency_limit must be from 1 to 2"),
        "{found:?}"
    );
    assert_eq!(
        found[1],
        "line 10, column 12: user \"Ada\": password must have 10 characters or more."
    );
    assert!(
        found[3].starts_with("line 12, column 27: settings: minimum_password_length must be from 10"),
        "{found:?}"
    );
    assert!(!found.concat().contains("s3cret"));
    account.account.id = "7654321".parse().unwrap();
    assert_eq!(
        against(&account, ""),
        ["line 2, column 6: account: id is 1234567, and this account is 7654321."]
    );
}

#[test]
fn a_token_keeps_its_secret_its_owner_and_its_revocation() {
    let text = "[[integration]]\nname = \"x\"\n[[user]]\nname = \"Ada\"\nemail = \"a@b.example\"\nroles = [\"CEO\"]\n[[token]]\nintegration = \"x\"\nuser = \"Ada\"\nrole = \"CEO\"\ntoken_id = \"t\"\ntoken_secret = \"s\"\n";
    let mut account = founded();
    let record = IntegrationDraft::parse(IntegrationForm {
        name: "X".to_owned(),
        ..IntegrationForm::default()
    });
    let application = ApplicationId::from_bytes([1; 16]);
    let integration = record
        .unwrap()
        .into_integration(IntegrationId::new(1), application, None, NOW);
    account.integrations.push(PresentIntegration {
        integration,
        consumer_secret: Kept::Other,
    });
    let user = UserDraft::parse(UserForm {
        name: "Ada".to_owned(),
        email: "a@b.example".to_owned(),
        give_access: true,
        roles: vec![RoleId::new(8)],
        ..UserForm::default()
    });
    account.users.push(PresentUser {
        user: user.unwrap().into_user(EntityId::new(1)),
        password: Kept::Nothing,
    });
    let token = AccessToken {
        id: AccessTokenId::new(1),
        name: "t".to_owned(),
        token_id: TokenId::parse("t").unwrap(),
        user: EntityId::new(1),
        role: RoleId::new(8),
        integration: IntegrationId::new(1),
        state: TokenState::Active,
        secret_generation: 1,
        created: NOW,
        created_by: None,
    };
    let mut with = |token_secret, token| {
        account.tokens = vec![PresentToken { token, token_secret }];
        against(&account, text)
    };
    let others = AccessToken {
        role: RoleId::new(1),
        ..token.clone()
    };
    assert_eq!(
        with(Kept::Same, others),
        ["line 13, column 12: token 1: token_id is the ID of a token of another application, user or role."]
    );
    let revoked = AccessToken {
        state: TokenState::Revoked { at: NOW },
        ..token.clone()
    };
    assert_eq!(
        with(Kept::Same, revoked),
        [
            "line 13, column 12: token 1: token_id is the ID of a revoked token, and a revoked token stays revoked."
        ]
    );
    assert_eq!(
        with(Kept::Other, token),
        [
            "line 14, column 16: token 1: token_secret is not the secret this token has. A token keeps its secret: give another token_id as well."
        ]
    );
}

#[test]
fn no_more_than_a_hundred_mistakes_are_shown() {
    let errors = refused(&format!(
        "[account]\nid = \"1234567\"\n{}",
        "[[user]]\nx = 1\n".repeat(200)
    ));
    assert_eq!((errors.iter().count(), errors.left_out()), (100, 700));
    assert!(errors.to_string().ends_with("\nand 700 more"));
}

#[test]
fn a_file_that_is_too_large_or_too_deep_is_refused() {
    let large = "#".repeat(AccountFile::MAX_BYTES + 1);
    assert_eq!(
        refused(&large).to_string(),
        "line 1, column 1: the file is larger than 16 MiB."
    );
    let many = format!(
        "[account]\nid = \"1\"\n{}",
        "[[role]]\n".repeat(AccountFile::MAX_RECORDS + 1)
    );
    assert_eq!(
        refused(&many).to_string(),
        "line 3, column 1: role: stands more than 100000 times."
    );
    for deep in [
        format!("a = {}", "[".repeat(100_000)),
        format!("a{} = 1", ".a".repeat(100_000)),
    ] {
        assert!(refused(&deep).to_string().contains("recur"), "{}", refused(&deep));
    }
}

#[test]
fn nothing_shows_a_secret_of_a_file_that_was_read() {
    let text = "[account]\nid = \"1234567\"\n[[integration]]\nname = \"x\"\nconsumer_key = \"k\"\nconsumer_secret = \"s3cret\"\n[[user]]\nname = \"Ada\"\nemail = \"a@b.example\"\nroles = [\"CEO\"]\npassword = \"s3cret-Word-1\"\n[[token]]\nintegration = \"x\"\nuser = \"Ada\"\nrole = \"CEO\"\ntoken_id = \"t\"\ntoken_secret = \"s3cret\"\n";
    let file = AccountFile::parse(text).unwrap();
    let plan = Plan::of(&file, &founded()).unwrap();
    let shown = format!("{file:?} {:?} {plan:?} {plan}", file.mentions());
    assert!(!shown.contains("s3cret"), "{shown}");
    let json = serde_json::to_string(&plan).unwrap();
    assert!(!json.contains("s3cret"), "{json}");
}
