//! `countersign proxy`.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use countersign_console::{Console, link_to_pages};
use countersign_front::{Gate, Listener, Tunnel, Tunnels};
use countersign_nango::Nango;
use countersign_proxy::{Audit, Collector, Parts, Proxy, Settings};
use countersign_vault::Vault;
use countersign_world::environment;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;

use crate::command::{AuditWhen, ProxyCommand};
use crate::failure::{Exit, Failure};
use crate::folder::{self, World};
use crate::gauge;
use crate::lifeline;
use crate::output::{self, BOLD, DIM};
use crate::paste;
use crate::proxy_server::{self, Beside, PAGES, PROXY, ProxyServer, Told};
use crate::running::StopRequests;
use crate::table;
use crate::vault_folder::{self, VaultFolder};

pub(crate) async fn run(command: ProxyCommand) -> Result<Exit, Failure> {
    refuse_open_address(&command)?;
    let world = World::system();
    let VaultFolder { data, vault } = VaultFolder::open(&command.at, &world).await?;
    folder::warn_of_other_writers(&data);
    lifeline::sweep(&vault, &data, &world).await?;
    let tcp = Listener::tcp(command.listen)
        .await
        .map_err(|error| Failure::of_system(error).hint("take a free port with --listen 127.0.0.1:0"))?;
    let address = tcp.address().unwrap_or(command.listen);
    let tcp = match (&command.tls_cert, &command.tls_key) {
        (Some(chain), Some(key)) => tcp.through(gate(chain, key)?),
        _ => tcp,
    };
    let url = tcp.to_string();
    let mut listeners = vec![tcp];
    if let Some(path) = &command.socket {
        listeners.push(Listener::unix(path).map_err(Failure::of_system)?);
    }
    let status = match command.status {
        Some(address) => Some(Listener::tcp(address).await.map_err(Failure::of_system)?),
        None => None,
    };
    let status_url = status.as_ref().map(Listener::to_string);
    let pages = match command.pages {
        Some(address) => Some(pages(address, &command).await?),
        None => None,
    };
    let proxy = Proxy::start(Parts {
        vault: vault.clone(),
        clock: Arc::clone(&world.clock),
        entropy: Arc::clone(&world.entropy),
        settings: Settings {
            traces: collector(command.pass_traceparent)?,
            ..settings(&command)
        },
    });
    let proxy = proxy.map_err(|error| Failure::system("set up TLS", &error))?;
    let mut stop = StopRequests::catch()?;
    let told = Told::write(&data, PROXY, &seen(&url, &command))?;
    let pages_url = pages.as_ref().map(|pages| seen(&pages.to_string(), &command));
    let told_pages = pages_url
        .as_ref()
        .map(|url| Told::write(&data, PAGES, url))
        .transpose()?;
    let first = vault.connections(None, 1).await?.into_iter().next();
    let nango = nango(&proxy, &vault, &world);
    let nango = match command.tls_cert.is_none() || command.local_servers {
        true => nango,
        false => nango.without_servers(),
    };
    let folder = data.clone();
    let console = Console::new(countersign_console::Parts {
        vault: vault.clone(),
        proxy: proxy.clone(),
        nango: nango.clone(),
        clock: Arc::clone(&world.clock),
        entropy: Arc::clone(&world.entropy),
        hosts: command.host.clone(),
        of: seen(&url, &command),
        setup_base: seen(&url, &command),
        local_server: Box::new(move |account| vault_folder::local_server(&folder, account)),
    });
    let sign_in = match &pages_url {
        Some(url) => {
            let (token, _) = vault.make_link(link_to_pages(), VaultFolder::by(&world)).await?;
            Some(format!("{url}{}", Console::sign_in_path(&token)))
        }
        None => None,
    };
    // It signs as well where nobody can look.
    let socket = Listener::unix(&proxy_server::socket(&data));
    let socket = socket.map_err(|error| tracing::warn!(%error, "countersign governor cannot ask this proxy"));
    let beside = Beside {
        status: status.into_iter().chain(socket).collect(),
        pages,
        console: Some(console),
    };
    let server = ProxyServer::start(
        (proxy, nango),
        listeners,
        beside,
        Duration::from_secs(command.grace),
    );

    let name = first.map_or_else(|| "NAME".to_owned(), |connection| connection.id.to_string());
    let said = match command.json {
        true => output::say_json(&json!({
            "url": url,
            "address": address.to_string(),
            "socket": command.socket,
            "status": status_url,
            "pages": pages_url,
        })),
        false => output::say(&welcome(
            &url,
            &name,
            status_url.as_deref(),
            sign_in.as_deref(),
            &data,
        )),
    };
    match said {
        // Whoever reads the first line and goes away wants the proxy to go on.
        Err(failure) if !failure.is_reader_gone() => return Err(failure),
        _ => {}
    }
    let is_watched = !command.json && std::io::stderr().is_terminal() && std::io::stdout().is_terminal();
    let gauge = is_watched.then(|| tokio::spawn(show_gauge(server.proxy.clone())));
    stop.next().await;
    if let Some(gauge) = gauge {
        gauge.abort();
        // Its handle on the proxy is gone when it is.
        let _ = gauge.await;
        output::complain("");
    }
    drop((told, told_pages));
    let stopping = server.stop();
    let served = tokio::select! {
        served = stopping => served?,
        () = stop.next() => {
            output::complain("Stopped at once.");
            return Ok(Exit::Success);
        }
    };
    vault.close().await?;
    if !command.json {
        let requests = match served.requests {
            1 => "1 request".to_owned(),
            requests => format!("{requests} requests"),
        };
        output::say(&format!("Stopped after {requests}."))?;
    }
    Ok(Exit::Success)
}

