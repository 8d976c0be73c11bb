//! Texts of other people are texts and nothing else.

use http::StatusCode;

use crate::{browser::Browser, fake::SCRIPT};

#[track_caller]
fn is_escaped(body: &str, times: usize) {
    for raw in ["<script>", "\"1\"", "</title><s"] {
        assert!(!body.contains(raw), "{raw} in {body}");
    }
    let escaped = "&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;&#39;";
    assert_eq!(body.matches(escaped).count(), times, "{body}");
}

#[tokio::test]
async fn names_are_escaped() {
    // In the bar, there also as a title, and in the page.
    is_escaped(&Browser::of("script").get("/password").await.body, 3);
    is_escaped(&Browser::of("script").get("/links/invitation").await.body, 3);
    is_escaped(&Browser::nobody().get("/links/script").await.body, 2);
    is_escaped(&Browser::nobody().get("/links/reset-script").await.body, 2);
    is_escaped(&Browser::nobody().get("/oauth/hub/callback?code=script").await.body, 2);
}

#[tokio::test]
async fn what_was_typed_is_escaped_and_passwords_are_not_there_at_all() {
    let nobody = Browser::nobody();
    let names = ["username", "first_name", "last_name", "password", "again", "current", "next", "notice"];
    let fields = names.map(|name| (name, SCRIPT));
    let page = nobody.post("/sign-in", &fields).await;
    page.says(StatusCode::FORBIDDEN, "Error: Sign in");
    is_escaped(&page.body, 1);
    is_escaped(&nobody.post("/oauth/hub/link", &fields).await.body, 2);
    let missing = names.map(|name| (name, if name == "again" { "other" } else { SCRIPT }));
    is_escaped(&nobody.post("/links/invitation", &missing).await.body, 3);
    is_escaped(&nobody.post("/links/reset", &missing).await.body, 0);
    is_escaped(&Browser::of("ada").post("/password", &fields).await.body, 0);
}

#[tokio::test]
async fn names_are_written_in_their_own_direction() {
    let invitation = Browser::nobody().get("/links/invitation").await;
    invitation.says(StatusCode::OK, r#"<li dir="auto">القرويين</li>"#);
    let reset = Browser::nobody().get("/links/reset").await;
    reset.says(StatusCode::OK, r#"<bdi dir="auto">فاطمة</bdi>"#);
    reset.says(StatusCode::OK, r#"type="text" dir="auto""#);
}

#[tokio::test]
async fn every_field_has_a_label_and_every_description_is_there() {
    for path in ["/sign-in", "/links/invitation", "/links/reset", "/oauth/hub/callback?code=taken"] {
        let body = Browser::nobody().get(path).await.body;
        for tag in body.split("<input id=\"").skip(1) {
            let id = tag.split('"').next().unwrap();
            assert!(body.contains(&format!("<label for=\"{id}\">")), "{path}: {id}");
        }
        for ids in body.split("aria-describedby=\"").skip(1) {
            for id in ids.split('"').next().unwrap().split(' ') {
                assert!(body.contains(&format!("id=\"{id}\"")), "{path}: {id}");
            }
        }
    }
}
