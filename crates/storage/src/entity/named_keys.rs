//! Named keys.

use std::collections::BTreeSet;

use ochre_domain::{
    model::{KeyId, KeyLookup, KeyName, KeyScope, KeyScopes, NamedKey, Timestamp, UserId, WorkspaceId},
    ports::StorageError,
};
use sea_orm::{Set, entity::prelude::*};

use crate::error::corrupt;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "named_keys")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    pub lookup: Vec<u8>,
    #[sea_orm(column_type = "Text")]
    pub hint: String,
    /// Names of scopes, separated by spaces.
    #[sea_orm(column_type = "Text")]
    pub scopes: String,
    /// Ids of workspaces, separated by spaces.
    #[sea_orm(column_type = "Text", nullable)]
    pub workspaces: Option<String>,
    pub expires_at: Option<i64>,
    pub last_used_at: Option<i64>,
    pub inserted_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for NamedKey {
    type Error = StorageError;

    fn try_from(row: Model) -> Result<Self, StorageError> {
        let lookup = row.lookup.try_into().map_err(|_| corrupt("key", "not 32 bytes"))?;
        let scopes: Result<KeyScopes, _> = row.scopes.split_whitespace().map(str::parse::<KeyScope>).collect();
        let ids = |text: &str| text.split_whitespace().map(|id| id.parse().map(WorkspaceId::new)).collect();
        let workspaces: Option<Result<BTreeSet<_>, uuid::Error>> = row.workspaces.as_deref().map(ids);
        Ok(Self {
            id: KeyId::new(row.id),
            user: UserId::new(row.user_id),
            name: KeyName::verbatim(row.name),
            lookup: KeyLookup(lookup),
            hint: row.hint,
            scopes: scopes.map_err(|error| corrupt("scope", error))?,
            workspaces: workspaces.transpose().map_err(|error| corrupt("workspace of a key", error))?,
            expires_at: row.expires_at.map(Timestamp::from_micros),
            last_used_at: row.last_used_at.map(Timestamp::from_micros),
            inserted_at: Timestamp::from_micros(row.inserted_at),
        })
    }
}

impl From<&NamedKey> for ActiveModel {
    fn from(key: &NamedKey) -> Self {
        let ids = |ids: &BTreeSet<WorkspaceId>| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        Self {
            id: Set(key.id.uuid()),
            user_id: Set(key.user.uuid()),
            name: Set(key.name.as_str().to_owned()),
            lookup: Set(key.lookup.0.to_vec()),
            hint: Set(key.hint.clone()),
            scopes: Set(key.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")),
            workspaces: Set(key.workspaces.as_ref().map(ids)),
            expires_at: Set(key.expires_at.map(Timestamp::micros)),
            last_used_at: Set(key.last_used_at.map(Timestamp::micros)),
            inserted_at: Set(key.inserted_at.micros()),
        }
    }
}
