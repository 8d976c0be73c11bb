//! Credentials and their ends: limited accounts and memberships, named and replaced keys, links, accounts at providers, and the
//! trash.
//!
//! No secret is stored: keys and tokens are found by keyed hashes of them. `trash.content` holds a copy of what was deleted, with
//! what the tables themselves held of it. Who made a link or emptied something into the trash is remembered without a foreign
//! key, so that it outlives them.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, binary_len, boolean, integer, text, text_null, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
    Origin,
    ActiveUntil,
    MustChangePassword,
}

#[derive(DeriveIden)]
enum Memberships {
    Table,
    ActiveUntil,
}

#[derive(DeriveIden)]
enum LoginSessions {
    Table,
    Kind,
    Address,
    UserAgent,
}

#[derive(DeriveIden)]
enum Workspaces {
    Table,
    Id,
}

#[derive(DeriveIden)]
enum NamedKeys {
    Table,
    Id,
    UserId,
    Name,
    Lookup,
    Hint,
    Scopes,
    Workspaces,
    ExpiresAt,
    LastUsedAt,
    InsertedAt,
}

#[derive(DeriveIden)]
enum RetiredKeys {
    Table,
    Lookup,
    UserId,
    ValidUntil,
}

#[derive(DeriveIden)]
enum Links {
    Table,
    Id,
    Token,
    UserId,
    Role,
    MaxUses,
    Uses,
    CreatedBy,
    InsertedAt,
    ExpiresAt,
}

#[derive(DeriveIden)]
enum LinkWorkspaces {
    Table,
    LinkId,
    WorkspaceId,
}

#[derive(DeriveIden)]
enum LinkUses {
    Table,
    LinkId,
    UserId,
    At,
}

#[derive(DeriveIden)]
enum Identities {
    Table,
    Id,
    Issuer,
    Subject,
    UserId,
    InsertedAt,
}

#[derive(DeriveIden)]
enum Trash {
    Table,
    Id,
    Kind,
    Name,
    Content,
    DeletedBy,
    InsertedAt,
    ExpiresAt,
}

