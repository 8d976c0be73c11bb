//! Workspaces.

use async_trait::async_trait;
use ochre_domain::{
    model::{Timestamp, UserId, Workspace, WorkspaceId, WorkspaceName},
    ports::{
        BulkInsert, Order, Position, Sort, StorageError, WorkspaceCursor, WorkspaceFilter, WorkspaceInsert,
        WorkspaceRepository, WorkspaceUpdate,
    },
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, JoinType, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _, RelationTrait as _, Select, SqlErr, Value, prelude::Uuid,
    sea_query::OnConflict,
};

use super::{CHUNK, behind, contains, insert_new, memberships::live, ordered};
use crate::{
    entity::{
        memberships,
        workspaces::{ActiveModel, Column, Entity, Relation},
    },
    error::failed,
    session::SqlSession,
};

fn in_order(query: Select<Entity>, after: Option<WorkspaceCursor>, limit: u32) -> Select<Entity> {
    let query = query.order_by_asc(Column::InsertedAt).order_by_asc(Column::Id).limit(u64::from(limit));
    match after {
        Some(WorkspaceCursor { at, id }) => {
            query.filter(behind(Column::InsertedAt, at.micros(), Column::Id, id.uuid()))
        }
        None => query,
    }
}

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> WorkspaceRepository for SqlSession<C> {
    async fn find(&self, id: WorkspaceId) -> Result<Option<Workspace>, StorageError> {
        let row = Entity::find_by_id(id.uuid()).one(&self.connection).await.map_err(failed)?;
        Ok(row.map(Workspace::from))
    }

    async fn lock(&self, id: WorkspaceId) -> Result<Option<Workspace>, StorageError> {
        let row = Entity::find_by_id(id.uuid()).lock_exclusive().one(&self.connection).await.map_err(failed)?;
        Ok(row.map(Workspace::from))
    }

    async fn keep(&self, id: WorkspaceId) -> Result<Option<Workspace>, StorageError> {
        let row = Entity::find_by_id(id.uuid()).lock_shared().one(&self.connection).await.map_err(failed)?;
        Ok(row.map(Workspace::from))
    }

    async fn find_by_name(&self, name: &WorkspaceName) -> Result<Option<Workspace>, StorageError> {
        let query = Entity::find().filter(Column::Name.eq(name.as_str()));
        Ok(query.one(&self.connection).await.map_err(failed)?.map(Workspace::from))
    }

    async fn find_by_names(&self, names: &[WorkspaceName]) -> Result<Vec<Workspace>, StorageError> {
        let mut workspaces = Vec::with_capacity(names.len());
        for chunk in names.chunks(CHUNK) {
            let query = Entity::find().filter(Column::Name.is_in(chunk.iter().map(WorkspaceName::as_str)));
            let rows = query.all(&self.connection).await.map_err(failed)?;
            workspaces.extend(rows.into_iter().map(Workspace::from));
        }
        Ok(workspaces)
    }

    async fn keep_by_names(&self, names: &[WorkspaceName]) -> Result<Vec<Workspace>, StorageError> {
        self.keep_in(Column::Name, names.iter().map(|name| name.as_str().into())).await
    }

    async fn keep_many(&self, ids: &[WorkspaceId]) -> Result<Vec<Workspace>, StorageError> {
        self.keep_in(Column::Id, ids.iter().map(|id| id.uuid().into())).await
    }

    async fn page(&self, after: Option<WorkspaceCursor>, limit: u32) -> Result<Vec<Workspace>, StorageError> {
        let rows = in_order(Entity::find(), after, limit).all(&self.connection).await.map_err(failed)?;
        Ok(rows.into_iter().map(Workspace::from).collect())
    }

    async fn select(
        &self,
        filter: &WorkspaceFilter,
        order: Order,
        after: Option<Position>,
        limit: u32,
    ) -> Result<Vec<Workspace>, StorageError> {
        let mut query = Entity::find();
        if let Some(text) = &filter.search {
            query = query.filter(contains(Column::NameFolded, text));
        }
        if let Some(name) = &filter.name {
            query = query.filter(Column::Name.eq(name.as_str()));
        }
        if let Some(ids) = &filter.among {
            query = query.filter(Column::Id.is_in(ids.iter().map(|id| id.uuid())));
        }
        if let Some((member, now)) = filter.member {
            let own = memberships::Entity::find()
                .select_only()
                .column(memberships::Column::WorkspaceId)
                .filter(memberships::Column::UserId.eq(member.uuid()))
                .filter(live(now));
            query = query.filter(Column::Id.in_subquery(own.into_query()));
        }
        let by = match order.by {
            Sort::InsertedAt => Column::InsertedAt,
            Sort::UpdatedAt => Column::UpdatedAt,
            Sort::Name => Column::NameFolded,
        };
        let query = ordered(query, (by, Column::Id), order, after, limit);
        let rows = query.all(&self.connection).await.map_err(failed)?;
        Ok(rows.into_iter().map(Workspace::from).collect())
    }

    async fn page_of_user(
        &self,
        user: UserId,
        now: Timestamp,
        after: Option<WorkspaceCursor>,
        limit: u32,
    ) -> Result<Vec<Workspace>, StorageError> {
        let query = Entity::find()
            .join(JoinType::InnerJoin, Relation::Memberships.def())
            .filter(memberships::Column::UserId.eq(user.uuid()))
            .filter(live(now));
        let rows = in_order(query, after, limit).all(&self.connection).await.map_err(failed)?;
        Ok(rows.into_iter().map(Workspace::from).collect())
    }

    async fn names(&self, ids: &[WorkspaceId]) -> Result<Vec<(WorkspaceId, WorkspaceName)>, StorageError> {
        let mut names = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let query = Entity::find()
                .select_only()
                .columns([Column::Id, Column::Name])
                .filter(Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
                .into_tuple::<(Uuid, String)>();
            let rows = query.all(&self.connection).await.map_err(failed)?;
            names.extend(rows.into_iter().map(|(id, name)| (WorkspaceId::new(id), WorkspaceName::verbatim(name))));
        }
        Ok(names)
    }

    async fn update(&self, workspace: &Workspace) -> Result<WorkspaceUpdate, StorageError> {
        let mut row = ActiveModel::from(workspace).reset_all();
        row.id = sea_orm::Unchanged(workspace.id.uuid());
        match row.update_without_returning(&self.connection).await {
            Ok(_) => Ok(WorkspaceUpdate::Updated),
            Err(error) => match error.sql_err() {
                Some(SqlErr::UniqueConstraintViolation(_)) => Ok(WorkspaceUpdate::NameTaken),
                _ => Err(failed(error)),
            },
        }
    }

    async fn insert(&self, workspace: &Workspace) -> Result<WorkspaceInsert, StorageError> {
        let rows = Entity::insert(ActiveModel::from(workspace))
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&self.connection)
            .await
            .map_err(failed)?;
        if rows > 0 {
            return Ok(WorkspaceInsert::Inserted);
        }
        if WorkspaceRepository::find_by_name(self, &workspace.name).await?.is_some() {
            return Ok(WorkspaceInsert::NameTaken);
        }
        Ok(WorkspaceInsert::IdTaken)
    }

    async fn insert_all(&self, workspaces: &[Workspace]) -> Result<BulkInsert, StorageError> {
        let inserted = insert_new(&self.connection, workspaces, |row| ActiveModel::from(row)).await?;
        Ok(if inserted == workspaces.len() as u64 { BulkInsert::Inserted } else { BulkInsert::Taken })
    }

    async fn delete(&self, id: WorkspaceId) -> Result<bool, StorageError> {
        // Its members lose a membership.
        self.touch_all();
        let outcome = Entity::delete_by_id(id.uuid()).exec(&self.connection).await.map_err(failed)?;
        Ok(outcome.rows_affected > 0)
    }
}

impl<C: ConnectionTrait> SqlSession<C> {
    /// The workspaces with one of these values in a column, some at a time, kept from being changed.
    async fn keep_in(
        &self,
        column: Column,
        values: impl Iterator<Item = Value>,
    ) -> Result<Vec<Workspace>, StorageError> {
        let values: Vec<Value> = values.collect();
        let mut workspaces = Vec::with_capacity(values.len());
        for chunk in values.chunks(CHUNK) {
            // In the order of ids, so that two who keep and lock the same rows cannot wait for each other.
            let query = Entity::find().filter(column.is_in(chunk.iter().cloned())).order_by_asc(Column::Id);
            let rows = query.lock_shared().all(&self.connection).await.map_err(failed)?;
            workspaces.extend(rows.into_iter().map(Workspace::from));
        }
        Ok(workspaces)
    }
}
