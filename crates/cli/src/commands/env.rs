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
    output::say(&text(env.form, &way_in))?;
    Ok(Exit::Success)
}

fn text(form: Form, way_in: &WayIn) -> String {
    let lines = |variables: Vec<(&str, String)>, line: fn(&str, &str) -> String| {
        let lines = variables.iter().map(|(name, value)| line(name, value));
        lines.collect::<Vec<_>>().join("\n")
    };
    match form {
        Form::Shell => {
            let export = |name: &str, value: &str| format!("export {name}={}", paste::quoted(value));
            format!("{}\nunset {UNSET}", lines(way_in.variables(), export))
        }
        Form::Docker => {
            let set = |name: &str, value: &str| format!("ENV {name}={}", quoted(value));
            let volume = format!("{}:{IN_CONTAINER}:ro", way_in.files().display());
            let variables = way_in.variables_elsewhere(Path::new(IN_CONTAINER));
            format!(
                "# docker run --network host --volume {} …\n{}",
                paste::quoted(&volume),
                lines(variables, set)
            )
        }
        Form::Github => lines(way_in.variables(), |name, value| format!("{name}={value}")),
        Form::Dotenv => lines(way_in.variables(), |name, value| {
            format!("{name}={}", quoted(value))
        }),
    }
}

/// In double quotes where a space would end it.
fn quoted(value: &str) -> String {
    if value.contains([' ', '"']) {
        format!("\"{}\"", value.replace('\\', r"\\").replace('"', "\\\""))
    } else {
        value.to_owned()
    }
}
