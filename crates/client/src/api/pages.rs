//! Lists, a page at a time.

use std::{cmp::Ordering, collections::VecDeque};

use ochre_dto::v1::{self, Role};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::{
    Client, Error, User, Workspace,
    transport::{Call, Flavour, PAGE_SIZE},
};

/// What a list is ordered by. Entries that are equal in it follow each other by their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Creation.
    #[default]
    InsertedAt,
    /// Last change.
    UpdatedAt,
    /// The name, without regard to letter case.
    Name,
}

/// Whether users can sign in, as a list asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInState {
    /// They can.
    Active,
    /// They are disabled.
    Disabled,
    /// Their time is over.
    Expired,
}

impl SignInState {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
        }
    }
}

/// Which users are meant, in which order. It begins with all, in the order of their creation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserQuery {
    search: Option<String>,
    username: Option<String>,
    role: Option<Role>,
    workspace: Option<String>,
    state: Option<SignInState>,
    sort: Sort,
    descending: bool,
    page_size: Option<u32>,
    account: bool,
}

impl UserQuery {
    /// All users.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only users whose user name, first name or last name contains this, whatever its letter case.
    #[must_use]
    pub fn search(self, text: impl Into<String>) -> Self {
        Self { search: Some(text.into()), ..self }
    }

    /// Only the user with exactly this name.
    #[must_use]
    pub fn username(self, name: impl Into<String>) -> Self {
        Self { username: Some(name.into()), ..self }
    }

    /// Only users with this role.
    #[must_use]
    pub fn role(self, role: Role) -> Self {
        Self { role: Some(role), ..self }
    }

    /// Only members of the workspace with this name or id.
    #[must_use]
    pub fn workspace(self, name_or_id: impl Into<String>) -> Self {
        Self { workspace: Some(name_or_id.into()), ..self }
    }

    /// Only users who can sign in, or cannot. Argilla's server knows no such thing: there all of them can.
    #[must_use]
    pub fn state(self, state: SignInState) -> Self {
        Self { state: Some(state), ..self }
    }

    /// In this order.
    #[must_use]
    pub fn sort(self, by: Sort) -> Self {
        Self { sort: by, ..self }
    }

    /// The greatest first.
    #[must_use]
    pub fn descending(self) -> Self {
        Self { descending: true, ..self }
    }

    /// With so many entries in a page: 1 to 1,000, which is also what they have otherwise.
    #[must_use]
    pub fn page_size(self, entries: u32) -> Self {
        Self { page_size: Some(entries), ..self }
    }

    /// With what Argilla's API does not tell ([`account`](v1::User::account)), where the server knows it.
    #[must_use]
    pub fn with_account(self) -> Self {
        Self { account: true, ..self }
    }
}

/// Which workspaces are meant, in which order. It begins with all that the caller reaches, in the order of their creation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkspaceQuery {
    search: Option<String>,
    name: Option<String>,
    sort: Sort,
    descending: bool,
    page_size: Option<u32>,
}

impl WorkspaceQuery {
    /// All workspaces.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only workspaces whose name contains this, whatever its letter case.
    #[must_use]
    pub fn search(self, text: impl Into<String>) -> Self {
        Self { search: Some(text.into()), ..self }
    }

    /// Only the workspace with exactly this name.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// In this order.
    #[must_use]
    pub fn sort(self, by: Sort) -> Self {
        Self { sort: by, ..self }
    }

    /// The greatest first.
    #[must_use]
    pub fn descending(self) -> Self {
        Self { descending: true, ..self }
    }

    /// With so many entries in a page: 1 to 1,000, which is also what they have otherwise.
    #[must_use]
    pub fn page_size(self, entries: u32) -> Self {
        Self { page_size: Some(entries), ..self }
    }
}

/// A list that is read a page at a time: memory does not grow with its length, and the first entries are there before the last
/// are asked for.
#[derive(Debug)]
pub struct Pages<T> {
    client: Client,
    query: Query,
    cursor: Option<String>,
    read: VecDeque<T>,
    done: bool,
}

#[derive(Debug)]
enum Query {
    Users(UserQuery),
    Workspaces(WorkspaceQuery),
}

/// An answer to a request for a page.
#[derive(Deserialize)]
struct Answer<T> {
    items: Vec<T>,
    #[serde(default)]
    next_cursor: Cursor,
}

