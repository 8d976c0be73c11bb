//! The maintenance commands, as Argilla's servers have them.

use ochre_client::Role;
use ochre_testkit::{Engine, Person, TestDatabase, TestServer, on_both};
use serde_json::json;

use crate::{
    answer,
    commands::{Ran, run, run_asked, run_with},
};

const OLD: &[&str] = &["--compat-role-names", "1.6"];

fn create(database: &TestDatabase, arguments: &[&str]) -> Ran {
    run(database, &[&["users", "create"], arguments].concat())
}

async fn signs_in(server: &TestServer, name: &str, password: &str) -> bool {
    ochre_client::Client::builder(&server.url).build().unwrap().sign_in(name, password).await.is_ok()
}

on_both! {
    /// Satisfies: S36, S37, S61, S62, S64.
    async fn users_are_created_with_their_workspaces_while_the_server_runs(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let server = TestServer::start(&database, &[("compat-role-names", "1.6")]).await;
        let owner = Person::of_key(&server.url, "argilla.apikey").await;
        assert_eq!(answer(owner.get("/api/users")).await.1.as_array().unwrap().len(), 1);

        let hulio = ["--role", "admin", "--first-name", "Hulio", "--last-name", "Ramos", "--username", "hurra", "--password", "abcde123"];
        let ran = create(&database, &[OLD, &hulio].concat());
        let key = ran.bullet("api_key");
        assert_eq!(key.len(), 107);
        assert_eq!(
            ran.lines(),
            [
                "User successfully created:",
                "• first_name: 'Hulio'",
                "• last_name: 'Ramos'",
                "• username: 'hurra'",
                "• role: 'admin'",
                &format!("• api_key: '{key}'"),
                "• workspaces: []",
            ]
        );
        assert_eq!(ran.err, "");
        let hurra = Person::of_key(&server.url, key).await;
        assert_eq!(hurra.user.role, Role::Owner, "with two names, admin may do everything");

        let nick = ["--role", "annotator", "--first-name", "Nick", "--username", "nick", "--password", "11223344"];
        let ran = create(&database, &[OLD, &nick, &["--workspace", "ws", "--workspace", "alpha", "--workspace", "ws"]].concat());
        assert_eq!(ran.bullet("role"), "annotator");
        assert_eq!(ran.bullet("workspaces"), "['ws', 'alpha']");
        assert!(!ran.out.contains("last_name"));
        let (_, users) = answer(hurra.get("/api/users")).await;
        assert_eq!(users[2]["workspaces"], json!(["ws", "alpha"]));
        let (_, workspaces) = answer(hurra.get("/api/workspaces")).await;
        assert_eq!(workspaces.as_array().unwrap().len(), 3);
        assert!(signs_in(&server, "nick", "11223344").await);
    }

    async fn a_role_changes_within_a_second(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let server = TestServer::start(&database, &[]).await;
        let ran = create(&database, &["--username", "nick", "--role", "annotator", "--password", "11223344"]);
        let nick = Person::of_key(&server.url, ran.bullet("api_key")).await;
        assert_eq!(nick.user.first_name, "nick", "the user name where no first name is given");
        assert_eq!(nick.get("/api/v1/users").send().await.unwrap().status(), 403);
        let update = |role: &str| run(&database, &["users", "update", "nick", "--role", role]);
        assert_eq!(update("owner").lines(), ["User 'nick' successfully updated:", "• role: 'annotator' -> 'owner'"]);
        tokio::time::sleep(std::time::Duration::from_millis(950)).await;
        assert_eq!(nick.get("/api/v1/users").send().await.unwrap().status(), 200);
        assert_eq!(update("owner").lines(), ["User 'nick' already has role 'owner'. Skipping..."]);
        assert_eq!(
            run(&database, &["database", "users", "update", "ghost", "--role", "admin"]).lines(),
            ["User with username 'ghost' does not exists in database. Skipping..."]
        );
        assert_eq!(run(&database, &["users", "update", "argilla", "--role", "admin"]).code, 0);
        let last = update("annotator");
        assert_eq!(last.code, 1);
        assert_eq!(last.err, "Error: user 'nick' is the last owner; make somebody else an owner first\n");
    }

    /// Satisfies: S33, S53.
    async fn the_default_user_is_created_once_in_the_words_of_its_time(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        // A workspace of that name is no hindrance.
        let taken = ["--username", "ann", "--role", "annotator", "--password", "12345678", "--workspace", "argilla"];
        assert_eq!(create(&database, &taken).code, 0);
        let default = |more: &[&str]| run(&database, &[more, &["--password", "new-password", "--api-key", "new-api-key"]].concat());
        assert_eq!(
            default(&["users", "create-default"]).lines(),
            [
                "User with default credentials successfully created:",
                "• username: 'argilla'",
                "• password: 'new-password'",
                "• role:     'owner'",
                "• api_key:  'new-api-key'",
            ]
        );
        let again = "User with default username already found on database, will not do anything.";
        assert_eq!(default(&["database", "users", "create_default"]).lines(), [again]);
        assert_eq!(default(&["users", "create_default", "-q"]).lines(), [] as [&str; 0]);
        assert_eq!(default(&["users", "create_default", "--quiet", "--no-quiet"]).lines(), [again]);
        let server = TestServer::start(&database, &[]).await;
        assert!(signs_in(&server, "argilla", "new-password").await);
        assert_eq!(Person::of_key(&server.url, "new-api-key").await.user.role, Role::Owner);
    }
}

