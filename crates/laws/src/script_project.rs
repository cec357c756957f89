//! What is deployed: an SDF object beside a script, or a script with the JSDoc header at its head. What becomes a script has IDs that
//! an address can name and a file that is there; what does not is told why.

use countersign_scripts::{NewScript, ObjectFile, Project, SourceFile};

const PATH: &str = "/SuiteScripts/fuzzed.js";
const SCRIPT: &str = "/** @NApiVersion 2.1\n * @NScriptType Restlet */\ndefine({});";

/// An object where it begins as XML, and otherwise a script.
pub fn script_project(data: &[u8]) {
    let object = std::str::from_utf8(data)
        .ok()
        .filter(|text| text.starts_with('<'));
    let (source, objects) = match object {
        Some(text) => (SCRIPT.as_bytes(), vec![object_of(text)]),
        None => (data, Vec::new()),
    };
    let file = SourceFile {
        path: PATH.to_owned(),
        contents: source.to_vec(),
    };
    match Project::read(vec![file], &objects) {
        Ok(project) => {
            assert_eq!(project.files.len(), 1);
            assert!(
                project.scripts.len() + project.left_out.len() <= 1,
                "one file is one script"
            );
            project.scripts.iter().for_each(is_sound);
        }
        Err(wrong) => {
            let is_sentence = |text: &String| text.ends_with(['.', '?']) || text.contains(": ");
            assert!(
                !wrong.0.is_empty() && wrong.0.iter().all(is_sentence),
                "{:?}",
                wrong.0
            );
        }
    }
}

fn object_of(text: &str) -> ObjectFile {
    ObjectFile {
        name: "Objects/fuzzed.xml".to_owned(),
        text: text.to_owned(),
    }
}

fn is_sound(script: &NewScript) {
    assert_eq!(script.path, PATH);
    assert!(is_id(&script.script_id, "customscript"), "{}", script.script_id);
    assert!(!script.name.trim().is_empty());
    for deployment in &script.deployments {
        assert!(
            is_id(&deployment.script_id, "customdeploy"),
            "{}",
            deployment.script_id
        );
        assert!(!deployment.title.trim().is_empty());
        assert_eq!(deployment.status, deployment.status.to_ascii_uppercase());
        assert!(deployment.roles.iter().all(|role| !role.is_empty()));
    }
}

fn is_id(id: &str, beginning: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    id.starts_with(beginning) && id.len() <= 40 && id.chars().all(is_letter)
}
