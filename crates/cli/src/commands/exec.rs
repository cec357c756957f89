//! `countersign exec`.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU8;
use std::sync::Arc;
use std::time::Duration;

use countersign_front::Listener;
use countersign_proxy::{Parts, Proxy, Settings};
use countersign_vault::{
    Caller, CallerDraft, CallerKey, GrantDraft, Method, Scope, ServiceKind, Targets, Vault,
};
use countersign_world::environment;
use rustix::process::Rlimit;

use crate::child::{self, Signals};
use crate::command::Exec;
use crate::commands::connection;
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::lifeline::{self, Lifeline};
use crate::process;
use crate::proxy_server::{self, Beside, ProxyServer};
use crate::vault_folder::VaultFolder;

/// If the end is never reached, the key still comes to one.
const LONGEST: Duration = Duration::from_hours(24);
const GRACE: Duration = Duration::from_secs(10);

pub(crate) async fn run(exec: Exec) -> Result<Exit, Failure> {
    let usual_files = process::usual_files();
    // From here on a signal ends the program, and its key is revoked after it.
    let mut signals = Signals::catch()?;
    let world = World::system();
    let folder = VaultFolder::open(&exec.at, &world).await?;
    // Says that there is none before anything is made for it.
    connection::known(&folder, &exec.connection).await?;
    let VaultFolder { data, vault } = folder;
    lifeline::sweep(&vault, &data, &world).await?;
    let lifeline = Lifeline::begin(&data, &world)?;
    let (url, started) = match proxy_server::running(&data).await {
        Some(url) => (url, None),
        None => start(&vault, &world)
            .await
            .map(|(url, server)| (url, Some(server)))?,
    };
    let (caller, key) = admit(&exec, &vault, &lifeline, &world).await?;
    let ended = call(&exec, &url, &key, usual_files, &mut signals).await;
    drop(key);
    let revoked = vault.revoke_caller(caller.id, VaultFolder::by(&world)).await;
    if let Some(server) = started {
        server.stop().await?;
    }
    vault.close().await?;
    if revoked.is_ok() {
        lifeline.end();
    }
    let exit = ended?;
    revoked.map_err(|error| {
        Failure::from(error).hint(format!(
            "the key of {:?} is not revoked: `countersign caller revoke` does it now, the next exec or proxy then, and \
             after 24 hours it ends by itself",
            caller.name
        ))
    })?;
    Ok(exit)
}

/// A proxy of the program's own.
async fn start(vault: &Vault, world: &World) -> Result<(String, ProxyServer), Failure> {
    let listener = Listener::tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await;
    let listener = listener.map_err(Failure::of_system)?;
    let url = listener.to_string();
    let proxy = Proxy::start(Parts {
        vault: vault.clone(),
        clock: Arc::clone(&world.clock),
        entropy: Arc::clone(&world.entropy),
        settings: Settings::default(),
    });
    let proxy = proxy.map_err(|error| Failure::system("set up TLS", &error))?;
    let nango = super::proxy::nango(&proxy, vault, world);
    let server = ProxyServer::start((proxy, nango), vec![listener], Beside::default(), GRACE);
    Ok((url, server))
}

/// A caller that may use the connection, as long as the program runs.
async fn admit(
    exec: &Exec,
    vault: &Vault,
    lifeline: &Lifeline,
    world: &World,
) -> Result<(Caller, CallerKey), Failure> {
    let by = VaultFolder::by(world);
    let expires = Some(by.at.plus(LONGEST));
    let name = lifeline.caller(&exec.connection);
    let (caller, key) = vault
        .add_caller(CallerDraft { name, expires }, by.clone())
        .await?;
    let draft = GrantDraft {
        caller: caller.id,
        connection: exec.connection.clone(),
        scope: Scope {
            services: ServiceKind::ALL.into(),
            methods: Method::ALL.into(),
            targets: Targets::Everything,
            read_only: exec.read_only,
        },
        share: NonZeroU8::MIN,
        expires,
    };
    if let Err(error) = vault.grant(draft, by.clone()).await {
        vault.revoke_caller(caller.id, by).await?;
        return Err(error.into());
    }
    Ok((caller, key))
}

/// What this program is told by, and what its `.env` files hold: where the vault is, a password to it, credentials.
fn ours() -> impl Iterator<Item = OsString> {
    environment::names().filter(|name| {
        let name = name.as_encoded_bytes();
        name.starts_with(b"COUNTERSIGN_") || name.starts_with(b"NETSUITE_")
    })
}

async fn call(
    exec: &Exec,
    url: &str,
    key: &CallerKey,
    usual_files: Rlimit,
    signals: &mut Signals,
) -> Result<Exit, Failure> {
    let base = format!("{url}/c/{}", exec.connection);
    let variables = [
        ("COUNTERSIGN_PROXY_URL", base.clone()),
        ("COUNTERSIGN_KEY", key.expose().to_owned()),
        // What .env files call the address that stands in the place of NetSuite's hosts; the caller's own is not passed on.
        ("NETSUITE_BASE_URL", base),
    ];
    let start = || child::start(&exec.command, &variables, ours());
    let child = process::with_usual_files(usual_files, start)?;
    child::wait(child, signals).await
}
