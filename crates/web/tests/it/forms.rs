//! What the forms do, and what they say when they do not.

use http::StatusCode;

use crate::browser::Browser;

const GOOD: &[(&str, &str)] = &[("username", "ada"), ("password", "12345678")];

#[tokio::test]
async fn signing_in_sets_the_session_and_goes_on() {
    let nobody = Browser::nobody();
    let answer = nobody.post("/sign-in", GOOD).await;
    answer.leads_to("/");
    assert_eq!(answer.header("set-cookie"), Some("session=ada; Path=/; HttpOnly; SameSite=Lax"));
    let next = |next| [GOOD, &[("next", next)]].concat();
    nobody.post("/sign-in", &next("/password")).await.leads_to("/password");
    nobody.post("/sign-in", &next("//evil")).await.leads_to("/");
}

#[tokio::test]
async fn a_wrong_password_is_told_beside_the_field_and_the_name_stays() {
    let fields = [("username", "grace"), ("password", "s3cret-typo"), ("next", "/password")];
    let page = Browser::nobody().post("/sign-in", &fields).await;
    page.says(
        StatusCode::FORBIDDEN,
        r#"<p class="error" id="password-error">The username or the password is wrong.</p>"#,
    );
    page.says(StatusCode::FORBIDDEN, r#"aria-invalid="true" aria-describedby="password-error" autofocus"#);
    page.says(StatusCode::FORBIDDEN, r#"value="grace""#);
    page.says(StatusCode::FORBIDDEN, r#"name="next" value="/password""#);
    page.says(StatusCode::FORBIDDEN, "<title>Error: Sign in");
    assert!(!page.body.contains("s3cret"));
}

#[tokio::test]
async fn what_is_missing_is_asked_for_before_the_server_is() {
    let nobody = Browser::nobody();
    let page = nobody.post("/sign-in", &[("username", "")]).await;
    page.says(StatusCode::UNPROCESSABLE_ENTITY, "Type your username.");
    page.says(StatusCode::UNPROCESSABLE_ENTITY, "Type your password.");
    assert!(nobody.done().is_empty());
}

#[tokio::test]
async fn other_refusals_stand_above_the_form() {
    let refused = [
        ("throttled", StatusCode::TOO_MANY_REQUESTS, "Try again in 2 minutes.", Some("120")),
        ("busy", StatusCode::SERVICE_UNAVAILABLE, "too much to do", Some("1")),
        ("failed", StatusCode::INTERNAL_SERVER_ERROR, "under the number 0198c0de", None),
        ("forbidden", StatusCode::FORBIDDEN, "Your account ended on 1 March.", None),
    ];
    for (name, status, text, retry_after) in refused {
        let page = Browser::nobody().post("/sign-in", &[("username", name), ("password", "12345678")]).await;
        page.says(status, text);
        page.says(status, r#"<p class="alert" role="alert">"#);
        page.says(status, &format!(r#"value="{name}""#));
        assert_eq!(page.header("retry-after"), retry_after);
        assert!(!page.body.contains("12345678"));
    }
}

#[tokio::test]
async fn signing_out_clears_the_session() {
    let ada = Browser::of("ada");
    let answer = ada.post("/sign-out", &[]).await;
    answer.leads_to("/sign-in?notice=signed-out");
    assert!(answer.header("set-cookie").unwrap().starts_with("session=;"));
    ada.post("/sign-out", &[("next", "/links/invitation")]).await.leads_to("/links/invitation");
    ada.post("/sign-out", &[("next", "//evil")]).await.leads_to("/sign-in?notice=signed-out");
    assert_eq!(ada.done(), [r#"sign out Some("ada")"#; 3]);
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it() {
    let ada = Browser::of("ada");
    let change = |current, new, again| [("current", current), ("password", new), ("again", again)];
    let differs = ada.post("/password", &change("12345678", "a new password", "a new passwort")).await;
    differs.says(StatusCode::UNPROCESSABLE_ENTITY, "The two passwords are not the same.");
    let wrong = ada.post("/password", &change("typo-of-it", "a new password", "a new password")).await;
    wrong.says(StatusCode::FORBIDDEN, r#"id="current-error">This is not your current password."#);
    for text in ["typo-of-it", "a new password"] {
        assert!(!wrong.body.contains(text) && !differs.body.contains(text));
    }
    assert!(ada.done().is_empty());
    let changed = ada.post("/password", &change("12345678", "a new password", "a new password")).await;
    changed.leads_to("/?notice=password-changed");
    assert_eq!(ada.done(), ["change the password of ada"]);
}

#[tokio::test]
async fn whoever_has_no_password_has_none_to_change() {
    let guest = Browser::of("guest");
    guest.get("/password").await.says(StatusCode::FORBIDDEN, "Your account has no password");
    let answer = guest.post("/password", &[("current", "12345678"), ("password", "a new password")]).await;
    answer.says(StatusCode::FORBIDDEN, "ochre users reset-link");
    Browser::nobody().post("/password", &[]).await.leads_to("/sign-in?next=%2Fpassword");
}

#[tokio::test]
async fn an_invitation_makes_an_account_and_signs_nobody_in() {
    let nobody = Browser::nobody();
    let fields = [
        ("username", "eve"),
        ("first_name", "Eve"),
        ("last_name", ""),
        ("password", "long enough"),
        ("again", "long enough"),
    ];
    let answer = nobody.post("/links/invitation", &fields).await;
    answer.leads_to("/sign-in?notice=joined");
    assert_eq!(answer.header("set-cookie"), None);
    let made = r#"redeem invitation Invitation(NewAccount { username: "eve", first_name: "Eve", last_name: None, password: Secret })"#;
    assert_eq!(nobody.done(), [made]);
    let ada = Browser::of("ada");
    ada.post("/links/invitation", &fields).await.says(StatusCode::CONFLICT, "You have an account already");
    assert!(ada.done().is_empty());
}

#[tokio::test]
async fn every_problem_of_an_invitation_is_told_at_once() {
    let fields = [("username", "ada"), ("first_name", "فاطمة"), ("last_name", "Müller"), ("password", "s3cret")];
    let page = Browser::nobody().post("/links/invitation", &fields).await;
    let told = StatusCode::UNPROCESSABLE_ENTITY;
    page.says(told, r#"id="username-error">Somebody has this username."#);
    page.says(told, r#"id="password-error">The password should have at least 8 characters."#);
    page.says(told, r#"aria-describedby="password-error password-hint""#);
    page.says(told, "فاطمة");
    page.says(told, "Müller");
    assert!(!page.body.contains("s3cret"));
    assert_eq!(page.body.matches("autofocus").count(), 1);
}

#[tokio::test]
async fn a_reset_link_sets_a_password() {
    let nobody = Browser::nobody();
    nobody.post("/links/reset", &[("password", "long enough")]).await.leads_to("/sign-in?notice=password-set");
    assert_eq!(nobody.done(), ["redeem reset Reset { password: Secret }"]);
    let used = nobody.post("/links/reset", &[("password", "gone")]).await;
    used.says(StatusCode::NOT_FOUND, "This link is not valid any more");
    nobody.post("/links/dead", &[("password", "long enough")]).await.says(StatusCode::NOT_FOUND, "not valid any more");
}

#[tokio::test]
async fn two_accounts_are_linked_by_the_password_of_the_local_one() {
    let nobody = Browser::nobody();
    let link = |password| [("username", "ada"), ("password", password)];
    let wrong = nobody.post("/oauth/hub/link", &link("typo-of-it")).await;
    wrong.says(StatusCode::FORBIDDEN, "This is not the password of that account.");
    wrong.says(StatusCode::FORBIDDEN, r#"value="ada" readonly"#);
    wrong.says(StatusCode::FORBIDDEN, r#"action="/oauth/hub/link""#);
    assert!(!wrong.body.contains("typo-of-it"));
    nobody.post("/oauth/hub/link", &link("gone")).await.says(StatusCode::NOT_FOUND, "Begin again.");
    let linked = nobody.post("/oauth/hub/link", &link("12345678")).await;
    linked.leads_to("/password");
    assert!(linked.header("set-cookie").unwrap().starts_with("session=ada"));
}
