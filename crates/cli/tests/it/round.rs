//! A round with a team of 50: applied, changed by hand, compared, applied again. It runs against a started Ochre server, and where the
//! variable `OCHRE_TEST_ARGILLA` holds the address of a real Argilla server (`cargo xtask compat`), against that.

use std::{fmt::Write as _, fs};

use ochre_client::Client;
use ochre_testkit::{Engine, TestApp};

use crate::program::Place;

const PEOPLE: usize = 50;

fn team() -> String {
    let mut text =
        String::from("version: 1\nworkspaces: [{name: papers}, {name: images}]\nusers:\n- username: argilla\n");
    for n in 0..PEOPLE {
        let role = if n % 10 == 0 { "admin" } else { "annotator" };
        let places = ["papers", "images", "papers, images"][n % 3];
        writeln!(text, "- {{username: person-{n:02}, first_name: P{n}, role: {role}, workspaces: [{places}]}}")
            .unwrap();
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_team_is_applied_changed_by_hand_compared_and_applied_again() {
    #[expect(clippy::disallowed_methods, reason = "the tests' own setting")]
    let argilla = std::env::var("OCHRE_TEST_ARGILLA").ok();
    let app = if argilla.is_none() { Some(TestApp::start(Engine::Sqlite).await) } else { None };
    let url = argilla.clone().unwrap_or_else(|| app.as_ref().unwrap().url().to_owned());
    let place = Place::new(&[("OCHRE_API_URL", &url), ("OCHRE_API_KEY", "argilla.apikey")]);
    fs::write(place.path().join("team.yaml"), team()).unwrap();
    let run = |arguments: &[&str], code: i32| {
        let ran = place.run(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}{}", ran.out, ran.err);
        ran
    };

    assert!(run(&["apply", "-f", "team.yaml", "--plan"], 0).out.ends_with("52 changes to make.\n"));
    run(&["diff", "-f", "team.yaml"], 6);
    let done = run(&["apply", "-f", "team.yaml", "--generate-passwords", "passwords.csv"], 0);
    assert!(done.out.ends_with("52 changes made.\n"), "{}", done.out);
    assert_eq!(done.err.contains("one by one and not all or nothing"), argilla.is_some(), "{}", done.err);
    assert!(run(&["diff", "-f", "team.yaml"], 0).out.ends_with("Nothing to change.\n"));
    let passwords = fs::read_to_string(place.path().join("passwords.csv")).unwrap();
    let password = passwords.lines().find_map(|line| line.strip_prefix("person-07,")).unwrap();
    let anonymous = Client::builder(&url).build().unwrap();
    assert!(anonymous.sign_in("person-07", password).await.is_ok());

    // By hand.
    run(&["users", "update", "person-01", "--role", "owner"], 0);
    run(&["users", "update", "person-02", "--first-name", "Somebody"], 0);
    run(&["workspaces", "remove-user", "papers", "person-03"], 0);
    run(&["workspaces", "add-user", "images", "person-03"], 0);
    run(&["users", "delete", "person-04", "--yes"], 0);
    run(&["users", "create", "stranger", "--workspace", "papers", "--no-password"], 0);

    let drift = run(&["diff", "-f", "team.yaml"], 6).out;
    for line in [
        "~ user person-01: role owner -> annotator",
        "~ user person-02: first name Somebody -> P2",
        "+ user person-03 in papers",
        "! user person-03 in images",
        "+ user person-04 (annotator) in images",
    ] {
        assert!(drift.contains(line), "{line}:\n{drift}");
    }
    assert!(!drift.contains("stranger"), "who is not named is no difference");
    run(&["apply", "-f", "team.yaml", "--prune", "memberships"], 6);
    run(&["apply", "-f", "team.yaml", "--prune", "memberships", "--yes"], 0);
    run(&["diff", "-f", "team.yaml"], 0);
    assert!(run(&["diff", "-f", "team.yaml", "--prune", "users"], 6).out.contains("- user stranger"));
    run(&["apply", "-f", "team.yaml", "--prune", "users", "--yes"], 0);
    run(&["diff", "-f", "team.yaml", "--prune", "users"], 0);

    // What is written back is what is there.
    let written = run(&["export", "team"], 0).out;
    fs::write(place.path().join("written.yaml"), written).unwrap();
    run(&["diff", "-f", "written.yaml", "--prune", "users"], 0);
    run(&["apply", "-f", "written.yaml", "--prune", "users"], 0);

    let info = run(&["info", "-o", "json"], 0).json();
    assert_eq!(info["server"], if argilla.is_some() { "argilla" } else { "ochre" });
    fs::write(
        place.path().join("people.csv"),
        "username,role,workspaces,password\nimported,admin,papers;images,a long password\n",
    )
    .unwrap();
    run(&["users", "import", "people.csv"], 0);
    run(&["users", "import", "people.csv"], 5);
    run(&["users", "import", "people.csv", "--if-not-exists"], 0);
    assert!(anonymous.sign_in("imported", "a long password").await.is_ok());
    let workspaces = run(&["users", "get", "imported", "-o", "json"], 0).json()["workspaces"].clone();
    assert_eq!(workspaces, serde_json::json!(["papers", "images"]));
    let listed =
        run(&["users", "list", "--workspace", "papers", "--role", "admin", "--sort", "username", "-o", "json"], 0)
            .json();
    assert_eq!(listed[0]["username"], "imported");
}
