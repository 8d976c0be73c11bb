//! Identifiers: UUIDs that cannot be mixed up.

use std::fmt;

use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes any UUID: clients may choose ids, and Argilla never checked their version.
            #[must_use]
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}

id!(
    /// A user's id.
    UserId
);
id!(
    /// A workspace's id.
    WorkspaceId
);
id!(
    /// The id of a login: what a bearer token carries beside the user.
    LoginSessionId
);
id!(
    /// The id of a named key.
    KeyId
);
id!(
    /// The id of a link that lets somebody in.
    LinkId
);
id!(
    /// The id of something that was deleted and can be brought back.
    TrashId
);
id!(
    /// The id of an account at a sign-in provider, linked to a user.
    IdentityId
);
