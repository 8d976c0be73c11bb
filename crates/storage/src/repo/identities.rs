//! Accounts at sign-in providers.

use async_trait::async_trait;
use ochre_domain::{
    model::{Identity, IdentityId, Subject, UserId},
    ports::{IdentityInsert, IdentityRepository, StorageError},
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::OnConflict,
};

use crate::{
    entity::identities::{ActiveModel, Column, Entity},
    error::failed,
    session::SqlSession,
};

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> IdentityRepository for SqlSession<C> {
    async fn find(&self, who: &Subject) -> Result<Option<Identity>, StorageError> {
        let query = Entity::find().filter(Column::Issuer.eq(who.issuer())).filter(Column::Subject.eq(who.subject()));
        Ok(query.one(&self.connection).await.map_err(failed)?.map(Identity::from))
    }

    async fn of_user(&self, user: UserId) -> Result<Vec<Identity>, StorageError> {
        let query = Entity::find().filter(Column::UserId.eq(user.uuid()));
        let query = query.order_by_asc(Column::InsertedAt).order_by_asc(Column::Id);
        Ok(query.all(&self.connection).await.map_err(failed)?.into_iter().map(Identity::from).collect())
    }

    async fn insert(&self, identity: &Identity) -> Result<IdentityInsert, StorageError> {
        let rows = Entity::insert(ActiveModel::from(identity))
            .on_conflict(OnConflict::columns([Column::Issuer, Column::Subject]).do_nothing().to_owned())
            .exec_without_returning(&self.connection)
            .await
            .map_err(failed)?;
        Ok(if rows > 0 { IdentityInsert::Inserted } else { IdentityInsert::Taken })
    }

    async fn delete(&self, user: UserId, id: IdentityId) -> Result<bool, StorageError> {
        let query = Entity::delete_many().filter(Column::Id.eq(id.uuid())).filter(Column::UserId.eq(user.uuid()));
        Ok(query.exec(&self.connection).await.map_err(failed)?.rows_affected > 0)
    }
}
