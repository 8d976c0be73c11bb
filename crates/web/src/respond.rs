//! From pages and refusals to answers.

use askama::Template;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::{
    frame::Frame,
    host::{Host, Refusal},
    visit::Visit,
};

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// What every answer carries, unless it says otherwise itself.
///
/// `strict-origin` never tells the path of an address, which may be a secret. `no-referrer` would hide no more of it, but
/// makes browsers send `Origin: null` with forms, and over plain HTTP nothing else tells where a form comes from.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'",
        ),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("strict-origin")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// Adds the headers of all answers.
pub(crate) async fn harden(mut response: Response) -> Response {
    set_headers(response.headers_mut());
    response
}

fn set_headers(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(value);
    }
}

/// A page with a heading, a text and a way on.
#[derive(Template)]
#[template(path = "note.html")]
pub(crate) struct Page {
    frame: Frame,
    text: String,
}

impl Page {
    pub(crate) fn note<H: Host>(visit: &Visit<H>, title: &str, text: String) -> Self {
        Self::framed(visit.frame(title), text)
    }

    pub(crate) fn framed(frame: Frame, text: String) -> Self {
        Self { frame, text }
    }
}

/// Renders a page.
pub(crate) fn page(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, [(header::CONTENT_TYPE, HTML)], html).into_response(),
        // Writing to a text does not fail, and no template has a filter that does.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The answer to a form, when it is a page of its own: the browser keeps it for whoever goes back, instead of asking whether to
/// send the form once more.
pub(crate) fn kept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

/// A page with a form, which tells how the form fared.
pub(crate) fn form(response: Response, retry_after: Option<u64>) -> Response {
    let is_refused = !response.status().is_success();
    let response = with_retry_after(response, retry_after);
    if is_refused { kept(response) } else { response }
}

/// Tells browsers and scripts when to try again.
pub(crate) fn with_retry_after(mut response: Response, seconds: Option<u64>) -> Response {
    if let Some(seconds) = seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The status of an answer that refuses.
pub(crate) fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::WrongPassword | Refusal::Forbidden(_) => StatusCode::FORBIDDEN,
        Refusal::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Fields(_) | Refusal::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Gone | Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::ProviderFailed => StatusCode::BAD_GATEWAY,
        Refusal::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Failed { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// When another try may do better, in seconds.
pub(crate) fn retry_after(refusal: &Refusal) -> Option<u64> {
    match refusal {
        Refusal::Throttled { seconds } => Some(*seconds),
        Refusal::Busy => Some(1),
        Refusal::WrongPassword
        | Refusal::Fields(_)
        | Refusal::Refused(_)
        | Refusal::Gone
        | Refusal::NotFound
        | Refusal::Forbidden(_)
        | Refusal::ProviderFailed
        | Refusal::Failed { .. } => None,
    }
}

/// Whether there is no point in showing the form again.
pub(crate) fn ends_a_form(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Gone | Refusal::NotFound)
}

/// The heading of a page that refuses.
pub(crate) fn heading(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::WrongPassword => "Wrong password",
        Refusal::Throttled { .. } => "Too many attempts",
        Refusal::Fields(_) => "This cannot be taken",
        Refusal::Refused(_) => "This cannot be done",
        Refusal::Gone => "The time for this is over",
        Refusal::NotFound => "There is no such page",
        Refusal::Forbidden(_) => "This is not allowed",
        Refusal::ProviderFailed => "The sign-in provider does not answer",
        Refusal::Busy => "The server is busy",
        Refusal::Failed { .. } => "The server has failed",
    }
}

/// What is said to whoever is refused.
pub(crate) fn sentence(refusal: &Refusal) -> String {
    match refusal {
        Refusal::WrongPassword => "The password is wrong.".to_owned(),
        Refusal::Throttled { seconds } => format!("There were too many attempts. Try again in {}.", wait(*seconds)),
        Refusal::Fields(problems) => {
            problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join(" ")
        }
        Refusal::Gone => "This took too long, or was begun in another browser. Begin again.".to_owned(),
        Refusal::NotFound => "The address may be incomplete, or what was here is gone.".to_owned(),
        Refusal::Forbidden(why) | Refusal::Refused(why) => why.clone(),
        Refusal::ProviderFailed => {
            "The service that you wanted to sign in with does not answer as it should. Try again in a few minutes."
                .to_owned()
        }
        Refusal::Busy => "The server has too much to do at the moment. Try again in a few seconds.".to_owned(),
        Refusal::Failed { request_id } => format!(
            "Something went wrong on the server. Whoever runs it finds the cause in its log, under the number {request_id}."
        ),
    }
}

fn wait(seconds: u64) -> String {
    let (number, unit) = match seconds {
        0..=90 => (seconds.max(1), "second"),
        91..=5400 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3600), "hour"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_told_in_round_figures() {
        let told = [0, 1, 30, 90, 91, 600, 5401, 90_000].map(wait);
        let expected =
            ["1 second", "1 second", "30 seconds", "90 seconds", "2 minutes", "10 minutes", "2 hours", "25 hours"];
        assert_eq!(told, expected);
    }
}
