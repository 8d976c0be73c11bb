//! Printing.

use std::io::{self, Write as _};

use comfy_table::{Table, presets};
use ochre_client::{User, Workspace};
use serde::Serialize;

use crate::args::Format;

/// What can be printed as a table.
pub(crate) trait Rows: Serialize {
    const HEADERS: &'static [&'static str];
    fn cells(&self) -> Vec<String>;
}

impl Rows for User {
    const HEADERS: &'static [&'static str] = &["USERNAME", "ROLE", "FIRST NAME", "LAST NAME", "ID"];

    fn cells(&self) -> Vec<String> {
        let last_name = self.last_name.clone().unwrap_or_default();
        vec![self.username.clone(), self.role.to_string(), self.first_name.clone(), last_name, self.id.to_string()]
    }
}

impl Rows for Workspace {
    const HEADERS: &'static [&'static str] = &["NAME", "ID", "CREATED"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), self.id.to_string(), ochre_dto::time::format(self.inserted_at)]
    }
}

/// Prints a list: a table, or an array in JSON.
pub(crate) fn list<T: Rows>(format: Format, entries: &[T]) -> anyhow::Result<()> {
    match format {
        Format::Json => json(&entries),
        Format::Table => table(entries),
    }
}

/// Prints one entry: a table of one row, or an object in JSON.
pub(crate) fn one<T: Rows>(format: Format, entry: &T) -> anyhow::Result<()> {
    match format {
        Format::Json => json(entry),
        Format::Table => table(std::slice::from_ref(entry)),
    }
}

fn json<T: Serialize>(value: &T) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(())
}

fn table<T: Rows>(entries: &[T]) -> anyhow::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(T::HEADERS.to_vec());
    for entry in entries {
        table.add_row(entry.cells());
    }
    writeln!(io::stdout().lock(), "{}", table.trim_fmt())?;
    Ok(())
}

/// Says what went wrong.
pub(crate) fn complain(error: &anyhow::Error) {
    // Nobody is left to tell when the standard error is closed.
    let _ = writeln!(io::stderr().lock(), "ochre: {error:#}");
}
