//! Mistakes in the path: tidied, encoded in another way, or changed between the caller and the account.

use super::{Emit, Variant, changed, http};
use crate::alphabet::{Alphabet, decoded};
use crate::mistake::Mistake;
use crate::recipe::Base;
use crate::scene::Scene;

pub(super) const VARIANTS: &[Variant] = &[
    Variant {
        mistake: Mistake::DotSegmentsRemoved,
        change: dot_segments_removed,
    },
    Variant {
        mistake: Mistake::PathRewritten,
        change: path_rewritten,
    },
    Variant {
        mistake: Mistake::PathEncodedDifferently,
        change: path_encoded_differently,
    },
];

/// In how many places of a path a proxy's work is undone.
const PLACES: usize = 16;

fn dot_segments_removed<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    let without_dots = remove_dot_segments(&right.path);
    for path in [
        merge_slashes(&without_dots),
        merge_slashes(&right.path),
        without_dots,
    ] {
        if path != right.path {
            changed(right, emit, |recipe| recipe.path = path.into());
        }
    }
}

/// RFC 3986 section 5.2.4.
fn remove_dot_segments(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let last = segments.len().saturating_sub(1);
    for (index, segment) in segments.iter().enumerate() {
        match *segment {
            ".." => _ = kept.pop(),
            "." => {}
            segment => kept.push(segment),
        }
        if index == last && matches!(*segment, "." | "..") {
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}

fn merge_slashes(path: &str) -> String {
    let mut merged = String::with_capacity(path.len());
    for character in path.chars() {
        if character != '/' || !merged.ends_with('/') {
            merged.push(character);
        }
    }
    merged
}

/// What a proxy does to a path, undone: `%2F` decoded, slashes merged, a slash added or taken away at the end. And the address that a
/// path was put behind once it was signed.
fn path_rewritten<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    let mut put = |path: String| {
        if path != right.path {
            changed(right, emit, |recipe| recipe.path = path.into());
        }
    };
    for (at, _) in right.path.match_indices('/').skip(1).take(PLACES) {
        let (before, from) = right.path.split_at(at);
        for written in ["%2F", "%2f", "//"] {
            put([before, from.strip_prefix('/').unwrap_or(from)].join(written));
        }
    }
    for (at, _) in right.path.match_indices('/').take(PLACES) {
        put(right.path.get(..at.max(1)).unwrap_or_default().to_owned());
    }
    put(right.path.strip_suffix('/').unwrap_or(&right.path).to_owned());
    put(format!("{}/", right.path));
    for (from, to) in [("%2F", "/"), ("%2f", "/"), ("%2F", "%2f"), ("%2f", "%2F")] {
        put(right.path.replace(from, to));
    }
}

fn path_encoded_differently<'a>(_: &Scene<'a>, base: &Base<'a>, emit: Emit<'_, 'a>) {
    let Some(right) = http(base) else { return };
    let wire = right.path.as_bytes();
    let plain = decoded(wire);
    let of_segments = |text: &[u8], alphabet: Alphabet| {
        let segments = text.split(|byte| *byte == b'/');
        segments
            .map(|segment| alphabet.encoded(segment))
            .collect::<Vec<_>>()
            .join(b"/".as_slice())
    };
    let alphabets = [
        Alphabet::RFC,
        Alphabet::LOWER_HEX,
        Alphabet::SCRIPT,
        Alphabet::SCRIPT_URI,
        Alphabet::TILDE,
        Alphabet::RAW,
    ];
    let mut paths: Vec<Vec<u8>> = Vec::new();
    for alphabet in alphabets {
        paths.push(of_segments(&plain, alphabet));
        paths.push(of_segments(wire, alphabet));
        paths.push(alphabet.encoded(&plain));
    }
    paths.extend(Alphabet::FORMS.map(|alphabet| of_segments(&plain, alphabet)));
    paths.sort();
    paths.dedup();
    for path in paths.into_iter().filter(|path| path != wire) {
        // A decoded path need not be text; then nobody who works with text signed it.
        if let Ok(path) = String::from_utf8(path) {
            changed(right, emit, |recipe| recipe.path = path.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_segments_go_as_rfc_3986_says() {
        assert_eq!(remove_dot_segments("/a/b/c/./../../g"), "/a/g");
        assert_eq!(remove_dot_segments("/a/.."), "/");
        assert_eq!(remove_dot_segments("/../a/."), "/a/");
        assert_eq!(merge_slashes("//a///b/"), "/a/b/");
    }
}