#[tokio::test]
async fn the_first_generation_wrote_a_letter_less_and_knew_no_owner() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let ran = run(&database, &[OLD, &["users", "create_default"]].concat());
    assert_eq!(
        ran.lines(),
        [
            "User with default credentials succesfully created:",
            "• username: 'argilla'",
            "• password: '1234'",
            "• api_key:  'argilla.apikey'",
        ]
    );
    let ran = create(&database, &[OLD, &["--role", "owner", "--username", "x"]].concat());
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("Invalid value for '--role': 'owner' is not one of 'admin', 'annotator'."), "{}", ran.err);
    let ran = create(&database, &["--role", "boss", "--username", "x"]);
    assert!(
        ran.err.contains("Invalid value for '--role': 'boss' is not one of 'owner', 'admin', 'annotator'."),
        "{}",
        ran.err
    );
    // A stored admin reads as an annotator already, and stays what it is.
    assert_eq!(create(&database, &["--username", "adm", "--role", "admin", "--password", "-12345678"]).code, 0);
    let same = run(&database, &[OLD, &["users", "update", "adm", "--role", "annotator"]].concat());
    assert_eq!(same.lines(), ["User 'adm' already has role 'annotator'. Skipping..."]);
    let real = run(&database, &["users", "update", "adm", "--role", "admin"]);
    assert_eq!(real.lines(), ["User 'adm' already has role 'admin'. Skipping..."]);
    let quiet = TestDatabase::new(Engine::Sqlite).await;
    assert_eq!(run(&quiet, &["users", "create-default", "--quiet"]).lines(), [] as [&str; 0]);
}

