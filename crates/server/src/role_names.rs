//! How the three roles are called by clients and commands of Argilla 1.x.
//!
//! Up to 1.10 there were two roles, and `admin` was the one that may do everything. From 1.11 on there are three, and `admin`
//! may do less. One word for two things cannot be told apart by what a client sends, so the administrator says which it is.

use ochre_domain::model::{Role, UnknownRole};

/// Which names `/api` and the maintenance commands use. `/api/v1` always uses those of 2.x.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RoleNames {
    /// `owner`, `admin`, `annotator`: Argilla from 1.11 on.
    #[default]
    Three,
    /// `admin`, which means owner, and `annotator`: Argilla 1.6 to 1.10. An admin reads as an annotator, who may do less.
    Two,
}

impl RoleNames {
    /// The names, most powerful first.
    #[must_use]
    pub const fn all(self) -> &'static [&'static str] {
        match self {
            Self::Three => &["owner", "admin", "annotator"],
            Self::Two => &["admin", "annotator"],
        }
    }

    /// What a role is called.
    #[must_use]
    pub const fn write(self, role: Role) -> &'static str {
        match (self, role) {
            (Self::Three, role) => role.as_str(),
            (Self::Two, Role::Owner) => "admin",
            (Self::Two, Role::Admin | Role::Annotator) => "annotator",
        }
    }

    /// The role that a name means.
    ///
    /// # Errors
    /// [`UnknownRole`] for other names, `owner` among them where there are two.
    pub fn read(self, name: &str) -> Result<Role, UnknownRole> {
        match (self, name) {
            (Self::Three, name) => name.parse(),
            (Self::Two, "admin") => Ok(Role::Owner),
            (Self::Two, "annotator") => Ok(Role::Annotator),
            (Self::Two, _) => Err(UnknownRole),
        }
    }

    /// The names as Python lists them in its messages: `'admin', 'annotator'`.
    #[must_use]
    pub fn quoted(self) -> String {
        self.all().iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_two_names_admin_is_the_owner_and_nothing_reads_as_more_than_it_is() {
        let two = RoleNames::Two;
        assert_eq!(two.read("admin"), Ok(Role::Owner));
        assert_eq!(two.read("owner"), Err(UnknownRole));
        assert_eq!(two.write(Role::Owner), "admin");
        assert_eq!(two.write(Role::Admin), "annotator");
        assert_eq!(two.quoted(), "'admin', 'annotator'");
    }

    #[test]
    fn with_three_names_each_is_itself() {
        for name in RoleNames::Three.all() {
            assert_eq!(RoleNames::Three.write(RoleNames::Three.read(name).unwrap()), *name);
        }
    }
}
