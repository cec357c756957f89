//! What is to be deployed, read out of files: single scripts by their headers, or an SDF project by its objects.

use countersign_soap::Element;
use countersign_suitescript::{ApiVersion, Header};
use serde_json::{Map, Value as Json};

use crate::head::{self, Head};

/// The most files of one deployment.
const MOST_FILES: usize = 5000;
/// NetSuite's longest script id.
const LONGEST_ID: usize = 40;
const MEGABYTE: usize = 1024 * 1024;
/// Of so many files it is said why they are no scripts.
const MOST_REASONS: usize = 10;

/// A file for the cabinet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Absolute in the file cabinet.
    pub path: String,
    pub contents: Vec<u8>,
}

/// An SDF object, as a file of its project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectFile {
    pub name: String,
    pub text: String,
}

/// A script that is to be there, with its deployments.
#[derive(Clone, Debug, PartialEq)]
pub struct NewScript {
    pub script_id: String,
    pub name: String,
    pub description: Option<String>,
    pub path: String,
    pub api_version: Option<&'static str>,
    pub is_inactive: bool,
    pub deployments: Vec<NewDeployment>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct NewDeployment {
    pub script_id: String,
    pub title: String,
    pub is_deployed: bool,
    /// `RELEASED` or `TESTING`.
    pub status: String,
    pub log_level: String,
    pub all_roles: bool,
    pub all_employees: bool,
    /// Roles by their internal id or script id.
    pub roles: Vec<String>,
    pub runs_as: Option<String>,
    /// None where nothing is said of them: those that are there stay.
    pub parameters: Option<Map<String, Json>>,
}

/// Files, and the scripts they are to become.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Project {
    pub files: Vec<SourceFile>,
    pub scripts: Vec<NewScript>,
    /// What has no place here, each a sentence.
    pub left_out: Vec<String>,
    /// What works here and may not be meant, each a sentence.
    pub warnings: Vec<String>,
}

/// Why nothing is deployed; each a sentence with the name of its file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct NoProject(pub Vec<String>);

impl Project {
    /// Scripts are what `objects` say; where there are none, each file with the header of a RESTlet is one.
    ///
    /// # Errors
    /// Everything that is wrong with the files.
    pub fn read(files: Vec<SourceFile>, objects: &[ObjectFile]) -> Result<Self, NoProject> {
        let mut wrong = Vec::new();
        if files.len() + objects.len() > MOST_FILES {
            return Err(NoProject(vec![format!(
                "A deployment takes at most {MOST_FILES} files. Name a part of the project."
            )]));
        }
        let bad = |file: &&SourceFile| {
            !countersign_records::is_cabinet_path(&file.path) || file.path.matches('/').count() < 2
        };
        let bad_paths = files.iter().filter(bad);
        wrong.extend(bad_paths.map(|file| format!("{}: not the path of a file in a folder.", file.path)));
        let too_large = files
            .iter()
            .filter(|file| file.contents.len() > countersign_records::LARGEST_FILE);
        wrong.extend(too_large.map(|file| {
            format!(
                "{} has {:.1} MB, and a file of the file cabinet has at most {} MB.",
                file.path,
                file.contents.len() as f64 / MEGABYTE as f64,
                countersign_records::LARGEST_FILE / MEGABYTE
            )
        }));
        let mut project = Self::default();
        for object in objects {
            match Element::parse(&object.text) {
                Ok(element) => project.object(object, &element, &files, &mut wrong),
                Err(error) => wrong.push(format!("{}: {error}", object.name)),
            }
        }
        if objects.is_empty() {
            project.by_their_heads(&files, &mut wrong);
        }
        project.files = files;
        match wrong.is_empty() {
            true => Ok(project),
            false => Err(NoProject(wrong)),
        }
    }

    fn by_their_heads(&mut self, files: &[SourceFile], wrong: &mut Vec<String>) {
        let mut others = Vec::new();
        for file in files {
            match Head::of(file) {
                Head::Restlet(header) => {
                    self.warnings.extend(head::behind_code(file));
                    self.scripts.push(NewScript::of_file(file, &header));
                }
                Head::Wrong(why) => wrong.push(why),
                Head::OfAnother(why) => self.left_out.push(why),
                Head::None(why) => others.push(why),
            }
        }
        if !self.scripts.is_empty() || !wrong.is_empty() {
            return;
        }
        others.splice(0..0, self.left_out.drain(..));
        let more = others.len().saturating_sub(MOST_REASONS);
        others.truncate(MOST_REASONS);
        if more > 0 {
            others.push(format!("So it is with {more} files more."));
        }
        others.insert(
            0,
            format!("No file has the header of a RESTlet: {}", head::EXPECTED),
        );
        wrong.extend(others);
    }

    fn object(
        &mut self,
        object: &ObjectFile,
        element: &Element,
        files: &[SourceFile],
        wrong: &mut Vec<String>,
    ) {
        if !element.name().eq_ignore_ascii_case("restlet") {
            let kind = element.name();
            self.left_out
                .push(format!("{}: {kind} does not run here.", object.name));
            return;
        }
        match NewScript::of_object(element, files) {
            Ok(script) => self.scripts.push(script),
            Err(why) => wrong.push(format!("{}: {why}", object.name)),
        }
    }
}

