//! What lists are searched and ordered by, and when users were last seen.
//!
//! `search_text` holds a user's names folded, each in a line of its own. Folded names are ordered by their bytes on both
//! databases, which PostgreSQL does with the collation "C" alone.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text, uuid},
    sea_orm::{DatabaseBackend, FromQueryResult, prelude::Uuid},
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
    Username,
    FirstName,
    LastName,
    SearchText,
}

#[derive(DeriveIden)]
enum Sightings {
    Table,
    UserId,
    At,
}

#[derive(FromQueryResult)]
struct Names {
    id: Uuid,
    username: String,
    first_name: String,
    last_name: Option<String>,
}

/// Indexes for the orders of lists: what comes first, then the id.
const ORDERS: &[(&str, &str, &str)] = &[
    ("users_updated_at_idx", "users", "updated_at"),
    ("users_name_order_idx", "users", "username_folded"),
    ("workspaces_updated_at_idx", "workspaces", "updated_at"),
    ("workspaces_name_order_idx", "workspaces", "name_folded"),
];
/// The indexes of folded names alone.
const BEFORE: &[(&str, &str, &str)] = &[
    ("users_username_folded_idx", "users", "username_folded"),
    ("workspaces_name_folded_idx", "workspaces", "name_folded"),
];

/// Rows that are filled at a time.
const CHUNK: u64 = 500;
/// Characters of a name that are kept, as the server keeps them.
const MAX_CHARS: usize = 500;

/// As the server folds names. It is written here again because a migration does not change when the server does.
fn fold(name: &str) -> String {
    name.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).take(MAX_CHARS).collect()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table(Users::Table)
                    .add_column(text(Users::SearchText).default("").to_owned())
                    .to_owned(),
            )
            .await?;
        fill(manager).await?;
        if manager.get_database_backend() == DatabaseBackend::Postgres {
            for column in [("users", "username_folded"), ("workspaces", "name_folded")] {
                let (table, column) = column;
                let statement = format!(r#"ALTER TABLE {table} ALTER COLUMN {column} TYPE text COLLATE "C""#);
                manager.get_connection().execute_unprepared(&statement).await?;
            }
        }
        for (name, table, column) in ORDERS {
            let index = Index::create().name(*name).table(Alias::new(*table)).to_owned();
            manager.create_index(index.clone().col(Alias::new(*column)).col(Users::Id).to_owned()).await?;
        }
        // They are the beginnings of the new ones.
        for (name, table, _) in BEFORE {
            manager.drop_index(Index::drop().name(*name).table(Alias::new(*table)).to_owned()).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table(Sightings::Table)
                    .col(uuid(Sightings::UserId).primary_key())
                    .col(big_integer(Sightings::At))
                    .foreign_key(
                        ForeignKey::create()
                            .name("sightings_user_id_fkey")
                            .from(Sightings::Table, Sightings::UserId)
                            .to(Users::Table, Users::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Sightings::Table).to_owned()).await?;
        for (name, table, column) in BEFORE {
            let index = Index::create().name(*name).table(Alias::new(*table)).to_owned();
            manager.create_index(index.clone().col(Alias::new(*column)).to_owned()).await?;
        }
        for (name, table, _) in ORDERS {
            manager.drop_index(Index::drop().name(*name).table(Alias::new(*table)).to_owned()).await?;
        }
        if manager.get_database_backend() == DatabaseBackend::Postgres {
            for column in [("users", "username_folded"), ("workspaces", "name_folded")] {
                let (table, column) = column;
                let statement = format!(r#"ALTER TABLE {table} ALTER COLUMN {column} TYPE text COLLATE "default""#);
                manager.get_connection().execute_unprepared(&statement).await?;
            }
        }
        manager.alter_table(Table::alter().table(Users::Table).drop_column(Users::SearchText).to_owned()).await
    }
}

/// Fills the new column of the users who are there.
async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let mut after: Option<Uuid> = None;
    loop {
        let mut query = Query::select();
        query
            .columns([Users::Id, Users::Username, Users::FirstName, Users::LastName])
            .from(Users::Table)
            .order_by(Users::Id, Order::Asc)
            .limit(CHUNK);
        if let Some(last) = after {
            query.and_where(Expr::col(Users::Id).gt(last));
        }
        let rows = connection.query_all(&query).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(Names::from_query_result(last, "")?.id);
        for row in &rows {
            let names = Names::from_query_result(row, "")?;
            let parts = [Some(names.username), Some(names.first_name), names.last_name];
            let folded: Vec<_> = parts.iter().flatten().map(|name| fold(name)).collect();
            let update = Query::update()
                .table(Users::Table)
                .value(Users::SearchText, folded.join("\n"))
                .and_where(Expr::col(Users::Id).eq(names.id))
                .to_owned();
            connection.execute(&update).await?;
        }
    }
}
