//! Users.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use ochre_domain::{
    model::{AccountState, KeyLookup, PasswordHash, Role, Timestamp, User, UserId, Username, WorkspaceId},
    ports::{
        BulkInsert, Order, Position, SignInState, Sort, StorageError, UserCursor, UserFilter, UserInsert,
        UserRepository, UserUpdate,
    },
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _, Select, Set, SqlErr, Value,
    prelude::Uuid,
    sea_query::{Alias, Expr, ExprTrait as _, LockType, OnConflict},
};

use super::{CHUNK, behind, contains, counted, insert_new, ordered};
use crate::{
    entity::{
        memberships, sightings,
        users::{ActiveModel, Column, Entity, Model},
    },
    error::{corrupt, failed},
    session::SqlSession,
};

/// A workspace of more members is too large to take them all and put them in order.
///
/// To take one costs about as much as to look at six users of an ordered list: 2.6 µs and 0.3 µs with 100,000 on SQLite 3.51.
const MANY_MEMBERS: u32 = 5_000;

/// How the members of a workspace are found.
#[derive(Clone, Copy)]
enum Walk {
    /// From its memberships.
    Members,
    /// From all users in the order of the list, until there are enough.
    Users,
}

/// The users that a filter means, the members of a workspace found in this way.
fn meant(filter: &UserFilter, walk: Walk) -> Select<Entity> {
    let mut query = Entity::find();
    if let Some(text) = &filter.search {
        query = query.filter(contains(Column::SearchText, text));
    }
    if let Some(username) = &filter.username {
        query = query.filter(Column::Username.eq(username.as_str()));
    }
    if let Some(role) = filter.role {
        query = query.filter(Column::Role.eq(role.as_str()));
    }
    if let Some(workspace) = filter.workspace {
        let members = super::memberships::of(workspace).select_only().column(memberships::Column::UserId);
        query = query.filter(match walk {
            Walk::Members => Column::Id.in_subquery(members.into_query()),
            Walk::Users => {
                let user = Expr::col(Column::Id.as_column_ref());
                let own = Expr::col(memberships::Column::UserId.as_column_ref()).eq(user);
                Expr::exists(members.filter(own).into_query())
            }
        });
    }
    if let Some((access, now)) = filter.access {
        let active = Column::State.eq(AccountState::Active.as_str());
        let over = Column::ActiveUntil.lte(now.micros());
        query = match access {
            SignInState::Disabled => query.filter(Column::State.eq(AccountState::Disabled.as_str())),
            SignInState::Expired => query.filter(active).filter(over),
            SignInState::Active => {
                query.filter(active).filter(Column::ActiveUntil.is_null().or(Column::ActiveUntil.gt(now.micros())))
            }
        };
    }
    query
}

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> UserRepository for SqlSession<C> {
    async fn find(&self, id: UserId) -> Result<Option<User>, StorageError> {
        let row = Entity::find_by_id(id.uuid()).one(&self.connection).await.map_err(failed)?;
        row.map(User::try_from).transpose()
    }

    async fn lock(&self, id: UserId) -> Result<Option<User>, StorageError> {
        let row = Entity::find_by_id(id.uuid()).lock_exclusive().one(&self.connection).await.map_err(failed)?;
        row.map(User::try_from).transpose()
    }

    async fn find_by_username(&self, username: &Username) -> Result<Option<User>, StorageError> {
        let query = Entity::find().filter(Column::Username.eq(username.as_str()));
        query.one(&self.connection).await.map_err(failed)?.map(User::try_from).transpose()
    }

    async fn find_by_key(&self, key: &KeyLookup) -> Result<Option<User>, StorageError> {
        let query = Entity::find().filter(Column::ApiKeyLookup.eq(key.0.to_vec()));
        query.one(&self.connection).await.map_err(failed)?.map(User::try_from).transpose()
    }

    async fn names(&self, ids: &[UserId]) -> Result<Vec<(UserId, Username)>, StorageError> {
        let mut names = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let query = Entity::find()
                .select_only()
                .columns([Column::Id, Column::Username])
                .filter(Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
                .into_tuple::<(Uuid, String)>();
            let rows = query.all(&self.connection).await.map_err(failed)?;
            names.extend(rows.into_iter().map(|(id, name)| (UserId::new(id), Username::verbatim(name))));
        }
        Ok(names)
    }

    async fn find_by_folded_username(&self, folded: &str) -> Result<Vec<User>, StorageError> {
        let query = Entity::find().filter(Column::UsernameFolded.eq(folded)).limit(2);
        query.all(&self.connection).await.map_err(failed)?.into_iter().map(User::try_from).collect()
    }

    async fn find_by_usernames(&self, usernames: &[Username]) -> Result<Vec<User>, StorageError> {
        self.find_in(Column::Username, usernames.iter().map(|name| name.as_str().into()), Locks::None).await
    }

    async fn lock_by_usernames(&self, usernames: &[Username]) -> Result<Vec<User>, StorageError> {
        // Found first and locked by their ids, in whose order everybody locks.
        let found = UserRepository::find_by_usernames(self, usernames).await?;
        let ids: Vec<_> = found.iter().map(|user| user.id).collect();
        let wanted: HashSet<_> = usernames.iter().collect();
        let mut locked = UserRepository::lock_many(self, &ids).await?;
        // Who was renamed in between is somebody else now.
        locked.retain(|user| wanted.contains(&user.username));
        Ok(locked)
    }

    async fn find_by_keys(&self, keys: &[KeyLookup]) -> Result<Vec<User>, StorageError> {
        self.find_in(Column::ApiKeyLookup, keys.iter().map(|key| key.0.to_vec().into()), Locks::None).await
    }

    async fn lock_many(&self, ids: &[UserId]) -> Result<Vec<User>, StorageError> {
        // In the order of ids, also from chunk to chunk, so that two who lock the same rows cannot wait for each other.
        let mut ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
        ids.sort_unstable();
        self.find_in(Column::Id, ids.into_iter().map(Value::from), Locks::Exclusive).await
    }

    async fn any(&self) -> Result<bool, StorageError> {
        let query = Entity::find().select_only().column(Column::Id).limit(1).into_tuple::<sea_orm::prelude::Uuid>();
        Ok(query.one(&self.connection).await.map_err(failed)?.is_some())
    }

    async fn page(&self, after: Option<UserCursor>, limit: u32) -> Result<Vec<User>, StorageError> {
        let mut query =
            Entity::find().order_by_asc(Column::InsertedAt).order_by_asc(Column::Id).limit(u64::from(limit));
        if let Some(UserCursor { at, id }) = after {
            query = query.filter(behind(Column::InsertedAt, at.micros(), Column::Id, id.uuid()));
        }
        query.all(&self.connection).await.map_err(failed)?.into_iter().map(User::try_from).collect()
    }

    async fn select(
        &self,
        filter: &UserFilter,
        order: Order,
        after: Option<Position>,
        limit: u32,
    ) -> Result<Vec<User>, StorageError> {
        let by = match order.by {
            Sort::InsertedAt => Column::InsertedAt,
            Sort::UpdatedAt => Column::UpdatedAt,
            Sort::Name => Column::UsernameFolded,
        };
        let query = ordered(meant(filter, self.walk(filter).await?), (by, Column::Id), order, after, limit);
        query.all(&self.connection).await.map_err(failed)?.into_iter().map(User::try_from).collect()
    }

    async fn count(&self, filter: &UserFilter, most: u32) -> Result<u32, StorageError> {
        let members = UserFilter { workspace: filter.workspace, ..UserFilter::default() };
        match filter.workspace {
            // Nothing of the users themselves is asked for.
            Some(workspace) if *filter == members => self.some_members(workspace, most).await,
            _ => counted(&self.connection, meant(filter, self.walk(filter).await?), Column::Id, most).await,
        }
    }

    async fn last_seen(&self, users: &[UserId]) -> Result<Vec<(UserId, Timestamp)>, StorageError> {
        let mut seen = Vec::new();
        for chunk in users.chunks(CHUNK) {
            let ids = chunk.iter().map(|user| user.uuid());
            let query = sightings::Entity::find().filter(sightings::Column::UserId.is_in(ids));
            let rows = query.all(&self.connection).await.map_err(failed)?;
            seen.extend(rows.into_iter().map(|row| (UserId::new(row.user_id), Timestamp::from_micros(row.at))));
        }
        Ok(seen)
    }

    async fn note_seen(&self, seen: &[(UserId, Timestamp)]) -> Result<(), StorageError> {
        // Locked against being deleted meanwhile. Rows are locked and written in the order of ids, so that two who write the same
        // cannot wait for each other.
        let known: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Id.is_in(seen.iter().map(|(user, _)| user.uuid())))
            .order_by_asc(Column::Id)
            .lock(LockType::KeyShare)
            .into_tuple()
            .all(&self.connection)
            .await
            .map_err(failed)?;
        let moments: HashMap<_, _> = seen.iter().map(|(user, at)| (user.uuid(), at.micros())).collect();
        let row = |id: Uuid| moments.get(&id).map(|at| sightings::ActiveModel { user_id: Set(id), at: Set(*at) });
        let rows: Vec<_> = known.into_iter().filter_map(row).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let later = Expr::col((sightings::Entity, sightings::Column::At))
            .lt(Expr::col((Alias::new("excluded"), sightings::Column::At)));
        let latest = OnConflict::column(sightings::Column::UserId)
            .update_column(sightings::Column::At)
            .action_and_where(later)
            .to_owned();
        sightings::Entity::insert_many(rows)
            .on_conflict(latest)
            .exec_without_returning(&self.connection)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn page_of_workspace(
        &self,
        workspace: WorkspaceId,
        after: Option<UserCursor>,
        limit: u32,
    ) -> Result<Vec<(UserCursor, User)>, StorageError> {
        let mut query = super::memberships::of(workspace)
            .order_by_asc(memberships::Column::InsertedAt)
            .order_by_asc(memberships::Column::UserId)
            .limit(u64::from(limit));
        if let Some(UserCursor { at, id }) = after {
            let at = at.micros();
            query = query.filter(behind(memberships::Column::InsertedAt, at, memberships::Column::UserId, id.uuid()));
        }
        let rows = query.find_also_related(Entity).all(&self.connection).await.map_err(failed)?;
        rows.into_iter()
            .map(|(membership, user)| {
                let user = user.ok_or_else(|| corrupt("membership", "its user is missing"))?;
                let at = Timestamp::from_micros(membership.inserted_at);
                Ok((UserCursor { at, id: UserId::new(user.id) }, user.try_into()?))
            })
            .collect()
    }

    async fn owners(&self) -> Result<Vec<UserId>, StorageError> {
        let owners = owners().all(&self.connection).await.map_err(failed)?;
        Ok(owners.into_iter().map(|owner| UserId::new(owner.id)).collect())
    }

    async fn lock_owners(&self) -> Result<Vec<UserId>, StorageError> {
        let owners = owners().lock_exclusive().all(&self.connection).await.map_err(failed)?;
        Ok(owners.into_iter().map(|owner| UserId::new(owner.id)).collect())
    }

    async fn insert(&self, user: &User) -> Result<UserInsert, StorageError> {
        let rows = Entity::insert(ActiveModel::from(user))
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&self.connection)
            .await
            .map_err(failed)?;
        if rows > 0 {
            self.touch(user.id);
            return Ok(UserInsert::Inserted);
        }
        if UserRepository::find_by_username(self, &user.username).await?.is_some() {
            return Ok(UserInsert::UsernameTaken);
        }
        if UserRepository::find(self, user.id).await?.is_some() {
            return Ok(UserInsert::IdTaken);
        }
        Ok(UserInsert::KeyTaken)
    }

    async fn insert_all(&self, users: &[User]) -> Result<BulkInsert, StorageError> {
        let inserted = insert_new(&self.connection, users, |row| ActiveModel::from(row)).await?;
        for user in users {
            self.touch(user.id);
        }
        Ok(if inserted == users.len() as u64 { BulkInsert::Inserted } else { BulkInsert::Taken })
    }

    async fn replace_hash(&self, id: UserId, hash: &PasswordHash) -> Result<(), StorageError> {
        // Nobody caches hashes, so nobody has to hear of another one of the same password.
        let query = Entity::update_many()
            .col_expr(Column::PasswordHash, Expr::value(hash.expose()))
            .filter(Column::Id.eq(id.uuid()));
        query.exec(&self.connection).await.map_err(failed)?;
        Ok(())
    }

    async fn update(&self, user: &User) -> Result<UserUpdate, StorageError> {
        self.touch(user.id);
        let mut row = ActiveModel::from(user).reset_all();
        row.id = sea_orm::Unchanged(user.id.uuid());
        match row.update_without_returning(&self.connection).await {
            Ok(_) => Ok(UserUpdate::Updated),
            Err(error) => match error.sql_err() {
                // Both databases name the column, SQLite itself and PostgreSQL in the constraint's name.
                Some(SqlErr::UniqueConstraintViolation(what)) if what.contains("api_key_lookup") => {
                    Ok(UserUpdate::KeyTaken)
                }
                Some(SqlErr::UniqueConstraintViolation(_)) => Ok(UserUpdate::UsernameTaken),
                _ => Err(failed(error)),
            },
        }
    }

    async fn delete(&self, id: UserId) -> Result<bool, StorageError> {
        self.touch(id);
        let outcome = Entity::delete_by_id(id.uuid()).exec(&self.connection).await.map_err(failed)?;
        Ok(outcome.rows_affected > 0)
    }
}

