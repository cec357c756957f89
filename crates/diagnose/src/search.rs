//! The search: which mistake, or which two together, give the signature that was sent.
//!
//! Invariant: a match is a proof. Nothing is recorded but digests found equal to the one that was sent.

use std::collections::{HashMap, HashSet};

use countersign_protocol::{SigningKey, SigningKeyAlong};
use zeroize::Zeroizing;

use crate::base_variants::{COMMON, PARTIAL, RARE, TOGETHER, Variant, WITH_WRONG_KEYS, variant_of};
use crate::hashing::{HASHINGS, Hashed, Hashing};
use crate::key_variants::{UNUSUAL, USUAL};
use crate::mistake::Mistake;
use crate::output_variants::Reading;
use crate::recipe::{Base, Halves};
use crate::scene::Scene;
use crate::signing_key::{Key, Secrets};

/// The longest base string that is taken apart, in bytes, and the most parameters: with more the search would take
/// too long.
pub(crate) const MAX_BASE_STRING: usize = 8 * 1024;
pub(crate) const MAX_PARAMETERS: usize = 256;

/// The most signatures that are computed for one diagnosis, and the most bytes that are written and hashed for it.
const MAX_SIGNATURES: u32 = 20_000;
const MAX_BYTES: usize = 2 << 20;

/// Of each mistake so many base strings are tried with other keys and hashes, and so many together with another mistake
/// in the base string: the likeliest stand first.
const BASES_IN_PAIRS: usize = 2;
const BASES_TOGETHER: usize = 8;

/// What gives the signature that was sent, and differs from the right way in one or two things.
pub(crate) struct Match<'a> {
    pub(crate) mistakes: Vec<Mistake>,
    /// None where the base string is right.
    pub(crate) base: Option<Base<'a>>,
    /// What the key or the hash was made of. None where both are right.
    pub(crate) made_of: Option<String>,
}

/// How the search ended.
pub(crate) struct Outcome<'a> {
    /// Key, base string and hash are right; what is wrong, if anything, is how the digest was written.
    pub(crate) is_right: bool,
    pub(crate) matches: Vec<Match<'a>>,
    /// How many signatures were computed.
    pub(crate) tried: u32,
    /// Every mistake a signature was computed for, in the order of the tables. Of a search that was cut short there may be more
    /// ways to make it.
    pub(crate) looked_for: Vec<Mistake>,
    /// The budget was used up before everything was tried.
    pub(crate) is_cut_short: bool,
}

/// A wrong base string that does not give the signature on its own.
struct Candidate<'a> {
    mistake: Mistake,
    base: Base<'a>,
}

/// A key that a mistake leads to, prepared.
struct WrongKey<'s> {
    mistake: Mistake,
    key: Key,
    signing_key: SigningKeyAlong<'s>,
}

struct Search<'s, 'a> {
    scene: &'s Scene<'a>,
    reading: &'s Reading,
    /// The right key; none where a secret is not known.
    key_text: Option<Zeroizing<Vec<u8>>>,
    /// The same, or an empty one, which tells base strings apart just as well.
    key: SigningKeyAlong<'s>,
    /// The usual wrong keys, each text once.
    wrong_keys: Vec<WrongKey<'s>>,
    right: &'s [u8],
    halves: Halves<'s, 'a>,
    /// What base strings are written into, one after another.
    written: Vec<u8>,
    /// The digests of base strings that were tried, under this key.
    seen: HashSet<[u8; 32]>,
    candidates: Vec<Candidate<'a>>,
    bytes_left: usize,
    outcome: Outcome<'a>,
}

/// `right` is the right base string, written.
pub(crate) fn search<'a>(
    scene: &Scene<'a>,
    right: &[u8],
    secrets: &Secrets<'_>,
    reading: &Reading,
) -> Outcome<'a> {
    let key_text = secrets.right_key();
    let key = SigningKey::from_bytes(key_text.as_ref().map_or(&[], |text| text.as_slice()));
    let mut search = Search {
        scene,
        reading,
        key_text,
        key: key.along(right),
        wrong_keys: Vec::new(),
        right,
        halves: Halves::of(&scene.right),
        written: Vec::new(),
        seen: HashSet::new(),
        candidates: Vec::new(),
        bytes_left: MAX_BYTES,
        outcome: Outcome {
            is_right: false,
            matches: Vec::new(),
            tried: 0,
            looked_for: Vec::new(),
            is_cut_short: false,
        },
    };
    search.run(secrets);
    search.outcome
}

