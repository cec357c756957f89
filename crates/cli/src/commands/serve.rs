//! `countersign serve`.

use std::path::Path;

use countersign_front::{Listener, Trust};
use countersign_protocol::Secret;
use countersign_server::Hosts;
use serde_json::json;

use crate::account_file::AccountFile;
use crate::command::Serve;
use crate::failure::{Exit, Failure};
use crate::folder::{self, Folder, Founding, World};
use crate::founding::{self, LOCAL_ACCOUNT, Made, ShownConsumer, Steps};
use crate::output::{self, BOLD, CYAN, DIM};
use crate::running::{Running, StopRequests};

pub(crate) async fn run(serve: Serve) -> Result<Exit, Failure> {
    refuse_open_address(&serve)?;
    let world = World::system();
    let path = folder::chosen(serve.data.clone())?;
    let file = serve.account.as_deref().map(read_account_file).transpose()?;

    let folder = Folder::open(&path)?;
    let founding = folder.found_where_empty()?;
    let is_new = founding.is_some();
    let keyring = folder.keyring(&*world.entropy)?;
    let store = folder.store()?;
    if !is_new && file.is_some() {
        let message = format!(
            "{} holds an account already, and --account starts a new one",
            path.display()
        );
        return Err(
            Failure::unusable(message).hint("leave --account out, or name another folder with --data DIR")
        );
    }
    // The ports first: an account that cannot be reached is not begun.
    let listener = Listener::tcp(serve.listen).await;
    let listener = listener.map_err(|error| {
        Failure::system(format!("listen on {}", serve.listen), &error)
            .hint("take a free port with --listen 127.0.0.1:0")
    })?;
    let address = listener.address().unwrap_or(serve.listen);
    let admin = Listener::unix(&folder::socket(folder.path()))
        .map_err(|error| Failure::system("listen for commands", &error))?;

    if is_new {
        let (id, company) = match &file {
            Some(file) => (file.account_id()?, file.account.company_name.as_str()),
            None => (LOCAL_ACCOUNT.parse().map_err(Failure::unusable)?, "Local Company"),
        };
        founding::found(&*store, id, company, world.clock.now()).await?;
    }
    let records = folder.records().await?;
    let authority = folder
        .authority(keyring, store, &world, serve.concurrency)
        .await?;
    let mut made = Made::default();
    if is_new {
        let steps = Steps::new(&authority);
        match &file {
            Some(file) => made = steps.all_of_file(file, &records).await?,
            None => {
                records.seed(world.clock.now()).await.map_err(Failure::unusable)?;
                made.tokens.push(steps.all().await?);
            }
        }
    }
    founding.map_or(Ok(()), Founding::end)?;
    let hosts = Hosts {
        also: serve.host.clone(),
        trust: Trust {
            networks: serve.trust.clone(),
            unix: false,
        },
    };
    let account = authority.account();
    let stop = StopRequests::catch()?;
    let running = Running::start(authority, records, vec![listener, admin], hosts, &world);

    let base_url = format!("http://{address}");
    let link = is_new.then(|| running.one_time_link().make(&*world.entropy, world.clock.now()));
    if serve.json {
        let tokens: Vec<_> = made.tokens.iter().map(|shown| shown.json(&base_url)).collect();
        let integrations: Vec<_> = made.consumers.iter().map(ShownConsumer::json).collect();
        let link = link.as_ref().map(|link| format!("{base_url}{}", link.expose()));
        output::say_json(&json!({
            "account": account.as_str(),
            "url": base_url,
            "data": path,
            "new": is_new,
            "sign_in_link": link,
            "tokens": tokens,
            "integrations": integrations,
        }));
    } else {
        output::say(&format!(
            "Account {BOLD}{account}{BOLD:#} answers at {CYAN}{base_url}{CYAN:#}"
        ));
        if let Some(link) = &link {
            welcome(&made, link, &base_url, &path);
        }
        output::say(&format!("{DIM}Stop it with Ctrl-C.{DIM:#}"));
    }
    // Held until here and shown once: now they are only in the store, sealed.
    drop(made);
    stop.first().await;
    let served = running.stop().await?;
    if !serve.json {
        output::say(&format!("Stopped after {} requests.", served.requests));
    }
    Ok(Exit::Success)
}

fn welcome(made: &Made, link: &Secret, base_url: &str, data: &Path) {
    output::say(&format!("{DIM}It is kept in {}.{DIM:#}", data.display()));
    output::say("\nLook at it in a browser; the link works once, within an hour:\n");
    output::say(&format!("  {CYAN}{base_url}{}{CYAN:#}", link.expose()));
    for shown in &made.tokens {
        output::say(&format!(
            "\nThe values of the token {BOLD}{}{BOLD:#}, shown this once. Save them as .env:\n",
            shown.token_name
        ));
        output::say(&shown.env(base_url));
    }
    for shown in &made.consumers {
        output::say(&format!(
            "\nThe pair of the integration record {BOLD}{}{BOLD:#}, shown this once:\n",
            shown.integration
        ));
        output::say(&shown.env());
    }
    let program = output::program();
    output::say("\nThen make a signed call:\n");
    output::say(&format!(
        "  {CYAN}{program} call GET '/services/rest/record/v1/customer?limit=3' --credentials .env{CYAN:#}\n"
    ));
    output::say("and see how each login went:\n");
    output::say(&format!(
        "  {CYAN}{program} audit --data {}{CYAN:#}\n",
        data.display()
    ));
}

fn read_account_file(path: &Path) -> Result<AccountFile, Failure> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| Failure::unusable(format!("cannot read {}: {error}", path.display())))?;
    AccountFile::parse(&text)
}

/// Without TLS a signed request can be read, and replayed elsewhere, by everybody on the way.
fn refuse_open_address(serve: &Serve) -> Result<(), Failure> {
    if serve.listen.ip().is_loopback() || serve.allow_plain_http {
        return Ok(());
    }
    let message = format!(
        "{} can be reached by others, and this server speaks HTTP without TLS",
        serve.listen
    );
    Err(Failure::unusable(message)
        .hint("listen on 127.0.0.1, or say --allow-plain-http where the network is yours alone"))
}
