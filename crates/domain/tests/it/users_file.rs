//! Users files, and who writes beside them.

use std::sync::Arc;

use ochre_domain::{
    model::{AccountState, ApiKey, PasswordHash, Role},
    ports::BulkInsert,
    usecase::{FileUser, OnDifference, OtherWorkspaces, Place, UsersFile},
};

use crate::stage::{Repositories, Stage, id, user};

#[tokio::test]
async fn users_that_another_import_makes_between_two_reads_are_no_clash() {
    let known = user(2, Role::Annotator);
    let entry = FileUser {
        place: Place { entry: 1, line: 1 },
        username: known.username.clone(),
        full_name: None,
        email: None,
        api_key: ApiKey::verbatim("key".into()),
        password_hash: PasswordHash::verbatim("old hash".into()),
        role: Role::Annotator,
        workspaces: Vec::new(),
        others: OtherWorkspaces::Unsaid,
        state: AccountState::Active,
    };
    let write = |named: bool| {
        let mut write = Repositories::default();
        let (by_name, by_key) = (known.clone(), known.clone());
        write.users.expect_lock_owners().returning(|| Ok(vec![id(1)]));
        write.users.expect_lock_by_usernames().return_once(move |_| Ok(named.then_some(by_name).into_iter().collect()));
        write.users.expect_find_by_keys().return_once(move |_| Ok((!named).then_some(by_key).into_iter().collect()));
        write.users.expect_lock_many().returning(|_| Ok(Vec::new()));
        write.memberships.expect_of_users().returning(|_| Ok(Vec::new()));
        write.memberships.expect_insert_all().returning(|_| Ok(0));
        write.workspaces.expect_insert_all().returning(|_| Ok(BulkInsert::Inserted));
        write.workspaces.expect_keep_by_names().returning(|_| Ok(Vec::new()));
        write
    };
    let stage = Stage { writes: vec![write(false), write(true)], ..Stage::default() };
    let journal = Arc::clone(&stage.journal);
    let report = UsersFile::new(stage.adapters()).import(&[entry], OnDifference::Refuse, &|_, _| {}).await.unwrap();
    assert_eq!(report.clashes, []);
    assert_eq!(journal.lock().unwrap()[..2], ["begin", "begin"], "once more, with what is known by then");
}
