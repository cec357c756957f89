//! The ledger: each nonce once, for as long as a request carrying it could be accepted.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_world::{Entropy, UnixTime};
use hashbrown::hash_table::Entry;

use crate::claim::{ClaimError, Nonce, NonceClaimed};
use crate::fingerprint::Seed;
use crate::folder::{Folder, OpenError};
use crate::journal::Journal;
use crate::record::{Boot, NEVER};
use crate::recovery::{Known, Recovery};
use crate::seen::{Bucket, Seen};

/// Which nonces were used. All times given to one ledger must come from one clock: an account whose clock can be
/// moved needs a ledger of its own.
#[derive(Debug)]
pub struct Ledger {
    seed: Seed,
    /// Seconds.
    window: i64,
    seen: Seen,
    /// Invariant: raised before anything is dropped from `seen`, and only lowered when all is forgotten on purpose.
    forgotten_through: AtomicI64,
    journal: Option<Journal>,
    /// Held by whatever drops, deletes or closes; claims never wait for it. First in the lock order.
    upkeep: Mutex<()>,
    recovery: Recovery,
}

impl Ledger {
    /// Forgets everything when dropped. `seed` is a secret and should be random.
    pub fn in_memory(seed: [u8; 16], window: Duration) -> Self {
        Self {
            seed: Seed::new(seed),
            window: seconds(window),
            seen: Seen::new(),
            forgotten_through: AtomicI64::new(NEVER),
            journal: None,
            upkeep: Mutex::default(),
            recovery: Recovery::default(),
        }
    }

    /// Takes the folder (made when missing) for this process alone and reads back what was claimed.
    ///
    /// `window` is how far a timestamp may lie from `now`, on either side; minutes, as there is one file for every 30
    /// seconds of it.
    pub fn open(
        folder: &Path,
        window: Duration,
        now: UnixTime,
        entropy: &dyn Entropy,
    ) -> Result<Self, OpenError> {
        Self::open_after(Boot::current(), folder, window, now, entropy)
    }

    fn open_after(
        boot: Option<Boot>,
        path: &Path,
        window: Duration,
        now: UnixTime,
        entropy: &dyn Entropy,
    ) -> Result<Self, OpenError> {
        let window = seconds(window);
        let folder = Folder::lock(path)?;
        let seed = folder.seed(entropy)?;
        let known = Known::read(&folder, &seed, boot, window, now)?;
        let forgotten_through = known.record.forgotten_through;
        // Invariant: the record says what is forgotten before it is.
        let journal = Journal::begin(folder, seed, known.record)?;
        let deleted = journal.delete_up_to(known.unneeded);
        deleted.map_err(OpenError::io("delete old segments in", path))?;
        Ok(Self {
            seed,
            window,
            seen: known.seen,
            forgotten_through: AtomicI64::new(forgotten_through),
            journal: Some(journal),
            upkeep: Mutex::default(),
            recovery: known.recovery,
        })
    }

    /// Gives a nonce to the one request that may use it.
    ///
    /// To be asked only after the signature was found good: a stranger must be able neither to fill the ledger nor
    /// to use up the nonce of somebody else.
    pub fn claim(&self, nonce: &Nonce<'_>, now: UnixTime) -> Result<NonceClaimed, ClaimError> {
        let timestamp = nonce.timestamp;
        let earliest = now.seconds().saturating_sub(self.window);
        let latest = now.seconds().saturating_add(self.window);
        if timestamp < earliest || timestamp > latest {
            return Err(ClaimError::Outside {
                timestamp,
                earliest,
                latest,
            });
        }
        let fingerprint = self.seed.fingerprint(nonce);
        let bucket = Bucket::of(timestamp);

        // Under the lock of its shard until it is remembered: of two threads with one nonce, the second finds it.
        let mut shard = self.seen.shard(fingerprint);
        let through = self.forgotten_through.load(Ordering::Acquire);
        if timestamp <= through {
            return Err(ClaimError::BeforeRestart { through });
        }
        let table = shard.table(bucket);
        match table.entry(fingerprint, |seen| *seen == fingerprint, |seen| *seen) {
            Entry::Occupied(_) => Err(ClaimError::Used),
            Entry::Vacant(vacant) => {
                // The journal first. If it fails, nothing is remembered and nothing is given.
                if let Some(journal) = &self.journal {
                    let appended = journal.append(timestamp, bucket, fingerprint);
                    appended.map_err(ClaimError::Journal)?;
                }
                vacant.insert(fingerprint);
                Ok(NonceClaimed(()))
            }
        }
    }

