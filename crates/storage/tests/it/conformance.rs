//! Every repository method on SQLite and on PostgreSQL.

use std::sync::{Arc, Mutex};

use ochre_domain::{
    model::{
        AccountState, Device, Email, FirstName, HashFingerprint, KeyLookup, LastName, LoginSession, LoginSessionId,
        Membership, Origin, PasswordHash, Role, SealedKey, SessionKind, StoredKey, Taken, Timestamp, User, UserId,
        Username, Workspace, WorkspaceId, WorkspaceName,
    },
    ports::{
        BulkInsert, Change, ChangeSink, Direction, Mark, MembershipInsert, Order, Position, SignInState, Sort,
        Store as _, UserCursor, UserFilter, UserInsert, UserUpdate, WorkspaceCursor, WorkspaceFilter, WorkspaceInsert,
    },
};
use ochre_storage::SqlStore;
use ochre_testkit::{TestDatabase, on_both};
use uuid::Uuid;

fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub(crate) fn user(n: u8, name: &str) -> User {
    let at = Timestamp::from_micros(1_700_000_000_000_000 + i64::from(n));
    User {
        id: UserId::new(uuid(u128::from(n))),
        first_name: FirstName::verbatim("Ada".into()),
        last_name: n.is_multiple_of(2).then(|| LastName::verbatim("Løvelace 🚀".into())),
        username: Username::verbatim(name.into()),
        role: Role::Annotator,
        api_key: StoredKey { lookup: KeyLookup([n; 32]), sealed: SealedKey(vec![n, 0, 255]) },
        password_hash: PasswordHash::verbatim(format!("hash {n}")),
        email: n.is_multiple_of(2).then(|| Email::verbatim("ada@example.org".into())),
        state: if n == 200 { AccountState::Disabled } else { AccountState::Active },
        origin: if n.is_multiple_of(2) { Origin::UsersFile } else { Origin::Created },
        imported_password: n.is_multiple_of(2).then_some(HashFingerprint([n; 32])),
        active_until: n.is_multiple_of(3).then(|| Timestamp::from_micros(4_000_000_000_000_000)),
        must_change_password: n.is_multiple_of(5),
        inserted_at: at,
        updated_at: at,
    }
}

pub(crate) fn workspace(n: u8, name: &str) -> Workspace {
    let at = Timestamp::from_micros(1_700_000_000_000_000 + i64::from(n));
    let name = WorkspaceName::verbatim(name.into());
    Workspace { id: WorkspaceId::new(uuid(u128::from(n))), name, inserted_at: at, updated_at: at }
}

pub(crate) fn membership(workspace: u8, user: u8, at: i64) -> Membership {
    Membership {
        workspace: WorkspaceId::new(uuid(u128::from(workspace))),
        user: UserId::new(uuid(u128::from(user))),
        inserted_at: Timestamp::from_micros(at),
        active_until: None,
    }
}

pub(crate) async fn add_users(store: &SqlStore, users: &[User]) {
    let unit = store.begin().await.unwrap();
    for user in users {
        assert_eq!(unit.users().insert(user).await.unwrap(), UserInsert::Inserted);
    }
    unit.commit().await.unwrap();
}

pub(crate) async fn add_workspaces(store: &SqlStore, workspaces: &[Workspace]) {
    let unit = store.begin().await.unwrap();
    for workspace in workspaces {
        assert_eq!(unit.workspaces().insert(workspace).await.unwrap(), WorkspaceInsert::Inserted);
    }
    unit.commit().await.unwrap();
}

