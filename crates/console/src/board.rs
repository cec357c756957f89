//! The places of the pages: the bar is made of this one table.

use countersign_web::{Crumb, Entry};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub title: &'static str,
    pub path: &'static str,
    /// One line: what it is for.
    pub about: &'static str,
}

pub(crate) const CONNECTIONS: Place = Place {
    title: "Connections",
    path: "/connections",
    about: "Accounts and their credentials, sealed; how each of them is, and since when.",
};

pub(crate) const CALLERS: Place = Place {
    title: "Callers and Grants",
    path: "/callers",
    about: "The programs that may call through the proxy with a key of their own, and what each may do.",
};

pub(crate) const GOVERNOR: Place = Place {
    title: "Governor",
    path: "/governor",
    about: "What runs at each account now, and who waits for a place.",
};

pub(crate) const USES: Place = Place {
    title: "Uses",
    path: "/uses",
    about: "Which program called what through which connection, and what came of it. No body and no query is kept.",
};

pub(crate) const CHANGES: Place = Place {
    title: "Changes",
    path: "/changes",
    about: "Who did what to connections, callers and grants. Each row is bound to those before it.",
};

/// All of them, as the bar has them.
pub const PLACES: [Place; 5] = [CONNECTIONS, CALLERS, GOVERNOR, USES, CHANGES];

impl Place {
    /// The way back to it from a page below.
    pub(crate) fn crumbs(self) -> Vec<Crumb> {
        vec![Crumb {
            label: self.title.to_owned(),
            href: Some(self.path.to_owned()),
        }]
    }
}

pub(crate) fn entries(here: Option<Place>) -> Vec<Entry> {
    let entry = |place: Place| Entry {
        label: place.title,
        href: place.path,
        is_here: here == Some(place),
    };
    PLACES.map(entry).to_vec()
}
