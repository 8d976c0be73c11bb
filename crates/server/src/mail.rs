//! Links by mail, on a server that has a mail server. Without one everything works as well: whoever makes a link hands it over.

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use ochre_domain::model::{Email, Timestamp};

use crate::config::MailSettings;

/// How long a mail server may take for one mail, from the connection to the last answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Letter {
    /// That somebody is invited.
    Invitation,
    /// How to set another password.
    Reset,
}

/// Sends mail, or does not.
pub(crate) struct Mail(Option<Post>);

struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    timeout: Duration,
}

impl Mail {
    /// By these settings.
    ///
    /// # Errors
    /// What is wrong with the address of the mail server.
    pub(crate) fn new(settings: Option<&MailSettings>) -> Result<Self, String> {
        let Some(settings) = settings else { return Ok(Self(None)) };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(settings.url());
        let builder = builder.map_err(|error| format!("OCHRE_SMTP_URL: {error}"))?;
        Ok(Self(Some(Post { transport: builder.build(), from: settings.from.clone(), timeout: TIMEOUT })))
    }

    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Sends a link; whether the mail server took it. Why not is in the log, without the link.
    pub(crate) async fn send(&self, to: &Email, letter: Letter, url: &str, until: Timestamp) -> bool {
        let Some(Post { transport, from, timeout }) = &self.0 else { return false };
        let message = match compose(from, to, letter, url, until) {
            Ok(message) => message,
            Err(reason) => {
                tracing::warn!(reason, "a mail cannot be written");
                return false;
            }
        };
        // The transport's own limit is one for connecting: a server that then says nothing would never be given up.
        match tokio::time::timeout(*timeout, transport.send(message)).await {
            Ok(Ok(_)) => {
                tracing::info!(letter = ?letter, "a link was sent by mail");
                true
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "the mail server did not take a mail");
                false
            }
            Err(_) => {
                tracing::warn!(seconds = timeout.as_secs(), "the mail server did not take a mail in time");
                false
            }
        }
    }
}

fn compose(from: &Mailbox, to: &Email, letter: Letter, url: &str, until: Timestamp) -> Result<Message, String> {
    let to: Mailbox = to.as_str().parse().map_err(|_| "the address is none that a mail server takes".to_owned())?;
    let until = ochre_dto::time::from_micros(until.micros()).format("%Y-%m-%d %H:%M UTC");
    let (subject, text) = match letter {
        Letter::Invitation => (
            "You are invited to Ochre",
            format!(
                "You are invited to annotate with a team.\n\nMake your account here:\n\n{url}\n\nThe link works until {until}. \
                 Whoever has it can use it, so keep it to yourself.\n"
            ),
        ),
        Letter::Reset => (
            "A new password for Ochre",
            format!(
                "Set a new password for your account here:\n\n{url}\n\nThe link works once, until {until}. If you have not asked \
                 for it, tell whoever runs the server.\n"
            ),
        ),
    };
    Message::builder()
        .from(from.clone())
        .to(to)
        .subject(subject)
        .header(ContentType::TEXT_PLAIN)
        .body(text)
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_mail_server_that_says_nothing_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
            .port(listener.local_addr().unwrap().port())
            .build();
        let from = "ochre@example.org".parse().unwrap();
        let mail = Mail(Some(Post { transport, from, timeout: Duration::from_millis(50) }));
        let to = Email::try_new("ann@example.org").unwrap();
        // The connection is taken by the system, and nobody answers.
        assert!(!mail.send(&to, Letter::Reset, "http://localhost/links/ochl_x", Timestamp::from_micros(0)).await);
    }
}
