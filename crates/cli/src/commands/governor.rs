//! `countersign governor`.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use countersign_proxy::Survey;
use http::Request;
use http_body_util::BodyExt as _;
use serde_json::Value;
use tokio::net::UnixStream;
use tokio::time::MissedTickBehavior;

use crate::admin_client;
use crate::command::Governor;
use crate::failure::{Exit, Failure};
use crate::folder;
use crate::gauge;
use crate::output::{self, BOLD, DIM};
use crate::paste;
use crate::proxy_server;
use crate::running::StopRequests;
use crate::screen::Screen;
use crate::table;

const EVERY: Duration = Duration::from_secs(1);
/// A proxy that runs answers at once.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn run(governor: Governor) -> Result<Exit, Failure> {
    let data = folder::chosen(governor.data)?;
    let first = look(&data).await?;
    if !governor.watch {
        match governor.json {
            true => output::say_json(&first)?,
            false => {
                let lines = gauge::lines(&survey(first)?, table::width());
                lines.iter().try_for_each(|line| output::say(line))?;
            }
        }
        return Ok(Exit::Success);
    }
    let mut stop = StopRequests::catch()?;
    tokio::select! {
        watched = watch(&data, first, governor.json) => watched,
        () = stop.next() => Ok(Exit::Success),
    }
}

/// Until the proxy ends, or nobody reads.
async fn watch(data: &Path, first: Value, as_json: bool) -> Result<Exit, Failure> {
    let mut screen = match as_json {
        true => None,
        false => Screen::take()?,
    };
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    let mut seen = first;
    loop {
        match &mut screen {
            Some(screen) => {
                let survey = survey(seen)?;
                let lines = gauge::lines(&survey, Some(screen.width()));
                screen.draw(&head(data, &survey), lines)?;
            }
            None if as_json => output::say_json(&seen)?,
            None => {
                let lines = gauge::log_lines(&survey(seen)?);
                lines.iter().try_for_each(|line| output::say(line))?;
            }
        }
        ticks.tick().await;
        seen = look(data).await?;
    }
}

fn head(data: &Path, survey: &Survey) -> [String; 2] {
    let time = gauge::time(survey);
    let time = time.get(11..19).unwrap_or_default();
    let data = table::plain(&data.display().to_string());
    let title = format!("{BOLD}Governor{BOLD:#} {DIM}at {time} UTC, Ctrl-C ends it; proxy of {data}{DIM:#}");
    [title, String::new()]
}

fn survey(seen: Value) -> Result<Survey, Failure> {
    serde_json::from_value(seen).map_err(|error| unreadable(&error))
}

/// What the proxy of a data folder says of this moment.
pub(super) async fn look(data: &Path) -> Result<Value, Failure> {
    let stream = UnixStream::connect(proxy_server::socket(data)).await;
    let stream = stream.map_err(|_| {
        let start = paste::command_on(&["proxy"], data);
        Failure::no_connection(format!("no proxy of {} can be asked", data.display())).hint(format!(
            "start one with: {start}; one that runs says in its log why it cannot be asked"
        ))
    })?;
    let request = Request::get("/governor").header(http::header::HOST, "localhost");
    let request = request.body(Bytes::new());
    let request = request.map_err(|error| Failure::usage(format!("this cannot be asked for: {error}")))?;
    let asked = async {
        let answer = admin_client::over(stream, request, broken).await?;
        Ok::<_, Failure>(answer.into_body().collect().await?.to_bytes())
    };
    let answer = tokio::time::timeout(PATIENCE, asked).await;
    let answer = answer.map_err(|_| {
        let seconds = PATIENCE.as_secs();
        Failure::no_connection(format!("the proxy did not answer within {seconds} s"))
            .hint("its log may say why")
    })??;
    serde_json::from_slice(&answer).map_err(|error| unreadable(&error))
}

fn broken(error: hyper::Error) -> Failure {
    Failure::no_connection(format!("the proxy broke off: {error}")).hint("its log says why")
}

fn unreadable(error: &dyn std::fmt::Display) -> Failure {
    Failure::unusable(format!("the proxy's answer cannot be read: {error}"))
        .hint("use the same version of countersign for both")
}