/// Satisfies: S57, S59, S60.
#[tokio::test]
async fn what_is_wrong_is_told_in_one_line_and_nothing_is_written() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let good = ["--username", "ann", "--role", "annotator", "--password", "12345678", "--api-key", "12345678"];
    assert_eq!(create(&database, &good).bullet("api_key"), "12345678");
    let long = "x".repeat(101);
    let name = "N".repeat(90);
    for (arguments, words) in [
        (["--username", "x", "--password", "1234567"], "--password: should have at least 8 characters"),
        (["--username", "x", "--password", &long], "--password: should have at most 100 characters"),
        (["--username", "Nick4", "--password", "12345678"], "--username: \"Nick4\" should have lowercase letters"),
        (["--username", "-x", "--password", "12345678"], "--username: \"-x\" should"),
        (["--username", "_x", "--password", "12345678"], "--username: \"_x\" should"),
        (["--username", "a b", "--password", "12345678"], "--username: \"a b\" should"),
        (["--username", &name, "--password", "12345678"], &format!("--username: \"{}\"… should", "N".repeat(80))),
    ] {
        let joined = arguments.join("=");
        let arguments: Vec<_> = arguments.chunks(2).map(|pair| pair.join("=")).collect();
        let arguments: Vec<_> = arguments.iter().map(String::as_str).chain(["--role", "annotator"]).collect();
        let ran = create(&database, &arguments);
        assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (1, "", 1), "{joined}: {}", ran.err);
        assert!(ran.err.starts_with(&format!("Error: {words}")), "{}", ran.err);
    }
    let base = ["--username", "x", "--role", "annotator", "--password", "12345678"];
    for (more, words) in [
        (["--api-key", "short"], "--api-key: should have at least 8 characters"),
        (["--first-name", "  "], "--first-name: \"  \" should have at least 1 characters"),
        (["--last-name", ""], "--last-name: \"\" should"),
        (["--workspace", "Bad Space"], "--workspace: \"Bad Space\" should"),
    ] {
        let ran = create(&database, &[&base[..], &more].concat());
        assert_eq!(ran.code, 1, "{}", ran.out);
        assert!(ran.err.contains(words), "{}", ran.err);
        assert!(!ran.err.contains("short\n"));
    }
    let both = create(&database, &["--username", "X", "--role", "annotator", "--password", "1"]);
    assert_eq!(both.err.lines().count(), 1);
    assert!(both.err.contains("--username") && both.err.contains("; --password"), "{}", both.err);

    // Who is there is skipped, before anything is checked.
    let skipped = create(&database, &["--username", "ann", "--role", "annotator", "--password", "x"]);
    assert_eq!(skipped.lines(), ["User with username 'ann' already exists in database. Skipping..."]);
    let skipped =
        create(&database, &["--username", "bob", "--role", "annotator", "--password", "x", "--api-key", "12345678"]);
    assert_eq!(skipped.lines(), ["User with api_key '12345678' already exists in database. Skipping..."]);
    for bad in [
        &["users", "create", "--nope"][..],
        &["users", "nope"],
        &["users", "update", "a", "--role", "x"],
        &["users", "update", "--role", "admin"],
    ] {
        assert_eq!(run(&database, bad).code, 2, "{bad:?}");
    }
}

/// Satisfies: S56, S58.
#[tokio::test]
async fn what_is_not_given_is_asked_for() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let ran = run_asked(
        &database,
        &[OLD, &["users", "create"]].concat(),
        "\nTerm\nterm\nowner\n\n12345678\n1234567x\n12345678\n12345678\n",
    );
    assert_eq!(
        ran.lines()[..4],
        ["User successfully created:", "• first_name: 'Term'", "• username: 'term'", "• role: 'annotator'"]
    );
    assert_eq!(
        ran.err,
        "First name: First name: Username: Role (admin, annotator) [annotator]: \
         Error: 'owner' is not one of 'admin', 'annotator'.\n\
         Role (admin, annotator) [annotator]: Password (min. 8 characters): \nRepeat for confirmation: \n\
         Error: The two entered values do not match.\n\
         Password (min. 8 characters): \nRepeat for confirmation: \n"
    );
    let ran = run_asked(&database, &["users", "create", "--first-name", "P"], "piped\nadmin\n12345678\n12345678\n");
    assert_eq!(ran.bullet("role"), "admin");
    assert_eq!(
        ran.err,
        "Username: Role (owner, admin, annotator) [annotator]: Password: \nRepeat for confirmation: \n"
    );
    let ran = run_asked(&database, &["users", "update", "piped"], "\nboss\nowner\n");
    assert_eq!(ran.lines()[1], "• role: 'admin' -> 'owner'");
    for (arguments, said) in [
        (&["users", "create", "--first-name", "P"][..], "Aborted."),
        (&["--compat-role-names", "1.6", "users", "create"], "Aborted!"),
    ] {
        let ran = run_asked(&database, arguments, "");
        assert_eq!((ran.code, ran.out.as_str()), (1, ""));
        assert!(ran.err.ends_with(&format!(": {said}\n")), "{}", ran.err);
    }
    // Groups, and commands without arguments, show what they can do.
    for group in
        [&["users"][..], &["database"], &["database", "users"], &["import"], &["users", "create"], &["users", "update"]]
    {
        let ran = run(&database, group);
        assert!(ran.lines().iter().any(|line| line.starts_with("Usage: ochre-server ")), "{group:?}: {}", ran.out);
    }
    let help = run(&database, &["users", "create", "--help"]);
    for option in
        ["--first-name", "--last-name", "--username", "--role", "--password", "--api-key", "--workspace", "annotator]"]
    {
        assert!(help.lines().iter().any(|line| line.contains(option)), "{option}");
    }
}

