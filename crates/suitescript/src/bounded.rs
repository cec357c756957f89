//! JSON that a script or a caller made, read with a bound on how many values it has: a number of two bytes takes forty in memory, and an
//! object of six hundreds.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// More than a record with all its lines, or a page of results, has.
const MOST_VALUES: usize = 500_000;

/// Any JSON, with a bound on how many values it has.
///
/// # Errors
/// For what is no JSON, is nested too deeply, or has too many values.
pub fn read(json: &str) -> Result<Value, serde_json::Error> {
    let left = Cell::new(MOST_VALUES);
    let mut reader = serde_json::Deserializer::from_str(json);
    let value = Bounded(&left).deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// One value, which takes one of those left.
#[derive(Clone, Copy)]
struct Bounded<'a>(&'a Cell<usize>);

impl Bounded<'_> {
    fn take<E: Error>(self) -> Result<(), E> {
        let left = self.0.get().checked_sub(1);
        let left = left.ok_or_else(|| E::custom(format_args!("it has more than {MOST_VALUES} values")))?;
        self.0.set(left);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        self.take()?;
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = elements.next_element_seed(self)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = entries.next_key()? {
            members.insert(name, entries.next_value_seed(self)?);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_VALUES, read};

    #[test]
    fn what_is_read_is_what_anybody_reads() {
        let json = r#"{"a":[1,-2,3.5,true,null,"é\n"],"b":{"c":{}},"a2":[]}"#;
        assert_eq!(
            read(json).unwrap(),
            serde_json::from_str::<serde_json::Value>(json).unwrap()
        );
        read("{} {}").unwrap_err();
    }

    #[test]
    fn too_many_values_and_too_many_levels_are_refused() {
        let many = |values: usize| format!("[{}0]", "0,".repeat(values - 1));
        read(&many(MOST_VALUES - 1)).unwrap();
        assert!(
            read(&many(MOST_VALUES))
                .unwrap_err()
                .to_string()
                .contains("more than 500000 values")
        );
        read(&"[".repeat(100_000)).unwrap_err();
    }
}
