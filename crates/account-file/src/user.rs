//! `[[user]]`: an entity with its Access subtab, described whole. Roles are named, and found when the file is compared
//! with an account.

use crate::entry::{At, Entry, Labels};
use crate::folded;
use crate::mistake::Mistakes;
use crate::table::{Reader, Table, shown};
use countersign_model::{PasswordPolicy, RoleId, UserDraft, UserForm, WantedPassword};
use countersign_protocol::Secret;
use toml::Spanned;
use toml::de::DeValue;

const FIELDS: &[&str] = &[
    "name",
    "kind",
    "email",
    "inactive",
    "give_access",
    "roles",
    "hidden_roles",
    "global_permissions",
    "web_services_user",
    "concurrent_web_services_user",
    "inherit_ip_rules_from_company",
    "ip_address_restriction",
    "password",
    "require_password_change_on_next_login",
];
pub(crate) const LABELS: Labels = &[
    ("Name", &["name"]),
    ("Contact", &["name"]),
    ("Company Name", &["name"]),
    ("Type", &["kind"]),
    ("Email", &["email"]),
    ("Roles", &["roles", "give_access"]),
    ("Global Permissions", &["global_permissions"]),
    ("Concurrent Web Services User", &["concurrent_web_services_user"]),
    ("IP Address Restriction", &["ip_address_restriction"]),
];

#[derive(Debug)]
pub(crate) struct UserPart {
    pub(crate) entry: Entry,
    /// Without its roles.
    pub(crate) form: UserForm,
    pub(crate) roles: Vec<At<String>>,
    pub(crate) hidden_roles: Vec<At<String>>,
    pub(crate) password: Option<Secret>,
    pub(crate) must_change: bool,
}

impl UserPart {
    pub(crate) fn read<'d>(
        number: usize,
        value: &'d Spanned<DeValue<'d>>,
        reader: &mut Reader<'_>,
    ) -> Option<Self> {
        let table = Table::open("user", Some(number), value, FIELDS, reader)?;
        let name = table.required("name", reader);
        let email = table.required("email", reader);
        let form = UserForm {
            kind: table.word("kind", reader).unwrap_or_default(),
            name: name.unwrap_or_default().trim().to_owned(),
            email: email.unwrap_or_default().trim().to_owned(),
            inactive: table.flag("inactive", reader).unwrap_or_default(),
            give_access: table.flag("give_access", reader).unwrap_or(true),
            roles: Vec::new(),
            global_permissions: table.permissions("global_permissions", reader),
            web_services_user: table.flag("web_services_user", reader).unwrap_or_default(),
            concurrent_web_services_user: table
                .flag("concurrent_web_services_user", reader)
                .unwrap_or_default(),
            inherit_ip_rules: table
                .flag("inherit_ip_rules_from_company", reader)
                .unwrap_or(true),
            ip_address_restriction: table
                .text("ip_address_restriction", reader)
                .unwrap_or_default()
                .to_owned(),
        };
        let part = Self {
            roles: names(&table, "roles", reader),
            hidden_roles: names(&table, "hidden_roles", reader),
            password: table.text("password", reader).map(Secret::new),
            must_change: table
                .flag("require_password_change_on_next_login", reader)
                .unwrap_or_default(),
            entry: table.entry.clone(),
            form,
        };
        part.check_roles(&mut reader.mistakes);
        if table.has("require_password_change_on_next_login") && !table.has("password") {
            let message = "needs a password beside it.";
            let mistake = part
                .entry
                .mistake("require_password_change_on_next_login", message);
            reader.mistakes.add(mistake);
        }
        let missing = |label: &str| match label {
            "Email" => email.is_none(),
            "Name" | "Contact" | "Company Name" => name.is_none(),
            _ => false,
        };
        let ids = (1..).map(RoleId::new).take(part.roles.len());
        let form = UserForm {
            roles: ids.collect(),
            ..part.form.clone()
        };
        if let Err(errors) = UserDraft::parse(form) {
            let others = errors.iter().filter(|error| !missing(error.field));
            part.entry.refused(LABELS, others, &mut reader.mistakes);
        }
        name.is_some().then_some(part)
    }

    fn check_roles(&self, mistakes: &mut Mistakes) {
        for (list, field) in [(&self.roles, "roles"), (&self.hidden_roles, "hidden_roles")] {
            let mut seen = Vec::new();
            for role in list {
                let name = folded(&role.value);
                if seen.contains(&name) {
                    let message = format!("name {} twice.", shown(&role.value));
                    mistakes.add(self.entry.mistake_at(role.place, field, message));
                }
                seen.push(name);
            }
        }
        for hidden in &self.hidden_roles {
            let name = folded(&hidden.value);
            if !self.roles.iter().any(|role| folded(&role.value) == name) {
                let message = format!("name {}, which is not among roles.", shown(&hidden.value));
                mistakes.add(self.entry.mistake_at(hidden.place, "hidden_roles", message));
            }
        }
    }

    /// Whether the account's policy takes the password. Whether it was used before is not asked.
    pub(crate) fn check_password(&self, policy: &PasswordPolicy, mistakes: &mut Mistakes) {
        let Some(password) = &self.password else { return };
        let wanted = WantedPassword {
            password,
            current: None,
            email: &self.form.email,
            used_before: false,
        };
        for fault in policy.faults(wanted) {
            mistakes.add(self.entry.mistake("password", fault));
        }
    }
}

fn names(table: &Table<'_>, key: &'static str, reader: &mut Reader<'_>) -> Vec<At<String>> {
    let texts = table.texts(key, reader).unwrap_or_default();
    let owned = |At { value, place }: At<&str>| At {
        value: value.trim().to_owned(),
        place,
    };
    texts.into_iter().map(owned).collect()
}
