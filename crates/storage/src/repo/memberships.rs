//! Memberships.

use async_trait::async_trait;
use ochre_domain::{
    model::{Membership, Timestamp, UserId, WorkspaceId, WorkspaceName},
    ports::{MembershipInsert, MembershipRepository, StorageError},
};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, JoinType, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _, RelationTrait as _, Select,
    prelude::Uuid,
    sea_query::{Asterisk, Expr, ExprTrait as _, Func, OnConflict, Query},
};

use super::{CHUNK, insert_new};
use crate::{
    entity::{
        memberships::{ActiveModel, Column, Entity, Relation},
        workspaces,
    },
    error::failed,
    session::SqlSession,
};

/// The memberships of a workspace.
pub(super) fn of(workspace: WorkspaceId) -> Select<Entity> {
    Entity::find().filter(Column::WorkspaceId.eq(workspace.uuid()))
}

/// Those that give access at a moment.
pub(super) fn live(now: Timestamp) -> Condition {
    Condition::any().add(Column::ActiveUntil.is_null()).add(Column::ActiveUntil.gt(now.micros()))
}

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> MembershipRepository for SqlSession<C> {
    async fn find(&self, workspace: WorkspaceId, user: UserId) -> Result<Option<Membership>, StorageError> {
        let query = Entity::find_by_id((workspace.uuid(), user.uuid()));
        Ok(query.one(&self.connection).await.map_err(failed)?.map(Membership::from))
    }

    async fn workspaces_of(&self, user: UserId) -> Result<Vec<(WorkspaceId, Option<Timestamp>)>, StorageError> {
        let query = Entity::find()
            .select_only()
            .columns([Column::WorkspaceId, Column::ActiveUntil])
            .filter(Column::UserId.eq(user.uuid()))
            .into_tuple::<(Uuid, Option<i64>)>();
        let rows = query.all(&self.connection).await.map_err(failed)?;
        Ok(rows.into_iter().map(|(id, end)| (WorkspaceId::new(id), end.map(Timestamp::from_micros))).collect())
    }

    async fn counts(
        &self,
        workspaces: &[WorkspaceId],
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<(WorkspaceId, u32)>, StorageError> {
        let mut counts = Vec::with_capacity(workspaces.len());
        for chunk in workspaces.chunks(CHUNK) {
            let own = Expr::col(workspaces::Column::Id.as_column_ref());
            let some = Entity::find()
                .select_only()
                .column(Column::UserId)
                .filter(Expr::col(Column::WorkspaceId.as_column_ref()).eq(own))
                .filter(live(now))
                .limit(u64::from(most))
                .into_query();
            let members = Query::select().expr(Func::count(Expr::col(Asterisk))).from_subquery(some, "some").to_owned();
            let query = workspaces::Entity::find()
                .select_only()
                .column(workspaces::Column::Id)
                .expr_as(Expr::from(members), "members")
                .filter(workspaces::Column::Id.is_in(chunk.iter().map(|workspace| workspace.uuid())))
                .into_tuple::<(Uuid, i64)>();
            let rows = query.all(&self.connection).await.map_err(failed)?;
            let count = |(id, members)| (WorkspaceId::new(id), u32::try_from(members).unwrap_or(u32::MAX));
            counts.extend(rows.into_iter().map(count));
        }
        Ok(counts)
    }

    async fn of_workspace(&self, workspace: WorkspaceId) -> Result<Vec<Membership>, StorageError> {
        let query = of(workspace).order_by_asc(Column::InsertedAt).order_by_asc(Column::UserId);
        Ok(query.all(&self.connection).await.map_err(failed)?.into_iter().map(Membership::from).collect())
    }

    async fn limit(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        until: Option<Timestamp>,
    ) -> Result<bool, StorageError> {
        self.touch(user);
        let query = Entity::update_many()
            .col_expr(Column::ActiveUntil, Expr::value(until.map(Timestamp::micros)))
            .filter(Column::WorkspaceId.eq(workspace.uuid()))
            .filter(Column::UserId.eq(user.uuid()));
        Ok(query.exec(&self.connection).await.map_err(failed)?.rows_affected > 0)
    }

    async fn of_users(&self, users: &[UserId]) -> Result<Vec<(Membership, WorkspaceName)>, StorageError> {
        let mut found = Vec::new();
        for chunk in users.chunks(CHUNK) {
            let query = Entity::find()
                .select_only()
                .columns([Column::WorkspaceId, Column::UserId, Column::InsertedAt, Column::ActiveUntil])
                .column(workspaces::Column::Name)
                .join(JoinType::InnerJoin, Relation::Workspaces.def())
                .filter(Column::UserId.is_in(chunk.iter().map(|user| user.uuid())))
                .order_by_asc(Column::InsertedAt)
                .order_by_asc(Column::WorkspaceId)
                .into_tuple::<(Uuid, Uuid, i64, Option<i64>, String)>();
            for (workspace, user, at, end, name) in query.all(&self.connection).await.map_err(failed)? {
                let membership = Membership {
                    workspace: WorkspaceId::new(workspace),
                    user: UserId::new(user),
                    inserted_at: Timestamp::from_micros(at),
                    active_until: end.map(Timestamp::from_micros),
                };
                found.push((membership, WorkspaceName::verbatim(name)));
            }
        }
        Ok(found)
    }

    async fn insert_all(&self, memberships: &[Membership]) -> Result<u64, StorageError> {
        let inserted = insert_new(&self.connection, memberships, |row| ActiveModel::from(row)).await?;
        for membership in memberships {
            self.touch(membership.user);
        }
        Ok(inserted)
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
