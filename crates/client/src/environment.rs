//! What the environment says of the server.

use crate::Error;

/// The variables of the server's address; the first that is set counts.
pub const URL_VARIABLES: [&str; 2] = ["OCHRE_API_URL", "ARGILLA_API_URL"];
/// The variables of the API key; the first that is set counts.
pub const KEY_VARIABLES: [&str; 2] = ["OCHRE_API_KEY", "ARGILLA_API_KEY"];

/// The server's address as the environment says it, if it does. An empty variable counts as not set.
#[must_use]
pub fn url() -> Option<String> {
    first(&URL_VARIABLES)
}

/// The API key as the environment says it, if it does. An empty variable counts as not set.
#[must_use]
pub fn api_key() -> Option<String> {
    first(&KEY_VARIABLES)
}

pub(crate) fn both() -> Result<(String, String), Error> {
    let url = url().ok_or(Error::Environment { what: "server", variable: URL_VARIABLES[0] })?;
    let key = api_key().ok_or(Error::Environment { what: "API key", variable: KEY_VARIABLES[0] })?;
    Ok((url, key))
}

fn first(names: &[&str]) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "these variables are part of the SDK's interface")]
    names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}
