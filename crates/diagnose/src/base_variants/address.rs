//! Mistakes in the address that is signed: scheme, host, port, and what does not belong there.

use std::collections::HashSet;

use countersign_protocol::{AccountId, Service};

use super::{Emit, Variant, changed, http};
use crate::mistake::Mistake;
use crate::recipe::{Base, Origin, Recipe};
use crate::scene::{Scene, default_port, split_port};

pub(super) const VARIANTS: &[Variant] = &[
    Variant {
        mistake: Mistake::UserinfoSigned,
        change: userinfo_signed,
    },
    Variant {
        mistake: Mistake::FragmentSigned,
        change: fragment_signed,
    },
    Variant {
        mistake: Mistake::DefaultPortSigned,
        change: default_port_signed,
    },
    Variant {
        mistake: Mistake::PortMissing,
        change: port_missing,
    },
    Variant {
        mistake: Mistake::SchemeMismatch,
        change: scheme_mismatch,
    },
    Variant {
        mistake: Mistake::HostNotLowercased,
        change: host_not_lowercased,
    },
    Variant {
        mistake: Mistake::RedirectFollowed,
        change: redirect_followed,
    },
    Variant {
        mistake: Mistake::HostMismatch,
        change: host_mismatch,
    },
];

/// Hosts of NetSuite that are no account's own.
const SHARED_HOSTS: [&str; 12] = [
    "rest.netsuite.com",
    "webservices.netsuite.com",
    "system.netsuite.com",
    "app.netsuite.com",
    "rest.na1.netsuite.com",
    "rest.na2.netsuite.com",
    "rest.na3.netsuite.com",
    "rest.eu1.netsuite.com",
    "rest.eu2.netsuite.com",
    "rest.sandbox.netsuite.com",
    "restlets.api.netsuite.com",
    "suitetalk.api.netsuite.com",
];

fn userinfo_signed<'a>(scene: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let (Some(right), Some(written)) = (http(base), scene.evidence.known.written_url) else {
        return;
    };
    let authority = written.split_once("://").map_or(written, |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    if let Some((user, _)) = authority.rsplit_once('@') {
        changed(right, emit, |recipe| {
            recipe.host = format!("{user}@{}", recipe.host).into();
        });
    }
}

fn fragment_signed<'a>(scene: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let (Some(right), Some(written)) = (http(base), scene.evidence.known.written_url) else {
        return;
    };
    let Some((_, fragment)) = written.split_once('#') else {
        return;
    };
    changed(right, emit, |recipe| {
        recipe.behind_path = format!("#{fragment}").into();
    });
    // Taken for the end of the last value.
    changed(right, emit, |recipe| {
        if let Some(last) = recipe
            .parameters
            .iter_mut()
            .rfind(|parameter| parameter.origin == Origin::Query)
        {
            last.value = [&*last.value, b"#", fragment.as_bytes()].concat().into();
        }
    });
}

fn default_port_signed<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base).filter(|right| right.port.is_none()) else {
        return;
    };
    changed(right, emit, |recipe| {
        recipe.port = Some(default_port(recipe.scheme));
    });
}

fn port_missing<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base).filter(|right| right.port.is_some()) else {
        return;
    };
    changed(right, emit, |recipe| recipe.port = None);
}

fn scheme_mismatch<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    changed(right, emit, |recipe| recipe.scheme = other_scheme(recipe));
    if right.port.is_some() {
        changed(right, emit, |recipe| {
            recipe.scheme = other_scheme(recipe);
            recipe.port = None;
        });
    }
}

fn other_scheme(recipe: &Recipe<'_>) -> &'static str {
    if recipe.scheme == "https" { "http" } else { "https" }
}

fn host_not_lowercased<'a>(scene: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    let (as_sent, _) = split_port(scene.evidence.authority);
    let (label, rest) = right.host.split_once('.').unwrap_or((&right.host, ""));
    let with_label = |label: &str| [label, rest].join(".").trim_end_matches('.').to_owned();
    let capitalised = right.host.get(..1).unwrap_or_default().to_ascii_uppercase()
        + right.host.get(1..).unwrap_or_default();
    let spellings = [
        as_sent.to_owned(),
        right.host.to_ascii_uppercase(),
        with_label(&label.to_ascii_uppercase()),
        with_label(&label.to_ascii_uppercase().replace('-', "_")),
        capitalised,
    ];
    for host in spellings {
        changed(right, emit, |recipe| recipe.host = host.into());
    }
}

/// The host that was called lies in a data center of its own; the one that was signed does not say so.
fn redirect_followed<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    if let Some(first) = without_data_center(&right.host) {
        changed(right, emit, |recipe| recipe.host = first.clone().into());
    }
}

fn without_data_center(host: &str) -> Option<String> {
    let is_data_center = |label: &str| {
        let letters = label.trim_end_matches(|digit: char| digit.is_ascii_digit());
        letters.len() < label.len() && matches!(letters, "na" | "eu" | "au" | "ap" | "sa" | "me" | "uk")
    };
    let labels: Vec<&str> = host.split('.').collect();
    let at = labels.iter().position(|label| is_data_center(label))?;
    let rest: Vec<&str> = labels
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != at)
        .map(|(_, label)| *label)
        .collect();
    host.ends_with(".netsuite.com").then(|| rest.join("."))
}

fn host_mismatch<'a>(scene: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    for host in other_hosts(scene, &right.host) {
        let (name, port) = split_port(&host);
        let as_called = (right.scheme, port.or(right.port));
        let mut ways = vec![as_called];
        if right.port.is_some() || right.scheme == "http" {
            // Signed for NetSuite, but sent to an account on this machine.
            ways.extend(
                [("https", port), ("http", port)]
                    .into_iter()
                    .filter(|way| *way != as_called),
            );
        }
        for (scheme, port) in ways {
            changed(right, emit, |recipe| {
                recipe.host = name.to_owned().into();
                recipe.port = port;
                recipe.scheme = scheme;
            });
        }
    }
}

/// Every host that the caller may have meant, the nearest first.
fn other_hosts(scene: &Scene<'_>, called: &str) -> Vec<String> {
    let mut hosts: Vec<String> = scene
        .evidence
        .known
        .hosts
        .iter()
        .map(|host| host.to_ascii_lowercase())
        .collect();
    let of_label = |label: &str| Service::ALL.map(|service| format!("{label}{}", service.host_suffix()));
    for account in &scene.accounts {
        let label = account.host_label();
        hosts.extend(of_label(&label));
        hosts.extend(of_label(&label.replace('-', "_")));
    }
    for account in &scene.accounts {
        let (base, _) = account.as_str().split_once('_').unwrap_or((account.as_str(), ""));
        let sandboxes = ["SB1", "SB2", "SB3", "RP"].map(|suffix| format!("{base}_{suffix}"));
        let related = sandboxes.iter().map(String::as_str).chain([base]);
        for account in related.filter_map(|id| id.parse::<AccountId>().ok()) {
            hosts.extend(of_label(&account.host_label()));
        }
    }
    hosts.extend(SHARED_HOSTS.map(str::to_owned));
    hosts.extend(["localhost".to_owned(), "127.0.0.1".to_owned()]);
    hosts.extend(without_data_center(called));
    let mut seen = HashSet::from([called.to_owned()]);
    hosts.retain(|host| seen.insert(host.clone()));
    hosts
}
