//! What people write on a connection: tags to find it by, and metadata for their own programs.

use std::collections::BTreeMap;

use serde_json::Value;

/// A JSON object that belongs to whoever uses the connection. The vault reads nothing in it.
pub type Metadata = serde_json::Map<String, Value>;

const MAX_TAGS: usize = 32;
const MAX_TAG: usize = 64;
const MAX_TAG_VALUE: usize = 255;
const MAX_METADATA: usize = 16 * 1024;

/// Tags and metadata within their bounds. No secret belongs here: both are kept in the clear.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Label {
    tags: BTreeMap<String, String>,
    metadata: Metadata,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    #[error("a connection has at most {MAX_TAGS} tags")]
    TooManyTags,
    #[error(
        "the tag {0:?} or its value cannot be kept: a tag is 1 to {MAX_TAG} characters, its value at most {MAX_TAG_VALUE}, \
         without line breaks or other control characters"
    )]
    Tag(String),
    #[error("the metadata is longer than {} KiB as JSON: keep it elsewhere and a reference here", MAX_METADATA / 1024)]
    MetadataTooLong,
}

impl Label {
    pub fn parse(tags: BTreeMap<String, String>, metadata: Metadata) -> Result<Self, LabelError> {
        if tags.len() > MAX_TAGS {
            return Err(LabelError::TooManyTags);
        }
        let fits =
            |text: &str, most: usize| text.chars().count() <= most && !text.chars().any(char::is_control);
        let wrong = tags
            .iter()
            .find(|(tag, value)| tag.is_empty() || !fits(tag, MAX_TAG) || !fits(value, MAX_TAG_VALUE));
        if let Some((tag, _)) = wrong {
            return Err(LabelError::Tag(tag.chars().take(MAX_TAG).collect()));
        }
        let label = Self { tags, metadata };
        match label.metadata_json().len() {
            ..=MAX_METADATA => Ok(label),
            _ => Err(LabelError::MetadataTooLong),
        }
    }

    pub const fn tags(&self) -> &BTreeMap<String, String> {
        &self.tags
    }

    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    pub(crate) fn tags_json(&self) -> String {
        let tags = self
            .tags
            .iter()
            .map(|(tag, value)| (tag.clone(), value.as_str().into()));
        Value::Object(tags.collect()).to_string()
    }

    pub(crate) fn metadata_json(&self) -> String {
        Value::Object(self.metadata.clone()).to_string()
    }

    pub(crate) fn from_json(tags: &str, metadata: &str) -> Result<Self, String> {
        let tags = serde_json::from_str(tags).map_err(|error| error.to_string())?;
        let metadata = serde_json::from_str(metadata).map_err(|error| error.to_string())?;
        Self::parse(tags, metadata).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_bounds_and_comes_back_from_its_json() {
        let tags = |tag: &str, value: &str| BTreeMap::from([(tag.to_owned(), value.to_owned())]);
        let metadata: Metadata = serde_json::from_str(r#"{"plan":"gold","n":[1,null]}"#).unwrap();
        let label = Label::parse(tags("customer", "Café"), metadata).unwrap();
        let again = Label::from_json(&label.tags_json(), &label.metadata_json());
        assert_eq!(again, Ok(label));
        for (tag, value) in [("", "x"), ("a\nb", "x"), ("a", "\u{7}"), ("a", &*"x".repeat(256))] {
            assert!(Label::parse(tags(tag, value), Metadata::new()).is_err());
        }
        let long: Metadata = [("x".to_owned(), "y".repeat(MAX_METADATA).into())]
            .into_iter()
            .collect();
        assert_eq!(
            Label::parse(BTreeMap::new(), long),
            Err(LabelError::MetadataTooLong)
        );
    }
}
