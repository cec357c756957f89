//! Which functions there are: those that are translated one by one, and those that NetSuite has and nothing here does.

use crate::functions;

use super::aggregate::{AGGREGATES, WINDOWS};

/// Functions that are called by another name here, or give what another gives.
pub(super) const ALIASES: &[(&str, &str)] = &[
    ("nls_upper", "upper"),
    ("nls_lower", "lower"),
    ("nls_initcap", "initcap"),
    ("lengthb", "length"),
    ("lengthc", "length"),
    ("length2", "length"),
    ("length4", "length"),
    ("substrb", "substr"),
    ("to_nchar", "to_char"),
    ("to_clob", "to_char"),
    ("to_nclob", "to_char"),
    ("to_binary_double", "to_number"),
    ("to_binary_float", "to_number"),
    ("systimestamp", "sysdate"),
    ("current_date", "sysdate"),
    ("current_timestamp", "sysdate"),
    ("localtimestamp", "sysdate"),
];

/// Translated one by one, below.
pub(super) const SPECIAL: &[&str] = &[
    "coalesce",
    "concat",
    "decode",
    "greatest",
    "least",
    "nullif",
    "nvl",
    "nvl2",
    "round",
    "sysdate",
    "to_char",
    "to_date",
    "to_number",
    "to_timestamp",
    "trunc",
];

/// Documented by NetSuite, and not here.
pub(super) const NOT_EMULATED: &[&str] = &[
    "asciistr",
    "bfilename",
    "chartorowid",
    "compose",
    "corr",
    "corr_k",
    "corr_s",
    "covar_pop",
    "covar_samp",
    "decompose",
    "empty_blob",
    "empty_clob",
    "from_tz",
    "median",
    "new_time",
    "nlssort",
    "ora_hash",
    "soundex",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "sys_extract_utc",
    "to_multi_byte",
    "to_single_byte",
    "to_timestamp_tz",
    "tz_offset",
    "unistr",
    "var_pop",
    "var_samp",
    "variance",
    "vsize",
    "width_bucket",
];

/// The names of all functions there are, in lower case.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let listed = functions::all().map(|function| function.name);
    listed
        .chain(SPECIAL.iter().copied())
        .chain(ALIASES.iter().map(|(alias, _)| *alias))
        .chain(AGGREGATES.iter().copied())
        .chain(WINDOWS.iter().copied())
}

/// Those NetSuite has, and nothing here does.
pub(crate) fn missing() -> impl Iterator<Item = &'static str> {
    NOT_EMULATED.iter().copied()
}
