//! A file that was read: every name known, every value of its kind, every text within its bounds, no name twice. What
//! only an account can answer is left to the plan.

use crate::customer::{Customer, CustomerKey};
use crate::entry::Entry;
use crate::folded;
use crate::integration::IntegrationPart;
use crate::mistake::{FileError, FileErrors, Mistakes};
use crate::place::{Lines, Place};
use crate::role::RolePart;
use crate::settings::{AccountPart, SettingsPart};
use crate::table::{Reader, shown};
use crate::token::TokenPart;
use crate::user::UserPart;
use countersign_model::{ConsumerKey, Feature, TokenId};
use countersign_protocol::{AccountId, Secret};
use countersign_spelling::{nearest, suggestion};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const TABLES: &[&str] = &[
    "account",
    "settings",
    "role",
    "user",
    "integration",
    "token",
    "customer",
];
/// The name a new account has that its file does not name.
const COMPANY: &str = "Local Company";
/// Above this size a file with a slip of syntax is told of the first only: finding them all would cost memory without
/// bound.
const RECOVERED_BYTES: usize = 256 * 1024;

/// An account, written down.
#[derive(Debug)]
pub struct AccountFile {
    pub(crate) account: AccountPart,
    pub(crate) settings: SettingsPart,
    pub(crate) roles: Vec<RolePart>,
    pub(crate) users: Vec<UserPart>,
    pub(crate) integrations: Vec<IntegrationPart>,
    pub(crate) tokens: Vec<TokenPart>,
    customers: Vec<Customer>,
}

/// The names a file mentions: what a plan has to know of an account. Upper and lower case aside, each once.
#[derive(Debug, Default)]
pub struct Mentions<'f> {
    /// Those it describes, and those its users and tokens name.
    pub roles: BTreeSet<String>,
    /// With the password the file gives.
    pub users: BTreeMap<String, Option<&'f Secret>>,
    /// With the consumer secret the file gives.
    pub integrations: BTreeMap<String, Option<&'f Secret>>,
    /// With the token secret the file gives.
    pub token_ids: BTreeMap<&'f TokenId, &'f Secret>,
    /// Integration, user and role of each token: all their tokens matter.
    pub tokens: BTreeSet<(String, String, String)>,
    pub customers: BTreeSet<&'f CustomerKey>,
}

impl AccountFile {
    /// The largest file, in bytes.
    pub const MAX_BYTES: usize = 16 * 1024 * 1024;
    /// The most records of one kind.
    pub const MAX_RECORDS: usize = 100_000;

    /// Reads a file, or says everything that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, FileErrors> {
        let mut reader = Reader {
            lines: Lines::of(text),
            mistakes: Mistakes::default(),
        };
        if text.len() > Self::MAX_BYTES {
            let message = format!("the file is larger than {} MiB.", Self::MAX_BYTES / 1024 / 1024);
            reader.mistakes.add(of_file(Place::START, message));
            return Err(reader.mistakes.into_errors());
        }
        let document = match DeTable::parse(text) {
            Ok(document) => document,
            Err(first) => return Err(syntax(text, first, reader)),
        };
        match Self::read(document.get_ref(), &mut reader) {
            Some(file) if reader.mistakes.is_empty() => Ok(file),
            _ => Err(reader.mistakes.into_errors()),
        }
    }

    fn read<'d>(document: &'d DeTable<'d>, reader: &mut Reader<'_>) -> Option<Self> {
        for key in document.keys() {
            if !TABLES.contains(&key.get_ref().as_ref()) {
                let near = suggestion(&nearest(key.get_ref(), TABLES.iter().copied()));
                let known = format!("; there are {}.", TABLES.join(", "));
                let end = if near.is_empty() { &known } else { &near };
                let at = key.span().start;
                let message = format!("there is no table {}{end}", shown(key.get_ref()));
                reader.mistakes.add(of_file(reader.lines.place(at), message));
            }
        }
        let account = AccountPart::read(document.get("account"), reader);
        let file = Self {
            settings: SettingsPart::read(document.get("settings"), reader),
            roles: list(document, "role", reader, RolePart::read),
            users: list(document, "user", reader, UserPart::read),
            integrations: list(document, "integration", reader, IntegrationPart::read),
            tokens: list(document, "token", reader, TokenPart::read),
            customers: list(document, "customer", reader, Customer::read),
            account: account?,
        };
        file.settings.check(&file.account, &mut reader.mistakes);
        file.check_names(&mut reader.mistakes);
        Some(file)
    }

    fn check_names(&self, mistakes: &mut Mistakes) {
        let roles = self
            .roles
            .iter()
            .map(|part| (&part.entry, folded(&part.form.name)));
        once("name", roles, mistakes);
        let users = self
            .users
            .iter()
            .map(|part| (&part.entry, folded(&part.form.name)));
        once("name", users, mistakes);
        let integrations = self.integrations.iter();
        let names = integrations
            .clone()
            .map(|part| (&part.entry, folded(&part.form.name)));
        once("name", names, mistakes);
        let keys = integrations.filter_map(|part| Some((&part.entry, &part.given.as_ref()?.consumer_key)));
        once("consumer_key", keys, mistakes);
        let ids = self
            .tokens
            .iter()
            .filter_map(|part| Some((&part.entry, part.token_id()?)));
        once("token_id", ids, mistakes);
        let mut seen: HashMap<&CustomerKey, Place> = HashMap::new();
        for customer in &self.customers {
            if let Some(earlier) = seen.get(&customer.key) {
                let message = format!(
                    "customer {} stands at {earlier} already.",
                    shown(&customer.key.to_string())
                );
                mistakes.add(of_file(customer.place, message));
            } else {
                seen.insert(&customer.key, customer.place);
            }
        }
    }

    /// The account the file describes.
    pub const fn account_id(&self) -> &AccountId {
        &self.account.id
    }

    /// The name of the company; a name of ours, where the file has none, for an account that is being founded.
    pub fn company_name(&self) -> &str {
        self.account.company_name.as_deref().map_or(COMPANY, str::trim)
    }

    /// The features to found a new account with: without a list every one.
    pub fn features_of_new_account(&self) -> Vec<Feature> {
        match &self.account.features {
            None => Feature::ALL.to_vec(),
            Some(listed) => listed.iter().map(|feature| feature.value).collect(),
        }
    }

    /// Whether a new account begins with the records of the demonstration company.
    pub const fn has_demonstration_records(&self) -> bool {
        self.account.demonstration_records
    }

    /// In the order of the file, in which they can be added.
    pub fn customers(&self) -> &[Customer] {
        &self.customers
    }

    /// The consumer keys the file gives.
    pub fn consumer_keys(&self) -> impl Iterator<Item = &ConsumerKey> {
        let given = self.integrations.iter().filter_map(|part| part.given.as_ref());
        given.map(|given| &given.consumer_key)
    }

    /// What to look up in the account before [`Plan::of`](crate::Plan::of).
    pub fn mentions(&self) -> Mentions<'_> {
        let mut mentions = Mentions {
            roles: self.roles.iter().map(|part| folded(&part.form.name)).collect(),
            customers: self.customers.iter().map(|customer| &customer.key).collect(),
            ..Mentions::default()
        };
        for part in &self.users {
            mentions
                .users
                .insert(folded(&part.form.name), part.password.as_ref());
            mentions
                .roles
                .extend(part.roles.iter().map(|role| folded(&role.value)));
        }
        for part in &self.integrations {
            let secret = part.given.as_ref().map(|given| &given.consumer_secret);
            mentions.integrations.insert(folded(&part.form.name), secret);
        }
        for part in &self.tokens {
            let [integration, user, role] =
                [&part.integration, &part.user, &part.role].map(|name| folded(name));
            mentions.integrations.entry(integration.clone()).or_default();
            mentions.users.entry(user.clone()).or_default();
            mentions.roles.insert(role.clone());
            if let Some(given) = &part.given {
                mentions.token_ids.insert(&given.token_id, &given.token_secret);
            }
            mentions.tokens.insert((integration, user, role));
        }
        mentions
    }
}

