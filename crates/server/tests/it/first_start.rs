//! The first owner of an empty database, and what the server says.

use ochre_client::Client;
use ochre_testkit::{Engine, TestDatabase, TestServer, on_both};

fn last_lines(banner: &str, n: usize) -> Vec<&str> {
    let lines: Vec<_> = banner.trim_end().lines().collect();
    lines[lines.len() - n..].to_vec()
}

async fn sign_in(server: &TestServer, username: &str, password: &str) -> bool {
    Client::builder(&server.url).build().unwrap().sign_in(username, password).await.is_ok()
}

/// The text between two others.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before:?} in {text}"));
    rest.split(after).next().unwrap()
}

on_both! {
    async fn on_loopback_it_is_the_owner_of_argillas_guides(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let server = TestServer::start(&database, &[]).await;
        let owner = Client::builder(&server.url).api_key("argilla.apikey").build().unwrap();
        let me = owner.me().await.unwrap();
        assert_eq!((me.username.as_str(), me.first_name.as_str(), me.role), ("argilla", "", ochre_client::Role::Owner));
        let workspace = &owner.my_workspaces().await.unwrap()[0];
        assert_eq!(workspace.name, "argilla");
        assert_eq!(owner.workspaces().users(workspace.id).await.unwrap(), [me]);
        assert!(sign_in(&server, "argilla", "12345678").await);
        let url = &server.url;
        assert_eq!(
            last_lines(server.banner(), 6),
            [
                format!("  URL        {url}"),
                "  Sign in    argilla, with the password 12345678".to_owned(),
                "  Python".to_owned(),
                "    import argilla as rg".to_owned(),
                format!("    client = rg.Argilla(api_url=\"{url}\", api_key=\"argilla.apikey\")"),
                "    print(client.me)".to_owned(),
            ]
        );
        assert!(server.banner().contains("WARNING"));
        server.stop().await;
        // The second start makes nobody and shows no secret.
        let server = TestServer::start(&database, &[]).await;
        assert!(!server.banner().contains("argilla.apikey") && !server.banner().contains("12345678"));
        assert!(sign_in(&server, "argilla", "12345678").await);
    }

    async fn elsewhere_it_has_random_secrets_that_are_shown_once(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let server = TestServer::start(&database, &[("listen", "0.0.0.0:0")]).await;
        let banner = server.banner().to_owned();
        let (password, key) = (between(&banner, "with the password ", "\n"), between(&banner, "api_key=\"", "\""));
        assert!(password.len() >= 32 && key.len() == 107);
        assert!(sign_in(&server, "argilla", password).await);
        assert!(!sign_in(&server, "argilla", "12345678").await);
        let client = |key: &str| Client::builder(&server.url).api_key(key).build().unwrap();
        assert_eq!(client(key).me().await.unwrap().username, "argilla");
        assert_eq!(client("argilla.apikey").me().await.unwrap_err().status(), Some(401));
        server.stop().await;
        let server = TestServer::start(&database, &[("listen", "0.0.0.0:0")]).await;
        assert!(!server.banner().contains(key) && !server.banner().contains(password));
    }

    /// Satisfies: S89, S103.
    async fn the_environment_names_another(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let file = database.home().join("password");
        std::fs::write(&file, "from a file\n").unwrap();
        let settings = [("OCHRE_USERNAME", "root"), ("USERNAME", "desktop"), ("PASSWORD_FILE", file.to_str().unwrap()),
            ("API_KEY", "a-key-of-mine"), ("WORKSPACE", "default"), ("listen", "0.0.0.0:0")];
        let server = TestServer::start(&database, &settings).await;
        assert!(sign_in(&server, "root", "from a file").await);
        let owner = Client::builder(&server.url).api_key("a-key-of-mine").build().unwrap();
        assert_eq!(owner.me().await.unwrap().first_name, "root", "as Argilla's images do");
        assert_eq!(owner.my_workspaces().await.unwrap()[0].name, "default");
        assert_eq!(owner.users().list().await.unwrap().len(), 1);
        assert!(!server.banner().contains("from a file") && !server.banner().contains("a-key-of-mine"));
        server.stop().await;
        // On the next start the same or other values change nothing.
        let server = TestServer::start(&database, &[("USERNAME", "other"), ("PASSWORD", "other password")]).await;
        assert!(!sign_in(&server, "other", "other password").await);
        assert!(sign_in(&server, "root", "from a file").await);
    }
}

#[tokio::test]
async fn a_key_that_nobody_set_is_shown_once() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let server = TestServer::start(&database, &[("USERNAME", "ro\u{1b}[31mot"), ("PASSWORD", "long enough")]).await;
    let banner = server.banner();
    assert!(!banner.contains('\u{1b}') && !banner.contains("long enough"));
    let key = between(banner, "api_key=\"", "\"");
    let owner = Client::builder(&server.url).api_key(key).build().unwrap();
    assert_eq!(owner.me().await.unwrap().username, "ro\u{1b}[31mot");
}

#[tokio::test]
async fn a_bad_first_owner_stops_the_first_start_alone() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let bad = [("USERNAME", "ada"), ("PASSWORD_FILE", "/no/such/file")];
    let error = TestServer::try_start(&database, &bad).await.unwrap_err();
    assert!(error.starts_with("PASSWORD_FILE: "), "{error}");
    TestServer::start(&database, &[]).await.stop().await;
    TestServer::start(&database, &bad).await.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_for_their_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let database = TestDatabase::new(Engine::Sqlite).await;
    let _server = TestServer::start(&database, &[]).await;
    for name in ["ochre.db", "ochre.db-wal", "ochre.db-shm", "master.key"] {
        let mode = std::fs::metadata(database.home().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_name_without_a_password_makes_nobody() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let server = TestServer::start(&database, &[("USERNAME", "desktop")]).await;
    assert!(sign_in(&server, "argilla", "12345678").await);
}

#[tokio::test]
async fn a_database_without_its_master_key_is_refused_with_a_sentence() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    TestServer::start(&database, &[]).await.stop().await;
    let key = database.home().join("master.key");
    let right = std::fs::read_to_string(&key).unwrap();

    std::fs::remove_file(&key).unwrap();
    let error = TestServer::try_start(&database, &[]).await.unwrap_err();
    assert!(error.contains("is missing, but this database was made with one"), "{error}");
    assert!(!key.exists(), "no new key is made beside an old database");

    std::fs::write(&key, "0".repeat(64)).unwrap();
    let error = TestServer::try_start(&database, &[]).await.unwrap_err();
    assert!(error.contains("is not the one that this database was made with"), "{error}");

    std::fs::write(&key, right).unwrap();
    TestServer::start(&database, &[]).await.stop().await;
}

#[tokio::test]
async fn a_taken_address_is_named() {
    let (one, two) = (TestDatabase::new(Engine::Sqlite).await, TestDatabase::new(Engine::Sqlite).await);
    let server = TestServer::start(&one, &[]).await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let error = TestServer::try_start(&two, &[("listen", &address)]).await.unwrap_err();
    assert!(error.starts_with(&format!("cannot listen on {address}: ")), "{error}");
    // The secrets of a first owner are shown once, so none is made before the address is known to be free.
    let server = TestServer::start(&two, &[]).await;
    assert!(server.banner().contains("12345678"));
}
