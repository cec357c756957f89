//! Setup › Company › Company Information: the account ID, the account's own URLs, the company, and its contract.

use countersign_model::{SettingsForm, Tier};
use countersign_protocol::{AccountId, Environment, Service};
use countersign_web::{
    Answer, Choice, Column, Field, Lock, Markup, Page, Pager, Select, Table, TextArea, facts, html,
};

use super::{Said, stored};
use crate::desk::{At, Desk, Form};
use crate::place::{COMPANY_INFORMATION, Place};
use crate::view::View;

#[derive(Debug)]
pub(super) struct Information {
    account: AccountId,
    /// Where this machine answers for it.
    origin: String,
    form: SettingsForm,
    /// As it was typed: it may be no number.
    licences: String,
    said: Said,
}

impl View for Information {
    const PLACE: &'static Place = &COMPANY_INFORMATION;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let form = SettingsForm {
            company_name: "Honeycomb <& Sons>".to_owned(),
            ..SettingsForm::of(&samples::account(), &countersign_model::Settings::default())
        };
        let wrong = SettingsForm {
            allowed_ip_addresses: "nowhere\"".to_owned(),
            ..form.clone()
        };
        let errors = countersign_model::SettingsDraft::parse(wrong.clone()).err();
        let page = |form, said| Self {
            account: samples::account().id,
            origin: "http://localhost:8080".to_owned(),
            form,
            licences: "x".to_owned(),
            said,
        };
        let again = Said {
            may_change: true,
            errors,
            notice: None,
        };
        vec![page(form, Said::default()), page(wrong, again)]
    }

    fn page(&self, lock: &Lock) -> Page {
        Page {
            title: COMPANY_INFORMATION.title.to_owned(),
            crumbs: COMPANY_INFORMATION.crumbs(),
            notices: self.said.notice.iter().cloned().collect(),
            body: html! {
                section.section {
                    (facts(&[
                        ("Account ID", html! { code { (self.account) } }),
                        ("Account type", html! { (kind(self.account.environment())) }),
                        ("Times", html! { "Shown and kept in UTC" }),
                    ]))
                    p.help.after { "Programs sign with the account ID as it stands here: in capitals, and with an underscore before SB1 or RP1. It is the realm of the header." }
                }
                section.urls id="urls" aria-labelledby="h-urls" {
                    h2 id="h-urls" { "Company URLs" }
                    p.help { "A program signs the address it calls. Give it those of this machine; those at NetSuite are what it calls in production." }
                    (self.urls().show())
                }
                (self.said.form(lock, &COMPANY_INFORMATION, self.fields()))
            },
            ..Page::default()
        }
    }
}

const fn kind(environment: Environment) -> &'static str {
    match environment {
        Environment::Production => "Production",
        Environment::Sandbox => "Sandbox",
        Environment::ReleasePreview => "Release Preview",
    }
}

/// What is called, at which host, below which path.
const SERVICES: &[(&str, Service, &str)] = &[
    ("REST web services", Service::SuiteTalk, "/services/rest"),
    (
        "SOAP web services",
        Service::SuiteTalk,
        "/services/NetSuitePort_2025_2",
    ),
    ("RESTlets", Service::Restlets, "/app/site/hosting/restlet.nl"),
    ("Request token", Service::Restlets, "/rest/requesttoken"),
    (
        "Authorize token",
        Service::App,
        "/app/login/secure/authorizetoken.nl",
    ),
    ("Access token", Service::Restlets, "/rest/accesstoken"),
    (
        "Token services",
        Service::Restlets,
        "/rest/issuetoken, /rest/revoketoken, /rest/tokeninfo",
    ),
];

impl Information {
    fn urls(&self) -> Table {
        let row = |(label, service, path): &(&str, Service, &str)| {
            vec![
                html! { (label) },
                html! { code { (self.origin) (path) } },
                html! { code { "https://" (self.account.host(*service)) (path) } },
            ]
        };
        Table {
            caption: "Where each service is called".to_owned(),
            columns: ["Service", "On this machine", "At NetSuite"]
                .map(Column::new)
                .to_vec(),
            rows: SERVICES.iter().map(row).collect(),
            pager: Pager::default(),
        }
    }

    fn fields(&self) -> Markup {
        let field = |name, label, value, help| {
            Field {
                name,
                label,
                value,
                help,
                error: self.said.wrong(label),
                ..Field::default()
            }
            .show()
        };
        let addresses = TextArea {
            name: "addresses",
            label: "Allowed IP Addresses",
            value: &self.form.allowed_ip_addresses,
            error: self.said.wrong("Allowed IP Addresses"),
            help: Some(
                "From where one may log in, while the feature IP Address Rules is on: addresses, ranges and networks. Empty: from everywhere. Of one person, it is on their Access subtab.",
            ),
        };
        let tiers: Vec<Choice> = Tier::ALL
            .iter()
            .map(|tier| Choice::new(tier, tier.label()))
            .collect();
        let tier = Select {
            name: "tier",
            label: "Service Tier",
            choices: &tiers,
            chosen: self.form.tier.label(),
            error: self.said.wrong("Service Tier"),
            help: Some(
                "How many requests run at once: Development and Standard 5, Premium 15, Enterprise and Ultimate 20.",
            ),
            ..Select::default()
        };
        html! {
            section.section {
                div.columns { (field("company", "Company Name", &self.form.company_name, None)) (addresses.show()) }
            }
            section.section aria-labelledby="h-contract" {
                h2 id="h-contract" { "Contract" }
                div.columns {
                    (tier.show())
                    (field("licences", "SuiteCloud Plus Licenses", &self.licences, Some("Ten more requests at once each; none for Development.")))
                }
            }
        }
    }
}

pub(super) async fn show(At(desk): At) -> Answer {
    match stored(&desk) {
        Ok(form) => {
            let licences = form.suitecloud_plus_licences.to_string();
            desk.show(&information(&desk, form, licences, Said::of(&desk)))
        }
        Err(error) => desk.failed(error),
    }
}

fn information(desk: &Desk, form: SettingsForm, licences: String, said: Said) -> Information {
    Information {
        account: desk.authority().account(),
        origin: desk.visit.origin.clone(),
        form,
        licences,
        said,
    }
}

pub(super) async fn save(At(desk): At, Form(form): Form) -> Answer {
    let text = |name| form.text(name).to_owned();
    let (company_name, allowed_ip_addresses, licences) =
        (text("company"), text("addresses"), text("licences"));
    let tier = form.text("tier").parse::<Tier>().ok();
    // What is no number is told as one that is too large.
    let suitecloud_plus_licences = form.number("licences").unwrap_or(u32::MAX);
    let edit = move |stored: SettingsForm| SettingsForm {
        company_name: company_name.clone(),
        allowed_ip_addresses: allowed_ip_addresses.clone(),
        tier: tier.unwrap_or(stored.tier),
        suitecloud_plus_licences,
        ..stored
    };
    let said = match super::save(&desk, &COMPANY_INFORMATION, edit.clone()).await {
        Ok(answer) => return answer,
        Err(said) => said,
    };
    match stored(&desk) {
        Ok(form) => desk.again(&information(&desk, edit(form), licences, said)),
        Err(error) => desk.failed(error),
    }
}

#[cfg(test)]
pub(super) mod samples {
    use countersign_model::Account;

    pub(in super::super) fn account() -> Account {
        Account {
            id: "1234567_SB1".parse().unwrap(),
            company_name: "Honeycomb".to_owned(),
            created: countersign_world::UnixTime::from_seconds(0),
        }
    }
}
