//! The command line as a whole: a changed word or flag shows in review.

use crate::machine::Machine;

const COMMANDS: &[&[&str]] = &[
    &[],
    &["demo"],
    &["serve"],
    &["call"],
    &["sign"],
    &["conformance"],
    &["account"],
    &["account", "list"],
    &["account", "show"],
    &["account", "features"],
    &["account", "settings"],
    &["account", "apply"],
    &["account", "export"],
    &["account", "create"],
    &["account", "snapshot"],
    &["account", "snapshots"],
    &["account", "restore"],
    &["account", "reset"],
    &["account", "refresh"],
    &["integration"],
    &["integration", "list"],
    &["integration", "show"],
    &["integration", "create"],
    &["integration", "edit"],
    &["integration", "reset-credentials"],
    &["integration", "block"],
    &["integration", "enable"],
    &["integration", "uninstall"],
    &["role"],
    &["role", "list"],
    &["role", "show"],
    &["role", "create"],
    &["role", "edit"],
    &["role", "permissions"],
    &["user"],
    &["user", "list"],
    &["user", "show"],
    &["user", "create"],
    &["user", "edit"],
    &["user", "password"],
    &["user", "unlock"],
    &["user", "remove-second-factor"],
    &["user", "give-role"],
    &["user", "take-role"],
    &["user", "delete"],
    &["token"],
    &["token", "list"],
    &["token", "show"],
    &["token", "create"],
    &["token", "rename"],
    &["token", "inactivate"],
    &["token", "activate"],
    &["token", "revoke"],
    &["api-key"],
    &["api-key", "list"],
    &["api-key", "create"],
    &["api-key", "revoke"],
    &["audit"],
    &["audit", "notes"],
    &["audit", "executions"],
    &["governance"],
    &["lever"],
    &["lever", "clock"],
    &["lever", "fault"],
    &["lever", "fault", "add"],
    &["key"],
    &["key", "check"],
    &["key", "rotate"],
    &["key", "rewrap"],
    &["backup"],
    &["restore"],
    &["completions"],
];

#[test]
fn the_help_of_every_command_is_as_reviewed() {
    let machine = Machine::new();
    let mut reference = String::new();
    for command in COMMANDS {
        let run = machine.run(&[command, &["--help"][..]].concat()).ends_with(0);
        assert_eq!(run.err, "");
        let help: Vec<&str> = run.out.lines().map(str::trim_end).collect();
        reference.push_str(&format!(
            "$ countersign {}\n\n{}\n\n",
            [command, &["--help"][..]].concat().join(" "),
            help.join("\n")
        ));
    }
    insta::assert_snapshot!("reference", reference);
}

#[test]
fn completions_know_the_words_of_closed_lists() {
    let machine = Machine::new();
    let script = machine.run(&["completions", "bash"]).ends_with(0).out;
    for word in [
        "rest-web-services",
        "waiting-for-approval",
        "premium",
        "restlets",
        "sales-manager",
    ] {
        assert!(script.contains(word), "{word}");
    }
}

#[test]
fn the_long_help_of_every_command_has_examples() {
    let machine = Machine::new();
    for command in COMMANDS {
        let [command] = command else { continue };
        let help = machine.run(&[command, "--help"]).ends_with(0).out;
        let examples = help
            .lines()
            .filter(|line| line.trim_start().starts_with("countersign ") || line.contains("$(countersign "));
        assert!(*command == "completions" || examples.count() >= 2, "{help}");
    }
}

#[test]
fn every_command_that_help_lists_is_in_the_reference() {
    let machine = Machine::new();
    let help = machine.run(&["--help"]).out;
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    for line in commands.lines().take_while(|line| !line.is_empty()) {
        // A line that goes on is indented further.
        let Some(name) = line.strip_prefix("  ").and_then(|line| line.split(' ').next()) else {
            continue;
        };
        let known = COMMANDS.iter().any(|command| command.first() == Some(&name));
        assert!(known || name.is_empty() || name == "help", "{name}");
    }
}

#[test]
fn completions_are_made_for_every_shell() {
    let machine = Machine::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = machine.run(&["completions", shell]).ends_with(0);
        assert!(run.out.contains("conformance"), "{shell}");
        assert_eq!(run.err, "");
    }
}

#[test]
fn the_version_is_the_workspaces() {
    let machine = Machine::new();
    let run = machine.run(&["--version"]).ends_with(0);
    assert_eq!(run.out, format!("countersign {}\n", env!("CARGO_PKG_VERSION")));
}
