//! The files a page needs, embedded. A name changes with its contents, so a browser may keep each for ever.

/// One file.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    stem: &'static str,
    extension: &'static str,
    pub content_type: &'static str,
    pub contents: &'static str,
}

/// Every file.
pub const ASSETS: [Asset; 3] = [STYLE, SCRIPT, ICON];

pub(crate) const STYLE: Asset = Asset {
    stem: "style",
    extension: "css",
    content_type: "text/css; charset=UTF-8",
    contents: include_str!("../assets/style.css"),
};

pub(crate) const SCRIPT: Asset = Asset {
    stem: "script",
    extension: "js",
    content_type: "text/javascript; charset=UTF-8",
    contents: include_str!("../assets/script.js"),
};

pub(crate) const ICON: Asset = Asset {
    stem: "icon",
    extension: "svg",
    content_type: "image/svg+xml",
    contents: include_str!("../assets/icon.svg"),
};

impl Asset {
    /// Below which path all of them are.
    pub const PREFIX: &'static str = "/app/assets/";

    /// The file that is at a path of this server.
    pub fn at(path: &str) -> Option<Self> {
        ASSETS.into_iter().find(|asset| asset.path() == path)
    }

    pub fn path(self) -> String {
        let Self { stem, extension, .. } = self;
        let hash = fnv(self.contents.as_bytes());
        format!("{}{stem}-{hash:016x}.{extension}", Self::PREFIX)
    }
}

/// FNV-1a, 64 bits: tells two versions of a file apart, and protects nothing.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_under_the_name_of_its_contents_and_no_other() {
        for asset in ASSETS {
            let found = Asset::at(&asset.path()).unwrap();
            assert_eq!(found.contents, asset.contents);
        }
        assert!(Asset::at("/app/assets/style-0000000000000000.css").is_none());
        assert_ne!(fnv(b"a"), fnv(b"b"));
    }

    #[test]
    fn no_file_asks_for_another_from_elsewhere() {
        for asset in [STYLE, SCRIPT] {
            for elsewhere in ["http:", "https:", "@import", "eval("] {
                assert!(
                    !asset.contents.contains(elsewhere),
                    "{elsewhere} in {}",
                    asset.path()
                );
            }
        }
    }
}
