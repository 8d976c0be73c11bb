//! Links that let somebody in.

use std::collections::HashMap;

use async_trait::async_trait;
use ochre_domain::{
    model::{KeyLookup, Link, LinkId, LinkPurpose, LinkUse, Timestamp, UserId, WorkspaceId},
    ports::{LinkRepository, Order, Position, StorageError},
};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Set,
    prelude::Uuid,
    sea_query::{Expr, ExprTrait as _},
};

use super::{CHUNK, insert_new, ordered};
use crate::{
    entity::{
        link_uses, link_workspaces,
        links::{ActiveModel, Column, Entity, Model},
    },
    error::failed,
    session::SqlSession,
};

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> LinkRepository for SqlSession<C> {
    async fn find(&self, token: &KeyLookup) -> Result<Option<Link>, StorageError> {
        let query = Entity::find().filter(Column::Token.eq(token.0.to_vec()));
        let row = query.one(&self.connection).await.map_err(failed)?;
        Ok(self.links_of(row.into_iter().collect()).await?.pop())
    }

    async fn lock(&self, token: &KeyLookup) -> Result<Option<Link>, StorageError> {
        let query = Entity::find().filter(Column::Token.eq(token.0.to_vec())).lock_exclusive();
        let row = query.one(&self.connection).await.map_err(failed)?;
        Ok(self.links_of(row.into_iter().collect()).await?.pop())
    }

    async fn invitations(&self, after: Option<Position>, limit: u32) -> Result<Vec<Link>, StorageError> {
        let query = Entity::find().filter(Column::UserId.is_null());
        let query = ordered(query, (Column::InsertedAt, Column::Id), Order::LATEST, after, limit);
        self.links_of(query.all(&self.connection).await.map_err(failed)?).await
    }

    async fn of_user(&self, user: UserId) -> Result<Vec<Link>, StorageError> {
        let query = Entity::find().filter(Column::UserId.eq(user.uuid()));
        let rows = query.order_by_desc(Column::InsertedAt).order_by_asc(Column::Id).all(&self.connection).await;
        self.links_of(rows.map_err(failed)?).await
    }

    async fn uses(&self, links: &[LinkId]) -> Result<Vec<LinkUse>, StorageError> {
        let mut uses = Vec::new();
        for chunk in links.chunks(CHUNK) {
            let query = link_uses::Entity::find()
                .filter(link_uses::Column::LinkId.is_in(chunk.iter().map(|link| link.uuid())))
                .order_by_asc(link_uses::Column::At)
                .order_by_asc(link_uses::Column::UserId);
            uses.extend(query.all(&self.connection).await.map_err(failed)?.into_iter().map(LinkUse::from));
        }
        Ok(uses)
    }

    async fn insert(&self, link: &Link) -> Result<(), StorageError> {
        Entity::insert(ActiveModel::from(link)).exec_without_returning(&self.connection).await.map_err(failed)?;
        if let LinkPurpose::Invitation { workspaces, .. } = &link.purpose {
            let row = |workspace: &WorkspaceId| link_workspaces::ActiveModel {
                link_id: Set(link.id.uuid()),
                workspace_id: Set(workspace.uuid()),
            };
            insert_new(&self.connection, workspaces, row).await?;
        }
        Ok(())
    }

    async fn note_use(&self, link_use: &LinkUse) -> Result<(), StorageError> {
        link_uses::Entity::insert(link_uses::ActiveModel::from(link_use))
            .exec_without_returning(&self.connection)
            .await
            .map_err(failed)?;
        let count = Entity::update_many()
            .col_expr(Column::Uses, Expr::col(Column::Uses).add(1))
            .filter(Column::Id.eq(link_use.link.uuid()));
        count.exec(&self.connection).await.map_err(failed)?;
        Ok(())
    }

    async fn withdraw(&self, id: LinkId, now: Timestamp) -> Result<bool, StorageError> {
        let invitation = Condition::all().add(Column::Id.eq(id.uuid())).add(Column::UserId.is_null());
        let unused = Entity::delete_many().filter(invitation.clone()).filter(Column::Uses.eq(0));
        if unused.exec(&self.connection).await.map_err(failed)?.rows_affected > 0 {
            return Ok(true);
        }
        // Who came by it stays recorded.
        let used = Entity::update_many()
            .col_expr(Column::ExpiresAt, Expr::value(now.micros()))
            .filter(invitation)
            .filter(Column::ExpiresAt.gt(now.micros()));
        Ok(used.exec(&self.connection).await.map_err(failed)?.rows_affected > 0)
    }

    async fn delete_unused_of_user(&self, user: UserId) -> Result<u64, StorageError> {
        let query = Entity::delete_many().filter(Column::UserId.eq(user.uuid())).filter(Column::Uses.eq(0));
        Ok(query.exec(&self.connection).await.map_err(failed)?.rows_affected)
    }

    async fn delete_expired(&self, end: Timestamp) -> Result<u64, StorageError> {
        let query = Entity::delete_many().filter(Column::ExpiresAt.lte(end.micros()));
        Ok(query.exec(&self.connection).await.map_err(failed)?.rows_affected)
    }
}

impl<C: ConnectionTrait> SqlSession<C> {
    /// Links with the workspaces that they lead into.
    async fn links_of(&self, rows: Vec<Model>) -> Result<Vec<Link>, StorageError> {
        let mut workspaces: HashMap<Uuid, Vec<WorkspaceId>> = HashMap::new();
        for chunk in rows.chunks(CHUNK) {
            let query = link_workspaces::Entity::find()
                .filter(link_workspaces::Column::LinkId.is_in(chunk.iter().map(|link| link.id)))
                .order_by_asc(link_workspaces::Column::WorkspaceId);
            for row in query.all(&self.connection).await.map_err(failed)? {
                workspaces.entry(row.link_id).or_default().push(WorkspaceId::new(row.workspace_id));
            }
        }
        let link = |row: Model| {
            let workspaces = workspaces.remove(&row.id).unwrap_or_default();
            row.into_link(workspaces)
        };
        rows.into_iter().map(link).collect()
    }
}
