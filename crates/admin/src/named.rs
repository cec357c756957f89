//! Values of a closed list, in JSON by the word people see.

use std::borrow::Cow;
use std::fmt;

use countersign_model::{
    Center, EntityKind, ExecutionStatus, Feature, IntegrationState, Level, Lever, MinimumPermissions,
    NoteType, PasswordStrength, Permission, SecurityChallenge, StandardRole, Subtab, Surface, Tier, Via,
    Word,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

/// `"Waiting for Approval"` for an integration state, and so on; upper and lower case aside when it is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Named<T>(pub T);

// By names of their own, because the schema of a member is looked up by what its type is called.
pub type CenterWord = Named<Center>;
pub type EntityKindWord = Named<EntityKind>;
pub type ExecutionStatusWord = Named<ExecutionStatus>;
pub type FeatureWord = Named<Feature>;
pub type IntegrationStateWord = Named<IntegrationState>;
pub type LevelWord = Named<Level>;
pub type LeverWord = Named<Lever>;
pub type MinimumPermissionsWord = Named<MinimumPermissions>;
pub type NoteTypeWord = Named<NoteType>;
pub type PasswordStrengthWord = Named<PasswordStrength>;
pub type PermissionWord = Named<Permission>;
pub type SecurityChallengeWord = Named<SecurityChallenge>;
pub type StandardRoleWord = Named<StandardRole>;
pub type SubtabWord = Named<Subtab>;
pub type SurfaceWord = Named<Surface>;
pub type TierWord = Named<Tier>;
pub type ViaWord = Named<Via>;

impl<T: Word> fmt::Debug for Named<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.word())
    }
}

impl<T: Word> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.word())
    }
}

impl<'de, T: Word> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = Cow::<str>::deserialize(deserializer)?;
        T::named(&word).map(Self).map_err(|error| {
            let words: Vec<&str> = T::WORDS.iter().map(|known| known.word()).collect();
            de::Error::custom(format_args!(
                "{:?} is no {}; it is one of {}",
                error.word,
                error.noun,
                words.join(", ")
            ))
        })
    }
}

impl<T: Word> utoipa::PartialSchema for Named<T> {
    fn schema() -> RefOr<Schema> {
        let words = T::WORDS.iter().map(|known| known.word());
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(words))
            .into()
    }
}

impl<T: Word> utoipa::ToSchema for Named<T> {
    /// `integration state` is the schema `IntegrationState`.
    fn name() -> Cow<'static, str> {
        let words = T::NOUN.split(' ').map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        });
        Cow::Owned(words.collect())
    }
}

/// A permission in an address, by the id that scripts name it by: `ADMI_RESTWEBSERVICES`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PermissionId(pub(crate) Permission);

impl<'de> Deserialize<'de> for PermissionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = Cow::<str>::deserialize(deserializer)?;
        let known = Permission::by_id(&id).map(Self);
        known.map_err(|error| {
            let id: String = error.word.chars().take(40).collect();
            de::Error::custom(format_args!("{id:?} is the id of no permission"))
        })
    }
}

impl utoipa::PartialSchema for PermissionId {
    fn schema() -> RefOr<Schema> {
        let ids = Permission::ALL.iter().map(|permission| permission.id());
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(ids))
            .into()
    }
}

impl utoipa::ToSchema for PermissionId {}
