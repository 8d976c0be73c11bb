//! Links that let somebody in: invitations, and links for a new password.

use std::time::Duration;

use ochre_client::{InvitationCreate, NewLink, ResetLinkCreate, Role, UserUpdate, Uuid};
use ochre_dto::key::{Kind, check};
use ochre_testkit::{Engine, PASSWORD, Person, TestApp, on_both};
use reqwest::{Method, header::HOST};
use serde_json::{Value, json};

use crate::{
    answer, forbidden, invalid,
    leaving::ahead,
    own::{bearer, signed},
    sentence,
};

/// What stands at the end of a link's address.
fn token(url: &str) -> &str {
    url.rsplit('/').next().expect("an address")
}

/// A link for a new password of a user, made by somebody.
async fn reset(maker: &Person, user: Uuid) -> String {
    let link = maker.client.users().create_reset_link(user, &ResetLinkCreate::default()).await.expect("a link");
    token(&link.url).to_owned()
}

/// An invitation that is made by somebody.
async fn invite(maker: &Person, invitation: InvitationCreate) -> (NewLink, String) {
    let link = maker.client.invitations().create(&invitation).await.expect("an invitation");
    let token = token(&link.url).to_owned();
    (link, token)
}

/// What a link is for.
async fn shown(app: &TestApp, token: &str) -> (u16, Value) {
    answer(app.request(Method::GET, &format!("/api/v1/links/{token}"))).await
}

/// Uses a link.
async fn redeem(app: &TestApp, token: &str, body: Value) -> (u16, Value) {
    answer(app.request(Method::POST, &format!("/api/v1/links/{token}")).json(&body)).await
}

/// Uses a link for a new password.
async fn set(app: &TestApp, token: &str, password: &str) -> (u16, Value) {
    redeem(app, token, json!({"password": password})).await
}

/// Uses an invitation.
async fn join(app: &TestApp, token: &str, name: &str) -> (u16, Value) {
    redeem(app, token, json!({"username": name, "password": "a new password"})).await
}

fn dead() -> (u16, Value) {
    sentence(404, "This link is worth nothing: it was used, has expired or was withdrawn. Ask for another one")
}

/// A link that is worth nothing, for whoever looks and for whoever uses it.
async fn assert_dead(app: &TestApp, token: &str) {
    assert_eq!(shown(app, token).await, dead());
    assert_eq!(join(app, token, "eve").await, dead());
}

async fn signs_in(app: &TestApp, name: &str, password: &str) -> bool {
    app.anonymous().sign_in(name, password).await.is_ok()
}

