//! The account's date format: how dates are written in answers, and how text that stands for a date is read.

use crate::date_model::DateModel;

/// One of the formats of Set Preferences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateFormat {
    shown: &'static str,
    model: &'static str,
}

/// As the preference shows it, and as a format model of Oracle's.
const FORMATS: &[(&str, &str)] = &[
    ("M/D/YYYY", "fmMM/DD/YYYY"),
    ("MM/DD/YYYY", "MM/DD/YYYY"),
    ("D/M/YYYY", "fmDD/MM/YYYY"),
    ("DD/MM/YYYY", "DD/MM/YYYY"),
    ("D-Mon-YYYY", "fmDD-Mon-YYYY"),
    ("DD-Mon-YYYY", "DD-Mon-YYYY"),
    ("D.M.YYYY", "fmDD.MM.YYYY"),
    ("DD.MM.YYYY", "DD.MM.YYYY"),
    ("D-MONTH-YYYY", "fmDD-MONTH-YYYY"),
    ("DD-MONTH-YYYY", "DDfm-MONTH-YYYY"),
    ("D MONTH, YYYY", "fmDD MONTH, YYYY"),
    ("YYYY/M/D", "fmYYYY/MM/DD"),
    ("YYYY/MM/DD", "YYYY/MM/DD"),
    ("YYYY-M-D", "fmYYYY-MM-DD"),
    ("YYYY-MM-DD", "YYYY-MM-DD"),
];

impl DateFormat {
    /// The format that the preference shows like this.
    pub fn named(shown: &str) -> Option<Self> {
        let found = FORMATS.iter().find(|(name, _)| *name == shown)?;
        let (shown, model) = *found;
        Some(Self { shown, model })
    }

    pub fn as_str(&self) -> &'static str {
        self.shown
    }

    pub(crate) fn model(self) -> &'static str {
        self.model
    }

    /// Writes stored dates and moments in this format; what is no date stays as it is.
    pub(crate) fn writer(self) -> impl Fn(&str) -> String {
        let model = DateModel::parse(self.model).ok();
        move |stored| match (crate::date_model::stored(stored), &model) {
            (Some(moment), Some(model)) => model.write(moment),
            _ => stored.to_owned(),
        }
    }
}

impl Default for DateFormat {
    /// `M/D/YYYY`, that of a new account in the United States.
    fn default() -> Self {
        let (shown, model) = ("M/D/YYYY", "fmMM/DD/YYYY");
        Self { shown, model }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_reads_what_it_writes() {
        for (shown, _) in FORMATS {
            let format = DateFormat::named(shown).expect("it is in the table");
            let written = format.writer()("2024-02-09T13:00:00Z");
            let model = DateModel::parse(format.model()).expect("a model");
            let now = crate::date_model::stored("2026-11-22").expect("a date");
            let read = model.read(&written, now).expect("its own writing");
            assert_eq!(read.date(), jiff::civil::date(2024, 2, 9), "{shown}: {written}");
        }
        assert_eq!(DateFormat::default().writer()("2024-02-09"), "2/9/2024");
        assert_eq!(
            DateFormat::named("DD.MM.YYYY").expect("there").writer()("2024-02-09"),
            "09.02.2024"
        );
        assert_eq!(DateFormat::named("nonsense"), None);
    }
}
