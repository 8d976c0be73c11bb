//! Accounts at sign-in providers.

use std::fmt;

use super::{IdentityId, Timestamp, UserId};
use crate::FieldError;

/// Greatest length of an issuer, in characters.
const ISSUER_MAX_CHARS: usize = 500;
/// Greatest length of a subject, in characters (OpenID Connect Core 1.0, section 2).
const SUBJECT_MAX_CHARS: usize = 255;

/// Who somebody is at a provider: the provider's address and what it calls the account there. Nothing else tells people apart:
/// names and mail addresses are whatever an account says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    issuer: String,
    subject: String,
}

impl Subject {
    /// Applies the rules.
    ///
    /// # Errors
    /// When one of the two is empty, too long or contains U+0000; which one is told first.
    pub fn try_new(issuer: &str, subject: &str) -> Result<Self, (SubjectPart, FieldError)> {
        let check = |value: &str, part, max| {
            let error = match value.chars().count() {
                0 => FieldError::TooShort { min: 1 },
                chars if chars > max => FieldError::TooLong { max },
                _ if value.contains('\0') => FieldError::Nul,
                _ => return Ok(()),
            };
            Err((part, error))
        };
        check(issuer, SubjectPart::Issuer, ISSUER_MAX_CHARS)?;
        check(subject, SubjectPart::Subject, SUBJECT_MAX_CHARS)?;
        Ok(Self { issuer: issuer.to_owned(), subject: subject.to_owned() })
    }

    /// Takes stored ones as they are.
    #[must_use]
    pub fn verbatim(issuer: String, subject: String) -> Self {
        Self { issuer, subject }
    }

    /// The provider's address.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What the provider calls the account.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

/// Which part of a [`Subject`] is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectPart {
    /// The issuer.
    Issuer,
    /// The subject.
    Subject,
}

impl fmt::Display for SubjectPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Issuer => "issuer",
            Self::Subject => "subject",
        })
    }
}

/// That an account at a provider signs a user in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Identity of the link.
    pub id: IdentityId,
    /// The account at the provider; it signs in one user at most.
    pub who: Subject,
    /// The user.
    pub user: UserId,
    /// When they were linked.
    pub inserted_at: Timestamp,
}
