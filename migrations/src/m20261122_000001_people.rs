//! Users, workspaces, memberships, logins, and the facts that the server remembers about its database.
//!
//! Moments are microseconds since the epoch: equal on both databases, and ordered as numbers. Ids are UUIDs. The
//! `*_folded` columns hold names for comparison without regard to case, folded by the server.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, blob, text, text_null, uuid},
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
    FirstName,
    LastName,
    Username,
    UsernameFolded,
    Role,
    ApiKeyLookup,
    ApiKeySealed,
    PasswordHash,
    InsertedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum Workspaces {
    Table,
    Id,
    Name,
    NameFolded,
    InsertedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum Memberships {
    Table,
    WorkspaceId,
    UserId,
    InsertedAt,
}

#[derive(DeriveIden)]
enum LoginSessions {
    Table,
    Id,
    UserId,
    InsertedAt,
    ExpiresAt,
}

#[derive(DeriveIden)]
enum Facts {
    Table,
    Name,
    Value,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    #[expect(clippy::too_many_lines, reason = "a list of tables and indexes")]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Users::Table)
                    .col(uuid(Users::Id).primary_key())
                    .col(text(Users::FirstName))
                    .col(text_null(Users::LastName))
                    .col(text(Users::Username).unique_key())
                    .col(text(Users::UsernameFolded))
                    .col(text(Users::Role).check(Expr::col(Users::Role).is_in(["owner", "admin", "annotator"])))
                    .col(blob(Users::ApiKeyLookup).unique_key())
                    .col(blob(Users::ApiKeySealed))
                    .col(text(Users::PasswordHash))
                    .col(big_integer(Users::InsertedAt))
                    .col(big_integer(Users::UpdatedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Workspaces::Table)
                    .col(uuid(Workspaces::Id).primary_key())
                    .col(text(Workspaces::Name).unique_key())
                    .col(text(Workspaces::NameFolded))
                    .col(big_integer(Workspaces::InsertedAt))
                    .col(big_integer(Workspaces::UpdatedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Memberships::Table)
                    .col(uuid(Memberships::WorkspaceId))
                    .col(uuid(Memberships::UserId))
                    .col(big_integer(Memberships::InsertedAt))
                    .primary_key(Index::create().col(Memberships::WorkspaceId).col(Memberships::UserId))
                    .foreign_key(
                        ForeignKey::create()
                            .name("memberships_workspace_id_fkey")
                            .from(Memberships::Table, Memberships::WorkspaceId)
                            .to(Workspaces::Table, Workspaces::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .name("memberships_user_id_fkey")
                            .from(Memberships::Table, Memberships::UserId)
                            .to(Users::Table, Users::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(LoginSessions::Table)
                    .col(uuid(LoginSessions::Id).primary_key())
                    .col(uuid(LoginSessions::UserId))
                    .col(big_integer(LoginSessions::InsertedAt))
                    .col(big_integer(LoginSessions::ExpiresAt))
                    .foreign_key(
                        ForeignKey::create()
                            .name("login_sessions_user_id_fkey")
                            .from(LoginSessions::Table, LoginSessions::UserId)
                            .to(Users::Table, Users::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Facts::Table)
                    .col(text(Facts::Name).primary_key())
                    .col(text(Facts::Value))
                    .to_owned(),
            )
            .await?;

        let index = |name: &str| Index::create().name(name).to_owned();
        for index in [
            index("users_username_folded_idx").table(Users::Table).col(Users::UsernameFolded),
            index("users_inserted_at_idx").table(Users::Table).col(Users::InsertedAt).col(Users::Id),
            index("users_role_idx").table(Users::Table).col(Users::Role),
            index("workspaces_name_folded_idx").table(Workspaces::Table).col(Workspaces::NameFolded),
            index("workspaces_inserted_at_idx")
                .table(Workspaces::Table)
                .col(Workspaces::InsertedAt)
                .col(Workspaces::Id),
            index("memberships_order_idx")
                .table(Memberships::Table)
                .col(Memberships::WorkspaceId)
                .col(Memberships::InsertedAt)
                .col(Memberships::UserId),
            index("memberships_user_id_idx").table(Memberships::Table).col(Memberships::UserId),
            index("login_sessions_user_id_idx").table(LoginSessions::Table).col(LoginSessions::UserId),
            index("login_sessions_expires_at_idx").table(LoginSessions::Table).col(LoginSessions::ExpiresAt),
        ] {
            manager.create_index(index.to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(LoginSessions::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Memberships::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Workspaces::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Users::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Facts::Table).to_owned()).await
    }
}