impl<'s, 'a> Search<'s, 'a> {
    /// From the likely to the unlikely; a step is not taken where one before it found something.
    fn run(&mut self, secrets: &Secrets<'_>) {
        if let Some(digest) = self.sign(self.right) {
            self.outcome.is_right = self.is_match(&digest);
        }
        if self.outcome.is_right {
            return;
        }
        // Keys and hashes first: there are few, and of a large request the budget may not last for all else.
        for variant in USUAL {
            variant.each(secrets, &mut |key| self.try_usual_key(variant.mistake, key));
        }
        for variant in UNUSUAL {
            variant.each(secrets, &mut |key| self.try_unusual_key(variant.mistake, &key));
        }
        self.try_hashings(self.right, None);
        for variant in COMMON.into_iter().chain([PARTIAL]).flatten() {
            self.try_variant(variant);
        }
        if self.has_found() {
            return;
        }
        for variant in RARE {
            self.try_variant(variant);
        }
        if !self.has_found() {
            self.try_pairs();
        }
    }

    fn has_found(&self) -> bool {
        !self.outcome.matches.is_empty()
    }

    fn try_variant(&mut self, variant: &Variant) {
        let scene = self.scene;
        (variant.change)(scene, &scene.right, &mut |base| {
            self.try_base(variant.mistake, base, None);
        });
    }

    /// Tries a mistake with a base string that another one has changed.
    fn try_together(&mut self, first: &Candidate<'a>, second: &Variant) {
        let mut left = BASES_TOGETHER;
        (second.change)(self.scene, &first.base, &mut |base| {
            if left > 0 {
                left -= 1;
                self.try_base(second.mistake, base, Some(first.mistake));
            }
        });
    }

    fn try_base(&mut self, mistake: Mistake, base: Base<'a>, before: Option<Mistake>) {
        if self.outcome.is_cut_short {
            return;
        }
        let mut written = std::mem::take(&mut self.written);
        self.halves.write(&base, &mut written);
        self.take(written.len());
        if written != *self.right {
            self.try_written(mistake, base, &written, before);
        }
        self.written = written;
    }

    fn try_written(&mut self, mistake: Mistake, base: Base<'a>, written: &[u8], before: Option<Mistake>) {
        let Some(digest) = self.sign(written) else {
            return;
        };
        if before.is_none() {
            self.looked_for(mistake);
        }
        if self.is_match(&digest) {
            self.outcome.matches.push(Match {
                mistakes: before.into_iter().chain([mistake]).collect(),
                base: Some(base),
                made_of: None,
            });
        } else if before.is_none() && self.seen.insert(digest) {
            self.candidates.push(Candidate { mistake, base });
        }
    }

    /// Tries a key, and keeps it prepared for other base strings.
    fn try_usual_key(&mut self, mistake: Mistake, key: Key) {
        if self.outcome.is_cut_short || self.is_right_key(&key) {
            return;
        }
        let signing_key = SigningKey::from_bytes(&key.text).along(self.right);
        self.try_key(mistake, &key, signing_key.digest(self.right));
        let has_text = |wrong: &WrongKey<'_>| wrong.key.text == key.text;
        if !self.wrong_keys.iter().any(has_text) {
            self.wrong_keys.push(WrongKey {
                mistake,
                key,
                signing_key,
            });
        }
    }

    fn try_unusual_key(&mut self, mistake: Mistake, key: &Key) {
        if self.outcome.is_cut_short || self.is_right_key(key) {
            return;
        }
        let signing_key = SigningKey::from_bytes(&key.text);
        self.try_key(mistake, key, signing_key.digest(self.right));
    }

    fn is_right_key(&self, key: &Key) -> bool {
        Some(&key.text) == self.key_text.as_ref()
    }

    fn try_key(&mut self, mistake: Mistake, key: &Key, digest_of_right: [u8; 32]) {
        if !self.spend(self.right.len()) {
            return;
        }
        self.looked_for(mistake);
        if self.reading.is_digest(&digest_of_right) {
            self.outcome.matches.push(Match {
                mistakes: vec![mistake],
                base: None,
                made_of: Some(key.made_of.to_string()),
            });
        }
    }

    /// Other hashes, of the right base string or of a wrong one.
    fn try_hashings(&mut self, base: &[u8], candidate: Option<&Candidate<'a>>) {
        let key = self.key_text.take();
        let base = Hashed::new(base);
        for hashing in HASHINGS {
            if !self.can_hash(hashing, key.is_some()) {
                continue;
            }
            let is_hashed = self.is_hashed(hashing, key.as_ref(), &base);
            if candidate.is_none()
                && let [mistake] = hashing.mistakes
            {
                self.looked_for(*mistake);
            }
            if is_hashed {
                let of_base = candidate.map(|candidate| candidate.mistake);
                self.outcome.matches.push(Match {
                    mistakes: of_base
                        .into_iter()
                        .chain(hashing.mistakes.iter().copied())
                        .collect(),
                    base: candidate.map(|candidate| candidate.base.clone()),
                    made_of: Some(hashing.made_of.to_owned()),
                });
            }
        }
        self.key_text = key;
    }