/// The names of a link's workspaces, in alphabetical order.
fn workspaces(link: &Value) -> Vec<&str> {
    let mut names: Vec<_> = link["workspaces"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

on_both! {
    async fn a_reset_link_sets_a_new_password_once(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let logins = [bearer(&app, "ann", PASSWORD).await, bearer(&app, "ann", PASSWORD).await];
        let path = format!("/api/v1/users/{}/reset-link", ann.user.id);
        let request = app.owner.request(Method::POST, &path);
        // Whoever asks does not say where the link leads.
        let request = request.header(HOST, "evil.example").header("X-Forwarded-Host", "evil.example");
        let (status, made) = answer(request.header("X-Forwarded-Proto", "https")).await;
        let keys: Vec<_> = made.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!((status, keys), (201, vec!["expires_at", "id", "url"]));
        let url = made["url"].as_str().unwrap();
        let token = token(url);
        assert_eq!(url, format!("{}/links/{token}", app.url()));
        assert_eq!(check(token), Ok(Kind::Link));
        let end = ochre_dto::time::parse(made["expires_at"].as_str().unwrap()).unwrap();
        let minutes = |minutes| ahead(Duration::from_mins(minutes));
        assert!(minutes(59) < end && end < minutes(61), "{end}");

        let mut link = json!({"kind": "reset", "username": "ann", "role": null, "workspaces": []});
        link["expires_at"] = made["expires_at"].clone();
        assert_eq!(shown(&app, token).await, (200, link.clone()));
        assert_eq!(shown(&app, token).await, (200, link), "looking does not use it");
        let listed = async || answer(app.owner.get(&path)).await.1["items"][0].clone();
        let open = listed().await;
        assert_eq!((&open["id"], &open["open"], &open["used_at"]), (&made["id"], &json!(true), &Value::Null));
        assert_eq!(open["created_by"], json!("argilla"));
        assert!(!open.to_string().contains(token));

        assert_eq!(set(&app, token, "a new password").await.0, 204);
        for login in &logins {
            assert_eq!(answer(signed(&app, login, Method::GET, "/api/v1/me")).await.0, 401, "logins of before end");
        }
        assert!(ann.client.me().await.is_ok(), "the API key stays");
        assert!(signs_in(&app, "ann", "a new password").await && !signs_in(&app, "ann", PASSWORD).await);
        assert_eq!(set(&app, token, "a later password").await, dead());
        assert_dead(&app, token).await;
        assert!(signs_in(&app, "ann", "a new password").await);
        let used = listed().await;
        assert!(used["open"] == json!(false) && used["used_at"].is_string(), "{used}");
    }

    async fn of_two_at_the_same_moment_one_wins(engine: Engine) {
        let app = TestApp::start_with(engine, &[("hash-concurrency", "4")]).await;
        let ann = app.person("ann", Role::Annotator).await;
        for round in 0..25 {
            let link = reset(&app.owner, ann.user.id).await;
            let (one, two) = tokio::join!(set(&app, &link, "a new password"), set(&app, &link, "a later password"));
            let mut outcome = [one.0, two.0];
            outcome.sort_unstable();
            assert_eq!(outcome, [204, 404], "round {round}: {one:?} {two:?}");
            let loser = if one.0 == 404 { one } else { two.clone() };
            assert_eq!(loser, dead());
            if round % 8 == 0 {
                let (won, lost) = ("a new password", "a later password");
                let (won, lost) = if two.0 == 204 { (lost, won) } else { (won, lost) };
                assert!(signs_in(&app, "ann", won).await && !signs_in(&app, "ann", lost).await);
            }
        }
        let links = app.owner.client.users().reset_links(ann.user.id).await.unwrap();
        assert_eq!(links.len(), 25);
        assert!(links.iter().all(|link| !link.open && link.used_at.is_some()));
    }

    async fn a_link_ends_those_before_it_and_can_be_withdrawn(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (ann, bob) = (app.person("ann", Role::Annotator).await, app.person("bob", Role::Annotator).await);
        let of_bob = reset(&app.owner, bob.user.id).await;
        let first = reset(&app.owner, ann.user.id).await;
        let second = reset(&app.owner, ann.user.id).await;
        assert_dead(&app, &first).await;
        assert_eq!(shown(&app, &second).await.0, 200);
        let path = format!("/api/v1/users/{}/reset-link", ann.user.id);
        assert_eq!(answer(app.owner.request(Method::DELETE, &path)).await.0, 204);
        assert_dead(&app, &second).await;
        assert_eq!(answer(app.owner.request(Method::DELETE, &path)).await.0, 204);
        assert_eq!(answer(app.owner.get(&path)).await, (200, json!({"items": []})));
        // Whoever knows the password needs no link any more.
        let third = reset(&app.owner, ann.user.id).await;
        ann.client.account().change_password(PASSWORD, "a new password").await.unwrap();
        assert_dead(&app, &third).await;
        assert_eq!(shown(&app, &of_bob).await.0, 200);
        assert!(signs_in(&app, "bob", PASSWORD).await);
    }

    async fn a_link_of_somebody_who_cannot_sign_in_is_worth_nothing(engine: Engine) {
        let app = TestApp::start(engine).await;
        let users = app.owner.client.users();
        for what in ["disabled", "expired", "deleted"] {
            let person = app.person(what, Role::Annotator).await;
            let link = reset(&app.owner, person.user.id).await;
            assert_eq!(shown(&app, &link).await.0, 200);
            match what {
                "disabled" => drop(users.disable(person.user.id).await.unwrap()),
                "expired" => app.database.expire(person.user.id).await,
                _ => drop(users.delete(person.user.id).await.unwrap()),
            }
            assert_dead(&app, &link).await;
            let id = person.user.id;
            let again = answer(app.owner.request(Method::POST, &format!("/api/v1/users/{id}/reset-link"))).await;
            let useless = format!("User with id `{id}` cannot sign in. Enable the user, or extend its time, first");
            let absent = format!("User with id `{id}` not found");
            assert_eq!(again, if what == "deleted" { sentence(404, &absent) } else { sentence(422, &useless) });
        }
        // It does not come back with the user.
        let entry = app.owner.client.trash().list().await.unwrap().remove(0);
        app.owner.client.trash().restore(entry.id).await.unwrap();
        let restored = users.find("deleted").await.unwrap().unwrap();
        assert_eq!(users.reset_links(restored.id).await.unwrap(), []);
    }

    async fn a_link_is_worth_what_its_maker_can_do(engine: Engine) {
        let app = TestApp::start(engine).await;
        let users = app.owner.client.users();
        let ann = app.person("ann", Role::Annotator).await;
        for what in ["demoted", "disabled", "expired", "deleted"] {
            let maker = app.person(what, Role::Owner).await;
            let link = reset(&maker, ann.user.id).await;
            let (invitation, invited) = invite(&maker, InvitationCreate::new(Role::Annotator)).await;
            // To have to change the own password takes nothing from the links.
            users.update(maker.user.id, &UserUpdate::default().must_change_password(true)).await.unwrap();
            assert_eq!((shown(&app, &link).await.0, shown(&app, &invited).await.0), (200, 200));
            match what {
                "demoted" => drop(users.update(maker.user.id, &UserUpdate::default().role(Role::Admin)).await.unwrap()),
                "disabled" => drop(users.disable(maker.user.id).await.unwrap()),
                "expired" => app.database.expire(maker.user.id).await,
                _ => drop(users.delete(maker.user.id).await.unwrap()),
            }
            assert_dead(&app, &link).await;
            assert_dead(&app, &invited).await;
            let listed = app.owner.client.invitations().list().await.unwrap();
            let listed = listed.iter().find(|other| other.id == invitation.id).unwrap();
            assert!(!listed.open, "{what}");
            assert_eq!(listed.created_by.as_deref(), (what != "deleted").then_some(what));
        }
        assert!(signs_in(&app, "ann", PASSWORD).await);
        assert!(users.find("eve").await.unwrap().is_none());
    }

    async fn a_link_ends_by_itself(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let link = reset(&app.owner, ann.user.id).await;
        let (_, invited) = invite(&app.owner, InvitationCreate::new(Role::Annotator)).await;
        assert_eq!((shown(&app, &link).await.0, shown(&app, &invited).await.0), (200, 200));
        // As time would: the shortest link lasts a minute.
        app.database.load("UPDATE links SET expires_at = inserted_at").await;
        assert_dead(&app, &link).await;
        assert_dead(&app, &invited).await;
        assert!(!app.owner.client.users().reset_links(ann.user.id).await.unwrap()[0].open);
        assert!(!app.owner.client.invitations().list().await.unwrap()[0].open);
    }

    async fn a_reset_fulfils_the_duty_to_change_the_password(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let users = app.owner.client.users();
        users.update(ann.user.id, &UserUpdate::default().must_change_password(true)).await.unwrap();
        assert_eq!(answer(ann.get("/api/v1/me/workspaces")).await.0, 403);
        let link = reset(&app.owner, ann.user.id).await;
        assert_eq!(set(&app, &link, "a new password").await.0, 204);
        assert_eq!(answer(ann.get("/api/v1/me/workspaces")).await.0, 200, "at the next request");
        let user = users.get_with_account(ann.user.id).await.unwrap();
        assert!(!user.account.as_ref().unwrap().must_change_password);
    }

    async fn an_invitation_needs_a_role_alone(engine: Engine) {
        let app = TestApp::start(engine).await;
        let create = app.owner.request(Method::POST, "/api/v1/invitations").json(&json!({"role": "annotator"}));
        let (status, made) = answer(create).await;
        let token = token(made["url"].as_str().unwrap());
        assert_eq!((status, check(token)), (201, Ok(Kind::Link)));
        let end = ochre_dto::time::parse(made["expires_at"].as_str().unwrap()).unwrap();
        let hours = |hours| ahead(Duration::from_hours(hours));
        assert!(hours(7 * 24 - 1) < end && end < hours(7 * 24 + 1), "{end}");
        let mut link = json!({"kind": "invitation", "username": null, "role": "annotator", "workspaces": []});
        link["expires_at"] = made["expires_at"].clone();
        assert_eq!(shown(&app, token).await, (200, link));
        let missing = invalid(&[("missing", json!(["body", "username"]), "Field required")]);
        assert_eq!(set(&app, token, "a new password").await, missing);

        let (status, eve) = join(&app, token, "eve").await;
        assert_eq!((status, &eve["username"], &eve["first_name"]), (201, &json!("eve"), &json!("eve")));
        assert_eq!((&eve["role"], &eve["last_name"]), (&json!("annotator"), &Value::Null));
        let by_key = Person::of_key(app.url(), eve["api_key"].as_str().unwrap()).await;
        assert_eq!(by_key.client.my_workspaces().await.unwrap(), []);
        assert!(signs_in(&app, "eve", "a new password").await);
        let (_, user) = answer(app.owner.get(&format!("/api/v1/users/{}?include=account", by_key.user.id))).await;
        assert_eq!((&user["account"]["origin"], &user["account"]["workspaces"]), (&json!("invitation"), &json!([])));

        assert_eq!(shown(&app, token).await, dead());
        assert_eq!(join(&app, token, "mallory").await, dead());
        let (_, list) = answer(app.owner.get("/api/v1/invitations")).await;
        let listed = &list["items"][0];
        assert_eq!((&listed["id"], &listed["open"], &listed["max_uses"]), (&made["id"], &json!(false), &json!(1)));
        assert_eq!((&listed["role"], &listed["created_by"]), (&json!("annotator"), &json!("argilla")));
        assert_eq!(listed["uses"].as_array().unwrap().len(), 1);
        assert_eq!((&listed["uses"][0]["user_id"], &listed["uses"][0]["username"]), (&eve["id"], &json!("eve")));
        assert!(!list.to_string().contains(token));
    }

    async fn an_invitation_leads_into_its_workspaces_as_they_are(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (papers, beta) = (app.workspace("papers").await, app.workspace("beta").await);
        let invitation = InvitationCreate::new(Role::Admin).workspaces(["papers", "beta", "papers"]).max_uses(2);
        let (_, token) = invite(&app.owner, invitation).await;
        let (_, link) = shown(&app, &token).await;
        assert_eq!((workspaces(&link), &link["role"]), (vec!["beta", "papers"], &json!("admin")));
        let body = json!({"username": "eve", "first_name": " Eve ", "last_name": "Lee", "password": "a new password"});
        let (status, eve) = redeem(&app, &token, body).await;
        assert_eq!((status, &eve["role"]), (201, &json!("admin")));
        assert_eq!((&eve["first_name"], &eve["last_name"]), (&json!("Eve"), &json!("Lee")));
        let names = async |user: &Value| {
            let person = Person::of_key(app.url(), user["api_key"].as_str().unwrap()).await;
            let list = person.client.my_workspaces().await.unwrap();
            list.iter().map(|workspace| workspace.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&eve).await, ["papers", "beta"]);

        app.owner.client.workspaces().rename(papers.id, "renamed").await.unwrap();
        app.owner.client.workspaces().delete(beta.id).await.unwrap();
        assert_eq!(workspaces(&shown(&app, &token).await.1), ["renamed"]);
        let (status, bob) = join(&app, &token, "bob").await;
        assert_eq!(status, 201);
        assert_eq!(names(&bob).await, ["renamed"]);
    }

    async fn as_many_come_as_are_invited(engine: Engine) {
        let app = TestApp::start_with(engine, &[("hash-concurrency", "4")]).await;
        let papers = app.workspace("papers").await;
        let invitation = InvitationCreate::new(Role::Annotator).workspaces(["papers"]).max_uses(3);
        let (_, token) = invite(&app.owner, invitation).await;
        let tries: Vec<_> = (0..8)
            .map(|n| {
                let body = json!({"username": format!("guest-{n}"), "password": "a new password"});
                let request = app.request(Method::POST, &format!("/api/v1/links/{token}")).json(&body);
                tokio::spawn(answer(request))
            })
            .collect();
        let mut came = Vec::new();
        for outcome in tries {
            match outcome.await.unwrap() {
                (201, user) => came.push(user["username"].as_str().unwrap().to_owned()),
                refused => assert_eq!(refused, dead()),
            }
        }
        came.sort();
        assert_eq!(came.len(), 3);
        let listed = app.owner.client.invitations().list().await.unwrap().remove(0);
        let mut uses: Vec<_> = listed.uses.iter().map(|guest| guest.username.clone().unwrap()).collect();
        uses.sort();
        assert_eq!((uses, listed.open), (came.clone(), false));
        assert!(listed.uses.is_sorted_by_key(|guest| guest.at), "in the order in which they came");
        let members = app.owner.client.workspaces().users(papers.id).await.unwrap();
        let mut members: Vec<_> = members.iter().map(|user| user.username.clone()).collect();
        members.sort();
        assert_eq!(members, came);
        assert_eq!(app.owner.client.users().list().await.unwrap().len(), 4);
    }

    async fn an_invitation_never_changes_who_is_there(engine: Engine) {
        let app = TestApp::start(engine).await;
        let beta = app.workspace("beta").await;
        app.workspace("papers").await;
        let ann = app.member("ann", Role::Annotator, &beta).await;
        let invitation = InvitationCreate::new(Role::Owner).workspaces(["papers"]).max_uses(2);
        let (invitation, token) = invite(&app.owner, invitation).await;
        let taken = sentence(409, "User username `ann` is not unique");
        assert_eq!(join(&app, &token, "ann").await, taken);
        assert_eq!(ann.client.me().await.unwrap(), ann.user, "role and key are those of before");
        assert_eq!(ann.client.my_workspaces().await.unwrap().len(), 1);
        assert!(signs_in(&app, "ann", PASSWORD).await && !signs_in(&app, "ann", "a new password").await);

        // A name in other letter case is the same one where people sign in.
        assert_eq!(join(&app, &token, "Ann").await, sentence(409, "User username `Ann` is not unique"));

        // A refused try uses nothing up; neither does the one of two who comes too late.
        let (one, two) = tokio::join!(join(&app, &token, "eve"), join(&app, &token, "eve"));
        let mut outcome = [one.0, two.0];
        outcome.sort_unstable();
        assert_eq!(outcome, [201, 409], "{one:?} {two:?}");
        assert_eq!(join(&app, &token, "bob").await.0, 201);
        assert_dead(&app, &token).await;
        let listed = app.owner.client.invitations().list().await.unwrap();
        let uses = &listed.iter().find(|other| other.id == invitation.id).unwrap().uses;
        let names: Vec<_> = uses.iter().map(|guest| guest.username.as_deref().unwrap()).collect();
        assert_eq!(names, ["eve", "bob"]);
    }

    async fn a_withdrawn_invitation_is_worth_nothing(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (invitation, token) = invite(&app.owner, InvitationCreate::new(Role::Annotator).max_uses(5)).await;
        let (_, eve) = join(&app, &token, "eve").await;
        let path = format!("/api/v1/invitations/{}", invitation.id);
        let withdraw = |path: &str| answer(app.owner.request(Method::DELETE, path));
        assert_eq!(withdraw(&path).await.0, 204);
        assert_dead(&app, &token).await;
        let absent = |id: Uuid| sentence(404, &format!("Invitation with id `{id}` not found"));
        assert_eq!(withdraw(&path).await, absent(invitation.id));
        let (_, unused) = invite(&app.owner, InvitationCreate::new(Role::Annotator)).await;
        let listed = app.owner.client.invitations().list().await.unwrap();
        let ids: Vec<_> = listed.iter().map(|invitation| invitation.id).collect();
        let [other] = ids.iter().copied().filter(|id| *id != invitation.id).collect::<Vec<_>>()[..] else {
            panic!("{listed:?}")
        };
        assert_eq!(withdraw(&format!("/api/v1/invitations/{other}")).await.0, 204);
        assert_dead(&app, &unused).await;
        // One that somebody came by stays listed, closed.
        let listed = app.owner.client.invitations().list().await.unwrap();
        let [closed] = &listed[..] else { panic!("{listed:?}") };
        assert_eq!((closed.id, closed.open, closed.uses.len()), (invitation.id, false, 1));
        let eve = Person::of_key(app.url(), eve["api_key"].as_str().unwrap()).await;
        assert_eq!(eve.user.username, "eve", "whoever came stays");
        // A link for a new password is no invitation.
        let users = app.owner.client.users();
        let link = users.create_reset_link(eve.user.id, &ResetLinkCreate::default()).await.unwrap();
        assert_eq!(withdraw(&format!("/api/v1/invitations/{}", link.id)).await, absent(link.id));
        assert_eq!(shown(&app, token_of(&link)).await.0, 200);
    }

    async fn only_owners_make_and_see_links(engine: Engine) {
        let app = TestApp::start(engine).await;
        let papers = app.workspace("papers").await;
        let (invitation, token) = invite(&app.owner, InvitationCreate::new(Role::Annotator)).await;
        for role in [Role::Admin, Role::Annotator] {
            let person = app.member(role.as_str(), role, &papers).await;
            let resets = format!("/api/v1/users/{}/reset-link", person.user.id);
            for (method, path) in [
                (Method::POST, "/api/v1/invitations".to_owned()),
                (Method::GET, "/api/v1/invitations".to_owned()),
                (Method::DELETE, format!("/api/v1/invitations/{}", invitation.id)),
                (Method::POST, resets.clone()),
                (Method::GET, resets.clone()),
                (Method::DELETE, resets),
            ] {
                let mut request = person.request(method.clone(), &path);
                if method == Method::POST && path.ends_with("invitations") {
                    request = request.json(&json!({"role": "annotator"}));
                }
                assert_eq!(answer(request).await, forbidden(), "{method} {path}");
            }
        }
        assert_eq!(shown(&app, &token).await.0, 200);
        let nobody = Uuid::from_u128(1);
        let path = format!("/api/v1/users/{nobody}/reset-link");
        let absent = sentence(404, &format!("User with id `{nobody}` not found"));
        for method in [Method::POST, Method::GET, Method::DELETE] {
            assert_eq!(answer(app.owner.request(method, &path)).await, absent);
        }
    }
}

/// What stands at the end of a new link's address.
fn token_of(link: &NewLink) -> &str {
    token(&link.url)
}

#[tokio::test]
async fn links_begin_with_the_public_address() {
    let public = "https://ochre.example.org/argilla";
    let setting = format!("{public}/");
    let app = TestApp::start_with(Engine::Sqlite, &[("public-url", setting.as_str())]).await;
    let ann = app.person("ann", Role::Annotator).await;
    let users = app.owner.client.users();
    let reset = users.create_reset_link(ann.user.id, &ResetLinkCreate::default()).await.unwrap();
    let (invitation, _) = invite(&app.owner, InvitationCreate::new(Role::Annotator)).await;
    for link in [reset, invitation] {
        assert_eq!(link.url, format!("{public}/links/{}", token_of(&link)));
        assert_eq!(shown(&app, token_of(&link)).await.0, 200);
    }
}

#[tokio::test]
async fn a_link_lasts_as_long_as_it_is_told() {
    let app = TestApp::start(Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    let resets = format!("/api/v1/users/{}/reset-link", ann.user.id);
    for (path, most) in [(resets.as_str(), 604_800_u64), ("/api/v1/invitations", 31_536_000)] {
        let create = |seconds: Value| {
            let mut body = json!({"expires_in": seconds});
            if path.ends_with("invitations") {
                body["role"] = json!("annotator");
            }
            answer(app.owner.request(Method::POST, path).json(&body))
        };
        let message = format!("Input should be a whole number from 60 to {most}");
        let refused = invalid(&[("int_type", json!(["body", "expires_in"]), message.as_str())]);
        for bad in [json!(59), json!(most + 1), json!(60.5), json!("60"), json!(-60)] {
            assert_eq!(create(bad.clone()).await, refused, "{path} {bad}");
        }
        for good in [60, most] {
            let before = ahead(Duration::from_secs(good));
            let (status, made) = create(json!(good)).await;
            let end = ochre_dto::time::parse(made["expires_at"].as_str().unwrap()).unwrap();
            assert_eq!(status, 201);
            assert!(before <= end && end <= ahead(Duration::from_secs(good)), "{path} {good}: {end}");
        }
        assert_eq!(create(json!(null)).await.0, 201);
    }
}

#[tokio::test]
async fn a_link_takes_good_passwords_alone() {
    let app = TestApp::start(Engine::Sqlite).await;
    let grace = app.person("grace.hopper", Role::Annotator).await;
    let link = reset(&app.owner, grace.user.id).await;
    let (_, invited) = invite(&app.owner, InvitationCreate::new(Role::Annotator)).await;
    let refused = |kind: &str, message: &str| invalid(&[(kind, json!(["body", "password"]), message)]);
    let common = "Value error, The text is one of the most common passwords; choose one that nobody would guess";
    let short = "String should have at least 8 characters";
    for token in [&link, &invited] {
        let with = |password: Value| redeem(&app, token, json!({"username": "ada.lovelace", "password": password}));
        assert_eq!(with(json!("12345678")).await, refused("value_error", common));
        assert_eq!(with(json!("1234567")).await, refused("string_too_short", short));
        assert_eq!(with(json!(null)).await.0, 422);
        assert_eq!(redeem(&app, token, json!({})).await, refused("missing", "Field required"));
    }
    let name = sentence(422, "The password should not be the user name");
    assert_eq!(set(&app, &link, "Grace.Hopper").await, name);
    let body = json!({"username": "ada.lovelace", "password": "Ada.Lovelace"});
    assert_eq!(redeem(&app, &invited, body).await, name);
    // None of that has used them.
    assert_eq!(set(&app, &link, "a new password").await.0, 204);
    assert_eq!(join(&app, &invited, "ada.lovelace").await.0, 201);
}

#[tokio::test]
async fn what_is_no_link_is_worth_nothing() {
    let app = TestApp::start(Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    let link = reset(&app.owner, ann.user.id).await;
    let cut = &link[..link.len() - 1];
    for token in ["nothing", "ochl_", "a%00b", "%F0%9F%9A%80", cut, &ann.user.api_key, &ann.user.id.to_string()] {
        assert_dead(&app, token).await;
    }
    assert_eq!(shown(&app, &link).await.0, 200);
}

#[tokio::test]
async fn what_a_new_link_gets_wrong_is_named() {
    let app = TestApp::start(Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    let invite = |body: Value| answer(app.owner.request(Method::POST, "/api/v1/invitations").json(&body));
    let resets = format!("/api/v1/users/{}/reset-link", ann.user.id);
    let reset = |body: Value| answer(app.owner.request(Method::POST, &resets).json(&body));
    let uses = "Input should be a whole number from 1 to 10000";
    let address =
        "Value error, The text should be an email address: a name, one @ and a domain with a dot, without spaces";
    let no_mail = "This server sends no mail: leave the address out and hand the link over yourself";
    for (key, value, kind, message) in [
        ("max_uses", json!(0), "int_type", uses),
        ("max_uses", json!(10_001), "int_type", uses),
        ("email", json!("nonsense"), "value_error", address),
        ("email", json!("ann@example.org"), "value_error", no_mail),
        ("role", json!("boss"), "enum", "Input should be 'owner', 'admin' or 'annotator'"),
        ("role", json!(null), "missing", "Field required"),
        ("workspaces", json!("papers"), "list_type", "Input should be a valid list"),
        ("workspace", json!(["papers"]), "extra_forbidden", "This field is not known; is 'workspaces' meant?"),
    ] {
        let mut body = json!({"role": "annotator"});
        body[key] = value.clone();
        let expected = invalid(&[(kind, json!(["body", key]), message)]);
        assert_eq!(invite(body).await, expected, "{key}");
        if key == "email" {
            assert_eq!(reset(json!({key: value})).await, expected, "{key}");
        }
    }
    let unknown = invite(json!({"role": "annotator", "workspaces": ["argilla", "nowhere"]})).await;
    assert_eq!(unknown, sentence(422, "Workspace 'nowhere' does not exist"));
    let message = "This field is not known; known are expires_in, email";
    let expected = invalid(&[("extra_forbidden", json!(["body", "lifetime"]), message)]);
    assert_eq!(reset(json!({"lifetime": 60})).await, expected);
    assert_eq!(answer(app.owner.get("/api/v1/invitations")).await.1, json!({"items": [], "next_cursor": null}));
    assert_eq!(answer(app.owner.get(&resets)).await.1, json!({"items": []}));
}
