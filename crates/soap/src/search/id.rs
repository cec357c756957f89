//! A search as the text of a `searchId`, and that text as a search.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_records::{Catalog, Filter};

use super::column::{self, Column};
use super::{Joined, Reached, Search, joins};
use crate::envelope::Preferences;
use crate::schema::family::Family;

// Between the parts of a `searchId`: characters that XML does not have, and so no value.
const FIELD: char = '\u{1f}';
const ENTRY: char = '\u{1e}';
const SECTION: char = '\u{1d}';

impl Search {
    /// The text that says this search again.
    pub fn id(&self, account: &str) -> String {
        let only = u8::from(self.body_fields_only);
        let columns: Vec<_> = self.columns.iter().map(|column| column.said(FIELD)).collect();
        let mut said = vec![
            format!("{}{FIELD}{}{FIELD}{only}", self.subject, self.page_size),
            said(&self.reached),
            columns.join(&ENTRY.to_string()),
        ];
        for joined in &self.joined {
            said.push(format!("{}{ENTRY}{}", joined.way.name, self::said(&joined.to)));
        }
        let said = said.join(&SECTION.to_string());
        format!("WEBSERVICES_{account}_{}", URL_SAFE_NO_PAD.encode(said))
    }

    /// What [`Self::id`] said. Anybody can write one: it can ask for no more than a search can.
    pub fn from_id(id: &str, account: &str, catalog: &Catalog) -> Option<Self> {
        let said = id
            .strip_prefix("WEBSERVICES_")?
            .strip_prefix(account)?
            .strip_prefix('_')?;
        let said = String::from_utf8(URL_SAFE_NO_PAD.decode(said).ok()?).ok()?;
        let mut sections = said.split(SECTION);
        let mut head = sections.next()?.split(FIELD);
        let (subject, size, only) = (head.next()?, head.next()?, head.next()?);
        let families = Family::all(catalog);
        let family = families.iter().find(|family| family.subject == subject)?;
        let reached = heard(sections.next()?, catalog)?;
        let columns = entries(sections.next()?)
            .take(column::MOST)
            .map(|said| Column::heard(said, FIELD, family, &families))
            .collect::<Option<_>>()?;
        let mut joined: Vec<Joined> = Vec::new();
        for section in sections {
            let (name, to) = section.split_once(ENTRY)?;
            let way = joins::find(subject, name)?;
            // Attack: an id that joins the same many thousand times.
            if joined.iter().any(|joined| joined.way == way) {
                return None;
            }
            let to = heard(to, catalog)?;
            joined.push(Joined { way, to });
        }
        Some(Self {
            subject: subject.to_owned(),
            reached,
            joined,
            columns,
            page_size: size
                .parse()
                .ok()
                .filter(|size| Preferences::PAGE_SIZES.contains(size))?,
            body_fields_only: only == "1",
        })
    }
}

fn said(reached: &Reached) -> String {
    let entries = reached.iter().map(|(of, filter)| {
        let filter = filter.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{}{FIELD}{filter}", of.script_id)
    });
    entries.collect::<Vec<_>>().join(&ENTRY.to_string())
}

fn heard(section: &str, catalog: &Catalog) -> Option<Reached> {
    // Attack: an id that names one type many thousand times.
    let entries = entries(section).take(catalog.types().count());
    let reached = entries.map(|entry| {
        let (name, filter) = entry.split_once(FIELD)?;
        let of = Arc::clone(catalog.get(name)?);
        let filter = match filter {
            "" => None,
            text => Some(Filter::parse(text, &of).ok()?),
        };
        Some((of, filter))
    });
    reached.collect()
}

fn entries(section: &str) -> impl Iterator<Item = &str> {
    section.split(ENTRY).filter(|entry| !entry.is_empty())
}
