//! What a start knows of the claims before it: all of them, or a moment none of them was stamped after.

use countersign_world::UnixTime;

use crate::fingerprint::Seed;
use crate::folder::{Folder, OpenError};
use crate::journal::{self, Replayed};
use crate::record::{Boot, Found, NEVER, Record};
use crate::seen::{Bucket, Seen};

/// What a ledger knew when it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Claims read back from the journal.
    pub replayed: usize,
    /// Requests stamped up to this (Unix seconds) are refused, and why.
    pub doubt: Option<(i64, Doubt)>,
}

/// Why a journal cannot vouch for everything before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The machine was started anew without a clean stop, or the folder came from another one.
    PowerLoss,
    /// A file is damaged or missing.
    Damage,
}

/// Everything a ledger goes on from.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) record: Record,
    pub(crate) seen: Seen,
    /// Segments up to here hold nothing that is needed.
    pub(crate) unneeded: Bucket,
    pub(crate) recovery: Recovery,
}

impl Known {
    pub(crate) fn read(
        folder: &Folder,
        seed: &Seed,
        boot: Option<Boot>,
        window: i64,
        now: UnixTime,
    ) -> Result<Self, OpenError> {
        let held = journal::buckets(folder).map_err(OpenError::io("list", folder.path()))?;
        let (mut record, mut doubt) = match Record::read(folder, seed)? {
            // A record is durable before the first claim: nothing was ever claimed.
            Found::Nothing if held.is_empty() => (Record::promising_through(NEVER), None),
            // Whoever claimed before had no later clock than ours, or left a segment of a time it was moved to: nothing
            // was stamped after this.
            Found::Nothing | Found::Damaged => {
                let newest = held.iter().max().map_or(NEVER, |bucket| bucket.last_timestamp());
                let latest = now.seconds().saturating_add(window).max(newest);
                (Record::promising_through(latest), Some(Doubt::Damage))
            }
            Found::Record(record) => {
                let undisturbed = record.closed || (boot.is_some() && record.boot == boot);
                let unclaimed = record.promised_through == NEVER;
                (record, (!undisturbed && !unclaimed).then_some(Doubt::PowerLoss))
            }
        };

        let seen = Seen::new();
        let mut unneeded = Bucket::before(now.seconds().saturating_sub(window));
        let mut replayed = 0;
        for bucket in held {
            if doubt.is_some() {
                break;
            }
            if bucket <= unneeded {
                record.forget_through(bucket.last_timestamp());
                continue;
            }
            match replay(folder, seed, bucket, &seen)? {
                (entries, Replayed::Whole) => replayed += entries,
                (_, Replayed::Damaged) => doubt = Some(Doubt::Damage),
            }
        }
        if doubt.is_some() {
            record.forget_through(record.promised_through);
            unneeded = Bucket::LAST;
        }
        record.boot = boot;
        record.closed = false;
        let recovery = Recovery {
            replayed,
            doubt: doubt.map(|doubt| (record.forgotten_through, doubt)),
        };
        Ok(Self {
            record,
            seen,
            unneeded,
            recovery,
        })
    }
}

fn replay(folder: &Folder, seed: &Seed, bucket: Bucket, seen: &Seen) -> Result<(usize, Replayed), OpenError> {
    let mut entries = 0;
    let remember = |fingerprint| {
        seen.shard(fingerprint).remember(bucket, fingerprint);
        entries += 1;
    };
    let replayed = journal::replay(folder, seed, bucket, remember);
    let replayed = replayed.map_err(OpenError::io("read the journal in", folder.path()))?;
    Ok((entries, replayed))
}
