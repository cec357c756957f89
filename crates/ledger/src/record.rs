//! The record: what must be durable before a claim is answered. A few lines of text, replaced whole.

use std::io;

use crate::fingerprint::Seed;
use crate::folder::{Folder, OpenError};

const FILE: &str = "record";
const TITLE: &str = "countersign ledger ";
const VERSION: &str = "1";

/// Before any timestamp.
pub(crate) const NEVER: i64 = i64::MIN;

/// The kernel's name for the time since the machine started; nothing where there is none to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Boot(String);

impl Boot {
    pub(crate) fn current() -> Option<Self> {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Self::named(id.trim())
    }

    pub(crate) fn named(id: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (!id.is_empty() && id.bytes().all(plain)).then(|| Self(id.to_owned()))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) boot: Option<Boot>,
    /// Invariant: no claim stamped later than this was ever answered.
    pub(crate) promised_through: i64,
    /// Invariant: no nonce stamped up to this is remembered, so none is given.
    pub(crate) forgotten_through: i64,
    /// The journal was made durable, and nothing was claimed since.
    pub(crate) closed: bool,
}

/// What was found where a record should be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Record(Record),
    Nothing,
    Damaged,
}

impl Record {
    pub(crate) const fn promising_through(timestamp: i64) -> Self {
        Self {
            boot: None,
            promised_through: timestamp,
            forgotten_through: NEVER,
            closed: false,
        }
    }

    pub(crate) fn forget_through(&mut self, timestamp: i64) {
        self.forgotten_through = self.forgotten_through.max(timestamp);
    }

    pub(crate) fn read(folder: &Folder, seed: &Seed) -> Result<Found, OpenError> {
        let path = folder.join(FILE);
        let text = match std::fs::read(&path) {
            Ok(bytes) => String::from_utf8(bytes).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(OpenError::io("read", &path)(error)),
        };
        match text.lines().next().and_then(|line| line.strip_prefix(TITLE)) {
            Some(VERSION) => Ok(Self::parse(&text, seed).map_or(Found::Damaged, Found::Record)),
            Some(version) => Err(OpenError::Newer {
                folder: folder.path().to_owned(),
                version: version.to_owned(),
            }),
            None => Ok(Found::Damaged),
        }
    }

    pub(crate) fn write(&self, folder: &Folder, seed: &Seed) -> io::Result<()> {
        folder.replace(FILE, self.text(seed).as_bytes())
    }

    fn text(&self, seed: &Seed) -> String {
        let boot = self.boot.as_ref().map_or("unknown", |boot| &boot.0);
        let body = format!(
            "{TITLE}{VERSION}\nboot {boot}\npromised {}\nforgotten {}\nclosed {}\n",
            self.promised_through, self.forgotten_through, self.closed
        );
        let check = check(seed, &body);
        format!("{body}check {check:016x}\n")
    }

    fn parse(text: &str, seed: &Seed) -> Option<Self> {
        let (body, check_line) = text.split_at_checked(text.find("check ")?)?;
        if check_line != format!("check {:016x}\n", check(seed, body)) {
            return None;
        }
        let mut lines = body.lines().skip(1);
        let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        Some(Self {
            boot: field("boot").filter(|id| *id != "unknown").and_then(Boot::named),
            promised_through: field("promised")?.parse().ok()?,
            forgotten_through: field("forgotten")?.parse().ok()?,
            closed: field("closed")?.parse().ok()?,
        })
    }
}

fn check(seed: &Seed, body: &str) -> u64 {
    seed.checksum(b"record  ", body.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            boot: Boot::named("5f1c-ab"),
            promised_through: 1_767_225_600,
            forgotten_through: NEVER,
            closed: false,
        }
    }

    const SEED: Seed = Seed::new([3; 16]);

    #[test]
    fn a_record_is_read_back_as_it_was_written() {
        let unknown_boot = Record {
            boot: None,
            closed: true,
            ..record()
        };
        for record in [record(), unknown_boot] {
            assert_eq!(Record::parse(&record.text(&SEED), &SEED), Some(record));
        }
    }

    #[test]
    fn a_record_changed_in_any_place_is_not_believed() {
        let text = record().text(&SEED);
        for index in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[index] ^= 1;
            let changed = String::from_utf8(bytes).unwrap();
            if changed.starts_with(TITLE) {
                assert_eq!(Record::parse(&changed, &SEED), None, "{changed}");
            }
            assert_eq!(Record::parse(&text[..index], &SEED), None);
        }
        assert_eq!(Record::parse(&text, &Seed::new([4; 16])), None);
    }

    #[test]
    fn a_boot_name_cannot_bring_lines_of_its_own() {
        assert_eq!(Boot::named("a\nclosed true"), None);
        assert_eq!(Boot::named(""), None);
    }
}