on_both! {
    /// Satisfies: S35, S55.
    async fn the_schema_goes_to_a_revision_and_back(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let none = run(&database, &["database", "revisions"]);
        assert!(none.lines().last().unwrap().starts_with("Current revision(s) for "), "{}", none.out);
        let first = run(&database, &["database", "migrate"]);
        assert_eq!((first.code, first.out.as_str()), (0, ""));
        assert!(first.err.contains("Running upgrade  -> m20261122_000001_people\n"), "{}", first.err);
        let second = run(&database, &["database", "migrate"]);
        assert_eq!((second.code, second.err.lines().count()), (0, 1), "{}", second.err);
        let made = create(&database, &["--username", "ann", "--role", "owner", "--password", "12345678"]);

        let down = run(&database, &["database", "migrate", "--revision", "m20261122_000001_people"]);
        assert!(down.err.contains("Running downgrade m20261122_000002_accounts -> m20261122_000001_people"), "{}", down.err);
        let now = run(&database, &["database", "revisions"]);
        assert_eq!(now.lines().last().unwrap(), &"Rev: m20261122_000001_people");
        let tag = run(&database, &["database", "migrate", "--revision", "0.1"]);
        assert!(tag.err.contains("Running upgrade m20261122_000001_people -> m20261122_000002_accounts"), "{}", tag.err);
        let head = ochre_storage::schema::revisions().pop().unwrap();
        let now = run(&database, &["database", "revisions"]);
        assert_eq!(now.lines().last().unwrap(), &format!("Rev: {head} (head)"));
        for title in ["Tagged revisions", "Alembic revisions", "Current revision"] {
            assert!(now.lines().contains(&title), "{title}");
        }
        // What Argilla calls a revision is served by ours.
        assert_eq!(run(&database, &["database", "migrate", "--revision", "2.0"]).code, 0);
        let unknown = run(&database, &["database", "migrate", "--revision", "nonsense"]);
        assert_eq!((unknown.code, unknown.out.as_str()), (255, "FAILED: Can't locate revision identified by 'nonsense'\n"));
        let server = TestServer::start(&database, &[]).await;
        assert_eq!(Person::of_key(&server.url, made.bullet("api_key")).await.user.username, "ann");
    }
}

#[tokio::test]
async fn variables_name_the_place_as_for_the_server() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let url = format!("sqlite:///{}", elsewhere.path().join("argilla.db").display());
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ochre-server"));
    command.env_clear().env("ARGILLA_HOME_PATH", elsewhere.path()).env("ARGILLA_DATABASE_URL", &url);
    let ran: Ran = command.args(["users", "create-default", "--quiet"]).output().unwrap().into();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(elsewhere.path().join("argilla.db").exists() && elsewhere.path().join("master.key").exists());
    let bad = run_with(&database, &[("OCHRE_COMPAT_ROLE_NAMES", "1.7")], &["users", "create-default"]);
    assert_eq!(bad.code, 78);
    assert!(bad.err.contains("OCHRE_COMPAT_ROLE_NAMES: \"1.7\" is not allowed; it should be 2.x"), "{}", bad.err);
}
