//! What a caller is to be granted, as a form: which connection, services, methods, records, scripts and paths.

use std::num::NonZeroU8;

use countersign_vault::{
    CallerId, ConnectionId, GrantDraft, Method, Scope, ScopeError, ServiceKind, Target, Targets,
};
use countersign_web::{Choice, Field, Filled, Markup, Select, Tick, field_error, html, sentence};
use countersign_world::UnixTime;

use crate::callers::{WRONG_DAYS, days, ends};

/// As it was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GrantForm {
    connection: String,
    services: Vec<ServiceKind>,
    methods: Vec<Method>,
    records: String,
    scripts: String,
    paths: String,
    read_only: bool,
    share: String,
    days: String,
    wrong: Option<(&'static str, String)>,
}

impl Default for GrantForm {
    /// REST and SuiteQL, read only: what most programs begin with.
    fn default() -> Self {
        Self {
            connection: String::new(),
            services: vec![ServiceKind::Rest, ServiceKind::SuiteQl],
            methods: Vec::new(),
            records: String::new(),
            scripts: String::new(),
            paths: String::new(),
            read_only: true,
            share: "1".to_owned(),
            days: String::new(),
            wrong: None,
        }
    }
}

impl GrantForm {
    /// Not filled in yet, but for the connection somebody comes from.
    pub(crate) fn for_connection(connection: &str) -> Self {
        Self {
            connection: connection.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn of(form: &Filled) -> Self {
        let text = |name| form.text(name).trim().to_owned();
        let services = ServiceKind::ALL.into_iter();
        let methods = Method::ALL.into_iter();
        Self {
            connection: text("connection"),
            services: services
                .filter(|kind| form.all("service").any(|word| word == kind.to_string()))
                .collect(),
            methods: methods
                .filter(|method| form.all("method").any(|word| word == method.as_str()))
                .collect(),
            records: text("records"),
            scripts: text("scripts"),
            paths: text("paths"),
            read_only: form.has("read-only"),
            share: text("share"),
            days: text("days"),
            wrong: None,
        }
    }

    /// What is granted, or the form with what is wrong.
    pub(crate) fn draft(
        mut self,
        caller: CallerId,
        form: &Filled,
        now: UnixTime,
    ) -> Result<GrantDraft, Box<Self>> {
        let Ok(connection) = self.connection.parse::<ConnectionId>() else {
            self.wrong = Some(("Connection", "has to be chosen.".to_owned()));
            return Err(Box::new(self));
        };
        let Ok(share) = self.share.parse::<NonZeroU8>() else {
            self.wrong = Some(("Share", "must be a whole number from 1 to 255.".to_owned()));
            return Err(Box::new(self));
        };
        let Ok(expires) = ends(form, now) else {
            self.wrong = Some(("Expires in days", WRONG_DAYS.to_owned()));
            return Err(Box::new(self));
        };
        let scope = self.scope();
        if let Err(error) = scope.check() {
            let label = match &error {
                ScopeError::Nothing(_) => "Services",
                ScopeError::TooManyTargets | ScopeError::Target(_) | ScopeError::Unreachable { .. } => {
                    "Only these"
                }
            };
            self.wrong = Some((label, sentence(&error)));
            return Err(Box::new(self));
        }
        Ok(GrantDraft {
            caller,
            connection,
            scope,
            share,
            expires,
        })
    }

    fn scope(&self) -> Scope {
        let words = |text: &str| -> Vec<String> {
            let words = text
                .split(|c: char| c == ',' || c.is_whitespace())
                .filter(|word| !word.is_empty());
            words.map(str::to_owned).collect()
        };
        let script = |word: String| match word.split_once(':') {
            Some((script, deploy)) => Target::Script {
                script: script.to_owned(),
                deploy: Some(deploy.to_owned()),
            },
            None => Target::Script {
                script: word,
                deploy: None,
            },
        };
        let records = words(&self.records).into_iter().map(Target::RecordType);
        let scripts = words(&self.scripts).into_iter().map(script);
        let paths = words(&self.paths).into_iter().map(Target::Path);
        let targets: Vec<Target> = records.chain(scripts).chain(paths).collect();
        Scope {
            services: self.services.iter().copied().collect(),
            methods: match self.methods.is_empty() {
                true => Method::ALL.into(),
                false => self.methods.iter().copied().collect(),
            },
            targets: match targets.is_empty() {
                true => Targets::Everything,
                false => Targets::Only(targets),
            },
            read_only: self.read_only,
        }
    }

    fn wrong(&self, label: &str) -> Option<&str> {
        let wrong = self.wrong.as_ref().filter(|(wrong, _)| *wrong == label);
        wrong.map(|(_, text)| text.as_str())
    }

    pub(crate) fn is_wrong(&self) -> bool {
        self.wrong.is_some()
    }

    pub(crate) fn fields(&self, connections: &[String]) -> Markup {
        let choices: Vec<Choice> = connections.iter().map(|id| Choice::new(id, id)).collect();
        let connection = Select {
            name: "connection",
            label: "Connection",
            choices: &choices,
            chosen: &self.connection,
            none: Some("Choose one"),
            required: true,
            error: self.wrong("Connection"),
            ..Select::default()
        };
        let share = Field {
            name: "share",
            label: "Share",
            value: &self.share,
            help: Some(
                "Its weight where several wait for the account\u{2019}s slots: 2 gets twice as many as 1.",
            ),
            error: self.wrong("Share"),
            ..Field::default()
        };
        let read_only = Tick {
            name: "read-only",
            label: "Only reading",
            checked: self.read_only,
            help: Some("A SuiteQL query and a SOAP search are reading."),
            ..Tick::default()
        };
        html! {
            div.columns { (connection.show()) (share.show()) (days(&self.days, self.wrong("Expires in days").is_some())) }
            fieldset {
                legend { "Services" }
                @if let Some(text) = self.wrong("Services") { (field_error("Services", text)) }
                div.choices { @for kind in ServiceKind::ALL { (tick("service", &kind.to_string(), self.services.contains(&kind))) } }
            }
            (read_only.show())
            details.more open[!self.methods.is_empty() || self.is_narrow() || self.wrong("Only these").is_some()] {
                summary { "Only some methods, records, scripts or paths" }
                fieldset {
                    legend { "Methods" }
                    p.help { "None ticked: all of them." }
                    div.choices { @for method in Method::ALL { (tick("method", method.as_str(), self.methods.contains(&method))) } }
                }
                @if let Some(text) = self.wrong("Only these") { (field_error("Only these", text)) }
                div.columns {
                    (only("records", "Record types", &self.records, "customer, salesOrder"))
                    (only("scripts", "RESTlets", &self.scripts, "customscript_prices, or with its deployment 12:1"))
                    (only("paths", "Paths", &self.paths, "/services/rest/record/v1/customer, and everything below"))
                }
            }
        }
    }

    fn is_narrow(&self) -> bool {
        [&self.records, &self.scripts, &self.paths]
            .iter()
            .any(|text| !text.is_empty())
    }
}

fn tick(name: &str, value: &str, checked: bool) -> Markup {
    Tick {
        name,
        value,
        label: value,
        checked,
        ..Tick::default()
    }
    .show()
}

fn only(name: &str, label: &str, value: &str, help: &str) -> Markup {
    Field {
        name,
        label,
        value,
        help: Some(help),
        ..Field::default()
    }
    .show()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);

    fn draft(body: &str) -> Result<GrantDraft, Box<GrantForm>> {
        let form = Filled::of_nobody(body.as_bytes());
        GrantForm::of(&form).draft(1.into(), &form, NOW)
    }

    #[test]
    fn a_grant_opens_what_was_filled_in_and_nothing_that_was_left_out() {
        let made = draft(
            "connection=acme&service=REST&service=RESTlets&read-only=on&share=2&days=30&records=customer%2C+salesOrder&scripts=12%3A1",
        );
        let made = made.expect("it is whole");
        assert_eq!(
            made.scope.to_string(),
            "REST, RESTlets; customer, salesOrder, script 12:1; only reading"
        );
        assert_eq!(
            (made.share.get(), made.expires.map(UnixTime::seconds)),
            (2, Some(NOW.seconds() + 30 * 86_400))
        );
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field_and_opens_nothing() {
        for (body, label) in [
            ("service=REST&share=1", "Connection"),
            ("connection=acme&share=1", "Services"),
            ("connection=acme&service=REST&share=0", "Share"),
            (
                "connection=acme&service=REST&share=1&days=never",
                "Expires in days",
            ),
            ("connection=acme&service=REST&share=1&paths=../x", "Only these"),
        ] {
            let wrong = draft(body).expect_err(body);
            assert!(wrong.wrong(label).is_some(), "{body}: {:?}", wrong.wrong);
        }
    }
}
