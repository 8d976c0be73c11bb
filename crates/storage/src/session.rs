//! The repositories over one connection or transaction.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use ochre_domain::{
    model::UserId,
    ports::{
        Change, IdentityRepository, ImportRepository, KeyRepository, LinkRepository, LoginSessionRepository,
        MembershipRepository, Session, StorageError, TrashRepository, UnitOfWork, UserRepository, WorkspaceRepository,
    },
};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::{error::failed, store::Sinks};

/// Implements every repository (see `repo`) over a connection (reads) or a transaction (writes).
pub(crate) struct SqlSession<C> {
    pub(crate) connection: C,
    touched: Mutex<Touched>,
}

/// The users that a transaction may have changed.
#[derive(Default)]
struct Touched {
    users: Vec<UserId>,
    all: bool,
}

impl<C> SqlSession<C> {
    pub(crate) fn new(connection: C) -> Self {
        Self { connection, touched: Mutex::default() }
    }

    /// Notes that a statement may have changed this user's account, memberships or logins.
    pub(crate) fn touch(&self, user: UserId) {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner).users.push(user);
    }

    /// Notes that a statement may have changed any user.
    pub(crate) fn touch_all(&self) {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner).all = true;
    }

    fn into_parts(self) -> (C, Option<Change>) {
        let touched = self.touched.into_inner().unwrap_or_else(PoisonError::into_inner);
        let change = match touched {
            Touched { all: true, .. } => Some(Change::All),
            Touched { users, .. } if !users.is_empty() => Some(Change::Users(users)),
            Touched { .. } => None,
        };
        (self.connection, change)
    }
}

impl<C: ConnectionTrait + Send + Sync> Session for SqlSession<C> {
    fn users(&self) -> &dyn UserRepository {
        self
    }

    fn workspaces(&self) -> &dyn WorkspaceRepository {
        self
    }

    fn memberships(&self) -> &dyn MembershipRepository {
        self
    }

    fn login_sessions(&self) -> &dyn LoginSessionRepository {
        self
    }

    fn keys(&self) -> &dyn KeyRepository {
        self
    }

    fn links(&self) -> &dyn LinkRepository {
        self
    }

    fn identities(&self) -> &dyn IdentityRepository {
        self
    }

    fn trash(&self) -> &dyn TrashRepository {
        self
    }

    fn imports(&self) -> &dyn ImportRepository {
        self
    }
}

/// A transaction.
pub(crate) struct SqlUnitOfWork {
    pub(crate) session: SqlSession<DatabaseTransaction>,
    pub(crate) sinks: Sinks,
}

impl Session for SqlUnitOfWork {
    fn users(&self) -> &dyn UserRepository {
        &self.session
    }

    fn workspaces(&self) -> &dyn WorkspaceRepository {
        &self.session
    }

    fn memberships(&self) -> &dyn MembershipRepository {
        &self.session
    }

    fn login_sessions(&self) -> &dyn LoginSessionRepository {
        &self.session
    }

    fn keys(&self) -> &dyn KeyRepository {
        &self.session
    }

    fn links(&self) -> &dyn LinkRepository {
        &self.session
    }

    fn identities(&self) -> &dyn IdentityRepository {
        &self.session
    }

    fn trash(&self) -> &dyn TrashRepository {
        &self.session
    }

    fn imports(&self) -> &dyn ImportRepository {
        &self.session
    }
}

#[async_trait]
impl UnitOfWork for SqlUnitOfWork {
    async fn commit(self: Box<Self>) -> Result<(), StorageError> {
        let Self { session, sinks } = *self;
        let (transaction, change) = session.into_parts();
        // In a task of its own: when the client hangs up in the middle, the caller is dropped, but whoever caches
        // users must still hear of what was committed.
        let task = tokio::spawn(async move {
            let outcome = transaction.commit().await;
            // Also after an error: on a broken connection nobody knows whether the commit arrived.
            if let Some(change) = change {
                sinks.changed(&change);
            }
            outcome.map_err(failed)
        });
        task.await.unwrap_or_else(|error| Err(StorageError::Failed(error.to_string())))
    }
}
