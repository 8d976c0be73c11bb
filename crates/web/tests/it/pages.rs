//! What the pages show, and to whom.

use axum::body::Body;
use http::{Method, StatusCode};

use crate::{browser::Browser, fake::Fake};

#[tokio::test]
async fn every_page_renders() {
    let pages = [
        ("/sign-in", StatusCode::OK, "Forgotten password?"),
        ("/sign-in?notice=joined", StatusCode::OK, "Your account is made."),
        ("/sign-in?notice=%3Cb%3E", StatusCode::OK, "Sign in"),
        ("/sign-in?auth=eyJhIjoxfQ", StatusCode::OK, "Continue with <bdi>Hugging Face</bdi>"),
        ("/links/invitation", StatusCode::OK, "5 March 2026, 14:07 UTC"),
        ("/links/reset", StatusCode::OK, "This link sets the password of"),
        ("/links/dead", StatusCode::NOT_FOUND, "Ask whoever sent it to you for a new one"),
        ("/links/busy", StatusCode::SERVICE_UNAVAILABLE, "The server is busy"),
        ("/oauth/hub/callback?code=taken", StatusCode::OK, "Is this account yours?"),
        ("/oauth/hub/callback?code=denied", StatusCode::FORBIDDEN, "gives no access here"),
        ("/oauth/hub/callback?code=gone", StatusCode::NOT_FOUND, "Begin again."),
        ("/oauth/hub/callback?code=broken", StatusCode::BAD_GATEWAY, "does not answer as it should"),
        ("/oauth/other", StatusCode::NOT_FOUND, "There is no such page"),
    ];
    for (path, status, text) in pages {
        Browser::nobody().get(path).await.says(status, text);
    }
    Browser::of("ada").get("/password").await.says(StatusCode::OK, "Current password");
}

#[tokio::test]
async fn a_failure_tells_the_number_to_look_for() {
    Browser::of("failed").get("/password").await.says(StatusCode::INTERNAL_SERVER_ERROR, "0198c0de");
    let busy = Browser::of("busy").get("/password").await;
    busy.says(StatusCode::SERVICE_UNAVAILABLE, "The server is busy");
    assert_eq!(busy.header("retry-after"), Some("1"));
}

