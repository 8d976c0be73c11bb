//! The gate in front of password hashing.
//!
//! A hash costs 19 MiB and tens of milliseconds of a core, on purpose. The gate lets a few through at a time, off the
//! threads that serve requests; the others wait in order, and beyond a limit they are told to come back. Each place at
//! the gate owns one buffer and hashes into it, so that memory does not creep up with the number of logins.
//!
//! New hashes are argon2id. Those that came from Argilla are bcrypt; they are verified here, and replaced at the next login
//! (`ochre_domain::usecase::Access`).

use std::{
    cell::RefCell,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash as Phc, Salt},
};
use async_trait::async_trait;
use ochre_domain::{
    model::{BCRYPT_MAX_BYTES, Password, PasswordHash},
    ports::{GateError, PasswordHasher, Random},
};
use tokio::sync::Semaphore;

/// OWASP's recommendation for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT_BYTES: usize = 32;
const SALT_BYTES: usize = 16;
/// Passwords that may wait. At 30 ms each the last of them waits 8 s with one place at the gate.
const MAX_WAITING: usize = 256;

/// Hashes with argon2id, `places` at a time.
pub(crate) struct Gate {
    random: Arc<dyn Random>,
    places: Arc<Semaphore>,
    inside: AtomicUsize,
    limit: usize,
    buffers: Arc<Mutex<Vec<Buffer>>>,
}

type Buffer = RefCell<Vec<Block>>;

impl Gate {
    /// A gate with this many places, at least one.
    pub(crate) fn new(places: usize, random: Arc<dyn Random>) -> Self {
        let places = places.max(1);
        Self {
            random,
            places: Arc::new(Semaphore::new(places)),
            inside: AtomicUsize::new(0),
            limit: places + MAX_WAITING,
            buffers: Arc::default(),
        }
    }

    async fn pass<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Buffer) -> Result<T, GateError> + Send + 'static,
    ) -> Result<T, GateError> {
        let _inside = Inside::enter(&self.inside, self.limit)?;
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|error| failed(&error))?;
        let buffers = Arc::clone(&self.buffers);
        // The place moves into the closure: when the client hangs up, the hash goes on, and so does its place.
        let task = tokio::task::spawn_blocking(move || {
            let buffer = buffers.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            let outcome = work(&buffer);
            buffers.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
            drop(place);
            outcome
        });
        task.await.unwrap_or_else(|error| Err(failed(&error)))
    }
}

struct Inside<'a>(&'a AtomicUsize);

impl<'a> Inside<'a> {
    fn enter(count: &'a AtomicUsize, limit: usize) -> Result<Self, GateError> {
        let inside = Self(count);
        if count.fetch_add(1, Ordering::Relaxed) < limit { Ok(inside) } else { Err(GateError::Full) }
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn failed(error: &dyn std::fmt::Display) -> GateError {
    GateError::Failed(error.to_string())
}

fn params() -> Result<Params, GateError> {
    Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT_BYTES)).map_err(|error| failed(&error))
}

/// Runs argon2id in the place's buffer.
fn argon2id(buffer: &Buffer, params: &Params, password: &str, salt: &[u8], out: &mut [u8]) -> Result<(), GateError> {
    let mut blocks = buffer.borrow_mut();
    if blocks.len() < params.block_count() {
        blocks.resize(params.block_count(), Block::new());
    }
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password_into_with_memory(password.as_bytes(), salt, out, &mut blocks[..params.block_count()])
        .map_err(|error| failed(&error))
}

fn hash(buffer: &Buffer, password: &str, salt: [u8; SALT_BYTES]) -> Result<String, GateError> {
    let params = params()?;
    let mut out = [0; OUTPUT_BYTES];
    argon2id(buffer, &params, password, &salt, &mut out)?;
    let phc = Phc {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(|error| failed(&error))?,
        salt: Some(Salt::new(&salt).map_err(|error| failed(&error))?),
        hash: Some(Output::new(&out).map_err(|error| failed(&error))?),
    };
    Ok(phc.to_string())
}

