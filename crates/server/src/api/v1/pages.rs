//! Lists on the wire.

use futures_util::{FutureExt as _, future::BoxFuture};
use ochre_domain::{
    Error,
    usecase::{UserPages, WorkspacePages},
};
use ochre_dto::v1;

use super::convert::{user, workspace};
use crate::wire::Pages;

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
