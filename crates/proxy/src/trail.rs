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

impl Row {
    fn tell(self, is_written: bool) {
        if let Some(written) = self.written {
            let _ = written.send(is_written);
        }
    }
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

async fn write(mut line: mpsc::Receiver<Row>, vault: Vault, clock: Arc<dyn Clock>, kept: Duration) {
    let mut forgotten: Option<Duration> = None;
    let mut rows = Vec::new();
    let mut last_tries = 0;
    while !rows.is_empty() || line.recv_many(&mut rows, GROUP).await > 0 {
        let uses = rows.iter().map(|row: &Row| row.what.clone()).collect();
        if let Err(error) = vault.note_uses(uses).await {
            tracing::error!(%error, rows = rows.len(), "uses of connections cannot be written down; trying again");
            // Whoever waits for its row is told so, and sends nothing. The others were sent already: their rows are kept.
            for row in rows.extract_if(.., |row| row.written.is_some()) {
                row.tell(false);
            }
            last_tries += u32::from(line.is_closed());
            if last_tries >= LAST_TRIES {
                tracing::error!(
                    rows = rows.len() + line.len(),
                    "uses of connections were not written down"
                );
                return;
            }
            tokio::time::sleep(TRY_AGAIN).await;
            // Those who came meanwhile must not wait until it works again.
            while rows.len() < LINE
                && let Ok(row) = line.try_recv()
            {
                rows.push(row);
            }
            continue;
        }
        for row in rows.drain(..) {
            row.tell(true);
        }
        if forgotten.is_none_or(|at| clock.elapsed().saturating_sub(at) >= FORGET_EVERY) {
            forgotten = Some(clock.elapsed());
            let before = clock.now().minus(kept);
            while matches!(vault.forget_uses(before).await, Ok(1..)) {}
        }
        // Rows that are waited for are written at once; the others come together meanwhile.
        if line.is_empty() && !line.is_closed() {
            tokio::time::sleep(WRITE_EVERY).await;
        }
    }
}
