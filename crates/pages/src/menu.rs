//! Menus and their search, from the table of places: only what opens to whoever looks.

use countersign_authority::Caller;
use countersign_web::{Menu, MenuGroup, MenuItem};

use crate::place::{PLACES, Place};

/// The menus, with the place one is at marked.
pub(crate) fn menus(caller: &Caller, here: &Place) -> Vec<Menu> {
    let mut menus: Vec<Menu> = Vec::new();
    for place in PLACES.iter().filter(|place| place.needs.met_by(caller)) {
        let Some((menu, group)) = place.menu else {
            continue;
        };
        if menus.iter().all(|known| known.label != menu) {
            menus.push(Menu {
                label: menu,
                groups: Vec::new(),
            });
        }
        let groups = menus.iter_mut().find(|known| known.label == menu);
        let Some(Menu { groups, .. }) = groups else {
            continue;
        };
        if groups.iter().all(|known| known.label != group) {
            groups.push(MenuGroup {
                label: group,
                items: Vec::new(),
            });
        }
        if let Some(known) = groups.iter_mut().find(|known| known.label == group) {
            known.items.push(MenuItem {
                label: place.title,
                href: place.path.to_owned(),
                is_here: *place == here,
            });
        }
    }
    menus
}

/// What a search of the menus finds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// What was typed is the name of one place, today's or an old one.
    Place(&'static Place),
    /// The best first.
    Several(Vec<&'static Place>),
}

/// `query` is anything a guide says: `Setup > Manage Integrations > New`, `consumer key`.
pub(crate) fn search(query: &str, may_open: impl Fn(&Place) -> bool) -> Found {
    let wanted = words(query);
    let open = || PLACES.iter().copied().filter(|place| may_open(place));
    if wanted.is_empty() {
        return Found::Several(open().collect());
    }
    if let Some(place) = open().find(|place| is_name_of(place, &wanted)) {
        return Found::Place(place);
    }
    let mut scored: Vec<(usize, &'static Place)> = open()
        .map(|place| (score(place, &wanted), place))
        .filter(|(score, _)| *score > 0)
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    Found::Several(scored.into_iter().map(|(_, place)| place).collect())
}

/// Whether this is one of the names of the place, so that a page may say what it is called today.
pub(crate) fn is_old_name(place: &Place, name: &str) -> bool {
    let wanted = words(name);
    wanted != words(place.title) && is_name_of(place, &wanted)
}

fn is_name_of(place: &Place, wanted: &[String]) -> bool {
    let own = [place.title.to_owned(), place.click_path()];
    own.iter().any(|name| words(name) == wanted) || place.also.iter().any(|name| words(name) == wanted)
}

/// How many of the words the place has in its names, those of its title twice; nothing where it lacks one.
fn score(place: &Place, wanted: &[String]) -> usize {
    let title = words(place.title);
    let mut known = words(&place.click_path());
    known.extend(words(place.about));
    known.extend(place.also.iter().flat_map(|name| words(name)));
    let starts = |among: &[String], word: &String| among.iter().any(|known| known.starts_with(word.as_str()));
    if !wanted.iter().all(|word| starts(&known, word)) {
        return 0;
    }
    wanted.len() + wanted.iter().filter(|word| starts(&title, word)).count()
}

/// In lower case, without what separates them.
fn words(text: &str) -> Vec<String> {
    let separated = text.split(|letter: char| !letter.is_alphanumeric());
    separated
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .take(20)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{
        ACCESS_TOKENS, COMPANY_INFORMATION, EMPLOYEES, ENABLE_FEATURES, INTEGRATION_GOVERNANCE,
        LOGIN_AUDIT_TRAIL, MANAGE_INTEGRATIONS, MANAGE_ROLES, MANAGE_USERS, MY_ACCESS_TOKENS,
        USER_ACCESS_RESET,
    };

    fn found(query: &str) -> &'static Place {
        match search(query, |_| true) {
            Found::Place(place) => place,
            Found::Several(places) => places
                .first()
                .copied()
                .unwrap_or_else(|| panic!("{query} finds nothing")),
        }
    }

    #[test]
    fn every_click_path_of_the_guides_leads_somewhere() {
        for (words, place) in [
            ("Setup > Company > Enable Features", &ENABLE_FEATURES),
            (
                "Setup > Company > Setup Tasks > Enable Features",
                &ENABLE_FEATURES,
            ),
            (
                "Setup > Integration > Manage Integrations > New",
                &MANAGE_INTEGRATIONS,
            ),
            ("Setup > Integrations > Manage Integrations", &MANAGE_INTEGRATIONS),
            ("Setup > Manage Integrations > New", &MANAGE_INTEGRATIONS),
            ("Setup > Integration > Manage Access Tokens", &MY_ACCESS_TOKENS),
            ("Manage Access Tokens", &MY_ACCESS_TOKENS),
            ("Setup > Users/Roles > Access Tokens > New", &ACCESS_TOKENS),
            (
                "Setup > Users/Roles > User Management > Access Tokens",
                &ACCESS_TOKENS,
            ),
            ("Setup > Users/Roles > Manage Roles", &MANAGE_ROLES),
            ("Token-Based Authentication permission", &MANAGE_ROLES),
            ("Setup > Users/Roles > Manage Users", &MANAGE_USERS),
            ("Concurrent Web Services User", &MANAGE_USERS),
            ("Company URLs", &COMPANY_INFORMATION),
            ("concurrency limit", &INTEGRATION_GOVERNANCE),
            ("reset 2FA settings", &USER_ACCESS_RESET),
            ("Lists > Employees", &EMPLOYEES),
            ("login audit", &LOGIN_AUDIT_TRAIL),
            ("consumer secret", &MANAGE_INTEGRATIONS),
            ("user credentials", &MANAGE_INTEGRATIONS),
        ] {
            assert_eq!(found(words).title, place.title, "{words}");
        }
    }

    #[test]
    fn no_two_places_share_a_name_or_a_path() {
        let mut seen = std::collections::BTreeSet::new();
        for place in PLACES {
            let names = place.also.iter().map(|name| words(name).join(" "));
            for name in names.chain([words(place.title).join(" ")]) {
                assert!(seen.insert(name.clone()), "{name} names two places, or one twice");
            }
            assert!(seen.insert(place.path.to_owned()), "{}", place.path);
        }
    }

    #[test]
    fn what_is_closed_is_not_found() {
        assert_eq!(search("features", |_| false), Found::Several(Vec::new()));
    }

    #[test]
    fn only_an_old_name_is_told_as_one() {
        assert!(is_old_name(&MANAGE_INTEGRATIONS, "Setup > Manage Integrations"));
        assert!(!is_old_name(&MANAGE_INTEGRATIONS, "manage integrations"));
        assert!(!is_old_name(&MANAGE_INTEGRATIONS, "<b>anything</b>"));
    }
}
