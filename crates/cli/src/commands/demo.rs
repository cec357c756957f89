//! `countersign demo`: the guides' five steps, a signed call, and a wrong one.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign_admin::LoginJson;
use countersign_authority::Authority;
use countersign_client::{Call, CallError, Client, Destination, Reply};
use countersign_front::Listener;
use countersign_model::{Feature, LoginSearch, Permission};
use countersign_protocol::{Credentials, EndpointVersion, Secret};
use countersign_server::{Accounts, Hosts};
use countersign_store::MAX_ROWS;
use http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::audit;
use crate::command::Demo;
use crate::failure::{Exit, Failure};
use crate::folder::{self, Contents, Folder, World};
use crate::founding::{Founded, LOCAL_ACCOUNT, Shown, Steps};
use crate::listen::listen;
use crate::output::{self, BOLD, CYAN, DIM, GREEN, RED};
use crate::paste;
use crate::running::{self, Running, StopRequests};
use crate::soap_call::{get_server_time, text_of};
use crate::table::indented;

const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

const LIST: &str = "/services/rest/record/v1/customer?limit=3";

pub(crate) async fn run(demo: Demo) -> Result<Exit, Failure> {
    let world = World::system();
    let begun = world.clock.elapsed();
    let place = Place::of(&demo)?;
    let tell = Tell { aloud: !demo.json };
    let mut stop = demo.keep.as_ref().map(|_| StopRequests::catch()).transpose()?;
    let Account {
        running,
        shown,
        base_url,
        folder,
    } = set_up(place.path(), &world, &tell).await?;
    let calls = Calls::make(&shown, &base_url, &world, &tell).await?;
    let account = running.accounts().get(&shown.account);
    let account = account.ok_or_else(|| Failure::unusable("the account of the demo is gone"))?;
    let authority = account.authority();
    authority.until_diagnosed().await;
    let page = authority.logins(LoginSearch::default(), None, MAX_ROWS).await?;
    let rows: Vec<LoginJson> = page
        .rows
        .iter()
        .map(|(id, row)| LoginJson::of(*id, row))
        .collect();
    let took = world.clock.elapsed().saturating_sub(begun);

    if demo.json {
        let mut result = json!({
            "account": shown.account.as_str(), "url": base_url, "calls": calls.json(), "loginAuditTrail": rows,
            "milliseconds": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        });
        if let (Some(_), Some(object)) = (&demo.keep, result.as_object_mut()) {
            object.insert("data".to_owned(), json!(folder.path()));
            object.insert("token".to_owned(), shown.json(&base_url));
        }
        output::say_json(&result)?;
    } else {
        output::say(&format!(
            "\n{BOLD}The account knows why{BOLD:#}  {DIM}Login Audit Trail, newest first{DIM:#}\n"
        ))?;
        audit::print(&rows)?;
        output::say(&format!(
            "\n{DIM}All of it took {:.2} s.{DIM:#}",
            took.as_secs_f64()
        ))?;
    }
    let answered = calls.as_expected();
    if let (true, Some(stop)) = (answered, &mut stop) {
        if !demo.json {
            tell_kept(folder.path(), &shown, &base_url)?;
        }
        stop.next().await;
    }
    running.stop(stop.as_mut()).await?;
    if answered {
        Ok(Exit::Success)
    } else {
        Err(Failure::unusable(
            "a call of the demo was not answered as it should be",
        ))
    }
}

/// Where the account of the demo lives.
enum Place {
    Temporary(tempfile::TempDir),
    Kept(PathBuf),
}

impl Place {
    fn of(demo: &Demo) -> Result<Self, Failure> {
        match &demo.keep {
            None => tempfile::tempdir()
                .map(Self::Temporary)
                .map_err(|error| Failure::system("make a temporary folder", &error)),
            Some(path) if Contents::of(path)?.has_accounts(path)? => {
                let message = format!("{} holds an account already", path.display());
                let path = folder::of_accounts(Some(path.clone()))?;
                let serve = paste::command_on(&["serve"], &path);
                Err(Failure::unusable(message).hint(format!("run it with: {serve}")))
            }
            Some(path) => Ok(Self::Kept(path.clone())),
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Kept(path) => path,
        }
    }
}

/// Says what happens as it happens, unless a machine reads.
struct Tell {
    aloud: bool,
}

