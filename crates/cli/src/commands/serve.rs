//! `countersign serve`.

use std::path::Path;
use std::time::Duration;

use countersign_account_file::AccountFile;
use countersign_front::{Listener, Served, Trust};
use countersign_protocol::{AccountId, Secret};
use countersign_scripts::Outside;
use countersign_server::{Accounts, Hosts};
use countersign_suitescript::{Isolation, Program};
use serde_json::json;

use crate::account_file;
use crate::accounts::ACCOUNTS;
use crate::accounts_folder::AccountsFolder;
use crate::command::{Isolate, Serve};
use crate::failure::{Exit, Failure};
use crate::files::Files;
use crate::folder::{self, Contents, Folder, World};
use crate::founding::{self, LOCAL_ACCOUNT, Made, Newcomer, Ready, ShownConsumer};
use crate::gate::{self, Names};
use crate::listen::{Listening, listen};
use crate::output::{self, DIM};
use crate::paste;
use crate::running::{self, Running, StopRequests, Stopped};
use crate::welcome::{Addresses, welcome};

pub(crate) async fn run(serve: Serve) -> Result<Exit, Failure> {
    refuse_open_address(&serve)?;
    refuse_open_proxy(&serve)?;
    let world = World::system();
    let path = folder::chosen(serve.data.clone())?;
    let file = serve.account.as_deref().map(account_file::read).transpose()?;
    // The first account's port comes before its folder: one that cannot be reached leaves nothing behind. That of others
    // comes after, so that a second start is told of the first and not of its port.
    let (folder, listening, gate) = if Contents::of(&path)?.has_accounts(&path)? {
        let folder = Folder::open(&path).map_err(|failure| beside(failure, &serve, file.as_ref(), &path))?;
        to_found(&folder.accounts()?, file.as_ref(), &path)?;
        let last = folder::last_port(folder.path());
        let listening = listen(serve.listen, last).await?;
        (folder, listening, gate::listen(serve.tls, &path).await?)
    } else {
        let listening = listen(serve.listen, None).await?;
        let gate = gate::listen(serve.tls, &path).await?;
        (Folder::open(&path)?, listening, gate)
    };
    folder::warn_of_other_writers(folder.path());
    let base_url = listening.base_url();
    let gate = gate::open(gate, &folder, &Names::new(serve.allow_other_hosts), &world)?;
    let gate_address = gate.address().unwrap_or(listening.address);
    if serve.tls.is_none_or(|wanted| wanted.port() == 0) {
        folder.keep_gate_port(gate_address.port())?;
    }
    folder.tell_addresses(&base_url, gate_address)?;

    let new = to_found(&folder.accounts()?, file.as_ref(), &path)?;
    let accounts = Accounts::default();
    let opened = open(
        &accounts,
        &folder,
        new.as_ref(),
        file.as_ref(),
        &world,
        serve.concurrency,
        serve.empty,
    )
    .await;
    let made = match opened {
        Ok(made) => made,
        Err(failure) => {
            // What stopped the start is said; a ledger that does not close is no worse than after a kill.
            let _ = running::close(&accounts).await;
            return Err(failure);
        }
    };
    let admin = Listener::unix(&folder::socket(folder.path())).map_err(Failure::of_system)?;
    if listening.is_chosen {
        folder.keep_port(listening.address.port())?;
    }
    let hosts = Hosts {
        also: serve.host.clone(),
        trust: Trust {
            networks: serve.trust.clone(),
            unix: false,
        },
    };
    let mut stop = StopRequests::catch()?;
    let port = listening.address.port();
    let Listening { listener, lost, .. } = listening;
    AccountsFolder::keep(&accounts, &folder, &world, serve.concurrency);
    if !serve.script_may_call.is_empty() {
        let outside = Outside::of(serve.script_may_call.clone());
        let outside =
            outside.map_err(|error| Failure::system("read the certificates of this machine", &error))?;
        accounts.engine().may_call(outside);
    }
    accounts
        .engine()
        .end_after(Duration::from_secs(serve.script_time_limit));
    if serve.isolate == Isolate::Process {
        accounts.engine().isolate(in_a_process()?);
    }
    let running = Running::start(accounts, vec![listener, gate, admin], hosts, &world);

    let link = new
        .as_ref()
        .and_then(|id| running.accounts().get(id))
        .map(|account| {
            let link = account.one_time_link().make(&*world.entropy, world.clock.now());
            // Among several, only at its own address a browser goes on to the same account.
            let own = format!("http://{}.localhost:{port}", account.id().host_label());
            let base_url = if running.accounts().all().len() > 1 {
                &own
            } else {
                &base_url
            };
            Secret::new(format!("{base_url}{}", link.expose()))
        });
    if let Some(port) = lost {
        output::complain(&format!(
            "Port {port}, where the accounts were before, is taken; NETSUITE_BASE_URL is {base_url} now."
        ));
    }
    let addresses = Addresses::of(running.accounts(), &base_url, port, gate_address);
    let told = if serve.json {
        let tokens: Vec<_> = made.tokens.iter().map(|shown| shown.json(&base_url)).collect();
        let integrations: Vec<_> = made.consumers.iter().map(ShownConsumer::json).collect();
        let oldest = running.accounts().oldest().map(|account| account.id().clone());
        output::say_json(&json!({
            "account": new.as_ref().or(oldest.as_ref()).map(AccountId::as_str),
            "accounts": addresses.json(),
            "url": base_url,
            "tls": format!("https://{gate_address}"),
            "data": folder.path(),
            "new": new.is_some(),
            "signInLink": link.as_ref().map(Secret::expose),
            "tokens": tokens,
            "integrations": integrations,
        }))
    } else {
        let shown = new.as_ref().zip(link);
        let shown = shown.map(|(id, link)| welcome(id, &made, &link, &addresses, folder.path()));
        output::say(&format!(
            "{}{}{DIM}Stop it with Ctrl-C.{DIM:#}",
            addresses.text(folder.path()),
            shown.unwrap_or_default()
        ))
    };
    // Held until here and shown once: now they are only in the store, sealed.
    drop(made);
    match told {
        // Whoever reads the first line and goes away wants the accounts to go on.
        Err(failure) if failure.is_reader_gone() => {}
        Err(failure) => {
            let Some(id) = &new else { return Err(failure) };
            let place = match addresses.is_only_one() {
                true => folder.path().to_owned(),
                false => folder.path().join(ACCOUNTS).join(id.as_str()),
            };
            let place = place.display();
            let hint = "nobody has seen what the account was begun with";
            return Err(failure.hint(format!("{hint}: remove {place} and start again")));
        }
        Ok(()) => {}
    }
    stop.next().await;
    let ended = match running.stop(Some(&mut stop)).await? {
        Stopped::After(Served { requests: 1, .. }) => "Stopped after 1 request.".to_owned(),
        Stopped::After(Served { requests, .. }) => format!("Stopped after {requests} requests."),
        Stopped::AtOnce => "Stopped at once.".to_owned(),
    };
    if !serve.json {
        output::say(&ended)?;
    }
    Ok(Exit::Success)
}

