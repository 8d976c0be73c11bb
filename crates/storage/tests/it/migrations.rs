//! The schema goes up, down and up again.

use ochre_domain::{
    model::{
        Identity, IdentityId, KeyId, KeyLookup, KeyName, KeyScope, Membership, NamedKey, Origin, Subject, Timestamp,
        TrashEntry, TrashId, Trashed, User, UserId,
    },
    ports::{Order, Store as _, UnitOfWork, UserFilter},
};
use ochre_migrations::Migrator;
use ochre_storage::{Connections, DatabaseUrl};
use ochre_testkit::{TestDatabase, on_both};
use sea_orm_migration::{
    MigratorTrait as _,
    sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr},
};

use crate::conformance::{add_users, add_workspaces, membership, user, workspace};

async fn connect(database: &TestDatabase) -> DatabaseConnection {
    let url = match database.url() {
        DatabaseUrl::Sqlite(path) => format!("sqlite://{}?mode=rwc", path.display()),
        DatabaseUrl::Postgres(url) => url.clone(),
    };
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

const CREDENTIALS: &str = "m20261127_000004_credentials";

/// Undoes a migration, and before it all that came after it.
async fn down_from(connection: &DatabaseConnection, migration: &str) -> Result<(), DbErr> {
    let all = Migrator::migrations();
    let index = all.iter().position(|known| known.name() == migration).unwrap();
    Migrator::down(connection, Some(u32::try_from(all.len() - index).unwrap())).await
}

/// A moment that is far away.
const END: Timestamp = Timestamp::from_micros(4_000_000_000_000_000);

/// Everything that the schema before the credentials has no place for, by the words of the refusal.
const TOO_MUCH: [&str; 5] = [
    "users with an end",
    "memberships with an end",
    "named keys",
    "accounts at sign-in providers",
    "deleted users or workspaces in the trash",
];

/// Writes one of them, about the user 1 and the workspace 1.
async fn write(unit: &dyn UnitOfWork, what: &str) {
    let ada = user(1, "ada");
    match what {
        "users with an end" => {
            unit.users().update(&User { active_until: Some(END), ..ada }).await.unwrap();
        }
        "memberships with an end" => {
            let temporary = Membership { active_until: Some(END), ..membership(1, 1, 1) };
            unit.memberships().insert(&temporary).await.unwrap();
        }
        "named keys" => {
            let key = NamedKey {
                id: KeyId::new(uuid::Uuid::from_u128(1)),
                user: ada.id,
                name: KeyName::verbatim("nightly".into()),
                lookup: KeyLookup([1; 32]),
                hint: "last".into(),
                scopes: [KeyScope::Read].into(),
                workspaces: None,
                expires_at: None,
                last_used_at: None,
                inserted_at: END,
            };
            unit.keys().insert(&key).await.unwrap();
        }
        "accounts at sign-in providers" => {
            let who = Subject::verbatim("https://accounts.example".into(), "1".into());
            let id = IdentityId::new(uuid::Uuid::from_u128(1));
            unit.identities().insert(&Identity { id, who, user: ada.id, inserted_at: END }).await.unwrap();
        }
        _ => {
            let entry = TrashEntry {
                id: TrashId::new(uuid::Uuid::from_u128(1)),
                what: Trashed::Workspace(workspace(2, "gone")),
                memberships: Vec::new(),
                deleted_by: None,
                inserted_at: END,
                expires_at: END,
            };
            unit.trash().insert_all(&[entry]).await.unwrap();
        }
    }
}

on_both! {
    async fn every_migration_can_be_undone_and_done_again(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let connection = connect(&database).await;
        Migrator::up(&connection, None).await.unwrap();
        Migrator::down(&connection, None).await.unwrap();
        Migrator::up(&connection, None).await.unwrap();
        connection.close().await.unwrap();

        let store = database.open().await;
        let unit = store.begin().await.unwrap();
        unit.users().insert(&user(1, "ada")).await.unwrap();
        unit.commit().await.unwrap();
        store.close().await.unwrap();
        // Opening again finds nothing to do and loses nothing.
        assert!(database.open().await.session().users().any().await.unwrap());
    }

    async fn users_of_the_schema_before_are_found_by_their_names(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let connection = connect(&database).await;
        Migrator::up(&connection, None).await.unwrap();
        connection.close().await.unwrap();
        let store = database.open().await;
        let unit = store.begin().await.unwrap();
        let one = |n: u16| {
            let mut one = user(1, &format!("Ünï-{n:03}"));
            one.id = UserId::new(uuid::Uuid::from_u128(u128::from(n)));
            one.api_key.lookup.0[..2].copy_from_slice(&n.to_be_bytes());
            one
        };
        let many: Vec<_> = (1..=750).map(one).collect();
        unit.users().insert_all(&many).await.unwrap();
        unit.commit().await.unwrap();
        store.close().await.unwrap();

        let connection = connect(&database).await;
        // The one that made them so, and the one on top of it.
        down_from(&connection, "m20261125_000003_lists").await.unwrap();
        Migrator::up(&connection, None).await.unwrap();
        connection.close().await.unwrap();
        let store = database.open().await;
        let filter = UserFilter { search: Some("ünï-75".into()), ..UserFilter::default() };
        let found = store.session().users().select(&filter, Order::default(), None, 10).await.unwrap();
        assert_eq!(found, many[749..], "in the second chunk as well");
    }

    async fn users_without_limits_survive_the_way_down_and_up(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let invited = User { origin: Origin::Invitation, ..user(4, "bob") };
        let people = [user(1, "ada"), user(2, "eve"), invited.clone()];
        assert!(people.iter().all(|user| user.active_until.is_none() && !user.must_change_password));
        add_users(&store, &people).await;
        add_workspaces(&store, &[workspace(1, "papers")]).await;
        let unit = store.begin().await.unwrap();
        unit.memberships().insert(&membership(1, 2, 5)).await.unwrap();
        unit.commit().await.unwrap();
        store.close().await.unwrap();

        let connection = connect(&database).await;
        down_from(&connection, CREDENTIALS).await.unwrap();
        Migrator::up(&connection, None).await.unwrap();
        connection.close().await.unwrap();
        let store = database.open().await;
        // The schema before knows nobody who was invited.
        let people = [people[0].clone(), people[1].clone(), User { origin: Origin::Created, ..invited }];
        assert_eq!(store.session().users().page(None, 9).await.unwrap(), people);
        let of_workspace = store.session().memberships().of_workspace(workspace(1, "").id).await.unwrap();
        assert_eq!(of_workspace, [membership(1, 2, 5)]);
    }

    async fn what_the_schema_before_cannot_hold_is_not_thrown_away(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        for what in TOO_MUCH {
            let store = database.open().await;
            add_users(&store, &[user(1, "ada")]).await;
            add_workspaces(&store, &[workspace(1, "papers")]).await;
            let unit = store.begin().await.unwrap();
            write(unit.as_ref(), what).await;
            unit.commit().await.unwrap();
            store.close().await.unwrap();

            let connection = connect(&database).await;
            let refusal = down_from(&connection, CREDENTIALS).await.unwrap_err().to_string();
            connection.close().await.unwrap();
            assert!(refusal.contains(&format!("there are {what}, which the schema before cannot hold")), "{refusal}");

            // Nothing was changed, and without it the way down is open.
            let store = database.open().await;
            let unit = store.begin().await.unwrap();
            assert!(unit.users().delete(user(1, "").id).await.unwrap(), "{what}");
            assert!(unit.workspaces().delete(workspace(1, "").id).await.unwrap(), "{what}");
            unit.trash().delete(TrashId::new(uuid::Uuid::from_u128(1))).await.unwrap();
            unit.commit().await.unwrap();
            store.close().await.unwrap();
        }
        let connection = connect(&database).await;
        down_from(&connection, CREDENTIALS).await.unwrap();
        connection.close().await.unwrap();
    }

    async fn servers_that_start_together_take_turns(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let opening = (0..8).map(|_| {
            let url = database.url().clone();
            tokio::spawn(async move { ochre_storage::SqlStore::open(&url, Connections::OnDemand).await.map(drop) })
        });
        for opened in opening.collect::<Vec<_>>() {
            opened.await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_says_why_without_a_password() {
    let url: DatabaseUrl = "postgres://ada:hunter22@127.0.0.1:1/none".parse().unwrap();
    let error = tokio::time::timeout(
        std::time::Duration::from_mins(1),
        ochre_storage::SqlStore::open(&url, Connections::OnDemand),
    );
    let error = error.await.unwrap().err().unwrap().to_string();
    assert!(error.starts_with("cannot connect to postgres://ada@127.0.0.1:1/none: "), "{error}");
    assert!(!error.contains("hunter22"));

    let url: DatabaseUrl = "sqlite:////no/such/directory/ochre.db".parse().unwrap();
    let error = ochre_storage::SqlStore::open(&url, Connections::OnDemand).await.err().unwrap().to_string();
    assert!(error.starts_with("cannot connect to sqlite:////no/such/directory/ochre.db: "), "{error}");
}
