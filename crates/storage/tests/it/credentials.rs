//! Keys, links, accounts at providers, the trash and limits in time, on SQLite and on PostgreSQL.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use ochre_domain::{
    model::{
        Device, Identity, IdentityId, KeyId, KeyLookup, KeyName, KeyScope, Link, LinkId, LinkPurpose, LinkUse,
        LoginSession, LoginSessionId, MAX_RETIRED_KEYS, Membership, NamedKey, Role, SessionKind, Subject, Timestamp,
        TrashEntry, TrashId, Trashed, User, UserId, Username, Workspace, WorkspaceId, WorkspaceName,
    },
    ports::{
        Change, ChangeSink, IdentityInsert, KeyInsert, Order, Position, Store as _, UserUpdate, WorkspaceCursor,
        WorkspaceFilter, WorkspaceUpdate,
    },
};
use ochre_storage::SqlStore;
use ochre_testkit::{TestDatabase, on_both};
use uuid::Uuid;

use crate::conformance::{add_users, add_workspaces, membership, user, workspace};

fn uuid(n: u8) -> Uuid {
    Uuid::from_u128(u128::from(n))
}

fn person(n: u8) -> UserId {
    UserId::new(uuid(n))
}

fn team(n: u8) -> WorkspaceId {
    WorkspaceId::new(uuid(n))
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

fn named_key(n: u8, user: u8, name: &str) -> NamedKey {
    NamedKey {
        id: KeyId::new(uuid(n)),
        user: person(user),
        name: KeyName::verbatim(name.into()),
        lookup: KeyLookup([n; 32]),
        hint: format!("h{n:03}"),
        scopes: [KeyScope::Read].into(),
        workspaces: None,
        expires_at: None,
        last_used_at: None,
        inserted_at: at(i64::from(n)),
    }
}

fn link(n: u8, purpose: LinkPurpose) -> Link {
    Link {
        id: LinkId::new(uuid(n)),
        token: KeyLookup([n; 32]),
        purpose,
        max_uses: 3,
        uses: 0,
        created_by: None,
        inserted_at: at(i64::from(n)),
        expires_at: at(1_000),
    }
}

fn invitation(n: u8, workspaces: &[u8]) -> Link {
    let workspaces = workspaces.iter().copied().map(team).collect();
    link(n, LinkPurpose::Invitation { role: Role::Admin, workspaces })
}

fn reset(n: u8, user: u8) -> Link {
    Link { max_uses: 1, ..link(n, LinkPurpose::Reset(person(user))) }
}

fn identity(n: u8, user: u8, issuer: &str, subject: &str) -> Identity {
    Identity {
        id: IdentityId::new(uuid(n)),
        who: Subject::verbatim(issuer.into(), subject.into()),
        user: person(user),
        inserted_at: at(i64::from(n)),
    }
}

fn login(n: u8, user: u8, made: i64, end: i64) -> LoginSession {
    LoginSession {
        id: LoginSessionId::new(uuid(n)),
        user: person(user),
        kind: if n.is_multiple_of(2) { SessionKind::Web } else { SessionKind::Token },
        device: Device::new(Some("2001:db8::1".into()), Some("Ünï browser")),
        inserted_at: at(made),
        expires_at: at(end),
    }
}

fn trashed(n: u8, what: Trashed, made: i64, end: i64) -> TrashEntry {
    let id = TrashId::new(uuid(n));
    TrashEntry { id, what, memberships: Vec::new(), deleted_by: None, inserted_at: at(made), expires_at: at(end) }
}

async fn add_keys(store: &SqlStore, keys: &[NamedKey]) {
    let unit = store.begin().await.unwrap();
    for key in keys {
        assert_eq!(unit.keys().insert(key).await.unwrap(), KeyInsert::Inserted);
    }
    unit.commit().await.unwrap();
}

async fn add_links(store: &SqlStore, links: &[Link]) {
    let unit = store.begin().await.unwrap();
    for link in links {
        unit.links().insert(link).await.unwrap();
    }
    unit.commit().await.unwrap();
}

async fn add_identities(store: &SqlStore, identities: &[Identity]) {
    let unit = store.begin().await.unwrap();
    for identity in identities {
        assert_eq!(unit.identities().insert(identity).await.unwrap(), IdentityInsert::Inserted);
    }
    unit.commit().await.unwrap();
}

async fn add_logins(store: &SqlStore, logins: &[LoginSession]) {
    let unit = store.begin().await.unwrap();
    for login in logins {
        unit.login_sessions().insert(login).await.unwrap();
    }
    unit.commit().await.unwrap();
}

/// Hears of changes, and keeps them until somebody asks.
#[derive(Default)]
struct Heard(Mutex<Vec<Change>>);

impl Heard {
    fn take(&self) -> Vec<Change> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl ChangeSink for Heard {
    fn changed(&self, change: &Change) {
        self.0.lock().unwrap().push(change.clone());
    }
}

on_both! {
    async fn a_named_key_is_read_as_it_was_written(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada")]).await;
        let limited = NamedKey {
            scopes: [KeyScope::Annotate, KeyScope::Manage, KeyScope::Read].into(),
            workspaces: Some([team(7), team(8)].into()),
            expires_at: Some(at(99)),
            last_used_at: Some(at(98)),
            ..named_key(2, 1, "Ünï export 🚀")
        };
        // All workspaces to which it was limited are gone: that is not the same as no limit.
        let nowhere = NamedKey { workspaces: Some(BTreeSet::new()), ..named_key(3, 1, "nowhere") };
        let keys = [named_key(1, 1, "plain"), limited, nowhere];
        add_keys(&store, &keys).await;
        let session = store.session();
        for key in &keys {
            assert_eq!(session.keys().find(&key.lookup).await.unwrap().as_ref(), Some(key));
        }
        assert_eq!(session.keys().find(&KeyLookup([9; 32])).await.unwrap(), None);
    }

    async fn named_keys_are_listed_in_the_order_in_which_they_were_made(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "eve")]).await;
        let same = |n, name| NamedKey { inserted_at: at(50), ..named_key(n, 1, name) };
        let first = NamedKey { inserted_at: at(1), ..named_key(9, 1, "first") };
        add_keys(&store, &[same(6, "third"), first.clone(), same(5, "second"), named_key(1, 2, "of another")]).await;
        let listed = store.session().keys().of_user(person(1)).await.unwrap();
        assert_eq!(listed, [first, same(5, "second"), same(6, "third")]);
        assert_eq!(store.session().keys().of_user(person(9)).await.unwrap(), []);
        let mut names = Vec::new();
        for key in store.session().keys().oldest(9).await.unwrap() {
            names.push(key.name.into_string());
        }
        assert_eq!(names, ["of another", "first", "second", "third"], "of anybody");
        assert_eq!(store.session().keys().oldest(1).await.unwrap().len(), 1);
    }

    async fn a_name_of_a_key_is_taken_for_its_user_alone(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "eve")]).await;
        let unit = store.begin().await.unwrap();
        for (key, outcome) in [
            (named_key(1, 1, "nightly"), KeyInsert::Inserted),
            (named_key(2, 1, "nightly"), KeyInsert::NameTaken),
            // A refused one leaves the unit of work usable, and names are compared as they are.
            (named_key(3, 1, "Nightly"), KeyInsert::Inserted),
            (named_key(4, 2, "nightly"), KeyInsert::Inserted),
        ] {
            assert_eq!(unit.keys().insert(&key).await.unwrap(), outcome, "{key:?}");
        }
        unit.commit().await.unwrap();
        assert_eq!(store.session().keys().find(&KeyLookup([2; 32])).await.unwrap(), None);
        assert_eq!(store.session().keys().of_user(person(1)).await.unwrap().len(), 2);
    }

    async fn a_named_key_ends_for_its_own_user_alone(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "eve")]).await;
        let (ended, kept, gone) = (named_key(1, 1, "ended"), named_key(2, 1, "kept"), named_key(3, 2, "gone"));
        add_keys(&store, &[ended.clone(), kept.clone(), gone.clone()]).await;
        let unit = store.begin().await.unwrap();
        assert!(!unit.keys().delete(person(2), ended.id).await.unwrap(), "it is somebody else's");
        assert!(unit.keys().delete(person(1), ended.id).await.unwrap());
        assert!(!unit.keys().delete(person(1), ended.id).await.unwrap());
        // With its user.
        assert!(unit.users().delete(person(2)).await.unwrap());
        unit.commit().await.unwrap();
        let session = store.session();
        assert_eq!(session.keys().of_user(person(1)).await.unwrap(), [kept]);
        for key in [ended, gone] {
            assert_eq!(session.keys().find(&key.lookup).await.unwrap(), None);
        }
    }

    async fn the_latest_use_of_a_named_key_counts(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada")]).await;
        add_keys(&store, &[named_key(1, 1, "a"), named_key(2, 1, "b"), named_key(3, 1, "c")]).await;
        let id = |n| KeyId::new(uuid(n));
        let note = async |used: &[(KeyId, Timestamp)]| {
            let unit = store.begin().await.unwrap();
            unit.keys().note_used(used).await.unwrap();
            unit.commit().await.unwrap();
            let keys = store.session().keys().of_user(person(1)).await.unwrap();
            keys.into_iter().map(|key| key.last_used_at.map(Timestamp::micros)).collect::<Vec<_>>()
        };
        assert_eq!(note(&[]).await, [None, None, None]);
        assert_eq!(note(&[(id(1), at(7)), (id(9), at(7)), (id(2), at(7))]).await, [Some(7), Some(7), None]);
        assert_eq!(note(&[(id(1), at(5)), (id(2), at(9))]).await, [Some(7), Some(9), None], "only forward");
    }

    async fn a_replaced_key_is_found_until_its_end(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "eve")]).await;
        let [first, second, third, other] = [11, 12, 13, 14].map(|byte| KeyLookup([byte; 32]));
        let unit = store.begin().await.unwrap();
        unit.keys().retire(person(1), &first, at(100)).await.unwrap();
        unit.keys().retire(person(2), &other, at(100)).await.unwrap();
        unit.commit().await.unwrap();
        let found = async |key: &KeyLookup, now| store.session().keys().find_retired(key, at(now)).await.unwrap();
        assert_eq!(found(&first, 99).await, Some((person(1), at(100))));
        assert_eq!(found(&first, 100).await, None);
        assert_eq!(found(&second, 0).await, None);

        // A key that is replaced again takes those of before with it; nobody else's.
        let unit = store.begin().await.unwrap();
        unit.keys().retire(person(1), &second, at(50)).await.unwrap();
        unit.keys().retire(person(1), &third, at(80)).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(found(&first, 49).await, Some((person(1), at(50))));
        assert_eq!(found(&first, 50).await, None);
        assert_eq!(found(&second, 49).await, Some((person(1), at(50))), "what ends earlier is not prolonged");
        assert_eq!(found(&third, 79).await, Some((person(1), at(80))));
        assert_eq!(found(&other, 99).await, Some((person(2), at(100))));

        // A key that somebody had before may become somebody else's, who replaces it as well.
        let unit = store.begin().await.unwrap();
        unit.keys().retire(person(2), &first, at(200)).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(found(&first, 199).await, Some((person(2), at(200))));

        let unit = store.begin().await.unwrap();
        assert_eq!(unit.keys().delete_retired(at(49)).await.unwrap(), 0);
        assert_eq!(unit.keys().delete_retired(at(50)).await.unwrap(), 1);
        assert!(unit.users().delete(person(1)).await.unwrap());
        unit.commit().await.unwrap();
        assert_eq!(found(&second, 0).await, None);
        assert_eq!(found(&third, 0).await, None, "gone with its user");
        assert_eq!(found(&other, 99).await, Some((person(2), at(100))));
    }

    async fn no_more_replaced_keys_are_kept_than_a_person_needs(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "eve")]).await;
        let most = u8::try_from(MAX_RETIRED_KEYS).unwrap();
        let keys: Vec<_> = (1..=most + 2).map(|byte| KeyLookup([byte; 32])).collect();
        let of_another = KeyLookup([99; 32]);
        let unit = store.begin().await.unwrap();
        unit.keys().retire(person(2), &of_another, at(1)).await.unwrap();
        for (end, key) in (101..).zip(&keys) {
            unit.keys().retire(person(1), key, at(end)).await.unwrap();
        }
        unit.commit().await.unwrap();
        let kept = async || {
            let mut kept = Vec::new();
            for key in &keys {
                kept.push(store.session().keys().find_retired(key, at(0)).await.unwrap().is_some());
            }
            kept
        };
        assert_eq!(kept().await, [&[false; 2][..], &[true; MAX_RETIRED_KEYS]].concat());

        // The latest is kept also where all end at the same moment.
        let unit = store.begin().await.unwrap();
        unit.keys().retire(person(1), &keys[0], at(50)).await.unwrap();
        unit.commit().await.unwrap();
        let kept = kept().await;
        assert!(kept[0]);
        assert_eq!(kept.into_iter().filter(|is_kept| *is_kept).count(), MAX_RETIRED_KEYS);
        assert!(store.session().keys().find_retired(&of_another, at(0)).await.unwrap().is_some());
    }

    async fn a_link_is_read_as_it_was_written(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada")]).await;
        add_workspaces(&store, &[workspace(1, "w"), workspace(2, "v")]).await;
        let links = [
            Link { created_by: Some(person(99)), max_uses: 10_000, uses: 2, ..invitation(1, &[1, 2]) },
            invitation(2, &[]),
            Link { created_by: Some(person(1)), ..reset(3, 1) },
        ];
        add_links(&store, &links).await;
        let unit = store.begin().await.unwrap();
        for link in &links {
            assert_eq!(store.session().links().find(&link.token).await.unwrap().as_ref(), Some(link));
            assert_eq!(unit.links().lock(&link.token).await.unwrap().as_ref(), Some(link));
        }
        assert_eq!(unit.links().find(&KeyLookup([9; 32])).await.unwrap(), None);
        assert_eq!(unit.links().lock(&KeyLookup([9; 32])).await.unwrap(), None);
    }

    async fn links_are_listed_the_latest_first(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "eve")]).await;
        add_workspaces(&store, &[workspace(1, "w")]).await;
        let late = |link: Link| Link { inserted_at: at(100), ..link };
        let of_one_moment = [late(invitation(5, &[])), late(invitation(4, &[1]))];
        let invitations = [&of_one_moment[..], &[invitation(9, &[1]), invitation(2, &[])]].concat();
        let resets = [late(reset(6, 1)), reset(7, 1), reset(3, 1)];
        let mut all: Vec<_> = invitations.iter().chain(&resets).cloned().collect();
        all.push(reset(8, 2));
        all.reverse();
        add_links(&store, &all).await;
        let session = store.session();
        assert_eq!(session.links().invitations(None, 100).await.unwrap(), invitations);
        let behind = |link: &Link| Some(Position::at(link.inserted_at, link.id.uuid()));
        for (after, limit, expected) in [(None, 1, 0..1), (behind(&invitations[0]), 2, 1..3), (behind(&invitations[2]), 9, 3..4)] {
            assert_eq!(session.links().invitations(after, limit).await.unwrap(), invitations[expected]);
        }
        assert_eq!(session.links().of_user(person(1)).await.unwrap(), resets);
        assert_eq!(session.links().of_user(person(9)).await.unwrap(), []);
    }

    async fn a_use_of_a_link_is_noted_and_counted(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let (open, other, unused) = (invitation(1, &[]), invitation(2, &[]), invitation(3, &[]));
        add_links(&store, &[open.clone(), other.clone(), unused.clone()]).await;
        let by = |link: &Link, user, moment| LinkUse { link: link.id, user: person(user), at: at(moment) };
        let unit = store.begin().await.unwrap();
        // Who came stays known when they are gone: nobody has to be there.
        for link_use in [by(&open, 7, 20), by(&open, 8, 10), by(&other, 9, 15)] {
            unit.links().note_use(&link_use).await.unwrap();
        }
        unit.commit().await.unwrap();
        let session = store.session();
        for (link, uses) in [(&open, 2), (&other, 1), (&unused, 0)] {
            assert_eq!(session.links().find(&link.token).await.unwrap().unwrap().uses, uses);
        }
        let of_one = session.links().uses(&[open.id]).await.unwrap();
        assert_eq!(of_one, [by(&open, 8, 10), by(&open, 7, 20)], "in the order of time");
        assert_eq!(session.links().uses(&[open.id, other.id, LinkId::new(uuid(99))]).await.unwrap().len(), 3);
        assert_eq!(session.links().uses(&[]).await.unwrap(), []);

        let unit = store.begin().await.unwrap();
        assert!(unit.links().withdraw(open.id, at(30)).await.unwrap());
        assert!(!unit.links().withdraw(open.id, at(31)).await.unwrap(), "it is over");
        unit.commit().await.unwrap();
        let session = store.session();
        let ended = Link { uses: 2, expires_at: at(30), ..open.clone() };
        assert_eq!(session.links().find(&open.token).await.unwrap(), Some(ended));
        assert_eq!(session.links().uses(&[open.id]).await.unwrap().len(), 2, "who came by it stays known");
    }

    async fn each_kind_of_link_is_withdrawn_in_its_own_way(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "eve")]).await;
        let (invited, unused, used, other) = (invitation(1, &[]), reset(2, 1), reset(3, 1), reset(4, 2));
        add_links(&store, &[invited.clone(), unused, used.clone(), other.clone()]).await;
        let unit = store.begin().await.unwrap();
        let link_use = LinkUse { link: used.id, user: person(1), at: at(5) };
        unit.links().note_use(&link_use).await.unwrap();
        assert!(!unit.links().withdraw(used.id, at(6)).await.unwrap(), "it is no invitation");
        assert_eq!(unit.links().delete_unused_of_user(person(1)).await.unwrap(), 1);
        assert_eq!(unit.links().delete_unused_of_user(person(1)).await.unwrap(), 0);
        unit.commit().await.unwrap();
        let session = store.session();
        assert_eq!(session.links().of_user(person(1)).await.unwrap(), [Link { uses: 1, ..used }]);
        assert_eq!(session.links().of_user(person(2)).await.unwrap(), [other]);
        assert_eq!(session.links().invitations(None, 100).await.unwrap(), std::slice::from_ref(&invited));

        let unit = store.begin().await.unwrap();
        assert!(unit.links().withdraw(invited.id, at(6)).await.unwrap());
        assert!(!unit.links().withdraw(invited.id, at(6)).await.unwrap());
        unit.commit().await.unwrap();
        assert_eq!(store.session().links().find(&invited.token).await.unwrap(), None);
    }

    async fn links_end_by_time(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada")]).await;
        add_workspaces(&store, &[workspace(1, "w")]).await;
        let ending = |link: Link, end| Link { expires_at: at(end), ..link };
        let kept = ending(invitation(3, &[1]), 101);
        add_links(&store, &[ending(invitation(1, &[1]), 100), ending(reset(2, 1), 99), kept.clone()]).await;
        let unit = store.begin().await.unwrap();
        assert_eq!(unit.links().delete_expired(at(100)).await.unwrap(), 2);
        unit.commit().await.unwrap();
        assert_eq!(store.session().links().invitations(None, 100).await.unwrap(), [kept]);
        assert_eq!(store.session().links().of_user(person(1)).await.unwrap(), []);
    }

    async fn links_lose_what_is_deleted(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "eve")]).await;
        add_workspaces(&store, &[workspace(1, "w"), workspace(2, "v")]).await;
        let made_by_ada = Link { created_by: Some(person(1)), ..invitation(1, &[1, 2]) };
        add_links(&store, &[made_by_ada.clone(), reset(2, 1), reset(3, 2)]).await;
        let unit = store.begin().await.unwrap();
        unit.workspaces().delete(team(1)).await.unwrap();
        unit.users().delete(person(1)).await.unwrap();
        unit.commit().await.unwrap();
        let session = store.session();
        let smaller = Link { created_by: Some(person(1)), ..invitation(1, &[2]) };
        assert_eq!(session.links().invitations(None, 100).await.unwrap(), [smaller], "who made it stays known");
        assert_eq!(session.links().of_user(person(1)).await.unwrap(), []);
        assert_eq!(session.links().of_user(person(2)).await.unwrap(), [reset(3, 2)]);
    }

    async fn an_account_at_a_provider_signs_in_one_user_at_most(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "eve")]).await;
        let (issuer, other) = ("https://accounts.example", "https://other.example");
        let late = Identity { inserted_at: at(99), ..identity(1, 1, issuer, "7") };
        let unit = store.begin().await.unwrap();
        for (identity, outcome) in [
            (late.clone(), IdentityInsert::Inserted),
            (identity(2, 2, issuer, "7"), IdentityInsert::Taken),
            (identity(3, 1, issuer, "7"), IdentityInsert::Taken),
            // Both parts count, and both as they are.
            (identity(4, 1, other, "7"), IdentityInsert::Inserted),
            (identity(5, 2, "https://Accounts.example", "7"), IdentityInsert::Inserted),
            (identity(6, 1, issuer, "7 "), IdentityInsert::Inserted),
        ] {
            assert_eq!(unit.identities().insert(&identity).await.unwrap(), outcome, "{identity:?}");
        }
        unit.commit().await.unwrap();
        let session = store.session();
        assert_eq!(session.identities().find(&late.who).await.unwrap(), Some(late.clone()));
        assert_eq!(session.identities().find(&Subject::verbatim(issuer.into(), "8".into())).await.unwrap(), None);
        let of_ada = session.identities().of_user(person(1)).await.unwrap();
        assert_eq!(of_ada, [identity(4, 1, other, "7"), identity(6, 1, issuer, "7 "), late]);
    }

    async fn an_account_at_a_provider_is_unlinked_for_its_own_user_alone(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "eve")]).await;
        let linked = |n: u8, user| identity(n, user, "https://a.example", &n.to_string());
        let [a, b, c] = [linked(1, 1), linked(2, 1), linked(3, 2)];
        add_identities(&store, &[a.clone(), b.clone(), c.clone()]).await;
        let unit = store.begin().await.unwrap();
        assert!(!unit.identities().delete(person(2), a.id).await.unwrap());
        assert!(unit.identities().delete(person(1), a.id).await.unwrap());
        assert!(!unit.identities().delete(person(1), a.id).await.unwrap());
        assert!(unit.users().delete(person(2)).await.unwrap());
        unit.commit().await.unwrap();
        assert_eq!(store.session().identities().of_user(person(1)).await.unwrap(), [b]);
        assert_eq!(store.session().identities().find(&c.who).await.unwrap(), None, "gone with its user");
    }

    async fn a_deleted_user_comes_back_byte_for_byte(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        // One user with everything that a user can have, and one with as little as possible.
        let (full, bare) = (user(30, "Ünï \"quoted\" \\ 🚀"), user(1, "bare"));
        assert!(full.active_until.is_some() && full.must_change_password && full.imported_password.is_some());
        let identities = vec![identity(1, 30, "https://a.example", "Ü\"1"), identity(2, 30, "https://b.example", "2")];
        let memberships =
            vec![membership(1, 30, 5), Membership { active_until: Some(at(77)), ..membership(2, 30, 6) }];
        let entries = [
            TrashEntry {
                memberships,
                deleted_by: Some(person(9)),
                ..trashed(1, Trashed::User(Box::new(full.clone()), identities.clone()), 20, 100)
            },
            trashed(2, Trashed::User(Box::new(bare), Vec::new()), 10, 100),
        ];
        let unit = store.begin().await.unwrap();
        unit.trash().insert_all(&entries).await.unwrap();
        unit.trash().insert_all(&[]).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(store.session().trash().list(at(50), None, 100).await.unwrap(), entries);

        // What was read back is what can be written again, and what a key and a hash find.
        let found = store.session().trash().lock(entries[0].id).await.unwrap().unwrap();
        let Trashed::User(again, linked) = &found.what else { panic!("{found:?}") };
        assert_eq!(again.api_key.lookup.0, full.api_key.lookup.0);
        assert_eq!(again.api_key.sealed.0, full.api_key.sealed.0);
        assert_eq!(again.password_hash.expose(), full.password_hash.expose());
        assert_eq!(again.imported_password.map(|print| print.0), full.imported_password.map(|print| print.0));
        add_workspaces(&store, &[workspace(1, "w"), workspace(2, "v")]).await;
        add_users(&store, std::slice::from_ref::<User>(again)).await;
        add_identities(&store, linked).await;
        let unit = store.begin().await.unwrap();
        assert_eq!(unit.memberships().insert_all(&found.memberships).await.unwrap(), 2);
        unit.commit().await.unwrap();
        let session = store.session();
        assert_eq!(session.users().find_by_key(&full.api_key.lookup).await.unwrap(), Some(full));
        assert_eq!(session.identities().of_user(person(30)).await.unwrap(), identities);
    }

    async fn a_deleted_workspace_comes_back_as_it_was(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let gone = Workspace { updated_at: at(1), ..workspace(1, "Wörk \"space\" 🚀") };
        let memberships = vec![membership(1, 1, 5), Membership { active_until: Some(at(9)), ..membership(1, 2, 6) }];
        let entry = TrashEntry { memberships, ..trashed(1, Trashed::Workspace(gone), 10, 100) };
        let unit = store.begin().await.unwrap();
        unit.trash().insert_all(std::slice::from_ref(&entry)).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(store.session().trash().list(at(50), None, 100).await.unwrap(), [entry]);
    }

    async fn the_trash_is_listed_and_emptied_by_time(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let entry = |n, made, end| trashed(n, Trashed::Workspace(workspace(n, &format!("w-{n}"))), made, end);
        // The same thing may have been deleted twice.
        let twice = |n| trashed(n, Trashed::Workspace(workspace(1, "w-1")), 20, 100);
        // The latest first, and of the same moment the greatest id.
        let all = [entry(5, 40, 60), entry(2, 30, 100), twice(4), twice(3), entry(1, 10, 100)];
        let mut written = all.to_vec();
        written.reverse();
        let unit = store.begin().await.unwrap();
        unit.trash().insert_all(&written).await.unwrap();
        unit.commit().await.unwrap();
        let session = store.session();
        let after = |entry: &TrashEntry| Some(Position::at(entry.inserted_at, entry.id.uuid()));
        for (now, after, limit, expected) in [
            (59, None, 100, 0..5),
            (60, None, 100, 1..5),
            (60, None, 2, 1..3),
            (60, after(&all[2]), 1, 3..4),
            (60, after(&all[3]), 2, 4..5),
            (100, None, 100, 5..5),
        ] {
            assert_eq!(session.trash().list(at(now), after, limit).await.unwrap(), all[expected], "{now}");
        }
        for (now, most, count) in [(59, 9, 5), (60, 9, 4), (60, 3, 3), (100, 9, 0)] {
            assert_eq!(session.trash().count(at(now), most).await.unwrap(), count, "{now}");
        }
        assert_eq!(session.trash().find(all[0].id).await.unwrap().as_ref(), Some(&all[0]));
        assert_eq!(session.trash().find(TrashId::new(uuid(99))).await.unwrap(), None);

        let unit = store.begin().await.unwrap();
        assert_eq!(unit.trash().lock(all[0].id).await.unwrap(), Some(all[0].clone()), "until it is swept away");
        assert_eq!(unit.trash().lock(TrashId::new(uuid(99))).await.unwrap(), None);
        assert_eq!(unit.trash().delete_expired(at(59)).await.unwrap(), 0);
        assert_eq!(unit.trash().delete_expired(at(60)).await.unwrap(), 1);
        assert_eq!(unit.trash().lock(all[0].id).await.unwrap(), None);
        assert!(unit.trash().delete(all[1].id).await.unwrap());
        assert!(!unit.trash().delete(all[1].id).await.unwrap());
        unit.commit().await.unwrap();
        assert_eq!(store.session().trash().list(at(0), None, 100).await.unwrap(), all[2..]);
    }

    async fn logins_of_a_user_are_listed_and_ended(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "eve")]).await;
        let logins = [login(1, 1, 10, 100), login(2, 1, 30, 100), login(4, 1, 20, 100), login(3, 1, 20, 100)];
        add_logins(&store, &logins).await;
        add_logins(&store, &[login(5, 1, 40, 60), login(6, 2, 50, 100)]).await;
        let of_ada = async |now| store.session().login_sessions().of_user(person(1), at(now)).await.unwrap();
        let [a, b, d, c] = logins;
        let latest_first = [login(5, 1, 40, 60), b.clone(), c.clone(), d, a.clone()];
        assert_eq!(of_ada(59).await, latest_first);
        assert_eq!(of_ada(60).await, latest_first[1..]);

        let unit = store.begin().await.unwrap();
        assert!(!unit.login_sessions().delete(person(2), a.id).await.unwrap(), "it is somebody else's");
        assert!(unit.login_sessions().delete(person(1), a.id).await.unwrap());
        assert!(!unit.login_sessions().delete(person(1), a.id).await.unwrap());
        assert_eq!(unit.login_sessions().delete_others(person(1), c.id).await.unwrap(), 3);
        assert_eq!(unit.login_sessions().delete_others(person(1), c.id).await.unwrap(), 0);
        unit.commit().await.unwrap();
        assert_eq!(of_ada(0).await, [c]);
        let of_eve = store.session().login_sessions().of_user(person(2), at(0)).await.unwrap();
        assert_eq!(of_eve, [login(6, 2, 50, 100)]);
    }

    async fn a_membership_is_limited_in_time(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "bob"), user(4, "eve")]).await;
        add_workspaces(&store, &[workspace(1, "w"), workspace(2, "v")]).await;
        let unit = store.begin().await.unwrap();
        let born_limited = Membership { active_until: Some(at(70)), ..membership(1, 2, 10) };
        let all = [membership(1, 1, 20), membership(2, 1, 5), born_limited, membership(1, 4, 10)];
        assert_eq!(unit.memberships().insert_all(&all).await.unwrap(), 4);
        assert!(unit.memberships().limit(team(1), person(1), Some(at(50))).await.unwrap());
        assert!(!unit.memberships().limit(team(2), person(2), Some(at(50))).await.unwrap(), "no such membership");
        unit.commit().await.unwrap();
        let limited = Membership { active_until: Some(at(50)), ..membership(1, 1, 20) };
        let session = store.session();
        let of_w = session.memberships().of_workspace(team(1)).await.unwrap();
        assert_eq!(of_w, [born_limited, membership(1, 4, 10), limited], "in the order in which they began");
        assert_eq!(session.memberships().find(team(1), person(1)).await.unwrap(), Some(limited));
        let mut of_ada = session.memberships().workspaces_of(person(1)).await.unwrap();
        of_ada.sort();
        assert_eq!(of_ada, [(team(1), Some(at(50))), (team(2), None)]);
        let named: Vec<_> = session.memberships().of_users(&[person(1)]).await.unwrap();
        assert_eq!(named.iter().map(|(found, _)| *found).collect::<Vec<_>>(), [membership(2, 1, 5), limited]);

        let unit = store.begin().await.unwrap();
        assert!(unit.memberships().limit(team(1), person(1), None).await.unwrap());
        unit.commit().await.unwrap();
        assert_eq!(store.session().memberships().find(team(1), person(1)).await.unwrap(), Some(membership(1, 1, 20)));
    }

    async fn a_membership_that_has_ended_leads_nowhere(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada")]).await;
        add_workspaces(&store, &[workspace(1, "ever"), workspace(2, "over"), workspace(3, "soon")]).await;
        let until = |w, end| Membership { active_until: Some(at(end)), ..membership(w, 1, 1) };
        let unit = store.begin().await.unwrap();
        unit.memberships().insert_all(&[membership(1, 1, 1), until(2, 50), until(3, 51)]).await.unwrap();
        unit.commit().await.unwrap();
        let session = store.session();
        let filter = |now| WorkspaceFilter { member: Some((person(1), at(now))), ..WorkspaceFilter::default() };
        for (now, expected) in [(49, vec![1, 2, 3]), (50, vec![1, 3]), (51, vec![1])] {
            let expected: Vec<_> = expected.into_iter().map(team).collect();
            let ids = |found: Vec<Workspace>| found.into_iter().map(|found| found.id).collect::<Vec<_>>();
            let paged = session.workspaces().page_of_user(person(1), at(now), None, 9).await.unwrap();
            assert_eq!(ids(paged), expected, "at {now}");
            let selected = session.workspaces().select(&filter(now), Order::default(), None, 9).await.unwrap();
            assert_eq!(ids(selected), expected, "at {now}");
        }
        let behind = WorkspaceCursor { at: workspace(1, "").inserted_at, id: team(1) };
        let rest = session.workspaces().page_of_user(person(1), at(50), Some(behind), 1).await.unwrap();
        assert_eq!(rest, [workspace(3, "soon")]);
        // The membership itself stays.
        assert_eq!(session.memberships().of_workspace(team(2)).await.unwrap(), [until(2, 50)]);
        assert_eq!(session.users().page_of_workspace(team(2), None, 9).await.unwrap().len(), 1);
    }

    async fn an_owner_with_an_end_does_not_count(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let owner = |n, name, active_until| User { role: Role::Owner, active_until, ..user(n, name) };
        // An end that is far away is an end all the same.
        add_users(&store, &[owner(2, "b", None), owner(1, "a", None), owner(4, "c", Some(at(i64::MAX)))]).await;
        let unit = store.begin().await.unwrap();
        assert_eq!(unit.users().owners().await.unwrap(), [person(1), person(2)]);
        assert_eq!(unit.users().lock_owners().await.unwrap(), [person(1), person(2)]);
    }

    async fn the_limits_of_a_user_are_written_and_removed(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let (limited, free) = (user(15, "limited"), user(1, "free"));
        assert!(limited.active_until.is_some() && limited.must_change_password);
        assert!(free.active_until.is_none() && !free.must_change_password);
        add_users(&store, &[limited.clone(), free.clone()]).await;
        let find = async |id| store.session().users().find(id).await.unwrap().unwrap();
        assert_eq!(find(limited.id).await, limited);
        assert_eq!(find(free.id).await, free);
        let freed = User { active_until: None, must_change_password: false, ..limited };
        let bound = User { active_until: Some(at(1)), must_change_password: true, ..free };
        let unit = store.begin().await.unwrap();
        for user in [&freed, &bound] {
            assert_eq!(unit.users().update(user).await.unwrap(), UserUpdate::Updated);
        }
        unit.commit().await.unwrap();
        assert_eq!(find(freed.id).await, freed);
        assert_eq!(find(bound.id).await, bound);
    }

    async fn a_workspace_is_renamed_unless_the_name_is_taken(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_workspaces(&store, &[workspace(1, "papers"), workspace(2, "taken")]).await;
        let named = |name: &str| Workspace {
            name: WorkspaceName::verbatim(name.into()),
            updated_at: at(1_800_000_000_000_001),
            ..workspace(1, "")
        };
        let unit = store.begin().await.unwrap();
        assert_eq!(unit.workspaces().update(&named("PAPERS")).await.unwrap(), WorkspaceUpdate::Updated);
        unit.commit().await.unwrap();
        let unit = store.begin().await.unwrap();
        assert_eq!(unit.workspaces().update(&named("taken")).await.unwrap(), WorkspaceUpdate::NameTaken);
        drop(unit);
        let session = store.session();
        assert_eq!(session.workspaces().find(team(1)).await.unwrap(), Some(named("PAPERS")));
        assert_eq!(session.workspaces().find(team(2)).await.unwrap(), Some(workspace(2, "taken")));
        // It is found and searched by its new name.
        let search = |text: &str| WorkspaceFilter { search: Some(text.into()), ..WorkspaceFilter::default() };
        let found = session.workspaces().select(&search("papers"), Order::default(), None, 9).await.unwrap();
        assert_eq!(found, [named("PAPERS")]);
        assert_eq!(session.workspaces().find_by_name(&WorkspaceName::verbatim("papers".into())).await.unwrap(), None);
    }

    async fn names_are_told_of_those_who_are_there(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "eve")]).await;
        add_workspaces(&store, &[workspace(1, "w"), workspace(2, "v")]).await;
        let session = store.session();
        let mut users = session.users().names(&[person(2), person(9), person(1)]).await.unwrap();
        users.sort_by_key(|(id, _)| *id);
        let name = |name: &str| Username::verbatim(name.into());
        assert_eq!(users, [(person(1), name("ada")), (person(2), name("eve"))]);
        let mut workspaces = session.workspaces().names(&[team(2), team(9), team(1)]).await.unwrap();
        workspaces.sort_by_key(|(id, _)| *id);
        let name = |name: &str| WorkspaceName::verbatim(name.into());
        assert_eq!(workspaces, [(team(1), name("w")), (team(2), name("v"))]);
        assert!(session.users().names(&[]).await.unwrap().is_empty());
        assert!(session.workspaces().names(&[]).await.unwrap().is_empty());
    }

    async fn a_commit_tells_whose_credentials_it_ended(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        add_users(&store, &[user(1, "ada"), user(2, "eve")]).await;
        add_workspaces(&store, &[workspace(1, "w")]).await;
        let unit = store.begin().await.unwrap();
        unit.memberships().insert(&membership(1, 2, 1)).await.unwrap();
        unit.commit().await.unwrap();
        let heard = Arc::new(Heard::default());
        store.subscribe(Arc::clone(&heard) as _);
        let of_eve = [Change::Users(vec![person(2)])];

        // Nobody can have kept what is new.
        add_keys(&store, &[named_key(1, 2, "nightly")]).await;
        add_logins(&store, &[login(1, 2, 1, 100), login(2, 2, 1, 100), login(3, 2, 1, 100)]).await;
        add_links(&store, &[invitation(1, &[1]), reset(2, 2)]).await;
        add_identities(&store, &[identity(1, 2, "https://a.example", "1")]).await;
        assert_eq!(heard.take(), []);

        let unit = store.begin().await.unwrap();
        unit.memberships().limit(team(1), person(2), Some(at(50))).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(heard.take(), of_eve);
        let unit = store.begin().await.unwrap();
        unit.keys().delete(person(2), KeyId::new(uuid(1))).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(heard.take(), of_eve);
        let unit = store.begin().await.unwrap();
        unit.keys().retire(person(2), &KeyLookup([50; 32]), at(50)).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(heard.take(), of_eve);
        let unit = store.begin().await.unwrap();
        unit.login_sessions().delete(person(2), LoginSessionId::new(uuid(1))).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(heard.take(), of_eve);
        let unit = store.begin().await.unwrap();
        unit.login_sessions().delete_others(person(2), LoginSessionId::new(uuid(2))).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(heard.take(), of_eve);

        // What has ended by itself, and what lets nobody act, is kept by nobody either.
        let unit = store.begin().await.unwrap();
        unit.keys().note_used(&[(KeyId::new(uuid(1)), at(5))]).await.unwrap();
        unit.keys().delete_retired(at(50)).await.unwrap();
        unit.links().delete_expired(at(2_000)).await.unwrap();
        unit.trash().delete_expired(at(2_000)).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(heard.take(), []);
    }
}