on_both! {
    async fn a_user_is_read_as_it_was_written(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        assert!(!store.session().users().any().await.unwrap());
        let (ada, eve) = (user(1, "ada"), user(2, "Ève "));
        add_users(&store, &[ada.clone(), eve.clone()]).await;
        let session = store.session();
        assert!(session.users().any().await.unwrap());
        assert_eq!(session.users().find(eve.id).await.unwrap().unwrap(), eve);
        assert_eq!(session.users().find_by_key(&ada.api_key.lookup).await.unwrap().unwrap(), ada);
        assert_eq!(session.users().find_by_username(&eve.username).await.unwrap().unwrap(), eve);
        assert_eq!(session.users().find(UserId::new(uuid(99))).await.unwrap(), None);
        assert_eq!(session.users().find_by_key(&KeyLookup([9; 32])).await.unwrap(), None);
    }

    async fn names_are_compared_as_they_are(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "Ada"), user(3, "ada ")]).await;
        add_workspaces(&store, &[workspace(1, "w"), workspace(2, "W")]).await;
        let session = store.session();
        for name in ["ADA", " ada", "ad_", "ad%"] {
            assert_eq!(session.users().find_by_username(&Username::verbatim(name.into())).await.unwrap(), None);
        }
        let found = session.workspaces().find_by_name(&WorkspaceName::verbatim("W".into())).await.unwrap();
        assert_eq!(found.unwrap(), workspace(2, "W"));
    }

    async fn a_name_is_found_without_regard_to_case(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "Ève"), user(2, "ada"), user(3, "Ada"), user(4, "ADA")]).await;
        let session = store.session();
        assert_eq!(session.users().find_by_folded_username("ève").await.unwrap(), [user(1, "Ève")]);
        assert_eq!(session.users().find_by_folded_username("ada").await.unwrap().len(), 2, "two are enough to be in doubt");
        assert_eq!(session.users().find_by_folded_username("Ève").await.unwrap(), []);
    }

    async fn many_are_written_and_found_at_once(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        // More than one statement takes.
        let many: Vec<_> = (1..=1201_u128)
            .map(|n| {
                let id = uuid(n);
                let mut lookup = [0; 32];
                lookup[..16].copy_from_slice(id.as_bytes());
                let api_key = StoredKey { lookup: KeyLookup(lookup), sealed: SealedKey(vec![1]) };
                User { id: UserId::new(id), api_key, ..user(1, &format!("user-{n}")) }
            })
            .collect();
        let names: Vec<_> = many.iter().map(|user| user.username.clone()).collect();
        let ids: Vec<_> = many.iter().map(|user| user.id).collect();
        let keys: Vec<_> = many.iter().map(|user| user.api_key.lookup).collect();
        let teams: Vec<_> = (1..=601_u128)
            .map(|n| Workspace { id: WorkspaceId::new(uuid(n)), ..workspace(1, &format!("team-{n}")) })
            .collect();
        let at = |user: UserId, team: usize, at: i64| Membership {
            workspace: teams[team].id,
            user,
            inserted_at: Timestamp::from_micros(at),
            active_until: None,
        };
        let joined: Vec<_> = ids.iter().flat_map(|user| [at(*user, 0, 1000), at(*user, 1, 999)]).collect();

        let unit = store.begin().await.unwrap();
        assert_eq!(unit.users().insert_all(&many).await.unwrap(), BulkInsert::Inserted);
        assert_eq!(unit.workspaces().insert_all(&teams).await.unwrap(), BulkInsert::Inserted);
        assert_eq!(unit.memberships().insert_all(&joined).await.unwrap(), 2402);
        assert_eq!(unit.memberships().insert_all(&joined[..10]).await.unwrap(), 0);
        assert_eq!(unit.users().insert_all(&[]).await.unwrap(), BulkInsert::Inserted);
        unit.commit().await.unwrap();

        let session = store.session();
        assert_eq!(session.users().lock_by_usernames(&names).await.unwrap().len(), 1201);
        assert_eq!(session.users().lock_many(&ids[1..]).await.unwrap().len(), 1200);
        assert_eq!(session.users().find_by_keys(&keys).await.unwrap().len(), 1201);
        assert!(session.users().lock_by_usernames(&[]).await.unwrap().is_empty());
        let of_users = session.memberships().of_users(&ids).await.unwrap();
        assert_eq!(of_users.len(), 2402);
        let of_one: Vec<_> = of_users.iter().filter(|(m, _)| m.user == ids[7]).map(|(_, name)| name.as_str()).collect();
        assert_eq!(of_one, ["team-2", "team-1"], "in the order in which they were added");

        let unit = store.begin().await.unwrap();
        let team_names: Vec<_> = teams.iter().map(|team| team.name.clone()).collect();
        let team_ids: Vec<_> = teams.iter().map(|team| team.id).collect();
        assert_eq!(unit.workspaces().keep_by_names(&team_names).await.unwrap().len(), 601);
        assert_eq!(unit.workspaces().keep_many(&team_ids).await.unwrap().len(), 601);
        let taken = User { id: UserId::new(uuid(5000)), ..many[3].clone() };
        let free = User { id: UserId::new(uuid(5001)), username: Username::verbatim("free".into()), api_key: user(250, "").api_key, ..many[3].clone() };
        assert_eq!(unit.users().insert_all(&[free, taken]).await.unwrap(), BulkInsert::Taken);
        assert_eq!(unit.workspaces().insert_all(&teams[..1]).await.unwrap(), BulkInsert::Taken);
    }

    async fn a_hash_is_replaced_alone(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "eve")]).await;
        let unit = store.begin().await.unwrap();
        unit.users().replace_hash(user(2, "").id, &PasswordHash::verbatim("better".into())).await.unwrap();
        unit.commit().await.unwrap();
        let session = store.session();
        let eve = session.users().find(user(2, "").id).await.unwrap().unwrap();
        assert_eq!(eve, User { password_hash: PasswordHash::verbatim("better".into()), ..user(2, "eve") });
        assert_eq!(session.users().find(user(1, "").id).await.unwrap().unwrap(), user(1, "ada"));
    }

    async fn what_was_brought_from_elsewhere_is_remembered(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let (w, u) = (WorkspaceId::new(uuid(1)), UserId::new(uuid(2)));
        let taken = [Taken::User(u), Taken::Workspace(w), Taken::Membership(w, u)];
        let unit = store.begin().await.unwrap();
        unit.imports().note_taken(&taken, Timestamp::from_micros(1)).await.unwrap();
        unit.imports().note_taken(&taken[..1], Timestamp::from_micros(2)).await.unwrap();
        unit.imports().set_followed(&[u, UserId::new(uuid(3))]).await.unwrap();
        unit.imports().set_followed(&[u]).await.unwrap();
        unit.commit().await.unwrap();
        let session = store.session();
        let mut known = session.imports().taken().await.unwrap();
        known.sort_by_key(|taken| format!("{taken:?}"));
        let mut expected = taken.to_vec();
        expected.sort_by_key(|taken| format!("{taken:?}"));
        assert_eq!(known, expected);
        assert_eq!(session.imports().followed().await.unwrap(), [u]);
    }

    async fn an_owner_who_cannot_sign_in_does_not_count(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let owner = |n: u8, name: &str| User { role: Role::Owner, ..user(n, name) };
        add_users(&store, &[owner(1, "ada"), owner(200, "eve")]).await;
        let unit = store.begin().await.unwrap();
        assert_eq!(unit.users().lock_owners().await.unwrap(), [user(1, "").id]);
    }

    async fn the_longest_names_are_stored(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        // Four bytes a character, and some that grow threefold when folded.
        let (rockets, folding) = ("🚀".repeat(500), "ΐ".repeat(500));
        add_users(&store, &[user(1, &rockets), user(2, &folding)]).await;
        add_workspaces(&store, &[workspace(1, &rockets), workspace(2, &folding)]).await;
        let found = store.session().users().find_by_username(&Username::verbatim(folding.clone())).await.unwrap();
        assert_eq!(found.unwrap().username.as_str(), folding);
    }

    async fn a_taken_name_id_or_key_is_told_apart_and_nothing_is_written(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada")]).await;
        add_workspaces(&store, &[workspace(1, "papers")]).await;
        let unit = store.begin().await.unwrap();
        assert_eq!(unit.users().insert(&user(2, "ada")).await.unwrap(), UserInsert::UsernameTaken);
        assert_eq!(unit.users().insert(&user(1, "eve")).await.unwrap(), UserInsert::IdTaken);
        assert_eq!(unit.users().insert(&user(1, "ada")).await.unwrap(), UserInsert::UsernameTaken);
        let key_of_ada = User { api_key: user(1, "").api_key, ..user(3, "eve") };
        assert_eq!(unit.users().insert(&key_of_ada).await.unwrap(), UserInsert::KeyTaken);
        assert_eq!(unit.workspaces().insert(&workspace(2, "papers")).await.unwrap(), WorkspaceInsert::NameTaken);
        assert_eq!(unit.workspaces().insert(&workspace(1, "other")).await.unwrap(), WorkspaceInsert::IdTaken);
        // A refused insert leaves the unit of work usable.
        assert_eq!(unit.users().insert(&user(4, "eve")).await.unwrap(), UserInsert::Inserted);
        unit.commit().await.unwrap();
        let names: Vec<_> =
            store.session().users().page(None, 10).await.unwrap().into_iter().map(|user| user.username.to_string()).collect();
        assert_eq!(names, ["ada", "eve"]);
    }

    async fn an_update_writes_all_fields_and_tells_a_taken_name(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let ada = user(2, "ada");
        add_users(&store, &[ada.clone(), user(3, "eve")]).await;
        let changed = User {
            first_name: FirstName::verbatim(String::new()),
            last_name: None,
            username: Username::verbatim("ADA".into()),
            role: Role::Owner,
            password_hash: PasswordHash::verbatim("another".into()),
            updated_at: Timestamp::from_micros(1_800_000_000_000_001),
            ..ada.clone()
        };
        let unit = store.begin().await.unwrap();
        assert_eq!(unit.users().update(&changed).await.unwrap(), UserUpdate::Updated);
        unit.commit().await.unwrap();
        assert_eq!(store.session().users().find(ada.id).await.unwrap().unwrap(), changed);

        let unit = store.begin().await.unwrap();
        let renamed = User { username: Username::verbatim("eve".into()), ..changed.clone() };
        assert_eq!(unit.users().update(&renamed).await.unwrap(), UserUpdate::UsernameTaken);
        drop(unit);
        assert_eq!(store.session().users().find(ada.id).await.unwrap().unwrap(), changed);
    }

    async fn users_are_listed_in_the_order_of_creation_page_by_page(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let same = Timestamp::from_micros(5);
        let users = [
            User { inserted_at: Timestamp::from_micros(9), ..user(1, "last") },
            User { inserted_at: same, ..user(5, "second") },
            User { inserted_at: same, ..user(7, "third") },
            User { inserted_at: Timestamp::from_micros(1), ..user(9, "first") },
        ];
        add_users(&store, &users).await;
        let (mut names, mut after) = (Vec::new(), None);
        loop {
            let page = store.session().users().page(after, 1).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(UserCursor { at: last.inserted_at, id: last.id });
            names.extend(page.into_iter().map(|user| user.username.to_string()));
        }
        assert_eq!(names, ["first", "second", "third", "last"]);
    }

    async fn members_are_listed_in_the_order_in_which_they_were_added(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "a"), user(2, "b"), user(3, "c"), user(4, "outside")]).await;
        add_workspaces(&store, &[workspace(1, "w"), workspace(2, "empty")]).await;
        let unit = store.begin().await.unwrap();
        for (who, at) in [(2, 10), (3, 20), (1, 20)] {
            assert_eq!(unit.memberships().insert(&membership(1, who, at)).await.unwrap(), MembershipInsert::Inserted);
        }
        assert_eq!(unit.memberships().insert(&membership(1, 2, 99)).await.unwrap(), MembershipInsert::AlreadyMember);
        unit.commit().await.unwrap();
        let session = store.session();
        let w = WorkspaceId::new(uuid(1));
        let first = session.users().page_of_workspace(w, None, 2).await.unwrap();
        let rest = session.users().page_of_workspace(w, Some(first[1].0), 2).await.unwrap();
        let names: Vec<_> = first.iter().chain(&rest).map(|(_, user)| user.username.to_string()).collect();
        assert_eq!(names, ["b", "a", "c"]);
        assert_eq!(session.users().page_of_workspace(WorkspaceId::new(uuid(2)), None, 2).await.unwrap(), []);
        assert_eq!(session.memberships().find(w, UserId::new(uuid(2))).await.unwrap(), Some(membership(1, 2, 10)));
        assert_eq!(session.memberships().find(w, UserId::new(uuid(4))).await.unwrap(), None);
    }

    async fn workspaces_are_listed_in_the_order_of_creation(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "a")]).await;
        add_workspaces(&store, &[workspace(3, "z"), workspace(1, "y"), workspace(2, "x")]).await;
        let unit = store.begin().await.unwrap();
        for w in [3, 1] {
            unit.memberships().insert(&membership(w, 1, i64::from(10 - w))).await.unwrap();
        }
        unit.commit().await.unwrap();
        let session = store.session();
        assert_eq!(session.workspaces().find(WorkspaceId::new(uuid(3))).await.unwrap(), Some(workspace(3, "z")));
        let all = session.workspaces().page(None, 2).await.unwrap();
        assert_eq!(all, [workspace(1, "y"), workspace(2, "x")]);
        let after = WorkspaceCursor { at: all[1].inserted_at, id: all[1].id };
        assert_eq!(session.workspaces().page(Some(after), 2).await.unwrap(), [workspace(3, "z")]);
        let a = UserId::new(uuid(1));
        let own = session.workspaces().page_of_user(a, Timestamp::from_micros(5), None, 9).await.unwrap();
        assert_eq!(own, [workspace(1, "y"), workspace(3, "z")]);
        let mut ids = session.memberships().workspaces_of(a).await.unwrap();
        ids.sort();
        assert_eq!(ids, [(own[0].id, None), (own[1].id, None)]);
    }

    async fn deleting_takes_along_what_hangs_on_it(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "a"), user(2, "b")]).await;
        add_workspaces(&store, &[workspace(1, "w"), workspace(2, "v")]).await;
        let login = LoginSession {
            id: LoginSessionId::new(uuid(7)),
            user: UserId::new(uuid(1)),
            kind: SessionKind::Web,
            device: Device::new(Some("192.0.2.1".into()), Some("browser")),
            inserted_at: Timestamp::from_micros(1),
            expires_at: Timestamp::from_micros(2),
        };
        let unit = store.begin().await.unwrap();
        for (w, u) in [(1, 1), (1, 2), (2, 2)] {
            unit.memberships().insert(&membership(w, u, 1)).await.unwrap();
        }
        unit.login_sessions().insert(&login).await.unwrap();
        unit.commit().await.unwrap();

        let unit = store.begin().await.unwrap();
        assert!(unit.users().delete(UserId::new(uuid(1))).await.unwrap());
        assert!(!unit.users().delete(UserId::new(uuid(1))).await.unwrap());
        assert!(unit.workspaces().delete(WorkspaceId::new(uuid(2))).await.unwrap());
        assert!(!unit.workspaces().delete(WorkspaceId::new(uuid(2))).await.unwrap());
        unit.commit().await.unwrap();

        let session = store.session();
        assert_eq!(session.login_sessions().find(login.id).await.unwrap(), None);
        assert_eq!(session.memberships().workspaces_of(UserId::new(uuid(1))).await.unwrap(), []);
        assert_eq!(session.memberships().workspaces_of(UserId::new(uuid(2))).await.unwrap(), [(WorkspaceId::new(uuid(1)), None)]);

        let unit = store.begin().await.unwrap();
        let (w, b) = (WorkspaceId::new(uuid(1)), UserId::new(uuid(2)));
        assert!(unit.memberships().delete(w, b).await.unwrap());
        assert!(!unit.memberships().delete(w, b).await.unwrap());
    }

    async fn logins_end_by_user_and_by_time(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "a"), user(2, "b")]).await;
        let login = |n: u128, user: u128, end: i64| LoginSession {
            id: LoginSessionId::new(uuid(n)),
            user: UserId::new(uuid(user)),
            kind: SessionKind::Token,
            device: Device::new(None, Some("curl")),
            inserted_at: Timestamp::from_micros(1),
            expires_at: Timestamp::from_micros(end),
        };
        let unit = store.begin().await.unwrap();
        for login in [login(1, 1, 100), login(2, 1, 200), login(3, 2, 100), login(4, 2, 300)] {
            unit.login_sessions().insert(&login).await.unwrap();
        }
        unit.commit().await.unwrap();
        assert_eq!(store.session().login_sessions().find(LoginSessionId::new(uuid(4))).await.unwrap(), Some(login(4, 2, 300)));

        let unit = store.begin().await.unwrap();
        assert_eq!(unit.login_sessions().delete_of_user(UserId::new(uuid(1))).await.unwrap(), 2);
        assert_eq!(unit.login_sessions().delete_expired(Timestamp::from_micros(100)).await.unwrap(), 1);
        unit.commit().await.unwrap();
        assert_eq!(store.session().login_sessions().find(LoginSessionId::new(uuid(3))).await.unwrap(), None);
        assert!(store.session().login_sessions().find(LoginSessionId::new(uuid(4))).await.unwrap().is_some());
    }

    async fn owners_and_entities_can_be_locked(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let owner = |n, name| User { role: Role::Owner, ..user(n, name) };
        add_users(&store, &[owner(2, "b"), owner(1, "a"), user(3, "c")]).await;
        add_workspaces(&store, &[workspace(1, "w")]).await;
        let unit = store.begin().await.unwrap();
        assert_eq!(unit.users().lock_owners().await.unwrap(), [UserId::new(uuid(1)), UserId::new(uuid(2))]);
        assert_eq!(unit.users().owners().await.unwrap(), [UserId::new(uuid(1)), UserId::new(uuid(2))]);
        let names = ["c", "nobody", "a"].map(|name| Username::verbatim(name.into()));
        for mut found in [unit.users().find_by_usernames(&names).await.unwrap(), unit.users().lock_by_usernames(&names).await.unwrap()] {
            found.sort_by_key(|user| user.id);
            assert_eq!(found, [owner(1, "a"), user(3, "c")]);
        }
        let names = ["w", "nowhere"].map(|name| WorkspaceName::verbatim(name.into()));
        assert_eq!(unit.workspaces().find_by_names(&names).await.unwrap(), [workspace(1, "w")]);
        assert_eq!(unit.users().lock(UserId::new(uuid(3))).await.unwrap(), Some(user(3, "c")));
        assert_eq!(unit.users().lock(UserId::new(uuid(4))).await.unwrap(), None);
        assert_eq!(unit.workspaces().lock(WorkspaceId::new(uuid(1))).await.unwrap(), Some(workspace(1, "w")));
        assert_eq!(unit.workspaces().lock(WorkspaceId::new(uuid(2))).await.unwrap(), None);
        assert_eq!(unit.workspaces().keep(WorkspaceId::new(uuid(1))).await.unwrap(), Some(workspace(1, "w")));
        assert_eq!(unit.workspaces().keep(WorkspaceId::new(uuid(2))).await.unwrap(), None);
    }

    async fn users_are_selected_in_any_order_page_by_page(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let named = |n, name: &str| User { username: Username::verbatim(name.into()), ..user(n, name) };
        let mut all = vec![named(1, "b"), named(2, "Ä"), named(3, "a_c"), named(4, "A%c"), named(5, "abc"), named(6, "B")];
        all[0].role = Role::Admin;
        all[1].updated_at = Timestamp::from_micros(1);
        // Equal in what the list is ordered by: ids decide.
        all[4].inserted_at = all[5].inserted_at;
        add_users(&store, &all).await;
        add_workspaces(&store, &[workspace(1, "w")]).await;
        let unit = store.begin().await.unwrap();
        unit.memberships().insert_all(&[membership(1, 2, 5), membership(1, 5, 4)]).await.unwrap();
        unit.commit().await.unwrap();
        let session = store.session();
        let users = session.users();
        let everybody = UserFilter::default();
        let (up, down) = (Direction::Ascending, Direction::Descending);
        for (by, direction, expected) in [
            (Sort::InsertedAt, up, [1, 2, 3, 4, 5, 6]),
            (Sort::InsertedAt, down, [6, 5, 4, 3, 2, 1]),
            (Sort::UpdatedAt, up, [2, 1, 3, 4, 5, 6]),
            (Sort::Name, up, [4, 3, 5, 1, 6, 2]),
            (Sort::Name, down, [2, 6, 1, 5, 3, 4]),
        ] {
            let order = Order { by, direction };
            let mut found = Vec::new();
            let mut after = None;
            loop {
                let page = users.select(&everybody, order, after, 2).await.unwrap();
                let Some(last) = page.last() else { break };
                let mark = match by {
                    Sort::InsertedAt => Mark::At(last.inserted_at),
                    Sort::UpdatedAt => Mark::At(last.updated_at),
                    Sort::Name => Mark::Name(ochre_domain::model::fold(last.username.as_str())),
                };
                after = Some(Position { mark, id: last.id.uuid() });
                found.extend(page.into_iter().map(|user| user.id.uuid().as_u128()));
            }
            assert_eq!(found, expected, "{by:?} {direction:?}");
        }
        let ids = async |filter: UserFilter| {
            let found = users.select(&filter, Order::default(), None, 10).await.unwrap();
            found.into_iter().map(|user| user.id.uuid().as_u128()).collect::<Vec<_>>()
        };
        let search = |text: &str| UserFilter { search: Some(text.into()), ..UserFilter::default() };
        assert_eq!(ids(search("a_c")).await, [3], "no wildcard");
        assert_eq!(ids(search("a%c")).await, [4]);
        assert_eq!(ids(search("ä")).await, [2]);
        assert_eq!(ids(search("løvelace")).await, [2, 4, 6], "last names");
        assert_eq!(ids(search("ada")).await, [1, 2, 3, 4, 5, 6], "first names");
        assert_eq!(ids(search("\\")).await, [0_u128; 0]);
        assert_eq!(ids(UserFilter { username: Some(all[5].username.clone()), ..everybody.clone() }).await, [6]);
        assert_eq!(ids(UserFilter { role: Some(Role::Admin), ..everybody.clone() }).await, [1]);
        let members = UserFilter { workspace: Some(WorkspaceId::new(uuid(1))), ..everybody.clone() };
        assert_eq!(ids(members.clone()).await, [2, 5]);
        assert_eq!(ids(UserFilter { search: Some("ä".into()), ..members.clone() }).await, [2], "all that is asked for");
        for (filter, most, count) in [(&everybody, 10, 6), (&everybody, 4, 4), (&members, 10, 2), (&search("ä"), 10, 1)] {
            assert_eq!(users.count(filter, most).await.unwrap(), count, "{filter:?}");
        }
    }

    async fn users_are_selected_by_whether_they_can_sign_in(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let now = Timestamp::from_micros(100);
        let until = |n, end| User { active_until: Some(Timestamp::from_micros(end)), ..user(n, &format!("until-{end}")) };
        let off = User { state: AccountState::Disabled, ..user(2, "off") };
        // Disabled is disabled, whatever the time says.
        let off_and_over = User { state: AccountState::Disabled, ..until(5, 99) };
        add_users(&store, &[user(1, "ada"), off, until(3, 100), until(4, 101), off_and_over]).await;
        let session = store.session();
        for (access, expected) in [
            (SignInState::Active, vec![1, 4]),
            (SignInState::Disabled, vec![2, 5]),
            (SignInState::Expired, vec![3]),
        ] {
            let filter = UserFilter { access: Some((access, now)), ..UserFilter::default() };
            let found = session.users().select(&filter, Order::default(), None, 10).await.unwrap();
            let ids: Vec<_> = found.iter().map(|user| user.id.uuid().as_u128()).collect();
            assert_eq!(ids, expected, "{access:?}");
        }
    }

    async fn members_are_counted_as_long_as_they_are_some(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "eve"), user(3, "bob")]).await;
        add_workspaces(&store, &[workspace(1, "papers"), workspace(2, "reviews"), workspace(3, "empty")]).await;
        let until = |workspace, user, end| Membership {
            active_until: Some(Timestamp::from_micros(end)),
            ..membership(workspace, user, 1)
        };
        let unit = store.begin().await.unwrap();
        let all = [membership(1, 1, 1), membership(1, 2, 1), until(1, 3, 100), until(2, 3, 101)];
        unit.memberships().insert_all(&all).await.unwrap();
        unit.commit().await.unwrap();
        let ids = [1, 2, 3].map(|n| WorkspaceId::new(uuid(n)));
        for (most, expected) in [(10, [2, 1, 0]), (2, [2, 1, 0]), (1, [1, 1, 0])] {
            let now = Timestamp::from_micros(100);
            let mut counts = store.session().memberships().counts(&ids, now, most).await.unwrap();
            counts.sort_unstable();
            assert_eq!(counts, [(ids[0], expected[0]), (ids[1], expected[1]), (ids[2], expected[2])], "{most}");
        }
    }

    async fn workspaces_are_selected_in_any_order_page_by_page(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_workspaces(&store, &[workspace(1, "beta"), workspace(2, "Alpha"), workspace(3, "gamma")]).await;
        add_users(&store, &[user(1, "ada")]).await;
        let unit = store.begin().await.unwrap();
        unit.memberships().insert_all(&[membership(1, 1, 5), membership(3, 1, 4)]).await.unwrap();
        unit.commit().await.unwrap();
        let session = store.session();
        let ids = async |filter: WorkspaceFilter, order, after| {
            let found = session.workspaces().select(&filter, order, after, 2).await.unwrap();
            found.into_iter().map(|workspace| workspace.id.uuid().as_u128()).collect::<Vec<_>>()
        };
        let names = Order { by: Sort::Name, direction: Direction::Ascending };
        let all = WorkspaceFilter::default();
        assert_eq!(ids(all.clone(), names, None).await, [2, 1]);
        let after = Position { mark: Mark::Name("beta".into()), id: uuid(1) };
        assert_eq!(ids(all.clone(), names, Some(after)).await, [3]);
        let own = WorkspaceFilter { member: Some((UserId::new(uuid(1)), Timestamp::from_micros(5))), ..all.clone() };
        assert_eq!(ids(own, Order::default(), None).await, [1, 3]);
        assert_eq!(ids(WorkspaceFilter { search: Some("alp".into()), ..all.clone() }, names, None).await, [2]);
        let name = Some(WorkspaceName::verbatim("Alpha".into()));
        assert_eq!(ids(WorkspaceFilter { name, ..all }, names, None).await, [2]);
    }

    async fn the_latest_sighting_counts(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "bob")]).await;
        let id = |n| UserId::new(uuid(n));
        let note = async |seen: &[(UserId, Timestamp)]| {
            let unit = store.begin().await.unwrap();
            unit.users().note_seen(seen).await.unwrap();
            unit.commit().await.unwrap();
        };
        let at = Timestamp::from_micros;
        note(&[(id(1), at(7)), (id(9), at(7))]).await;
        note(&[(id(1), at(5))]).await;
        let seen = async || store.session().users().last_seen(&[id(1), id(2), id(9)]).await.unwrap();
        assert_eq!(seen().await, [(id(1), at(7))]);
        note(&[(id(1), at(9))]).await;
        assert_eq!(seen().await, [(id(1), at(9))]);
        assert_eq!(store.session().users().find(id(1)).await.unwrap(), Some(user(1, "ada")), "no change of the user");
        let unit = store.begin().await.unwrap();
        unit.users().delete(id(1)).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(seen().await, []);
    }

    async fn what_is_not_committed_never_was(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let unit = store.begin().await.unwrap();
        unit.users().insert(&user(1, "ada")).await.unwrap();
        assert!(unit.users().find(user(1, "").id).await.unwrap().is_some(), "a unit of work sees its own writes");
        assert_eq!(store.session().users().find(user(1, "").id).await.unwrap(), None, "others do not");
        drop(unit);
        // The next unit of work waits until the first is undone.
        let unit = store.begin().await.unwrap();
        assert!(!unit.users().any().await.unwrap());
    }

    async fn a_commit_tells_whom_it_touched_before_it_returns(engine: Engine) {
        #[derive(Default)]
        struct Heard(Mutex<Vec<Change>>);
        impl ChangeSink for Heard {
            fn changed(&self, change: &Change) {
                self.0.lock().unwrap().push(change.clone());
            }
        }
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let heard = Arc::new(Heard::default());
        store.subscribe(Arc::clone(&heard) as _);
        let take = || std::mem::take(&mut *heard.0.lock().unwrap());
        add_users(&store, &[user(1, "a"), user(2, "b")]).await;
        assert_eq!(take(), [Change::Users(vec![UserId::new(uuid(1)), UserId::new(uuid(2))])]);
        add_workspaces(&store, &[workspace(1, "w")]).await;
        assert_eq!(take(), [], "a new workspace has no members");
        let unit = store.begin().await.unwrap();
        unit.memberships().insert(&membership(1, 2, 1)).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(take(), [Change::Users(vec![UserId::new(uuid(2))])]);
        let unit = store.begin().await.unwrap();
        unit.users().delete(UserId::new(uuid(1))).await.unwrap();
        drop(unit);
        assert_eq!(take(), [], "nothing was committed");
        let unit = store.begin().await.unwrap();
        unit.workspaces().delete(WorkspaceId::new(uuid(1))).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(take(), [Change::All]);
    }

    async fn facts_are_remembered_once(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        assert_eq!(store.recall("colour").await.unwrap(), None);
        assert_eq!(store.remember("colour", "ochre").await.unwrap(), "ochre");
        assert_eq!(store.remember("colour", "blue").await.unwrap(), "ochre");
        store.check_writable().await.unwrap();
        store.close().await.unwrap();
        assert_eq!(database.open().await.recall("colour").await.unwrap().as_deref(), Some("ochre"));
    }
}
