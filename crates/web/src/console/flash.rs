//! What is said once, on the page after a form: it waits in the browser, sealed, for one person and one minute.

use std::time::Duration;

use http::{HeaderValue, Uri, request::Parts};
use ochre_domain::model::{Timestamp, UserId};

use super::Console;
use crate::cookie::cookie;

const COOKIE: &str = "ochre_said";
const LIFETIME: Duration = Duration::from_mins(1);
/// Stands between the parts, and is taken out of each.
const BREAK: char = '\u{1f}';
/// The most of a sentence that is said, in characters: a browser keeps a cookie of 4 KiB.
const MAX_CHARS: usize = 500;

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flash {
    /// A sentence.
    pub(crate) text: String,
    /// Whether it says why something was not done.
    pub(crate) is_refusal: bool,
    /// Something to be copied, which is shown this once.
    pub(crate) secret: Option<Shown>,
}

/// Something to be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    /// What it is.
    pub(crate) label: String,
    /// It.
    pub(crate) value: String,
}

impl Shown {
    /// The key of an account stands on its page as well; nothing else is told again.
    pub(crate) fn is_only_here(&self) -> bool {
        !self.label.ends_with("API key")
    }

    /// Whether it is an address that no other machine reaches.
    pub(crate) fn is_of_this_machine(&self) -> bool {
        let address: Option<Uri> = self.value.parse().ok();
        address.is_some_and(|address| matches!(address.host(), Some("localhost" | "127.0.0.1" | "[::1]")))
    }
}

impl Flash {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_refusal: false, secret: None }
    }

    /// Why something was not done.
    pub(crate) fn refusal(text: impl Into<String>) -> Self {
        Self { is_refusal: true, ..Self::new(text) }
    }

    pub(crate) fn with(self, label: &str, value: impl Into<String>) -> Self {
        Self { secret: Some(Shown { label: label.to_owned(), value: value.into() }), ..self }
    }

    /// The cookie that brings it to the next page of this person.
    pub(crate) fn cookie(&self, console: &impl Console, who: UserId) -> HeaderValue {
        let kind = if self.is_refusal { "refusal" } else { "done" };
        let end = console.office().accounts.now().plus(LIFETIME).micros();
        let mut text: String = self.text.chars().take(MAX_CHARS).collect();
        if text.len() < self.text.len() {
            text.push('…');
        }
        let mut parts = vec![end.to_string(), who.to_string(), kind.to_owned(), text.replace(BREAK, " ")];
        if let Some(shown) = &self.secret {
            parts.extend([shown.label.clone(), shown.value.replace(BREAK, " ")]);
        }
        console.cookie(COOKIE, Some(&console.seal(&parts.join(&BREAK.to_string()))), LIFETIME)
    }

    /// What waits for this person.
    pub(crate) fn read(console: &impl Console, request: &Parts, who: UserId) -> Option<Self> {
        let text = console.unseal(cookie(&request.headers, COOKIE)?)?;
        let mut parts = text.split(BREAK);
        let end = Timestamp::from_micros(parts.next()?.parse().ok()?);
        if end.is_over(console.office().accounts.now()) {
            return None;
        }
        if parts.next() != Some(who.to_string().as_str()) {
            return None;
        }
        let is_refusal = parts.next()? == "refusal";
        let said = parts.next()?.to_owned();
        let secret = match (parts.next(), parts.next()) {
            (Some(label), Some(value)) => Some(Shown { label: label.to_owned(), value: value.to_owned() }),
            _ => None,
        };
        Some(Self { text: said, is_refusal, secret })
    }

    /// Makes the browser forget it.
    pub(crate) fn forget(console: &impl Console) -> HeaderValue {
        console.cookie(COOKIE, None, Duration::ZERO)
    }
}
