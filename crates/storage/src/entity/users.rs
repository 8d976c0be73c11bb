//! Users.

use ochre_domain::{
    model::{
        Email, FirstName, HashFingerprint, KeyLookup, LastName, PasswordHash, SealedKey, StoredKey, Timestamp, User,
        UserId, Username, fold,
    },
    ports::StorageError,
};
use sea_orm::{Set, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::error::corrupt;

#[derive(Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "users")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub first_name: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_name: Option<String>,
    #[sea_orm(column_type = "Text", unique)]
    pub username: String,
    #[sea_orm(column_type = "Text")]
    pub username_folded: String,
    #[sea_orm(column_type = "Text")]
    pub role: String,
    pub api_key_lookup: Vec<u8>,
    pub api_key_sealed: Vec<u8>,
    #[sea_orm(column_type = "Text")]
    pub password_hash: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub email: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    #[sea_orm(column_type = "Text")]
    pub origin: String,
    pub imported_password: Option<Vec<u8>>,
    #[sea_orm(column_type = "Text")]
    pub search_text: String,
    pub inserted_at: i64,
    pub updated_at: i64,
    #[serde(default)]
    pub active_until: Option<i64>,
    #[serde(default)]
    pub must_change_password: bool,
}

/// Prints the id alone: the rest holds secrets.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "users({})", self.id)
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {
    #[sea_orm(has_many = "super::memberships::Entity")]
    Memberships,
}

impl Related<super::memberships::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Memberships.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for User {
    type Error = StorageError;

    fn try_from(row: Model) -> Result<Self, StorageError> {
        let lookup = row.api_key_lookup.try_into().map_err(|_| corrupt("API key", "not 32 bytes"))?;
        let imported = row.imported_password.map(TryInto::try_into).transpose();
        let imported = imported.map_err(|_| corrupt("fingerprint", "not 32 bytes"))?;
        Ok(Self {
            id: UserId::new(row.id),
            first_name: FirstName::verbatim(row.first_name),
            last_name: row.last_name.map(LastName::verbatim),
            username: Username::verbatim(row.username),
            role: row.role.parse().map_err(|error| corrupt("role", error))?,
            api_key: StoredKey { lookup: KeyLookup(lookup), sealed: SealedKey(row.api_key_sealed) },
            password_hash: PasswordHash::verbatim(row.password_hash),
            email: row.email.map(Email::verbatim),
            state: row.state.parse().map_err(|error| corrupt("state", error))?,
            active_until: row.active_until.map(Timestamp::from_micros),
            must_change_password: row.must_change_password,
            origin: row.origin.parse().map_err(|error| corrupt("origin", error))?,
            imported_password: imported.map(HashFingerprint),
            inserted_at: Timestamp::from_micros(row.inserted_at),
            updated_at: Timestamp::from_micros(row.updated_at),
        })
    }
}

/// What a search looks into: the names, folded, each in a line of its own.
fn search_text(user: &User) -> String {
    let names =
        [Some(user.username.as_str()), Some(user.first_name.as_str()), user.last_name.as_ref().map(LastName::as_str)];
    names.into_iter().flatten().map(fold).collect::<Vec<_>>().join("\n")
}

impl From<&User> for ActiveModel {
    fn from(user: &User) -> Self {
        Self {
            id: Set(user.id.uuid()),
            first_name: Set(user.first_name.as_str().to_owned()),
            last_name: Set(user.last_name.as_ref().map(|name| name.as_str().to_owned())),
            username: Set(user.username.as_str().to_owned()),
            username_folded: Set(fold(user.username.as_str())),
            role: Set(user.role.as_str().to_owned()),
            api_key_lookup: Set(user.api_key.lookup.0.to_vec()),
            api_key_sealed: Set(user.api_key.sealed.0.clone()),
            password_hash: Set(user.password_hash.expose().to_owned()),
            email: Set(user.email.as_ref().map(|email| email.as_str().to_owned())),
            state: Set(user.state.as_str().to_owned()),
            origin: Set(user.origin.as_str().to_owned()),
            imported_password: Set(user.imported_password.map(|fingerprint| fingerprint.0.to_vec())),
            search_text: Set(search_text(user)),
            inserted_at: Set(user.inserted_at.micros()),
            updated_at: Set(user.updated_at.micros()),
            active_until: Set(user.active_until.map(Timestamp::micros)),
            must_change_password: Set(user.must_change_password),
        }
    }
}