impl Tell {
    fn step(&self, number: u8, title: &str, path: &str, lines: &[String]) -> Result<(), Failure> {
        if !self.aloud {
            return Ok(());
        }
        output::say(&format!("{BOLD}{number}. {title}{BOLD:#}  {DIM}{path}{DIM:#}"))?;
        let mut lines = lines.iter().flat_map(|line| indented(line, 3));
        lines.try_for_each(|line| output::say(&line))
    }

    fn call(&self, title: &str, sent: &str, reply: &Reply, gist: &str) -> Result<(), Failure> {
        if !self.aloud {
            return Ok(());
        }
        let colour = if reply.status.is_success() { GREEN } else { RED };
        output::say(&format!("\n{BOLD}{title}{BOLD:#}\n   {sent}"))?;
        output::say(&format!("   {colour}{}{colour:#}  {gist}", reply.status))
    }
}

/// An account that was just made and answers.
struct Account {
    running: Running,
    shown: Shown,
    base_url: String,
    /// Locked as long as the account runs.
    folder: Folder,
}

async fn set_up(path: &Path, world: &World, tell: &Tell) -> Result<Account, Failure> {
    let listening = listen(Some(ANY_PORT), None).await?;
    let base_url = listening.base_url();
    let folder = Folder::open(path)?;
    folder.tell_address(&base_url)?;
    if !folder.accounts()?.is_empty() {
        return Err(Failure::unusable("another start made an account here just now"));
    }
    let founding = folder.begin_founding(LOCAL_ACCOUNT.parse().map_err(Failure::unusable)?)?;
    let founded = Founded::begin(&founding, "Local Company", world).await?;
    founded.records.seed(world.clock.now()).await?;
    let shown = five_steps(&founded.authority, tell).await?;
    founded.end(founding).await?;
    let admin = Listener::unix(&folder::socket(folder.path())).map_err(Failure::of_system)?;
    let accounts = Accounts::default();
    running::open(&accounts, &folder, world, None).await?;
    folder.keep_port(listening.address.port())?;
    let listeners = vec![listening.listener, admin];
    let running = Running::start(accounts, listeners, Hosts::default(), world);
    Ok(Account {
        running,
        shown,
        base_url,
        folder,
    })
}

async fn five_steps(authority: &Arc<Authority>, tell: &Tell) -> Result<Shown, Failure> {
    let steps = Steps::new(authority);
    steps.enable_features(Feature::ALL.to_vec()).await?;
    steps.add_administrator().await?;
    let labels: Vec<&str> = Feature::ALL.iter().map(|feature| feature.label()).collect();
    tell.step(
        1,
        "Enable features",
        "Setup > Company > Enable Features > SuiteCloud",
        &[labels.join(", ")],
    )?;

    let (integration, consumer) = steps.add_integration().await?;
    let key = format!("consumer key     {}", short(consumer.key.as_str()));
    let lines = [
        format!("{}, {}", integration.name, integration.state),
        key,
        "consumer secret  shown once".to_owned(),
    ];
    tell.step(
        2,
        "Integration record",
        "Setup > Integration > Manage Integrations > New",
        &lines,
    )?;

    let role_and_user = steps.add_role_and_user([Permission::Customers]).await?;
    let permissions: Vec<String> = role_and_user
        .role
        .permissions
        .iter()
        .map(|(permission, level)| format!("{permission} ({level})"))
        .collect();
    let lines = [
        format!("{}: {}", role_and_user.role.name, permissions.join(", ")),
        format!("given to {}", role_and_user.user.name),
    ];
    tell.step(
        3,
        "Role and user",
        "Setup > Users/Roles > Manage Roles > New",
        &lines,
    )?;

    let shown = steps.issue_token(&integration, &role_and_user, consumer).await?;
    let lines = [
        shown.token_name.clone(),
        format!("token ID         {}", short(shown.token.id.as_str())),
        "token secret     shown once".to_owned(),
    ];
    tell.step(
        4,
        "Access token",
        "Setup > Users/Roles > Access Tokens > New",
        &lines,
    )?;
    tell.step(5, "First call", "signed with HMAC-SHA256, over real HTTP", &[])?;
    Ok(shown)
}

/// The start and the end of a key.
fn short(key: &str) -> String {
    let ends = key.get(..9).zip(key.get(key.len().saturating_sub(4)..));
    ends.map_or_else(|| key.to_owned(), |(start, end)| format!("{start}…{end}"))
}