pub(super) fn nango(proxy: &Proxy, vault: &Vault, world: &World) -> Nango {
    let (clock, entropy) = (Arc::clone(&world.clock), Arc::clone(&world.entropy));
    Nango::new(proxy.clone(), vault.clone(), clock, entropy)
}

pub(super) fn settings(command: &ProxyCommand) -> Settings {
    Settings {
        wait: Duration::from_secs(command.wait),
        limits: command.limit.iter().cloned().collect(),
        reserve: command.reserve,
        rewrite_links: command.rewrite_links,
        audit: match command.audit {
            AuditWhen::Grouped => Audit::Grouped,
            AuditWhen::Strict => Audit::Strict,
        },
        hosts: command.host.clone(),
        ..Settings::default()
    }
}

/// By the variables that programs for OpenTelemetry have in common. Headers may hold a key, and are never shown.
fn collector(passes_on: bool) -> Result<Option<Collector>, Failure> {
    let traces = environment::variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    let all = || environment::variable("OTEL_EXPORTER_OTLP_ENDPOINT");
    let all = || all().map(|base| format!("{}/v1/traces", base.trim_end_matches('/')));
    let Some(address) = traces.or_else(all) else {
        return Ok(None);
    };
    let unusable = |what: &str| {
        Failure::unusable(format!("{what} of OpenTelemetry cannot be used"))
            .hint("give an address such as OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318, and headers as name=value,name=value")
    };
    let uri: Uri = address.parse().map_err(|_| unusable("the address"))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none() {
        return Err(unusable("the address"));
    }
    let mut headers = HeaderMap::new();
    let given = environment::variable("OTEL_EXPORTER_OTLP_HEADERS").unwrap_or_default();
    for pair in given.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or_else(|| unusable("a header"))?;
        let name: HeaderName = name.trim().parse().map_err(|_| unusable("a header"))?;
        let value = percent_encoding::percent_decode_str(value.trim()).decode_utf8_lossy();
        let mut value = HeaderValue::from_str(&value).map_err(|_| unusable("a header"))?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    Ok(Some(Collector {
        address: uri,
        headers,
        service: environment::variable("OTEL_SERVICE_NAME").unwrap_or_else(|| "countersign".to_owned()),
        passes_on,
    }))
}

/// The listener of the pages. On this machine alone it needs no TLS.
async fn pages(address: SocketAddr, command: &ProxyCommand) -> Result<Listener, Failure> {
    let listener = Listener::tcp(address).await;
    let listener = listener
        .map_err(|error| Failure::of_system(error).hint("take a free port with --pages 127.0.0.1:0"))?;
    if address.ip().is_loopback() {
        return Ok(listener);
    }
    match (&command.tls_cert, &command.tls_key, command.host.first()) {
        (Some(chain), Some(key), Some(_)) => Ok(listener.through(gate(chain, key)?)),
        _ => {
            let message =
                format!("{address} can be reached by others, and whoever signs in there may do everything");
            Err(Failure::unusable(message)
                .hint("give --tls-cert, --tls-key and --host NAME, or serve the pages on 127.0.0.1"))
        }
    }
}

