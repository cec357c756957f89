//! Links: to the pages of connections, and for whoever gives the credentials of one.

use std::time::Duration;

use countersign_console::{Console, link_to_pages, link_to_setup};
use countersign_protocol::{Environment, LocalServer};
use countersign_vault::{ConnectionId, Invitation, Link, LinkDraft, Purpose};
use http::Uri;
use serde_json::json;

use super::done;
use crate::ask;
use crate::command::{EnvironmentKind, Sure};
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::output::{self, BOLD, DIM};
use crate::paste;
use crate::proxy_server::{self, PAGES, PROXY};
use crate::vault_folder::VaultFolder;

/// A link that signs in to the pages of the proxy that runs.
pub(super) async fn pages(folder: &VaultFolder, world: &World, as_json: bool) -> Result<Exit, Failure> {
    let Some(url) = proxy_server::told(&folder.data, PAGES).await else {
        let start = paste::command_on(&["proxy", "--pages"], &folder.data);
        return Err(
            Failure::no_connection("no proxy of this data folder serves pages")
                .hint(format!("start one with: {start}")),
        );
    };
    let by = VaultFolder::by(world);
    let (token, link) = folder.vault.make_link(link_to_pages(), by).await?;
    let address = format!("{url}{}", Console::sign_in_path(&token));
    match as_json {
        true => output::say_json(&json!({ "link": address, "expires": link.expires.to_string() }))?,
        false => output::say(&format!(
            "{BOLD}{address}{BOLD:#}\n{DIM}It works once, for a quarter of an hour.{DIM:#}"
        ))?,
    }
    Ok(Exit::Success)
}

/// What somebody is invited to.
pub(super) struct Invited {
    pub(super) name: ConnectionId,
    pub(super) hours: u64,
    pub(super) environment: Option<EnvironmentKind>,
    pub(super) url: Option<String>,
    pub(super) server: Option<LocalServer>,
    pub(super) sure: Sure,
}

pub(super) async fn invite(
    folder: &VaultFolder,
    world: &World,
    invited: Invited,
    as_json: bool,
) -> Result<Exit, Failure> {
    let base = match &invited.url {
        Some(url) => reachable(url)?,
        None => proxy_server::told(&folder.data, PROXY).await.ok_or_else(|| {
            let start = paste::command_on(&["proxy"], &folder.data);
            Failure::no_connection("no proxy of this data folder runs, and the page is served by one").hint(
                format!("start one with: {start}; or say with --url where others will reach it"),
            )
        })?,
    };
    replaces(folder, world, &invited).await?;
    let draft = LinkDraft {
        purpose: Purpose::Credentials(Invitation {
            connection: invited.name.clone(),
            account: None,
            environment: invited.environment.map(|kind| match kind {
                EnvironmentKind::Production => Environment::Production,
                EnvironmentKind::Sandbox => Environment::Sandbox,
                EnvironmentKind::ReleasePreview => Environment::ReleasePreview,
            }),
            server: invited.server,
        }),
        lasts: Duration::from_hours(invited.hours),
    };
    let (token, link) = folder.vault.make_link(draft, VaultFolder::by(world)).await?;
    let address = link_to_setup(&base, &token);
    if as_json {
        output::say_json(&json!({
            "connection": invited.name.as_str(),
            "link": address.expose(),
            "expires": link.expires.to_string(),
            "renews": link.is_of_a_connection(),
        }))?;
        return Ok(Exit::Success);
    }
    let what = match link.is_of_a_connection() {
        true => format!("give connection {} new credentials of its account", invited.name),
        false => format!("give the credentials of the new connection {}", invited.name),
    };
    let withdraw = paste::command_on(
        &["connection", "invite", invited.name.as_str(), "--withdraw"],
        &folder.data,
    );
    let until = super::moment_of(link.expires);
    output::say(&format!("{BOLD}{}{BOLD:#}", address.expose()))?;
    output::say(&format!(
        "{DIM}Whoever opens it can {what}, once, until {until} UTC. Send it so that only they read it; end it with:{DIM:#}\n  \
         {DIM}{withdraw}{DIM:#}"
    ))?;
    Ok(Exit::Success)
}

/// Asks before a link that somebody may have been sent works no more.
async fn replaces(folder: &VaultFolder, world: &World, invited: &Invited) -> Result<(), Failure> {
    let open = folder.vault.invitations(world.clock.now()).await?;
    let is_for_it = |link: &&Link| match &link.purpose {
        Purpose::Credentials(invitation) => invitation.connection == invited.name,
        Purpose::Pages => false,
    };
    let Some(link) = open.iter().find(is_for_it) else {
        return Ok(());
    };
    let what = format!(
        "Another link for connection {} ends the one that is open until {} UTC, which whoever has it can use no more; that",
        invited.name,
        super::moment_of(link.expires)
    );
    ask::sure(&what, &invited.sure)
}

pub(super) async fn withdraw(
    folder: &VaultFolder,
    world: &World,
    name: ConnectionId,
    as_json: bool,
) -> Result<Exit, Failure> {
    match folder
        .vault
        .withdraw_link(name.clone(), VaultFolder::by(world))
        .await?
    {
        true => done(&name, "has no open link any more", as_json),
        false => Err(
            Failure::unusable(format!("there is no open link for connection {name}"))
                .hint("it was used or withdrawn, or its time has passed"),
        ),
    }
}

/// Credentials would be read by everybody on the way.
fn reachable(url: &str) -> Result<String, Failure> {
    let parsed: Option<Uri> = url.parse().ok();
    let parsed = parsed.filter(|uri| matches!(uri.path(), "" | "/") && uri.query().is_none());
    let Some((scheme, host)) = parsed
        .as_ref()
        .and_then(|uri| Some((uri.scheme_str()?, uri.host()?)))
    else {
        return Err(Failure::usage(format!("{url:?} is no address of a proxy"))
            .hint("write it as https://connect.example.com, without a path"));
    };
    match scheme {
        "https" => Ok(url.trim_end_matches('/').to_owned()),
        "http" if LocalServer::is_host(host) => Ok(url.trim_end_matches('/').to_owned()),
        _ => Err(
            Failure::usage(format!("{url} would carry credentials without TLS"))
                .hint("give the https address where others reach the proxy"),
        ),
    }
}
