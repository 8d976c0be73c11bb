//! From the domain to the wire.

use ochre_domain::{
    model::{LastName, Role, Workspace},
    usecase::UserView,
};
use ochre_dto::{time::from_micros, v1};

pub(super) fn role(role: Role) -> v1::Role {
    match role {
        Role::Owner => v1::Role::Owner,
        Role::Admin => v1::Role::Admin,
        Role::Annotator => v1::Role::Annotator,
    }
}

/// A key that may not be seen is an empty text: clients expect a text.
pub(super) fn user(view: UserView) -> v1::User {
    let UserView { user, api_key } = view;
    v1::User {
        id: user.id.uuid(),
        first_name: user.first_name.into_string(),
        last_name: user.last_name.map(LastName::into_string),
        username: user.username.into_string(),
        role: role(user.role),
        api_key: api_key.map(|key| key.expose().to_owned()).unwrap_or_default(),
        inserted_at: from_micros(user.inserted_at.micros()),
        updated_at: from_micros(user.updated_at.micros()),
    }
}

pub(in crate::api) fn workspace(workspace: Workspace) -> v1::Workspace {
    v1::Workspace {
        id: workspace.id.uuid(),
        name: workspace.name.into_string(),
        inserted_at: from_micros(workspace.inserted_at.micros()),
        updated_at: from_micros(workspace.updated_at.micros()),
    }
}
