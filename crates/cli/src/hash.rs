//! Passwords that are made and hashed here, so that a server that takes many of them at once has nothing to hash.

use std::{
    num::NonZero,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use rand::RngExt as _;

/// OWASP's recommendation for argon2id, as the server has it: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Characters of a password that is made: 20 of 56 are 116 bits.
const PASSWORD_CHARS: usize = 20;
/// Without those that look like others.
const ALPHABET: &[u8] = b"abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A password that nobody can guess.
pub(crate) fn random_password() -> String {
    let mut random = rand::rng();
    (0..PASSWORD_CHARS).map(|_| char::from(ALPHABET[random.random_range(0..ALPHABET.len())])).collect()
}

/// The hash of a password.
pub(crate) fn one(password: &str) -> String {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("parameters within their limits");
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let salt: [u8; 16] = rand::rng().random();
    hasher
        .hash_password_with_salt(password.as_bytes(), &salt)
        .expect("a password and a salt within their limits")
        .to_string()
}

/// The hashes of many passwords, on all cores; `progress` hears how many are done.
pub(crate) fn many(passwords: &[&str], progress: impl Fn(usize) + Sync) -> Vec<String> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let mut hashes = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(password) = passwords.get(index) else { return hashes };
            hashes.push((index, one(password)));
            progress(done.fetch_add(1, Ordering::Relaxed) + 1);
        }
    };
    let mut hashes: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("hashing does not panic")).collect()
    });
    hashes.sort_unstable_by_key(|(index, _)| *index);
    hashes.into_iter().map(|(_, hash)| hash).collect()
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordVerifier as _, password_hash::phc::PasswordHash};

    use super::*;

    #[test]
    fn each_password_gets_its_own_hash_in_order() {
        let passwords: Vec<_> = (0..5).map(|_| random_password()).collect();
        let done = AtomicUsize::new(0);
        let hashes = many(&passwords.iter().map(String::as_str).collect::<Vec<_>>(), |_| {
            done.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!((hashes.len(), done.into_inner()), (5, 5));
        for (password, hash) in passwords.iter().zip(&hashes) {
            assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
            let hash = PasswordHash::new(hash).unwrap();
            assert!(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
            assert!(Argon2::default().verify_password(b"another", &hash).is_err());
        }
        assert_eq!(passwords[0].len(), PASSWORD_CHARS);
        assert_ne!(passwords[0], passwords[1]);
    }
}
