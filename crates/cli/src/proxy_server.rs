//! A proxy that listens, and ends without cutting anybody off.

use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use countersign_front::{Limits, Listener, Served, serve};
use countersign_nango::Nango;
use countersign_proxy::Proxy;
use hyper::service::service_fn;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::failure::Failure;
use crate::folder::private_file;
use crate::process;
use crate::vault_folder::CONNECTIONS;

/// In the folder of connections: where the proxy of this data folder answers.
const ADDRESS: &str = "proxy";

/// Envelopes are read whole; other bodies pass through, however long.
const LARGEST_BODY: u64 = 1024 * 1024 * 1024;

pub(crate) struct ProxyServer {
    pub(crate) proxy: Proxy,
    stop: watch::Sender<bool>,
    serving: JoinHandle<Served>,
    status: Option<JoinHandle<Served>>,
}

impl ProxyServer {
    /// Programs written for Nango's API are answered on the same listeners.
    pub(crate) fn start(
        (proxy, nango): (Proxy, Nango),
        listeners: Vec<Listener>,
        status: Option<Listener>,
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
        let service = service_fn(move |request| {
            let nango = nango.clone();
            async move { nango.answer(request).await }
        });
        let serving = tokio::spawn(serve(listeners, service, limits, ended(stopped.clone())));
        let telling = proxy.clone();
        let status = status.map(|listener| {
            let service = service_fn(move |request| {
                let proxy = telling.clone();
                async move { proxy.status(request).await }
            });
            tokio::spawn(serve(vec![listener], service, Limits::default(), ended(stopped)))
        });
        Self {
            proxy,
            stop,
            serving,
            status,
        }
    }

    /// Takes no more requests, lets those under way end, and writes down what they were.
    pub(crate) async fn stop(self) -> Result<Served, Failure> {
        let _ = self.stop.send(true);
        let broken = |error| Failure::system("end the proxy", &error);
        let served = self.serving.await.map_err(broken)?;
        if let Some(status) = self.status {
            status.await.map_err(broken)?;
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
    pub(crate) fn write(data: &Path, url: &str) -> Result<Self, Failure> {
        let path = data.join(CONNECTIONS).join(ADDRESS);
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

/// The proxy of this data folder, if one answers there.
pub(crate) async fn running(data: &Path) -> Option<String> {
    let url = fs::read_to_string(data.join(CONNECTIONS).join(ADDRESS)).ok()?;
    let address: SocketAddr = url.strip_prefix("http://")?.parse().ok()?;
    // A file that a kill left says where there was one.
    let answers = address.ip().is_loopback() && TcpStream::connect(address).await.is_ok();
    answers.then_some(url)
}
