//! Members of a change: absent leaves a field as it is, `null` clears it.

use serde::{Deserialize, Deserializer};

/// For a field that can be empty: the outer none for absent, the inner one for `null`.
pub(crate) type Cleared<T> = Option<Option<T>>;

/// Reads a member that is there, `null` included.
pub(crate) fn cleared<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Cleared<T>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Reads a member that cannot be empty: `null` is refused, so that nobody takes it for a change.
pub(crate) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Sets a field where the change says so.
pub(crate) fn set<T>(field: &mut T, change: Option<impl Into<T>>) {
    if let Some(value) = change {
        *field = value.into();
    }
}
