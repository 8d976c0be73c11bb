//! Memberships.

use async_trait::async_trait;
use ochre_domain::{
    model::{Membership, UserId, WorkspaceId},
    ports::{MembershipInsert, MembershipRepository, StorageError},
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _, prelude::Uuid,
    sea_query::OnConflict,
};

use crate::{
    entity::memberships::{ActiveModel, Column, Entity},
    error::failed,
    session::SqlSession,
};

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> MembershipRepository for SqlSession<C> {
    async fn find(&self, workspace: WorkspaceId, user: UserId) -> Result<Option<Membership>, StorageError> {
        let query = Entity::find_by_id((workspace.uuid(), user.uuid()));
        Ok(query.one(&self.connection).await.map_err(failed)?.map(Membership::from))
    }

    async fn workspaces_of(&self, user: UserId) -> Result<Vec<WorkspaceId>, StorageError> {
        let query = Entity::find()
            .select_only()
            .column(Column::WorkspaceId)
            .filter(Column::UserId.eq(user.uuid()))
            .into_tuple::<Uuid>();
        Ok(query.all(&self.connection).await.map_err(failed)?.into_iter().map(WorkspaceId::new).collect())
    }

    async fn insert(&self, membership: &Membership) -> Result<MembershipInsert, StorageError> {
        self.touch(membership.user);
        let rows = Entity::insert(ActiveModel::from(membership))
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&self.connection)
            .await
            .map_err(failed)?;
        Ok(if rows > 0 { MembershipInsert::Inserted } else { MembershipInsert::AlreadyMember })
    }

    async fn delete(&self, workspace: WorkspaceId, user: UserId) -> Result<bool, StorageError> {
        self.touch(user);
        let outcome =
            Entity::delete_by_id((workspace.uuid(), user.uuid())).exec(&self.connection).await.map_err(failed)?;
        Ok(outcome.rows_affected > 0)
    }
}
