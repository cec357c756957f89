//! Inputs made from others by small damage, the same ones in every run.

/// What breaks parsers in this field: separators, escapes, and the words of the protocol.
const PIECES: [&[u8]; 40] = [
    b"\"", b",", b"=", b"&", b"?", b"#", b"/", b"%", b"+", b" ", b"\\", b"'", b"\n", b"\r", b"\0", b"@", b":",
    b"_", b"-", b"<", b">", b"%00", b"%26", b"%3D", b"%zz", b"%e9", b"\xc3\xa9", b"\xe2\x80\x9c", b"realm=\"x\"",
    b"oauth_nonce=\"abcdef\"", b"oauth%5Fnonce=\"x\"", b"OAuth ", b"oauth_signature=", b"<![CDATA[", b"]]>",
    b"&#x26;", b"&amp;", b"<!DOCTYPE a>", b".netsuite.com", b"://",
];
const LONGEST: usize = 4096;

/// A stream of damaged inputs (SplitMix64 chooses).
pub struct Mutation<'a> {
    corpus: &'a [Vec<u8>],
    state: u64,
}

impl<'a> Mutation<'a> {
    /// `corpus` is what to damage; with nothing in it the inputs grow out of nothing.
    pub const fn new(corpus: &'a [Vec<u8>], seed: u64) -> Self {
        Self { corpus, state: seed }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^= word >> 31;
        (word % limit.max(1) as u64) as usize
    }

    fn one_of_corpus(&mut self) -> Vec<u8> {
        let chosen = self.below(self.corpus.len());
        self.corpus.get(chosen).cloned().unwrap_or_default()
    }

    fn damage(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let end = (at + self.below(20)).min(input.len());
        match self.below(6) {
            0 => {
                let piece = PIECES[self.below(PIECES.len())];
                input.splice(at..at, piece.iter().copied());
            }
            1 => {
                let piece = PIECES[self.below(PIECES.len())];
                input.splice(at..end, piece.iter().copied());
            }
            2 => _ = input.drain(at..end),
            3 => {
                let copied = input[at..end].to_vec();
                let to = self.below(input.len() + 1);
                input.splice(to..to, copied);
            }
            4 => {
                let bit = 1 << self.below(8);
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= bit;
                }
            }
            _ => {
                let other = self.one_of_corpus();
                let from = self.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
        }
        input.truncate(LONGEST);
    }
}

impl Iterator for Mutation<'_> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut input = self.one_of_corpus();
        for _ in 0..=self.below(4) {
            self.damage(&mut input);
        }
        Some(input)
    }
}
