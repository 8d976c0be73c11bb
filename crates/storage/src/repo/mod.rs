//! The repositories, one file each, implemented for every [`crate::session::SqlSession`].

mod identities;
mod imports;
mod keys;
mod links;
mod login_sessions;
mod memberships;
mod trash;
mod users;
mod workspaces;

use ochre_domain::ports::{Direction, Mark, Order, Position, StorageError};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select, Value,
    sea_query::{Expr, ExprTrait as _, LikeExpr, OnConflict},
};

use crate::error::failed;

/// Rows or values in one statement: with at most 16 values a row far below the limits of both databases (32,766 and
/// 65,535).
const CHUNK: usize = 500;

/// Rows behind a position in a list that is ordered by moment, then id.
fn behind<C: ColumnTrait, D: ColumnTrait>(at: C, moment: i64, id: D, last: impl Into<Value> + Clone) -> Condition {
    Condition::any().add(at.gt(moment)).add(Condition::all().add(at.eq(moment)).add(id.gt(last.into())))
}

/// At most `limit` rows in the order of a column and then of the ids, behind a position.
fn ordered<E: EntityTrait<Column = C>, C: ColumnTrait>(
    query: Select<E>,
    (by, id): (C, C),
    order: Order,
    after: Option<Position>,
    limit: u32,
) -> Select<E> {
    let direction = match order.direction {
        Direction::Ascending => sea_orm::Order::Asc,
        Direction::Descending => sea_orm::Order::Desc,
    };
    let query = query.order_by(by, direction.clone()).order_by(id, direction).limit(u64::from(limit));
    let Some(position) = after else { return query };
    let mark: Value = match position.mark {
        Mark::At(at) => at.micros().into(),
        Mark::Name(name) => name.into(),
    };
    // Compared as one value, which an index over both columns answers at once.
    let row = Expr::tuple([Expr::col(by.as_column_ref()), Expr::col(id.as_column_ref())]);
    let last = Expr::tuple([Expr::value(mark), Expr::value(position.id)]);
    query.filter(match order.direction {
        Direction::Ascending => row.gt(last),
        Direction::Descending => row.lt(last),
    })
}

/// How many rows a query has; no more than `most` are counted.
async fn counted<E: EntityTrait<Column = C, Model: Sync>, C: ColumnTrait>(
    connection: &impl ConnectionTrait,
    query: Select<E>,
    id: C,
    most: u32,
) -> Result<u32, StorageError> {
    let some = query.select_only().column(id).limit(u64::from(most));
    let count = some.count(connection).await.map_err(failed)?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Whether a column contains a text as it is.
fn contains<C: ColumnTrait>(column: C, text: &str) -> Expr {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    Expr::col(column.as_column_ref()).like(LikeExpr::new(pattern).escape('\\'))
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
