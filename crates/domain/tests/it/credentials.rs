//! Passwords, keys, links, accounts at providers and the trash.

use std::{sync::Arc, time::Duration};

use ochre_domain::{
    Error,
    model::{
        AccountState, ApiKey, Device, FirstName, Identity, IdentityId, KeyId, KeyLookup, KeyName, KeyScope, Link,
        LinkId, LinkPurpose, LinkToken, LoginSessionId, MAX_NAMED_KEYS, NamedKey, Password, PasswordHash, Role,
        SessionKind, Subject, Timestamp, TrashEntry, TrashId, Trashed, User, Username, Workspace, WorkspaceId,
        WorkspaceName,
    },
    policy::{Actor, Grant, Means},
    ports::{IdentityInsert, KeyInsert, MockKeyVault, UserInsert, UserUpdate, WorkspaceInsert},
    usecase::{
        self, Accounts, Adapters, Claimed, Identities, Keys, Links, LoginTerms, NewKey, Newcomer, ProviderGrant,
        Redeemed, Trash, UserChanges,
    },
};
use uuid::Uuid;

use crate::stage::{Journal, Repositories, Stage, actor, id, user};

/// Adapters whose vault makes and finds keys and links as well.
fn with_vault(stage: Stage) -> Adapters {
    let mut vault = MockKeyVault::new();
    vault.expect_store().returning(|_, _| user(9, Role::Annotator).api_key);
    vault.expect_new_named_key().returning(|| ApiKey::verbatim("a-named-key".into()));
    vault.expect_new_link_token().returning(|| LinkToken::verbatim("a-token".into()));
    vault.expect_lookup().returning(|_| KeyLookup([7; 32]));
    Adapters { vault: Arc::new(vault), ..stage.adapters() }
}

/// Somebody who signs calls by a named key that may manage.
fn by_named_key(role: Role) -> Actor {
    let key = KeyId::new(Uuid::from_u128(5));
    actor(role).by(Means::Named(Grant { key, scopes: [KeyScope::Manage].into(), workspaces: None }))
}

/// Who has to set another password before anything else.
fn with_a_first_password(role: Role) -> Actor {
    Actor::new(User { must_change_password: true, ..user(1, role) }, [])
}

fn password(text: &str) -> Password {
    Password::verbatim(text.into())
}

fn steps(journal: &Journal) -> Vec<&'static str> {
    journal.lock().unwrap().clone()
}

/// Expects one password to be checked, and says whether it is the right one.
fn expect_verify(stage: &mut Stage, genuine: bool) {
    let journal = Arc::clone(&stage.journal);
    stage.hasher.expect_verify().times(1).return_once(move |_, _| {
        journal.lock().unwrap().push("verify");
        Ok(genuine)
    });
}

/// Expects one password to be hashed.
fn expect_hash(stage: &mut Stage) {
    let journal = Arc::clone(&stage.journal);
    stage.hasher.expect_hash().times(1).return_once(move |_| {
        journal.lock().unwrap().push("hash");
        Ok(PasswordHash::verbatim("new hash".into()))
    });
}

fn finding(found: User) -> Repositories {
    let mut read = Repositories::default();
    read.users.expect_find().return_once(|_| Ok(Some(found)));
    read
}

fn locking(found: User) -> Repositories {
    let mut write = Repositories::default();
    write.users.expect_lock().return_once(|_| Ok(Some(found)));
    write
}

fn acted_in_by_locking(role: Role, found: User) -> Repositories {
    let mut write = Repositories::acted_in_by(role);
    write.users.expect_lock().return_once(|_| Ok(Some(found)));
    write
}

#[tokio::test]
async fn a_password_that_can_be_refused_without_looking_costs_no_look() {
    // Neither a read nor a hash is expected: each would fail the test.
    for (actor, current, new, expected) in [
        (by_named_key(Role::Owner), "current", "new", "operation not allowed"),
        (actor(Role::Annotator), "current", "USER-1", "the password is the user name"),
        (actor(Role::Annotator), "current", "current", "the new password is the old one"),
    ] {
        let accounts = Accounts::new(Stage::default().adapters());
        let outcome = accounts.change_password(&actor, &password(current), &password(new)).await;
        assert_eq!(outcome.unwrap_err().to_string(), expected);
    }
}

#[tokio::test]
async fn a_wrong_current_password_leads_to_no_hash_and_no_transaction() {
    let mut stage = Stage { reads: vec![finding(user(1, Role::Annotator))], ..Stage::default() };
    expect_verify(&mut stage, false);
    let journal = Arc::clone(&stage.journal);
    let accounts = Accounts::new(stage.adapters());
    let outcome = accounts.change_password(&actor(Role::Annotator), &password("wrong"), &password("new")).await;
    assert!(matches!(outcome, Err(Error::WrongPassword)));
    assert_eq!(steps(&journal), ["verify"]);
}

