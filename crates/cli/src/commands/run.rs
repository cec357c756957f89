//! `countersign run`.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign_front::Listener;
use countersign_protocol::Service;
use countersign_server::{Accounts, Hosts, SHARED_HOSTS};
use rustix::process::Rlimit;

use super::{credentials, serve};
use crate::account_file;
use crate::accounts;
use crate::accounts_folder::AccountsFolder;
use crate::admin_client;
use crate::child::{self, Signals};
use crate::command::Run;
use crate::failure::{Exit, Failure};
use crate::folder::{self, Contents, Folder, World};
use crate::founding::Made;
use crate::gate::{self, Names};
use crate::known_credentials;
use crate::output::{self, BOLD, DIM};
use crate::paste;
use crate::process;
use crate::running::{self, Running};
use crate::tally::{Logins, Tally, counted};
use crate::way_in::WayIn;

pub(crate) async fn run(run: Run) -> Result<Exit, Failure> {
    let usual_files = process::usual_files();
    // From here on a signal ends the program, and what is temporary is removed after it.
    let mut signals = Signals::catch()?;
    let world = World::system();
    let place = Place::of(&run)?;
    let (server, made) = Server::find_or_start(&run, &place, &world).await?;
    let ended = call(&run, &place, server.gate(), made, usual_files, &mut signals).await;
    let names = server.stop().await?;
    let (exit, logins) = ended?;
    match logins {
        Ok(logins) => tell(&logins, names.as_deref(), &place),
        // The program did its work; that a server it called has stopped meanwhile takes nothing from it.
        Err(failure) => failure.print(),
    }
    Ok(exit)
}

/// Runs the program, and gives its exit code and the logins that came of it.
async fn call(
    run: &Run,
    place: &Place,
    gate: SocketAddr,
    made: Made,
    usual_files: Rlimit,
    signals: &mut Signals,
) -> Result<(Exit, Result<Logins, Failure>), Failure> {
    let way_in = WayIn::open(place.path(), gate, &World::system())?;
    let mut variables = way_in.variables();
    if run.give_credentials {
        variables.extend(values(&made)?);
    } else {
        show(&made, place);
    }
    drop(made);
    let tally = Tally::begin(place.path()).await?;
    let start = || child::start(&run.command, &variables, std::iter::empty());
    let child = process::with_usual_files(usual_files, start)?;
    drop(variables);
    let exit = child::wait(child, signals).await?;
    Ok((exit, tally.end().await))
}

/// Where the accounts are that the program calls.
enum Place {
    /// Theirs alone, and gone with them.
    Temporary(tempfile::TempDir),
    Data(PathBuf),
}

impl Place {
    fn of(run: &Run) -> Result<Self, Failure> {
        if run.account.is_none() && run.credentials.is_none() && !run.give_credentials {
            return folder::chosen(run.data.clone()).map(Self::Data);
        }
        tempfile::Builder::new()
            .permissions(Permissions::from_mode(0o700))
            .tempdir()
            .map(Self::Temporary)
            .map_err(|error| Failure::system("make a temporary folder", &error))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Data(path) => path,
        }
    }
}

enum Server {
    /// Of another process.
    Found(SocketAddr),
    /// In this one.
    Started {
        running: Box<Running>,
        gate: SocketAddr,
        names: Arc<Names>,
        /// Held as long as the accounts run.
        _folder: Folder,
    },
}

impl Server {
    async fn find_or_start(run: &Run, place: &Place, world: &World) -> Result<(Self, Made), Failure> {
        let path = place.path();
        if admin_client::connect(path).await?.is_none() {
            return Self::start(run, path, world).await;
        }
        let Some(gate) = folder::gate(path) else {
            let message = format!(
                "the server of {} takes no TLS, so nothing can be led to it",
                path.display()
            );
            let serve = paste::command_on(&["serve"], path);
            return Err(Failure::unusable(message).hint(format!("stop it, and start it with: {serve}")));
        };
        if run.allow_other_hosts {
            let message = "which hosts a program reaches is up to the server that runs already";
            let serve = paste::command_on(&["serve", "--allow-other-hosts"], path);
            return Err(Failure::unusable(message).hint(format!("stop it, and start it with: {serve}")));
        }
        Ok((Self::Found(gate), Made::default()))
    }