/// The tables of one kind.
fn list<'d, T>(
    document: &'d DeTable<'d>,
    noun: &str,
    reader: &mut Reader<'_>,
    read: impl Fn(usize, &'d Spanned<DeValue<'d>>, &mut Reader<'_>) -> Option<T>,
) -> Vec<T> {
    let Some(value) = document.get(noun) else {
        return Vec::new();
    };
    let place = reader.lines.place(value.span().start);
    let DeValue::Array(tables) = value.get_ref() else {
        let message = format!("must be a list of tables: write [[{noun}]] above the fields of each.");
        reader.mistakes.add(of_table(place, noun, message));
        return Vec::new();
    };
    if tables.len() > AccountFile::MAX_RECORDS {
        let message = format!("stands more than {} times.", AccountFile::MAX_RECORDS);
        reader.mistakes.add(of_table(place, noun, message));
        return Vec::new();
    }
    let numbered = (1..).zip(tables.iter());
    numbered
        .filter_map(|(number, table)| read(number, table, reader))
        .collect()
}

/// Each value once; a second one is told where the first stands.
fn once<'f, K: std::hash::Hash + Eq>(
    field: &'static str,
    values: impl Iterator<Item = (&'f Entry, K)>,
    mistakes: &mut Mistakes,
) {
    let mut seen: HashMap<K, Place> = HashMap::new();
    for (entry, value) in values {
        let place = entry.place_of(field);
        match seen.entry(value) {
            std::collections::hash_map::Entry::Occupied(earlier) => {
                let message = format!("stands at {} already: each has its own.", earlier.get());
                mistakes.add(entry.mistake(field, message));
            }
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(place);
            }
        }
    }
}

/// Every slip of syntax. The parser's own words name what it expected, and never what it found; its `Display` would
/// quote the line.
fn syntax(text: &str, first: toml::de::Error, mut reader: Reader<'_>) -> FileErrors {
    let errors = if text.len() > RECOVERED_BYTES {
        vec![first]
    } else {
        DeTable::parse_recoverable(text).1
    };
    for error in errors {
        let place = error
            .span()
            .map_or(Place::START, |span| reader.lines.place(span.start));
        let message = format!("this is not TOML: {}.", error.message());
        reader.mistakes.add(of_file(place, message));
    }
    reader.mistakes.into_errors()
}

fn of_file(place: Place, message: String) -> FileError {
    FileError {
        place,
        path: String::new(),
        field: None,
        message,
    }
}

fn of_table(place: Place, noun: &str, message: String) -> FileError {
    FileError {
        path: noun.to_owned(),
        ..of_file(place, message)
    }
}
