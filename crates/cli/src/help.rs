//! The help of the program itself: its commands in groups, by what somebody is after.

use clap::Command;

use crate::table;

/// No line is wider, as in the help of every command.
const WIDEST: usize = 100;

/// Narrower than this, lines are broken by the terminal.
const NARROWEST: usize = 40;

/// Every command that is listed is in one group.
const GROUPS: [(&str, &[&str]); 6] = [
    (
        "Find out what is wrong",
        &["run", "explain", "doctor", "mistakes", "demo"],
    ),
    (
        "Keep a local account",
        &[
            "serve",
            "env",
            "watch",
            "audit",
            "account",
            "integration",
            "role",
            "user",
            "token",
            "api-key",
            "governance",
            "record-type",
            "record",
            "lever",
            "coverage",
            "key",
            "backup",
            "restore",
        ],
    ),
    ("Run RESTlets", &["script", "logs"]),
    (
        "Keep credentials, and sign for programs that hold none",
        &[
            "connection",
            "status",
            "proxy",
            "governor",
            "exec",
            "caller",
            "grant",
        ],
    ),
    ("Sign, and test a signer", &["call", "sign", "conformance"]),
    ("This program", &["completions", "help"]),
];

/// The command, with its commands listed in groups. Clap lists them in one: they are hidden from it, and only there.
pub(crate) fn grouped(command: Command) -> Command {
    let width = table::width().unwrap_or(WIDEST).clamp(NARROWEST, WIDEST);
    let listed = listed(&command, width);
    command
        .help_template(format!(
            "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{listed}\n{{all-args}}{{after-help}}"
        ))
        .override_usage("countersign [OPTIONS] <COMMAND>")
        .mut_subcommands(|below| below.hide(true))
}

fn listed(command: &Command, width: usize) -> String {
    let column = GROUPS.iter().flat_map(|(_, names)| *names).map(|name| name.len());
    let column = column.max().unwrap_or_default();
    let mut text = String::new();
    let (header, literal) = (
        command.get_styles().get_header(),
        command.get_styles().get_literal(),
    );
    for (title, names) in GROUPS {
        text.push_str(&format!("\n{header}{title}:{header:#}\n"));
        for name in names {
            let about = about(command, name);
            let lines = table::wrapped(&about, width.saturating_sub(column + 4));
            for (number, line) in lines.iter().enumerate() {
                let name = if number == 0 { name } else { "" };
                text.push_str(&format!("  {literal}{name:column$}{literal:#}  {line}\n"));
            }
        }
    }
    text
}

fn about(command: &Command, name: &str) -> String {
    let of = command.find_subcommand(name).and_then(Command::get_about);
    // Clap adds this command itself, when it reads the command line.
    of.map_or_else(
        || "Print this, or the help of a command".to_owned(),
        ToString::to_string,
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::*;
    use crate::command::Cli;

    #[test]
    fn every_command_is_in_one_group_and_no_other_is() {
        let grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        let all = Cli::command();
        let shown = all.get_subcommands().filter(|command| !command.is_hide_set());
        let shown: BTreeSet<&str> = shown.map(Command::get_name).chain(["help"]).collect();
        assert_eq!(grouped.iter().copied().collect::<BTreeSet<_>>(), shown);
        assert_eq!(grouped.len(), shown.len());
    }

    #[test]
    fn a_list_is_no_wider_than_the_terminal() {
        let listed = listed(&Cli::command(), 60);
        let listed = anstream::adapter::strip_str(&listed).to_string();
        assert!(listed.lines().all(|line| line.chars().count() <= 60), "{listed}");
        assert!(listed.contains("\n  explain      Say what is wrong"), "{listed}");
    }
}