#[tokio::test]
async fn both_passwords_are_dealt_with_before_the_transaction_which_ends_what_the_old_one_opened() {
    let session = LoginSessionId::new(Uuid::from_u128(3));
    // Also who must set another password first can do this.
    let people = [
        actor(Role::Annotator).by(Means::Session(session)),
        actor(Role::Annotator),
        with_a_first_password(Role::Annotator),
    ];
    for actor in people {
        let is_login = matches!(actor.means(), Means::Session(_));
        let mut write = locking(actor.user.clone());
        write
            .users
            .expect_update()
            .withf(|user| user.password_hash.expose() == "new hash" && !user.must_change_password)
            .times(1)
            .return_once(|_| Ok(UserUpdate::Updated));
        if is_login {
            let kept =
                write.login_sessions.expect_delete_others().withf(move |user, kept| *user == id(1) && *kept == session);
            kept.times(1).return_once(|_, _| Ok(2));
        } else {
            write.login_sessions.expect_delete_of_user().times(1).return_once(|_| Ok(3));
        }
        write.links.expect_delete_unused_of_user().times(1).return_once(|_| Ok(1));
        let mut stage = Stage { reads: vec![finding(actor.user.clone())], writes: vec![write], ..Stage::default() };
        expect_verify(&mut stage, true);
        expect_hash(&mut stage);
        let journal = Arc::clone(&stage.journal);
        let accounts = Accounts::new(stage.adapters());
        accounts.change_password(&actor, &password("current"), &password("new")).await.unwrap();
        assert_eq!(steps(&journal), ["verify", "hash", "begin", "commit"]);
    }
}

#[tokio::test]
async fn a_password_that_somebody_else_changed_meanwhile_stays_theirs() {
    let changed = User { password_hash: PasswordHash::verbatim("of another".into()), ..user(1, Role::Annotator) };
    let disabled = User { state: AccountState::Disabled, ..user(1, Role::Annotator) };
    for (meanwhile, expected) in
        [(changed, "the current password is wrong"), (disabled, "could not validate credentials")]
    {
        let reads = vec![finding(user(1, Role::Annotator))];
        let mut stage = Stage { reads, writes: vec![locking(meanwhile)], ..Stage::default() };
        expect_verify(&mut stage, true);
        expect_hash(&mut stage);
        let journal = Arc::clone(&stage.journal);
        let accounts = Accounts::new(stage.adapters());
        let outcome = accounts.change_password(&actor(Role::Annotator), &password("current"), &password("new")).await;
        assert_eq!(outcome.unwrap_err().to_string(), expected);
        assert_eq!(steps(&journal), ["verify", "hash", "begin"]);
    }
}

#[tokio::test]
async fn a_named_key_that_manages_users_gives_no_roles_and_sets_no_passwords() {
    let role = UserChanges { role: Some(Role::Owner), ..UserChanges::default() };
    let demotion = UserChanges { role: Some(Role::Annotator), ..UserChanges::default() };
    let secret = UserChanges { password: Some(password("another")), ..UserChanges::default() };
    let demand = UserChanges { must_change_password: Some(true), ..UserChanges::default() };
    for changes in [role, demotion, secret, demand] {
        let stage = Stage { reads: vec![finding(user(2, Role::Admin))], ..Stage::default() };
        let journal = Arc::clone(&stage.journal);
        let outcome = Accounts::new(stage.adapters()).update(&by_named_key(Role::Owner), id(2), changes).await;
        assert!(matches!(outcome, Err(Error::Forbidden)));
        assert_eq!(steps(&journal), [] as [&str; 0]);
    }
    let mut write = acted_in_by_locking(Role::Owner, user(2, Role::Admin));
    write.users.expect_update().times(1).return_once(|_| Ok(UserUpdate::Updated));
    let stage = Stage { reads: vec![finding(user(2, Role::Admin))], writes: vec![write], ..Stage::default() };
    let name = FirstName::verbatim("Ada".into());
    let names = UserChanges { first_name: Some(name.clone()), ..UserChanges::default() };
    let view = Accounts::new(stage.adapters()).update(&by_named_key(Role::Owner), id(2), names).await.unwrap();
    assert_eq!(view.user.first_name, name);
    assert!(view.api_key.is_none(), "nor does it see keys");
}

fn new_key() -> NewKey {
    let name = KeyName::verbatim("nightly".into());
    NewKey { name, scopes: [KeyScope::Read].into(), workspaces: None, expires_at: None }
}

fn existing(n: u128) -> NamedKey {
    NamedKey {
        id: KeyId::new(Uuid::from_u128(n)),
        user: id(1),
        name: KeyName::verbatim(format!("key-{n}")),
        lookup: KeyLookup([1; 32]),
        hint: "last".into(),
        scopes: [KeyScope::Read].into(),
        workspaces: None,
        expires_at: None,
        last_used_at: None,
        inserted_at: Timestamp::from_micros(1),
    }
}

