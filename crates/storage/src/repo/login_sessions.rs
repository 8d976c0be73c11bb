//! Logins.

use async_trait::async_trait;
use ochre_domain::{
    model::{LoginSession, LoginSessionId, Timestamp, UserId},
    ports::{LoginSessionRepository, StorageError},
};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use crate::{
    entity::login_sessions::{ActiveModel, Column, Entity},
    error::failed,
    session::SqlSession,
};

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> LoginSessionRepository for SqlSession<C> {
    async fn find(&self, id: LoginSessionId) -> Result<Option<LoginSession>, StorageError> {
        let row = Entity::find_by_id(id.uuid()).one(&self.connection).await.map_err(failed)?;
        row.map(LoginSession::try_from).transpose()
    }

    async fn insert(&self, session: &LoginSession) -> Result<(), StorageError> {
        // Nobody caches a login before it exists, so a new one changes no cached user.
        Entity::insert(ActiveModel::from(session)).exec_without_returning(&self.connection).await.map_err(failed)?;
        Ok(())
    }

    async fn of_user(&self, user: UserId, now: Timestamp) -> Result<Vec<LoginSession>, StorageError> {
        let query = Entity::find()
            .filter(Column::UserId.eq(user.uuid()))
            .filter(Column::ExpiresAt.gt(now.micros()))
            .order_by_desc(Column::InsertedAt)
            .order_by_asc(Column::Id);
        query.all(&self.connection).await.map_err(failed)?.into_iter().map(LoginSession::try_from).collect()
    }

    async fn delete(&self, user: UserId, id: LoginSessionId) -> Result<bool, StorageError> {
        self.touch(user);
        let query = Entity::delete_many().filter(Column::Id.eq(id.uuid())).filter(Column::UserId.eq(user.uuid()));
        Ok(query.exec(&self.connection).await.map_err(failed)?.rows_affected > 0)
    }

    async fn delete_others(&self, user: UserId, kept: LoginSessionId) -> Result<u64, StorageError> {
        self.touch(user);
        let query = Entity::delete_many().filter(Column::UserId.eq(user.uuid())).filter(Column::Id.ne(kept.uuid()));
        Ok(query.exec(&self.connection).await.map_err(failed)?.rows_affected)
    }

    async fn delete_of_user(&self, user: UserId) -> Result<u64, StorageError> {
        self.touch(user);
        let query = Entity::delete_many().filter(Column::UserId.eq(user.uuid()));
        Ok(query.exec(&self.connection).await.map_err(failed)?.rows_affected)
    }

    async fn delete_expired(&self, now: Timestamp) -> Result<u64, StorageError> {
        // Whoever caches a login knows its end: removing an expired one changes nothing for them.
        let query = Entity::delete_many().filter(Column::ExpiresAt.lte(now.micros()));
        Ok(query.exec(&self.connection).await.map_err(failed)?.rows_affected)
    }
}