/// Checks a password against a hash made by bcrypt, of which only the first [`BCRYPT_MAX_BYTES`] count.
fn verify_bcrypt(password: &str, hash: &str) -> Result<bool, GateError> {
    // C implementations end a password at U+0000, so none of theirs belongs to such a password.
    if password.contains('\0') {
        return Ok(false);
    }
    let bytes = password.as_bytes();
    bcrypt::verify(&bytes[..bytes.len().min(BCRYPT_MAX_BYTES)], &canonical(hash)).map_err(|error| failed(&error))
}

/// The digits of bcrypt's base64, in the order of their values.
const BCRYPT_DIGITS: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A hash without bits that mean nothing. The last digits of salt and hash have more bits than are left to write; some
/// programs leave rubbish in them, and the library refuses that.
fn canonical(hash: &str) -> String {
    let mut digits = hash.as_bytes().to_vec();
    for (at, meaningful) in [(28, 0b11_0000), (59, 0b11_1100)] {
        let value = digits.get(at).and_then(|digit| BCRYPT_DIGITS.iter().position(|known| known == digit));
        if let Some(value) = value {
            digits[at] = BCRYPT_DIGITS[value & meaningful];
        }
    }
    // Digits were replaced by digits; a text that is no ASCII is no hash, and the library says so.
    String::from_utf8(digits).unwrap_or_default()
}

fn verify(buffer: &Buffer, password: &str, hash: &PasswordHash) -> Result<bool, GateError> {
    if !hash.is_usable() {
        return nobody(buffer, password);
    }
    if hash.is_bcrypt() {
        return verify_bcrypt(password, hash.expose());
    }
    verify_argon2id(buffer, password, hash.expose())
}

/// The same work as a verification, for nobody: the time tells nothing.
fn nobody(buffer: &Buffer, password: &str) -> Result<bool, GateError> {
    let mut out = [0; OUTPUT_BYTES];
    argon2id(buffer, &params()?, password, &[0; SALT_BYTES], &mut out)?;
    Ok(false)
}

fn verify_argon2id(buffer: &Buffer, password: &str, hash: &str) -> Result<bool, GateError> {
    let phc = Phc::new(hash).map_err(|error| failed(&error))?;
    if phc.algorithm != Algorithm::Argon2id.ident() || phc.version != Some(Version::V0x13.into()) {
        return Err(failed(&"the stored hash is not argon2id, version 19"));
    }
    let params = Params::try_from(&phc).map_err(|error| failed(&error))?;
    let (Some(salt), Some(expected)) = (&phc.salt, &phc.hash) else {
        return Err(failed(&"the stored hash has no salt or no output"));
    };
    let mut out = [0; Output::MAX_LENGTH];
    let out = out.get_mut(..expected.len()).ok_or_else(|| failed(&"the stored hash is too long"))?;
    argon2id(buffer, &params, password, salt.as_ref(), out)?;
    // Compares in constant time.
    Ok(Output::new(out).map_err(|error| failed(&error))? == *expected)
}

#[async_trait]
impl PasswordHasher for Gate {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, GateError> {
        let password = password.clone();
        let mut salt = [0; SALT_BYTES];
        self.random.fill(&mut salt);
        self.pass(move |buffer| hash(buffer, password.expose(), salt).map(PasswordHash::verbatim)).await
    }