#[tokio::test]
async fn a_page_for_somebody_leads_to_the_sign_in_and_back() {
    let nobody = Browser::nobody();
    nobody.get("/password").await.leads_to("/sign-in?next=%2Fpassword");
    nobody.get("/sign-in?next=%2Fpassword").await.says(StatusCode::OK, r#"name="next" value="/password""#);
    nobody.get("/sign-in?next=%2Fpassword").await.says(StatusCode::OK, r#"href="/oauth/hub?next=%2Fpassword""#);
    Browser::of("ada").get("/sign-in?next=/password").await.leads_to("/password");
}

#[tokio::test]
async fn nobody_is_led_elsewhere() {
    for next in ["//evil", "/%5Cevil", "%5C%5Cevil", "https://evil", "/%09/evil", "javascript:alert(1)"] {
        let page = Browser::nobody().get(&format!("/sign-in?next={next}")).await;
        page.says(StatusCode::OK, "Sign in");
        assert!(!page.body.contains("evil") && !page.body.contains("alert"), "{next}: {}", page.body);
        Browser::of("ada").get(&format!("/sign-in?next={next}")).await.leads_to("/");
        Browser::nobody().get(&format!("/oauth/hub/callback?code=good&then={next}")).await.leads_to("/");
    }
}

#[tokio::test]
async fn whoever_must_choose_a_password_is_led_there() {
    let must = Browser::of("must");
    must.get("/sign-in").await.leads_to("/");
    must.get("/password").await.says(StatusCode::OK, "Somebody else has set the password");
    must.get("/static/ochre.css").await.says(StatusCode::OK, "color-scheme");
}

#[tokio::test]
async fn whoever_has_an_account_is_offered_to_sign_out_before_making_another() {
    let page = Browser::of("ada").get("/links/invitation").await;
    page.says(StatusCode::CONFLICT, "You have an account already");
    page.says(StatusCode::CONFLICT, r#"name="next" value="/links/invitation""#);
    Browser::of("ada").get("/links/reset").await.says(StatusCode::OK, "Set a new password");
}

#[tokio::test]
async fn a_provider_is_somewhere_else() {
    let nobody = Browser::nobody();
    let answer = nobody.get("/oauth/hub?next=/password").await;
    answer.leads_to("https://provider.example/authorize?state=s");
    assert_eq!(answer.header("set-cookie"), Some("state=s; Path=/; HttpOnly"));
    nobody.get("/oauth/hub?next=//evil").await.leads_to("https://provider.example/authorize?state=s");
    assert_eq!(nobody.done(), [r#"begin hub Some("/password")"#, "begin hub None"]);
    let arrived = nobody.get("/oauth/hub/callback?code=good&then=/password").await;
    arrived.leads_to("/password");
    assert!(arrived.header("set-cookie").unwrap().starts_with("session=ada"));
}

#[tokio::test]
async fn below_a_path_every_address_has_the_prefix() {
    let host = || Fake { prefix: "/ochre/", ..Fake::default() };
    for path in ["/sign-in", "/links/invitation", "/links/reset", "/links/dead", "/oauth/hub/callback?code=taken"] {
        let page = Browser::at(host(), None).get(path).await;
        for attribute in ["href=\"", "action=\"", "src=\""] {
            for address in page.body.split(attribute).skip(1) {
                assert!(address.starts_with("/ochre/"), "{path}: {address}");
            }
        }
    }
    let taken = Browser::at(host(), None).get("/oauth/hub/callback?code=taken").await;
    taken.says(StatusCode::OK, r#"action="/ochre/oauth/hub/link""#);
    Browser::at(host(), None).get("/password").await.leads_to("/ochre/sign-in?next=%2Fpassword");
    let fields = [("username", "ada"), ("password", "12345678"), ("next", "/password")];
    Browser::at(host(), None).post("/sign-in", &fields).await.leads_to("/ochre/password");
}

#[tokio::test]
async fn every_answer_is_guarded_by_headers() {
    let ada = Browser::of("ada");
    let requests = [
        (Method::GET, "/password", 200),
        (Method::GET, "/sign-in", 303),
        (Method::GET, "/links/dead", 404),
        (Method::PUT, "/password", 405),
        (Method::POST, "/sign-in", 403),
        (Method::GET, "/static/ochre.svg", 200),
    ];
    for (method, path, status) in requests {
        let answer = ada.send(ada.request(method.clone(), path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, status, "{method} {path}");
        let policy = answer.header("content-security-policy").unwrap();
        for part in ["default-src 'none'", "style-src 'self'", "script-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(answer.header("referrer-policy"), Some("strict-origin"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        let kept = if path.starts_with("/static") { "no-cache" } else { "no-store" };
        assert_eq!(answer.header("cache-control"), Some(kept), "{path}");
    }
}

#[tokio::test]
async fn no_page_has_a_style_or_a_script_of_its_own() {
    for path in ["/sign-in", "/links/invitation", "/links/reset", "/oauth/hub/callback?code=taken"] {
        let page = Browser::nobody().get(path).await;
        assert_eq!(page.body.matches("<script").count(), page.body.matches("<script src=\"/static/").count(), "{path}");
        for text in ["<style", " style=", " onclick", " onload", "http://", "https://"] {
            assert!(!page.body.contains(text), "{path}: {text}");
        }
    }
}

#[tokio::test]
async fn the_style_sheet_is_kept_for_ever_under_its_own_tag() {
    let nobody = Browser::nobody();
    let page = nobody.get("/sign-in").await;
    let address = page.body.split("href=\"").find_map(|rest| rest.split('"').next().filter(|a| a.contains(".css")));
    let tagged = nobody.get(address.unwrap()).await;
    assert_eq!(tagged.header("content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(tagged.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let other = nobody.get("/static/ochre.css?v=0").await;
    assert_eq!(other.header("cache-control"), Some("no-cache"));
}
