//! `compress.Type`: files packed with gzip, and into archives. What packs is the same for the same files: no time is in it.

use std::io::{self, Cursor, Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::Deserialize;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::encoding::Encoding;
use crate::host::HostError;

/// Of a file, as `N/file` has it, in bytes.
const LARGEST: usize = 10 * 1024 * 1024;

/// Of gzip: flate2's own.
const LEVEL: u32 = 6;

/// What is packed.
#[derive(Deserialize)]
pub(crate) struct Contents {
    /// As `File.getContents` gives it.
    contents: String,
    #[serde(rename = "isText")]
    is_text: bool,
}

#[derive(Deserialize)]
pub(crate) struct Gzip {
    #[serde(flatten)]
    file: Contents,
    level: Option<u32>,
}

#[derive(Deserialize)]
pub(crate) struct Archive {
    kind: Kind,
    entries: Vec<Entry>,
}

/// Those of `compress.Type` that are here.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
enum Kind {
    Zip,
    Tar,
    Tgz,
}

#[derive(Deserialize)]
struct Entry {
    /// With its folders, relative.
    path: String,
    #[serde(flatten)]
    file: Contents,
}

impl Contents {
    fn bytes(&self) -> Result<Vec<u8>, HostError> {
        match self.is_text {
            true => Ok(self.contents.as_bytes().to_vec()),
            false => Encoding::Base64.decode(&self.contents),
        }
    }
}

impl Gzip {
    /// Base64.
    pub(crate) fn packed(&self) -> Result<String, HostError> {
        let level = Compression::new(self.level.unwrap_or(LEVEL).min(9));
        let bytes = self.file.bytes()?;
        let packed = gzipped(&bytes, level).map_err(|error| failed(&error))?;
        Ok(Encoding::Base64.encode(&packed))
    }

    /// The contents that were packed: Base64.
    pub(crate) fn unpacked(&self) -> Result<String, HostError> {
        let packed = self.file.bytes()?;
        let mut unpacked = Vec::new();
        // Attack: ten kilobytes that become ten gigabytes.
        let most = u64::try_from(LARGEST + 1).unwrap_or(u64::MAX);
        let read = GzDecoder::new(packed.as_slice())
            .take(most)
            .read_to_end(&mut unpacked);
        read.map_err(|error| {
            HostError::new(
                "UNEXPECTED_ERROR",
                format!("compress.gunzip: the file is not of gzip: {error}."),
            )
        })?;
        match unpacked.len() > LARGEST {
            false => Ok(Encoding::Base64.encode(&unpacked)),
            true => Err(HostError::new(
                "SSS_FILE_CONTENT_SIZE_EXCEEDED",
                "The file content you are attempting to access exceeds the maximum allowed size of 10 MB.",
            )),
        }
    }
}

impl Archive {
    /// Base64.
    pub(crate) fn packed(&self) -> Result<String, HostError> {
        let mut files = Vec::new();
        for entry in &self.entries {
            files.push((entry.path.as_str(), entry.file.bytes()?));
        }
        let packed = match self.kind {
            Kind::Zip => zipped(&files),
            Kind::Tar => tarred(&files),
            Kind::Tgz => tarred(&files).and_then(|archive| gzipped(&archive, Compression::new(LEVEL))),
        };
        packed
            .map(|bytes| Encoding::Base64.encode(&bytes))
            .map_err(|error| failed(&error))
    }
}

fn failed(error: &io::Error) -> HostError {
    HostError::new(
        "UNEXPECTED_ERROR",
        format!("The files cannot be packed: {error}."),
    )
}

fn gzipped(bytes: &[u8], level: Compression) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn zipped(files: &[(&str, Vec<u8>)]) -> io::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, contents) in files {
        archive.start_file(*path, SimpleFileOptions::default())?;
        archive.write_all(contents)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn tarred(files: &[(&str, Vec<u8>)]) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, contents) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(u64::try_from(contents.len()).unwrap_or(u64::MAX));
        header.set_mode(0o644);
        archive.append_data(&mut header, path, contents.as_slice())?;
    }
    archive.into_inner()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Archive, Gzip};

    #[test]
    fn what_unpacks_to_more_than_a_file_may_have_is_refused() {
        let large: Gzip =
            serde_json::from_value(json!({ "contents": "a".repeat(10 * 1024 * 1024 + 1), "isText": true }))
                .unwrap();
        let packed = large.packed().unwrap();
        assert!(packed.len() < 20_000, "{}", packed.len());
        let packed: Gzip = serde_json::from_value(json!({ "contents": packed, "isText": false })).unwrap();
        assert_eq!(
            packed.unpacked().unwrap_err().name,
            "SSS_FILE_CONTENT_SIZE_EXCEEDED"
        );
    }

    #[test]
    fn a_path_that_leads_out_of_an_archive_of_tar_is_refused() {
        let archive =
            json!({ "kind": "TAR", "entries": [{ "path": "../a", "contents": "", "isText": true }] });
        serde_json::from_value::<Archive>(archive)
            .unwrap()
            .packed()
            .unwrap_err();
    }
}
