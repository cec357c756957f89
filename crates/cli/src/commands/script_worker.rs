//! `countersign script-worker`: a script in a process of its own.

use countersign_suitescript::{members, serve_script};

use crate::command::ScriptWorker;
use crate::failure::{Exit, Failure};
use crate::output;

pub(crate) fn run(worker: &ScriptWorker) -> Result<Exit, Failure> {
    if worker.members {
        let members = members().map_err(|thrown| Failure::system("load the modules", &thrown.message))?;
        output::say(&members)?;
    } else {
        serve_script().map_err(|error| Failure::system("run the script", &error))?;
    }
    Ok(Exit::Success)
}