    async fn verify<'a>(&self, password: &Password, hash: Option<&'a PasswordHash>) -> Result<bool, GateError> {
        let password = password.clone();
        match hash.cloned() {
            Some(stored) => self.pass(move |buffer| verify(buffer, password.expose(), &stored)).await,
            None => self.pass(move |buffer| nobody(buffer, password.expose())).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::security::OsRandom;

    fn password(text: &str) -> Password {
        Password::verbatim(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_verifies_against_its_own_hash_alone() {
        let gate = Gate::new(1, Arc::new(OsRandom));
        let hash = gate.hash(&password("correct horse")).await.unwrap();
        assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(gate.verify(&password("correct horse"), Some(&hash)).await.unwrap());
        assert!(!gate.verify(&password("correct horse "), Some(&hash)).await.unwrap());
        assert!(!gate.verify(&password("correct horse"), None).await.unwrap());
    }

    #[tokio::test]
    async fn every_character_of_a_long_password_counts() {
        let gate = Gate::new(1, Arc::new(OsRandom));
        let hash = gate.hash(&password(&"x".repeat(100))).await.unwrap();
        assert!(!gate.verify(&password(&"x".repeat(72)), Some(&hash)).await.unwrap());
        assert!(!gate.verify(&password(&"x".repeat(99)), Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn equal_passwords_have_different_hashes() {
        let gate = Gate::new(1, Arc::new(OsRandom));
        let (one, two) =
            (gate.hash(&password("12345678")).await.unwrap(), gate.hash(&password("12345678")).await.unwrap());
        assert!(one != two);
    }

    #[tokio::test]
    async fn a_full_gate_turns_away_and_recovers() {
        let mut gate = Gate::new(1, Arc::new(OsRandom));
        gate.limit = 2;
        let gate = Arc::new(gate);
        let tasks: Vec<_> = (0..6)
            .map(|_| {
                let gate = Arc::clone(&gate);
                tokio::spawn(async move { gate.verify(&password("12345678"), None).await })
            })
            .collect();
        let mut full = 0;
        for task in tasks {
            full += usize::from(matches!(task.await.unwrap(), Err(GateError::Full)));
        }
        assert_eq!(full, 4);
        assert!(gate.verify(&password("12345678"), None).await.is_ok());
        assert_eq!(gate.buffers.lock().unwrap().len(), 1, "one place, one buffer");
    }

    #[tokio::test]
    async fn hashes_of_argilla_and_htpasswd_verify() {
        let gate = Gate::new(1, Arc::new(OsRandom));
        // The three of Argilla's guide; their password is 1234. The last is the first with rubbish in meaningless bits.
        for stored in [
            "$2y$05$xtl7iy3bpqchUwiQMjEHe.tY7OaIjDrg43W3TB4EHQ7izvdjvGtPS",
            "$2y$05$aqNyXcXRXddNj5toZwT0HugHqKZypvqlBAkZviAGGbsAC8oTj/P5K",
            "$2y$05$l83IhUs4ZDaxsgZ/P12FO.RFTi2wKQ2AxMK2vYtLx//yKramuCcZG",
            "$2b$05$xtl7iy3bpqchUwiQMjEHe.tY7OaIjDrg43W3TB4EHQ7izvdjvGtPS",
            "$2a$05$xtl7iy3bpqchUwiQMjEHe/tY7OaIjDrg43W3TB4EHQ7izvdjvGtPU",
        ] {
            let stored = PasswordHash::try_bcrypt(stored).unwrap();
            assert!(gate.verify(&password("1234"), Some(&stored)).await.unwrap());
            for wrong in ["12345", "", "1234\0"] {
                assert!(!gate.verify(&password(wrong), Some(&stored)).await.unwrap());
            }
        }
    }

    #[tokio::test]
    async fn bcrypt_counts_72_bytes() {
        let gate = Gate::new(1, Arc::new(OsRandom));
        let stored = PasswordHash::verbatim(bcrypt::hash("x".repeat(72), 4).unwrap());
        assert!(gate.verify(&password(&"x".repeat(100)), Some(&stored)).await.unwrap());
        assert!(!gate.verify(&password(&"x".repeat(71)), Some(&stored)).await.unwrap());
    }

    #[tokio::test]
    async fn no_password_belongs_to_an_unusable_hash() {
        let gate = Gate::new(1, Arc::new(OsRandom));
        for text in ["", "*", "12345678"] {
            assert!(!gate.verify(&password(text), Some(&PasswordHash::unusable())).await.unwrap());
        }
    }

    #[tokio::test]
    async fn a_damaged_hash_is_an_error_not_a_no() {
        let gate = Gate::new(1, Arc::new(OsRandom));
        for stored in ["", "plain", "$2b$05$short", "$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"] {
            let stored = PasswordHash::verbatim(stored.to_owned());
            assert!(gate.verify(&password("12345678"), Some(&stored)).await.is_err());
        }
    }
}
