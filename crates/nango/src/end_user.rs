//! Whose connection it is. Nango keeps it beside the tags and as tags; here it is tags alone.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::problem::Problem;

const ID: &str = "end_user_id";
const EMAIL: &str = "end_user_email";
const NAME: &str = "end_user_display_name";
const ORGANIZATION: &str = "organization_id";
const ORGANIZATION_NAME: &str = "organization_display_name";
const OWN: [&str; 5] = [ID, EMAIL, NAME, ORGANIZATION, ORGANIZATION_NAME];

pub(crate) type Tags = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndUser {
    id: String,
    email: Option<String>,
    display_name: Option<String>,
    #[serde(default)]
    tags: Tags,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Organization {
    id: String,
    display_name: Option<String>,
}

/// The tags of all that was said; what stands later in the list wins.
pub(crate) fn tags_of(
    end_user: Option<EndUser>,
    organization: Option<Organization>,
    tags: Option<Tags>,
) -> Result<Tags, Problem> {
    let mut all = Tags::new();
    let mut own = Vec::new();
    let mut given = Vec::new();
    if let Some(user) = end_user {
        own.extend([
            (ID, Some(user.id)),
            (EMAIL, user.email),
            (NAME, user.display_name),
        ]);
        given.push(user.tags);
    }
    if let Some(organization) = organization {
        own.extend([
            (ORGANIZATION, Some(organization.id)),
            (ORGANIZATION_NAME, organization.display_name),
        ]);
    }
    all.extend(
        own.into_iter()
            .filter_map(|(tag, value)| Some((tag.to_owned(), value?))),
    );
    given.extend(tags);
    for (tag, value) in given.into_iter().flatten() {
        let tag = tag.to_lowercase();
        let is_tag = tag.starts_with(|c: char| c.is_ascii_lowercase())
            && tag
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
        if !is_tag || value.is_empty() {
            let message = "A tag begins with a letter, and letters, digits and characters of _-./ follow; its value is not \
                           empty.";
            return Err(Problem::body("tags", message));
        }
        all.insert(tag, value);
    }
    Ok(all)
}

/// What stays of the tags where others are put in their place: whose connection it is.
pub(crate) fn kept(before: &Tags) -> Tags {
    let own = before.iter().filter(|(tag, _)| OWN.contains(&tag.as_str()));
    own.map(|(tag, value)| (tag.clone(), value.clone())).collect()
}

/// As Nango shows it; null where nobody was named.
pub(crate) fn shown(tags: &Tags) -> Value {
    let Some(id) = tags.get(ID) else {
        return Value::Null;
    };
    let organization = tags
        .get(ORGANIZATION)
        .map(|id| json!({ "id": id, "display_name": tags.get(ORGANIZATION_NAME) }));
    json!({
        "id": id,
        "email": tags.get(EMAIL),
        "display_name": tags.get(NAME),
        "tags": null,
        "organization": organization,
    })
}

/// Whether a search finds it: in the user's id, name or address, upper and lower case aside.
pub(crate) fn is_found(tags: &Tags, search: &str) -> bool {
    let own = [ID, EMAIL, NAME].into_iter().filter_map(|tag| tags.get(tag));
    own.into_iter().any(|value| value.to_lowercase().contains(search))
}

pub(crate) fn is_user(tags: &Tags, id: &str) -> bool {
    tags.get(ID).is_some_and(|own| own == id)
}

pub(crate) fn is_organization(tags: &Tags, id: &str) -> bool {
    tags.get(ORGANIZATION).is_some_and(|own| own == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_user_is_tags_and_comes_back_from_them() {
        let user = serde_json::from_value(
            json!({ "id": "u1", "email": "Erin@example.com", "tags": { "Plan": "gold" } }),
        );
        let organization = serde_json::from_value(json!({ "id": "o1", "display_name": "Acme" }));
        let more = Tags::from([("plan".to_owned(), "silver".to_owned())]);
        let tags = tags_of(user.unwrap(), organization.unwrap(), Some(more)).unwrap();
        assert_eq!(tags.get("plan").unwrap(), "silver", "tags of the connection win");
        let expected = json!({ "id": "u1", "email": "Erin@example.com", "display_name": null, "tags": null,
                               "organization": { "id": "o1", "display_name": "Acme" } });
        assert_eq!(shown(&tags), expected);
        assert_eq!(shown(&kept(&tags)), expected);
        assert!(is_found(&tags, "erin@") && is_user(&tags, "u1") && is_organization(&tags, "o1"));
        assert_eq!(shown(&Tags::new()), Value::Null);
        for bad in ["1x", "", "a b", "é"] {
            let tags = Tags::from([(bad.to_owned(), "x".to_owned())]);
            assert!(tags_of(None, None, Some(tags)).is_err(), "{bad:?}");
        }
    }
}
