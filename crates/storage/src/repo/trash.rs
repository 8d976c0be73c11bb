//! What was deleted and can be brought back.

use async_trait::async_trait;
use ochre_domain::{
    model::{Timestamp, TrashEntry, TrashId},
    ports::{Order, Position, StorageError, TrashRepository},
};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _};

use super::{CHUNK, counted, ordered};
use crate::{
    entity::trash::{ActiveModel, Column, Entity},
    error::failed,
    session::SqlSession,
};

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> TrashRepository for SqlSession<C> {
    async fn list(&self, now: Timestamp, after: Option<Position>, limit: u32) -> Result<Vec<TrashEntry>, StorageError> {
        let query = Entity::find().filter(Column::ExpiresAt.gt(now.micros()));
        let query = ordered(query, (Column::InsertedAt, Column::Id), Order::LATEST, after, limit);
        query.all(&self.connection).await.map_err(failed)?.into_iter().map(TrashEntry::try_from).collect()
    }

    async fn count(&self, now: Timestamp, most: u32) -> Result<u32, StorageError> {
        let query = Entity::find().filter(Column::ExpiresAt.gt(now.micros()));
        counted(&self.connection, query, Column::Id, most).await
    }

    async fn find(&self, id: TrashId) -> Result<Option<TrashEntry>, StorageError> {
        let row = Entity::find_by_id(id.uuid()).one(&self.connection).await.map_err(failed)?;
        row.map(TrashEntry::try_from).transpose()
    }

    async fn lock(&self, id: TrashId) -> Result<Option<TrashEntry>, StorageError> {
        let query = Entity::find_by_id(id.uuid()).lock_exclusive();
        query.one(&self.connection).await.map_err(failed)?.map(TrashEntry::try_from).transpose()
    }

    async fn insert_all(&self, entries: &[TrashEntry]) -> Result<(), StorageError> {
        for chunk in entries.chunks(CHUNK) {
            let rows = chunk.iter().map(ActiveModel::try_from).collect::<Result<Vec<_>, _>>()?;
            Entity::insert_many(rows).exec_without_returning(&self.connection).await.map_err(failed)?;
        }
        Ok(())
    }

    async fn delete(&self, id: TrashId) -> Result<bool, StorageError> {
        let outcome = Entity::delete_by_id(id.uuid()).exec(&self.connection).await.map_err(failed)?;
        Ok(outcome.rows_affected > 0)
    }

    async fn delete_expired(&self, now: Timestamp) -> Result<u64, StorageError> {
        let query = Entity::delete_many().filter(Column::ExpiresAt.lte(now.micros()));
        Ok(query.exec(&self.connection).await.map_err(failed)?.rows_affected)
    }
}
