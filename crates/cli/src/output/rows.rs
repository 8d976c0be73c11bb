//! What users and workspaces look like in tables.

use ochre_client::{Account, AccountState, Deletion, Origin, Role, User, Uuid, Workspace};
use ochre_dto::time::Moment;
use serde::Serialize;

use super::Column;

/// What can be a row of a table.
pub(crate) trait Row: Serialize + Sized + 'static {
    /// The columns, unless a command wants others.
    fn columns() -> &'static [Column<Self>];
}

/// What can be shown field by field.
pub(crate) trait Record: Serialize {
    fn fields(&self) -> Vec<(&'static str, String)>;
}

const USERNAME: Column<User> = Column { header: "USERNAME", cell: |user| user.username.clone() };
const ROLE: Column<User> = Column { header: "ROLE", cell: |user| user.role.to_string() };
const FIRST_NAME: Column<User> = Column { header: "FIRST NAME", cell: |user| user.first_name.clone() };
const LAST_NAME: Column<User> = Column { header: "LAST NAME", cell: |user| user.last_name.clone().unwrap_or_default() };
const ID: Column<User> = Column { header: "ID", cell: |user| user.id.to_string() };
const WORKSPACES: Column<User> =
    Column { header: "WORKSPACES", cell: |user| account(user, |account| account.workspaces.join(", ")) };
const STATE: Column<User> = Column { header: "STATE", cell: |user| account(user, |account| state(account.state)) };
const ORIGIN: Column<User> = Column { header: "ORIGIN", cell: |user| account(user, |account| origin(account.origin)) };
const PASSWORD: Column<User> = Column { header: "PASSWORD", cell: |user| account(user, password) };
const LAST_SEEN: Column<User> = Column { header: "LAST SEEN", cell: |user| account(user, last_seen) };

/// The columns of users with their accounts.
pub(crate) const WITH_ACCOUNT: &[Column<User>] = &[USERNAME, ROLE, WORKSPACES, STATE, PASSWORD, ORIGIN, LAST_SEEN, ID];

fn account(user: &User, cell: fn(&Account) -> String) -> String {
    user.account.as_ref().map(cell).unwrap_or_default()
}

fn state(state: AccountState) -> String {
    match state {
        AccountState::Active => "active".to_owned(),
        AccountState::Disabled => "disabled".to_owned(),
        AccountState::Expired => "expired".to_owned(),
    }
}

fn origin(origin: Origin) -> String {
    let name = match origin {
        Origin::Created => "created",
        Origin::Default => "first start",
        Origin::UsersFile => "users file",
        Origin::Argilla => "argilla",
        Origin::Invitation => "invitation",
        Origin::Provider => "sign-in provider",
    };
    name.to_owned()
}

fn yes_or_no(yes: bool) -> String {
    if yes { "yes".to_owned() } else { "no".to_owned() }
}

fn last_seen(account: &Account) -> String {
    account.last_seen_at.map_or_else(|| "never".to_owned(), day)
}

impl Row for User {
    fn columns() -> &'static [Column<Self>] {
        &[USERNAME, ROLE, FIRST_NAME, LAST_NAME, ID]
    }
}

impl Row for Workspace {
    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Workspace>] = &[
            Column { header: "NAME", cell: |workspace| workspace.name.clone() },
            Column { header: "CREATED", cell: |workspace| day(workspace.inserted_at) },
            Column { header: "ID", cell: |workspace| workspace.id.to_string() },
        ];
        COLUMNS
    }
}

/// A moment to the minute.
pub(crate) fn day(at: Moment) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}

/// A user with everything that is known of it.
#[derive(Serialize)]
pub(crate) struct FullUser {
    #[serde(flatten)]
    pub(crate) user: User,
    /// The names of the workspaces that the user reaches.
    pub(crate) workspaces: Vec<String>,
}

impl Record for FullUser {
    fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = user_fields(&self.user);
        let workspaces = match (self.user.role, self.workspaces.as_slice()) {
            (Role::Owner, _) => "all: an owner needs no membership".to_owned(),
            (_, names) => memberships(names, self.user.account.as_ref()),
        };
        fields.insert(4, ("workspaces", workspaces));
        fields
    }
}

/// The names of workspaces, with the ends of those memberships that end by themselves.
fn memberships(names: &[String], account: Option<&Account>) -> String {
    let temporary = account.map_or(&[][..], |account| account.temporary.as_slice());
    let reached = names.iter().map(|name| match temporary.iter().find(|membership| membership.workspace == *name) {
        Some(membership) => format!("{name} (until {})", day(membership.active_until)),
        None => name.clone(),
    });
    let ended = temporary.iter().filter(|membership| !names.contains(&membership.workspace));
    let ended = ended.map(|membership| format!("{} (ended {})", membership.workspace, day(membership.active_until)));
    let all: Vec<_> = reached.chain(ended).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

fn password(account: &Account) -> String {
    if account.must_change_password { "must be changed".to_owned() } else { yes_or_no(account.has_password) }
}

fn user_fields(user: &User) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("username", user.username.clone()),
        ("role", user.role.to_string()),
        ("first name", user.first_name.clone()),
        ("last name", user.last_name.clone().unwrap_or_default()),
    ];
    if let Some(account) = &user.account {
        fields.extend([
            ("state", state(account.state)),
            ("active until", account.active_until.map_or_else(|| "no end".to_owned(), day)),
            ("password", password(account)),
            ("origin", origin(account.origin)),
            ("last seen", last_seen(account)),
        ]);
    }
    fields.extend([("created", day(user.inserted_at)), ("changed", day(user.updated_at)), ("id", user.id.to_string())]);
    fields
}

