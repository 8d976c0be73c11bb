//! Logins.

use ochre_domain::{
    model::{Device, LoginSession, LoginSessionId, Timestamp, UserId},
    ports::StorageError,
};
use sea_orm::{Set, entity::prelude::*};

use crate::error::corrupt;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "login_sessions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub inserted_at: i64,
    pub expires_at: i64,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub address: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub user_agent: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for LoginSession {
    type Error = StorageError;

    fn try_from(row: Model) -> Result<Self, StorageError> {
        Ok(Self {
            id: LoginSessionId::new(row.id),
            user: UserId::new(row.user_id),
            inserted_at: Timestamp::from_micros(row.inserted_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            kind: row.kind.parse().map_err(|error| corrupt("kind of login", error))?,
            device: Device::new(row.address, row.user_agent.as_deref()),
        })
    }
}

impl From<&LoginSession> for ActiveModel {
    fn from(session: &LoginSession) -> Self {
        Self {
            id: Set(session.id.uuid()),
            user_id: Set(session.user.uuid()),
            inserted_at: Set(session.inserted_at.micros()),
            expires_at: Set(session.expires_at.micros()),
            kind: Set(session.kind.as_str().to_owned()),
            address: Set(session.device.address().map(str::to_owned)),
            user_agent: Set(session.device.user_agent().map(str::to_owned)),
        }
    }
}
