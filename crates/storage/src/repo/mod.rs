//! The repositories, one file each, implemented for every [`crate::session::SqlSession`].

mod imports;
mod login_sessions;
mod memberships;
mod users;
mod workspaces;

use sea_orm::{ColumnTrait, Condition, Value};

/// Rows or values in one statement: with at most 15 values a row far below the limits of both databases (32,766 and
/// 65,535).
const CHUNK: usize = 500;

/// Rows behind a position in a list that is ordered by moment, then id.
fn behind<C: ColumnTrait, D: ColumnTrait>(at: C, moment: i64, id: D, last: impl Into<Value> + Clone) -> Condition {
    Condition::any().add(at.gt(moment)).add(Condition::all().add(at.eq(moment)).add(id.gt(last.into())))
}