#[tokio::test]
async fn a_key_that_can_be_refused_without_looking_costs_no_look() {
    // The stage's clock begins at 1,000.
    let past = NewKey { expires_at: Some(Timestamp::from_micros(1_000)), ..new_key() };
    let limited = NewKey { workspaces: Some(vec!["papers".into()]), ..new_key() };
    for (actor, new, expected) in [
        (by_named_key(Role::Owner), limited.clone(), "operation not allowed"),
        (with_a_first_password(Role::Owner), limited, "the password must be changed first"),
        (actor(Role::Annotator), past, "expires_at is in the past"),
    ] {
        let stage = Stage::default();
        let journal = Arc::clone(&stage.journal);
        let outcome = Keys::new(with_vault(stage)).create(&actor, new).await;
        assert_eq!(outcome.unwrap_err().to_string(), expected);
        assert_eq!(steps(&journal), [] as [&str; 0]);
    }
}

#[tokio::test]
async fn a_key_cannot_be_limited_to_a_workspace_that_its_user_does_not_reach() {
    let team = Workspace {
        id: WorkspaceId::new(Uuid::from_u128(4)),
        name: WorkspaceName::verbatim("papers".into()),
        inserted_at: Timestamp::from_micros(1),
        updated_at: Timestamp::from_micros(1),
    };
    let mut read = Repositories::default();
    read.workspaces.expect_find_by_name().return_once(|_| Ok(Some(team)));
    let stage = Stage { reads: vec![read], ..Stage::default() };
    let journal = Arc::clone(&stage.journal);
    let new = NewKey { workspaces: Some(vec!["papers".into()]), ..new_key() };
    let outcome = Keys::new(with_vault(stage)).create(&actor(Role::Annotator), new).await;
    // As if there were none: who may not see it does not learn that it exists.
    assert!(matches!(outcome, Err(Error::UnknownWorkspace(name)) if name.as_str() == "papers"));
    assert_eq!(steps(&journal), [] as [&str; 0]);
}

#[tokio::test]
async fn a_key_too_many_and_a_taken_name_write_nothing() {
    let most: Vec<_> = (0..MAX_NAMED_KEYS as u128).map(existing).collect();
    for (there, expected) in [(most, "too many keys"), (vec![existing(1)], "the key name \"nightly\" is taken")] {
        let mut write = acted_in_by_locking(Role::Annotator, user(1, Role::Annotator));
        let tries = usize::from(there.len() < MAX_NAMED_KEYS);
        write.keys.expect_of_user().return_once(|_| Ok(there));
        write.keys.expect_insert().times(tries).returning(|_| Ok(KeyInsert::NameTaken));
        let stage = Stage { writes: vec![write], ..Stage::default() };
        let journal = Arc::clone(&stage.journal);
        let outcome = Keys::new(with_vault(stage)).create(&actor(Role::Annotator), new_key()).await;
        assert_eq!(outcome.unwrap_err().to_string(), expected);
        assert_eq!(steps(&journal), ["begin"]);
    }
}

#[tokio::test]
async fn a_new_key_is_stored_without_itself() {
    let mut write = acted_in_by_locking(Role::Annotator, user(1, Role::Annotator));
    write.keys.expect_of_user().return_once(|_| Ok(Vec::new()));
    write
        .keys
        .expect_insert()
        .withf(|key| key.hint == "-key" && key.lookup == KeyLookup([7; 32]))
        .times(1)
        .return_once(|_| Ok(KeyInsert::Inserted));
    let mut read = Repositories::default();
    read.workspaces.expect_names().return_once(|_| Ok(Vec::new()));
    let stage = Stage { reads: vec![read], writes: vec![write], ..Stage::default() };
    let journal = Arc::clone(&stage.journal);
    let (view, secret) = Keys::new(with_vault(stage)).create(&actor(Role::Annotator), new_key()).await.unwrap();
    assert_eq!((view.key.user, secret.expose()), (id(1), "a-named-key"));
    assert_eq!(steps(&journal), ["begin", "commit"]);
}

#[tokio::test]
async fn a_replaced_key_is_retired_in_the_same_transaction_and_for_no_longer_than_allowed() {
    for (overlap, lasts) in [(Duration::ZERO, 0), (Duration::from_secs(1), 1), (Duration::MAX, 7 * 24 * 3600)] {
        let mut write = Repositories::acted_in_by(Role::Annotator);
        write.users.expect_lock().return_once(|_| Ok(Some(user(1, Role::Annotator))));
        // The stage's clock begins at 1,000, and is read once before, for what the actor may.
        let end = Timestamp::from_micros(1_001).plus(Duration::from_secs(lasts));
        let old = user(1, Role::Annotator).api_key.lookup;
        let retired =
            write.keys.expect_retire().withf(move |user, key, until| *user == id(1) && *key == old && *until == end);
        retired.times(1).return_once(|_, _, _| Ok(()));
        write.users.expect_update().times(1).return_once(|_| Ok(UserUpdate::Updated));
        let stage = Stage { writes: vec![write], ..Stage::default() };
        let journal = Arc::clone(&stage.journal);
        let keys = Keys::new(stage.adapters());
        assert_eq!(keys.rotate(&actor(Role::Annotator), id(1), overlap).await.unwrap().1, end);
        assert_eq!(steps(&journal), ["begin", "commit"]);
    }
    let named = Keys::new(Stage::default().adapters());
    let outcome = named.rotate(&by_named_key(Role::Owner), id(1), Duration::ZERO).await;
    assert!(matches!(outcome, Err(Error::Forbidden)));
}

