//! The peer: nginx with files of the same bytes.

use std::fs::{create_dir_all, write};
use std::path::Path;

use countersign_bench::Nginx;

/// Serves each file under its number.
pub fn start(folder: &Path, files: &[String]) -> Nginx {
    let root = folder.join("files");
    create_dir_all(&root).expect("a folder can be made");
    for (number, bytes) in files.iter().enumerate() {
        write(root.join(number.to_string()), bytes).expect("a file can be written");
    }
    Nginx::start(folder, |port| {
        format!("server {{ listen 127.0.0.1:{port}; root {}; }}", root.display())
    })
}
