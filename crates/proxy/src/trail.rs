//! Writes down who used what: in groups, off the path of the request. A request reserves its place in the line when it
//! begins, so that its row needs no waiting when it ends, however it ends.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_vault::{Use, Vault};
use countersign_world::Clock;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::refusal::Refusal;

/// Rows that may wait to be written; beyond, requests wait to begin.
const LINE: usize = 4096;
/// Rows written together.
const GROUP: usize = 512;
const WRITE_EVERY: Duration = Duration::from_millis(200);
const TRY_AGAIN: Duration = Duration::from_secs(1);
const FORGET_EVERY: Duration = Duration::from_hours(1);
/// How often rows that cannot be written are tried again before they are given up at the end.
const LAST_TRIES: u32 = 3;

pub(crate) struct Row {
    what: Use,
    /// Told when it is written, or cannot be.
    written: Option<oneshot::Sender<bool>>,
}

/// Where rows are handed in.
#[derive(Debug)]
pub(crate) struct Trail {
    /// Nothing once closed.
    line: Mutex<Option<mpsc::Sender<Row>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

/// A row's place in the line.
pub(crate) struct Place(mpsc::OwnedPermit<Row>);

impl Trail {
    pub(crate) fn start(vault: Vault, clock: Arc<dyn Clock>, kept: Duration) -> Self {
        let (line, rows) = mpsc::channel(LINE);
        Self {
            line: Mutex::new(Some(line)),
            writer: Mutex::new(Some(tokio::spawn(write(rows, vault, clock, kept)))),
        }
    }

    pub(crate) async fn place(&self) -> Result<Place, Refusal> {
        let place = self.line()?.reserve_owned().await;
        place.map(Place).map_err(|_| stopped())
    }

    /// Waits until the row is written.
    pub(crate) async fn written(&self, what: Use) -> Result<(), Refusal> {
        let (written, told) = oneshot::channel();
        let row = Row {
            what,
            written: Some(written),
        };
        self.line()?.send(row).await.map_err(|_| stopped())?;
        match told.await {
            Ok(true) => Ok(()),
            _ => Err(Refusal::unavailable(
                "It cannot be written down who uses the connection, so nothing was sent. The proxy's log says why.",
            )),
        }
    }

    /// Writes what is left, once no request is under way any more.
    pub(crate) async fn close(&self) {
        drop(self.line.lock().unwrap_or_else(PoisonError::into_inner).take());
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            let _ = writer.await;
        }
    }

    fn line(&self) -> Result<mpsc::Sender<Row>, Refusal> {
        let line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        line.clone().ok_or_else(stopped)
    }
}

impl Place {
    pub(crate) fn send(self, what: Use) {
        self.0.send(Row { what, written: None });
    }
}

fn stopped() -> Refusal {
    Refusal::unavailable("The proxy is stopping.")
}

async fn write(mut rows: mpsc::Receiver<Row>, vault: Vault, clock: Arc<dyn Clock>, kept: Duration) {
    let mut forgotten: Option<Duration> = None;
    let mut group = Vec::new();
    while rows.recv_many(&mut group, GROUP).await > 0 {
        write_group(&mut group, &vault, rows.is_closed()).await;
        if forgotten.is_none_or(|at| clock.elapsed().saturating_sub(at) >= FORGET_EVERY) {
            forgotten = Some(clock.elapsed());
            let before = clock.now().minus(kept);
            while matches!(vault.forget_uses(before).await, Ok(1..)) {}
        }
        // Rows that are waited for are written at once; the others come together meanwhile.
        if rows.is_empty() && !rows.is_closed() {
            tokio::time::sleep(WRITE_EVERY).await;
        }
    }
}

async fn write_group(group: &mut Vec<Row>, vault: &Vault, is_last: bool) {
    let (uses, waiting): (Vec<Use>, Vec<_>) = group.drain(..).map(|row| (row.what, row.written)).unzip();
    let mut tries = 0;
    let is_written = loop {
        let Err(error) = vault.note_uses(uses.clone()).await else {
            break true;
        };
        tries += 1;
        tracing::error!(%error, rows = uses.len(), "uses of connections cannot be written down; trying again");
        // Whoever waits for its row is told so, and sends nothing.
        if waiting.iter().any(Option::is_some) || (is_last && tries >= LAST_TRIES) {
            break false;
        }
        tokio::time::sleep(TRY_AGAIN).await;
    };
    for waiting in waiting.into_iter().flatten() {
        let _ = waiting.send(is_written);
    }
}
