//! The journal: every claim on disk before it is answered, one file per bucket, one write per claim.
//!
//! What is written survives the end of the process, for the page cache belongs to the kernel. It is not forced to
//! the disk claim by claim: against a power loss stands the promise in the [`Record`], made durable before the
//! first claim that needs it. Lock order: shard, record, segments.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_durable::private_file;

use crate::fingerprint::Seed;
use crate::folder::{Folder, OpenError};
use crate::record::{NEVER, Record};
use crate::seen::Bucket;

/// How far the promise on disk runs ahead of the latest timestamp claimed. After a power loss requests are
/// refused up to that timestamp plus at most this.
pub const PROMISE_LEAD: Duration = Duration::from_secs(30);

const LEAD: i64 = PROMISE_LEAD.as_secs().cast_signed();
const SUFFIX: &str = ".nonces";
/// More than a window of minutes writes to. A clock that is moved about would leave one open at every place it was.
const MOST_OPEN: usize = 64;
/// Fingerprint and checksum, little-endian. Sixteen bytes never cross a page or a sector.
const ENTRY: usize = 16;

#[derive(Debug)]
pub(crate) struct Journal {
    folder: Folder,
    seed: Seed,
    record: Mutex<Record>,
    /// A copy of the record's, to be read without a lock; never ahead of the one on disk.
    promised_through: AtomicI64,
    segments: Mutex<Segments>,
}

#[derive(Debug)]
struct Segments {
    open: BTreeMap<Bucket, Segment>,
    latest_claimed: i64,
    closed: bool,
}

#[derive(Debug)]
struct Segment {
    file: File,
    /// Where the next entry goes: after the last whole one, over the remains of a failed write.
    length: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replayed {
    Whole,
    Damaged,
}

impl Journal {
    /// Begins a journal that goes on from `record`, which it makes durable before it returns.
    pub(crate) fn begin(folder: Folder, seed: Seed, record: Record) -> Result<Self, OpenError> {
        let written = record.write(&folder, &seed);
        written.map_err(OpenError::io("write the record in", folder.path()))?;
        Ok(Self {
            folder,
            seed,
            promised_through: AtomicI64::new(record.promised_through),
            record: Mutex::new(record),
            segments: Mutex::new(Segments {
                open: BTreeMap::new(),
                latest_claimed: NEVER,
                closed: false,
            }),
        })
    }

    /// Writes a claim down. Afterwards it survives the end of the process, and a power loss cannot make it
    /// acceptable again.
    pub(crate) fn append(&self, timestamp: i64, bucket: Bucket, fingerprint: u64) -> io::Result<()> {
        if timestamp > self.promised_through.load(Ordering::Acquire) {
            self.promise(timestamp)?;
        }
        let mut segments = lock(&self.segments);
        if segments.closed {
            return Err(io::Error::other("the ledger is closed"));
        }
        segments.make_room(bucket);
        let segment = match segments.open.entry(bucket) {
            Entry::Occupied(open) => open.into_mut(),
            Entry::Vacant(vacant) => vacant.insert(Segment::open(&self.folder, bucket)?),
        };
        segment.write(&entry(&self.seed, bucket, fingerprint))?;
        segments.latest_claimed = segments.latest_claimed.max(timestamp);
        Ok(())
    }

    /// Extends the promise ahead of need, so that no claim has to wait for the disk.
    pub(crate) fn renew(&self) -> io::Result<()> {
        let latest_claimed = lock(&self.segments).latest_claimed;
        if latest_claimed == NEVER {
            return Ok(());
        }
        self.promise(latest_claimed)
    }

    fn promise(&self, timestamp: i64) -> io::Result<()> {
        self.rewrite(|record| {
            if record.promised_through < timestamp.saturating_add(LEAD / 2) {
                record.promised_through = timestamp.saturating_add(LEAD);
            }
        })
    }

    /// Makes it durable that nothing up to `timestamp` is known any more. To be called before that is so.
    pub(crate) fn forget_through(&self, timestamp: i64) -> io::Result<()> {
        self.rewrite(|record| record.forget_through(timestamp))
    }

    pub(crate) fn delete_up_to(&self, limit: Bucket) -> io::Result<()> {
        lock(&self.segments).open.retain(|bucket, _| *bucket > limit);
        // The files, not the open ones: so that one whose deletion failed is tried again.
        for bucket in buckets(&self.folder)? {
            if bucket <= limit {
                std::fs::remove_file(self.folder.join(&file_name(bucket)))?;
            }
        }
        Ok(())
    }