/// The three calls and their answers.
struct Calls {
    list: Reply,
    time: Reply,
    wrong: Reply,
}

impl Calls {
    async fn make(shown: &Shown, base_url: &str, world: &World, tell: &Tell) -> Result<Self, Failure> {
        let to = |path: &str| {
            Destination::resolve(path, &shown.account, Some(base_url)).map_err(Failure::unusable)
        };
        let client = client(shown, shown.token.secret.duplicate(), world)?;
        let get = Call {
            method: Method::GET,
            destination: to(LIST)?,
            headers: HeaderMap::new(),
            body: bytes::Bytes::new(),
        };
        let list = client.call(&get).await.map_err(failed)?;
        tell.call("A REST call", &format!("GET {LIST}"), &list, &listed(&list))?;

        let version = EndpointVersion::LATEST;
        let port = format!("/services/NetSuitePort_{version}");
        let envelope = |passport: &_| get_server_time(passport, version);
        let time = client
            .call_soap(&to(&port)?, "getServerTime", envelope)
            .await
            .map_err(failed)?;
        let text = String::from_utf8_lossy(&time.body).into_owned();
        let gist = format!(
            "serverTime {}",
            text_of(&text, "<platformCore:serverTime").unwrap_or("missing")
        );
        tell.call(
            "A SOAP call",
            &format!("POST {port}  getServerTime, with a TokenPassport"),
            &time,
            &gist,
        )?;

        let wrong = self::client(shown, one_character_wrong(&shown.token.secret), world)?;
        let wrong = wrong.call(&get).await.map_err(failed)?;
        let gist = format!("{}  {DIM}all a caller ever learns{DIM:#}", error_code(&wrong));
        tell.call(
            "The same call with one wrong character in the token secret",
            &format!("GET {LIST}"),
            &wrong,
            &gist,
        )?;
        Ok(Self { list, time, wrong })
    }

    fn as_expected(&self) -> bool {
        self.list.status == 200 && self.time.status == 200 && self.wrong.status == 401
    }

    fn json(&self) -> Value {
        let call = |name: &str, reply: &Reply| {
            let text = String::from_utf8_lossy(&reply.body);
            let body = serde_json::from_str(&text).unwrap_or_else(|_| Value::from(text));
            json!({ "name": name, "status": reply.status.as_u16(), "body": body })
        };
        json!([
            call("rest", &self.list),
            call("soap", &self.time),
            call("wrong secret", &self.wrong)
        ])
    }
}

fn client(shown: &Shown, token_secret: Secret, world: &World) -> Result<Client, Failure> {
    let credentials = Credentials {
        account: shown.account.clone(),
        consumer_key: shown.consumer.key.as_str().to_owned(),
        consumer_secret: shown.consumer.secret.duplicate(),
        token: shown.token.id.as_str().to_owned(),
        token_secret,
    };
    Client::new(&credentials, Arc::clone(&world.clock), Arc::clone(&world.entropy)).map_err(failed)
}

fn one_character_wrong(secret: &Secret) -> Secret {
    let mut wrong = secret.expose().to_owned();
    let last = wrong.pop();
    wrong.push(if last == Some('0') { '1' } else { '0' });
    Secret::new(wrong)
}

fn failed(error: CallError) -> Failure {
    Failure::no_connection(error)
}

fn listed(reply: &Reply) -> String {
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    format!(
        "{} of {} customers",
        body.get("count").unwrap_or(&Value::Null),
        body.get("totalResults").unwrap_or(&Value::Null)
    )
}

fn error_code(reply: &Reply) -> String {
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let code = body
        .pointer("/o:errorDetails/0/o:errorCode")
        .and_then(Value::as_str);
    code.unwrap_or("no error code").to_owned()
}

fn tell_kept(data: &Path, shown: &Shown, base_url: &str) -> Result<(), Failure> {
    let call = paste::command(&["call", "GET", LIST, "--credentials", ".env"]);
    output::say(&format!(
        "\nThe account goes on at {CYAN}{base_url}{CYAN:#}, kept in {}. Save as .env:\n\n{}\n\n  \
         {CYAN}{call}{CYAN:#}\n\n{DIM}Stop it with Ctrl-C.{DIM:#}",
        data.display(),
        shown.env(base_url)
    ))
}
