//! The repositories, one file each, implemented for every [`crate::session::SqlSession`].

mod imports;
mod login_sessions;
mod memberships;
mod users;
mod workspaces;

use ochre_domain::ports::StorageError;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait as _, Value, sea_query::OnConflict,
};

use crate::error::failed;

/// Rows or values in one statement: with at most 15 values a row far below the limits of both databases (32,766 and
/// 65,535).
const CHUNK: usize = 500;

/// Rows behind a position in a list that is ordered by moment, then id.
fn behind<C: ColumnTrait, D: ColumnTrait>(at: C, moment: i64, id: D, last: impl Into<Value> + Clone) -> Condition {
    Condition::any().add(at.gt(moment)).add(Condition::all().add(at.eq(moment)).add(id.gt(last.into())))
}

/// Inserts the rows that are in the way of no other, chunk by chunk; how many they were.
async fn insert_new<R: Sync, A: ActiveModelTrait>(
    connection: &impl ConnectionTrait,
    rows: &[R],
    row: impl Fn(&R) -> A + Send + Sync,
) -> Result<u64, StorageError> {
    let mut inserted = 0;
    for chunk in rows.chunks(CHUNK) {
        inserted += A::Entity::insert_many(chunk.iter().map(&row))
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(connection)
            .await
            .map_err(failed)?;
    }
    Ok(inserted)
}
