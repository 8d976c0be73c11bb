//! Signing in.

use std::{sync::Arc, time::Duration};

use ochre_domain::{
    Error,
    model::{
        AccountState, Device, KeyLookup, LoginSession, LoginSessionId, Password, PasswordHash, Role, SessionKind,
        Timestamp, User,
    },
    usecase::{Access, LoginTerms},
};
use uuid::Uuid;

use crate::stage::{Repositories, Stage, id, user};

const HOUR: Duration = Duration::from_hours(1);

fn finding_by_name(found: Option<User>) -> Repositories {
    let mut read = Repositories::default();
    read.users.expect_find_by_username().return_once(|_| Ok(found));
    read
}

fn terms() -> LoginTerms {
    LoginTerms { lifetime: HOUR, kind: SessionKind::Token, device: Device::default() }
}

fn password() -> Password {
    Password::verbatim("typed".into())
}

#[tokio::test]
async fn an_unknown_name_costs_the_same_work_and_opens_no_transaction() {
    let mut read = finding_by_name(None);
    read.users.expect_find_by_folded_username().withf(|name| name == "nobody").return_once(|_| Ok(Vec::new()));
    let mut stage = Stage { reads: vec![read], ..Stage::default() };
    stage.hasher.expect_verify().withf(|_, hash| hash.is_none()).times(1).return_once(|_, _| Ok(false));
    let outcome = Access::new(stage.adapters()).sign_in("nobody", &password(), &terms()).await;
    assert!(matches!(outcome, Err(Error::Unauthenticated)));
}

#[tokio::test]
async fn a_name_that_no_database_can_hold_is_unknown() {
    // The database is not even asked: PostgreSQL would refuse the question.
    let mut stage = Stage::default();
    stage.hasher.expect_verify().withf(|_, hash| hash.is_none()).times(1).return_once(|_, _| Ok(false));
    let outcome = Access::new(stage.adapters()).sign_in("a\0b", &password(), &terms()).await;
    assert!(matches!(outcome, Err(Error::Unauthenticated)));
}

#[tokio::test]
async fn a_name_in_other_letter_case_means_the_only_one_who_has_it() {
    for (alike, found) in
        [(vec![user(2, Role::Annotator)], true), (vec![user(2, Role::Admin), user(3, Role::Admin)], false)]
    {
        let mut read = finding_by_name(None);
        read.users.expect_find_by_folded_username().withf(|name| name == "ada").return_once(|_| Ok(alike));
        let mut stage = Stage { reads: vec![read], ..Stage::default() };
        stage
            .hasher
            .expect_verify()
            .withf(move |_, hash| hash.is_some() == found)
            .times(1)
            .return_once(|_, _| Ok(false));
        let outcome = Access::new(stage.adapters()).sign_in("ADA", &password(), &terms()).await;
        assert!(matches!(outcome, Err(Error::Unauthenticated)));
    }
}

#[tokio::test]
async fn a_disabled_user_is_refused_after_the_same_work() {
    let disabled = User { state: AccountState::Disabled, ..user(2, Role::Annotator) };
    let mut stage = Stage { reads: vec![finding_by_name(Some(disabled.clone()))], ..Stage::default() };
    stage.hasher.expect_verify().withf(|_, hash| hash.is_some()).times(1).return_once(|_, _| Ok(true));
    let outcome = Access::new(stage.adapters()).sign_in("user-2", &password(), &terms()).await;
    assert!(matches!(outcome, Err(Error::Unauthenticated)));

    let mut read = Repositories::default();
    read.users.expect_find_by_key().return_once(|_| Ok(Some(disabled)));
    let access = Access::new(Stage { reads: vec![read], ..Stage::default() }.adapters());
    assert!(access.actor_by_key(&KeyLookup([0; 32])).await.unwrap().is_none());
}

#[tokio::test]
async fn a_hash_of_bcrypt_is_replaced_at_login_unless_it_ignored_a_part() {
    let old = PasswordHash::verbatim("$2b$12$old".into());
    for (typed, replaced) in [("x".repeat(72), true), ("x".repeat(73), false)] {
        let user = User { password_hash: old.clone(), ..user(2, Role::Annotator) };
        let locked = user.clone();
        let mut write = Repositories::default();
        write.users.expect_lock().return_once(|_| Ok(Some(locked)));
        write.login_sessions.expect_insert().return_once(|_| Ok(()));
        write.users.expect_replace_hash().times(usize::from(replaced)).returning(|_, _| Ok(()));
        let mut stage = Stage { reads: vec![finding_by_name(Some(user))], writes: vec![write], ..Stage::default() };
        stage.hasher.expect_verify().return_once(|_, _| Ok(true));
        stage.hasher.expect_hash().times(usize::from(replaced)).returning(|_| Ok(PasswordHash::verbatim("new".into())));
        Access::new(stage.adapters()).sign_in("user-2", &Password::verbatim(typed), &terms()).await.unwrap();
    }
}