/// A link that the owner 1 made.
fn link(purpose: LinkPurpose) -> Link {
    Link {
        id: LinkId::new(Uuid::from_u128(8)),
        token: KeyLookup([7; 32]),
        purpose,
        max_uses: 1,
        uses: 0,
        created_by: Some(id(1)),
        inserted_at: Timestamp::from_micros(1),
        expires_at: Timestamp::from_micros(1_000_000),
    }
}

fn invitation() -> Link {
    link(LinkPurpose::Invitation { role: Role::Annotator, workspaces: Vec::new() })
}

fn reset() -> Link {
    link(LinkPurpose::Reset(id(2)))
}

fn used(link: Link) -> Link {
    Link { uses: link.max_uses, ..link }
}

/// Made by somebody who could not make it now: everybody but the user 1 is an annotator.
fn unbacked(link: Link) -> Link {
    Link { created_by: Some(id(3)), ..link }
}

fn newcomer() -> Newcomer {
    Newcomer { username: Username::verbatim("ada".into()), first_name: None, last_name: None }
}

fn with_everybody(mut repositories: Repositories) -> Repositories {
    repositories.users.expect_find().returning(|wanted| {
        let role = if wanted == id(1) { Role::Owner } else { Role::Annotator };
        Ok(Some(user(wanted.uuid().as_u128(), role)))
    });
    repositories
}

/// A read in which somebody looks at a link.
fn looking_at(found: Option<Link>) -> Repositories {
    told_of(with_everybody(Repositories::default()), found)
}

fn told_of(mut read: Repositories, found: Option<Link>) -> Repositories {
    read.links.expect_find().times(1).return_once(|_| Ok(found));
    read.links.expect_uses().returning(|_| Ok(Vec::new()));
    read.users.expect_names().returning(|_| Ok(vec![(id(2), user(2, Role::Annotator).username)]));
    read.workspaces.expect_names().returning(|_| Ok(Vec::new()));
    read
}

fn nobody_of_this_name() -> Repositories {
    let mut read = Repositories::default();
    read.users.expect_find_by_folded_username().return_once(|_| Ok(Vec::new()));
    read
}

/// A write in which the link is locked, which is noted.
fn relocking(stage: &Stage, found: Option<Link>, repositories: Repositories) -> Repositories {
    let mut write = with_everybody(repositories);
    let journal = Arc::clone(&stage.journal);
    write.links.expect_lock().withf(|token| *token == KeyLookup([7; 32])).times(1).return_once(move |_| {
        journal.lock().unwrap().push("lock link");
        Ok(found)
    });
    write
}

#[tokio::test]
async fn a_dead_link_costs_no_hash() {
    // The stage's clock begins at 1,000.
    let over = Link { expires_at: Timestamp::from_micros(1_000), ..reset() };
    for found in [None, Some(used(invitation())), Some(used(reset())), Some(over), Some(unbacked(invitation()))] {
        let stage = Stage { reads: vec![looking_at(found)], ..Stage::default() };
        let outcome = Links::new(with_vault(stage)).redeem("token", Some(newcomer()), &password("chosen")).await;
        assert!(matches!(outcome, Err(Error::DeadLink)));
    }
}

#[tokio::test]
async fn a_link_for_somebody_who_cannot_sign_in_is_dead() {
    let disabled = User { state: AccountState::Disabled, ..user(2, Role::Annotator) };
    let over = User { active_until: Some(Timestamp::from_micros(1_000)), ..user(2, Role::Annotator) };
    for locked_out in [disabled, over] {
        let mut read = Repositories::default();
        read.users.expect_find().returning(move |_| Ok(Some(locked_out.clone())));
        let read = told_of(read, Some(Link { created_by: None, ..reset() }));
        let stage = Stage { reads: vec![read], ..Stage::default() };
        let outcome = Links::new(with_vault(stage)).redeem("token", None, &password("chosen")).await;
        assert!(matches!(outcome, Err(Error::DeadLink)));
    }
}

#[tokio::test]
async fn an_invitation_for_a_taken_name_costs_no_hash() {
    let mut taken = Repositories::default();
    // In any letter case: both would be signed in by the same name.
    let another = User { username: Username::verbatim("aDA".into()), ..user(4, Role::Annotator) };
    taken.users.expect_find_by_folded_username().withf(|name| name == "ada").return_once(|_| Ok(vec![another]));
    let stage = Stage { reads: vec![looking_at(Some(invitation())), taken], ..Stage::default() };
    let journal = Arc::clone(&stage.journal);
    let outcome = Links::new(with_vault(stage)).redeem("token", Some(newcomer()), &password("chosen")).await;
    assert!(matches!(outcome, Err(Error::UsernameTaken(_))));
    assert_eq!(steps(&journal), [] as [&str; 0]);
}