/// The owners who can sign in without an end, in the order of their ids, so that two who lock them cannot wait for each other.
fn owners() -> sea_orm::Select<Entity> {
    Entity::find()
        // Written out, because an index of the owners alone serves no value that comes with each call.
        .filter(Expr::col(Column::Role.as_column_ref()).eq(Expr::cust(format!("'{}'", Role::Owner.as_str()))))
        .filter(Column::State.eq(AccountState::Active.as_str()))
        .filter(Column::ActiveUntil.is_null())
        .order_by_asc(Column::Id)
}

/// Whether rows are locked when they are read.
#[derive(Clone, Copy)]
enum Locks {
    Exclusive,
    None,
}

impl<C: ConnectionTrait> SqlSession<C> {
    async fn walk(&self, filter: &UserFilter) -> Result<Walk, StorageError> {
        let Some(workspace) = filter.workspace else { return Ok(Walk::Members) };
        let some = self.some_members(workspace, MANY_MEMBERS + 1).await?;
        Ok(if some > MANY_MEMBERS { Walk::Users } else { Walk::Members })
    }

    /// How many memberships a workspace has, also those that have ended; no more than `most` are counted.
    async fn some_members(&self, workspace: WorkspaceId, most: u32) -> Result<u32, StorageError> {
        counted(&self.connection, super::memberships::of(workspace), memberships::Column::UserId, most).await
    }