impl NewScript {
    /// Released for every role: whoever deploys one file wants to call it.
    fn of_file(file: &SourceFile, header: &Header) -> Self {
        let stem = file.path.rsplit('/').next().unwrap_or_default();
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        let is_kept = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let id = stem.to_ascii_lowercase().replace(|letter| !is_kept(letter), "_");
        let script_id: String = format!("customscript_{id}").chars().take(LONGEST_ID).collect();
        Self {
            script_id,
            name: stem.to_owned(),
            description: None,
            path: file.path.clone(),
            api_version: header.api_version.map(version),
            is_inactive: false,
            deployments: vec![NewDeployment {
                script_id: "customdeploy1".to_owned(),
                title: stem.to_owned(),
                is_deployed: true,
                status: "RELEASED".to_owned(),
                log_level: "DEBUG".to_owned(),
                all_roles: true,
                all_employees: false,
                roles: Vec::new(),
                runs_as: None,
                parameters: None,
            }],
        }
    }

    fn of_object(element: &Element, files: &[SourceFile]) -> Result<Self, String> {
        let script_id = id(element, "customscript")?;
        let named = element.text_of("scriptfile").unwrap_or_default().trim();
        let path = named.trim_start_matches('[').trim_end_matches(']');
        let path = match path.starts_with('/') {
            true => path.to_owned(),
            false => format!("/{path}"),
        };
        let file = files.iter().find(|file| file.path.eq_ignore_ascii_case(&path));
        let Some(file) = file else {
            return Err(format!(
                "{script_id} runs {path}, which is not among the files. Deploy the folder that has FileCabinet and Objects in it."
            ));
        };
        let header = match Head::of(file) {
            Head::Restlet(header) => header,
            Head::Wrong(why) | Head::OfAnother(why) | Head::None(why) => {
                return Err(format!(
                    "{script_id} is a RESTlet, and its file has to say so. {why}"
                ));
            }
        };
        let defaults = parameters_of(element);
        let deployments = element.child("scriptdeployments");
        let deployments = deployments
            .into_iter()
            .flat_map(|all| all.all("scriptdeployment"));
        let name = text(element, "name").unwrap_or_else(|| script_id.clone());
        let deployments: Result<Vec<_>, String> = deployments
            .map(|deployment| NewDeployment::of_object(deployment, &name, &defaults))
            .collect();
        Ok(Self {
            description: text(element, "description"),
            path: file.path.clone(),
            api_version: header.api_version.map(version),
            is_inactive: is_on(element, "isinactive"),
            deployments: deployments?,
            script_id,
            name,
        })
    }
}

impl NewDeployment {
    fn of_object(element: &Element, script: &str, defaults: &Map<String, Json>) -> Result<Self, String> {
        let script_id = id(element, "customdeploy")?;
        let mut parameters = defaults.clone();
        for value in element
            .children()
            .filter(|child| child.name().starts_with("custscript"))
        {
            parameters.insert(value.name().to_ascii_lowercase(), parameter(value.text()));
        }
        let word = |name: &str, otherwise: &str| {
            text(element, name).map_or_else(|| otherwise.to_owned(), |word| word.to_ascii_uppercase())
        };
        let roles = text(element, "audslctrole").unwrap_or_default();
        let roles = roles.split('|').map(bare).filter(|role| !role.is_empty());
        Ok(Self {
            script_id,
            title: text(element, "title").unwrap_or_else(|| script.to_owned()),
            is_deployed: text(element, "isdeployed").is_none_or(|value| value == "T"),
            status: word("status", "TESTING"),
            log_level: word("loglevel", "DEBUG"),
            all_roles: is_on(element, "allroles"),
            all_employees: is_on(element, "allemployees"),
            roles: roles.map(ToOwned::to_owned).collect(),
            runs_as: text(element, "runasrole").map(|role| bare(&role).to_owned()),
            parameters: Some(parameters),
        })
    }
}

/// `[scriptid=customrole_sales]` and `[customrole_sales]` are references of SDF.
fn bare(name: &str) -> &str {
    let name = name.trim().trim_start_matches('[').trim_end_matches(']');
    name.strip_prefix("scriptid=").unwrap_or(name)
}

const fn version(version: ApiVersion) -> &'static str {
    match version {
        ApiVersion::V2_0 => "2.0",
        ApiVersion::V2X => "2.x",
        ApiVersion::V2_1 => "2.1",
    }
}

/// The parameters a script declares, with their values by default.
fn parameters_of(element: &Element) -> Map<String, Json> {
    let fields = element.child("scriptcustomfields");
    let fields = fields.into_iter().flat_map(|all| all.all("scriptcustomfield"));
    let with_default = fields.filter_map(|field| {
        let name = field.attribute("scriptid")?.to_ascii_lowercase();
        let is_box = text(field, "fieldtype").is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox"));
        let value = match is_box {
            true => Json::Bool(is_on(field, "defaultchecked")),
            false => text(field, "defaultvalue").map_or(Json::Null, Json::String),
        };
        Some((name, value))
    });
    with_default.collect()
}

/// A box says `T` or `F`; whatever else is given stays text, as SDF writes it.
pub(crate) fn parameter(text: &str) -> Json {
    match text.trim() {
        "" => Json::Null,
        "T" => Json::Bool(true),
        "F" => Json::Bool(false),
        text => Json::String(text.to_owned()),
    }
}

fn id(element: &Element, beginning: &str) -> Result<String, String> {
    let id = element
        .attribute("scriptid")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    match id.starts_with(beginning) && id.len() <= LONGEST_ID && id.chars().all(is_letter) {
        true => Ok(id),
        false => Err(format!(
            "the scriptid {id:?} must begin with {beginning} and have at most {LONGEST_ID} letters, digits and underscores."
        )),
    }
}

fn text(element: &Element, name: &str) -> Option<String> {
    let text = element.text_of(name)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn is_on(element: &Element, name: &str) -> bool {
    text(element, name).is_some_and(|value| value == "T")
}