    /// Two mistakes at once: a wrong base string with a wrong key or hash, a wrong key with a wrong hash, or two
    /// mistakes in the base string.
    fn try_pairs(&mut self) {
        let candidates = std::mem::take(&mut self.candidates);
        let keys = std::mem::take(&mut self.wrong_keys);
        self.try_hashings_with(&keys);
        let mut written = Vec::new();
        let mut of_mistake: HashMap<Mistake, usize> = HashMap::new();
        let is_a_beginners = |candidate: &&Candidate<'a>| WITH_WRONG_KEYS.contains(&candidate.mistake);
        for candidate in candidates.iter().filter(is_a_beginners) {
            let place = of_mistake.entry(candidate.mistake).or_default();
            *place += 1;
            if *place > BASES_IN_PAIRS {
                continue;
            }
            self.halves.write(&candidate.base, &mut written);
            self.try_hashings(&written, Some(candidate));
            for wrong in &keys {
                if self.is_signed_with(&wrong.signing_key, &written) {
                    self.outcome.matches.push(Match {
                        mistakes: vec![candidate.mistake, wrong.mistake],
                        base: Some(candidate.base.clone()),
                        made_of: Some(wrong.key.made_of.to_string()),
                    });
                }
            }
        }
        for (first, second) in TOGETHER {
            let Some(second) = variant_of(*second) else {
                continue;
            };
            let of_first = candidates.iter().filter(|candidate| candidate.mistake == *first);
            for candidate in of_first.take(BASES_TOGETHER) {
                self.try_together(candidate, second);
            }
        }
    }

    fn try_hashings_with(&mut self, keys: &[WrongKey<'_>]) {
        let right = Hashed::new(self.right);
        for wrong in keys {
            for hashing in HASHINGS.iter().filter(|hashing| hashing.needs_key) {
                if self.is_hashed(hashing, Some(&wrong.key.text), &right) {
                    self.outcome.matches.push(Match {
                        mistakes: [wrong.mistake].iter().chain(hashing.mistakes).copied().collect(),
                        base: None,
                        made_of: Some(format!(
                            "{}, the key being {}",
                            hashing.made_of, wrong.key.made_of
                        )),
                    });
                }
            }
        }
    }

    /// Whether this hash can be the signature that was sent.
    fn can_hash(&self, hashing: &Hashing, has_key: bool) -> bool {
        hashing.length == self.reading.length() && (has_key || !hashing.needs_key)
    }

    fn looked_for(&mut self, mistake: Mistake) {
        if !self.outcome.is_cut_short && !self.outcome.looked_for.contains(&mistake) {
            self.outcome.looked_for.push(mistake);
        }
    }

    fn is_hashed(&mut self, hashing: &Hashing, key: Option<&Zeroizing<Vec<u8>>>, base: &Hashed<'_>) -> bool {
        if !self.can_hash(hashing, key.is_some()) || !self.spend(base.len()) {
            return false;
        }
        let digest = hashing.compute(key.map_or(&[], |key| key.as_slice()), base);
        self.reading.is_digest(&digest)
    }

    /// Signs with the right key, where it is known. None where the budget is used up.
    fn sign(&mut self, base: &[u8]) -> Option<[u8; 32]> {
        self.spend(base.len()).then(|| self.key.digest(base))
    }

    fn is_match(&self, digest: &[u8]) -> bool {
        self.key_text.is_some() && self.reading.is_digest(digest)
    }

    fn is_signed_with(&mut self, key: &SigningKeyAlong<'_>, base: &[u8]) -> bool {
        self.spend(base.len()) && self.reading.is_digest(&key.digest(base))
    }

    /// Takes one signature out of the budget. False where it is used up.
    fn spend(&mut self, bytes: usize) -> bool {
        if self.outcome.tried >= MAX_SIGNATURES {
            self.outcome.is_cut_short = true;
        }
        self.take(bytes);
        if !self.outcome.is_cut_short {
            self.outcome.tried += 1;
        }
        !self.outcome.is_cut_short
    }

    fn take(&mut self, bytes: usize) {
        match self.bytes_left.checked_sub(bytes) {
            Some(left) => self.bytes_left = left,
            None => self.outcome.is_cut_short = true,
        }
    }
}