#[tokio::test]
async fn the_own_name_as_a_password_costs_no_hash() {
    for (link, name) in [(invitation(), "ADA"), (reset(), "User-2")] {
        let stage = Stage { reads: vec![looking_at(Some(link))], ..Stage::default() };
        let outcome = Links::new(with_vault(stage)).redeem("token", Some(newcomer()), &password(name)).await;
        assert!(matches!(outcome, Err(Error::PasswordIsName)));
    }
}

#[tokio::test]
async fn an_invitation_is_locked_before_it_is_used() {
    let mut write = Repositories::default();
    write.users.expect_find_by_folded_username().times(1).return_once(|_| Ok(Vec::new()));
    write.users.expect_insert().times(1).return_once(|_| Ok(UserInsert::Inserted));
    write.workspaces.expect_keep_many().return_once(|_| Ok(Vec::new()));
    write.links.expect_note_use().times(1).return_once(|_| Ok(()));
    let mut stage = Stage::default();
    expect_hash(&mut stage);
    stage.reads = vec![looking_at(Some(invitation())), nobody_of_this_name()];
    stage.writes = vec![relocking(&stage, Some(invitation()), write)];
    let journal = Arc::clone(&stage.journal);
    let links = Links::new(with_vault(stage));
    let Redeemed::Joined(view) = links.redeem("token", Some(newcomer()), &password("chosen")).await.unwrap() else {
        panic!("nobody joined")
    };
    assert_eq!((view.user.username.as_str(), view.user.role), ("ada", Role::Annotator));
    assert!(view.api_key.is_some(), "it is shown this once");
    assert_eq!(steps(&journal), ["hash", "begin", "lock link", "commit"]);
}

#[tokio::test]
async fn an_invitation_that_died_meanwhile_lets_nobody_in() {
    for found in [None, Some(used(invitation())), Some(unbacked(invitation()))] {
        let mut stage = Stage::default();
        expect_hash(&mut stage);
        stage.reads = vec![looking_at(Some(invitation())), nobody_of_this_name()];
        // No insert is expected.
        stage.writes = vec![relocking(&stage, found, Repositories::default())];
        let journal = Arc::clone(&stage.journal);
        let outcome = Links::new(with_vault(stage)).redeem("token", Some(newcomer()), &password("chosen")).await;
        assert!(matches!(outcome, Err(Error::DeadLink)));
        assert_eq!(steps(&journal), ["hash", "begin", "lock link"]);
    }
}

#[tokio::test]
async fn a_password_set_by_a_link_ends_all_logins_in_the_same_transaction() {
    let must = User { must_change_password: true, ..user(2, Role::Annotator) };
    let mut write = locking(must);
    write
        .users
        .expect_update()
        .withf(|user| user.password_hash.expose() == "new hash" && !user.must_change_password)
        .times(1)
        .return_once(|_| Ok(UserUpdate::Updated));
    write.login_sessions.expect_delete_of_user().times(1).return_once(|_| Ok(2));
    write.links.expect_note_use().withf(|link_use| link_use.user == id(2)).times(1).return_once(|_| Ok(()));
    let mut stage = Stage::default();
    expect_hash(&mut stage);
    stage.reads = vec![looking_at(Some(reset()))];
    stage.writes = vec![relocking(&stage, Some(reset()), write)];
    let journal = Arc::clone(&stage.journal);
    let outcome = Links::new(with_vault(stage)).redeem("token", None, &password("chosen")).await.unwrap();
    assert!(matches!(outcome, Redeemed::PasswordSet(user) if user.id == id(2)));
    assert_eq!(steps(&journal), ["hash", "begin", "lock link", "commit"]);
}

#[tokio::test]
async fn a_reset_link_that_died_meanwhile_sets_no_password() {
    for found in [None, Some(used(reset())), Some(unbacked(reset()))] {
        let mut stage = Stage::default();
        expect_hash(&mut stage);
        stage.reads = vec![looking_at(Some(reset()))];
        // No update is expected.
        stage.writes = vec![relocking(&stage, found, locking(user(2, Role::Annotator)))];
        let journal = Arc::clone(&stage.journal);
        let outcome = Links::new(with_vault(stage)).redeem("token", None, &password("chosen")).await;
        assert!(matches!(outcome, Err(Error::DeadLink)));
        assert_eq!(steps(&journal), ["hash", "begin", "lock link"]);
    }
}

#[tokio::test]
async fn a_new_reset_link_ends_the_earlier_ones_in_the_same_transaction() {
    let mut stage = Stage::default();
    let mut write = acted_in_by_locking(Role::Owner, user(2, Role::Annotator));
    let (deleting, inserting) = (Arc::clone(&stage.journal), Arc::clone(&stage.journal));
    write.links.expect_delete_unused_of_user().withf(|user| *user == id(2)).times(1).return_once(move |_| {
        deleting.lock().unwrap().push("delete earlier");
        Ok(1)
    });
    write.links.expect_insert().times(1).return_once(move |_| {
        inserting.lock().unwrap().push("insert");
        Ok(())
    });
    stage.writes = vec![write];
    let journal = Arc::clone(&stage.journal);
    let made = Links::new(with_vault(stage)).reset(&actor(Role::Owner), id(2), None).await.unwrap();
    assert_eq!(
        (made.link.purpose, made.link.max_uses, made.link.created_by),
        (LinkPurpose::Reset(id(2)), 1, Some(id(1)))
    );
    assert_eq!(made.token.expose(), "a-token");
    assert_eq!(steps(&journal), ["begin", "delete earlier", "insert", "commit"]);
}

