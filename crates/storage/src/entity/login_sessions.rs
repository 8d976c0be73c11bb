//! Logins.

use ochre_domain::model::{LoginSession, LoginSessionId, Timestamp, UserId};
use sea_orm::{Set, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "login_sessions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub inserted_at: i64,
    pub expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for LoginSession {
    fn from(row: Model) -> Self {
        Self {
            id: LoginSessionId::new(row.id),
            user: UserId::new(row.user_id),
            inserted_at: Timestamp::from_micros(row.inserted_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        }
    }
}

impl From<&LoginSession> for ActiveModel {
    fn from(session: &LoginSession) -> Self {
        Self {
            id: Set(session.id.uuid()),
            user_id: Set(session.user.uuid()),
            inserted_at: Set(session.inserted_at.micros()),
            expires_at: Set(session.expires_at.micros()),
        }
    }
}