    /// Forgets every claim, every refusal and every promise. No claim may be under way.
    pub(crate) fn reset(&self) -> io::Result<()> {
        self.delete_up_to(Bucket::LAST)?;
        lock(&self.segments).latest_claimed = NEVER;
        self.rewrite(|record| {
            record.promised_through = NEVER;
            record.forgotten_through = NEVER;
        })
    }

    /// Makes every claim durable and says so. Later claims fail.
    pub(crate) fn close(&self) -> io::Result<()> {
        lock(&self.segments).closed = true;
        // All of them: what an earlier process claimed on this boot may not have reached the disk either.
        for bucket in buckets(&self.folder)? {
            File::open(self.folder.join(&file_name(bucket)))?.sync_all()?;
        }
        self.folder.sync()?;
        self.rewrite(|record| record.closed = true)
    }

    /// Changes the record on disk, and only then the one in memory.
    fn rewrite(&self, change: impl FnOnce(&mut Record)) -> io::Result<()> {
        let mut record = lock(&self.record);
        let mut changed = record.clone();
        change(&mut changed);
        if changed != *record {
            changed.write(&self.folder, &self.seed)?;
            self.promised_through
                .store(changed.promised_through, Ordering::Release);
            *record = changed;
        }
        Ok(())
    }
}

impl Segments {
    /// Closes the file furthest from `bucket` where there would be too many; a later claim opens it again.
    fn make_room(&mut self, bucket: Bucket) {
        if self.open.len() < MOST_OPEN || self.open.contains_key(&bucket) {
            return;
        }
        let distance = |open: &Bucket| open.number().abs_diff(bucket.number());
        if let Some(furthest) = self.open.keys().copied().max_by_key(distance) {
            self.open.remove(&furthest);
        }
    }
}

impl Segment {
    fn open(folder: &Folder, bucket: Bucket) -> io::Result<Self> {
        let mut options = private_file();
        options.create(true).truncate(false);
        let file = options.open(folder.join(&file_name(bucket)))?;
        let length = file.metadata()?.len();
        Ok(Self {
            file,
            length: length - length % ENTRY as u64,
        })
    }

    fn write(&mut self, entry: &[u8; ENTRY]) -> io::Result<()> {
        self.file.write_all_at(entry, self.length)?;
        self.length += ENTRY as u64;
        Ok(())
    }
}

/// The buckets that have a segment in the folder.
pub(crate) fn buckets(folder: &Folder) -> io::Result<Vec<Bucket>> {
    let mut buckets = Vec::new();
    for file in std::fs::read_dir(folder.path())? {
        let name = file?.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(SUFFIX));
        buckets.extend(
            number
                .and_then(|number| number.parse().ok())
                .map(Bucket::numbered),
        );
    }
    Ok(buckets)
}

/// Gives every claim of a segment to `remember`. A last entry that is torn or wrong was never answered, and is cut
/// off; a wrong one before it means that answered claims may be lost.
pub(crate) fn replay(
    folder: &Folder,
    seed: &Seed,
    bucket: Bucket,
    mut remember: impl FnMut(u64),
) -> io::Result<Replayed> {
    let mut file = private_file().read(true).open(folder.join(&file_name(bucket)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let (entries, torn) = bytes.as_chunks::<ENTRY>();
    let mut whole = entries.len();
    for (index, found) in entries.iter().enumerate() {
        // The lower half.
        let fingerprint = u128::from_le_bytes(*found) as u64;
        if *found == entry(seed, bucket, fingerprint) {
            remember(fingerprint);
        } else if index + 1 == entries.len() && torn.is_empty() {
            whole = index;
        } else {
            return Ok(Replayed::Damaged);
        }
    }
    file.set_len((whole * ENTRY) as u64)?;
    Ok(Replayed::Whole)
}

/// The checksum covers the bucket too: a segment under another name is not believed.
fn entry(seed: &Seed, bucket: Bucket, fingerprint: u64) -> [u8; ENTRY] {
    let message = u128::from(bucket.number().cast_unsigned()) << 64 | u128::from(fingerprint);
    let check = seed.checksum(b"claim   ", &message.to_le_bytes());
    (u128::from(check) << 64 | u128::from(fingerprint)).to_le_bytes()
}

fn file_name(bucket: Bucket) -> String {
    format!("{}{SUFFIX}", bucket.number())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
