//! Teams as files.

use std::sync::Arc;

use ochre_domain::{
    Error,
    error::EntryFault,
    model::{Role, Username, WorkspaceName},
    ports::BulkInsert,
    usecase::{DesiredTeam, DesiredUser, Expected, OnExisting, Prune, TeamFile},
};

use crate::stage::{Repositories, Stage, actor, id, user};

fn desired(name: &str) -> DesiredUser {
    DesiredUser::new(Username::try_new(name).unwrap())
}

fn team(users: Vec<DesiredUser>) -> DesiredTeam {
    DesiredTeam { workspaces: Vec::new(), users }
}

/// What is read before anything is compared: the only owner is the user 1.
fn knowing(users: Vec<ochre_domain::model::User>) -> Repositories {
    let mut write = Repositories::default();
    write.users.expect_lock_owners().returning(|| Ok(vec![id(1)]));
    write.users.expect_lock_by_usernames().return_once(|_| Ok(users));
    write.memberships.expect_of_users().returning(|_| Ok(Vec::new()));
    write.workspaces.expect_keep_by_names().returning(|_| Ok(Vec::new()));
    write.users.expect_find().returning(|_| Ok(Some(user(1, Role::Owner))));
    write
}

#[tokio::test]
async fn who_may_not_apply_a_team_causes_no_work() {
    // No unit of work is expected: it would fail the test.
    for role in [Role::Admin, Role::Annotator] {
        let file = TeamFile::new(Stage::default().adapters());
        let (caller, team) = (actor(role), team(vec![desired("ada")]));
        assert!(matches!(file.plan(&caller, &team, Prune::Users).await, Err(Error::Forbidden)));
        assert!(matches!(file.apply(&caller, &team, Prune::Users, &|_| true).await, Err(Error::Forbidden)));
        assert!(matches!(file.export(&caller).await, Err(Error::Forbidden)));
        let created = file.create_users(&caller, team.users, OnExisting::Skip).await;
        assert!(matches!(created, Err(Error::Forbidden)));
    }
}

#[tokio::test]
async fn a_plan_locks_nothing() {
    // No unit of work is expected: it would fail the test.
    let mut read = Repositories::default();
    read.users.expect_owners().returning(|| Ok(vec![id(1)]));
    read.users.expect_find_by_usernames().returning(|_| Ok(Vec::new()));
    read.memberships.expect_of_users().returning(|_| Ok(Vec::new()));
    read.workspaces.expect_find_by_names().returning(|_| Ok(Vec::new()));
    let stage = Stage { reads: vec![read], ..Stage::default() };
    let plan =
        TeamFile::new(stage.adapters()).plan(&actor(Role::Owner), &team(vec![desired("ada")]), Prune::Nothing).await;
    assert_eq!(plan.unwrap().changes(), 1);
}

#[tokio::test]
async fn who_lost_the_right_while_waiting_changes_nothing() {
    for now in [Some(user(1, Role::Admin)), None] {
        let mut write = Repositories::default();
        write.users.expect_lock_owners().returning(|| Ok(vec![id(2)]));
        write.users.expect_lock_by_usernames().returning(|_| Ok(Vec::new()));
        write.memberships.expect_of_users().returning(|_| Ok(Vec::new()));
        write.workspaces.expect_keep_by_names().returning(|_| Ok(Vec::new()));
        write.users.expect_find().return_once(|_| Ok(now));
        let stage = Stage { writes: vec![write], ..Stage::default() };
        let journal = Arc::clone(&stage.journal);
        let outcome = TeamFile::new(stage.adapters())
            .apply(&actor(Role::Owner), &team(vec![desired("evil")]), Prune::Nothing, &|_| true)
            .await;
        assert!(matches!(outcome, Err(Error::Forbidden | Error::Unauthenticated)));
        assert_eq!(*journal.lock().unwrap(), ["begin"]);
    }
}

