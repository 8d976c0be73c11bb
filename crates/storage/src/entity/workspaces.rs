//! Workspaces.

use ochre_domain::model::{Timestamp, Workspace, WorkspaceId, WorkspaceName, fold};
use sea_orm::{Set, entity::prelude::*};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "workspaces")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text", unique)]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub name_folded: String,
    pub inserted_at: i64,
    pub updated_at: i64,
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

impl From<Model> for Workspace {
    fn from(row: Model) -> Self {
        Self {
            id: WorkspaceId::new(row.id),
            name: WorkspaceName::verbatim(row.name),
            inserted_at: Timestamp::from_micros(row.inserted_at),
            updated_at: Timestamp::from_micros(row.updated_at),
        }
    }
}

impl From<&Workspace> for ActiveModel {
    fn from(workspace: &Workspace) -> Self {
        Self {
            id: Set(workspace.id.uuid()),
            name: Set(workspace.name.as_str().to_owned()),
            name_folded: Set(fold(workspace.name.as_str())),
            inserted_at: Set(workspace.inserted_at.micros()),
            updated_at: Set(workspace.updated_at.micros()),
        }
    }
}
