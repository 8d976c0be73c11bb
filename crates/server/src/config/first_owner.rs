//! The first owner of an empty database, as the environment names it: the variables that Argilla's images use.

use ochre_domain::{
    model::{ApiKey, FirstName, Origin, Password, Username, WorkspaceName},
    usecase::{FirstOwner, OwnerPassword},
};

use super::read::{ConfigError, Found, Reader};

/// What the environment says.
#[derive(Debug, Clone, Default)]
pub(crate) struct FirstOwnerSettings {
    /// The owner, when both a name and a password are set.
    pub(crate) owner: Option<FirstOwner>,
    /// Variables that are set without the others that they need.
    pub(crate) incomplete: Vec<String>,
}

impl FirstOwnerSettings {
    /// Reads `USERNAME`, `PASSWORD`, `API_KEY` and `WORKSPACE`, each also with the prefix `OCHRE_`, which counts first,
    /// and with the suffix `_FILE`, which names a file with the value.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, ConfigError> {
        let username = reader.secret_of(&["OCHRE_USERNAME", "USERNAME"])?;
        let password = reader.secret_of(&["OCHRE_PASSWORD", "PASSWORD"])?;
        let api_key = reader.secret_of(&["OCHRE_API_KEY", "API_KEY"])?;
        let workspace = reader.secret_of(&["OCHRE_WORKSPACE", "WORKSPACE"])?;
        let (Some(username), Some(password)) = (&username, &password) else {
            let found = [username, password, api_key, workspace].into_iter().flatten();
            return Ok(Self { owner: None, incomplete: found.map(|found| found.name).collect() });
        };
        let owner = FirstOwner {
            // Argilla's images make the user name the first name as well.
            first_name: FirstName::try_new(username.value())
                .unwrap_or_else(|_| FirstName::verbatim(username.value().to_owned())),
            username: username.parse(Username::try_new)?,
            password: OwnerPassword::Clear(password.parse(Password::try_new)?),
            api_key: api_key.as_ref().map(|key| key.parse(ApiKey::try_new)).transpose()?,
            workspace: workspace.as_ref().map(|name| name.parse(WorkspaceName::try_new)).transpose()?,
            origin: Origin::Created,
        };
        Ok(Self { owner: Some(owner), incomplete: Vec::new() })
    }
}

impl Found {
    pub(super) fn parse<T>(
        &self,
        make: impl FnOnce(&str) -> Result<T, ochre_domain::FieldError>,
    ) -> Result<T, ConfigError> {
        make(self.value()).map_err(|error| self.refuse(error.to_string()))
    }
}