    /// Whether a nonce was given to somebody and is still remembered. It decides nothing: only [`claim`](Self::claim) does.
    pub fn is_used(&self, nonce: &Nonce<'_>) -> bool {
        let fingerprint = self.seed.fingerprint(nonce);
        let shard = self.seen.shard(fingerprint);
        shard.has(Bucket::of(nonce.timestamp), fingerprint)
    }

    /// To be called every second from a background task: drops what has expired, and extends the promise on disk
    /// ahead of need, so that under steady load no claim waits for it. If it is not called, or fails, claims stay
    /// correct.
    ///
    /// With an earlier time than the one claims are made at, nonces are kept longer: what is dropped is refused for
    /// good, also after the clock was moved back.
    pub fn sync(&self, now: UnixTime) -> io::Result<()> {
        let _upkeep = self.upkeep();
        self.drop_expired(now)?;
        self.journal.as_ref().map_or(Ok(()), Journal::renew)
    }

    /// A nonce is kept until its *request timestamp* plus the window, not until its arrival plus the window:
    /// dropping it earlier reopens a replay for requests stamped in the future.
    fn drop_expired(&self, now: UnixTime) -> io::Result<()> {
        let expired = Bucket::before(now.seconds().saturating_sub(self.window));
        let Some(limit) = self.seen.newest_up_to(expired) else {
            return Ok(());
        };
        // Refused first, dropped afterwards: a clock that steps back must not bring a used nonce back to life.
        // Only up to what is really dropped, or one wrong clock reading would refuse everybody for long.
        let through = limit.last_timestamp();
        if let Some(journal) = &self.journal {
            journal.forget_through(through)?;
        }
        self.forgotten_through.fetch_max(through, Ordering::AcqRel);
        self.seen.drop_up_to(limit);
        self.journal
            .as_ref()
            .map_or(Ok(()), |journal| journal.delete_up_to(limit))
    }

    /// Forgets every nonce and lifts every refusal: for a test account that is reset or whose clock is moved back.
    /// Requests captured before can be replayed afterwards.
    pub fn forget_everything(&self) -> io::Result<()> {
        let _upkeep = self.upkeep();
        let mut shards = self.seen.all();
        if let Some(journal) = &self.journal {
            journal.reset()?;
        }
        for shard in &mut shards {
            shard.clear();
        }
        self.forgotten_through.store(NEVER, Ordering::Release);
        Ok(())
    }

    /// Makes every claim durable, so that not even a power loss leaves a doubt. Later claims are refused.
    pub fn close(&self) -> io::Result<()> {
        let _upkeep = self.upkeep();
        self.journal.as_ref().map_or(Ok(()), Journal::close)
    }

    fn upkeep(&self) -> MutexGuard<'_, ()> {
        self.upkeep.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was known when this ledger was opened.
    pub const fn recovery(&self) -> Recovery {
        self.recovery
    }

    /// How many nonces are remembered.
    pub fn count(&self) -> usize {
        self.seen.count()
    }

    /// The memory they take, in bytes, empty places included.
    pub fn bytes(&self) -> usize {
        self.seen.bytes()
    }
}

fn seconds(window: Duration) -> i64 {
    i64::try_from(window.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[path = "ledger/tests.rs"]
mod tests;