/// Opens every account, and makes the new one. The others come first: what is made is shown once, so nothing that can be
/// known before may stop the start after it. One that no file describes has the
/// records of the demonstration company, or begins `empty` of them.
pub(super) async fn open(
    accounts: &Accounts,
    folder: &Folder,
    new: Option<&AccountId>,
    file: Option<&AccountFile>,
    world: &World,
    concurrency: Option<u32>,
    empty: bool,
) -> Result<Made, Failure> {
    running::open(accounts, folder, world, concurrency).await?;
    let Some(id) = new else {
        return Ok(Made::default());
    };
    let founding = folder.begin_founding(id.clone())?;
    let made = match file {
        Some(file) => founding::found(founding, Newcomer::of_file(file), world).await?,
        None => {
            let ready = Ready {
                is_empty: empty,
                ..Ready::default()
            };
            founding::found_ready(founding, ready, world).await?
        }
    };
    running::open(accounts, folder, world, concurrency).await?;
    Ok(made)
}

/// The account that is to be made: that of a file, or in an empty folder one that is ready to be called.
pub(super) fn to_found(
    held: &[Files],
    file: Option<&AccountFile>,
    path: &Path,
) -> Result<Option<AccountId>, Failure> {
    let Some(file) = file else {
        let local = || LOCAL_ACCOUNT.parse().map_err(Failure::unusable);
        return held.is_empty().then(local).transpose();
    };
    let id = file.account_id().clone();
    if held.iter().any(|files| *files.id() == id) {
        let message = format!(
            "{} holds account {id} already, and --account begins a new one",
            path.display()
        );
        return Err(Failure::unusable(message).hint(
            "apply a file to it with `countersign account apply FILE`, or give the file another account ID",
        ));
    }
    Ok(Some(id))
}

/// A server that runs takes another account without being started anew.
fn beside(failure: Failure, serve: &Serve, file: Option<&AccountFile>, path: &Path) -> Failure {
    let Some((file, from)) = file.zip(serve.account.as_deref()) else {
        return failure;
    };
    if folder::address(path).is_none() {
        return failure;
    }
    let from = from.to_string_lossy();
    let words = ["account", "create", file.account_id().as_str(), "--from", &from];
    let create = paste::command_on(&words, path);
    failure.hint(format!("make the account in the server that runs: {create}"))
}

/// This program, started again for each script.
fn in_a_process() -> Result<Isolation, Failure> {
    let path = std::env::current_exe().map_err(|error| Failure::system("find this program", &error))?;
    let arguments = vec!["script-worker".to_owned()];
    Ok(Isolation::Process(Program { path, arguments }))
}

/// Without TLS a signed request can be read, and replayed elsewhere, by everybody on the way.
fn refuse_open_address(serve: &Serve) -> Result<(), Failure> {
    match serve.listen {
        Some(address) if !address.ip().is_loopback() && !serve.allow_plain_http => {
            let message =
                format!("{address} can be reached by others, and this server speaks HTTP without TLS");
            Err(Failure::unusable(message)
                .hint("listen on 127.0.0.1, or say --allow-plain-http where the network is yours alone"))
        }
        _ => Ok(()),
    }
}

/// Whoever can reach it would come from this machine wherever they go.
fn refuse_open_proxy(serve: &Serve) -> Result<(), Failure> {
    match serve.tls {
        Some(address) if !address.ip().is_loopback() && serve.allow_other_hosts => {
            let message =
                format!("{address} can be reached by others, who could reach every host through it");
            Err(Failure::unusable(message)
                .hint("leave out --allow-other-hosts, or give --tls an address of 127.0.0.1"))
        }
        _ => Ok(()),
    }
}
