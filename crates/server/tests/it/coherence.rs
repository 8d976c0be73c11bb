//! A change is effective at the next request of the same process, and within a second in every other one.

use std::time::{Duration, Instant};

use ochre_client::{Client, Error, Role, UserUpdate};
use ochre_testkit::{PASSWORD, TestApp, TestServer, on_both};

fn refused<T>(outcome: Result<T, Error>) -> Option<u16> {
    outcome.err().and_then(|error| error.status())
}

/// Asks again and again for a second; the first answer that is as expected ends it.
async fn within_a_second<T, F: Future<Output = Result<T, Error>>>(expected: Option<u16>, mut ask: impl FnMut() -> F) {
    let start = Instant::now();
    loop {
        let status = refused(ask().await);
        if status == expected {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(1), "still {status:?} after a second");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

on_both! {
    async fn a_change_is_effective_at_the_next_request(engine: Engine) {
        let app = TestApp::start(engine).await;
        let alpha = app.workspace("alpha").await;
        let owner = &app.owner.client;
        for round in 0..5 {
            let ann = app.person(&format!("ann-{round}"), Role::Annotator).await;
            let token = app.anonymous().sign_in(&ann.user.username, PASSWORD).await.unwrap();
            let by_token = Client::builder(app.url()).token(&token).build().unwrap();
            let id = ann.user.id;
            let role = |role| UserUpdate { role: Some(role), ..UserUpdate::default() };
            for client in [&ann.client, &by_token] {
                // Membership.
                assert_eq!(refused(client.workspaces().get(alpha.id).await), Some(403));
                owner.workspaces().add_user(alpha.id, id).await.unwrap();
                assert_eq!(refused(client.workspaces().get(alpha.id).await), None);
                owner.workspaces().remove_user(alpha.id, id).await.unwrap();
                assert_eq!(refused(client.workspaces().get(alpha.id).await), Some(403));
                // Role.
                owner.users().update(id, &role(Role::Owner)).await.unwrap();
                assert_eq!(refused(client.users().list().await), None);
                owner.users().update(id, &role(Role::Annotator)).await.unwrap();
                assert_eq!(refused(client.users().list().await), Some(403));
            }
            // Names, in the answer that is kept ready.
            let name = UserUpdate { first_name: Some("Changed".into()), ..UserUpdate::default() };
            owner.users().update(id, &name).await.unwrap();
            assert_eq!(ann.client.me().await.unwrap().first_name, "Changed");
            // Password, then the account.
            let password = UserUpdate { password: Some("another password".into()), ..UserUpdate::default() };
            owner.users().update(id, &password).await.unwrap();
            assert_eq!(refused(by_token.me().await), Some(401));
            assert_eq!(refused(ann.client.me().await), None);
            owner.users().delete(id).await.unwrap();
            assert_eq!(refused(ann.client.me().await), Some(401));
        }
    }

    async fn a_change_by_another_process_is_effective_within_a_second(engine: Engine) {
        let app = TestApp::start(engine).await;
        let alpha = app.workspace("alpha").await;
        let ann = app.person("ann", Role::Annotator).await;
        let token = app.anonymous().sign_in("ann", PASSWORD).await.unwrap();
        // A second server over the same database shares no memory with the first.
        let other = TestServer::start(&app.database, &[]).await;
        let owner = Client::builder(&other.url).api_key(&app.owner.user.api_key).build().unwrap();
        let by_token = Client::builder(app.url()).token(&token).build().unwrap();
        let id = ann.user.id;

        for client in [&ann.client, &by_token] {
            assert_eq!(refused(client.me().await), None);
            owner.workspaces().add_user(alpha.id, id).await.unwrap();
            within_a_second(None, || async { client.workspaces().get(alpha.id).await }).await;
            owner.workspaces().remove_user(alpha.id, id).await.unwrap();
            within_a_second(Some(403), || async { client.workspaces().get(alpha.id).await }).await;
        }
        let role = UserUpdate { role: Some(Role::Owner), ..UserUpdate::default() };
        owner.users().update(id, &role).await.unwrap();
        within_a_second(None, || async { by_token.users().list().await }).await;
        let password = UserUpdate { password: Some("another password".into()), ..UserUpdate::default() };
        owner.users().update(id, &password).await.unwrap();
        within_a_second(Some(401), || async { by_token.me().await }).await;
        owner.users().delete(id).await.unwrap();
        within_a_second(Some(401), || async { ann.client.me().await }).await;
        other.stop().await;
    }

    async fn a_busy_caller_hears_of_a_change_by_another_process_too(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let other = TestServer::start(&app.database, &[]).await;
        let owner = Client::builder(&other.url).api_key(&app.owner.user.api_key).build().unwrap();
        // Callers who never pause keep an entry in use all the time; it must be renewed all the same.
        let callers: Vec<_> = (0..4)
            .map(|_| {
                let client = ann.client.clone();
                tokio::spawn(async move { while refused(client.me().await).is_none() {} Instant::now() })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(700)).await;
        owner.users().delete(ann.user.id).await.unwrap();
        let deleted = Instant::now();
        for caller in callers {
            let heard = caller.await.unwrap();
            assert!(heard.saturating_duration_since(deleted) < Duration::from_secs(1));
        }
    }
}
