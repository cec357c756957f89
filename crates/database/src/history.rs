//! Which migrations a database has had, compared with those the program knows: the same question on every kind.

use refinery::{Migration, Runner};

/// The table `refinery` keeps.
pub(crate) const HISTORY: &str = "refinery_schema_history";

/// A row of that table.
pub(crate) struct Applied {
    pub(crate) version: i32,
    pub(crate) checksum: String,
}

/// What a database needs before it can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    Fresh,
    Older { version: i32 },
    Current,
}

/// Why a database must not be touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stranger {
    Newer { found: i32, known: i32 },
    Divergent { version: i32 },
}

/// `applied` is in the order of its versions.
pub(crate) fn age(applied: &[Applied], migrations: &Runner) -> Result<Age, Stranger> {
    let known = known_version(migrations);
    let Some(newest) = applied.last() else {
        // A crash before the first migration was committed.
        return Ok(Age::Fresh);
    };
    if newest.version > known {
        return Err(Stranger::Newer {
            found: newest.version,
            known,
        });
    }
    let mut expected: Vec<_> = migrations.get_migrations().iter().collect();
    expected.sort_by_key(|migration| migration.version());
    let divergent = applied.iter().enumerate().find(|(place, was)| {
        expected.get(*place).is_none_or(|migration| {
            (was.version, &was.checksum) != (migration.version(), &migration.checksum().to_string())
        })
    });
    match divergent {
        Some((_, was)) => Err(Stranger::Divergent { version: was.version }),
        None if newest.version == known => Ok(Age::Current),
        None => Ok(Age::Older {
            version: newest.version,
        }),
    }
}

/// The version the program brings a database to.
pub(crate) fn known_version(migrations: &Runner) -> i32 {
    let versions = migrations.get_migrations().iter().map(Migration::version);
    versions.max().unwrap_or(0)
}