    async fn start(run: &Run, path: &Path, world: &World) -> Result<(Self, Made), Failure> {
        let file = match (&run.account, &run.credentials) {
            (Some(path), _) => Some(account_file::read(path)?),
            (None, Some(path)) => Some(known_credentials::account_file(&credentials::of_file(path)?)?),
            (None, None) => None,
        };
        // An empty folder has room for one; of another kind it is refused here.
        Contents::of(path)?.has_accounts(path)?;
        let folder = Folder::open(path)?;
        let names = Names::new(run.allow_other_hosts);
        let listener = gate::open(gate::listen(None, path).await?, &folder, &names, world)?;
        let gate = listener.address();
        let gate = gate.ok_or_else(|| Failure::unusable("the listener has no address"))?;
        folder.keep_gate_port(gate.port())?;
        let new = serve::to_found(&folder.accounts()?, file.as_ref(), path)?;
        let accounts = Accounts::default();
        let opened = serve::open(
            &accounts,
            &folder,
            new.as_ref(),
            file.as_ref(),
            world,
            None,
            false,
        )
        .await;
        let made = match opened {
            Ok(made) => made,
            Err(failure) => {
                let _ = running::close(&accounts).await;
                return Err(failure);
            }
        };
        let admin = Listener::unix(&folder::socket(folder.path())).map_err(Failure::of_system)?;
        folder.tell_addresses("", gate)?;
        AccountsFolder::keep(&accounts, &folder, world, None);
        let running = Running::start(accounts, vec![listener, admin], Hosts::default(), world);
        let started = Self::Started {
            running: Box::new(running),
            gate,
            names,
            _folder: folder,
        };
        Ok((started, made))
    }

    const fn gate(&self) -> SocketAddr {
        match self {
            Self::Found(gate) | Self::Started { gate, .. } => *gate,
        }
    }

    /// Gives the names, where they were decided about here.
    async fn stop(self) -> Result<Option<Arc<Names>>, Failure> {
        match self {
            Self::Found(_) => Ok(None),
            Self::Started { running, names, .. } => {
                running.stop(None).await?;
                Ok(Some(names))
            }
        }
    }
}

/// The values of the first token that was made, as variables.
fn values(made: &Made) -> Result<Vec<(&'static str, String)>, Failure> {
    let shown = made.tokens.first().ok_or_else(|| {
        let message = "no token was made whose values could be given: the account file has them, or has no token";
        Failure::unusable(message)
            .hint("leave token_id and token_secret out of the file, or put its values into the program's environment")
    })?;
    Ok(vec![
        ("NETSUITE_ACCOUNT_ID", shown.account.to_string()),
        ("NETSUITE_CONSUMER_KEY", shown.consumer.key.as_str().to_owned()),
        (
            "NETSUITE_CONSUMER_SECRET",
            shown.consumer.secret.expose().to_owned(),
        ),
        ("NETSUITE_TOKEN_ID", shown.token.id.as_str().to_owned()),
        ("NETSUITE_TOKEN_SECRET", shown.token.secret.expose().to_owned()),
    ])
}

/// What was made and nobody has seen, on standard error: standard output is the program's.
fn show(made: &Made, place: &Place) {
    let kept = match place {
        Place::Temporary(_) => "and gone with this run",
        Place::Data(_) => "shown this once",
    };
    for shown in &made.tokens {
        let (name, account) = (&shown.token_name, &shown.account);
        output::complain(&format!(
            "The values of the token {BOLD}{name}{BOLD:#} of account {account}, {kept}:\n\n{}",
            shown.env_at_netsuite()
        ));
    }
    for shown in &made.consumers {
        output::complain(&format!(
            "The pair of the integration record {BOLD}{}{BOLD:#}, {kept}:\n\n{}",
            shown.integration,
            shown.env()
        ));
    }
}

fn tell(logins: &Logins, names: Option<&Names>, place: &Place) {
    logins.tell(|account, row| match place {
        Place::Temporary(_) => None,
        Place::Data(data) => {
            let row = row.to_string();
            let words = ["audit", "why", &row, "--account", account.as_str()];
            // Where there is one account, it is the one that is meant.
            let is_one = accounts::ids(data).is_ok_and(|all| all.len() == 1);
            Some(paste::command_on(words.get(..if is_one { 3 } else { 5 })?, data))
        }
    });
    let missed = names.map(|names| missed(names, place)).unwrap_or_default();
    for (host, times) in &missed {
        output::complain(&format!(
            "  {} to {BOLD}{}{BOLD:#}, and no account here has this host {DIM}(--credentials FILE makes one that has){DIM:#}",
            counted(*times, "connection"),
            output::printable(host)
        ));
    }
    if logins.all == 0 && missed.is_empty() {
        output::complain(&format!(
            "  {DIM}If the program did call NetSuite: it called another account than those here, was refused before it logged in,\n  \
             or was not led here, as it reads neither HTTPS_PROXY nor NODE_OPTIONS. See docs/guides/run.md.{DIM:#}"
        ));
    }
    let refused = names.map(Names::refused).unwrap_or_default();
    for (host, times) in refused {
        let times = counted(times, "connection");
        let host = output::printable(&host);
        output::complain(&format!(
            "  {times} to {BOLD}{host}{BOLD:#} refused, as it is not NetSuite's {DIM}(--allow-other-hosts lets it through){DIM:#}"
        ));
    }
}

/// NetSuite's hosts that were called and are no account's here.
fn missed(names: &Names, place: &Place) -> BTreeMap<String, u64> {
    let ids = accounts::ids(place.path()).unwrap_or_default();
    let hosts = ids
        .iter()
        .flat_map(|id| Service::ALL.map(|service| id.host(service)));
    let known: Vec<String> = hosts.chain(SHARED_HOSTS.map(str::to_owned)).collect();
    let mut missed = names.here();
    missed.retain(|host, _| !known.contains(host));
    missed
}
