//! A folder as it is on disk: names, bytes and permissions. Two that are equal mean that nothing was touched.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Snapshot(BTreeMap<String, (Vec<u8>, u32)>);

impl Snapshot {
    pub(crate) fn of(folder: &Path) -> Self {
        let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| {
            let bytes = fs::read(entry.path()).unwrap_or_default();
            (
                entry.file_name().to_string_lossy().into_owned(),
                (bytes, mode(&entry.path())),
            )
        });
        Self(files.collect())
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).map_or(0, |metadata| metadata.permissions().mode() & 0o7777)
}