#[tokio::test]
async fn a_password_that_was_changed_while_the_old_one_was_verified_signs_nobody_in() {
    let changed = User { password_hash: PasswordHash::verbatim("new hash".into()), ..user(2, Role::Annotator) };
    let mut write = Repositories::default();
    write.users.expect_lock().return_once(|_| Ok(Some(changed)));
    let reads = vec![finding_by_name(Some(user(2, Role::Annotator)))];
    let mut stage = Stage { reads, writes: vec![write], ..Stage::default() };
    let old = |hash: Option<&PasswordHash>| hash.is_some_and(|hash| hash.expose() == "old hash");
    stage.hasher.expect_verify().withf(move |_, hash| old(*hash)).times(1).return_once(|_, _| Ok(true));
    stage.hasher.expect_verify().withf(move |_, hash| !old(*hash)).times(1).return_once(|_, _| Ok(false));
    let journal = Arc::clone(&stage.journal);
    let outcome = Access::new(stage.adapters()).sign_in("user-2", &password(), &terms()).await;
    assert!(matches!(outcome, Err(Error::Unauthenticated)));
    assert_eq!(*journal.lock().unwrap(), ["begin"]);
}

#[tokio::test]
async fn a_hash_that_another_login_upgraded_meanwhile_is_verified_again() {
    let upgraded = User { password_hash: PasswordHash::verbatim("better hash".into()), ..user(2, Role::Annotator) };
    let (again, mut first, mut second) = (upgraded.clone(), Repositories::default(), Repositories::default());
    first.users.expect_lock().return_once(|_| Ok(Some(upgraded)));
    second.users.expect_lock().return_once(|_| Ok(Some(again)));
    second.login_sessions.expect_insert().times(1).return_once(|_| Ok(()));
    let reads = vec![finding_by_name(Some(user(2, Role::Annotator)))];
    let mut stage = Stage { reads, writes: vec![first, second], ..Stage::default() };
    stage.hasher.expect_verify().times(2).returning(|_, _| Ok(true));
    let journal = Arc::clone(&stage.journal);
    Access::new(stage.adapters()).sign_in("user-2", &password(), &terms()).await.unwrap();
    assert_eq!(*journal.lock().unwrap(), ["begin", "begin", "commit"]);
}

#[tokio::test]
async fn a_login_is_written_before_a_token_can_be_made_for_it() {
    let mut write = Repositories::default();
    write.users.expect_lock().return_once(|_| Ok(Some(user(2, Role::Annotator))));
    write.login_sessions.expect_insert().times(1).return_once(|_| Ok(()));
    let reads = vec![finding_by_name(Some(user(2, Role::Annotator)))];
    let mut stage = Stage { reads, writes: vec![write], ..Stage::default() };
    stage.hasher.expect_verify().return_once(|_, _| Ok(true));
    let journal = Arc::clone(&stage.journal);
    let login = Access::new(stage.adapters()).sign_in("user-2", &password(), &terms()).await.unwrap();
    assert_eq!(login.session.user, id(2));
    assert_eq!(login.session.expires_at, login.session.inserted_at.plus(HOUR));
    assert_eq!(*journal.lock().unwrap(), ["begin", "commit"]);
}

#[tokio::test]
async fn a_login_counts_for_its_user_until_its_end() {
    let session = LoginSessionId::new(Uuid::from_u128(9));
    let login = |end: i64| LoginSession {
        id: session,
        user: id(2),
        kind: SessionKind::Token,
        device: Device::default(),
        inserted_at: Timestamp::from_micros(1),
        expires_at: Timestamp::from_micros(end),
    };
    // The stage's clock begins at 1,000.
    for (found, asked, counts) in [
        (Some(login(1_001)), id(2), true),
        (Some(login(1_000)), id(2), false),
        (Some(login(9_999)), id(3), false),
        (None, id(2), false),
    ] {
        let mut read = Repositories::default();
        read.login_sessions.expect_find().return_once(move |_| Ok(found));
        if counts {
            read.users.expect_find().return_once(|_| Ok(Some(user(2, Role::Annotator))));
            read.memberships.expect_workspaces_of().return_once(|_| Ok(Vec::new()));
        }
        let access = Access::new(Stage { reads: vec![read], ..Stage::default() }.adapters());
        assert_eq!(access.actor_by_session(session, asked).await.unwrap().is_some(), counts);
    }
}
