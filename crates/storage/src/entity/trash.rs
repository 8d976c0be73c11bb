//! What was deleted and can be brought back.
//!
//! The content is JSON with what the tables themselves held. A later version reads what an earlier one wrote: fields are added
//! with defaults and never change their meaning.

use ochre_domain::{
    model::{Identity, Membership, Timestamp, TrashEntry, TrashId, Trashed, User, UserId, Workspace},
    ports::StorageError,
};
use sea_orm::{Set, entity::prelude::*};
use serde::{Deserialize, Serialize};

use super::{identities, memberships, users, workspaces};
use crate::error::corrupt;

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "trash")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub content: String,
    pub deleted_by: Option<Uuid>,
    pub inserted_at: i64,
    pub expires_at: i64,
}

/// Prints the id alone: the rest holds secrets.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "trash({})", self.id)
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Serialize, Deserialize)]
struct Content {
    what: What,
    memberships: Vec<memberships::Model>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    User { user: Box<users::Model>, identities: Vec<identities::Model> },
    Workspace(workspaces::Model),
}

impl TryFrom<Model> for TrashEntry {
    type Error = StorageError;

    fn try_from(row: Model) -> Result<Self, StorageError> {
        let content: Content = serde_json::from_str(&row.content).map_err(|error| corrupt("trash", error))?;
        Ok(Self {
            id: TrashId::new(row.id),
            what: match content.what {
                What::User { user, identities } => Trashed::User(
                    Box::new(User::try_from(*user)?),
                    identities.into_iter().map(Identity::from).collect(),
                ),
                What::Workspace(workspace) => Trashed::Workspace(Workspace::from(workspace)),
            },
            memberships: content.memberships.into_iter().map(Membership::from).collect(),
            deleted_by: row.deleted_by.map(UserId::new),
            inserted_at: Timestamp::from_micros(row.inserted_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}

impl TryFrom<&TrashEntry> for ActiveModel {
    type Error = StorageError;

    fn try_from(entry: &TrashEntry) -> Result<Self, StorageError> {
        let unset = |error: DbErr| corrupt("trash", error);
        let (kind, name, what) = match &entry.what {
            Trashed::User(user, identities) => {
                let identities = identities.iter().map(|identity| model(identities::ActiveModel::from(identity)));
                let user_row: users::Model = model(users::ActiveModel::from(user.as_ref())).map_err(unset)?;
                let identities = identities.collect::<Result<_, _>>().map_err(unset)?;
                ("user", user.username.as_str(), What::User { user: Box::new(user_row), identities })
            }
            Trashed::Workspace(workspace) => {
                let row = model(workspaces::ActiveModel::from(workspace)).map_err(unset)?;
                ("workspace", workspace.name.as_str(), What::Workspace(row))
            }
        };
        let memberships = entry.memberships.iter().map(|membership| model(memberships::ActiveModel::from(membership)));
        let content = Content { what, memberships: memberships.collect::<Result<_, _>>().map_err(unset)? };
        Ok(Self {
            id: Set(entry.id.uuid()),
            kind: Set(kind.to_owned()),
            name: Set(name.to_owned()),
            content: Set(serde_json::to_string(&content).map_err(|error| corrupt("trash", error))?),
            deleted_by: Set(entry.deleted_by.map(UserId::uuid)),
            inserted_at: Set(entry.inserted_at.micros()),
            expires_at: Set(entry.expires_at.micros()),
        })
    }
}

/// A row of which every column is set.
fn model<A: sea_orm::TryIntoModel<M>, M: ModelTrait>(row: A) -> Result<M, DbErr> {
    row.try_into_model()
}
