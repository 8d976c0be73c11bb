//! The program itself: its arguments, its exit codes, its signals.

use std::{
    process::{Command, Output, Stdio},
    time::Duration,
};

use ochre_client::Client;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};

fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ochre-server"));
    command.env_clear().args(arguments).envs(environment.iter().copied()).stdin(Stdio::null());
    command.output().expect("the program runs")
}

#[test]
fn a_bad_value_of_the_configuration_exits_78_and_bad_arguments_2() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path().to_str().unwrap();
    let file = format!("{home}/file");
    std::fs::write(&file, "").unwrap();
    for (arguments, environment, code, words) in [
        (&["--home", home, "--listen", "nowhere"][..], &[][..], 78, "--listen: \"nowhere\" is not allowed"),
        (&["--home", home], &[("OCHRE_LOG_FORMAT", "xml")], 78, "OCHRE_LOG_FORMAT: \"xml\" is not allowed"),
        (
            &["serve", "--home", home],
            &[("ARGILLA_DATABASE_URL", "mysql://x")],
            78,
            "ARGILLA_DATABASE_URL: the value should",
        ),
        (&[], &[], 78, "--home: the value is missing"),
        (&["--home", &file], &[], 78, "cannot make the directory"),
        (&["--no-such-flag"], &[], 2, "--no-such-flag"),
        (&["no-such-command"], &[], 2, "no-such-command"),
        (&["--home"], &[], 2, "--home"),
    ] {
        let output = run(arguments, environment);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
        assert!(error.contains(words), "{error}");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(printed.is_empty() || printed.starts_with("Ochre ") && printed.lines().count() == 1, "{printed}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn where_nothing_can_be_printed_no_owner_is_made() {
    let home = tempfile::tempdir().unwrap();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ochre-server"));
    command.env_clear().args(["--listen", "127.0.0.1:0", "--home"]).arg(home.path()).stdin(Stdio::null()).stdout(full);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the standard output cannot be written"));
    assert!(!home.path().join("ochre.db").exists());
}

#[test]
fn the_description_of_the_api_is_printed() {
    let output = run(&["openapi"], &[]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["paths"]["/api/v1/users"]["post"].is_object());
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_lets_open_requests_finish_and_the_log_holds_no_secret() {
    let home = tempfile::tempdir().unwrap();
    let mut child = tokio::process::Command::new(env!("CARGO_BIN_EXE_ochre-server"))
        .env_clear()
        .env("ARGILLA_ELASTICSEARCH", "http://es:9200")
        .env("USERNAME", "desktop")
        .args(["--listen", "127.0.0.1:0", "--log-level", "debug", "--home"])
        .arg(home.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let url = started(&mut child).await;
    // Logins that wait for the gate are open requests.
    let logins: Vec<_> = (0..8)
        .map(|_| {
            let client = Client::builder(&url).build().unwrap();
            tokio::spawn(async move { client.sign_in("argilla", "12345678").await })
        })
        .collect();
    let client = Client::builder(&url).api_key("argilla.apikey").build().unwrap();
    while !client.me().await.is_ok_and(|me| me.username == "argilla") {}
    // When the first has passed the gate, the others stand before it.
    while !logins.iter().any(tokio::task::JoinHandle::is_finished) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let pid = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let mut tokens = Vec::new();
    for login in logins {
        tokens.push(login.await.unwrap().expect("an open request finishes").access_token);
    }
    let status = tokio::time::timeout(Duration::from_secs(20), child.wait()).await.unwrap().unwrap();
    assert!(status.success());
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
    assert!(log.contains("ignored, because they mean nothing here: ARGILLA_ELASTICSEARCH"), "{log}");
    assert!(log.contains("USERNAME ignored: a first owner needs both USERNAME and PASSWORD"), "{log}");
    assert!(log.contains("draining"), "{log}");
    for secret in tokens.iter().map(String::as_str).chain(["12345678", "argilla.apikey", "argon2"]) {
        assert!(!log.contains(secret), "{secret} in the log");
    }
}

/// The URL of a program that says it is ready.
#[cfg(unix)]
async fn started(child: &mut tokio::process::Child) -> String {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut url = None;
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some(found) = line.trim().strip_prefix("URL") {
            url = Some(found.trim().to_owned());
        }
        if line.contains("print(client.me)") {
            break;
        }
    }
    url.expect("a URL in the banner")
}

/// Satisfies: S23, S74.
#[cfg(unix)]
#[tokio::test]
async fn the_compose_files_of_the_guides_work() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".users.yaml");
    let hash = "$2y$05$xtl7iy3bpqchUwiQMjEHe.tY7OaIjDrg43W3TB4EHQ7izvdjvGtPS";
    let entry = |name: &str| format!("- username: {name}\n  api_key: key-of-{name}\n  hashed_password: {hash}\n");
    std::fs::write(&file, entry("ann")).unwrap();
    let start = || {
        tokio::process::Command::new(env!("CARGO_BIN_EXE_ochre-server"))
            .env_clear()
            .env("ARGILLA_HOME_PATH", home.path())
            .env("ARGILLA_ELASTICSEARCH", "http://elasticsearch:9200")
            .env("ELASTICSEARCH", "http://elasticsearch:9200")
            .env("ARGILLA_LOCAL_AUTH_USERS_DB_FILE", &file)
            .args(["start", "--host", "127.0.0.1", "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    };
    let name_of = |url: String, key: &'static str| async move {
        Client::builder(&url).api_key(key).build().unwrap().me().await.map(|me| me.username.clone())
    };
    let stop = |mut child: tokio::process::Child| async move {
        assert!(Command::new("kill").args(["-TERM", &child.id().unwrap().to_string()]).status().unwrap().success());
        assert!(child.wait().await.unwrap().success());
        let mut log = String::new();
        child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
        log
    };
    let mut child = start();
    let url = started(&mut child).await;
    assert_eq!(name_of(url.clone(), "key-of-ann").await.unwrap(), "ann");
    std::fs::write(&file, entry("ann") + &entry("bob")).unwrap();
    assert!(name_of(url, "key-of-bob").await.is_err());
    let log = stop(child).await;
    assert!(log.contains("route=\"/api/v1/me\" status=200"), "{log}");
    assert!(!log.contains("key-of-"), "{log}");
    let mut child = start();
    let url = started(&mut child).await;
    for (key, name) in [("key-of-ann", "ann"), ("key-of-bob", "bob")] {
        assert_eq!(name_of(url.clone(), key).await.unwrap(), name);
    }
    stop(child).await;
    for (arguments, code) in [(&["start", "--port", "70000"][..], 2), (&["start", "--host", "no such host"], 2)] {
        assert_eq!(run(arguments, &[("OCHRE_HOME", home.path().to_str().unwrap())]).status.code(), Some(code));
    }
}
