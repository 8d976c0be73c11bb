//! What is sent from elsewhere, or in another way, is refused.

use axum::body::Body;
use http::{Method, StatusCode};

use crate::browser::{Browser, form};

const FORMS: &[&str] = &["/sign-in", "/sign-out", "/password", "/links/reset", "/oauth/hub/link"];
const FIELDS: &[(&str, &str)] =
    &[("username", "ada"), ("password", "12345678"), ("current", "12345678"), ("csrf", "token-of-ada")];

#[tokio::test]
async fn a_form_of_another_page_is_refused() {
    let ada = Browser::of("ada");
    for path in FORMS {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil"),
            ("origin", "null"),
            ("x-nothing", "neither, with a cookie"),
        ] {
            let answer = ada.send(form(ada.request(Method::POST, path).header(name, value), FIELDS)).await;
            answer.says(StatusCode::FORBIDDEN, "This form is not from here");
        }
    }
    assert!(ada.done().is_empty());
}

#[tokio::test]
async fn a_form_of_the_own_page_is_taken() {
    for (name, value) in [("sec-fetch-site", "same-origin"), ("origin", "http://ochre.lan:6900")] {
        let ada = Browser::of("ada");
        let request = form(ada.request(Method::POST, "/sign-out").header(name, value), FIELDS);
        ada.send(request).await.leads_to("/sign-in?notice=signed-out");
    }
    let nobody = Browser::nobody();
    let fields = [("username", "ada"), ("password", "12345678"), ("csrf", "token-of-nobody")];
    nobody.send(form(nobody.request(Method::POST, "/sign-in"), &fields)).await.leads_to("/");
}

#[tokio::test]
async fn a_form_without_its_token_is_refused() {
    let ada = Browser::of("ada");
    for path in FORMS {
        for token in ["", "token-of-nobody"] {
            let fields = [("username", "ada"), ("password", "12345678"), ("csrf", token)];
            let request = ada.request(Method::POST, path).header("sec-fetch-site", "same-origin");
            ada.send(form(request, &fields)).await.says(StatusCode::FORBIDDEN, "This form is out of date");
        }
    }
    assert!(ada.done().is_empty());
}

#[tokio::test]
async fn what_is_no_form_is_refused() {
    let nobody = Browser::nobody();
    let post = || nobody.request(Method::POST, "/sign-in").header("sec-fetch-site", "same-origin");
    let json = post().header("content-type", "application/json").body(Body::from("{}")).unwrap();
    nobody.send(json).await.says(StatusCode::UNSUPPORTED_MEDIA_TYPE, "This is not a form");
    let large = "x".repeat(70_000);
    nobody.send(form(post(), &[("username", &large)])).await.says(StatusCode::PAYLOAD_TOO_LARGE, "too much");
}

#[tokio::test]
async fn other_methods_are_refused() {
    let nobody = Browser::nobody();
    let refused = [
        (Method::GET, "/sign-out", "POST"),
        (Method::GET, "/oauth/hub/link", "POST"),
        (Method::DELETE, "/password", "GET,HEAD,POST"),
        (Method::PUT, "/links/reset", "GET,HEAD,POST"),
        (Method::OPTIONS, "/sign-in", "GET,HEAD,POST"),
        (Method::POST, "/static/ochre.css", "GET,HEAD"),
    ];
    for (method, path, allowed) in refused {
        let request = nobody.request(method, path).header("sec-fetch-site", "same-origin");
        let answer = nobody.send(request.body(Body::empty()).unwrap()).await;
        answer.says(StatusCode::METHOD_NOT_ALLOWED, "This is not how to use this address");
        assert_eq!(answer.header("allow"), Some(allowed), "{path}");
    }
    let head = nobody.send(nobody.request(Method::HEAD, "/sign-in").body(Body::empty()).unwrap()).await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
}