fn cascade(
    name: &str,
    from: (impl IntoIden, impl IntoIden),
    to: (impl IntoIden, impl IntoIden),
) -> ForeignKeyCreateStatement {
    let (from_table, from_column) = from;
    let (to_table, to_column) = to;
    ForeignKey::create()
        .name(name)
        .from(from_table.into_iden(), from_column.into_iden())
        .to(to_table.into_iden(), to_column.into_iden())
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

fn named_keys() -> TableCreateStatement {
    Table::create()
        .table(NamedKeys::Table)
        .col(uuid(NamedKeys::Id).primary_key())
        .col(uuid(NamedKeys::UserId))
        .col(text(NamedKeys::Name))
        .col(binary_len(NamedKeys::Lookup, 32).unique_key())
        .col(text(NamedKeys::Hint))
        .col(text(NamedKeys::Scopes))
        .col(text_null(NamedKeys::Workspaces))
        .col(big_integer_null(NamedKeys::ExpiresAt))
        .col(big_integer_null(NamedKeys::LastUsedAt))
        .col(big_integer(NamedKeys::InsertedAt))
        .foreign_key(&mut cascade(
            "named_keys_user_id_fkey",
            (NamedKeys::Table, NamedKeys::UserId),
            (Users::Table, Users::Id),
        ))
        .to_owned()
}

fn retired_keys() -> TableCreateStatement {
    Table::create()
        .table(RetiredKeys::Table)
        .col(binary_len(RetiredKeys::Lookup, 32).primary_key())
        .col(uuid(RetiredKeys::UserId))
        .col(big_integer(RetiredKeys::ValidUntil))
        .foreign_key(&mut cascade(
            "retired_keys_user_id_fkey",
            (RetiredKeys::Table, RetiredKeys::UserId),
            (Users::Table, Users::Id),
        ))
        .to_owned()
}

fn links() -> TableCreateStatement {
    Table::create()
        .table(Links::Table)
        .col(uuid(Links::Id).primary_key())
        .col(binary_len(Links::Token, 32).unique_key())
        .col(uuid_null(Links::UserId))
        .col(text_null(Links::Role))
        .col(integer(Links::MaxUses))
        .col(integer(Links::Uses))
        .col(uuid_null(Links::CreatedBy))
        .col(big_integer(Links::InsertedAt))
        .col(big_integer(Links::ExpiresAt))
        .foreign_key(&mut cascade("links_user_id_fkey", (Links::Table, Links::UserId), (Users::Table, Users::Id)))
        .to_owned()
}

fn link_workspaces() -> TableCreateStatement {
    Table::create()
        .table(LinkWorkspaces::Table)
        .col(uuid(LinkWorkspaces::LinkId))
        .col(uuid(LinkWorkspaces::WorkspaceId))
        .primary_key(Index::create().col(LinkWorkspaces::LinkId).col(LinkWorkspaces::WorkspaceId))
        .foreign_key(&mut cascade(
            "link_workspaces_link_id_fkey",
            (LinkWorkspaces::Table, LinkWorkspaces::LinkId),
            (Links::Table, Links::Id),
        ))
        .foreign_key(&mut cascade(
            "link_workspaces_workspace_id_fkey",
            (LinkWorkspaces::Table, LinkWorkspaces::WorkspaceId),
            (Workspaces::Table, Workspaces::Id),
        ))
        .to_owned()
}

fn link_uses() -> TableCreateStatement {
    Table::create()
        .table(LinkUses::Table)
        .col(uuid(LinkUses::LinkId))
        .col(uuid(LinkUses::UserId))
        .col(big_integer(LinkUses::At))
        .primary_key(Index::create().col(LinkUses::LinkId).col(LinkUses::UserId))
        .foreign_key(&mut cascade(
            "link_uses_link_id_fkey",
            (LinkUses::Table, LinkUses::LinkId),
            (Links::Table, Links::Id),
        ))
        .to_owned()
}

fn identities() -> TableCreateStatement {
    Table::create()
        .table(Identities::Table)
        .col(uuid(Identities::Id).primary_key())
        .col(text(Identities::Issuer))
        .col(text(Identities::Subject))
        .col(uuid(Identities::UserId))
        .col(big_integer(Identities::InsertedAt))
        .foreign_key(&mut cascade(
            "identities_user_id_fkey",
            (Identities::Table, Identities::UserId),
            (Users::Table, Users::Id),
        ))
        .to_owned()
}

fn trash() -> TableCreateStatement {
    Table::create()
        .table(Trash::Table)
        .col(uuid(Trash::Id).primary_key())
        .col(text(Trash::Kind).check(Expr::col(Trash::Kind).is_in(["user", "workspace"])))
        .col(text(Trash::Name))
        .col(text(Trash::Content))
        .col(uuid_null(Trash::DeletedBy))
        .col(big_integer(Trash::InsertedAt))
        .col(big_integer(Trash::ExpiresAt))
        .to_owned()
}

fn indexes() -> [IndexCreateStatement; 9] {
    let index = |name: &str| Index::create().name(name).to_owned();
    [
        index("named_keys_name_key")
            .table(NamedKeys::Table)
            .col(NamedKeys::UserId)
            .col(NamedKeys::Name)
            .unique()
            .to_owned(),
        index("retired_keys_user_id_idx").table(RetiredKeys::Table).col(RetiredKeys::UserId).to_owned(),
        index("retired_keys_valid_until_idx").table(RetiredKeys::Table).col(RetiredKeys::ValidUntil).to_owned(),
        index("links_user_id_idx").table(Links::Table).col(Links::UserId).to_owned(),
        index("links_expires_at_idx").table(Links::Table).col(Links::ExpiresAt).to_owned(),
        index("link_workspaces_workspace_id_idx")
            .table(LinkWorkspaces::Table)
            .col(LinkWorkspaces::WorkspaceId)
            .to_owned(),
        index("identities_subject_key")
            .table(Identities::Table)
            .col(Identities::Issuer)
            .col(Identities::Subject)
            .unique()
            .to_owned(),
        index("identities_user_id_idx").table(Identities::Table).col(Identities::UserId).to_owned(),
        index("trash_expires_at_idx").table(Trash::Table).col(Trash::ExpiresAt).to_owned(),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = |table: DynIden, column: ColumnDef| Table::alter().table(table).add_column(column).to_owned();
        // One column in each statement: SQLite takes no more.
        for statement in [
            add(Users::Table.into_iden(), big_integer_null(Users::ActiveUntil)),
            add(Users::Table.into_iden(), boolean(Users::MustChangePassword).default(false).to_owned()),
            add(Memberships::Table.into_iden(), big_integer_null(Memberships::ActiveUntil)),
            add(LoginSessions::Table.into_iden(), text(LoginSessions::Kind).default("token").to_owned()),
            add(LoginSessions::Table.into_iden(), text_null(LoginSessions::Address)),
            add(LoginSessions::Table.into_iden(), text_null(LoginSessions::UserAgent)),
        ] {
            manager.alter_table(statement).await?;
        }
        for table in [named_keys(), retired_keys(), links(), link_workspaces(), link_uses(), identities(), trash()] {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The schema before knows no ends of access and no temporary passwords: who has one would have it for ever.
        let limited = |table: DynIden, column: DynIden| {
            Query::select()
                .expr(Expr::val(1))
                .from(table)
                .and_where(Expr::col(column).is_not_null())
                .limit(1)
                .to_owned()
        };
        let any = |table: DynIden| Query::select().expr(Expr::val(1)).from(table).limit(1).to_owned();
        let due = Query::select()
            .expr(Expr::val(1))
            .from(Users::Table)
            .and_where(Expr::col(Users::MustChangePassword).eq(true))
            .limit(1)
            .to_owned();
        for (query, what) in [
            (due, "users who must set another password"),
            (limited(Users::Table.into_iden(), Users::ActiveUntil.into_iden()), "users with an end"),
            (limited(Memberships::Table.into_iden(), Memberships::ActiveUntil.into_iden()), "memberships with an end"),
            (any(NamedKeys::Table.into_iden()), "named keys"),
            (any(Identities::Table.into_iden()), "accounts at sign-in providers"),
            (any(Trash::Table.into_iden()), "deleted users or workspaces in the trash"),
        ] {
            if manager.get_connection().query_one(&query).await?.is_some() {
                let message = format!("there are {what}, which the schema before cannot hold: nothing was changed");
                return Err(DbErr::Custom(message));
            }
        }
        // It knows no other origins either; nothing there asks for them.
        let known = Query::update()
            .table(Users::Table)
            .value(Users::Origin, "created")
            .and_where(Expr::col(Users::Origin).is_in(["invitation", "provider"]))
            .to_owned();
        manager.get_connection().execute(&known).await?;
        for table in [
            Trash::Table.into_iden(),
            Identities::Table.into_iden(),
            LinkUses::Table.into_iden(),
            LinkWorkspaces::Table.into_iden(),
            Links::Table.into_iden(),
            RetiredKeys::Table.into_iden(),
            NamedKeys::Table.into_iden(),
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        for (table, column) in [
            (LoginSessions::Table.into_iden(), LoginSessions::UserAgent.into_iden()),
            (LoginSessions::Table.into_iden(), LoginSessions::Address.into_iden()),
            (LoginSessions::Table.into_iden(), LoginSessions::Kind.into_iden()),
            (Memberships::Table.into_iden(), Memberships::ActiveUntil.into_iden()),
            (Users::Table.into_iden(), Users::MustChangePassword.into_iden()),
            (Users::Table.into_iden(), Users::ActiveUntil.into_iden()),
        ] {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
