//! `countersign serve`.

use std::io::Read as _;
use std::path::Path;

use countersign_front::{Listener, Served, Trust};
use countersign_protocol::Secret;
use countersign_server::Hosts;
use serde_json::json;

use crate::account_file::AccountFile;
use crate::command::Serve;
use crate::failure::{Exit, Failure};
use crate::folder::{self, Contents, Folder, Founding, World};
use crate::founding::{Founded, LOCAL_ACCOUNT, Made, ShownConsumer, Steps};
use crate::listen::{Listening, listen};
use crate::output::{self, BOLD, CYAN, DIM};
use crate::paste;
use crate::running::{Running, StopRequests, Stopped};

pub(crate) async fn run(serve: Serve) -> Result<Exit, Failure> {
    refuse_open_address(&serve)?;
    let world = World::system();
    let path = folder::chosen(serve.data.clone())?;
    let file = serve.account.as_deref().map(read_account_file).transpose()?;
    let is_new = !Contents::of(&path)?.is_account(&path)?;
    if !is_new && file.is_some() {
        return Err(there_already(&path));
    }
    // A new account's port comes before its folder: one that cannot be reached leaves nothing behind. That of an old one
    // comes after, so that a second start is told of the first and not of its port.
    let (folder, listening) = if is_new {
        let listening = listen(serve.listen, None).await?;
        (Folder::open(&path)?, listening)
    } else {
        let folder = Folder::open(&path)?;
        let last = folder::last_port(folder.path());
        (folder, listen(serve.listen, last).await?)
    };
    let base_url = listening.base_url();
    folder.tell_address(&base_url)?;

    let founding = folder.begin_founding()?;
    let is_new = founding.is_some();
    if !is_new && file.is_some() {
        return Err(there_already(&path));
    }
    let made = match founding {
        Some(founding) => found(founding, file.as_ref(), &world).await?,
        None => Made::default(),
    };
    let admin = Listener::unix(&folder::socket(folder.path())).map_err(Failure::of_system)?;
    let files = folder.files();
    let keyring = files.keyring(&*world.entropy)?;
    let records = files.records().await?;
    let authority = files
        .authority(keyring, files.store()?, &world, serve.concurrency)
        .await?;
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
    let account = authority.account();
    let mut stop = StopRequests::catch()?;
    let Listening { listener, lost, .. } = listening;
    let running = Running::start(authority, records, vec![listener, admin], hosts, &world);

    let link = is_new.then(|| running.one_time_link().make(&*world.entropy, world.clock.now()));
    let link = link.map(|link| Secret::new(format!("{base_url}{}", link.expose())));
    if let Some(port) = lost {
        output::complain(&format!(
            "Port {port}, where the account was before, is taken; NETSUITE_BASE_URL is {base_url} now."
        ));
    }
    let told = if serve.json {
        let tokens: Vec<_> = made.tokens.iter().map(|shown| shown.json(&base_url)).collect();
        let integrations: Vec<_> = made.consumers.iter().map(ShownConsumer::json).collect();
        output::say_json(&json!({
            "account": account.as_str(),
            "url": base_url,
            "data": folder.path(),
            "new": is_new,
            "sign_in_link": link.as_ref().map(Secret::expose),
            "tokens": tokens,
            "integrations": integrations,
        }))
    } else {
        let welcome = link.map(|link| welcome(&made, &link, &base_url, folder.path()));
        output::say(&format!(
            "Account {BOLD}{account}{BOLD:#} answers at {CYAN}{base_url}{CYAN:#}\n\
             {DIM}It is kept in {}.{DIM:#}\n{}{DIM}Stop it with Ctrl-C.{DIM:#}",
            folder.path().display(),
            welcome.unwrap_or_default()
        ))
    };
    // Held until here and shown once: now they are only in the store, sealed.
    drop(made);
    match told {
        // Whoever reads the first line and goes away wants the account to go on.
        Err(failure) if failure.is_reader_gone() => {}
        Err(failure) if is_new => {
            let hint = "nobody has seen what the account was begun with: remove its folder and start again";
            return Err(failure.hint(hint));
        }
        told => told?,
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

/// Makes the account of a first start: that of a file, or one that is ready to be called.
async fn found(founding: Founding, file: Option<&AccountFile>, world: &World) -> Result<Made, Failure> {
    let (id, company) = match file {
        Some(file) => (file.account_id()?, file.company_name()?),
        None => (LOCAL_ACCOUNT.parse().map_err(Failure::unusable)?, "Local Company"),
    };
    let founded = Founded::begin(&founding, id, company, world).await?;
    let steps = Steps::new(&founded.authority);
    let made = match file {
        Some(file) => steps.all_of_file(file, &founded.records).await?,
        None => {
            founded.records.seed(world.clock.now()).await?;
            Made {
                tokens: vec![steps.all().await?],
                ..Made::default()
            }
        }
    };
    drop(steps);
    founded.close().await?;
    founding.end()?;
    Ok(made)
}

/// What the first start shows: values nobody has seen yet, what to do with them, and the link.
fn welcome(made: &Made, link: &Secret, base_url: &str, data: &Path) -> String {
    let mut parts = Vec::new();
    for shown in &made.tokens {
        parts.push(format!(
            "The values of the token {BOLD}{}{BOLD:#}, shown this once. Save them as .env:\n\n{}",
            shown.token_name,
            shown.env(base_url)
        ));
    }
    for shown in &made.consumers {
        parts.push(format!(
            "The pair of the integration record {BOLD}{}{BOLD:#}, shown this once:\n\n{}",
            shown.integration,
            shown.env()
        ));
    }
    if !made.tokens.is_empty() {
        let call = [
            "call",
            "GET",
            "/services/rest/record/v1/customer?limit=3",
            "--credentials",
            ".env",
        ];
        parts.push(format!(
            "Then make a signed call:\n\n  {CYAN}{}{CYAN:#}",
            paste::command(&call)
        ));
    }
    let audit = paste::command_on(&["audit"], data);
    parts.push(format!(
        "See how each login went, and why one was refused:\n\n  {CYAN}{audit}{CYAN:#}"
    ));
    parts.push(format!(
        "Look at it in a browser, once, within an hour. The page lists features, integration records, roles, users and\n\
         tokens by name; it changes nothing:\n\n  {CYAN}{}{CYAN:#}",
        link.expose()
    ));
    format!("\n{}\n\n", parts.join("\n\n"))
}

fn there_already(path: &Path) -> Failure {
    let message = format!(
        "{} holds an account already, and --account starts a new one",
        path.display()
    );
    Failure::unusable(message).hint("leave --account out, or name another folder with --data DIR")
}

fn read_account_file(path: &Path) -> Result<AccountFile, Failure> {
    const LARGEST: u64 = 16 * 1024 * 1024;
    let cannot = |why: &str| Failure::unusable(format!("cannot read {}: {why}", path.display()));
    let read = || {
        let mut text = String::new();
        let file = std::fs::File::open(path)?;
        file.take(LARGEST + 1).read_to_string(&mut text)?;
        Ok::<_, std::io::Error>(text)
    };
    // Opening a pipe would wait for somebody to write into it.
    if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(cannot("it is not a regular file"));
    }
    let text = read().map_err(|error| cannot(&error.to_string()))?;
    if text.len() as u64 > LARGEST {
        return Err(cannot("it is larger than 16 MiB"));
    }
    AccountFile::parse(&text)
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
