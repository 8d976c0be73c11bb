//! Memberships.

use ochre_domain::model::{Membership, Timestamp, UserId, WorkspaceId};
use sea_orm::{Set, entity::prelude::*};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "memberships")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub inserted_at: i64,
    #[serde(default)]
    pub active_until: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {
    #[sea_orm(belongs_to = "super::users::Entity", from = "Column::UserId", to = "super::users::Column::Id")]
    Users,
    #[sea_orm(
        belongs_to = "super::workspaces::Entity",
        from = "Column::WorkspaceId",
        to = "super::workspaces::Column::Id"
    )]
    Workspaces,
}

impl Related<super::users::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Users.def()
    }
}

impl Related<super::workspaces::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Workspaces.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Membership {
    fn from(row: Model) -> Self {
        Self {
            workspace: WorkspaceId::new(row.workspace_id),
            user: UserId::new(row.user_id),
            inserted_at: Timestamp::from_micros(row.inserted_at),
            active_until: row.active_until.map(Timestamp::from_micros),
        }
    }
}

impl From<&Membership> for ActiveModel {
    fn from(membership: &Membership) -> Self {
        Self {
            workspace_id: Set(membership.workspace.uuid()),
            user_id: Set(membership.user.uuid()),
            inserted_at: Set(membership.inserted_at.micros()),
            active_until: Set(membership.active_until.map(Timestamp::micros)),
        }
    }
}
