//! The files of a deployment, read from this machine: one script, a folder of scripts, or an SDF project.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_admin::{CabinetFileJson, DeployInput, SdfObjectJson};

use crate::failure::Failure;
use crate::folder::{entries, unreadable};

/// Where files without a project go.
const SCRIPTS: &str = "/SuiteScripts";
/// A project's folders are not deeper.
const DEEPEST: usize = 16;
/// All files together, in bytes; a request holds no more, as text or as Base64.
const LARGEST: usize = 40 * 1024 * 1024;

/// When each file changed last, by which it is seen that one did.
pub(super) type Changed = BTreeMap<PathBuf, Option<SystemTime>>;

/// A file, and what it is for.
enum Read {
    Cabinet(String),
    Object(String),
}

/// What is to be deployed.
pub(super) struct Files {
    pub(super) input: DeployInput,
    /// What it was read from.
    pub(super) seen: Changed,
    /// What was not read, each a sentence.
    pub(super) skipped: Vec<String>,
}

pub(super) fn read(path: &Path, force: bool) -> Result<Files, Failure> {
    let (mut input, mut changed) = (
        DeployInput {
            files: Vec::new(),
            objects: Vec::new(),
            force,
        },
        Changed::new(),
    );
    let mut room = LARGEST;
    let Found { files, skipped } = files(path)?;
    for (file, role) in files {
        changed.insert(file.clone(), modified(&file));
        let bytes = bytes(&file, &mut room)?;
        match (role, String::from_utf8(bytes)) {
            (Read::Cabinet(path), Ok(text)) => input.files.push(CabinetFileJson {
                path,
                text: Some(text),
                base64: None,
            }),
            (Read::Cabinet(path), Err(bytes)) => input.files.push(CabinetFileJson {
                path,
                text: None,
                base64: Some(STANDARD.encode(bytes.as_bytes())),
            }),
            (Read::Object(name), Ok(text)) => input.objects.push(SdfObjectJson { name, text }),
            (Read::Object(_), Err(_)) => {
                return Err(Failure::unusable(format!(
                    "{} is not text in UTF-8",
                    file.display()
                )));
            }
        }
    }
    Ok(Files {
        input,
        seen: changed,
        skipped,
    })
}

/// The files there are now, and when each changed last.
pub(super) fn now(path: &Path) -> Result<Changed, Failure> {
    let found = files(path)?;
    Ok(found
        .files
        .into_iter()
        .map(|(file, _)| (file.clone(), modified(&file)))
        .collect())
}

fn modified(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file)
        .and_then(|metadata| metadata.modified())
        .ok()
}

/// What is below a path.
#[derive(Default)]
struct Found {
    files: Vec<(PathBuf, Read)>,
    skipped: Vec<String>,
}

fn files(path: &Path) -> Result<Found, Failure> {
    let mut found = Found::default();
    if !path.is_dir() {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let inside = path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>();
        // A file inside a project is where the project has it.
        let below = inside.iter().rposition(|part| part == "SuiteScripts");
        let below = below
            .and_then(|at| inside.get(at + 1..))
            .map(|rest| rest.join("/"));
        let place = format!("{SCRIPTS}/{}", below.as_deref().unwrap_or(&name));
        found.files.push((path.to_owned(), Read::Cabinet(place)));
        return Ok(found);
    }
    let roots = [path.to_owned(), path.join("src")];
    let project = roots.iter().find(|root| root.join("FileCabinet").is_dir());
    let Some(project) = project else {
        found.walk(path, 0, &|file| {
            Some(Read::Cabinet(format!("{SCRIPTS}/{}", below(path, file))))
        })?;
        return Ok(found);
    };
    let cabinet = project.join("FileCabinet");
    found.walk(&cabinet, 0, &|file| {
        Some(Read::Cabinet(format!("/{}", below(&cabinet, file))))
    })?;
    let objects = project.join("Objects");
    if objects.is_dir() {
        found.walk(&objects, 0, &|file| {
            let is_object = file.extension().is_some_and(|ending| ending == "xml");
            is_object.then(|| Read::Object(format!("Objects/{}", below(&objects, file))))
        })?;
    }
    Ok(found)
}

fn below(root: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(root).unwrap_or(file);
    let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

impl Found {
    /// In the order of their names. Hidden files and what a package manager put there are left alone.
    fn walk(
        &mut self,
        folder: &Path,
        depth: usize,
        role: &dyn Fn(&Path) -> Option<Read>,
    ) -> Result<(), Failure> {
        for entry in entries(folder)? {
            let name = entry.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') || name == "node_modules" {
                continue;
            }
            let kind = std::fs::symlink_metadata(&entry).map_err(|error| unreadable(folder, &error))?;
            if kind.is_dir() && depth < DEEPEST {
                self.walk(&entry, depth + 1, role)?;
            } else if kind.is_file() {
                self.files.extend(role(&entry).map(|role| (entry, role)));
            } else {
                // A link may lead in a circle, or out of the folder.
                let why = if kind.is_symlink() {
                    "a symbolic link is not followed; put the file itself there"
                } else if kind.is_dir() {
                    "the folder lies too deep"
                } else {
                    "it is no regular file"
                };
                self.skipped.push(format!("{}: {why}.", entry.display()));
            }
        }
        Ok(())
    }
}

fn bytes(file: &Path, room: &mut usize) -> Result<Vec<u8>, Failure> {
    let cannot =
        |why: &dyn std::fmt::Display| Failure::unusable(format!("cannot read {}: {why}", file.display()));
    let metadata = std::fs::metadata(file).map_err(|error| cannot(&error))?;
    if !metadata.is_file() {
        return Err(cannot(&"it is not a regular file"));
    }
    let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    *room = room.checked_sub(size).ok_or_else(|| {
        cannot(&format!(
            "it has {:.1} MB, and all files of a deployment together have at most 40 MB",
            size as f64 / (1024.0 * 1024.0)
        ))
        .hint("deploy a part of them at a time")
    })?;
    std::fs::read(file).map_err(|error| cannot(&error))
}
