//! Users.

use std::sync::Arc;

use ochre_domain::{
    Error,
    model::{FirstName, Password, PasswordHash, Role, Username, WorkspaceName},
    ports::{GateError, StorageError, UserInsert, UserUpdate},
    usecase::{Accounts, NewUser, UserChanges},
};

use crate::stage::{Repositories, Stage, actor, id, user};

fn new_user() -> NewUser {
    NewUser {
        id: None,
        first_name: FirstName::try_new("Ada").unwrap(),
        last_name: None,
        username: Username::try_new("ada").unwrap(),
        role: Role::Annotator,
        password: Password::try_new("12345678").unwrap(),
        must_change_password: false,
        active_until: None,
        workspaces: Vec::new(),
    }
}

fn finding(found: Option<ochre_domain::model::User>) -> Repositories {
    let mut read = Repositories::default();
    read.users.expect_find().return_once(|_| Ok(found));
    read
}

#[tokio::test]
async fn who_may_not_create_users_causes_no_work() {
    // No read, no write and no hash is expected: each would fail the test.
    for role in [Role::Admin, Role::Annotator] {
        let accounts = Accounts::new(Stage::default().adapters());
        assert!(matches!(accounts.create(&actor(role), new_user()).await, Err(Error::Forbidden)));
    }
}

#[tokio::test]
async fn a_taken_name_is_refused_before_the_costly_hash() {
    let mut read = Repositories::default();
    read.users.expect_find_by_username().return_once(|_| Ok(Some(user(2, Role::Annotator))));
    let accounts = Accounts::new(Stage { reads: vec![read], ..Stage::default() }.adapters());
    assert!(matches!(accounts.create(&actor(Role::Owner), new_user()).await, Err(Error::UsernameTaken(_))));
}

#[tokio::test]
async fn a_password_is_hashed_before_the_transaction_begins() {
    let mut stage = Stage::default();
    let mut read = Repositories::default();
    read.users.expect_find_by_username().return_once(|_| Ok(None));
    let mut write = Repositories::acted_in_by(Role::Owner);
    write.users.expect_insert().return_once(|_| Ok(UserInsert::Inserted));
    (stage.reads, stage.writes) = (vec![read], vec![write]);
    let journal = Arc::clone(&stage.journal);
    let hashing = Arc::clone(&journal);
    stage.hasher.expect_hash().return_once(move |_| {
        hashing.lock().unwrap().push("hash");
        Ok(PasswordHash::verbatim("hash".into()))
    });
    let view = Accounts::new(stage.adapters()).create(&actor(Role::Owner), new_user()).await.unwrap();
    assert_eq!(view.user.inserted_at, view.user.updated_at);
    assert_eq!(*journal.lock().unwrap(), ["hash", "begin", "commit"]);
}

#[tokio::test]
async fn a_full_gate_and_a_lost_race_write_nothing() {
    for (hash, insert) in
        [(Err(GateError::Full), None), (Ok(()), Some(UserInsert::UsernameTaken)), (Ok(()), Some(UserInsert::IdTaken))]
    {
        let mut stage = Stage::default();
        let mut read = Repositories::default();
        read.users.expect_find_by_username().return_once(|_| Ok(None));
        stage.reads.push(read);
        if let Some(outcome) = insert {
            let mut write = Repositories::acted_in_by(Role::Owner);
            write.users.expect_insert().return_once(move |_| Ok(outcome));
            stage.writes.push(write);
        }
        let hash = hash.map(|()| PasswordHash::verbatim("hash".into()));
        stage.hasher.expect_hash().return_once(|_| hash);
        let journal = Arc::clone(&stage.journal);
        let outcome = Accounts::new(stage.adapters()).create(&actor(Role::Owner), new_user()).await;
        assert!(outcome.is_err());
        assert!(!journal.lock().unwrap().contains(&"commit"));
    }
}

#[tokio::test]
async fn a_new_user_of_a_workspace_that_does_not_exist_is_not_written() {
    let mut stage = Stage::default();
    let mut read = Repositories::default();
    read.users.expect_find_by_username().return_once(|_| Ok(None));
    let mut write = Repositories::acted_in_by(Role::Owner);
    write.users.expect_insert().return_once(|_| Ok(UserInsert::Inserted));
    write.workspaces.expect_keep_by_names().return_once(|_| Ok(Vec::new()));
    (stage.reads, stage.writes) = (vec![read], vec![write]);
    stage.hasher.expect_hash().return_once(|_| Ok(PasswordHash::verbatim("hash".into())));
    let journal = Arc::clone(&stage.journal);
    let new = NewUser { workspaces: vec![WorkspaceName::verbatim("nowhere".into())], ..new_user() };
    let outcome = Accounts::new(stage.adapters()).create(&actor(Role::Owner), new).await;
    assert!(matches!(outcome, Err(Error::UnknownWorkspace(name)) if name.as_str() == "nowhere"));
    assert_eq!(*journal.lock().unwrap(), ["begin"]);
}

