//! Files and folders that are there after a kill or a power loss, and for their owner alone.
//!
//! A file is whole under its name or not there: it is written under another one, synced, and renamed. A name itself is
//! durable only when its folder is.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// The permissions of a file that only its owner may read.
pub const PRIVATE: u32 = 0o600;

/// To write a file that only its owner can read, from the moment it exists.
pub fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(PRIVATE);
    options
}

/// Makes a folder that only its owner can enter, and those above it; nothing where it is there.
pub fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Puts `contents` in the place of a file: afterwards it is there whole and durable, or the old one still is.
///
/// `mode` is that of the new file.
pub fn replace(path: &Path, contents: &[u8], mode: u32) -> io::Result<()> {
    let new = beside(path, ".new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(&new)?;
    file.write_all(contents)?;
    file.sync_all()?;
    rename(&new, path)
}

/// Gives a file or folder, which is durable itself, another name in the same file system, in the place of what has it.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_parent(to)
}

/// Makes the names in a folder durable.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Makes the name of a file or folder durable.
pub fn sync_parent(path: &Path) -> io::Result<()> {
    // The parent of a bare name is the empty path.
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    sync_folder(parent.unwrap_or(Path::new(".")))
}

/// `path` with `suffix` appended to its file name.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed");
        // What a kill left.
        fs::write(beside(&path, ".new"), "a longer text than the new one").unwrap();
        for contents in ["first", "second"] {
            replace(&path, contents.as_bytes(), PRIVATE).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), contents);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_cannot_be_put_in_its_place_leaves_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed");
        fs::create_dir(&path).unwrap();
        replace(&path, b"text", PRIVATE).unwrap_err();
        assert!(path.is_dir());
    }

    #[test]
    fn only_the_owner_reads_a_private_file_and_enters_a_private_folder() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("outer/inner");
        private_folder(&inner).unwrap();
        private_folder(&inner).unwrap();
        private_file().create_new(true).open(inner.join("file")).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.path().join("outer")), 0o700);
        assert_eq!(mode(&inner), 0o700);
        assert_eq!(mode(&inner.join("file")), PRIVATE);
    }

    #[test]
    fn what_stands_beside_a_folder_is_not_in_it_however_the_folder_is_written() {
        for folder in ["there/backup", "there/backup/"] {
            assert_eq!(beside(Path::new(folder), ".new"), Path::new("there/backup.new"));
        }
    }

    #[test]
    fn the_folder_of_a_bare_name_is_the_one_the_process_is_in() {
        sync_parent(Path::new("name")).unwrap();
    }
}
