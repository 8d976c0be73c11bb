//! What transcripts cannot show: standard input, the environment, files and their modes, what is printed where.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use ochre_client::{Role, Team};
use ochre_testkit::{Engine, PASSWORD, TestApp};
use serde_json::Value;

/// How the program ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.err);
        serde_json::from_str(&self.out).unwrap()
    }
}

/// A place with the program's configuration and files.
pub(crate) struct Place {
    directory: tempfile::TempDir,
    environment: Vec<(&'static str, String)>,
}

impl Place {
    pub(crate) fn new(environment: &[(&'static str, &str)]) -> Self {
        let environment = environment.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { directory: tempfile::tempdir().unwrap(), environment }
    }

    pub(crate) fn of_owner(app: &TestApp) -> Self {
        Self::new(&[("OCHRE_API_URL", app.url()), ("OCHRE_API_KEY", "argilla.apikey")])
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "")
    }

    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ochre"));
        command.env_clear().env("OCHRE_CONFIG_DIR", self.path().join("config")).current_dir(self.path());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that does not read its input may have ended.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap().into()
    }
}

pub(crate) async fn app() -> TestApp {
    TestApp::start(Engine::Sqlite).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_is_remembered_for_its_user_alone() {
    let app = app().await;
    let place = Place::new(&[]);
    let nobody = place.run(&["whoami"]);
    assert_eq!((nobody.code, nobody.out.as_str()), (3, ""));
    assert!(nobody.err.contains("ochre login"), "{}", nobody.err);
    let wrong = place.run_with(&["login", "--url", app.url(), "--api-key-stdin"], "not-a-key\n");
    assert_eq!(wrong.code, 3);
    assert!(wrong.err.contains("does not know this API key"), "{}", wrong.err);
    let nowhere =
        place.run_with(&["login", "--url", &format!("{}/elsewhere", app.url()), "--api-key-stdin"], "argilla.apikey");
    assert_eq!(nowhere.code, 1);
    assert!(nowhere.err.contains("no Ochre or Argilla server"), "{}", nowhere.err);
    assert!(!place.path().join("config/credentials.json").exists(), "what does not work is not remembered");

    let login = place.run_with(&["login", "--url", app.url(), "--api-key-stdin"], "argilla.apikey\n");
    assert_eq!((login.code, login.out.as_str()), (0, ""), "{}", login.err);
    assert_eq!(place.run(&["whoami", "--output", "json"]).json()["username"], "argilla");
    let ann = app.person("ann", Role::Annotator).await;
    let by_password = ["login", "--profile", "ann", "--url", app.url(), "--username", "ann", "--password-stdin"];
    assert_eq!(place.run_with(&by_password, PASSWORD).code, 0);
    assert_eq!(place.run(&["--profile", "ann", "whoami", "-o", "json"]).json()["id"], ann.user.id.to_string());
    assert_eq!(place.run(&["--profile", "ann", "users", "list"]).code, 3, "an annotator may not");

    let file = place.path().join("config/credentials.json");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        let open = place.run(&["whoami"]);
        assert_eq!(open.code, 3);
        assert!(open.err.contains("others can read") && open.err.contains("chmod 600"), "{}", open.err);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }
    assert_eq!(place.run(&["profiles", "-o", "json"]).json()[0]["profile"], "ann");
    assert_eq!(place.run(&["logout", "--profile", "nobody"]).code, 4);
    assert_eq!(place.run(&["logout"]).code, 0);
    assert_eq!(place.run(&["whoami"]).code, 3);
    assert_eq!(place.run(&["--profile", "ann", "whoami"]).code, 0, "the other login stays");
    assert!(!fs::read_to_string(file).unwrap().contains("argilla.apikey"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_goes_to_no_server_that_it_was_not_meant_for() {
    let (one, other) = (app().await, app().await);
    let place = Place::new(&[]);
    assert_eq!(place.run_with(&["login", "--url", one.url(), "--api-key-stdin"], "argilla.apikey").code, 0);
    assert_eq!(place.run(&["whoami", "--url", one.url()]).code, 0);
    let elsewhere = place.run(&["whoami", "--url", other.url()]);
    assert_eq!(elsewhere.code, 3);
    assert!(elsewhere.err.contains(other.url()), "{}", elsewhere.err);
    assert_eq!(place.run(&["whoami", "--profile", "default", "--url", other.url()]).code, 2);
    let place = Place::of_owner(&one);
    assert_eq!(place.run(&["whoami", "--url", one.url()]).code, 0);
    assert_eq!(place.run(&["whoami", "--url", other.url()]).code, 3, "the environment's key is for its own address");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_environment_works_without_a_login_ochres_variables_first() {
    let app = app().await;
    let ann = app.person("ann", Role::Annotator).await;
    let key = ann.user.api_key.as_str();
    let who = |environment: &[(&'static str, &str)]| Place::new(environment).run(&["whoami", "-o", "json"]);
    let argillas = [("ARGILLA_API_URL", app.url()), ("ARGILLA_API_KEY", key)];
    assert_eq!(who(&argillas).json()["username"], "ann");
    let both = [argillas[0], argillas[1], ("OCHRE_API_KEY", "argilla.apikey")];
    assert_eq!(who(&both).json()["username"], "argilla");
    let empty = [argillas[0], argillas[1], ("OCHRE_API_KEY", "")];
    assert_eq!(who(&empty).json()["username"], "ann", "an empty variable is none");
    assert_eq!(who(&[("OCHRE_API_KEY", key), ("OCHRE_API_URL", "http://127.0.0.1:1")]).code, 69);
    assert_eq!(who(&[("OCHRE_API_KEY", key), ("OCHRE_API_URL", "localhost:6900")]).code, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_comes_by_the_standard_input_and_what_is_wrong_is_told_before_anything_is_made() {
    let app = app().await;
    app.workspace("papers").await;
    let place = Place::of_owner(&app);
    let create = [
        "users",
        "create",
        "ada",
        "--first-name",
        "A",
        "--last-name",
        "L",
        "--role",
        "admin",
        "--workspace",
        "papers",
        "--password-stdin",
    ];
    for (password, code) in [("short\n", 1), ("", 1), ("two\nlines of it\n", 1)] {
        assert_eq!(place.run_with(&create, password).code, code, "{password:?}");
    }
    let nowhere =
        place.run_with(&["users", "create", "ada", "--workspace", "nowhere", "--password-stdin"], "a good password");
    assert_eq!(nowhere.code, 4);
    assert_eq!(app.owner.client.users().find("ada").await.unwrap(), None);
    let made = place.run_with(&create, "a good password\r\n");
    assert_eq!(made.code, 0, "{}", made.err);
    let ada = app.owner.client.users().find("ada").await.unwrap().unwrap();
    assert_eq!(
        (ada.role, ada.last_name.as_deref(), ada.workspaces().await.unwrap().len()),
        (Role::Admin, Some("L"), 1)
    );
    assert!(app.anonymous().sign_in("ada", "a good password").await.is_ok());
    let update = place
        .run_with(&["users", "update", &ada.id.to_string(), "--password-stdin", "--no-last-name"], "another password");
    assert_eq!(update.code, 0, "{}", update.err);
    assert!(app.anonymous().sign_in("ada", "another password").await.is_ok());
    let no_terminal = place.run(&["users", "create", "eve"]);
    assert_eq!(no_terminal.code, 2);
    assert!(no_terminal.err.contains("--password-stdin"), "{}", no_terminal.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_goes_to_the_output_alone_and_quiet_silences_the_rest() {
    let app = app().await;
    let place = Place::of_owner(&app);
    assert_eq!(place.run(&["workspaces", "create", "papers", "-q"]).err, "");
    let again = place.run(&["workspaces", "create", "papers", "--if-not-exists", "-o", "json"]);
    assert_eq!(again.json()["name"], "papers");
    assert_eq!(again.err, "papers exists already.\n");
    assert_eq!(place.run(&["-q", "workspaces", "create", "papers", "--if-not-exists"]).err, "");
    let unknown = place.run(&["-q", "users", "get", "nobody"]);
    assert_eq!((unknown.code, unknown.out.as_str(), unknown.err.is_empty()), (4, "", false), "errors are said");
    assert_eq!(place.run(&["users", "list", "--workspace", "papers", "-o", "json"]).json(), Value::Array(Vec::new()));
    assert_eq!(place.run(&["users", "list", "--workspace", "papers", "-o", "yaml"]).out, "[]\n");
    for arguments in
        [&["users", "list", "--no-such-flag"][..], &["users", "list", "--sort", "shoe_size"], &["frobnicate"], &[]]
    {
        assert_eq!(place.run(arguments).code, 2, "{arguments:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_is_not_confused_by_names() {
    let app = app().await;
    let place = Place::of_owner(&app);
    let hostile = "a\u{1b}[31m\u{202e}b\nc";
    let id = app.person(hostile, Role::Annotator).await.user.id.to_string();
    for arguments in [&["users", "list"][..], &["users", "get", &id], &["users", "delete", &id, "--dry-run"]] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(!ran.out.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.out);
    }
    for arguments in [
        &["users", "get", hostile, "--output", "table"][..],
        &["users", "delete", &id],
        &["users", "create", hostile, "--no-password"],
        &["users", "delete", &id, "--yes"],
    ] {
        let ran = place.run(arguments);
        assert!(!ran.err.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.err);
    }
    app.person(hostile, Role::Annotator).await;
    assert_eq!(place.run(&["users", "list", "-o", "json", "--search", "a"]).json()[1]["username"], hostile);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_printed_while_it_is_read_and_whoever_has_enough_may_go() {
    let app = app().await;
    let users = (0..2500).map(|n| ochre_client::TeamUser { username: format!("user-{n:04}"), ..Default::default() });
    app.owner
        .client
        .team()
        .apply(&Team { users: users.collect(), ..Team::default() }, ochre_client::Prune::None)
        .await
        .unwrap();
    let place = Place::of_owner(&app);
    assert_eq!(place.run(&["users", "list", "-o", "json"]).json().as_array().unwrap().len(), 2501);
    assert_eq!(place.run(&["users", "list"]).out.lines().count(), 2502);
    let two = place.run(&["users", "list", "--sort", "-username", "--limit", "2", "-o", "json"]).json();
    assert_eq!(
        (&two[0]["username"], &two[1]["username"], two.as_array().unwrap().len()),
        (&"user-2499".into(), &"user-2498".into(), 2)
    );
    let (program, directory) = (env!("CARGO_BIN_EXE_ochre"), place.path().display());
    let mut shell = Command::new("bash");
    shell.args(["-c", &format!("set -o pipefail; cd {directory}; {program} users list -o json | head -c 10")]);
    shell.env("OCHRE_API_URL", app.url()).env("OCHRE_API_KEY", "argilla.apikey");
    let head: Ran = shell.output().unwrap().into();
    assert_eq!((head.code, head.err.as_str(), head.out.len()), (0, "", 10));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generated_passwords_are_in_a_file_of_their_own_and_work() {
    let app = app().await;
    let place = Place::of_owner(&app);
    fs::write(
        place.path().join("team.yaml"),
        "version: 1\nusers:\n- username: ada\n- username: \"e,ve\"\n- username: argilla\n",
    )
    .unwrap();
    let apply = ["apply", "-f", "team.yaml", "--generate-passwords", "passwords.csv"];
    let done = place.run(&apply);
    assert_eq!(done.code, 0, "{}", done.err);
    let file = place.path().join("passwords.csv");
    let text = fs::read_to_string(&file).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let lines: Vec<_> = text.lines().collect();
    assert_eq!((lines[0], lines.len()), ("username,password", 3));
    let password = lines[2].strip_prefix("\"e,ve\",").unwrap();
    assert!(app.anonymous().sign_in("e,ve", password).await.is_ok());
    assert!(!done.out.contains(password) && !done.err.contains(password));

    // Nobody is new, so there is no file; a file that is there is never written over.
    let again = place.run(&["apply", "-f", "team.yaml", "--generate-passwords", "others.csv"]);
    assert_eq!((again.code, place.path().join("others.csv").exists()), (0, false));
    fs::write(place.path().join("team.yaml"), "version: 1\nusers:\n- username: bob\n").unwrap();
    assert_eq!(place.run(&apply).code, 5);
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    // What is refused leaves no file behind.
    fs::write(
        place.path().join("team.yaml"),
        "version: 1\nusers:\n- username: bob\n- {username: argilla, role: admin}\n",
    )
    .unwrap();
    let refused = place.run(&["apply", "-f", "team.yaml", "--generate-passwords", "more.csv"]);
    assert_eq!((refused.code, place.path().join("more.csv").exists()), (6, false), "{}", refused.err);
    assert_eq!(app.owner.client.users().find("bob").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_admin_manages_the_members_of_its_workspace() {
    let app = app().await;
    let papers = app.workspace("papers").await;
    let admin = app.member("admin", Role::Admin, &papers).await;
    app.member("ann", Role::Annotator, &papers).await;
    let place = Place::new(&[("OCHRE_API_URL", app.url()), ("OCHRE_API_KEY", &admin.user.api_key)]);
    let members = place.run(&["users", "list", "--workspace", "papers", "--role", "annotator", "-o", "json"]).json();
    assert_eq!(members[0]["username"], "ann");
    assert_eq!(place.run(&["workspaces", "remove-user", "papers", "ann"]).code, 0);
    let denied = place.run(&["workspaces", "add-user", "papers", "ann"]);
    assert_eq!(denied.code, 3);
    assert!(denied.err.contains("ochre whoami") && denied.err.contains("ochre roles"), "{}", denied.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_means_one_or_nobody() {
    let app = app().await;
    let papers = app.workspace("papers").await;
    let ann = app.person("ann", Role::Annotator).await;
    let place = Place::of_owner(&app);
    for arguments in [
        &["workspaces", "delete", "", "--yes"][..],
        &["users", "delete", "", "--yes"],
        &["users", "update", "", "--last-name", "x"],
        &["users", "create", "", "--no-password"],
        &["users", "create", "bob", "--no-password", "--workspace", ""],
        &["workspaces", "add-user", "papers", ""],
        &["workspaces", "users", ""],
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.err);
    }
    assert_eq!(app.owner.client.workspaces().list().await.unwrap().len(), 2, "what is not named stays");
    // A name that is somebody else's id means neither.
    let id = ann.user.id.to_string();
    app.person(&id, Role::Annotator).await;
    let ambiguous = place.run(&["users", "delete", &id, "--yes"]);
    assert_eq!(ambiguous.code, 2);
    assert!(ambiguous.err.contains("\"ann\""), "{}", ambiguous.err);
    // Nobody is added where somebody cannot be.
    app.person("bob", Role::Annotator).await;
    assert_eq!(place.run(&["workspaces", "add-user", "papers", "ann"]).code, 0);
    assert_eq!(place.run(&["workspaces", "add-user", "papers", "bob", "ann"]).code, 5);
    assert_eq!(place.run(&["workspaces", "add-user", "papers", "bob", "nobody"]).code, 4);
    assert_eq!(papers.users().await.unwrap().len(), 1);
    assert_eq!(place.run(&["workspaces", "add-user", "papers", "bob", "ann", "bob", "--if-not-exists"]).code, 0);
    assert_eq!(papers.users().await.unwrap().len(), 2);
}

#[test]
fn completions_and_manual_pages_are_generated() {
    let place = Place::new(&[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = place.run(&["completions", shell]);
        assert!(script.code == 0 && script.out.contains("remove-user"), "{shell}");
    }
    assert_eq!(place.run(&["man", "pages"]).code, 0);
    let page = fs::read_to_string(place.path().join("pages/ochre-users-create.1")).unwrap();
    assert!(page.contains("password") && page.starts_with(".ie"), "{page}");
}
