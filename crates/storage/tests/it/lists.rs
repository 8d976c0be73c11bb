//! Long lists, on SQLite and on PostgreSQL.

use ochre_domain::{
    model::{KeyLookup, Membership, Role, StoredKey, Timestamp, User, UserId, WorkspaceId},
    ports::{BulkInsert, Direction, Mark, Order, Position, Sort, Store as _, UserFilter},
};
use ochre_testkit::{TestDatabase, on_both};
use uuid::Uuid;

use crate::conformance::{add_workspaces, user, workspace};

/// More members than are all taken and put in order.
const MANY: u32 = 6_000;

fn nth(n: u32) -> User {
    let some = user(1, &format!("person-{n:05}"));
    let mut lookup = [0; 32];
    lookup[..4].copy_from_slice(&n.to_be_bytes());
    User {
        id: UserId::new(Uuid::from_u128(u128::from(n) + 1)),
        role: if n.is_multiple_of(100) { Role::Admin } else { Role::Annotator },
        api_key: StoredKey { lookup: KeyLookup(lookup), ..some.api_key },
        // The last name in the alphabet was there first.
        inserted_at: Timestamp::from_micros(1_000_000 - i64::from(n)),
        ..some
    }
}

on_both! {
    async fn members_are_the_same_however_many_there_are(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let users: Vec<_> = (0..MANY + 1_000).map(nth).collect();
        add_workspaces(&store, &[workspace(1, "many"), workspace(2, "few")]).await;
        let unit = store.begin().await.unwrap();
        assert_eq!(unit.users().insert_all(&users).await.unwrap(), BulkInsert::Inserted);
        let teams = [1, 2].map(|n| WorkspaceId::new(Uuid::from_u128(n)));
        let member = |workspace, user: &User| Membership {
            workspace,
            user: user.id,
            inserted_at: Timestamp::from_micros(7),
            active_until: None,
        };
        // Those who come first in the order of names belong to neither.
        let many = users.iter().skip(1_000).map(|user| member(teams[0], user));
        let few = users.iter().skip(1_000).step_by(50).map(|user| member(teams[1], user));
        let memberships: Vec<_> = many.chain(few).collect();
        unit.memberships().insert_all(&memberships).await.unwrap();
        unit.commit().await.unwrap();

        let session = store.session();
        let select = async |filter: &UserFilter, by, direction, after: Option<(Mark, u32)>| {
            let after = after.map(|(mark, n)| Position { mark, id: nth(n).id.uuid() });
            let found = session.users().select(filter, Order { by, direction }, after, 2).await.unwrap();
            found.into_iter().map(|user| user.username.into_string()).collect::<Vec<_>>()
        };
        let person = |n: u32| format!("person-{n:05}");
        let last = MANY + 999;
        for (workspace, step) in [(teams[0], 1), (teams[1], 50)] {
            let all = UserFilter { workspace: Some(workspace), ..UserFilter::default() };
            let (up, down) = (Direction::Ascending, Direction::Descending);
            assert_eq!(select(&all, Sort::Name, up, None).await, [person(1_000), person(1_000 + step)]);
            let after = Some((Mark::Name(person(1_000)), 1_000));
            assert_eq!(select(&all, Sort::Name, up, after).await, [person(1_000 + step), person(1_000 + 2 * step)]);
            let latest = select(&all, Sort::InsertedAt, down, None).await;
            assert_eq!(latest, [person(1_000), person(1_000 + step)]);
            let end = last - last % step;
            assert_eq!(select(&all, Sort::Name, down, None).await, [person(end), person(end - step)]);
            let admins = UserFilter { role: Some(Role::Admin), ..all.clone() };
            assert_eq!(select(&admins, Sort::Name, up, None).await, [person(1_000), person(1_100)]);
            let some = UserFilter { search: Some("-069".into()), ..all.clone() };
            assert_eq!(select(&some, Sort::Name, down, None).await, [person(end), person(end - step)]);
            for (filter, count) in [(&all, MANY / step), (&admins, 60), (&some, 100 / step)] {
                assert_eq!(session.users().count(filter, 100_000).await.unwrap(), count, "{filter:?}");
            }
            assert_eq!(session.users().count(&all, 50).await.unwrap(), 50);
        }
        let counts = session.memberships().counts(&teams, Timestamp::from_micros(1), 5_500).await.unwrap();
        assert_eq!(counts.iter().map(|(_, count)| count).max(), Some(&5_500));
        assert_eq!(counts.iter().map(|(_, count)| count).min(), Some(&120));
    }
}
