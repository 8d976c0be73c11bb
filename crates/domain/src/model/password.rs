//! Passwords and their hashes.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::FieldError;

/// Least length of a new password, in characters, as Argilla has it.
pub const PASSWORD_MIN_CHARS: usize = 8;
/// Greatest length of a new password, in characters, as Argilla has it. Every one of them counts: nothing is cut off.
pub const PASSWORD_MAX_CHARS: usize = 100;

/// The costs of bcrypt that are taken over: 2 to the power of the cost is the number of rounds. 16 takes some seconds.
pub const BCRYPT_COSTS: std::ops::RangeInclusive<u32> = 4..=16;
/// What bcrypt takes of a password, in bytes; it ignores the rest.
pub const BCRYPT_MAX_BYTES: usize = 72;

/// The most memory that a hash of argon2id from elsewhere may ask for, in KiB: 128 MiB.
pub const ARGON2_MAX_MEMORY_KIB: u32 = 128 * 1024;
/// The most passes that a hash of argon2id from elsewhere may ask for.
pub const ARGON2_MAX_PASSES: u32 = 16;
/// The most lanes that a hash of argon2id from elsewhere may ask for.
pub const ARGON2_MAX_LANES: u32 = 8;

/// A password in clear text, wiped from memory when dropped.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// Applies the rules for new passwords.
    ///
    /// # Errors
    /// When it has fewer than [`PASSWORD_MIN_CHARS`] or more than [`PASSWORD_MAX_CHARS`] characters.
    pub fn try_new(value: &str) -> Result<Self, FieldError> {
        let chars = value.chars().count();
        if chars < PASSWORD_MIN_CHARS {
            return Err(FieldError::TooShort { min: PASSWORD_MIN_CHARS });
        }
        if chars > PASSWORD_MAX_CHARS {
            return Err(FieldError::TooLong { max: PASSWORD_MAX_CHARS });
        }
        Ok(Self::verbatim(value.to_owned()))
    }

    /// Takes what somebody typed to sign in, of any length.
    #[must_use]
    pub fn verbatim(value: String) -> Self {
        Self(value.into())
    }

    /// The password, for the hasher alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// A password's hash, as a PHC or crypt string. It is a secret as well: it can be attacked offline.
#[derive(Clone)]
pub struct PasswordHash(SecretString);

impl PasswordHash {
    /// Takes a hash as the hasher made it or the database stored it.
    #[must_use]
    pub fn verbatim(value: String) -> Self {
        Self(value.into())
    }

    /// Takes over a hash that another program made: bcrypt alone.
    ///
    /// # Errors
    /// [`FieldError::NoBcrypt`] when it is none that a password can be checked against here.
    pub fn try_bcrypt(value: &str) -> Result<Self, FieldError> {
        let good = || {
            let rest = ["$2a$", "$2b$", "$2y$"].iter().find_map(|prefix| value.strip_prefix(prefix))?;
            let (cost, rest) = rest.split_once('$')?;
            let in_range = cost.len() == 2 && cost.parse().is_ok_and(|cost: u32| BCRYPT_COSTS.contains(&cost));
            let plain = rest.len() == 53 && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'/');
            (in_range && plain).then_some(())
        };
        good().map(|()| Self::verbatim(value.to_owned())).ok_or(FieldError::NoBcrypt)
    }

    /// Takes over a hash that another program made: argon2id (version 19, within [`ARGON2_MAX_MEMORY_KIB`],
    /// [`ARGON2_MAX_PASSES`] and [`ARGON2_MAX_LANES`]) or bcrypt.
    ///
    /// # Errors
    /// [`FieldError::NoHash`] when it is none that a password can be checked against here.
    pub fn try_made(value: &str) -> Result<Self, FieldError> {
        if is_argon2id(value) {
            return Ok(Self::verbatim(value.to_owned()));
        }
        Self::try_bcrypt(value).map_err(|_| FieldError::NoHash)
    }

    /// The hash of no password: nobody signs in by password with it.
    #[must_use]
    pub fn unusable() -> Self {
        Self::verbatim("*".to_owned())
    }

    /// Whether there is a password that belongs to it.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.expose() != "*"
    }

    /// Whether it was made by bcrypt, which a login replaces by today's kind.
    #[must_use]
    pub fn is_bcrypt(&self) -> bool {
        self.expose().starts_with("$2")
    }

    /// The hash, for the hasher and the database alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Whether a text is a PHC string of argon2id within the limits: `$argon2id$v=19$m=…,t=…,p=…$SALT$HASH`.
