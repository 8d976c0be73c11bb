//! The schema goes up, down and up again.

use ochre_domain::{
    model::UserId,
    ports::{Order, Store as _, UserFilter},
};
use ochre_migrations::Migrator;
use ochre_storage::DatabaseUrl;
use ochre_testkit::{TestDatabase, on_both};
use sea_orm_migration::{
    MigratorTrait as _,
    sea_orm::{ConnectOptions, Database, DatabaseConnection},
};

use crate::conformance::user;

async fn connect(database: &TestDatabase) -> DatabaseConnection {
    let url = match database.url() {
        DatabaseUrl::Sqlite(path) => format!("sqlite://{}?mode=rwc", path.display()),
        DatabaseUrl::Postgres(url) => url.clone(),
    };
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
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
        Migrator::down(&connection, Some(1)).await.unwrap();
        Migrator::up(&connection, None).await.unwrap();
        connection.close().await.unwrap();
        let store = database.open().await;
        let filter = UserFilter { search: Some("ünï-75".into()), ..UserFilter::default() };
        let found = store.session().users().select(&filter, Order::default(), None, 10).await.unwrap();
        assert_eq!(found, many[749..], "in the second chunk as well");
    }

    async fn servers_that_start_together_take_turns(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let opening = (0..8).map(|_| {
            let url = database.url().clone();
            tokio::spawn(async move { ochre_storage::SqlStore::open(&url).await.map(drop) })
        });
        for opened in opening.collect::<Vec<_>>() {
            opened.await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_says_why_without_a_password() {
    let url: DatabaseUrl = "postgres://ada:hunter22@127.0.0.1:1/none".parse().unwrap();
    let error = tokio::time::timeout(std::time::Duration::from_mins(1), ochre_storage::SqlStore::open(&url));
    let error = error.await.unwrap().err().unwrap().to_string();
    assert!(error.starts_with("cannot connect to postgres://ada@127.0.0.1:1/none: "), "{error}");
    assert!(!error.contains("hunter22"));

    let url: DatabaseUrl = "sqlite:////no/such/directory/ochre.db".parse().unwrap();
    let error = ochre_storage::SqlStore::open(&url).await.err().unwrap().to_string();
    assert!(error.starts_with("cannot connect to sqlite:////no/such/directory/ochre.db: "), "{error}");
}
