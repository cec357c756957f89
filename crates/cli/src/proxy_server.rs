//! A proxy that listens, and ends without cutting anybody off.

use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use countersign_console::Console;
use countersign_front::{Body, Limits, Listener, Served, serve};
use countersign_nango::Nango;
use countersign_proxy::Proxy;
use http::Request;
use http_body_util::Either;
use hyper::service::service_fn;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::failure::Failure;
use crate::folder::private_file;
use crate::process;
use crate::vault_folder::CONNECTIONS;

/// In the folder of connections: where the proxy of this data folder answers.
pub(crate) const PROXY: &str = "proxy";
/// The same of its pages, where it has some.
pub(crate) const PAGES: &str = "pages";
/// In the same place: where whoever owns the folder asks how it is.
const SOCKET: &str = "proxy.sock";

/// Envelopes are read whole; other bodies pass through, however long.
const LARGEST_BODY: u64 = 1024 * 1024 * 1024;

pub(crate) struct ProxyServer {
    pub(crate) proxy: Proxy,
    stop: watch::Sender<bool>,
    serving: JoinHandle<Served>,
    beside: Vec<JoinHandle<Served>>,
}

/// What listens beside the proxy.
#[derive(Default)]
pub(crate) struct Beside {
    /// For whoever asks how it is.
    pub(crate) status: Vec<Listener>,
    pub(crate) pages: Option<Listener>,
    /// The pages, one of which is for whoever has a link, on the proxy's own listeners.
    pub(crate) console: Option<Console>,
}

impl ProxyServer {
    /// Programs written for Nango's API are answered on the same listeners.
    pub(crate) fn start(
        (proxy, nango): (Proxy, Nango),
        listeners: Vec<Listener>,
        Beside {
            status,
            pages,
            console,
        }: Beside,
        grace: Duration,
    ) -> Self {
        let limits = Limits::default();
        let limits = Limits {
            connections: process::connections(limits.connections),
            body_bytes: LARGEST_BODY,
            body_time: Duration::from_hours(1),
            shutdown_grace: grace,
            ..limits
        };
        let (stop, stopped) = watch::channel(false);
        let ended = |mut stopped: watch::Receiver<bool>| async move {
            // Also when the sender is dropped: a handle that is gone cannot stop anything any more.
            let _ = stopped.wait_for(|is_stopped| *is_stopped).await;
        };
        let for_others = console.clone();
        let service = service_fn(move |request: Request<Body>| {
            let (nango, console) = (nango.clone(), for_others.clone());
            async move {
                match console.filter(|_| Console::is_of_setup(request.uri().path())) {
                    Some(console) => Ok(console.set_up(request).await.map(Either::Left)),
                    None => nango
                        .answer(request)
                        .await
                        .map(|answer| answer.map(Either::Right)),
                }
            }
        });
        let serving = tokio::spawn(serve(listeners, service, limits, ended(stopped.clone())));
        let telling = proxy.clone();
        let status = (!status.is_empty()).then(|| {
            let service = service_fn(move |request| {
                let proxy = telling.clone();
                async move { proxy.status(request).await }
            });
            tokio::spawn(serve(status, service, Limits::default(), ended(stopped.clone())))
        });
        let pages = pages.zip(console).map(|(listener, console)| {
            let service = service_fn(move |request| {
                let console = console.clone();
                async move { console.answer(request).await }
            });
            // Whoever follows the governor would be waited for.
            let limits = Limits {
                shutdown_grace: Duration::ZERO,
                ..Limits::default()
            };
            tokio::spawn(serve(vec![listener], service, limits, ended(stopped)))
        });
        Self {
            proxy,
            stop,
            serving,
            beside: status.into_iter().chain(pages).collect(),
        }
    }

    /// Takes no more requests, lets those under way end, and writes down what they were.
    pub(crate) async fn stop(self) -> Result<Served, Failure> {
        let _ = self.stop.send(true);
        let broken = |error| Failure::system("end the proxy", &error);
        let served = self.serving.await.map_err(broken)?;
        for beside in self.beside {
            beside.await.map_err(broken)?;
        }
        self.proxy.close().await;
        Ok(served)
    }
}

/// Tells the commands of this data folder where its proxy is, as long as it runs.
pub(crate) struct Told {
    path: PathBuf,
    url: String,
}

impl Told {
    /// `what` is [`PROXY`] or [`PAGES`].
    pub(crate) fn write(data: &Path, what: &str, url: &str) -> Result<Self, Failure> {
        let path = data.join(CONNECTIONS).join(what);
        let file = private_file().create(true).truncate(true).open(&path);
        file.and_then(|mut file| file.write_all(url.as_bytes()))
            .map_err(|error| Failure::system(format!("write {}", path.display()), &error))?;
        Ok(Self {
            path,
            url: url.to_owned(),
        })
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        // Another proxy may have written its own since.
        if fs::read_to_string(&self.path).is_ok_and(|url| url == self.url) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Where the proxy of a data folder is asked how it is.
pub(crate) fn socket(data: &Path) -> PathBuf {
    data.join(CONNECTIONS).join(SOCKET)
}

/// The proxy of this data folder, if one answers there.
pub(crate) async fn running(data: &Path) -> Option<String> {
    let url = told(data, PROXY).await?;
    let address: SocketAddr = url.strip_prefix("http://")?.parse().ok()?;
    address.ip().is_loopback().then_some(url)
}

/// Where the [`PROXY`] of this data folder answers, or its [`PAGES`]. What has a name is believed: it may be reached from
/// elsewhere only.
pub(crate) async fn told(data: &Path, what: &str) -> Option<String> {
    let url = fs::read_to_string(data.join(CONNECTIONS).join(what)).ok()?;
    let (_, authority) = url.split_once("://")?;
    // A file that a kill left says where there was one.
    match authority.parse::<SocketAddr>() {
        Ok(address) => TcpStream::connect(address).await.is_ok().then_some(url),
        Err(_) => Some(url),
    }
}
