//! The command line as a whole: a changed word or flag shows in review.

use crate::machine::Machine;

/// The help of a command, and of every command below it.
fn helps(machine: &Machine, command: &[&str]) -> Vec<(String, String)> {
    let run = machine.run(&[command, &["--help"][..]].concat()).ends_with(0);
    assert_eq!(run.err, "");
    let lines: Vec<&str> = run.out.lines().map(str::trim_end).collect();
    let mut helps = vec![(command.join(" "), lines.join("\n"))];
    let listed = lines.iter().skip_while(|line| !line.starts_with("Usage:"));
    for line in listed.take_while(|line| **line != "Options:") {
        // Of an argument it begins with a bracket, and a line that goes on is indented further.
        let name = line.strip_prefix("  ").and_then(|line| line.split(' ').next());
        let name = name.filter(|name| name.starts_with(|letter: char| letter.is_ascii_lowercase()));
        if let Some(name) = name.filter(|name| *name != "help") {
            helps.extend(self::helps(machine, &[command, &[name]].concat()));
        }
    }
    helps
}

#[test]
fn the_help_of_every_command_is_as_reviewed() {
    let machine = Machine::new();
    let mut reference = String::new();
    for (command, help) in helps(&machine, &[]) {
        let command = format!("countersign {command}");
        reference.push_str(&format!("$ {} --help\n\n{help}\n\n", command.trim_end()));
    }
    insta::assert_snapshot!("reference", reference);
}

#[test]
fn the_help_of_every_command_has_an_example_of_it() {
    let machine = Machine::new();
    let of_all = helps(&machine, &[]);
    assert!(of_all.len() > 70, "{}", of_all.len());
    for (command, help) in of_all.iter().skip(1) {
        let (_, examples) = help
            .split_once("Example")
            .unwrap_or_else(|| panic!("{command}: {help}"));
        assert!(
            examples.contains(&format!("countersign {command}")),
            "{command}: {help}"
        );
        // What is wrapped is another command when it is pasted.
        for line in examples
            .lines()
            .filter(|line| line.trim_start().starts_with("countersign "))
        {
            assert!(line.chars().count() <= 80, "{command}: {line}");
        }
    }
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
