//! Accounts at sign-in providers.

use ochre_domain::model::{Identity, IdentityId, Subject, Timestamp, UserId};
use sea_orm::{Set, entity::prelude::*};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "identities")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub issuer: String,
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    pub user_id: Uuid,
    pub inserted_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Identity {
    fn from(row: Model) -> Self {
        Self {
            id: IdentityId::new(row.id),
            who: Subject::verbatim(row.issuer, row.subject),
            user: UserId::new(row.user_id),
            inserted_at: Timestamp::from_micros(row.inserted_at),
        }
    }
}

impl From<&Identity> for ActiveModel {
    fn from(identity: &Identity) -> Self {
        Self {
            id: Set(identity.id.uuid()),
            issuer: Set(identity.who.issuer().to_owned()),
            subject: Set(identity.who.subject().to_owned()),
            user_id: Set(identity.user.uuid()),
            inserted_at: Set(identity.inserted_at.micros()),
        }
    }
}
