//! What was brought from elsewhere.

use async_trait::async_trait;
use ochre_domain::{
    model::{Taken, Timestamp, UserId, WorkspaceId},
    ports::{ImportRepository, StorageError},
};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, Set, prelude::Uuid};

use super::insert_new;
use crate::{
    entity::imports::{ActiveModel, Column, Entity, Model},
    error::{corrupt, failed},
    session::SqlSession,
};

const USER: &str = "user";
const WORKSPACE: &str = "workspace";
const MEMBERSHIP: &str = "membership";
/// A user whom the followed users file names.
const FOLLOWED: &str = "followed";

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> ImportRepository for SqlSession<C> {
    async fn taken(&self) -> Result<Vec<Taken>, StorageError> {
        let query = Entity::find().filter(Column::Kind.ne(FOLLOWED));
        query.all(&self.connection).await.map_err(failed)?.iter().map(taken).collect()
    }

    async fn note_taken(&self, taken: &[Taken], at: Timestamp) -> Result<(), StorageError> {
        let row = |taken: &Taken| match taken {
            Taken::User(user) => row(USER, user.uuid(), Uuid::nil(), at),
            Taken::Workspace(workspace) => row(WORKSPACE, workspace.uuid(), Uuid::nil(), at),
            Taken::Membership(workspace, user) => row(MEMBERSHIP, workspace.uuid(), user.uuid(), at),
        };
        insert_new(&self.connection, taken, row).await?;
        Ok(())
    }

    async fn followed(&self) -> Result<Vec<UserId>, StorageError> {
        let query = Entity::find().filter(Column::Kind.eq(FOLLOWED));
        let rows = query.all(&self.connection).await.map_err(failed)?;
        Ok(rows.into_iter().map(|row| UserId::new(row.subject_id)).collect())
    }

    async fn set_followed(&self, users: &[UserId]) -> Result<(), StorageError> {
        let query = Entity::delete_many().filter(Column::Kind.eq(FOLLOWED));
        query.exec(&self.connection).await.map_err(failed)?;
        let epoch = Timestamp::from_micros(0);
        insert_new(&self.connection, users, |user| row(FOLLOWED, user.uuid(), Uuid::nil(), epoch)).await?;
        Ok(())
    }
}

fn row(kind: &str, subject: Uuid, object: Uuid, at: Timestamp) -> ActiveModel {
    ActiveModel {
        kind: Set(kind.to_owned()),
        subject_id: Set(subject),
        object_id: Set(object),
        inserted_at: Set(at.micros()),
    }
}

fn taken(row: &Model) -> Result<Taken, StorageError> {
    match row.kind.as_str() {
        USER => Ok(Taken::User(UserId::new(row.subject_id))),
        WORKSPACE => Ok(Taken::Workspace(WorkspaceId::new(row.subject_id))),
        MEMBERSHIP => Ok(Taken::Membership(WorkspaceId::new(row.subject_id), UserId::new(row.object_id))),
        other => Err(corrupt("kind of import", other)),
    }
}
