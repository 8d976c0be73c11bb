//! The schema of Ochre's database.
//!
//! One file for each migration, named after its day and purpose. A migration that has been released is never changed:
//! the next one mends it. All run in one transaction, on SQLite and on PostgreSQL alike.

mod m20261122_000001_people;
mod m20261122_000002_accounts;
mod m20261125_000003_lists;
mod m20261127_000004_credentials;
mod m20261127_000005_long_lists;

use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait};

/// All migrations, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_people::Migration),
            Box::new(m20261122_000002_accounts::Migration),
            Box::new(m20261125_000003_lists::Migration),
            Box::new(m20261127_000004_credentials::Migration),
            Box::new(m20261127_000005_long_lists::Migration),
        ]
    }
}