#[tokio::test]
async fn absence_comes_before_permission_when_a_user_is_changed_or_deleted() {
    let accounts = |found| Accounts::new(Stage { reads: vec![finding(found)], ..Stage::default() }.adapters());
    let (nobody, somebody) = (None, Some(user(2, Role::Annotator)));
    let annotator = actor(Role::Annotator);
    let update =
        |accounts: Accounts, actor| async move { accounts.update(&actor, id(2), UserChanges::default()).await };
    assert!(matches!(update(accounts(nobody.clone()), annotator.clone()).await, Err(Error::UserNotFound(_))));
    assert!(matches!(update(accounts(somebody.clone()), annotator.clone()).await, Err(Error::Forbidden)));
    assert!(matches!(accounts(nobody).delete(&annotator, id(2)).await, Err(Error::UserNotFound(_))));
    assert!(matches!(accounts(somebody).delete(&annotator, id(2)).await, Err(Error::Forbidden)));
}

#[tokio::test]
async fn permission_comes_before_absence_when_a_user_is_read() {
    let accounts = Accounts::new(Stage::default().adapters());
    assert!(matches!(accounts.get(&actor(Role::Admin), id(2)).await, Err(Error::Forbidden)));
    assert!(matches!(accounts.workspaces(&actor(Role::Admin), id(2)).await, Err(Error::Forbidden)));
    assert!(matches!(accounts.list(&actor(Role::Admin)), Err(Error::Forbidden)));
}

#[tokio::test]
async fn the_last_owner_is_neither_demoted_nor_deleted() {
    let stage = || {
        let mut write = Repositories::acted_in_by(Role::Owner);
        write.users.expect_lock_owners().return_once(|| Ok(vec![id(1)]));
        Stage { reads: vec![finding(Some(user(1, Role::Owner)))], writes: vec![write], ..Stage::default() }
    };
    let demotion = UserChanges { role: Some(Role::Admin), ..UserChanges::default() };
    let (one, two) = (stage(), stage());
    let journals = [Arc::clone(&one.journal), Arc::clone(&two.journal)];
    let owner = actor(Role::Owner);
    assert!(matches!(Accounts::new(one.adapters()).update(&owner, id(1), demotion).await, Err(Error::LastOwner(_))));
    assert!(matches!(Accounts::new(two.adapters()).delete(&owner, id(1)).await, Err(Error::LastOwner(_))));
    for journal in journals {
        assert_eq!(*journal.lock().unwrap(), ["begin"], "begun, and never committed");
    }
}

#[tokio::test]
async fn what_changes_nothing_writes_nothing() {
    let mut write = Repositories::acted_in_by(Role::Owner);
    write.users.expect_lock().return_once(|_| Ok(Some(user(2, Role::Annotator))));
    let reads = vec![finding(Some(user(2, Role::Annotator)))];
    let stage = Stage { reads, writes: vec![write], ..Stage::default() };
    let same = UserChanges { first_name: Some(FirstName::try_new(" F ").unwrap()), ..UserChanges::default() };
    let view = Accounts::new(stage.adapters()).update(&actor(Role::Owner), id(2), same).await.unwrap();
    assert_eq!(view.user, user(2, Role::Annotator));
}

#[tokio::test]
async fn nobody_undoes_what_they_have_not_seen() {
    let mut write = Repositories::acted_in_by(Role::Owner);
    write.users.expect_lock().return_once(|_| Ok(Some(user(2, Role::Annotator))));
    let reads = vec![finding(Some(user(2, Role::Annotator)))];
    let stage = Stage { reads, writes: vec![write], ..Stage::default() };
    let journal = Arc::clone(&stage.journal);
    let seen = user(2, Role::Annotator).updated_at.plus(std::time::Duration::from_micros(1));
    let name = Some(FirstName::try_new("Ada").unwrap());
    let change = UserChanges { first_name: name, known_at: Some(seen), ..UserChanges::default() };
    let outcome = Accounts::new(stage.adapters()).update(&actor(Role::Owner), id(2), change).await;
    assert!(matches!(outcome, Err(Error::UserChanged(changed)) if changed == id(2)));
    assert_eq!(*journal.lock().unwrap(), ["begin"], "begun, and never committed");
}

#[tokio::test]
async fn a_new_password_ends_all_logins_in_the_same_transaction() {
    let mut stage = Stage::default();
    let mut write = Repositories::acted_in_by(Role::Owner);
    write.users.expect_lock().return_once(|_| Ok(Some(user(2, Role::Annotator))));
    write
        .users
        .expect_update()
        .withf(|user| user.updated_at > user.inserted_at)
        .return_once(|_| Ok(UserUpdate::Updated));
    write.links.expect_delete_unused_of_user().times(1).return_once(|_| Ok(0));
    write.login_sessions.expect_delete_of_user().times(1).return_once(|_| Ok(3));
    (stage.reads, stage.writes) = (vec![finding(Some(user(2, Role::Annotator)))], vec![write]);
    stage.hasher.expect_hash().return_once(|_| Ok(PasswordHash::verbatim("new hash".into())));
    let journal = Arc::clone(&stage.journal);
    let change = UserChanges { password: Some(Password::try_new("12345678").unwrap()), ..UserChanges::default() };
    Accounts::new(stage.adapters()).update(&actor(Role::Owner), id(2), change).await.unwrap();
    assert_eq!(*journal.lock().unwrap(), ["begin", "commit"]);
}

#[tokio::test]
async fn a_broken_database_is_an_error_and_no_absence() {
    let mut read = Repositories::default();
    read.users.expect_find().return_once(|_| Err(StorageError::Failed("disk".into())));
    let accounts = Accounts::new(Stage { reads: vec![read], ..Stage::default() }.adapters());
    assert!(matches!(accounts.get(&actor(Role::Owner), id(2)).await, Err(Error::Storage(_))));
}
