//! Lists on the wire.

use futures_util::{FutureExt as _, future::BoxFuture};
use ochre_domain::{
    Error,
    usecase::{Accounts, UserPages, UserView, WorkspacePages},
};
use ochre_dto::v1;

use super::convert::{user, user_with_account, workspace};
use crate::wire::Pages;

/// Users with what Argilla's API does not tell of them.
pub(super) async fn with_accounts(accounts: &Accounts, views: Vec<UserView>) -> Result<Vec<v1::User>, Error> {
    let ids: Vec<_> = views.iter().map(|view| view.user.id).collect();
    let seen = accounts.last_seen(&ids).await?;
    let members = accounts.with_workspaces(views).await?;
    let now = accounts.now();
    let told = members.into_iter().map(|member| {
        let last_seen = seen.get(&member.view.user.id).copied();
        user_with_account(member, last_seen, now)
    });
    Ok(told.collect())
}

/// A list of users with what Argilla's API does not tell of them.
pub(super) struct WithAccounts {
    pub(super) accounts: Accounts,
    pub(super) pages: UserPages,
}

impl Pages for WithAccounts {
    type Entry = v1::User;

    fn next(&mut self) -> BoxFuture<'_, Result<Option<Vec<v1::User>>, Error>> {
        async {
            match self.pages.next().await? {
                Some(views) => with_accounts(&self.accounts, views).await.map(Some),
                None => Ok(None),
            }
        }
        .boxed()
    }

    fn is_done(&self) -> bool {
        self.pages.is_done()
    }
}

impl Pages for UserPages {
    type Entry = v1::User;

    fn next(&mut self) -> BoxFuture<'_, Result<Option<Vec<v1::User>>, Error>> {
        self.next().map(|page| Ok(page?.map(|page| page.into_iter().map(user).collect()))).boxed()
    }

    fn is_done(&self) -> bool {
        self.is_done()
    }
}

impl Pages for WorkspacePages {
    type Entry = v1::Workspace;

    fn next(&mut self) -> BoxFuture<'_, Result<Option<Vec<v1::Workspace>>, Error>> {
        self.next().map(|page| Ok(page?.map(|page| page.into_iter().map(workspace).collect()))).boxed()
    }

    fn is_done(&self) -> bool {
        self.is_done()
    }
}
