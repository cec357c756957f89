//! The command line as a whole: a changed word or flag shows in review.

use std::path::Path;
use std::process::Command;

use crate::connections::{Stage, hexadecimal};
use crate::machine::{self, Machine, Run};

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

/// What a shell is told for a line whose last word is being written.
fn completed(machine: &Machine, line: &[&str]) -> Vec<String> {
    let mut command = machine.command(&["--"]);
    command
        .args(line)
        .env("COUNTERSIGN_COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", (line.len() - 1).to_string())
        .env("_CLAP_IFS", "\n");
    let run = Run::of(&mut command).ends_with(0);
    assert_eq!(run.err, "");
    run.out.lines().map(str::to_owned).collect()
}

#[test]
fn completions_know_the_words_of_closed_lists_files_and_the_names_that_are_there() {
    let stage = Stage::new();
    stage.add("acme", &hexadecimal()).ends_with(0);
    stage.run(&["caller", "add", "nightly-sync"]).ends_with(0);
    let machine = &stage.machine;
    machine.write("values.env", "");
    let cases: [(&[&str], &[&str]); 11] = [
        (&["exp"], &["explain"]),
        (
            &["account", "features", "--enable", "rest-web"],
            &["rest-web-services"],
        ),
        (
            &["account", "show", "--data", "account", "--account", "12"],
            &["1234567_SB1"],
        ),
        (&["doctor", "--data", "here", "a"], &["acme"]),
        (&["connection", "rotate", "--data=here", "a"], &["acme"]),
        (&["connection", "add", "--data", "here", "a"], &[]),
        (&["exec", "--data", "here", "--connection", ""], &["acme"]),
        (&["caller", "revoke", "--data", "here", "n"], &["nightly-sync"]),
        (&["doctor", "--data", "nowhere", "a"], &[]),
        (&["mistakes", "realm_h"], &["realm_host_mismatch", "realm_hyphen"]),
        (&["explain", "val"], &["values.env"]),
    ];
    for (line, words) in cases {
        let mut found = completed(machine, &[&["countersign"], line].concat());
        found.sort();
        assert_eq!(found, words, "{line:?}");
    }
    assert!(!machine.path("nowhere").exists(), "looking made nothing");
}

#[test]
fn completions_are_made_for_every_shell() {
    let machine = Machine::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = machine.run(&["completions", shell]).ends_with(0);
        assert!(run.out.contains("COUNTERSIGN_COMPLETE"), "{shell}");
        assert_eq!(run.err, "");
    }
    let asked = "source <(\"$0\" completions bash); COMP_WORDS=(countersign expl); COMP_CWORD=1; COMP_TYPE=9; \
                 _clap_complete_countersign countersign expl countersign; echo \"${COMPREPLY[*]}\"";
    let folder = Path::new(machine::BINARY).parent().unwrap();
    let mut bash = Command::new("bash");
    bash.args(["-c", asked, machine::BINARY])
        .env("HOME", machine.home())
        .env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
    assert_eq!(Run::of(&mut bash).ends_with(0).out, "explain\n");
}

#[test]
fn members_of_json_are_in_camel_case() {
    let coverage = Machine::new().run(&["coverage", "--json"]).ends_with(0).json();
    let members: Vec<&String> = coverage.as_object().unwrap().keys().collect();
    assert!(coverage["missingRecordTypes"].is_array(), "{members:?}");
    assert!(members.iter().all(|member| !member.contains('_')), "{members:?}");
}

#[test]
fn the_version_is_the_workspaces() {
    let machine = Machine::new();
    let run = machine.run(&["--version"]).ends_with(0);
    assert_eq!(run.out, format!("countersign {}\n", env!("CARGO_PKG_VERSION")));
}
