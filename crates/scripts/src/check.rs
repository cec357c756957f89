//! Scripts are looked at before they are deployed: what every call would fail for is said at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use countersign_records::{Records, RecordsError};
use countersign_suitescript::{Call, Finding, Host, HostError, Limits};
use serde_json::{Value, json};
use tokio::runtime::Handle;

use crate::excerpt::excerpt;
use crate::project::Project;
use crate::scripts::Scripts;

/// Of one script with all it asks for.
const TIME: Duration = Duration::from_secs(10);

/// What was found; each begins with file, line and column, and shows the line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// For which every call of a script would fail.
    pub errors: Vec<String>,
    pub warnings: Vec<String>,
}

impl Scripts {
    /// Looks at each script of a project, and at the files it asks for: those of the project, else those of the file cabinet. No
    /// module is made, and nothing reaches the account.
    pub async fn check(&self, records: &Records, project: &Project) -> Checked {
        let is_source = |path: &str| path.ends_with(".js") || path.ends_with(".json");
        let texts = project
            .files
            .iter()
            .map(|file| (file.path.to_lowercase(), &file.contents));
        let texts = texts
            .filter(|(path, _)| is_source(path))
            .map(|(path, contents)| (path, String::from_utf8_lossy(contents).into_owned()));
        let files = Arc::new(Files {
            texts: texts.collect(),
            records: records.clone(),
            handle: Handle::current(),
        });
        let mut found: Vec<Finding> = Vec::new();
        for script in &project.scripts {
            for finding in self.look_at(&script.path, &files).await {
                if !found.contains(&finding) {
                    found.push(finding);
                }
            }
        }
        let mut checked = Checked::default();
        for finding in found {
            let said = files.shown(&finding).await;
            match finding.is_error {
                true => checked.errors.push(said),
                false => checked.warnings.push(said),
            }
        }
        checked
    }

    async fn look_at(&self, path: &str, files: &Arc<Files>) -> Vec<Finding> {
        let says = |is_error, message| {
            vec![Finding {
                is_error,
                path: path.to_owned(),
                line: 1,
                column: 1,
                message,
            }]
        };
        let threads = match self.engine().threads(0, self.authority().clock()) {
            Ok(threads) => threads,
            Err(error) => return says(false, format!("it was not looked at: {error}.")),
        };
        let limits = Limits {
            time: TIME,
            ..Limits::default()
        };
        let host = Arc::<Files>::clone(files) as Arc<dyn Host>;
        match threads.run(Call::check(path), limits, host).await {
            Err(full) => says(false, format!("it was not looked at: {full}.")),
            Ok(outcome) => match outcome.result {
                Ok(returned) => Finding::read(&returned),
                Err(thrown) => says(true, thrown.message),
            },
        }
    }
}

/// The files of a project over those of the file cabinet. There is nothing else.
struct Files {
    /// By path, in small letters.
    texts: HashMap<String, String>,
    records: Records,
    handle: Handle,
}

impl Files {
    async fn text(&self, path: String) -> Result<Option<String>, RecordsError> {
        if let Some(text) = self.texts.get(&path.to_lowercase()) {
            return Ok(Some(text.clone()));
        }
        let find = move |records: &countersign_records::Together<'_>| {
            let file = records.file_at(&path)?;
            file.map(|file| records.contents(file)).transpose()
        };
        let found = self.records.look(find).await?;
        Ok(found.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    async fn shown(&self, finding: &Finding) -> String {
        let Finding {
            path,
            line,
            column,
            message,
            ..
        } = finding;
        let text = self.text(path.clone()).await.ok().flatten().unwrap_or_default();
        let source = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        format!(
            "{path}:{line}:{column}: {message}\n{}",
            excerpt(*line, *column, source)
        )
    }
}

impl Host for Files {
    fn call(&self, name: &str, arguments: Value) -> Result<Value, HostError> {
        if name != "source" {
            return Err(HostError::new(
                "UNEXPECTED_ERROR",
                "The script is only looked at: there is no account.",
            ));
        }
        let path = arguments.get("path").and_then(Value::as_str).unwrap_or_default();
        let text = self.handle.block_on(self.text(path.to_owned()));
        let text = text.map_err(|error| HostError::new("UNEXPECTED_ERROR", error.to_string()))?;
        Ok(text.map_or(Value::Null, |text| json!(text)))
    }
}
