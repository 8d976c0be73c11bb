//! What the query of a list asks for: Ochre's own addition to the API. Parameters that nobody knows are ignored, as in all of it.

use axum::extract::RawPathParams;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ochre_domain::{
    FieldError,
    model::{Timestamp, Username, WorkspaceName},
    ports::{Direction, Mark, Order, Position, SignInState, Sort, UserFilter},
    usecase::{PageRequest, UserSearch, WorkspaceSearch},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Problems,
    call::{Path, UserPath},
    fields::Problem,
};

/// Rows of a page, unless the query says otherwise.
const DEFAULT_LIMIT: u32 = 100;
/// Most rows of a page.
pub(crate) const MAX_LIMIT: u32 = 1000;
/// What makes a list come in pages. Without any of these `GET /users` is as Argilla answers it.
const PAGED: &[&str] = &["limit", "cursor", "q", "role", "workspace", "state", "sort"];

/// The query of a list of users.
pub(crate) struct UsersQuery {
    /// Which page of whom; `None` for the whole list as Argilla answers it.
    pub(crate) page: Option<(UserSearch, PageRequest)>,
    /// Whether to tell what Argilla's API does not.
    pub(crate) account: bool,
}

/// The query of a list of workspaces.
pub(crate) struct WorkspacesQuery(pub(crate) WorkspaceSearch, pub(crate) PageRequest);

/// The query of a list that has one order: what was made last comes first. These are seldom long.
pub(crate) struct LatestQuery(pub(crate) PageRequest);

/// `{user_id}`, with what else to tell of the user.
pub(crate) struct UserQuery {
    pub(crate) user: UserPath,
    pub(crate) account: bool,
}

/// Whether a query asks for a page.
pub(crate) fn is_paged(query: Option<&str>) -> bool {
    Query::new(query, &mut Problems::default()).is_paged()
}

/// The parameters of a query. Of several with one name the last counts.
struct Query<'a> {
    pairs: Vec<(String, String)>,
    problems: &'a mut Problems,
}

impl<'a> Query<'a> {
    fn new(query: Option<&str>, problems: &'a mut Problems) -> Self {
        // Any bytes are a query: what is no UTF-8 becomes replacement characters.
        Self { pairs: serde_urlencoded::from_str(query.unwrap_or_default()).unwrap_or_default(), problems }
    }

    fn is_paged(&self) -> bool {
        self.pairs.iter().any(|(name, _)| PAGED.contains(&name.as_str()))
    }

    /// A parameter's value, empty ones included.
    fn exact(&self, name: &str) -> Option<String> {
        self.pairs.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    /// A parameter's value; an empty one counts as absent, as forms send it.
    fn get(&self, name: &str) -> Option<String> {
        self.exact(name).filter(|value| !value.is_empty())
    }

    #[expect(clippy::option_option, reason = "outside: whether it is valid; inside: whether it is there")]
    fn read<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Result<T, Problem>) -> Option<Option<T>> {
        let value = self.get(name);
        self.take(name, value, read)
    }

    /// As [`Query::read`], for a name: an empty one means nobody, and must not mean everybody.
    #[expect(clippy::option_option, reason = "outside: whether it is valid; inside: whether it is there")]
    fn read_exact<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Result<T, Problem>) -> Option<Option<T>> {
        let value = self.exact(name);
        self.take(name, value, read)
    }

    #[expect(clippy::option_option, reason = "outside: whether it is valid; inside: whether it is there")]
    fn take<T>(
        &mut self,
        name: &str,
        value: Option<String>,
        read: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<Option<T>> {
        let Some(value) = value else { return Some(None) };
        match read(&value) {
            Ok(value) => Some(Some(value)),
            Err(problem) => {
                self.problems.push(problem, "query", Some(name));
                None
            }
        }
    }

    fn request(&mut self, sorts: &[(&str, Sort)]) -> Option<PageRequest> {
        let order = self.read("sort", |text| order(text, sorts));
        self.request_in(order.map(Option::unwrap_or_default), DEFAULT_LIMIT)
    }

    fn request_in(&mut self, order: Option<Order>, otherwise: u32) -> Option<PageRequest> {
        let limit = self.read("limit", limit);
        let after = match order {
            Some(order) => self.read("cursor", |text| position(text, order)),
            None => None,
        };
        Some(PageRequest { order: order?, after: after?, limit: limit?.unwrap_or(otherwise) })
    }

    #[expect(clippy::option_option, reason = "outside: whether it is valid; inside: whether it is there")]
    fn search_text(&mut self) -> Option<Option<String>> {
        self.read("q", |text| if text.contains('\0') { Err(FieldError::Nul.into()) } else { Ok(text.to_owned()) })
    }

    fn account(&mut self) -> Option<bool> {
        let asked = self.read("include", |text| match text {
            "account" => Ok(true),
            _ => Err(Problem::Own("enum", "Input should be 'account'".to_owned())),
        });
        asked.map(Option::unwrap_or_default)
    }
}

fn limit(text: &str) -> Result<u32, Problem> {
    let message = || format!("Input should be a number from 1 to {MAX_LIMIT}");
    let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| Problem::Own("less_than_equal", message()))
}

fn order(text: &str, sorts: &[(&str, Sort)]) -> Result<Order, Problem> {
    let (name, direction) = match text.strip_prefix('-') {
        Some(name) => (name, Direction::Descending),
        None => (text, Direction::Ascending),
    };
    if let Some((_, by)) = sorts.iter().find(|(known, _)| *known == name) {
        return Ok(Order { by: *by, direction });
    }
    let names: Vec<_> = sorts.iter().map(|(name, _)| format!("'{name}'")).collect();
    let message = format!("Input should be {}, with a '-' before it for the other end first", names.join(", "));
    Err(Problem::Own("enum", message))
}