#[tokio::test]
async fn who_may_not_set_passwords_makes_no_link_for_one() {
    for actor in [actor(Role::Admin), by_named_key(Role::Owner)] {
        let stage = Stage::default();
        let journal = Arc::clone(&stage.journal);
        let outcome = Links::new(with_vault(stage)).reset(&actor, id(2), None).await;
        assert!(matches!(outcome, Err(Error::Forbidden)));
        assert_eq!(steps(&journal), [] as [&str; 0]);
    }
}

#[tokio::test]
async fn who_loses_the_right_while_waiting_for_a_lock_writes_nothing() {
    let disabled = User { state: AccountState::Disabled, ..user(1, Role::Owner) };
    for (now, expected) in [
        (Some(user(1, Role::Admin)), "operation not allowed"),
        (Some(disabled), "could not validate credentials"),
        (None, "could not validate credentials"),
    ] {
        // Asked when the user is locked; nothing is expected to be written.
        let mut write = locking(user(2, Role::Annotator));
        write.users.expect_find().withf(|wanted| *wanted == id(1)).times(1).return_once(|_| Ok(now));
        let stage = Stage { writes: vec![write], ..Stage::default() };
        let journal = Arc::clone(&stage.journal);
        let outcome = Links::new(with_vault(stage)).reset(&actor(Role::Owner), id(2), None).await;
        assert_eq!(outcome.unwrap_err().to_string(), expected);
        assert_eq!(steps(&journal), ["begin"]);
    }
}

fn who() -> Subject {
    Subject::verbatim("https://accounts.example".into(), "7".into())
}

fn claimed(role: Role, sync: usecase::Sync) -> Claimed {
    Claimed {
        who: who(),
        username: Username::verbatim("Ada".into()),
        first_name: None,
        last_name: None,
        email: None,
        grant: Some(ProviderGrant { role, workspaces: Vec::new() }),
        sync,
    }
}

fn terms() -> LoginTerms {
    LoginTerms { lifetime: Duration::from_hours(1), kind: SessionKind::Web, device: Device::default() }
}

/// A write in which the account is linked to this user.
fn linked_to(found: &User) -> Repositories {
    let (seen, id) = (found.clone(), found.id);
    let mut write = locking(found.clone());
    write.identities.expect_find().withf(|wanted| *wanted == who()).return_once(move |_| {
        let inserted_at = Timestamp::from_micros(1);
        Ok(Some(Identity { id: IdentityId::new(Uuid::from_u128(6)), who: who(), user: id, inserted_at }))
    });
    write.users.expect_find().withf(move |wanted| *wanted == id).return_once(move |_| Ok(Some(seen)));
    write
}

#[tokio::test]
async fn where_nothing_is_granted_nothing_is_read() {
    let stage = Stage::default();
    let journal = Arc::clone(&stage.journal);
    let nothing = Claimed { grant: None, ..claimed(Role::Owner, usecase::Sync::Login) };
    let outcome = Identities::new(stage.adapters()).sign_in(&nothing, &terms()).await;
    assert!(matches!(outcome, Err(Error::NoAccess)));
    assert_eq!(steps(&journal), [] as [&str; 0]);
}

#[tokio::test]
async fn a_local_account_of_the_name_is_not_taken_over_whatever_its_letter_case() {
    // Looked at again twice, since the account may be the one that the same person made at the same moment.
    let writes = std::iter::repeat_with(|| {
        let mut write = Repositories::default();
        write.identities.expect_find().return_once(|_| Ok(None));
        write
            .users
            .expect_find_by_folded_username()
            .withf(|name| name == "ada")
            .times(1)
            .return_once(|_| Ok(vec![User { username: Username::verbatim("aDA".into()), ..user(2, Role::Owner) }]));
        // Neither a user nor a link nor a login is expected to be written.
        write
    });
    let stage = Stage { writes: writes.take(3).collect(), ..Stage::default() };
    let journal = Arc::clone(&stage.journal);
    let claimed = claimed(Role::Annotator, usecase::Sync::First);
    let outcome = Identities::new(stage.adapters()).sign_in(&claimed, &terms()).await;
    assert!(matches!(outcome, Err(Error::NotLinked(name)) if name.as_str() == "Ada"));
    assert_eq!(steps(&journal), ["begin"; 3]);
}

