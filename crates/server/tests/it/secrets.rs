//! A copied database holds no usable secret.

use std::{path::Path, time::Duration};

use ochre_client::{InvitationCreate, KeyCreate, KeyScope, LinkRedeem, ResetLinkCreate, Role, TrashKind, UserUpdate};
use ochre_testkit::{Engine, PASSWORD, TestApp};

use crate::revocation::web_session;

/// Whether any file below a directory, but the master key, contains these bytes.
fn found_in_files(directory: &Path, secret: &[u8]) -> Option<String> {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        if bytes.windows(secret.len()).any(|window| window == secret) {
            return Some(path.display().to_string());
        }
    }
    None
}

#[tokio::test]
async fn the_files_hold_no_password_key_or_token() {
    let app = TestApp::start(Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    let mut secrets =
        vec![PASSWORD.to_owned(), "12345678".to_owned(), "argilla.apikey".to_owned(), ann.user.api_key.clone()];
    for (name, password) in [("ann", PASSWORD), ("argilla", "12345678")] {
        let token = app.anonymous().sign_in(name, password).await.unwrap().access_token;
        secrets.extend(token.split('.').map(str::to_owned));
        secrets.push(token);
    }
    let change = UserUpdate { password: Some("a later password".into()), ..UserUpdate::default() };
    app.owner.client.users().update(ann.user.id, &change).await.unwrap();
    secrets.push("a later password".to_owned());
    let master = std::fs::read_to_string(app.database.home().join("master.key")).unwrap();

    // While it runs (with the write-ahead log), and after it was stopped.
    let check = |home: &Path| {
        for secret in &secrets {
            assert_eq!(found_in_files(home, secret.as_bytes()), None, "{secret}");
        }
        let database = std::fs::read(home.join("ochre.db")).unwrap();
        assert!(!database.windows(64).any(|window| window == master.trim().as_bytes()));
        assert!(found_in_files(home, b"argon2id").is_some(), "what was written is there");
    };
    check(app.database.home());
    let TestApp { database, server, .. } = app;
    server.stop().await;
    check(database.home());
}

#[tokio::test]
async fn the_files_hold_no_credential_of_a_user_either_not_even_in_the_trash() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = &app.owner.client;
    let ann = app.person("ann", Role::Annotator).await;
    let key = KeyCreate::new("nightly", [KeyScope::Manage]);
    let mut secrets = vec![ann.client.account().create_key(&key).await.unwrap().secret.unwrap()];

    // The key of before, one that was replaced as well, and the one of now.
    secrets.push(ann.user.api_key.clone());
    for overlap in [None, Some(Duration::ZERO)] {
        secrets.push(owner.users().rotate_key(ann.user.id, overlap).await.unwrap().api_key);
    }

    // One link that is used, one that nobody uses, and an invitation.
    let token = |url: &str| url.rsplit('/').next().unwrap().to_owned();
    let used = owner.users().create_reset_link(ann.user.id, &ResetLinkCreate::default()).await.unwrap();
    let with = LinkRedeem { password: "a new password".into(), ..LinkRedeem::default() };
    assert!(app.anonymous().links().redeem(&used.url, &with).await.unwrap().is_none());
    let unused = owner.users().create_reset_link(ann.user.id, &ResetLinkCreate::default()).await.unwrap();
    let invitation = owner.invitations().create(&InvitationCreate::new(Role::Annotator)).await.unwrap();
    secrets.extend([used, unused, invitation].map(|link| token(&link.url)));
    secrets.push("a new password".to_owned());

    // A login in a browser, by the password that the link has set.
    let cookie = web_session(&app, "ann", "a new password").await;
    secrets.extend(cookie.split('.').map(str::to_owned));
    secrets.push(cookie);

    let check = |home: &Path| {
        for secret in &secrets {
            assert!(secret.len() > 8, "{secret:?} would be found anywhere");
            assert_eq!(found_in_files(home, secret.as_bytes()), None, "{secret}");
        }
        assert!(found_in_files(home, b"argon2id").is_some(), "what was written is there");
    };
    check(app.database.home());
    owner.users().delete(ann.user.id).await.unwrap();
    let trash = owner.trash().list().await.unwrap();
    assert_eq!(
        trash.iter().map(|entry| (entry.kind, entry.name.as_str())).collect::<Vec<_>>(),
        [(TrashKind::User, "ann")]
    );
    check(app.database.home());
    let TestApp { database, server, .. } = app;
    server.stop().await;
    check(database.home());
}

#[test]
fn debug_output_shows_no_secret() {
    use ochre_domain::model::{ApiKey, Password, PasswordHash};
    let secret = "s3cret-text";
    let text = format!(
        "{:?} {:?} {:?}",
        Password::verbatim(secret.into()),
        ApiKey::verbatim(secret.into()),
        PasswordHash::verbatim(secret.into()),
    );
    assert!(!text.contains(secret));
}
