//! The JSDoc block that NetSuite reads at the head of a script file.

/// What `@NApiVersion` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiVersion {
    V2_0,
    /// `2.x`: the newest that is no beta, today 2.1's older sister 2.0.
    V2X,
    V2_1,
}

/// The tags of a script file that mean something to NetSuite. What a file does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    pub api_version: Option<ApiVersion>,
    /// The same as it is written, also where there is no such version.
    pub named_version: Option<String>,
    /// As it is written: `Restlet`, `ScheduledScript`.
    pub script_type: Option<String>,
    /// `Public`, `SameAccount` or `TargetAccount`.
    pub module_scope: Option<String>,
    /// Where names of modules are given paths: a JSON file.
    pub amd_config: Option<String>,
}

impl Header {
    /// Reads the first comment of the form `/** … */` that has one of the tags.
    pub fn parse(source: &str) -> Self {
        let mut rest = source;
        while let Some((_, comment)) = rest.split_once("/**") {
            let (block, after) = comment.split_once("*/").unwrap_or((comment, ""));
            let header = Self::of_block(block);
            if header != Self::default() {
                return header;
            }
            rest = after;
        }
        Self::default()
    }

    fn of_block(block: &str) -> Self {
        let mut header = Self::default();
        for line in block.lines() {
            let line = line.trim_start_matches(|c: char| c.is_whitespace() || c == '*');
            let mut words = line.split_whitespace();
            let (Some(tag), Some(value)) = (words.next(), words.next()) else {
                continue;
            };
            match tag.to_ascii_lowercase().as_str() {
                "@napiversion" => {
                    header.api_version = api_version(value);
                    header.named_version = Some(value.to_owned());
                }
                "@nscripttype" => header.script_type = Some(value.to_owned()),
                "@nmodulescope" => header.module_scope = Some(value.to_owned()),
                "@namdconfig" => header.amd_config = Some(value.to_owned()),
                _ => {}
            }
        }
        header
    }

    /// Whether NetSuite would take the file for a RESTlet.
    pub fn is_restlet(&self) -> bool {
        self.script_type
            .as_deref()
            .is_some_and(|kind| kind.eq_ignore_ascii_case("restlet"))
    }
}

fn api_version(value: &str) -> Option<ApiVersion> {
    match value.to_ascii_lowercase().as_str() {
        "2.0" => Some(ApiVersion::V2_0),
        "2.x" => Some(ApiVersion::V2X),
        "2.1" => Some(ApiVersion::V2_1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{ApiVersion, Header};

    #[test]
    fn the_tags_of_the_first_block_that_has_some_are_read() {
        let header = Header::parse(
            "/** Copyright */\r\n/**\r\n * Orders.\r\n * @NApiVersion 2.X\r\n * @NScriptType restlet\r\n * @NModuleScope SameAccount\r\n *@NAmdConfig  ./config.json\r\n */\r\ndefine([], function () {});",
        );
        assert_eq!(header.api_version, Some(ApiVersion::V2X));
        assert!(header.is_restlet());
        assert_eq!(header.module_scope.as_deref(), Some("SameAccount"));
        assert_eq!(header.amd_config.as_deref(), Some("./config.json"));
    }

    #[test]
    fn a_file_without_tags_has_an_empty_header() {
        for source in [
            "",
            "/**",
            "/** @NApiVersion */",
            "// @NApiVersion 2.1\ndefine({});",
        ] {
            assert_eq!(Header::parse(source), Header::default(), "{source}");
        }
    }
}
