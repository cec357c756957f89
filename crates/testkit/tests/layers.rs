//! The crates' arrows: each crate stands on a layer and depends only on lower ones. docs/architecture.md draws it.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a workspace that cannot be read fails the test"
)]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};

/// Every crate of the workspace, from the ground up. Those of one line do not see each other.
const LAYERS: &[&[&str]] = &[
    &["countersign-world", "countersign-durable", "countersign-spelling"],
    &["countersign-protocol", "countersign-seal", "countersign-ca"],
    &[
        "countersign-model",
        "countersign-diagnose",
        "countersign-capture",
        "countersign-database",
        "countersign-governor",
        "countersign-suiteql",
        "countersign-suitescript",
        "countersign-bearer",
    ],
    &[
        "countersign-store",
        "countersign-ledger",
        "countersign-records",
        "countersign-credential",
        "countersign-levers",
        "countersign-account-file",
        "countersign-vault",
    ],
    &[
        "countersign-authority",
        "countersign-client",
        "countersign-front",
        "countersign-web",
        "countersign-soap",
    ],
    &["countersign-shape", "countersign-scripts"],
    &[
        "countersign-admin",
        "countersign-pages",
        "countersign-doctor",
        "countersign-proxy",
    ],
    &["countersign-server", "countersign-vectors", "countersign-nango"],
    &[
        "countersign-conformance",
        "countersign-console",
        "countersign-laws",
    ],
    &["countersign"],
];

/// The calling end of the wire, which must not reach anything of the account's end, also where a layer would let it.
const CALLING_END: &[&str] = &[
    "countersign-client",
    "countersign-console",
    "countersign-doctor",
    "countersign-governor",
    "countersign-proxy",
    "countersign-nango",
    "countersign-vault",
];
const ACCOUNT_END: &[&str] = &[
    "countersign-store",
    "countersign-ledger",
    "countersign-records",
    "countersign-suiteql",
    "countersign-soap",
    "countersign-shape",
    "countersign-credential",
    "countersign-levers",
    "countersign-account-file",
    "countersign-authority",
    "countersign-admin",
    "countersign-pages",
    "countersign-server",
    "countersign-conformance",
];

/// May see every crate; only tests may see it.
const TESTKIT: &str = "countersign-testkit";

/// What the crates that only compute must not reach: a runtime, a database, a random source, a network.
const OUTSIDE_WORLD: &[&str] = &[
    "tokio",
    "rusqlite",
    "refinery",
    "getrandom",
    "rand",
    "hyper",
    "axum",
    "reqwest",
    "ureq",
    "socket2",
    "mio",
];

/// May depend on nothing of the outside world, however far down.
const ALONE: &[&str] = &["countersign-protocol"];

/// May not depend on it directly. Their moments are those of `world`, which also holds the system's random source.
const PURE: &[&str] = &[
    "countersign-model",
    "countersign-diagnose",
    "countersign-capture",
    "countersign-account-file",
];

fn metadata() -> Metadata {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).exec();
    metadata.expect("cargo reads the workspace")
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&name))
}

/// The crates of this workspace that each crate depends on, in a way `kind` accepts.
fn arrows(metadata: &Metadata, kind: impl Fn(DependencyKind) -> bool) -> BTreeMap<String, BTreeSet<String>> {
    let packages = metadata.workspace_packages();
    let ours: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    packages
        .iter()
        .map(|package| {
            let seen = package
                .dependencies
                .iter()
                .filter(|dependency| kind(dependency.kind) && ours.contains(dependency.name.as_str()))
                .map(|dependency| dependency.name.clone());
            (package.name.to_string(), seen.collect())
        })
        .collect()
}

fn is_built_in(kind: DependencyKind) -> bool {
    kind != DependencyKind::Development
}

#[test]
fn every_crate_stands_on_exactly_one_layer() {
    let metadata = metadata();
    let crates: BTreeSet<String> = metadata
        .workspace_packages()
        .iter()
        .map(|package| package.name.to_string())
        .filter(|name| name != TESTKIT)
        .collect();
    let placed: Vec<String> = LAYERS.concat().iter().map(|name| (*name).to_owned()).collect();
    let unique: BTreeSet<String> = placed.iter().cloned().collect();
    assert_eq!(placed.len(), unique.len(), "a crate stands on two layers");
    assert_eq!(
        crates, unique,
        "left: the workspace; right: the table of layers in this test"
    );
    for name in [CALLING_END, ACCOUNT_END, ALONE, PURE].concat() {
        assert!(
            crates.contains(name),
            "{name} is held to a rule and does not exist"
        );
    }
}

