//! The format of keys and links that are secrets: a prefix, 30 random characters, and a checksum by which a scanner of secrets
//! tells a real one from a look-alike without asking anybody.
//!
//! `och_` begins a named key, `ochl_` the token of a link. Behind it stand 30 characters of `0-9A-Za-z`, each equally likely (178
//! bits), and six more: the CRC-32 (IEEE 802.3) of everything before them, as a number in base 62, the most significant digit
//! first, filled up with zeros. As a regular expression: `\boch[l]?_[0-9A-Za-z]{36}\b`.

use std::fmt;

/// Characters of randomness.
pub const RANDOM_CHARS: usize = 30;
/// Characters of the checksum.
pub const CHECKSUM_CHARS: usize = 6;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What a secret of this format is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A named key.
    Key,
    /// The token of a link.
    Link,
}

impl Kind {
    /// What it begins with.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Key => "och_",
            Self::Link => "ochl_",
        }
    }
}

/// Why a text is none of these secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It does not begin with `och_` or `ochl_`.
    Prefix,
    /// Behind the prefix there are not 36 characters of `0-9A-Za-z`.
    Length,
    /// The checksum is wrong: it was mistyped, cut, or made up.
    Checksum,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prefix => "it does not begin with och_ or ochl_",
            Self::Length => "behind its prefix there should be 36 letters and digits",
            Self::Checksum => "its checksum is wrong: it was mistyped, cut, or made up",
        })
    }
}

impl std::error::Error for Flaw {}

/// A secret of this format. Bytes come from `random`, which must be fit for secrets; it may be asked for more of them.
pub fn generate(kind: Kind, mut random: impl FnMut(&mut [u8])) -> String {
    let mut text = String::from(kind.prefix());
    let end = text.len() + RANDOM_CHARS;
    let mut bytes = [0; 64];
    while text.len() < end {
        random(&mut bytes);
        // 248 is the last multiple of 62 in a byte: what is above would make some digits likelier than others.
        let digits = bytes.iter().filter(|byte| **byte < 248).map(|byte| char::from(DIGITS[usize::from(*byte % 62)]));
        text.extend(digits.take(end - text.len()));
    }
    let checksum = checksum(&text);
    text + &checksum
}

/// What a text is, or why it is none of these secrets. Whether it is still good only the server knows.
///
/// # Errors
/// The [`Flaw`].
pub fn check(text: &str) -> Result<Kind, Flaw> {
    let strip = |kind: Kind| text.strip_prefix(kind.prefix()).map(|rest| (kind, rest));
    let (kind, rest) = strip(Kind::Key).or_else(|| strip(Kind::Link)).ok_or(Flaw::Prefix)?;
    if rest.len() != RANDOM_CHARS + CHECKSUM_CHARS || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Flaw::Length);
    }
    let (told, expected) = text.split_at(text.len() - CHECKSUM_CHARS);
    if checksum(told) == expected { Ok(kind) } else { Err(Flaw::Checksum) }
}

fn checksum(text: &str) -> String {
    let mut number = crc32fast::hash(text.as_bytes());
    let mut digits = [b'0'; CHECKSUM_CHARS];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kind: Kind) -> String {
        let mut next = 0_u8;
        generate(kind, |bytes| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(7);
            }
        })
    }

    #[test]
    fn a_key_has_a_prefix_and_36_characters() {
        assert_eq!(key(Kind::Key), "och_07ELSZgnu18FMTahov29GNUbipw3AH1heXTQ");
        assert_eq!(key(Kind::Link).len(), 41);
        assert_eq!((check(&key(Kind::Key)), check(&key(Kind::Link))), (Ok(Kind::Key), Ok(Kind::Link)));
    }

    #[test]
    fn any_other_character_breaks_the_checksum() {
        let good = key(Kind::Key);
        for at in 4..good.len() {
            let mut bad = good.clone().into_bytes();
            bad[at] = if bad[at] == b'x' { b'y' } else { b'x' };
            assert_eq!(check(std::str::from_utf8(&bad).unwrap()), Err(Flaw::Checksum), "{at}");
        }
        assert_eq!(check(&good[..good.len() - 1]), Err(Flaw::Length));
        assert_eq!(check(&format!("{good}x")), Err(Flaw::Length));
        assert_eq!(check(&good.replace("och_", "gho_")), Err(Flaw::Prefix));
        assert_eq!(check(&good.replace("och_", "ochl_")), Err(Flaw::Checksum), "a key is no link");
        assert_eq!(check(""), Err(Flaw::Prefix));
    }
}
