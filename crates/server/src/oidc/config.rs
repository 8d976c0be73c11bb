//! Which sign-in providers there are, and what their accounts are given here: a file of its own.

use std::{collections::BTreeSet, fs, path::Path};

use ochre_domain::{
    model::{Role, WorkspaceName},
    usecase::{ProviderGrant, Sync},
};
use openidconnect::IssuerUrl;
use secrecy::SecretString;
use serde::Deserialize;

use super::rules::{Rule, Test};

/// A provider.
#[derive(Debug, Clone)]
pub(crate) struct ProviderSettings {
    /// What stands in addresses.
    pub(crate) name: String,
    /// What people read.
    pub(crate) label: String,
    pub(crate) issuer: IssuerUrl,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<SecretString>,
    pub(crate) scopes: Vec<String>,
    /// The claim that names a new user.
    pub(crate) username_claim: String,
    pub(crate) sync: Sync,
    pub(crate) rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    providers: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    label: Option<String>,
    issuer: String,
    client_id: String,
    client_secret: Option<String>,
    client_secret_file: Option<std::path::PathBuf>,
    scopes: Option<Vec<String>>,
    username_claim: Option<String>,
    #[serde(default)]
    sync: SyncName,
    rules: Vec<RuleEntry>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum SyncName {
    #[default]
    First,
    Login,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleEntry {
    claim: Option<String>,
    is: Option<String>,
    role: RoleName,
    #[serde(default)]
    workspaces: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RoleName {
    Owner,
    Admin,
    Annotator,
}

/// Reads the file.
///
/// # Errors
/// What is wrong with it, in a sentence that names the place.
pub(crate) fn read(path: &Path) -> Result<Vec<ProviderSettings>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    parse(&text, path.parent().unwrap_or_else(|| Path::new("."))).map_err(|why| format!("{}: {why}", path.display()))
}

fn parse(text: &str, directory: &Path) -> Result<Vec<ProviderSettings>, String> {
    let file: File = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    let mut names = BTreeSet::new();
    let mut providers = Vec::new();
    for entry in file.providers {
        let name = entry.name.clone();
        let provider = provider(entry, directory).map_err(|why| format!("the provider {name:?}: {why}"))?;
        if !names.insert(provider.name.clone()) {
            return Err(format!("the provider {name:?} is there twice"));
        }
        providers.push(provider);
    }
    Ok(providers)
}

fn provider(entry: Entry, directory: &Path) -> Result<ProviderSettings, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if entry.name.is_empty() || !entry.name.chars().all(plain) {
        return Err("`name` should have letters, digits, '-' and '_' only: it stands in addresses".to_owned());
    }
    if entry.rules.is_empty() {
        return Err("`rules` should have at least one rule: without any, nobody gets in".to_owned());
    }
    let client_secret = match (entry.client_secret, entry.client_secret_file) {
        (Some(_), Some(_)) => return Err("`client_secret` or `client_secret_file`, not both".to_owned()),
        (Some(secret), None) => Some(secret.into()),
        (None, Some(path)) => {
            let path = directory.join(path);
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            Some(text.trim_end().to_owned().into())
        }
        (None, None) => None,
    };
    Ok(ProviderSettings {
        label: entry.label.unwrap_or_else(|| entry.name.clone()),
        issuer: issuer(&entry.issuer)?,
        name: entry.name,
        client_id: entry.client_id,
        client_secret,
        scopes: entry.scopes.unwrap_or_else(|| ["openid", "profile", "email"].map(str::to_owned).to_vec()),
        username_claim: entry.username_claim.unwrap_or_else(|| "preferred_username".to_owned()),
        sync: match entry.sync {
            SyncName::First => Sync::First,
            SyncName::Login => Sync::Login,
        },
        rules: entry.rules.into_iter().map(rule).collect::<Result<_, _>>()?,
    })
}

/// What tokens say of who people are must come over a connection that nobody else writes to.
fn issuer(text: &str) -> Result<IssuerUrl, String> {
    let issuer =
        IssuerUrl::new(text.to_owned()).map_err(|_| "`issuer` should be as https://id.example.org".to_owned())?;
    let url = issuer.url();
    let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() == "https" || (url.scheme() == "http" && is_local) {
        Ok(issuer)
    } else {
        Err("`issuer` should begin with https://; plain http is for this machine alone".to_owned())
    }
}

fn rule(entry: RuleEntry) -> Result<Rule, String> {
    let test = match (entry.claim, entry.is) {
        (Some(claim), Some(is)) => Some(Test { claim, is }),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => {
            return Err("a rule has `claim` and `is` together, or neither for everybody".to_owned());
        }
    };
    let name = |name: String| WorkspaceName::try_new(&name).map_err(|error| format!("the workspace {name:?} {error}"));
    let role = match entry.role {
        RoleName::Owner => Role::SUPER_USER,
        RoleName::Admin => Role::Admin,
        RoleName::Annotator => Role::Annotator,
    };
    let workspaces = entry.workspaces.into_iter().map(name).collect::<Result<_, _>>()?;
    Ok(Rule { test, grant: ProviderGrant { role, workspaces } })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "providers:\n  - name: company\n    issuer: https://id.example.org\n    client_id: ochre\n    client_secret: s\n    \
                        rules:\n      - {claim: groups, is: leads, role: admin, workspaces: [papers]}\n      - {role: annotator}\n";

    fn refused(from: &str, to: &str) -> String {
        let text = GOOD.replace(from, to);
        assert_ne!(text, GOOD);
        parse(&text, Path::new(".")).unwrap_err()
    }

    #[test]
    fn a_file_names_providers_and_rules() {
        let providers = parse(GOOD, Path::new(".")).unwrap();
        let [provider] = providers.as_slice() else { panic!("one provider") };
        assert_eq!((provider.label.as_str(), provider.sync), ("company", Sync::First));
        assert_eq!(provider.scopes, ["openid", "profile", "email"]);
        assert_eq!(provider.rules.len(), 2);
        assert!(!format!("{provider:?}").contains("\"s\""), "secrets are not shown");
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(refused("name: company", "name: a/b").contains("`name`"));
        assert!(refused("https://id", "http://id").contains("https://"));
        assert!(refused("is: leads, ", "").contains("`is`"));
        assert!(refused("role: admin", "role: boss").contains("boss"));
        assert!(refused("client_id", "client").contains("client"));
        assert!(refused("[papers]", "['']").contains("workspace"));
    }
}