#[test]
fn the_architecture_draws_these_layers() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/architecture.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let drawn = page.split("```").find(|block| block.starts_with("layers\n"));
    let drawn: Vec<BTreeSet<String>> = drawn
        .expect("the page has a block of the layers")
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().map(str::to_owned).collect())
        .collect();
    let held: Vec<BTreeSet<String>> = LAYERS
        .iter()
        .rev()
        .map(|layer| layer.iter().map(|name| short(name).to_owned()).collect())
        .collect();
    assert_eq!(
        drawn, held,
        "left: docs/architecture.md; right: the table of layers in this test"
    );
}

/// What a document calls a crate: its folder, and `cli` for the binary.
fn short(name: &str) -> &str {
    name.strip_prefix("countersign-").unwrap_or("cli")
}

#[test]
fn arrows_only_point_to_lower_layers() {
    let mut wrong = Vec::new();
    for (from, seen) in arrows(&metadata(), is_built_in) {
        let Some(own) = layer(&from) else { continue };
        wrong.extend(
            seen.iter()
                .filter(|to| layer(to).is_none_or(|other| other >= own))
                .map(|to| format!("{from} -> {to}")),
        );
    }
    assert!(wrong.is_empty(), "these arrows do not point down: {wrong:?}");
}

#[test]
fn the_calling_end_never_sees_the_account() {
    let metadata = metadata();
    for package in metadata.workspace_packages() {
        if !CALLING_END.contains(&package.name.as_str()) {
            continue;
        }
        let reached = everything_below(&metadata, &package.name);
        let account: Vec<_> = reached
            .iter()
            .filter(|name| ACCOUNT_END.contains(&name.as_str()))
            .collect();
        assert!(account.is_empty(), "{} reaches {account:?}", package.name);
    }
}

#[test]
fn only_tests_see_the_testkit() {
    let seen_by: Vec<_> = arrows(&metadata(), is_built_in)
        .into_iter()
        .filter(|(_, seen)| seen.contains(TESTKIT))
        .map(|(name, _)| name)
        .collect();
    assert!(seen_by.is_empty(), "{seen_by:?} would ship the testkit");
}

#[test]
fn the_protocol_reaches_nothing_of_the_outside_world() {
    let metadata = metadata();
    for name in ALONE {
        let reached = everything_below(&metadata, name);
        let outside: Vec<_> = reached
            .iter()
            .filter(|name| OUTSIDE_WORLD.contains(&name.as_str()))
            .collect();
        assert!(outside.is_empty(), "{name} reaches {outside:?}");
        let own: Vec<_> = reached.iter().filter(|name| layer(name).is_some()).collect();
        assert!(
            own.is_empty(),
            "{name} is published on its own, but needs {own:?}"
        );
    }
}

#[test]
fn the_crates_that_only_compute_ask_for_nothing_of_the_outside_world() {
    let metadata = metadata();
    for package in metadata.workspace_packages() {
        if !PURE.contains(&package.name.as_str()) {
            continue;
        }
        let outside: Vec<_> = package
            .dependencies
            .iter()
            .filter(|dependency| {
                is_built_in(dependency.kind) && OUTSIDE_WORLD.contains(&dependency.name.as_str())
            })
            .map(|dependency| &dependency.name)
            .collect();
        assert!(outside.is_empty(), "{} depends on {outside:?}", package.name);
    }
}

/// The names of all packages that are built into this one, with the features this workspace asks for.
fn everything_below(metadata: &Metadata, name: &str) -> BTreeSet<String> {
    let resolve = metadata.resolve.as_ref().expect("the dependencies are resolved");
    let nodes: BTreeMap<&PackageId, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let root = metadata.packages.iter().find(|package| package.name == name);
    let mut waiting = vec![&root.expect("the crate is in the workspace").id];
    let mut reached = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        for below in &nodes[id].deps {
            let built_in = below.dep_kinds.iter().any(|info| is_built_in(info.kind));
            if built_in && reached.insert(&below.pkg) {
                waiting.push(&below.pkg);
            }
        }
    }
    reached.iter().map(|id| metadata[*id].name.to_string()).collect()
}
