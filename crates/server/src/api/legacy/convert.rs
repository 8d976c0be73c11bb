//! From the domain to the wire of Argilla 1.x.

use futures_util::{FutureExt as _, future::BoxFuture};
use ochre_domain::{
    Error,
    model::{LastName, WorkspaceName},
    usecase::{Member, UserPages},
};
use ochre_dto::{legacy, time::from_micros};

use crate::{RoleNames, wire::Pages};

/// A key that may not be seen is an empty text: clients expect a text.
pub(super) fn user(member: Member, names: RoleNames) -> legacy::User {
    let Member { view, workspaces, temporary: _ } = member;
    let full_name = view.user.full_name();
    legacy::User {
        id: view.user.id.uuid(),
        first_name: view.user.first_name.into_string(),
        last_name: view.user.last_name.map(LastName::into_string),
        full_name,
        email: None,
        username: view.user.username.into_string(),
        role: names.write(view.user.role).to_owned(),
        superuser: None,
        workspaces: workspaces.into_iter().map(WorkspaceName::into_string).collect(),
        api_key: view.api_key.map(|key| key.expose().to_owned()).unwrap_or_default(),
        inserted_at: from_micros(view.user.inserted_at.micros()),
        updated_at: from_micros(view.user.updated_at.micros()),
    }
}

/// A list of users with their workspaces.
pub(super) struct Users {
    pub(super) pages: UserPages,
    pub(super) names: RoleNames,
}

impl Pages for Users {
    type Entry = legacy::User;

    fn next(&mut self) -> BoxFuture<'_, Result<Option<Vec<legacy::User>>, Error>> {
        let names = self.names;
        let convert = move |page: Vec<Member>| page.into_iter().map(|member| user(member, names)).collect();
        self.pages.next_with_workspaces().map(move |page| Ok(page?.map(convert))).boxed()
    }

    fn is_done(&self) -> bool {
        self.pages.is_done()
    }
}
