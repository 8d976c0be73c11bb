//! Lists that come page by page: what their address asks for, and the addresses of other pages of the same list.

use http::Uri;
use ochre_domain::{
    model::Timestamp,
    ports::{Direction, Mark, Order, Position, Sort},
    usecase::PageRequest,
};

use crate::form::Form;

/// Rows of a page: with them it stays below 50 KiB, with all that it loads.
pub(crate) const ROWS: u32 = 40;

/// What is counted of a whole list; the figure is for people, who wait for it.
pub(crate) const COUNTED: u32 = 100_000;
/// What is counted of part of a list, for which more is read.
pub(crate) const COUNTED_SOME: u32 = 10_000;

/// What an address asks for beside the page: names and values, without empty ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Asked(Vec<(&'static str, String)>);

impl Asked {
    /// The parameters of these names.
    pub(crate) fn of(uri: &Uri, names: &[&'static str]) -> Self {
        Self::in_form(&Form::query(uri), names)
    }

    /// The fields of these names.
    pub(crate) fn in_form(query: &Form, names: &[&'static str]) -> Self {
        let value = |name: &'static str| query.get(name).map(str::trim).filter(|value| !value.is_empty());
        // No stored text has it, and PostgreSQL refuses it even in a search.
        let good = |value: &str| !value.contains('\0');
        let pairs = names.iter().filter_map(|name| Some((*name, value(name).filter(|value| good(value))?.to_owned())));
        Self(pairs.collect())
    }

    /// Without values that mean nothing: nobody is told that they narrow the list.
    #[must_use]
    pub(crate) fn keeping(mut self, is_known: impl Fn(&str, &str) -> bool) -> Self {
        self.0.retain(|(name, value)| is_known(name, value));
        self
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Names and values.
    pub(crate) fn pairs(&self) -> &[(&'static str, String)] {
        &self.0
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }

    /// Whether anything but the order narrows the list.
    pub(crate) fn narrows(&self) -> bool {
        self.0.iter().any(|(name, _)| *name != "sort")
    }

    /// The query that asks for the same with another value, with its question mark; empty for none.
    pub(crate) fn with(&self, name: &'static str, value: &str) -> String {
        let mut pairs: Vec<_> =
            self.0.iter().filter(|(known, _)| *known != name).map(|(k, v)| (*k, v.as_str())).collect();
        if !value.is_empty() {
            pairs.push((name, value));
        }
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        if query.is_empty() { query } else { format!("?{query}") }
    }
}

/// The addresses of other pages of a list, without the prefix of all addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pages {
    /// The first page, where this is another one.
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
    /// The query of this page: what a button of a row sends along, so that the way back leads here.
    pub(crate) here: String,
}

impl Pages {
    /// Around the page that begins behind `after`, in a list at this path.
    pub(crate) fn around(path: &str, asked: &Asked, after: Option<&Position>, next: Option<&Position>) -> Self {
        Self {
            first: after.map(|_| format!("{path}{}", asked.with("after", ""))),
            next: next.map(|place| format!("{path}{}", asked.with("after", &shown(place)))),
            here: asked.with("after", &after.map(shown).unwrap_or_default()),
        }
    }

    /// The first page, for a page behind the end of the list: what was there is gone.
    pub(crate) fn instead<T>(&self, rows: &[T]) -> Option<&str> {
        self.first.as_deref().filter(|_| rows.is_empty())
    }
}

/// The query of the page from which a form was sent: these parameters, as its address has them.
pub(crate) fn sent_from(uri: &Uri, names: &[&'static str]) -> String {
    Asked::of(uri, names).with("after", Form::query(uri).get("after").unwrap_or_default())
}

/// The order that a parameter names, and its name; the first of `known` for anything else.
pub(crate) fn order(asked: &Asked, known: &[(&'static str, Sort)]) -> (Order, String) {
    let text = asked.get("sort").unwrap_or_default();
    let (name, direction) = match text.strip_prefix('-') {
        Some(name) => (name, Direction::Descending),
        None => (text, Direction::Ascending),
    };
    let found = known.iter().find(|(known, _)| *known == name);
    match (found, known.first()) {
        (Some((_, by)), _) => (Order { by: *by, direction }, text.to_owned()),
        (None, Some((name, by))) => (Order { by: *by, direction: Direction::Ascending }, (*name).to_owned()),
        (None, None) => (Order::default(), String::new()),
    }
}

/// A page of [`ROWS`] rows, behind what the parameter `after` says.
pub(crate) fn request(uri: &Uri, order: Order) -> PageRequest {
    PageRequest { order, after: Form::query(uri).get("after").and_then(|text| place(text, order)), limit: ROWS }
}

/// A row's place in an address.
fn shown(place: &Position) -> String {
    match &place.mark {
        Mark::At(at) => format!("{}.{}", place.id, at.micros()),
        Mark::Name(name) => format!("{}.{name}", place.id),
    }
}

/// Nothing for what is no place in a list of this order: the list begins anew.
fn place(text: &str, order: Order) -> Option<Position> {
    let (id, mark) = text.split_once('.')?;
    let mark = match order.by {
        Sort::InsertedAt | Sort::UpdatedAt => Mark::At(Timestamp::from_micros(mark.parse().ok()?)),
        Sort::Name => Mark::Name(Some(mark).filter(|name| !name.contains('\0'))?.to_owned()),
    };
    Some(Position { mark, id: id.parse().ok()? })
}

/// The head of a column by which a list can be ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) label: &'static str,
    /// The query that orders the list by it, or the other way round.
    pub(crate) query: String,
    /// `ascending` or `descending`, where the list is ordered by it.
    pub(crate) order: Option<&'static str>,
}

impl Column {
    pub(crate) fn new(label: &'static str, name: &'static str, sort: &str, asked: &Asked) -> Self {
        let down = format!("-{name}");
        let (order, next) = match sort {
            text if text == name => (Some("ascending"), down.as_str()),
            text if text == down => (Some("descending"), name),
            _ => (None, name),
        };
        Self { label, query: asked.with("sort", next), order }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SORTS: &[(&str, Sort)] = &[("username", Sort::Name), ("inserted_at", Sort::InsertedAt)];

    fn asked(uri: &str) -> Asked {
        Asked::of(&uri.parse().unwrap(), &["q", "role", "sort"])
    }

    #[test]
    fn an_address_changes_in_one_thing_alone() {
        let asked = asked("/users?q=a%26b&role=&sort=-username&after=x&other=1");
        assert_eq!(asked.with("role", "admin"), "?q=a%26b&sort=-username&role=admin");
        assert_eq!(asked.with("q", ""), "?sort=-username");
        assert!(asked.narrows());
        assert_eq!(Column::new("User", "username", "-username", &asked).query, "?q=a%26b&sort=username");
        assert_eq!(asked.get("role"), None);
    }

    #[test]
    fn a_place_is_read_back_in_its_own_order_alone() {
        let id = uuid_of("00000000-0000-0000-0000-000000000007");
        let (names, sort) = order(&asked("/?sort=-username"), SORTS);
        assert_eq!((names.direction, sort.as_str()), (Direction::Descending, "-username"));
        let (moments, _) = order(&asked("/?sort=inserted_at"), SORTS);
        for (order, mark) in [(names, Mark::Name("ünï .x".into())), (moments, Mark::At(Timestamp::from_micros(-5)))] {
            let position = Position { mark, id };
            assert_eq!(place(&shown(&position), order), Some(position));
        }
        let (unknown, sort) = order(&asked("/?sort=password"), SORTS);
        assert_eq!((unknown.by, sort.as_str()), (Sort::Name, "username"));
        for bad in ["", "x", "7.a", "00000000-0000-0000-0000-000000000007.a"] {
            assert_eq!(place(bad, moments), None, "{bad}");
        }
    }

    fn uuid_of<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
        text.parse().unwrap()
    }
}
