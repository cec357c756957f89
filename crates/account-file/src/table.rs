//! One table of the file while it is read: its fields by name, each with its place. A name that is not known, a value
//! of another kind and a word that is not on its list are each a mistake at their own place.

use crate::entry::{At, Entry};
use crate::mistake::{FileError, Mistakes};
use crate::place::Lines;
use crate::word::{TEXT, number, or_list, text, word_named};
use countersign_model::{Level, Permission, Word};
use countersign_protocol::Secret;
use countersign_spelling::{nearest, suggestion};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// The longest secret, in characters, and the longest name that is repeated to the reader.
const MAX_SECRET: usize = 256;
const MAX_SHOWN: usize = 100;
/// The most elements of a list within a table.
const MAX_LIST: usize = 1000;

/// What a file is read with.
pub(crate) struct Reader<'t> {
    pub(crate) lines: Lines<'t>,
    pub(crate) mistakes: Mistakes,
}

/// A table that is being read.
pub(crate) struct Table<'d> {
    pub(crate) entry: Entry,
    values: Vec<(&'static str, &'d Spanned<DeValue<'d>>)>,
}

impl<'d> Table<'d> {
    /// `number` counts the tables of a list from 1; a table that is alone has none.
    pub(crate) fn open(
        noun: &str,
        number: Option<usize>,
        value: &'d Spanned<DeValue<'d>>,
        known: &'static [&'static str],
        reader: &mut Reader<'_>,
    ) -> Option<Self> {
        let place = reader.lines.place(value.span().start);
        let DeValue::Table(table) = value.get_ref() else {
            reader.mistakes.add(FileError {
                place,
                path: noun.to_owned(),
                field: None,
                message: match number {
                    Some(_) => format!("must be a table: write [[{noun}]] above its fields."),
                    None => format!("must be a table: write [{noun}] above its fields."),
                },
            });
            return None;
        };
        let mut opened = Self {
            entry: Entry {
                path: path(noun, number, table),
                place,
                fields: Vec::new(),
            },
            values: Vec::new(),
        };
        for (key, value) in table {
            if let Some(key) = known.iter().find(|known| **known == key.get_ref()) {
                let place = reader.lines.place(value.span().start);
                opened.entry.fields.push((key, place));
                opened.values.push((key, value));
            } else {
                let near = suggestion(&nearest(key.get_ref(), known.iter().copied()));
                reader.mistakes.add(FileError {
                    place: reader.lines.place(key.span().start),
                    path: opened.entry.path.clone(),
                    field: None,
                    message: format!("has no field {}{}", shown(key.get_ref()), or_list(&near, known)),
                });
            }
        }
        Some(opened)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.entry.find(key).is_some()
    }

    fn value(&self, key: &str) -> Option<&'d Spanned<DeValue<'d>>> {
        let found = self.values.iter().find(|(known, _)| *known == key);
        found.map(|(_, value)| *value)
    }

    /// The value of a field, if it is of the right kind.
    fn of_kind<T>(
        &self,
        key: &'static str,
        kind: &str,
        reader: &mut Reader<'_>,
        read: impl FnOnce(&'d DeValue<'d>) -> Option<T>,
    ) -> Option<T> {
        let value = read(self.value(key)?.get_ref());
        if value.is_none() {
            reader
                .mistakes
                .add(self.entry.mistake(key, format!("must be {kind}.")));
        }
        value
    }

    pub(crate) fn text(&self, key: &'static str, reader: &mut Reader<'_>) -> Option<&'d str> {
        self.of_kind(key, TEXT, reader, text)
    }

    /// Text that has to be there.
    pub(crate) fn required(&self, key: &'static str, reader: &mut Reader<'_>) -> Option<&'d str> {
        if !self.has(key) {
            reader.mistakes.add(self.entry.mistake(key, "is required."));
        }
        self.text(key, reader)
    }

    pub(crate) fn flag(&self, key: &'static str, reader: &mut Reader<'_>) -> Option<bool> {
        self.of_kind(key, "true or false", reader, |value| match value {
            DeValue::Boolean(flag) => Some(*flag),
            _ => None,
        })
    }

    pub(crate) fn number<N: TryFrom<u64>>(&self, key: &'static str, reader: &mut Reader<'_>) -> Option<N> {
        self.of_kind(key, "a whole number, 0 or more and not too large", reader, number)
    }

    /// A number, or the word that stands for none: `Some(None)`.
    pub(crate) fn number_or(
        &self,
        key: &'static str,
        none: &str,
        reader: &mut Reader<'_>,
    ) -> Option<Option<u32>> {
        let kind = format!("a whole number, or {none:?}");
        self.of_kind(key, &kind, reader, |value| match value {
            DeValue::String(word) if word == none => Some(None),
            value => number(value).map(Some),
        })
    }

    /// A word of a closed list, upper and lower case aside.
    pub(crate) fn word<W: Word>(&self, key: &'static str, reader: &mut Reader<'_>) -> Option<W> {
        let found = self.text(key, reader)?;
        let word = word_named(found);
        word.map_err(|message| reader.mistakes.add(self.entry.mistake(key, message)))
            .ok()
    }

    /// Texts with their places, of a list or of one text alone.
    pub(crate) fn texts(&self, key: &'static str, reader: &mut Reader<'_>) -> Option<Vec<At<&'d str>>> {
        let list = self.of_kind(key, "a list of texts, [\"…\"]", reader, |value| match value {
            DeValue::Array(list) if list.len() <= MAX_LIST => Some(list),
            _ => None,
        })?;
        Some(self.texts_of(key, list, reader))
    }

    fn texts_of(
        &self,
        key: &'static str,
        list: &'d DeArray<'d>,
        reader: &mut Reader<'_>,
    ) -> Vec<At<&'d str>> {
        let mut texts = Vec::new();
        for value in list.iter() {
            let place = reader.lines.place(value.span().start);
            match text(value.get_ref()) {
                Some(value) => texts.push(At { value, place }),
                None => reader
                    .mistakes
                    .add(self.entry.mistake_at(place, key, format!("must be {TEXT}."))),
            }
        }
        texts
    }

    /// Words of a closed list, each once.
    pub(crate) fn words<W: Word>(&self, key: &'static str, reader: &mut Reader<'_>) -> Option<Vec<At<W>>> {
        let texts = if matches!(self.value(key)?.get_ref(), DeValue::String(_)) {
            let place = self.entry.place_of(key);
            self.text(key, reader).map(|value| vec![At { value, place }])?
        } else {
            self.texts(key, reader)?
        };
        let mut words: Vec<At<W>> = Vec::new();
        for At { value, place } in texts {
            match word_named::<W>(value) {
                Ok(value) if words.iter().any(|earlier| earlier.value == value) => {
                    let message = format!("names {} twice.", value.word());
                    reader.mistakes.add(self.entry.mistake_at(place, key, message));
                }
                Ok(value) => words.push(At { value, place }),
                Err(message) => reader.mistakes.add(self.entry.mistake_at(place, key, message)),
            }
        }
        Some(words)
    }

    /// Permissions with their levels, in the order of the file.
    pub(crate) fn permissions(&self, key: &'static str, reader: &mut Reader<'_>) -> Vec<(Permission, Level)> {
        let kind = "a table of permissions and levels";
        let Some(table) = self.of_kind(key, kind, reader, |value| match value {
            DeValue::Table(table) => Some(table),
            _ => None,
        }) else {
            return Vec::new();
        };
        let mut lines: Vec<(Permission, Level)> = Vec::new();
        for (name, value) in in_file_order(table) {
            let permission = word_named::<Permission>(name.get_ref())
                .map_err(|message| (name.span().start, message))
                .and_then(|permission| {
                    let twice = lines.iter().any(|(earlier, _)| *earlier == permission);
                    let message = format!("name {permission} twice; keep one of the two lines.");
                    if twice {
                        Err((name.span().start, message))
                    } else {
                        Ok(permission)
                    }
                });
            let level = text(value.get_ref())
                .ok_or_else(|| format!("must be {TEXT}, a level."))
                .and_then(word_named::<Level>)
                .map_err(|message| (value.span().start, message));
            let offered = |permission: Permission, level| {
                if permission.levels().contains(&level) {
                    return Ok((permission, level));
                }
                let levels: Vec<&str> = permission.levels().iter().map(|level| level.label()).collect();
                let message = format!("give {permission} at {}, and not at {level}.", levels.join(", "));
                Err((value.span().start, message))
            };
            match permission.and_then(|permission| offered(permission, level?)) {
                Ok(line) => lines.push(line),
                Err((at, message)) => {
                    let place = reader.lines.place(at);
                    reader.mistakes.add(self.entry.mistake_at(place, key, message));
                }
            }
        }
        lines
    }

    /// A secret. An empty one would let everybody in who knows the key.
    pub(crate) fn secret(&self, key: &'static str, reader: &mut Reader<'_>) -> Option<Secret> {
        let secret = self.text(key, reader)?;
        let visible = secret.bytes().all(|byte| byte.is_ascii_graphic());
        if secret.is_empty() || secret.len() > MAX_SECRET || !visible {
            let message = format!("must be 1 to {MAX_SECRET} visible ASCII characters, without spaces.");
            reader.mistakes.add(self.entry.mistake(key, message));
            return None;
        }
        Some(Secret::new(secret))
    }

    /// A key or ID and its secret: both are given, or neither. Gives the ID's text.
    pub(crate) fn pair(
        &self,
        [id, secret]: [&'static str; 2],
        reader: &mut Reader<'_>,
    ) -> Option<(&'d str, Secret)> {
        if self.has(id) != self.has(secret) {
            let (there, missing) = if self.has(id) { (id, secret) } else { (secret, id) };
            let message = format!("needs {missing} beside it: give both, or neither to have them made.");
            reader.mistakes.add(self.entry.mistake(there, message));
        }
        let found = self.text(id, reader);
        let secret = self.secret(secret, reader);
        Some((found?, secret?))
    }
}

/// The lines of a table as they stand in the file: the parser sorts them by name.
pub(crate) fn in_file_order<'d>(
    table: &'d DeTable<'d>,
) -> Vec<(&'d Spanned<std::borrow::Cow<'d, str>>, &'d Spanned<DeValue<'d>>)> {
    let mut lines: Vec<_> = table.iter().collect();
    lines.sort_by_key(|(key, _)| key.span().start);
    lines
}

fn path(noun: &str, number: Option<usize>, table: &DeTable<'_>) -> String {
    let name = table.get("name").and_then(|name| text(name.get_ref()));
    match (name.filter(|name| !name.trim().is_empty()), number) {
        (Some(name), Some(_)) => format!("{noun} {}", shown(name)),
        (None, Some(number)) => format!("{noun} {number}"),
        (_, None) => noun.to_owned(),
    }
}

/// A name as it may be repeated: on one line, and not without end.
pub(crate) fn shown(name: &str) -> String {
    let clipped: String = name.trim().chars().take(MAX_SHOWN).collect();
    format!("{clipped:?}")
}