/// A login that is remembered.
#[derive(Serialize)]
pub(crate) struct KnownLogin {
    pub(crate) profile: String,
    pub(crate) username: String,
    pub(crate) url: String,
}

impl Row for KnownLogin {
    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<KnownLogin>] = &[
            Column { header: "PROFILE", cell: |login| login.profile.clone() },
            Column { header: "USERNAME", cell: |login| login.username.clone() },
            Column { header: "SERVER", cell: |login| login.url.clone() },
        ];
        COLUMNS
    }
}

/// Who is signed in, and where.
#[derive(Serialize)]
pub(crate) struct Whoami {
    #[serde(flatten)]
    pub(crate) user: User,
    /// The server.
    pub(crate) url: String,
}

impl Record for Whoami {
    fn fields(&self) -> Vec<(&'static str, String)> {
        let user = &self.user;
        let last_name = user.last_name.clone().unwrap_or_default();
        let name = format!("{} {last_name}", user.first_name).trim().to_owned();
        vec![
            ("username", user.username.clone()),
            ("role", user.role.to_string()),
            ("name", name),
            ("id", user.id.to_string()),
            ("server", self.url.clone()),
        ]
    }
}

/// A workspace with its members.
#[derive(Serialize)]
pub(crate) struct FullWorkspace {
    #[serde(flatten)]
    pub(crate) workspace: Workspace,
    /// The names of the members, for those who may know them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) users: Option<Vec<String>>,
}

impl Record for FullWorkspace {
    fn fields(&self) -> Vec<(&'static str, String)> {
        let members = match self.users.as_deref() {
            None => "only owners, and admins who are in it, may know".to_owned(),
            Some([]) => "none".to_owned(),
            Some(names) => names.join(", "),
        };
        vec![
            ("name", self.workspace.name.clone()),
            ("members", members),
            ("created", day(self.workspace.inserted_at)),
            ("id", self.workspace.id.to_string()),
        ]
    }
}

/// A server.
#[derive(Serialize)]
pub(crate) struct Info {
    /// Its address.
    pub(crate) url: String,
    /// `ochre` or `argilla`.
    pub(crate) server: &'static str,
    /// Its own version, where it tells one.
    pub(crate) version: Option<String>,
    /// The version of Argilla whose API it speaks.
    pub(crate) api_version: String,
    /// Who is signed in there.
    pub(crate) username: Option<String>,
    /// With which role.
    pub(crate) role: Option<Role>,
}

impl Record for Info {
    fn fields(&self) -> Vec<(&'static str, String)> {
        let version = self.version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
        let who = match (&self.username, self.role) {
            (Some(name), Some(role)) => format!("{name} ({role})"),
            _ => "nobody".to_owned(),
        };
        vec![
            ("url", self.url.clone()),
            ("server", format!("{}{version}", self.server)),
            ("api", format!("Argilla {}", self.api_version)),
            ("signed in", who),
        ]
    }
}

/// What would go, or is gone.
#[derive(Serialize)]
pub(crate) struct Gone {
    /// `user`, `workspace` or `membership`.
    pub(crate) kind: &'static str,
    /// Its id.
    pub(crate) id: Uuid,
    /// Its name.
    pub(crate) name: String,
    /// What goes with it.
    pub(crate) with: String,
    /// The same in numbers, where the server counts.
    #[serde(flatten)]
    pub(crate) counts: Option<Deletion>,
}

impl Row for Gone {
    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Gone>] = &[
            Column { header: "WHAT", cell: |gone| gone.kind.to_owned() },
            Column { header: "NAME", cell: |gone| gone.name.clone() },
            Column { header: "WITH", cell: |gone| gone.with.clone() },
            Column { header: "ID", cell: |gone| gone.id.to_string() },
        ];
        COLUMNS
    }
}

#[cfg(test)]
mod tests {
    use ochre_client::TemporaryMembership;

    use super::*;

    #[test]
    fn memberships_tell_their_ends() {
        let end = "2026-12-31T18:00:00".parse().unwrap();
        let temporary = |workspace: &str| TemporaryMembership { workspace: workspace.into(), active_until: end };
        let account = Account {
            state: AccountState::Active,
            origin: Origin::Created,
            has_password: true,
            must_change_password: false,
            active_until: None,
            workspaces: Vec::new(),
            temporary: vec![temporary("papers"), temporary("old")],
            last_seen_at: None,
        };
        let names = ["papers".to_owned(), "images".to_owned()];
        let told = memberships(&names, Some(&account));
        assert_eq!(told, "papers (until 2026-12-31 18:00), images, old (ended 2026-12-31 18:00)");
        assert_eq!((memberships(&names, None).as_str(), memberships(&[], None).as_str()), ("papers, images", "none"));
    }

    #[test]
    fn what_would_go_has_numbers_where_they_are_known() {
        let gone = |counts| Gone { kind: "user", id: Uuid::nil(), name: "ada".into(), with: "admin".into(), counts };
        let text = serde_json::to_string(&gone(None)).unwrap();
        assert!(text.ends_with(r#""name":"ada","with":"admin"}"#), "{text}");
        let text = serde_json::to_string(&gone(Some(Deletion { memberships: 2, ..Deletion::default() }))).unwrap();
        assert!(text.ends_with(r#""with":"admin","memberships":2,"sessions":0,"keys":0,"links":0}"#), "{text}");
    }
}