/// Where the next page begins.
#[derive(Default)]
enum Cursor {
    /// The server has no pages: the key is absent.
    #[default]
    Absent,
    /// Behind this place; nowhere, behind the last page.
    Next(Option<String>),
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Next)
    }
}

impl<T> Pages<T> {
    fn new(client: Client, query: Query) -> Self {
        Self { client, query, cursor: None, read: VecDeque::new(), done: false }
    }

    async fn ask<D: DeserializeOwned>(
        &mut self,
        path: &str,
        mut query: Vec<(&'static str, String)>,
    ) -> Result<(Vec<D>, bool), Error> {
        // It is replaced when the page is there: after an error the same page can be asked for again.
        query.extend(self.cursor.clone().map(|cursor| ("cursor", cursor)));
        let answer: Answer<D> = self.client.transport.json(Call::get(path).query(query)).await?;
        let (paged, flavour) = match answer.next_cursor {
            Cursor::Next(cursor) => {
                self.cursor = cursor;
                (true, Flavour::Ochre)
            }
            Cursor::Absent => (false, Flavour::Argilla),
        };
        self.client.transport.remember_flavour(flavour);
        self.done = self.cursor.is_none();
        Ok((answer.items, paged))
    }
}

fn size(asked: Option<u32>) -> String {
    asked.unwrap_or(PAGE_SIZE).clamp(1, PAGE_SIZE).to_string()
}

fn order(sort: Sort, name: &str, descending: bool) -> String {
    let by = match sort {
        Sort::InsertedAt => "inserted_at",
        Sort::UpdatedAt => "updated_at",
        Sort::Name => name,
    };
    format!("{}{by}", if descending { "-" } else { "" })
}

fn folded(text: &str) -> String {
    text.to_uppercase().to_lowercase()
}

fn directed(ordering: Ordering, descending: bool) -> Ordering {
    if descending { ordering.reverse() } else { ordering }
}

impl Pages<User> {
    pub(crate) fn users(client: Client, query: UserQuery) -> Self {
        Self::new(client, Query::Users(query))
    }

    /// The next page; `None` behind the last.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::NotFound`] or status 422 for an unknown workspace.
    pub async fn next_page(&mut self) -> Result<Option<Vec<User>>, Error> {
        let Query::Users(query) = &self.query else { return Ok(None) };
        if self.done {
            return Ok(None);
        }
        let query = query.clone();
        if self.client.transport.known_flavour() == Some(Flavour::Argilla) {
            self.done = true;
            return self.sift(&query, None).await.map(Some);
        }
        let mut asked =
            vec![("limit", size(query.page_size)), ("sort", order(query.sort, "username", query.descending))];
        asked.extend(query.search.clone().map(|text| ("q", text)));
        asked.extend(query.username.clone().map(|name| ("username", name)));
        asked.extend(query.role.map(|role| ("role", role.to_string())));
        asked.extend(query.workspace.clone().map(|workspace| ("workspace", workspace)));
        asked.extend(query.state.map(|state| ("state", state.as_str().to_owned())));
        asked.extend(query.account.then(|| ("include", "account".to_owned())));
        let (list, paged) = match self.ask::<v1::User>("api/v1/users", asked).await {
            // Who may not list all users may list those of a workspace.
            Err(error) if error.status() == Some(403) && query.workspace.is_some() && query.state.is_none() => {
                self.done = true;
                return self.sift(&query, None).await.map(Some);
            }
            outcome => outcome?,
        };
        if paged {
            return Ok(Some(User::all(&self.client, list)));
        }
        self.done = true;
        self.sift(&query, Some(list)).await.map(Some)
    }

