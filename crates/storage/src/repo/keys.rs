//! Named keys, and API keys that were replaced.

use std::collections::HashMap;

use async_trait::async_trait;
use ochre_domain::{
    model::{KeyId, KeyLookup, MAX_RETIRED_KEYS, NamedKey, Timestamp, UserId},
    ports::{KeyInsert, KeyRepository, StorageError},
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Set,
    prelude::Uuid,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};

use crate::{
    entity::{
        named_keys::{ActiveModel, Column, Entity},
        retired_keys,
    },
    error::failed,
    session::SqlSession,
};

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> KeyRepository for SqlSession<C> {
    async fn find(&self, lookup: &KeyLookup) -> Result<Option<NamedKey>, StorageError> {
        let query = Entity::find().filter(Column::Lookup.eq(lookup.0.to_vec()));
        query.one(&self.connection).await.map_err(failed)?.map(NamedKey::try_from).transpose()
    }

    async fn of_user(&self, user: UserId) -> Result<Vec<NamedKey>, StorageError> {
        let query = Entity::find().filter(Column::UserId.eq(user.uuid()));
        let query = query.order_by_asc(Column::InsertedAt).order_by_asc(Column::Id);
        query.all(&self.connection).await.map_err(failed)?.into_iter().map(NamedKey::try_from).collect()
    }

    async fn oldest(&self, limit: u32) -> Result<Vec<NamedKey>, StorageError> {
        let query = Entity::find().order_by_asc(Column::InsertedAt).order_by_asc(Column::Id).limit(u64::from(limit));
        query.all(&self.connection).await.map_err(failed)?.into_iter().map(NamedKey::try_from).collect()
    }

    async fn insert(&self, key: &NamedKey) -> Result<KeyInsert, StorageError> {
        // Nobody caches a key before it exists, so a new one changes no cached user.
        let rows = Entity::insert(ActiveModel::from(key))
            .on_conflict(OnConflict::columns([Column::UserId, Column::Name]).do_nothing().to_owned())
            .exec_without_returning(&self.connection)
            .await
            .map_err(failed)?;
        Ok(if rows > 0 { KeyInsert::Inserted } else { KeyInsert::NameTaken })
    }

    async fn delete(&self, user: UserId, id: KeyId) -> Result<bool, StorageError> {
        self.touch(user);
        let query = Entity::delete_many().filter(Column::Id.eq(id.uuid())).filter(Column::UserId.eq(user.uuid()));
        Ok(query.exec(&self.connection).await.map_err(failed)?.rows_affected > 0)
    }

    async fn note_used(&self, used: &[(KeyId, Timestamp)]) -> Result<(), StorageError> {
        // Locked in the order of their ids, so that two who write the same cannot wait for each other.
        Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Id.is_in(used.iter().map(|(key, _)| key.uuid())))
            .order_by_asc(Column::Id)
            .lock_exclusive()
            .into_tuple::<Uuid>()
            .all(&self.connection)
            .await
            .map_err(failed)?;
        // Keys used in the same minute are written together.
        let mut by_moment: HashMap<i64, Vec<_>> = HashMap::new();
        for (key, at) in used {
            by_moment.entry(at.micros()).or_default().push(key.uuid());
        }
        for (at, keys) in by_moment {
            let earlier = Column::LastUsedAt.is_null().or(Column::LastUsedAt.lt(at));
            let query = Entity::update_many()
                .col_expr(Column::LastUsedAt, Expr::value(at))
                .filter(Column::Id.is_in(keys))
                .filter(earlier);
            query.exec(&self.connection).await.map_err(failed)?;
        }
        Ok(())
    }

    async fn find_retired(
        &self,
        lookup: &KeyLookup,
        now: Timestamp,
    ) -> Result<Option<(UserId, Timestamp)>, StorageError> {
        let query = retired_keys::Entity::find()
            .filter(retired_keys::Column::Lookup.eq(lookup.0.to_vec()))
            .filter(retired_keys::Column::ValidUntil.gt(now.micros()));
        let row = query.one(&self.connection).await.map_err(failed)?;
        Ok(row.map(|row| (UserId::new(row.user_id), Timestamp::from_micros(row.valid_until))))
    }

    async fn retire(&self, user: UserId, lookup: &KeyLookup, until: Timestamp) -> Result<(), StorageError> {
        self.touch(user);
        let shorter = retired_keys::Entity::update_many()
            .col_expr(retired_keys::Column::ValidUntil, Expr::value(until.micros()))
            .filter(retired_keys::Column::UserId.eq(user.uuid()))
            .filter(retired_keys::Column::ValidUntil.gt(until.micros()));
        shorter.exec(&self.connection).await.map_err(failed)?;
        let row = retired_keys::ActiveModel {
            lookup: Set(lookup.0.to_vec()),
            user_id: Set(user.uuid()),
            valid_until: Set(until.micros()),
        };
        // The same key may have been somebody's before.
        let again = OnConflict::column(retired_keys::Column::Lookup)
            .update_columns([retired_keys::Column::UserId, retired_keys::Column::ValidUntil])
            .to_owned();
        retired_keys::Entity::insert(row)
            .on_conflict(again)
            .exec_without_returning(&self.connection)
            .await
            .map_err(failed)?;
        // Not more of them than a person needs: each is as good as the key itself.
        let others = retired_keys::Entity::find()
            .filter(retired_keys::Column::UserId.eq(user.uuid()))
            .filter(retired_keys::Column::Lookup.ne(lookup.0.to_vec()))
            .order_by_desc(retired_keys::Column::ValidUntil)
            .all(&self.connection)
            .await
            .map_err(failed)?;
        if others.len() >= MAX_RETIRED_KEYS {
            let lookups = others.into_iter().skip(MAX_RETIRED_KEYS - 1).map(|row| row.lookup);
            let query = retired_keys::Entity::delete_many().filter(retired_keys::Column::Lookup.is_in(lookups));
            query.exec(&self.connection).await.map_err(failed)?;
        }
        Ok(())
    }

    async fn delete_retired(&self, now: Timestamp) -> Result<u64, StorageError> {
        // Whoever caches one knows its end: removing one that is over changes nothing for them.
        let query = retired_keys::Entity::delete_many().filter(retired_keys::Column::ValidUntil.lte(now.micros()));
        Ok(query.exec(&self.connection).await.map_err(failed)?.rows_affected)
    }
}