fn is_argon2id(value: &str) -> bool {
    let parts = || {
        let (params, rest) = value.strip_prefix("$argon2id$v=19$")?.split_once('$')?;
        let (salt, hash) = rest.split_once('$')?;
        let mut params = params.split(',');
        let mut number = |name: &str| {
            let digits = params.next()?.strip_prefix(name)?.strip_prefix('=')?;
            let plain = !digits.starts_with(['0', '+']);
            digits.parse::<u32>().ok().filter(|_| plain)
        };
        let (memory, passes, lanes) = (number("m")?, number("t")?, number("p")?);
        let in_limits = memory <= ARGON2_MAX_MEMORY_KIB
            && memory >= lanes.checked_mul(8)?
            && passes <= ARGON2_MAX_PASSES
            && lanes <= ARGON2_MAX_LANES;
        // 8 to 48 bytes of salt and 10 to 64 of output, in base64 without padding.
        let base64 = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/');
        let encoded = base64(salt) && base64(hash) && salt.len() % 4 != 1 && hash.len() % 4 != 1;
        let sizes = (11..=64).contains(&salt.len()) && (14..=86).contains(&hash.len());
        Some(params.next().is_none() && in_limits && encoded && sizes)
    };
    parts() == Some(true)
}

impl PartialEq for PasswordHash {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for PasswordHash {}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(Password::try_new("ññññññññ").is_ok());
        assert!(Password::try_new(&"漢".repeat(100)).is_ok());
        assert_eq!(Password::try_new("1234567").unwrap_err(), FieldError::TooShort { min: 8 });
        assert_eq!(Password::try_new(&"x".repeat(101)).unwrap_err(), FieldError::TooLong { max: 100 });
    }

    #[test]
    fn bcrypt_is_taken_over_within_its_costs() {
        let good = "$2y$05$xtl7iy3bpqchUwiQMjEHe.tY7OaIjDrg43W3TB4EHQ7izvdjvGtPS";
        for hash in [good.to_owned(), good.replace("$2y$", "$2a$"), good.replace("$05$", "$16$")] {
            assert!(PasswordHash::try_bcrypt(&hash).unwrap().is_bcrypt());
        }
        for hash in [
            "",
            "plain",
            "*",
            "$apr1$n0C4qSVJ$OEHnH0o4EA0TOZm6xGXYz0",
            &good.replace("$2y$", "$2x$"),
            &good.replace("$05$", "$03$"),
            &good.replace("$05$", "$17$"),
            &good.replace("$05$", "$5$"),
            &good[..59],
            &format!("{good}A"),
            &good.replace('E', "é"),
            &good.replace('E', "="),
        ] {
            assert_eq!(PasswordHash::try_bcrypt(hash).unwrap_err(), FieldError::NoBcrypt, "{hash}");
        }
        assert!(!PasswordHash::unusable().is_usable() && !PasswordHash::unusable().is_bcrypt());
    }

    #[test]
    fn argon2id_is_taken_over_within_its_limits() {
        let good = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$U29tZSBvdXRwdXQgb2YgMzIgYnl0ZXMgaW4gYWxsIQ";
        for hash in [good.to_owned(), good.replace("m=19456", "m=131072"), good.replace("t=2,p=1", "t=16,p=8")] {
            let taken = PasswordHash::try_made(&hash).unwrap();
            assert!(!taken.is_bcrypt() && taken.is_usable());
        }
        assert!(
            PasswordHash::try_made("$2y$05$xtl7iy3bpqchUwiQMjEHe.tY7OaIjDrg43W3TB4EHQ7izvdjvGtPS").unwrap().is_bcrypt()
        );
        for (part, bad) in [
            ("argon2id", "argon2i"),
            ("v=19", "v=16"),
            ("m=19456", "m=131073"),
            ("m=19456", "m=7"),
            ("m=19456", "m=+19456"),
            ("m=19456", "m=019456"),
            ("t=2", "t=17"),
            ("t=2", "t=0"),
            ("p=1", "p=9"),
            ("p=1", "p=1,keyid=Zm8"),
            ("c29tZXNhbHRzb21lc2FsdA", "c29tZQ"),
            ("c29tZXNhbHRzb21lc2FsdA", "c29tZXNhbHRzb21lc2Fsd!"),
            ("$U29tZSBvdXRwdXQgb2YgMzIgYnl0ZXMgaW4gYWxsIQ", ""),
        ] {
            let hash = good.replace(part, bad);
            assert_ne!(hash, good);
            assert_eq!(PasswordHash::try_made(&hash).unwrap_err(), FieldError::NoHash, "{hash}");
        }
    }

    #[test]
    fn debug_prints_the_type_alone() {
        assert_eq!(format!("{:?}", Password::verbatim("hunter22".into())), "Password");
        assert_eq!(format!("{:?}", PasswordHash::verbatim("$argon2id$".into())), "PasswordHash");
    }
}