/// A listener's address as others call it: by the proxy's own name, where it has one and is not for this machine alone.
fn seen(url: &str, command: &ProxyCommand) -> String {
    let address = url
        .split_once("://")
        .and_then(|(_, address)| address.parse::<SocketAddr>().ok());
    match (address, command.host.first()) {
        (Some(address), Some(host)) if !address.ip().is_loopback() => match address.port() {
            443 => format!("https://{host}"),
            port => format!("https://{host}:{port}"),
        },
        _ => url.to_owned(),
    }
}

fn welcome(url: &str, connection: &str, status: Option<&str>, pages: Option<&str>, data: &Path) -> String {
    let caller = paste::command_on(&["caller", "add", "my-program"], data);
    let words = [
        "grant",
        "add",
        "--caller",
        "my-program",
        "--connection",
        connection,
        "--all",
        "--read-only",
    ];
    let grant = paste::command_on(&words, data);
    let watch = paste::command_on(&["governor", "--watch"], data);
    let status = status
        .map(|url| format!("\n  {DIM}state{DIM:#}    {url}/healthz, /readyz, /metrics, /governor"))
        .unwrap_or_default();
    let pages = pages
        .map(|link| format!("\n  {DIM}pages{DIM:#}    {link}\n           {DIM}opens once, for a quarter of an hour; another: countersign connection pages{DIM:#}"))
        .unwrap_or_default();
    format!(
        "The proxy signs for programs that hold no credentials.\n\n  {DIM}address{DIM:#}  {BOLD}{url}/c/{connection}{BOLD:#} in \
         the place of the account's hosts{status}{pages}\n\nA key and a grant, once:\n\n  {caller}\n  {grant}\n\nThen, with the key in \
         KEY:\n\n  curl -H \"Authorization: Bearer $KEY\" {url}/c/{connection}/services/rest/record/v1/customer\n\n{DIM}What runs: {watch}\nStop it \
         with Ctrl-C.{DIM:#}"
    )
}

/// A line that is written anew each second.
async fn show_gauge(proxy: Proxy) {
    use std::io::Write as _;
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let survey = proxy.survey();
        let accounts = survey.accounts.iter();
        let accounts = accounts.map(|one| format!("{}: {}", one.account, gauge::brief(one)));
        let line: Vec<_> = accounts.chain(survey.stopped().map(gauge::stop)).collect();
        if !line.is_empty() {
            // One that the terminal breaks is not written over.
            let room = table::width().unwrap_or(80).saturating_sub(1);
            let line: String = line.join("   ").chars().take(room).collect();
            let mut err = anstream::stderr().lock();
            let _ = write!(err, "\r\u{1b}[K{DIM}{line}{DIM:#}");
            let _ = err.flush();
        }
    }
}

/// Keys of callers, and customers' data, would be read by everybody on the way.
fn refuse_open_address(command: &ProxyCommand) -> Result<(), Failure> {
    let has_tls = command.tls_cert.is_some();
    if !command.listen.ip().is_loopback() && !has_tls {
        let message = format!(
            "{} can be reached by others, and keys would be sent there without TLS",
            command.listen
        );
        return Err(Failure::unusable(message)
            .hint("give --tls-cert and --tls-key, or listen on 127.0.0.1 or with --socket"));
    }
    Ok(())
}

fn gate(chain: &Path, key: &Path) -> Result<Gate, Failure> {
    let unusable = |path: &Path, error: &dyn std::fmt::Display| {
        Failure::unusable(format!("{} cannot be used: {error}", path.display()))
            .hint("give the chain and the key as PEM files")
    };
    let certificates = CertificateDer::pem_file_iter(chain).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates = certificates.map_err(|error| unusable(chain, &error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(key, &error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|config| {
            config
                .with_no_client_auth()
                .with_single_cert(certificates, private)
        });
    let mut config = config.map_err(|error| unusable(chain, &error))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Gate::new(Arc::new(config), Arc::new(NoTunnel)))
}

/// It is no proxy of that kind.
struct NoTunnel;

impl Tunnels for NoTunnel {
    fn to(&self, _: &str, _: u16) -> Tunnel {
        Tunnel::Refused("This proxy passes no tunnels on. Call it below /c/CONNECTION/".to_owned())
    }
}
