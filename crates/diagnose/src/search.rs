//! The search: which mistake, or which two together, give the signature that was sent.
//!
//! Invariant: a match is a proof. Nothing is recorded but digests found equal to the one that was sent.

use std::collections::{HashMap, HashSet};

use countersign_protocol::{Signature, SigningKey};
use zeroize::Zeroizing;

use crate::base_variants::{COMMON, PARTIAL, RARE, TOGETHER, Variant, WITH_WRONG_KEYS, variant_of};
use crate::hashing::{HASHINGS, Hash, Hashing};
use crate::key_variants::{UNUSUAL, USUAL};
use crate::mistake::Mistake;
use crate::output_variants::Reading;
use crate::recipe::Base;
use crate::scene::Scene;
use crate::signing_key::{Key, Secrets};

/// The longest base string that is taken apart, in bytes, and the most parameters: with more the search would take
/// too long.
pub(crate) const MAX_BASE_STRING: usize = 8 * 1024;
pub(crate) const MAX_PARAMETERS: usize = 256;

/// The most signatures that are computed for one diagnosis, and the most bytes that are written and hashed for it.
const MAX_SIGNATURES: u32 = 20_000;
const MAX_BYTES: usize = 2 << 20;

/// Of each mistake so many base strings are tried with other keys and hashes.
const BASES_IN_PAIRS: usize = 2;

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
    /// Every mistake a signature was computed for, in the order of the tables.
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
struct WrongKey {
    mistake: Mistake,
    key: Key,
    signing_key: SigningKey,
}

struct Search<'s, 'a> {
    scene: &'s Scene<'a>,
    reading: &'s Reading,
    /// The right key; none where a secret is not known.
    key_text: Option<Zeroizing<Vec<u8>>>,
    /// The same, or an empty one, which tells base strings apart just as well.
    key: SigningKey,
    right: Vec<u8>,
    /// The parameters of the right base string.
    right_parameters: Vec<u8>,
    /// The signatures of base strings that were tried, under this key.
    seen: HashSet<[u8; Signature::LENGTH]>,
    candidates: Vec<Candidate<'a>>,
    bytes_left: usize,
    outcome: Outcome<'a>,
}

