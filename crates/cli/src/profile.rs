//! Logins that are remembered, in a file for their user alone.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The name of the login that is meant when none is named.
pub(crate) const DEFAULT: &str = "default";

/// One login.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Profile {
    /// The server.
    pub(crate) url: String,
    /// Who.
    pub(crate) username: String,
    /// The user's API key.
    pub(crate) api_key: String,
}

/// Leaves out the key.
impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile").field("url", &self.url).field("username", &self.username).finish_non_exhaustive()
    }
}

/// All logins, by name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Profiles {
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

impl Profiles {
    /// The file with the logins: in `OCHRE_CONFIG_DIR`, else where the system keeps configuration.
    pub(crate) fn path() -> anyhow::Result<PathBuf> {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads it")]
        let chosen = std::env::var_os("OCHRE_CONFIG_DIR").filter(|directory| !directory.is_empty());
        let directory = match chosen {
            Some(directory) => PathBuf::from(directory),
            None => directories::ProjectDirs::from("", "", "ochre")
                .map(|directories| directories.config_dir().to_owned())
                .context("there is no home directory to keep logins in; OCHRE_CONFIG_DIR names another place")?,
        };
        Ok(directory.join("credentials.json"))
    }

    /// The logins that are remembered. A file that others can read is refused: they may have the keys.
    pub(crate) fn read() -> anyhow::Result<Self> {
        let path = Self::path()?;
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        refuse_open(&path)?;
        let broken = || format!("{} is damaged; delete it and sign in again", path.display());
        serde_json::from_str(&text).with_context(broken)
    }

    /// Changes the logins as they are now; others who change them at the same moment wait.
    pub(crate) fn change<T>(change: impl FnOnce(&mut Self) -> T) -> anyhow::Result<T> {
        let path = Self::path()?;
        let directory = path.parent().unwrap_or(Path::new("."));
        let failed = || format!("cannot write {}", path.display());
        make_private(directory).with_context(failed)?;
        let lock = fs::File::create(directory.join("credentials.lock")).with_context(failed)?;
        lock.lock().with_context(failed)?;
        let mut profiles = Self::read()?;
        let outcome = change(&mut profiles);
        profiles.write(&path, directory)?;
        Ok(outcome)
    }

    /// Writes the logins, in one piece.
    fn write(&self, path: &Path, directory: &Path) -> anyhow::Result<()> {
        let failed = || format!("cannot write {}", path.display());
        // For its user alone from the first moment on, and in its place only when it is complete.
        let mut file = tempfile::NamedTempFile::new_in(directory).with_context(failed)?;
        serde_json::to_writer_pretty(&mut file, self).with_context(failed)?;
        file.write_all(b"\n").with_context(failed)?;
        file.as_file().sync_all().with_context(failed)?;
        file.persist(path).map_err(|error| error.error).with_context(failed)?;
        Ok(())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Profile> {
        self.profiles.get(name)
    }

    pub(crate) fn set(&mut self, name: &str, profile: Profile) {
        self.profiles.insert(name.to_owned(), profile);
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Profile> {
        self.profiles.remove(name)
    }

    /// Whether any login is meant by a replaced key.
    pub(crate) fn have(&self, old: &Replaced<'_>) -> bool {
        self.profiles.values().any(|profile| old.means(profile))
    }

    /// Replaces a key wherever it is remembered; the names of the logins.
    pub(crate) fn replace_key(&mut self, old: &Replaced<'_>, new: &str) -> Vec<String> {
        let meant = self.profiles.iter_mut().filter(|(_, profile)| old.means(profile));
        meant
            .map(|(name, profile)| {
                new.clone_into(&mut profile.api_key);
                name.clone()
            })
            .collect()
    }

    /// All logins.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &Profile)> {
        self.profiles.iter().map(|(name, profile)| (name.as_str(), profile))
    }

    /// The login for a server, the default one first.
    pub(crate) fn of_server(&self, url: &str) -> Option<(&str, &Profile)> {
        let fits = |profile: &&Profile| same_server(&profile.url, url);
        let first = self.profiles.get_key_value(DEFAULT).filter(|(_, profile)| fits(profile));
        let found = first.or_else(|| self.profiles.iter().find(|(_, profile)| fits(profile)));
        found.map(|(name, profile)| (name.as_str(), profile))
    }
}

/// A key that was replaced.
pub(crate) struct Replaced<'a> {
    /// Where.
    pub(crate) url: &'a str,
    /// The key.
    pub(crate) key: &'a str,
    /// Whose it is, where that is whoever runs this. Each login of that account is meant, also one with a key of long before, which is
    /// about to end; a login holds no named key.
    pub(crate) own: Option<&'a str>,
}

impl Replaced<'_> {
    fn means(&self, profile: &Profile) -> bool {
        same_server(&profile.url, self.url)
            && (profile.api_key == self.key || self.own == Some(profile.username.as_str()))
    }
}

/// Whether two addresses are the same but for a slash at the end.
pub(crate) fn same_server(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

fn make_private(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(directory)
}

#[cfg(unix)]
fn refuse_open(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path)?.permissions().mode() & 0o777;
    let others = mode & 0o077;
    if others == 0 {
        return Ok(());
    }
    let shown = path.display();
    let why = format!("others can read {shown} (mode {mode:03o}), and with it your API keys: chmod 600 {shown}");
    Err(Failure::NotSignedIn(why).into())
}

#[cfg(not(unix))]
fn refuse_open(_: &Path) -> anyhow::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_found_by_its_address_the_default_login_first() {
        let profile = |url: &str, username: &str| Profile {
            url: url.into(),
            username: username.into(),
            api_key: "s3cret".into(),
        };
        let mut profiles = Profiles::default();
        profiles.set("a", profile("http://one/", "ann"));
        profiles.set(DEFAULT, profile("http://one", "bob"));
        profiles.set("z", profile("http://two/x", "eve"));
        assert_eq!(profiles.of_server("http://one").unwrap().0, DEFAULT);
        assert_eq!(profiles.of_server("http://two/x/").unwrap().1.username, "eve");
        assert!(profiles.of_server("http://two").is_none());
        assert!(!format!("{profiles:?}").contains("s3cret"));
    }

    #[test]
    fn a_replaced_key_goes_wherever_it_stands_and_with_the_accounts_older_ones() {
        let mut profiles = Profiles::default();
        for (name, url, username, key) in [
            ("a", "http://one/", "ann", "key"),
            ("b", "http://one", "bob", "key"),
            ("c", "http://one", "bob", "an older key"),
            ("d", "http://one", "eve", "another key"),
            ("e", "http://two", "bob", "key"),
        ] {
            profiles.set(name, Profile { url: url.into(), username: username.into(), api_key: key.into() });
        }
        let replaced = |own, key| Replaced { url: "http://one/", key, own };
        assert!(!profiles.have(&replaced(None, "a third key")));
        assert!(profiles.have(&replaced(None, "key")) && profiles.have(&replaced(Some("bob"), "a third key")));
        assert_eq!(profiles.replace_key(&replaced(None, "key"), "new"), ["a", "b"]);
        assert_eq!(profiles.replace_key(&replaced(Some("bob"), "a third key"), "newer"), ["b", "c"]);
        let keys: Vec<_> = profiles.all().map(|(_, profile)| profile.api_key.as_str()).collect();
        assert_eq!(keys, ["new", "newer", "newer", "another key", "key"], "another server's key stays");
    }
}
