//! Indexes by which lists of a hundred thousand users are read page by page, whatever narrows them.
//!
//! An index in the order of a list also holds what narrows it, so that the rows that are passed over are never read. Nothing
//! begins with the role: SQLite would take all users of the role and sort them, of which there may be as many as users. The
//! owners, who are few, have an index of their own.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// An index: its name, its table, what it held before, and what it holds besides from now on.
struct Wider {
    name: &'static str,
    table: &'static str,
    columns: &'static [&'static str],
    besides: &'static [&'static str],
}

/// What narrows a list of users.
const NARROWS: &[&str] = &["role", "state", "active_until"];

const INDEXES: &[Wider] = &[
    Wider { name: "users_inserted_at_idx", table: "users", columns: &["inserted_at", "id"], besides: NARROWS },
    Wider { name: "users_updated_at_idx", table: "users", columns: &["updated_at", "id"], besides: NARROWS },
    Wider { name: "users_name_order_idx", table: "users", columns: &["username_folded", "id"], besides: NARROWS },
    Wider {
        name: "memberships_order_idx",
        table: "memberships",
        columns: &["workspace_id", "inserted_at", "user_id"],
        besides: &["active_until"],
    },
];

/// Lists of which the latest comes first.
const LATEST: &[(&str, &str, &[&str])] = &[
    ("links_inserted_at_idx", "links", &["inserted_at", "id", "user_id"]),
    ("trash_inserted_at_idx", "trash", &["inserted_at", "id", "expires_at"]),
];

const BY_ROLE: &str = "users_role_idx";
const OWNERS: &str = "users_owners_idx";

fn index(name: &str, table: &str, columns: &[&str]) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(Alias::new(table)).to_owned();
    for column in columns {
        index.col(Alias::new(*column));
    }
    index
}

async fn drop_index(manager: &SchemaManager<'_>, name: &str, table: &str) -> Result<(), DbErr> {
    manager.drop_index(Index::drop().name(name).table(Alias::new(table)).to_owned()).await
}

impl Wider {
    async fn replace(&self, manager: &SchemaManager<'_>, columns: &[&str]) -> Result<(), DbErr> {
        drop_index(manager, self.name, self.table).await?;
        manager.create_index(index(self.name, self.table, columns)).await
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for wider in INDEXES {
            let mut columns = [wider.columns, wider.besides].concat();
            // A search passes over rows as well. A PostgreSQL index takes no entries as long as this may become.
            if wider.table == "users" && manager.get_database_backend() == DatabaseBackend::Sqlite {
                columns.push("search_text");
            }
            wider.replace(manager, &columns).await?;
        }
        drop_index(manager, BY_ROLE, "users").await?;
        let owner = Expr::col(Alias::new("role")).eq("owner");
        manager.create_index(index(OWNERS, "users", &["id"]).and_where(owner).to_owned()).await?;
        for (name, table, columns) in LATEST {
            manager.create_index(index(name, table, columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, _) in LATEST {
            drop_index(manager, name, table).await?;
        }
        drop_index(manager, OWNERS, "users").await?;
        manager.create_index(index(BY_ROLE, "users", &["role"])).await?;
        for wider in INDEXES {
            wider.replace(manager, wider.columns).await?;
        }
        Ok(())
    }
}
