//! `countersign env`.

use std::path::Path;

use crate::admin_client;
use crate::command::{Env, Form};
use crate::failure::{Exit, Failure};
use crate::folder::{self, World};
use crate::output;
use crate::paste;
use crate::way_in::{UNSET, WayIn};

/// Where a container sees the files.
const IN_CONTAINER: &str = "/countersign";

pub(crate) async fn run(env: Env) -> Result<Exit, Failure> {
    let data = folder::of_accounts(env.data)?;
    let running = admin_client::connect(&data).await?;
    let gate = running.and_then(|_| folder::gate(&data)).ok_or_else(|| {
        let message = format!(
            "no server of {} takes TLS now, so there is no way in",
            data.display()
        );
        let serve = paste::command_on(&["serve"], &data);
        Failure::no_connection(message).hint(format!("start it with: {serve}"))
    })?;
    let way_in = WayIn::open(&data, gate, &World::system())?;
    output::say(&text(env.form, &way_in)?)?;
    Ok(Exit::Success)
}

fn text(form: Form, way_in: &WayIn) -> Result<String, Failure> {
    let variables = match form {
        Form::Docker => way_in.variables_elsewhere(Path::new(IN_CONTAINER)),
        Form::Shell | Form::Github | Form::Dotenv => way_in.variables(),
    };
    let lines = |line: fn(&str, &str) -> String| {
        let lines = variables.iter().map(|(name, value)| line(name, value));
        lines.collect::<Vec<_>>().join("\n")
    };
    if form == Form::Shell {
        let export = |name: &str, value: &str| format!("export {name}={}", paste::quoted(value));
        return Ok(format!("{}\nunset {UNSET}", lines(export)));
    }
    // Attack: what follows a line break would be another variable.
    let is_broken = |value: &str| value.contains(char::is_control);
    let volume = format!("{}:{IN_CONTAINER}:ro", way_in.files().display());
    let broken = variables.iter().find(|(_, value)| is_broken(value));
    if let Some((name, _)) = broken.or_else(|| variables.first().filter(|_| is_broken(&volume))) {
        let message =
            format!("what {name} needs has a line break or the like in it, which cannot be written so");
        return Err(Failure::unusable(message).hint("take --for shell, or a data folder with a plain name"));
    }
    Ok(match form {
        Form::Shell | Form::Github => lines(|name, value| format!("{name}={value}")),
        Form::Dotenv => lines(|name, value| format!("{name}={}", quoted(value))),
        Form::Docker => format!(
            "# docker run --network host --volume {} …\n{}",
            paste::quoted(&volume),
            lines(|name, value| format!("ENV {name}={}", quoted(value)))
        ),
    })
}

/// In double quotes, in which nothing that has a backslash before it is more than itself.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !value.is_empty() && value.chars().all(is_plain) {
        return value.to_owned();
    }
    let special = |c: char| matches!(c, '\\' | '"' | '$');
    let escaped = value
        .chars()
        .flat_map(|c| special(c).then_some('\\').into_iter().chain([c]));
    format!("\"{}\"", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_would_be_taken_apart_or_filled_in_is_quoted() {
        for (value, written) in [
            ("/data/tls/public/ca.pem", "/data/tls/public/ca.pem"),
            ("", "\"\""),
            ("/my data", "\"/my data\""),
            ("/a#b", "\"/a#b\""),
            ("/$HOME/${X}", "\"/\\$HOME/\\${X}\""),
            ("--require=\"/my data\"", "\"--require=\\\"/my data\\\"\""),
        ] {
            assert_eq!(quoted(value), written);
        }
    }
}
