//! What Argilla's API does not show of a user: email, whether it can sign in, where it came from; and what was brought from
//! elsewhere.
//!
//! `imports` has no foreign keys: it remembers also what was deleted here since, so that it does not come back.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, binary_len_null, text, text_null, uuid},
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
    Email,
    State,
    Origin,
    ImportedPassword,
}

#[derive(DeriveIden)]
enum Imports {
    Table,
    Kind,
    SubjectId,
    ObjectId,
    InsertedAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column in each statement: SQLite takes no more.
        for column in [
            text_null(Users::Email),
            text(Users::State)
                .default("active")
                .check(Expr::col(Users::State).is_in(["active", "disabled"]))
                .to_owned(),
            text(Users::Origin).default("created").to_owned(),
            binary_len_null(Users::ImportedPassword, 32),
        ] {
            manager.alter_table(Table::alter().table(Users::Table).add_column(column).to_owned()).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table(Imports::Table)
                    .col(text(Imports::Kind))
                    .col(uuid(Imports::SubjectId))
                    .col(uuid(Imports::ObjectId))
                    .col(big_integer(Imports::InsertedAt))
                    .primary_key(Index::create().col(Imports::Kind).col(Imports::SubjectId).col(Imports::ObjectId))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The schema before knows nobody who is disabled, and would let them in again.
        let disabled = Query::select()
            .expr(Expr::col(Users::Id))
            .from(Users::Table)
            .and_where(Expr::col(Users::State).ne("active"))
            .limit(1)
            .to_owned();
        let brought = Query::select().expr(Expr::col(Imports::Kind)).from(Imports::Table).limit(1).to_owned();
        for (query, what) in [(disabled, "disabled users"), (brought, "records of what was taken over or is followed")]
        {
            if manager.get_connection().query_one(&query).await?.is_some() {
                let message = format!("there are {what}, which the schema before cannot hold: nothing was changed");
                return Err(DbErr::Custom(message));
            }
        }
        manager.drop_table(Table::drop().table(Imports::Table).to_owned()).await?;
        for column in [Users::ImportedPassword, Users::Origin, Users::State, Users::Email] {
            manager.alter_table(Table::alter().table(Users::Table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
