//! Links that let somebody in.

use ochre_domain::{
    model::{KeyLookup, Link, LinkId, LinkPurpose, Timestamp, UserId, WorkspaceId},
    ports::StorageError,
};
use sea_orm::{Set, entity::prelude::*};

use crate::error::corrupt;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "links")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub token: Vec<u8>,
    /// Whose password it changes; an invitation has none.
    pub user_id: Option<Uuid>,
    /// The role of those who are invited; a link for a new password has none.
    #[sea_orm(column_type = "Text", nullable)]
    pub role: Option<String>,
    pub max_uses: i32,
    pub uses: i32,
    pub created_by: Option<Uuid>,
    pub inserted_at: i64,
    pub expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The link, which leads into these workspaces.
    pub(crate) fn into_link(self, workspaces: Vec<WorkspaceId>) -> Result<Link, StorageError> {
        let token = self.token.try_into().map_err(|_| corrupt("token", "not 32 bytes"))?;
        let purpose = match (self.user_id, self.role) {
            (Some(user), None) => LinkPurpose::Reset(UserId::new(user)),
            (None, Some(role)) => {
                let role = role.parse().map_err(|error| corrupt("role", error))?;
                LinkPurpose::Invitation { role, workspaces }
            }
            (Some(_), Some(_)) | (None, None) => return Err(corrupt("link", "it is for nothing")),
        };
        let count = |number: i32| u32::try_from(number).map_err(|error| corrupt("number of uses", error));
        Ok(Link {
            id: LinkId::new(self.id),
            token: KeyLookup(token),
            purpose,
            max_uses: count(self.max_uses)?,
            uses: count(self.uses)?,
            created_by: self.created_by.map(UserId::new),
            inserted_at: Timestamp::from_micros(self.inserted_at),
            expires_at: Timestamp::from_micros(self.expires_at),
        })
    }
}

impl From<&Link> for ActiveModel {
    fn from(link: &Link) -> Self {
        let (user, role) = match &link.purpose {
            LinkPurpose::Reset(user) => (Some(user.uuid()), None),
            LinkPurpose::Invitation { role, .. } => (None, Some(role.as_str().to_owned())),
        };
        Self {
            id: Set(link.id.uuid()),
            token: Set(link.token.0.to_vec()),
            user_id: Set(user),
            role: Set(role),
            // At most some thousands.
            max_uses: Set(i32::try_from(link.max_uses).unwrap_or(i32::MAX)),
            uses: Set(i32::try_from(link.uses).unwrap_or(i32::MAX)),
            created_by: Set(link.created_by.map(UserId::uuid)),
            inserted_at: Set(link.inserted_at.micros()),
            expires_at: Set(link.expires_at.micros()),
        }
    }
}