/// The name of an order in a cursor: a cursor of one order is no place in another.
const fn code(order: Order) -> u8 {
    let by = match order.by {
        Sort::InsertedAt => 0,
        Sort::UpdatedAt => 2,
        Sort::Name => 4,
    };
    match order.direction {
        Direction::Ascending => by,
        Direction::Descending => by + 1,
    }
}

/// A position as clients carry it from page to page.
pub(crate) fn cursor(position: &Position, order: Order) -> String {
    let mark = match &position.mark {
        Mark::At(at) => json!(at.micros()),
        Mark::Name(name) => json!(name),
    };
    BASE64.encode(json!([code(order), mark, position.id]).to_string())
}

fn position(cursor: &str, order: Order) -> Result<Position, Problem> {
    let read = || {
        let bytes = BASE64.decode(cursor).ok()?;
        let Value::Array(parts) = serde_json::from_slice(&bytes).ok()? else { return None };
        let [number, mark, id] = parts.as_slice() else { return None };
        if number.as_u64() != Some(u64::from(code(order))) {
            return None;
        }
        let mark = match (order.by, mark) {
            (Sort::InsertedAt | Sort::UpdatedAt, Value::Number(at)) => Mark::At(Timestamp::from_micros(at.as_i64()?)),
            (Sort::Name, Value::String(name)) if !name.contains('\0') => Mark::Name(name.clone()),
            _ => return None,
        };
        Some(Position { mark, id: Uuid::parse_str(id.as_str()?).ok()? })
    };
    let message = "Input should be the 'next_cursor' of a page of the same list in the same order";
    read().ok_or_else(|| Problem::Own("value_error", message.to_owned()))
}

impl Path for UsersQuery {
    fn read(_: &RawPathParams, query: Option<&str>, problems: &mut Problems) -> Option<Self> {
        let mut query = Query::new(query, problems);
        let account = query.account();
        if !query.is_paged() {
            return Some(Self { page: None, account: account? });
        }
        let text = query.search_text();
        let username = query.read_exact("username", |text| Ok(Username::try_new(text)?));
        let role = query.read("role", super::fields::role);
        let workspace = query.read_exact("workspace", |text| Ok(WorkspaceName::try_new(text)?.into_string()));
        let access = query.read("state", state);
        let sorts = [("username", Sort::Name), ("inserted_at", Sort::InsertedAt), ("updated_at", Sort::UpdatedAt)];
        let request = query.request(&sorts);
        let filter = UserFilter { username: username?, role: role?, ..UserFilter::default() };
        let search = UserSearch { text: text?, filter, workspace: workspace?, access: access? };
        Some(Self { page: Some((search, request?)), account: account? })
    }
}

fn state(text: &str) -> Result<SignInState, Problem> {
    match text {
        "active" => Ok(SignInState::Active),
        "disabled" => Ok(SignInState::Disabled),
        "expired" => Ok(SignInState::Expired),
        _ => Err(Problem::Own("enum", "Input should be 'active', 'disabled' or 'expired'".to_owned())),
    }
}

impl Path for WorkspacesQuery {
    fn read(_: &RawPathParams, query: Option<&str>, problems: &mut Problems) -> Option<Self> {
        let mut query = Query::new(query, problems);
        let text = query.search_text();
        let name = query.read_exact("name", |text| Ok(WorkspaceName::try_new(text)?));
        let sorts = [("name", Sort::Name), ("inserted_at", Sort::InsertedAt), ("updated_at", Sort::UpdatedAt)];
        let request = query.request(&sorts);
        Some(Self(WorkspaceSearch { text: text?, name: name? }, request?))
    }
}

impl Path for LatestQuery {
    fn read(_: &RawPathParams, query: Option<&str>, problems: &mut Problems) -> Option<Self> {
        Query::new(query, problems).request_in(Some(Order::LATEST), MAX_LIMIT).map(Self)
    }
}

impl Path for UserQuery {
    fn read(params: &RawPathParams, query: Option<&str>, problems: &mut Problems) -> Option<Self> {
        let user = UserPath::read(params, None, problems);
        let account = Query::new(query, problems).account();
        Some(Self { user: user?, account: account? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_in_its_own_order_alone() {
        let id = Uuid::from_u128(7);
        let moments = Order { by: Sort::UpdatedAt, direction: Direction::Descending };
        let names = Order { by: Sort::Name, direction: Direction::Ascending };
        for (order, mark) in [(moments, Mark::At(Timestamp::from_micros(-5))), (names, Mark::Name("ünï \"x".into()))]
        {
            let place = Position { mark, id };
            assert_eq!(position(&cursor(&place, order), order), Ok(place));
        }
        let other = cursor(&Position { mark: Mark::Name("a".into()), id }, names);
        for bad in [other.as_str(), "", "x", "W10", "WzMsInQiLCJ4Il0"] {
            assert!(position(bad, moments).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_order_names_what_it_knows() {
        let sorts = [("name", Sort::Name)];
        assert_eq!(order("-name", &sorts).unwrap().direction, Direction::Descending);
        for bad in ["", "-", "--name", "Name", "role"] {
            assert!(order(bad, &sorts).is_err(), "{bad}");
        }
    }
}