#[tokio::test]
async fn a_name_that_somebody_takes_meanwhile_is_not_taken_over_either() {
    let mut first = Repositories::default();
    first.identities.expect_find().return_once(|_| Ok(None));
    first.users.expect_find_by_folded_username().return_once(|_| Ok(Vec::new()));
    first.users.expect_insert().times(1).return_once(|_| Ok(UserInsert::UsernameTaken));
    let later = std::iter::repeat_with(|| {
        let mut write = Repositories::default();
        write.identities.expect_find().return_once(|_| Ok(None));
        write.users.expect_find_by_folded_username().return_once(|_| Ok(vec![user(2, Role::Owner)]));
        write
    });
    let stage = Stage { writes: std::iter::once(first).chain(later.take(2)).collect(), ..Stage::default() };
    let journal = Arc::clone(&stage.journal);
    let claimed = claimed(Role::Annotator, usecase::Sync::First);
    let outcome = Identities::new(stage.adapters()).sign_in(&claimed, &terms()).await;
    assert!(matches!(outcome, Err(Error::NotLinked(_))));
    assert_eq!(steps(&journal), ["begin"; 3]);
}

#[tokio::test]
async fn who_signs_in_twice_at_the_same_first_moment_is_let_in_both_times() {
    let mut first = Repositories::default();
    first.identities.expect_find().return_once(|_| Ok(None));
    first.users.expect_find_by_folded_username().return_once(|_| Ok(Vec::new()));
    first.users.expect_insert().times(1).return_once(|_| Ok(UserInsert::UsernameTaken));
    let mut second = linked_to(&user(2, Role::Annotator));
    second.login_sessions.expect_insert().times(1).return_once(|_| Ok(()));
    let stage = Stage { writes: vec![first, second], ..Stage::default() };
    let journal = Arc::clone(&stage.journal);
    let claimed = claimed(Role::Annotator, usecase::Sync::First);
    let signed_in = Identities::new(stage.adapters()).sign_in(&claimed, &terms()).await.unwrap();
    assert_eq!(signed_in.user.id, id(2));
    assert_eq!(steps(&journal), ["begin", "begin", "commit"]);
}

#[tokio::test]
async fn whoever_comes_first_gets_a_user_without_a_password_and_a_login_in_one_transaction() {
    let mut write = Repositories::default();
    write.identities.expect_find().return_once(|_| Ok(None));
    write.users.expect_find_by_folded_username().return_once(|_| Ok(Vec::new()));
    write
        .users
        .expect_insert()
        .withf(|user| user.role == Role::Admin && !user.password_hash.is_usable())
        .times(1)
        .return_once(|_| Ok(UserInsert::Inserted));
    write.identities.expect_insert().times(1).return_once(|_| Ok(IdentityInsert::Inserted));
    write.memberships.expect_of_users().return_once(|_| Ok(Vec::new()));
    write.login_sessions.expect_insert().times(1).return_once(|_| Ok(()));
    let stage = Stage { writes: vec![write], ..Stage::default() };
    let journal = Arc::clone(&stage.journal);
    let claimed = claimed(Role::Admin, usecase::Sync::First);
    let signed_in = Identities::new(stage.adapters()).sign_in(&claimed, &terms()).await.unwrap();
    assert_eq!(signed_in.session.user, signed_in.user.id);
    assert_eq!(steps(&journal), ["begin", "commit"]);
}

#[tokio::test]
async fn who_cannot_sign_in_here_cannot_by_a_provider() {
    let disabled = User { state: AccountState::Disabled, ..user(2, Role::Annotator) };
    // The stage's clock begins at 1,000.
    let over = User { active_until: Some(Timestamp::from_micros(1_000)), ..user(2, Role::Annotator) };
    for locked_out in [disabled, over] {
        // No login is expected.
        let stage = Stage { writes: vec![linked_to(&locked_out)], ..Stage::default() };
        let journal = Arc::clone(&stage.journal);
        let claimed = claimed(Role::Annotator, usecase::Sync::First);
        let outcome = Identities::new(stage.adapters()).sign_in(&claimed, &terms()).await;
        assert!(matches!(outcome, Err(Error::Unauthenticated)));
        assert_eq!(steps(&journal), ["begin"]);
    }
}

#[tokio::test]
async fn the_providers_rules_do_not_demote_the_last_owner() {
    for (owners, role) in [(vec![id(1)], Role::Owner), (vec![id(1), id(2)], Role::Annotator)] {
        let mut write = linked_to(&user(1, Role::Owner));
        write.users.expect_lock_owners().times(1).return_once(|| Ok(owners));
        let demotions = usize::from(role != Role::Owner);
        let demoted = write.users.expect_update().withf(|user| user.role == Role::Annotator);
        demoted.times(demotions).returning(|_| Ok(UserUpdate::Updated));
        write.memberships.expect_of_users().return_once(|_| Ok(Vec::new()));
        write.login_sessions.expect_insert().times(1).return_once(|_| Ok(()));
        let stage = Stage { writes: vec![write], ..Stage::default() };
        let journal = Arc::clone(&stage.journal);
        let claimed = claimed(Role::Annotator, usecase::Sync::Login);
        let signed_in = Identities::new(stage.adapters()).sign_in(&claimed, &terms()).await.unwrap();
        assert_eq!(signed_in.user.role, role, "and the sign-in goes on");
        assert_eq!(steps(&journal), ["begin", "commit"]);
    }
}