    /// The users with one of these values in a column, some at a time, locked where that is asked for.
    async fn find_in(
        &self,
        column: Column,
        values: impl Iterator<Item = Value>,
        locks: Locks,
    ) -> Result<Vec<User>, StorageError> {
        let values: Vec<Value> = values.collect();
        let mut users = Vec::with_capacity(values.len());
        for chunk in values.chunks(CHUNK) {
            // In the order of ids, so that two who lock the same rows cannot wait for each other.
            let query = Entity::find().filter(column.is_in(chunk.iter().cloned())).order_by_asc(Column::Id);
            let query = match locks {
                Locks::Exclusive => query.lock_exclusive(),
                Locks::None => query,
            };
            let rows: Vec<Model> = query.all(&self.connection).await.map_err(failed)?;
            for row in rows {
                users.push(row.try_into()?);
            }
        }
        Ok(users)
    }
}

#[cfg(test)]
mod tests {
    use ochre_domain::ports::Direction;
    use ochre_migrations::Migrator;
    use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbBackend, Statement};
    use sea_orm_migration::MigratorTrait as _;
    use tempfile::TempDir;

    use super::*;

    async fn plan(database: &DatabaseConnection, query: Select<Entity>) -> Vec<String> {
        let asked = format!("EXPLAIN QUERY PLAN {}", query.build(DbBackend::Sqlite));
        let rows = database.query_all_raw(Statement::from_string(DbBackend::Sqlite, asked)).await.unwrap();
        rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect()
    }

    async fn empty(home: &TempDir) -> DatabaseConnection {
        let mut options = ConnectOptions::new(format!("sqlite://{}/ochre.db?mode=rwc", home.path().display()));
        options.max_connections(1).sqlx_logging(false);
        let database = Database::connect(options).await.unwrap();
        Migrator::up(&database, None).await.unwrap();
        database
    }

    /// SQLite reads a list in its order and stops when the page is full, whatever narrows it.
    #[tokio::test]
    async fn no_list_is_put_in_order_after_it_was_read() {
        let home = TempDir::new().unwrap();
        let database = empty(&home).await;
        let now = Timestamp::from_micros(1);
        let all = UserFilter::default();
        let filters = [
            all.clone(),
            UserFilter { search: Some("ada".into()), ..all.clone() },
            UserFilter { role: Some(Role::Annotator), ..all.clone() },
            UserFilter { access: Some((SignInState::Active, now)), ..all.clone() },
            UserFilter { access: Some((SignInState::Disabled, now)), role: Some(Role::Admin), ..all.clone() },
            UserFilter { workspace: Some(WorkspaceId::new(Uuid::from_u128(1))), ..all },
        ];
        for filter in &filters {
            for (by, column, index) in [
                (Sort::Name, Column::UsernameFolded, "users_name_order_idx"),
                (Sort::InsertedAt, Column::InsertedAt, "users_inserted_at_idx"),
                (Sort::UpdatedAt, Column::UpdatedAt, "users_updated_at_idx"),
            ] {
                for direction in [Direction::Ascending, Direction::Descending] {
                    let order = Order { by, direction };
                    let query = ordered(meant(filter, Walk::Users), (column, Column::Id), order, None, 10);
                    let plan = plan(&database, query).await;
                    assert_eq!(plan[0], format!("SCAN users USING INDEX {index}"), "{filter:?}");
                    assert!(plan.iter().all(|step| !step.contains("B-TREE")), "{filter:?}: {plan:?}");
                }
            }
        }
    }

    #[tokio::test]
    async fn what_is_counted_is_read_from_an_index_alone() {
        let home = TempDir::new().unwrap();
        let database = empty(&home).await;
        let all = UserFilter::default();
        for filter in [
            UserFilter { search: Some("ada".into()), ..all.clone() },
            UserFilter { role: Some(Role::Annotator), ..all.clone() },
            UserFilter { access: Some((SignInState::Expired, Timestamp::from_micros(1))), ..all.clone() },
            all,
        ] {
            let query = meant(&filter, Walk::Users).select_only().column(Column::Id).limit(10);
            let plan = plan(&database, query).await;
            assert!(plan[0].starts_with("SCAN users USING COVERING INDEX"), "{filter:?}: {plan:?}");
        }
    }

    #[tokio::test]
    async fn rows_that_a_search_passes_over_are_not_read() {
        let home = TempDir::new().unwrap();
        let database = empty(&home).await;
        let filter = UserFilter { search: Some("ada".into()), role: Some(Role::Annotator), ..UserFilter::default() };
        for (by, column) in [
            (Sort::Name, Column::UsernameFolded),
            (Sort::InsertedAt, Column::InsertedAt),
            (Sort::UpdatedAt, Column::UpdatedAt),
        ] {
            let order = Order { by, direction: Direction::Descending };
            let matches = meant(&filter, Walk::Users).select_only().column(Column::Id);
            let plan = plan(&database, ordered(matches, (column, Column::Id), order, None, 10)).await;
            assert!(plan[0].starts_with("SCAN users USING COVERING INDEX"), "{by:?}: {plan:?}");
        }
    }

    #[tokio::test]
    async fn the_owners_are_found_without_a_look_at_the_others() {
        let home = TempDir::new().unwrap();
        let plan = plan(&empty(&home).await, owners()).await;
        assert_eq!(plan, ["SCAN users USING INDEX users_owners_idx"]);
    }
}