#[tokio::test]
async fn a_team_that_is_as_it_should_be_is_not_written() {
    let stage = Stage { writes: vec![knowing(vec![user(2, Role::Annotator)])], ..Stage::default() };
    let journal = Arc::clone(&stage.journal);
    let same = DesiredUser { role: Some(Role::Annotator), ..desired("user-2") };
    let done = TeamFile::new(stage.adapters())
        .apply(&actor(Role::Owner), &team(vec![same]), Prune::Nothing, &|_| true)
        .await
        .unwrap();
    assert!(done.applied && done.entries.is_empty());
    assert_eq!(*journal.lock().unwrap(), ["begin"]);
}

#[tokio::test]
async fn a_team_without_an_owner_is_refused_before_anything_is_written() {
    let stage = Stage { writes: vec![knowing(vec![user(1, Role::Owner)])], ..Stage::default() };
    let journal = Arc::clone(&stage.journal);
    let steps_down = DesiredUser { role: Some(Role::Admin), ..desired("user-1") };
    let users = team(vec![desired("ada"), steps_down]);
    let outcome = TeamFile::new(stage.adapters()).apply(&actor(Role::Owner), &users, Prune::Nothing, &|_| true).await;
    assert!(matches!(outcome, Err(Error::LastOwner(owner)) if owner == id(1)));
    assert_eq!(*journal.lock().unwrap(), ["begin"]);
}

#[tokio::test]
async fn somebody_who_was_faster_is_waited_for_and_compared_again() {
    let mut first = knowing(Vec::new());
    first.users.expect_find_by_usernames().return_once(|_| Ok(vec![user(2, Role::Annotator)]));
    first.users.expect_insert_all().return_once(|_| Ok(BulkInsert::Taken));
    // The second time the user is there.
    let second = knowing(vec![user(2, Role::Annotator)]);
    let stage = Stage { writes: vec![first, second], ..Stage::default() };
    let journal = Arc::clone(&stage.journal);
    let done = TeamFile::new(stage.adapters())
        .apply(&actor(Role::Owner), &team(vec![desired("user-2")]), Prune::Nothing, &|_| true)
        .await;
    assert_eq!(done.unwrap().changes(), 0);
    assert_eq!(*journal.lock().unwrap(), ["begin", "begin"], "nothing of the first try is committed");
}

#[tokio::test]
async fn what_is_not_what_was_agreed_to_is_not_written() {
    let stage = Stage { writes: vec![knowing(Vec::new())], ..Stage::default() };
    let journal = Arc::clone(&stage.journal);
    let file = TeamFile::new(stage.adapters());
    let nothing: Expected<'_> = &|entries| entries.is_empty();
    let outcome = file.apply(&actor(Role::Owner), &team(vec![desired("ada")]), Prune::Nothing, nothing).await;
    assert!(matches!(outcome, Err(Error::PlanChanged)));
    assert_eq!(*journal.lock().unwrap(), ["begin"]);
}

#[tokio::test]
async fn all_entries_that_cannot_be_taken_are_told() {
    let stage = Stage { writes: vec![knowing(vec![user(2, Role::Annotator)])], ..Stage::default() };
    let nowhere = WorkspaceName::try_new("nowhere").unwrap();
    let lost = DesiredUser { workspaces: Some(vec![nowhere.clone()]), ..desired("ada") };
    let users = vec![lost, desired("user-2")];
    let outcome = TeamFile::new(stage.adapters()).create_users(&actor(Role::Owner), users, OnExisting::Refuse).await;
    let Err(Error::Entries(problems)) = outcome else { panic!("{outcome:?}") };
    let faults: Vec<_> = problems.into_iter().map(|problem| (problem.index, problem.fault)).collect();
    let taken = EntryFault::UsernameTaken(Username::try_new("user-2").unwrap());
    assert_eq!(faults, [(0, EntryFault::UnknownWorkspace(nowhere)), (1, taken)]);
}