    /// The users who are meant, where the server does not choose them; `all` where they are known already.
    async fn sift(&self, query: &UserQuery, all: Option<Vec<v1::User>>) -> Result<Vec<User>, Error> {
        let mut list = match (&query.workspace, all) {
            (Some(workspace), _) => members(&self.client, workspace).await?,
            (None, Some(all)) => all,
            (None, None) => self.client.transport.items(Call::get("api/v1/users")).await?,
        };
        let text = query.search.as_deref().map(folded);
        list.retain(|user| {
            let names = [Some(&user.username), Some(&user.first_name), user.last_name.as_ref()];
            let found = |text: &String| names.iter().flatten().any(|name| folded(name).contains(text));
            text.as_ref().is_none_or(found)
                && query.username.as_ref().is_none_or(|name| *name == user.username)
                && query.role.is_none_or(|role| role == user.role)
                && query.state.is_none_or(|state| state == SignInState::Active)
        });
        list.sort_by(|a, b| {
            let by = match query.sort {
                Sort::InsertedAt => a.inserted_at.cmp(&b.inserted_at),
                Sort::UpdatedAt => a.updated_at.cmp(&b.updated_at),
                Sort::Name => folded(&a.username).cmp(&folded(&b.username)),
            };
            directed(by.then(a.id.cmp(&b.id)), query.descending)
        });
        Ok(User::all(&self.client, list))
    }

    /// The next entry; `None` behind the last.
    ///
    /// # Errors
    /// As [`Pages::next_page`].
    pub async fn next(&mut self) -> Result<Option<User>, Error> {
        while self.read.is_empty() {
            match self.next_page().await? {
                Some(page) => self.read = page.into(),
                None => return Ok(None),
            }
        }
        Ok(self.read.pop_front())
    }
}

/// The members of a workspace with this name, else of this id.
async fn members(client: &Client, workspace: &str) -> Result<Vec<v1::User>, Error> {
    let list = client.my_workspaces().await?;
    let id = workspace.parse().ok();
    let named = list.iter().find(|known| known.name == workspace);
    let found = named.or_else(|| list.iter().find(|known| Some(known.id) == id));
    let found = found.ok_or_else(|| Error::NotFound(format!("the workspace {workspace:?}")))?;
    client.transport.items(Call::get(format!("api/v1/workspaces/{}/users", found.id))).await
}

impl Pages<Workspace> {
    pub(crate) fn workspaces(client: Client, query: WorkspaceQuery) -> Self {
        Self::new(client, Query::Workspaces(query))
    }

    /// The next page; `None` behind the last.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn next_page(&mut self) -> Result<Option<Vec<Workspace>>, Error> {
        let Query::Workspaces(query) = &self.query else { return Ok(None) };
        if self.done {
            return Ok(None);
        }
        let query = query.clone();
        if self.client.transport.known_flavour() == Some(Flavour::Argilla) {
            self.done = true;
            return self.sift_workspaces(&query).await.map(Some);
        }
        let mut asked = vec![("limit", size(query.page_size)), ("sort", order(query.sort, "name", query.descending))];
        asked.extend(query.search.clone().map(|text| ("q", text)));
        asked.extend(query.name.clone().map(|name| ("name", name)));
        match self.ask::<v1::Workspace>("api/v1/workspaces", asked).await {
            Ok((list, _)) => Ok(Some(Workspace::all(&self.client, list))),
            // Argilla has no such list.
            Err(error) if error.status() == Some(405) => {
                self.client.transport.remember_flavour(Flavour::Argilla);
                self.done = true;
                self.sift_workspaces(&query).await.map(Some)
            }
            Err(error) => Err(error),
        }
    }

    async fn sift_workspaces(&self, query: &WorkspaceQuery) -> Result<Vec<Workspace>, Error> {
        let mut list = self.client.my_workspaces().await?;
        let text = query.search.as_deref().map(folded);
        list.retain(|workspace| {
            text.as_ref().is_none_or(|text| folded(&workspace.name).contains(text))
                && query.name.as_ref().is_none_or(|name| *name == workspace.name)
        });
        list.sort_by(|a, b| {
            let by = match query.sort {
                Sort::InsertedAt => a.inserted_at.cmp(&b.inserted_at),
                Sort::UpdatedAt => a.updated_at.cmp(&b.updated_at),
                Sort::Name => folded(&a.name).cmp(&folded(&b.name)),
            };
            directed(by.then(a.id.cmp(&b.id)), query.descending)
        });
        Ok(list)
    }

    /// The next entry; `None` behind the last.
    ///
    /// # Errors
    /// As [`Pages::next_page`].
    pub async fn next(&mut self) -> Result<Option<Workspace>, Error> {
        while self.read.is_empty() {
            match self.next_page().await? {
                Some(page) => self.read = page.into(),
                None => return Ok(None),
            }
        }
        Ok(self.read.pop_front())
    }
}
