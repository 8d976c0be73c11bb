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
        manager.drop_table(Table::drop().table(Imports::Table).to_owned()).await?;
        for column in [Users::ImportedPassword, Users::Origin, Users::State, Users::Email] {
            manager.alter_table(Table::alter().table(Users::Table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
