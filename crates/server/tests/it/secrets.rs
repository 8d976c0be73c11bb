//! A copied database holds no usable secret.

use std::path::Path;

use ochre_client::{Role, UserUpdate};
use ochre_testkit::{Engine, PASSWORD, TestApp};

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