pub(crate) fn search<'a>(scene: &Scene<'a>, secrets: &Secrets<'_>, reading: &Reading) -> Outcome<'a> {
    let key_text = secrets.right_key();
    let mut search = Search {
        scene,
        reading,
        key: SigningKey::from_bytes(key_text.as_ref().map_or(&[], |text| text.as_slice())),
        key_text,
        right: scene.right.to_bytes(),
        right_parameters: scene.right.written_parameters(),
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

impl<'a> Search<'_, 'a> {
    /// From the likely to the unlikely; a step is not taken where one before it found something.
    fn run(&mut self, secrets: &Secrets<'_>) {
        let right = self.right.clone();
        if let Some(signature) = self.sign(&right) {
            self.outcome.is_right = self.is_match(&signature);
        }
        if self.outcome.is_right {
            return;
        }
        let scene = self.scene;
        // Keys and hashes first: there are few, and of a large request the budget may not last for all else.
        for variant in USUAL.iter().chain(UNUSUAL) {
            variant.each(secrets, &mut |key| self.try_key(variant.mistake, &key));
        }
        self.try_hashings(&right, None);
        for variant in COMMON.into_iter().chain([PARTIAL]).flatten() {
            self.try_variant(variant, &scene.right, &[]);
        }
        if self.has_found() {
            return;
        }
        for variant in RARE {
            self.try_variant(variant, &scene.right, &[]);
        }
        if !self.has_found() {
            self.try_pairs(secrets);
        }
    }

    fn has_found(&self) -> bool {
        !self.outcome.matches.is_empty()
    }

    fn try_variant(&mut self, variant: &Variant, from: &Base<'a>, before: &[Mistake]) {
        let scene = self.scene;
        (variant.change)(scene, from, &mut |base| {
            self.try_base(variant.mistake, base, before);
        });
    }

    fn try_base(&mut self, mistake: Mistake, base: Base<'a>, before: &[Mistake]) {
        if self.outcome.is_cut_short {
            return;
        }
        let bytes = base.to_bytes_beside(&self.scene.right, &self.right_parameters);
        self.take(bytes.len());
        if bytes == self.right {
            return;
        }
        let Some(signature) = self.sign(&bytes) else {
            return;
        };
        if before.is_empty() {
            self.looked_for(mistake);
        }
        if self.is_match(&signature) {
            let mistakes = before.iter().copied().chain([mistake]).collect();
            self.outcome.matches.push(Match {
                mistakes,
                base: Some(base),
                made_of: None,
            });
        } else if before.is_empty() && self.is_new(&signature) {
            self.candidates.push(Candidate { mistake, base });
        }
    }

    fn try_key(&mut self, mistake: Mistake, key: &Key) {
        if Some(&key.text) == self.key_text.as_ref() {
            return;
        }
        self.looked_for(mistake);
        let right = std::mem::take(&mut self.right);
        if self.is_signed_with(&SigningKey::from_bytes(&key.text), &right) {
            self.outcome.matches.push(Match {
                mistakes: vec![mistake],
                base: None,
                made_of: Some(key.made_of.to_string()),
            });
        }
        self.right = right;
    }

    /// Other hashes, of the right base string or of a wrong one.
    fn try_hashings(&mut self, base: &[u8], candidate: Option<&Candidate<'a>>) {
        let key = self.key_text.take();
        for hashing in HASHINGS {
            if !self.can_hash(hashing, key.is_some()) {
                continue;
            }
            if candidate.is_none()
                && let [mistake] = hashing.mistakes
            {
                self.looked_for(*mistake);
            }
            if self.is_hashed(hashing, key.as_ref(), base) {
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
    fn try_pairs(&mut self, secrets: &Secrets<'_>) {
        let candidates = std::mem::take(&mut self.candidates);
        let keys = self.wrong_keys(secrets);
        self.try_hashings_with(&keys);
        let mut of_mistake: HashMap<Mistake, usize> = HashMap::new();
        let is_a_beginners = |candidate: &&Candidate<'a>| WITH_WRONG_KEYS.contains(&candidate.mistake);
        for candidate in candidates.iter().filter(is_a_beginners) {
            let place = of_mistake.entry(candidate.mistake).or_default();
            *place += 1;
            if *place > BASES_IN_PAIRS {
                continue;
            }
            let bytes = candidate
                .base
                .to_bytes_beside(&self.scene.right, &self.right_parameters);
            self.try_hashings(&bytes, Some(candidate));
            for wrong in &keys {
                if self.is_signed_with(&wrong.signing_key, &bytes) {
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
            for candidate in candidates.iter().filter(|candidate| candidate.mistake == *first) {
                self.try_variant(second, &candidate.base, &[*first]);
            }
        }
    }

    fn try_hashings_with(&mut self, keys: &[WrongKey]) {
        let right = std::mem::take(&mut self.right);
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
        self.right = right;
    }

    /// The usual wrong keys, each text once.
    fn wrong_keys(&self, secrets: &Secrets<'_>) -> Vec<WrongKey> {
        let mut keys: Vec<WrongKey> = Vec::new();
        for variant in USUAL {
            variant.each(secrets, &mut |key| {
                let is_known = keys.iter().any(|other| other.key.text == key.text);
                if !is_known && Some(&key.text) != self.key_text.as_ref() {
                    keys.push(WrongKey {
                        mistake: variant.mistake,
                        signing_key: SigningKey::from_bytes(&key.text),
                        key,
                    });
                }
            });
        }
        keys
    }

    /// Whether this hash can be the signature that was sent.
    fn can_hash(&self, hashing: &Hashing, has_key: bool) -> bool {
        hashing.length == self.reading.length() && (has_key || !hashing.needs_key)
    }

    fn looked_for(&mut self, mistake: Mistake) {
        if !self.outcome.looked_for.contains(&mistake) {
            self.outcome.looked_for.push(mistake);
        }
    }

    fn is_hashed(&mut self, hashing: &Hashing, key: Option<&Zeroizing<Vec<u8>>>, base: &[u8]) -> bool {
        if !self.can_hash(hashing, key.is_some()) || !self.spend(base.len()) {
            return false;
        }
        match hashing.compute(key.map_or(&[], |key| key.as_slice()), base) {
            Hash::Digest(digest) => self.reading.is_digest(&digest),
            Hash::Signature(signature) => self.reading.is_signature(signature.as_str()),
        }
    }

    /// Signs with the right key, where it is known. None where the budget is used up.
    fn sign(&mut self, base: &[u8]) -> Option<Signature> {
        self.spend(base.len()).then(|| self.key.sign(base))
    }

    /// Whether no base string tried before has this signature.
    fn is_new(&mut self, signature: &Signature) -> bool {
        let text = signature.as_str().as_bytes().first_chunk();
        text.is_none_or(|text| self.seen.insert(*text))
    }

    fn is_match(&self, signature: &Signature) -> bool {
        self.key_text.is_some() && self.reading.is_signature(signature.as_str())
    }

    fn is_signed_with(&mut self, key: &SigningKey, base: &[u8]) -> bool {
        self.spend(base.len()) && self.reading.is_signature(key.sign(base).as_str())
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
