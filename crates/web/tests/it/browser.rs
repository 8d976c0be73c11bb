//! Sends requests and reads answers.

use std::sync::Arc;

use axum::{Router, body::Body};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::fake::Fake;

/// Somebody's browser.
pub(crate) struct Browser {
    pub(crate) host: Arc<Fake>,
    router: Router,
    /// Whose session it has.
    session: Option<&'static str>,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Browser {
    pub(crate) fn nobody() -> Self {
        Self::at(Fake::default(), None)
    }

    pub(crate) fn of(session: &'static str) -> Self {
        Self::at(Fake::default(), Some(session))
    }

    pub(crate) fn at(host: Fake, session: Option<&'static str>) -> Self {
        let host = Arc::new(host);
        Self { router: ochre_web::router(Arc::clone(&host)), host, session }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "ochre.lan:6900");
        match self.session {
            Some(name) => request.header(header::COOKIE, format!("session={name}")),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form from a page of the server, with the token that was on it.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = format!("token-of-{}", self.session.unwrap_or("nobody"));
        let mut fields = fields.to_vec();
        fields.push(("csrf", &token));
        let request = self.request(Method::POST, path).header("sec-fetch-site", "same-origin");
        self.send(form(request, &fields)).await
    }

    /// What the server was asked to do.
    pub(crate) fn done(&self) -> Vec<String> {
        self.host.done.lock().unwrap().clone()
    }
}

pub(crate) fn form(request: http::request::Builder, fields: &[(&str, &str)]) -> Request<Body> {
    let body = serde_urlencoded::to_string(fields).unwrap();
    request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()
}

impl Answer {
    pub(crate) fn header(&self, name: impl AsRef<str>) -> Option<&str> {
        self.headers.get(name.as_ref()).map(|value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn leads_to(&self, address: &str) {
        assert_eq!((self.status, self.header("location")), (StatusCode::SEE_OTHER, Some(address)), "{}", self.body);
    }

    #[track_caller]
    pub(crate) fn says(&self, status: StatusCode, text: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert!(self.body.contains(text), "{text:?} is not in {}", self.body);
    }
}
