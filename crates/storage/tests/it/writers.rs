//! Many writers at once.

use std::sync::Arc;

use ochre_domain::{
    model::{FirstName, Role, User, UserId},
    ports::Store as _,
};
use ochre_testkit::{Engine, TestDatabase, on_both};

use crate::conformance::user;

on_both! {
    async fn no_writer_fails_or_loses_an_update(engine: Engine) {
        const WRITERS: usize = 20;
        const ROUNDS: usize = 10;
        let database = TestDatabase::new(engine).await;
        let store = Arc::new(database.open().await);
        let counter = User { first_name: FirstName::verbatim("0".into()), ..user(1, "counter") };
        let unit = store.begin().await.unwrap();
        unit.users().insert(&counter).await.unwrap();
        unit.commit().await.unwrap();

        let writers = (0..WRITERS).map(|_| {
            let (store, id) = (Arc::clone(&store), counter.id);
            tokio::spawn(async move {
                for _ in 0..ROUNDS {
                    let unit = store.begin().await.unwrap();
                    let counter = unit.users().lock(id).await.unwrap().unwrap();
                    let next = counter.first_name.as_str().parse::<u32>().unwrap() + 1;
                    let counter = User { first_name: FirstName::verbatim(next.to_string()), ..counter };
                    unit.users().update(&counter).await.unwrap();
                    unit.commit().await.unwrap();
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let counter = store.session().users().find(counter.id).await.unwrap().unwrap();
        assert_eq!(counter.first_name.as_str(), (WRITERS * ROUNDS).to_string());
    }

    async fn two_who_remove_each_other_leave_one(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = Arc::new(database.open().await);
        let owner = |n, name| User { role: Role::Owner, ..user(n, name) };
        for round in 0..20 {
            let unit = store.begin().await.unwrap();
            for user in [owner(1, "a"), owner(2, "b")] {
                unit.users().delete(user.id).await.unwrap();
                unit.users().insert(&user).await.unwrap();
            }
            unit.commit().await.unwrap();
            let demote = |id: UserId| {
                let store = Arc::clone(&store);
                tokio::spawn(async move {
                    let unit = store.begin().await.unwrap();
                    if unit.users().lock_owners().await.unwrap() == [id] {
                        return false;
                    }
                    let user = unit.users().lock(id).await.unwrap().unwrap();
                    unit.users().update(&User { role: Role::Admin, ..user }).await.unwrap();
                    unit.commit().await.unwrap();
                    true
                })
            };
            let (a, b) = (demote(owner(1, "a").id), demote(owner(2, "b").id));
            assert!(a.await.unwrap() ^ b.await.unwrap(), "round {round}");
        }
    }
}

#[tokio::test]
async fn a_writer_in_another_process_is_waited_for() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    // Two stores over one file are what two processes are: they share nothing but the file.
    let (ours, theirs) = (database.open().await, database.open().await);
    let held = theirs.begin().await.unwrap();
    held.users().insert(&user(1, "theirs")).await.unwrap();
    let waiting = tokio::spawn(async move {
        let unit = ours.begin().await.unwrap();
        let seen = unit.users().any().await.unwrap();
        unit.users().insert(&user(2, "ours")).await.unwrap();
        unit.commit().await.unwrap();
        seen
    });
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    held.commit().await.unwrap();
    assert!(waiting.await.unwrap(), "the second writer begins after the first has committed");
}
