//! The master key: one file beside the database, from which every other key derives.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use ochre_domain::ports::Random;
use zeroize::Zeroizing;

const KEY_BYTES: usize = 32;

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MasterKeyError {
    #[error("cannot read or write the master key {path}: {source}")]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the master key {0} is damaged: it should hold 64 hexadecimal digits")]
    Damaged(PathBuf),
    #[error(
        "the master key {0} is missing, but this database was made with one: put the file back, or name it with \
         --master-key-file"
    )]
    Missing(PathBuf),
    #[error(
        "the master key {0} is not the one that this database was made with, so no API key would work: put the right \
         file there, or name it with --master-key-file"
    )]
    Wrong(PathBuf),
}

/// The key, wiped from memory when dropped.
pub(crate) struct MasterKey(Zeroizing<[u8; KEY_BYTES]>);

impl MasterKey {
    /// Reads the key from its file; `None` when there is no file.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, MasterKeyError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(MasterKeyError::Io { path: path.to_owned(), source }),
        };
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        let digits = text.trim().as_bytes();
        let hash = blake3::Hash::from_hex(digits).map_err(|_| MasterKeyError::Damaged(path.to_owned()))?;
        key.copy_from_slice(hash.as_bytes());
        warn_if_readable_by_others(path);
        Ok(Some(Self(key)))
    }

    /// Makes a key and its file, readable by its owner alone. When another process was faster, its key is taken.
    pub(crate) fn create(path: &Path, random: &dyn Random) -> Result<Self, MasterKeyError> {
        let io = |source| MasterKeyError::Io { path: path.to_owned(), source };
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        random.fill(key.as_mut());
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // A temporary file has mode 0600, and is given its name only when it is complete.
        let mut file = tempfile::NamedTempFile::new_in(directory).map_err(io)?;
        let text = Zeroizing::new(blake3::Hash::from_bytes(*key).to_hex().to_string());
        writeln!(file, "{}", text.as_str()).map_err(io)?;
        file.as_file().sync_all().map_err(io)?;
        match file.persist_noclobber(path) {
            Ok(_) => {}
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                return Self::read(path)?.ok_or_else(|| MasterKeyError::Missing(path.to_owned()));
            }
            Err(error) => return Err(io(error.error)),
        }
        fs::File::open(directory).and_then(|directory| directory.sync_all()).map_err(io)?;
        Ok(Self(key))
    }

    /// What the database remembers the key by.
    pub(crate) fn fingerprint(&self) -> String {
        blake3::Hash::from_bytes(self.derive("ochre 2026-11-22 master key fingerprint")).to_hex()[..32].to_owned()
    }

    /// A key for one purpose. The contexts are part of the stored data's format and never change.
    pub(crate) fn derive(&self, context: &str) -> [u8; KEY_BYTES] {
        blake3::derive_key(context, self.0.as_ref())
    }
}

#[cfg(unix)]
fn warn_if_readable_by_others(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    if fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0) {
        tracing::warn!(path = %path.display(), "the master key can be read by other users: chmod 600 it");
    }
}

#[cfg(not(unix))]
fn warn_if_readable_by_others(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::security::OsRandom;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("master.key");
        assert!(MasterKey::read(&path).unwrap().is_none());
        let made = MasterKey::create(&path, &OsRandom).unwrap();
        let read = MasterKey::read(&path).unwrap().unwrap();
        let again = MasterKey::create(&path, &OsRandom).unwrap();
        assert_eq!(made.fingerprint(), read.fingerprint());
        assert_eq!(made.fingerprint(), again.fingerprint());
        assert_ne!(made.derive("a"), made.derive("b"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_key_is_named() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("master.key");
        fs::write(&path, "not a key").unwrap();
        assert!(matches!(MasterKey::read(&path), Err(MasterKeyError::Damaged(_))));
    }
}