#[tokio::test]
async fn what_was_changed_here_stays_where_the_rules_count_at_first_alone() {
    let mut write = linked_to(&user(2, Role::Admin));
    // Neither role nor memberships are expected to be looked at.
    write.login_sessions.expect_insert().times(1).return_once(|_| Ok(()));
    let stage = Stage { writes: vec![write], ..Stage::default() };
    let claimed = claimed(Role::Annotator, usecase::Sync::First);
    let signed_in = Identities::new(stage.adapters()).sign_in(&claimed, &terms()).await.unwrap();
    assert_eq!(signed_in.user.role, Role::Admin);
}

fn entry(what: Trashed, end: i64) -> TrashEntry {
    TrashEntry {
        id: TrashId::new(Uuid::from_u128(4)),
        what,
        memberships: Vec::new(),
        deleted_by: None,
        inserted_at: Timestamp::from_micros(1),
        expires_at: Timestamp::from_micros(end),
    }
}

fn deleted_user() -> Trashed {
    Trashed::User(Box::new(user(2, Role::Annotator)), Vec::new())
}

fn deleted_workspace() -> Trashed {
    Trashed::Workspace(Workspace {
        id: WorkspaceId::new(Uuid::from_u128(4)),
        name: WorkspaceName::verbatim("papers".into()),
        inserted_at: Timestamp::from_micros(1),
        updated_at: Timestamp::from_micros(1),
    })
}

fn holding(found: Option<TrashEntry>) -> Repositories {
    let mut write = Repositories::acted_in_by(Role::Owner);
    write.trash.expect_lock().return_once(|_| Ok(found));
    write
}

/// Tries to restore; why not.
async fn refusal(write: Repositories) -> String {
    let stage = Stage { writes: vec![write], ..Stage::default() };
    let journal = Arc::clone(&stage.journal);
    let trash = Trash::new(stage.adapters());
    let outcome = trash.restore(&actor(Role::Owner), TrashId::new(Uuid::from_u128(4))).await;
    assert_eq!(steps(&journal), ["begin"], "nothing is committed");
    outcome.unwrap_err().to_string()
}

#[tokio::test]
async fn a_user_whose_name_id_or_key_is_taken_does_not_come_back() {
    let name = "the name \"user-2\" is taken meanwhile";
    let other = "the id or the API key is taken meanwhile";
    for (outcome, expected) in
        [(UserInsert::UsernameTaken, name), (UserInsert::IdTaken, other), (UserInsert::KeyTaken, other)]
    {
        let mut write = holding(Some(entry(deleted_user(), 1_000_000)));
        write.users.expect_insert().times(1).return_once(move |_| Ok(outcome));
        assert_eq!(refusal(write).await, expected);
    }
}

#[tokio::test]
async fn a_workspace_whose_name_or_id_is_taken_does_not_come_back() {
    let name = "the name \"papers\" is taken meanwhile";
    let other = "the id or the API key is taken meanwhile";
    for (outcome, expected) in [(WorkspaceInsert::NameTaken, name), (WorkspaceInsert::IdTaken, other)] {
        let mut write = holding(Some(entry(deleted_workspace(), 1_000_000)));
        write.users.expect_lock_many().returning(|_| Ok(Vec::new()));
        write.workspaces.expect_insert().times(1).return_once(move |_| Ok(outcome));
        assert_eq!(refusal(write).await, expected);
    }
}

#[tokio::test]
async fn what_is_over_does_not_come_back_although_nobody_has_swept_it_away() {
    // The stage's clock begins at 1,000.
    for found in [None, Some(entry(deleted_user(), 1_000))] {
        assert!(refusal(holding(found)).await.ends_with("not found"));
    }
}

#[tokio::test]
async fn who_may_not_restore_reads_nothing() {
    for actor in [actor(Role::Admin), by_named_key(Role::Owner)] {
        let stage = Stage::default();
        let journal = Arc::clone(&stage.journal);
        let outcome = Trash::new(stage.adapters()).restore(&actor, TrashId::new(Uuid::nil())).await;
        assert!(matches!(outcome, Err(Error::Forbidden)));
        assert_eq!(steps(&journal), [] as [&str; 0]);
    }
}

#[tokio::test]
async fn what_comes_back_leaves_the_trash_in_the_same_transaction() {
    let mut write = holding(Some(entry(deleted_user(), 1_000_000)));
    write.users.expect_insert().times(1).return_once(|_| Ok(UserInsert::Inserted));
    write.workspaces.expect_keep_many().return_once(|_| Ok(Vec::new()));
    write.memberships.expect_insert_all().return_once(|_| Ok(0));
    write.trash.expect_delete().times(1).return_once(|_| Ok(true));
    let mut read = Repositories::default();
    read.users.expect_names().return_once(|_| Ok(Vec::new()));
    let stage = Stage { reads: vec![read], writes: vec![write], ..Stage::default() };
    let journal = Arc::clone(&stage.journal);
    let id = TrashId::new(Uuid::from_u128(4));
    let view = Trash::new(stage.adapters()).restore(&actor(Role::Owner), id).await.unwrap();
    assert_eq!(view.entry, entry(deleted_user(), 1_000_000));
    assert_eq!(steps(&journal), ["begin", "commit"]);
}
