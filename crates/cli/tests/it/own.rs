//! The own account, keys, links and the trash: what transcripts cannot show, because it needs the standard input or what was printed before.

use std::{fs, time::Duration};

use ochre_client::{Client, LinkRedeem, Role, UserCreate};
use ochre_testkit::PASSWORD;
use serde_json::json;

use crate::program::{Place, app};

const GENUINE: &str = "och_07ELSZgnu18FMTahov29GNUbipw3AH1heXTQ";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_own_password_comes_by_files_and_by_the_standard_input() {
    let app = app().await;
    let ann = app.person("ann", Role::Annotator).await;
    let place = Place::new(&[("OCHRE_API_URL", app.url()), ("OCHRE_API_KEY", &ann.user.api_key)]);
    let both = ["password", "--password-stdin"];
    for (input, code) in [("", 1), (PASSWORD, 1), (&*format!("{PASSWORD}\nshort\n"), 1)] {
        assert_eq!(place.run_with(&both, input).code, code, "{input:?}");
    }
    let done = place.run_with(&both, &format!("{PASSWORD}\na second password\n"));
    assert_eq!((done.code, done.out.as_str()), (0, ""), "{}", done.err);
    fs::write(place.path().join("current"), "a second password\n").unwrap();
    let new_alone = ["password", "--current-password-file", "current", "--password-stdin"];
    assert_eq!(place.run_with(&new_alone, "a third password\n").code, 0);
    assert!(app.anonymous().sign_in("ann", "a third password").await.is_ok());
    let wrong = place.run_with(&new_alone, "a fourth password\n");
    assert_ne!(wrong.code, 0);
    let nobody_asked = place.run(&["password"]);
    assert_eq!(nobody_asked.code, 2);
    assert!(nobody_asked.err.contains("--current-password-file"), "{}", nobody_asked.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_must_set_another_password_is_told_how_and_needs_no_login() {
    let app = app().await;
    let new = UserCreate::new("eve", "a first password").must_change_password();
    let eve = app.owner.client.users().create(&new).await.unwrap();
    let place = Place::new(&[("OCHRE_API_URL", app.url()), ("OCHRE_API_KEY", &eve.api_key)]);
    let refused = place.run(&["workspaces", "list"]);
    assert_eq!(refused.code, 3);
    assert!(refused.err.contains("ochre password"), "{}", refused.err);
    let place = Place::new(&[]);
    let password = ["password", "--url", app.url(), "--username", "eve", "--password-stdin"];
    let wrong = place.run_with(&password, "a wrong password\na second password\n");
    assert_eq!(wrong.code, 3, "{}", wrong.err);
    let done = place.run_with(&password, "a first password\na second password\n");
    assert_eq!(done.code, 0, "{}", done.err);
    let place = Place::new(&[("OCHRE_API_URL", app.url()), ("OCHRE_API_KEY", &eve.api_key)]);
    assert_eq!(place.run(&["workspaces", "list"]).code, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_goes_to_the_server_that_is_meant_or_nowhere() {
    let app = app().await;
    let place = Place::new(&[("OCHRE_API_URL", "http://127.0.0.1:1")]);
    let login = ["login", "--profile", "work", "--url", app.url(), "--api-key-stdin"];
    assert_eq!(place.run_with(&login, "argilla.apikey").code, 0);
    app.person("eve", Role::Annotator).await;
    let password = |flags: &[&str]| {
        let command = [&["password", "--username", "eve", "--password-stdin"][..], flags].concat();
        place.run_with(&command, &format!("{PASSWORD}\na second password\n"))
    };
    let unknown = password(&["--profile", "wrok"]);
    assert_eq!(unknown.code, 3);
    assert!(unknown.err.contains("no login \"wrok\" (there are work)"), "{}", unknown.err);
    assert_eq!(password(&[]).code, 69, "nobody is at the environment's address");
    let done = password(&["--profile", "work"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(done.err, format!("Your password at {} is changed.\n", app.url()));
    assert!(app.anonymous().sign_in("eve", "a second password").await.is_ok());
    let asked = place.run(&["password", "--username", "eve", "--profile", "work", "--url", "http://192.0.2.1"]);
    assert_eq!(asked.code, 2, "{}", asked.err);
    assert!(asked.err.contains("plain http"), "{}", asked.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_end_one_by_one_or_all() {
    let app = app().await;
    let place = Place::of_owner(&app);
    for _ in 0..3 {
        app.anonymous().sign_in("argilla", "12345678").await.unwrap();
    }
    let logins = place.run(&["sessions", "list", "-o", "json"]).json();
    let id = logins[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(place.run(&["sessions", "end", &id, "nothing"]).code, 4, "nothing is done where something is wrong");
    assert_eq!(place.run(&["sessions", "end", &id, "-o", "json"]).json()[0]["id"], id);
    assert_eq!(place.run(&["sessions", "end", &id]).code, 4);
    assert_eq!(place.run(&["sessions", "end", "--others", "-o", "json"]).json().as_array().unwrap().len(), 2);
    for arguments in [&["sessions", "end"][..], &["sessions", "end", &id, "--others"]] {
        assert_eq!(place.run(arguments).code, 2, "{arguments:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_named_key_is_printed_alone_and_does_what_it_may() {
    let app = app().await;
    let place = Place::of_owner(&app);
    let made = place.run(&["keys", "create", "ci", "--scope", "read", "--expires-in", "30d"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let key = made.out.strip_suffix('\n').unwrap();
    assert!(key.starts_with("och_") && !key.contains('\n') && !made.err.contains(key), "{}", made.err);
    let program = Place::new(&[("OCHRE_API_URL", app.url()), ("OCHRE_API_KEY", key)]);
    assert_eq!(program.run(&["users", "list"]).code, 0);
    let refused = program.run(&["workspaces", "create", "papers"]);
    assert_eq!(refused.code, 3);
    assert!(refused.err.contains("scopes"), "{}", refused.err);
    let login = program.run_with(&["login", "--api-key-stdin"], key);
    assert_eq!(login.code, 3);
    assert!(login.err.contains("OCHRE_API_KEY") && !login.err.contains(key), "{}", login.err);
    let found = place.run_with(&["keys", "check", "-", "-o", "json"], &made.out);
    assert_eq!(found.code, 6);
    assert!(!found.out.contains(key) && !found.err.contains(key));
    let id = place.run(&["keys", "list", "-o", "json"]).json()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(place.run(&["keys", "delete", &id]).code, 6, "nobody agreed");
    app.person("ada", Role::Annotator).await;
    let unknown = place.run(&["keys", "delete", &id, "--user", "ada"]);
    assert_eq!(unknown.code, 4);
    assert!(unknown.err.contains("ochre keys list --user ada tells"), "{}", unknown.err);
    let unknown = place.run(&["identities", "unlink", "ada", &id]);
    assert_eq!(unknown.code, 4);
    assert!(unknown.err.contains("ochre identities list --user ada tells"), "{}", unknown.err);
    assert_eq!(place.run(&["keys", "delete", &id, "--user", "argilla", "--yes"]).code, 0);
    assert_eq!(program.run(&["users", "list"]).code, 3);
    for arguments in [
        &["keys", "create", "ci"][..],
        &["keys", "create", "ci", "--scope", "everything"],
        &["keys", "create", "ci", "--scope", "read", "--expires-in", "1h", "--expires-at", "2099-12-31"],
        &["keys", "create", "ci", "--scope", "read", "--expires-at", "2099"],
    ] {
        assert_eq!(place.run(arguments).code, 2, "{arguments:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_that_holds_the_rotated_key_gets_the_new_one() {
    let app = app().await;
    let ann = app.person("ann", Role::Annotator).await;
    let place = Place::new(&[]);
    for (profile, key) in [("default", "argilla.apikey"), ("ann", &ann.user.api_key)] {
        let login = ["login", "--profile", profile, "--url", app.url(), "--api-key-stdin"];
        assert_eq!(place.run_with(&login, key).code, 0);
    }
    let rotated = place.run(&["keys", "rotate", "--overlap", "0"]);
    assert_eq!(rotated.code, 0, "{}", rotated.err);
    assert!(rotated.err.contains("\"default\"") && !rotated.err.contains("\"ann\""), "{}", rotated.err);
    let client = Client::builder(app.url()).api_key(rotated.out.trim_end()).build().unwrap();
    assert_eq!(client.me().await.unwrap().username, "argilla");
    assert_eq!(place.run(&["whoami", "-o", "json"]).json()["username"], "argilla");
    // An owner rotates somebody else's, whose login is remembered as well.
    assert_eq!(place.run(&["keys", "rotate", "--user", "ann", "--overlap", "0"]).code, 0);
    assert_eq!(place.run(&["whoami", "--profile", "ann", "-o", "json"]).json()["username"], "ann");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_was_replaced_earlier_is_replaced_as_well() {
    let app = app().await;
    let ann = app.person("ann", Role::Annotator).await;
    let place = Place::new(&[]);
    for (profile, key) in [("default", "argilla.apikey"), ("work", "argilla.apikey"), ("ann", &ann.user.api_key)] {
        let login = ["login", "--profile", profile, "--url", app.url(), "--api-key-stdin"];
        assert_eq!(place.run_with(&login, key).code, 0);
    }
    // Elsewhere: the logins hold what is about to end, and so does the environment from the second time on.
    let elsewhere = Place::of_owner(&app);
    for _ in 0..2 {
        let rotated = elsewhere.run(&["keys", "rotate"]);
        assert_eq!(rotated.code, 0, "{}", rotated.err);
        assert!(rotated.err.contains("The environment"), "{}", rotated.err);
    }
    // Naming oneself makes no difference.
    let rotated = place.run(&["keys", "rotate", "--user", "argilla", "--overlap", "0"]);
    assert_eq!(rotated.code, 0, "{}", rotated.err);
    for (profile, told) in [("default", true), ("work", true), ("ann", false)] {
        assert_eq!(rotated.err.contains(&format!("{profile:?}")), told, "{profile}: {}", rotated.err);
        assert_eq!(place.run(&["whoami", "--profile", profile]).code, 0, "{profile}");
    }
    assert!(!rotated.err.contains("The environment"), "{}", rotated.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_printed_alone_and_lets_somebody_in() {
    let app = app().await;
    app.workspace("papers").await;
    let place = Place::of_owner(&app);
    let invited = place.run(&["invite", "--workspace", "papers"]);
    assert_eq!(invited.code, 0, "{}", invited.err);
    let guest = app.anonymous();
    let account = |password: &str| LinkRedeem {
        username: Some("ada".into()),
        password: password.into(),
        ..LinkRedeem::default()
    };
    let ada = guest.links().redeem(&invited.out, &account("a password of her own")).await.unwrap().unwrap();
    assert_eq!((ada.username.as_str(), ada.role), ("ada", Role::Annotator));
    let reset = place.run(&["users", "reset-link", "ada"]);
    assert_eq!(reset.code, 0, "{}", reset.err);
    let password = LinkRedeem { password: "another password".into(), ..LinkRedeem::default() };
    assert_eq!(guest.links().redeem(&reset.out, &password).await.unwrap(), None);
    assert!(guest.sign_in("ada", "another password").await.is_ok());

    let second = place.run(&["invite", "-o", "json"]).json();
    assert_eq!(place.run(&["invitations", "list", "-o", "json"]).json().as_array().unwrap().len(), 1);
    assert_eq!(place.run(&["invitations", "list", "--all", "-o", "json"]).json().as_array().unwrap().len(), 2);
    assert_eq!(place.run(&["invitations", "withdraw", second["id"].as_str().unwrap()]).code, 0);
    assert!(guest.links().get(second["url"].as_str().unwrap()).await.unwrap_err().is_not_found());
    assert_eq!(place.run(&["invite", "--workspace", "nowhere"]).code, 4);
    assert_eq!(place.run(&["invite", "--max-uses", "0"]).code, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_holds_an_invitation_makes_an_account_without_a_login() {
    let app = app().await;
    app.workspace("papers").await;
    let owner = Place::of_owner(&app);
    let invited = owner.run(&["invite", "--workspace", "papers", "--max-uses", "2"]);
    assert_eq!(invited.code, 0, "{}", invited.err);
    let link = invited.out.trim_end();
    let token = link.rsplit_once('/').unwrap().1;
    // Its address alone says where.
    let guest = Place::new(&[]);
    let shown = guest.run(&["links", "show", link, "-o", "json"]).json();
    assert_eq!((shown["kind"].as_str(), shown["role"].as_str()), (Some("invitation"), Some("annotator")));
    assert_eq!(shown["workspaces"][0], "papers");
    let table = guest.run_with(&["links", "show", "-"], &invited.out);
    assert!(table.code == 0 && table.out.contains("a new account"), "{}{}", table.out, table.err);
    assert_eq!(guest.run(&["links", "show", token, "--url", app.url(), "-o", "json"]).json(), shown);

    let account = ["links", "use", link, "--username", "ada", "--first-name", "Ada", "--password-stdin"];
    assert_eq!(guest.run_with(&account, "short").code, 1);
    let made = guest.run_with(&[&account[..], &["-o", "json"]].concat(), "a password of her own").json();
    assert_eq!((made["username"].as_str(), made["first_name"].as_str()), (Some("ada"), Some("Ada")));
    assert!(app.anonymous().sign_in("ada", "a password of her own").await.is_ok());
    let refused = guest.run_with(&account, "a password of her own");
    assert_eq!((refused.code, refused.out.as_str()), (5, ""), "{}", refused.err);
    let nobody = guest.run_with(&["links", "use", link, "--password-stdin"], "a password of her own");
    assert_eq!(nobody.code, 2);
    assert!(nobody.err.contains("--username"), "{}", nobody.err);

    let both = ["links", "use", "-", "--username", "eve", "--password-stdin"];
    assert_eq!(guest.run_with(&both, link).code, 1, "the password is missing");
    let done = guest.run_with(&both, &format!("{link}\na password of her own\n"));
    assert!(done.code == 0 && !done.err.contains(token), "{}", done.err);
    let dead = guest.run_with(&both, &format!("{link}\na password of her own\n"));
    assert_eq!(dead.code, 4);
    assert!(dead.err.contains("for another one") && !dead.err.contains(token), "{}", dead.err);
    assert_eq!(guest.run(&["links", "show", link]).code, 4);
    let elsewhere = guest.run(&["links", "show", &link.replace("/links/", "/invite/")]);
    assert!(elsewhere.code == 2 && !elsewhere.err.contains(token), "{}", elsewhere.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_holds_a_link_for_another_password_sets_it() {
    let app = app().await;
    app.person("ada", Role::Annotator).await;
    let owner = Place::of_owner(&app);
    let guest = Place::new(&[]);
    let link = owner.run(&["users", "reset-link", "ada"]).out;
    let shown = guest.run_with(&["links", "show", "-", "-o", "json"], &link).json();
    assert_eq!((shown["kind"].as_str(), shown["username"].as_str()), (Some("reset"), Some("ada")));
    fs::write(guest.path().join("new"), "another password\n").unwrap();
    let set = ["links", "use", "-", "--password-file", "new"];
    assert_eq!(guest.run_with(&[&set[..], &["--username", "eve"]].concat(), &link).code, 2, "it makes nobody");
    assert_eq!(guest.run_with(&["links", "use", "-"], &link).code, 2, "nobody can be asked");
    let done = guest.run_with(&set, &link);
    assert_eq!((done.code, done.out.as_str()), (0, ""), "{}", done.err);
    assert!(done.err.contains("sets another password for ada"), "{}", done.err);
    assert!(app.anonymous().sign_in("ada", "another password").await.is_ok());
    assert_eq!(guest.run_with(&set, &link).code, 4);

    let second = owner.run(&["users", "reset-link", "ada"]).out;
    let list = |flags: &[&str]| owner.run(&[&["users", "reset-links", "ada", "-o", "json"][..], flags].concat()).json();
    let open = list(&[]);
    assert_eq!(open.as_array().unwrap().len(), 1);
    let all = list(&["--all"]);
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert!(all.as_array().unwrap().iter().any(|link| link["used_at"].is_string() && link["open"] == false), "{all}");
    let withdraw = ["users", "withdraw-reset-links", "ada", "-o", "json"];
    assert_eq!(owner.run(&withdraw).json(), open);
    assert_eq!(guest.run_with(&set, &second).code, 4);
    assert_eq!(owner.run(&withdraw).out, "[]\n");
    for command in ["reset-links", "withdraw-reset-links"] {
        assert_eq!(owner.run(&["users", command, "nobody"]).code, 4, "{command}");
        assert_eq!(guest.run(&["users", command, "ada"]).code, 3, "{command}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_deleted_comes_back_by_its_name_or_either_of_its_ids() {
    let app = app().await;
    let papers = app.workspace("papers").await;
    let place = Place::of_owner(&app);
    let ada = app.member("ada", Role::Annotator, &papers).await.user;
    let would = place.run(&["users", "delete", "ada", "--dry-run", "-o", "json"]).json();
    assert_eq!((would[0]["memberships"].as_u64(), would[0]["keys"].as_u64()), (Some(1), Some(0)));
    let gone = place.run(&["users", "delete", "ada", "--yes"]);
    assert!(gone.code == 0 && gone.err.contains("ochre trash restore"), "{}", gone.err);
    assert_eq!(place.run(&["trash", "restore", &ada.id.to_string()]).code, 0);
    assert_eq!(papers.users().await.unwrap().len(), 1);
    assert_eq!(place.run(&["users", "delete", "ada", "--yes"]).code, 0);
    app.person("ada", Role::Annotator).await;
    let taken = place.run(&["trash", "restore", "ada"]);
    assert_eq!(taken.code, 5);
    assert!(taken.err.contains("ochre users update ada --username NEW"), "{}", taken.err);
    let entry = place.run(&["trash", "list", "-o", "json"]).json()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(place.run(&["trash", "delete", &entry, "--yes"]).code, 0);
    assert_eq!(place.run(&["trash", "list", "-o", "yaml"]).out, "[]\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_in_the_way_of_what_was_deleted_is_told() {
    let app = app().await;
    let papers = app.workspace("papers").await;
    let ada = app.person("ada", Role::Annotator).await.user;
    let place = Place::of_owner(&app);
    let restore = |entry: &str| {
        let refused = place.run(&["trash", "restore", entry]);
        assert_eq!(refused.code, 5, "{}", refused.err);
        refused.err
    };
    assert_eq!(place.run(&["users", "delete", "ada", "--yes"]).code, 0);
    assert_eq!(place.run(&["workspaces", "delete", "papers", "--yes"]).code, 0);
    let namesake = app.workspace("papers").await;
    assert!(restore("papers").contains("ochre workspaces rename papers NEW"));
    assert_eq!(place.run(&["workspaces", "delete", &namesake.id.to_string(), "--yes"]).code, 0);
    assert_eq!(place.run(&["trash", "restore", &papers.id.to_string()]).code, 0);
    // Another one with the id, which no other name helps, not even where it has the name as well.
    for name in ["bob", "ada"] {
        let other = UserCreate::new(name, "a long password").id(ada.id);
        app.owner.client.users().create(&other).await.unwrap();
        let told = restore(&ada.id.to_string());
        assert!(told.contains(&format!("ochre users delete {}", ada.id)) && !told.contains("NEW"), "{told}");
        app.owner.client.users().delete(ada.id).await.unwrap();
        let entries = place.run(&["trash", "list", "-o", "json"]).json();
        let last = entries.as_array().unwrap().iter().max_by_key(|entry| entry["deleted_at"].to_string()).unwrap();
        assert_eq!(place.run(&["trash", "delete", last["id"].as_str().unwrap(), "--yes"]).code, 0);
    }
    assert_eq!(place.run(&["trash", "restore", "ada"]).code, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_own_account_is_told_and_goes_last() {
    let app = app().await;
    app.person("ada", Role::Annotator).await;
    app.person("bob", Role::Annotator).await;
    app.person("olga", Role::Owner).await;
    let place = Place::of_owner(&app);
    for (command, dry_run) in [("disable", "another owner alone"), ("delete", "your own account")] {
        let asked = place.run(&["users", command, "argilla", "ada"]);
        assert_eq!(asked.code, 6, "{}", asked.err);
        assert!(
            asked.err.contains("your own account") && asked.err.find("ada") < asked.err.find("argilla"),
            "{}",
            asked.err
        );
        let rehearsed = place.run(&["users", command, "argilla", "ada", "--dry-run"]);
        assert!((rehearsed.out + &rehearsed.err).contains(dry_run), "{command}");
        let other = place.run(&["users", command, "ada"]);
        assert!(!other.err.contains("own account"), "{}", other.err);
    }
    let done = place.run(&["users", "disable", "argilla", "ada", "--yes", "-o", "json"]).json();
    assert_eq!((&done[0]["username"], &done[1]["username"]), (&"ada".into(), &"argilla".into()));
    assert_eq!(place.run(&["users", "enable", "argilla"]).code, 3, "another owner alone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_membership_that_has_ended_is_renewed() {
    let app = app().await;
    app.workspace("papers").await;
    let place = Place::of_owner(&app);
    for name in ["ada", "bob"] {
        app.person(name, Role::Annotator).await;
        assert_eq!(place.run(&["workspaces", "add-user", "papers", name, "--until", "2s"]).code, 0);
    }
    let reaches = |name: &str| place.run(&["users", "get", name, "-o", "json"]).json()["workspaces"] != json!([]);
    assert_eq!(place.run(&["workspaces", "add-user", "papers", "ada"]).code, 5, "it has not ended yet");
    while reaches("ada") || reaches("bob") {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for command in [
        &["workspaces", "add-user", "papers", "ada"][..],
        &["workspaces", "add-user", "papers", "bob", "--if-not-exists"],
    ] {
        let renewed = place.run(command);
        assert_eq!(renewed.code, 0, "{}", renewed.err);
        assert!(renewed.err.contains("is in papers now"), "{}", renewed.err);
        assert!(reaches(command[3]));
    }
    assert_eq!(place.run(&["workspaces", "add-user", "papers", "ada"]).code, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_disabled_or_too_late_cannot_sign_in() {
    let app = app().await;
    let place = Place::of_owner(&app);
    app.person("ada", Role::Annotator).await;
    let signs_in = async || app.anonymous().sign_in("ada", PASSWORD).await.is_ok();
    assert_eq!(place.run(&["users", "disable", "ada", "--dry-run"]).code, 0);
    assert!(signs_in().await);
    assert_eq!(place.run(&["users", "disable", "ada", "--yes"]).code, 0);
    assert!(!signs_in().await);
    assert_eq!(place.run(&["users", "enable", "ada"]).code, 0);
    assert!(signs_in().await);
    let limited = place.run(&["users", "update", "ada", "--active-until", "30d"]);
    assert!(limited.code == 0 && limited.err.contains("has access until"), "{}", limited.err);
    let account = place.run(&["users", "get", "ada", "-o", "json"]).json()["account"].clone();
    assert!(account["active_until"].is_string(), "{account}");
    // The end comes with the user, whatever else is asked for.
    app.workspace("papers").await;
    for (name, flags) in [("bob", &["--password-stdin"][..]), ("eve", &["--no-password"])] {
        let create = ["users", "create", name, "--workspace", "papers", "--active-until", "2099-12-31"];
        let created = place.run_with(&[&create, flags].concat(), "a long password");
        assert_eq!(created.code, 0, "{}", created.err);
        let user = place.run(&["users", "get", name, "-o", "json"]).json();
        assert_eq!(user["account"]["active_until"], "2099-12-31T00:00:00");
        assert_eq!(user["workspaces"][0], "papers");
    }
    assert_eq!(place.run(&["users", "disable", "ada", "--yes"]).code, 0);
    let disabled = place.run(&["users", "list", "--state", "disabled", "-o", "json"]).json();
    assert_eq!((disabled.as_array().unwrap().len(), &disabled[0]["username"]), (1, &"ada".into()));
    for when in ["2099", "tomorrow", ""] {
        assert_eq!(place.run(&["users", "update", "ada", "--active-until", when]).code, 2, "{when:?}");
    }
}

#[test]
fn keys_are_looked_for_without_a_server() {
    let place = Place::new(&[]);
    assert_eq!(place.run_with(&["keys", "check"], "nothing").code, 0);
    assert_eq!(place.run_with(&["keys", "check"], &format!("KEY={GENUINE}\n")).code, 6);
    for argument in [GENUINE.to_owned(), format!("KEY={GENUINE}"), format!("https://ochre.example/links/{GENUINE}")] {
        let refused = place.run(&["keys", "check", "-", &argument]);
        assert_eq!(refused.code, 2);
        assert!(!refused.err.contains(GENUINE), "{}", refused.err);
    }
    assert_eq!(place.run(&["keys", "check", "missing"]).code, 1);
    assert_eq!(place.run(&["keys", "list"]).code, 3, "nobody is signed in");
}
