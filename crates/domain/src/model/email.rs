//! Email addresses.

use std::fmt;

use crate::FieldError;

/// Greatest length of an address, in characters: the limit of a path in SMTP (RFC 5321, section 4.5.3.1.3) without its
/// angle brackets.
pub const EMAIL_MAX_CHARS: usize = 254;

/// A user's email address. Nobody signs in with it. Links are sent to one where that is asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Applies the rules for new addresses. They catch slips, not every address that no server would take.
    ///
    /// # Errors
    /// When it has more than [`EMAIL_MAX_CHARS`] characters, or is not one `@` between a name and a domain with a dot, all
    /// without spaces and control characters.
    pub fn try_new(value: &str) -> Result<Self, FieldError> {
        if value.chars().nth(EMAIL_MAX_CHARS).is_some() {
            return Err(FieldError::TooLong { max: EMAIL_MAX_CHARS });
        }
        let (name, domain) = value.split_once('@').ok_or(FieldError::NoEmail)?;
        let clean = !value.chars().any(|c| c.is_whitespace() || c.is_control());
        let labels = domain.split('.').count() > 1 && domain.split('.').all(|label| !label.is_empty());
        if clean && !name.is_empty() && !domain.contains('@') && labels {
            Ok(Self(value.to_owned()))
        } else {
            Err(FieldError::NoEmail)
        }
    }

    /// Takes a stored address as it is.
    #[must_use]
    pub fn verbatim(value: String) -> Self {
        Self(value)
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_at_and_a_domain_with_a_dot() {
        for good in ["john@argilla.io", "a+b@x.y.z", "é@é.fr"] {
            assert_eq!(Email::try_new(good).unwrap().as_str(), good);
        }
        for bad in ["", "a", "a@b", "@b.co", "a@b.co xx", "a@@b.co", "a@b@c.co", "a@.co", "a@b.", "a\n@b.co", "a@b..co"]
        {
            assert_eq!(Email::try_new(bad).unwrap_err(), FieldError::NoEmail, "{bad:?}");
        }
        let long = format!("{}@b.co", "a".repeat(250));
        assert!(Email::try_new(&long[1..]).is_ok());
        assert_eq!(Email::try_new(&long).unwrap_err(), FieldError::TooLong { max: 254 });
    }
}
