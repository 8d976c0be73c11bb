//! Printing data on the standard output.

mod own;
mod plan;
mod rows;
mod table;

use std::io::{self, BufWriter, StdoutLock, Write as _};

use serde::Serialize;

pub(crate) use own::Finding;
pub(crate) use plan::{losses, print as plan};
pub(crate) use rows::{FullUser, FullWorkspace, Gone, Info, KnownLogin, Record, Row, WITH_ACCOUNT, Whoami, day};
pub(crate) use table::{Column, Table, plain};

use crate::args::Format;

/// A list that is printed while it is read.
pub(crate) struct List<'a, T: Row> {
    format: Format,
    columns: &'a [Column<T>],
    table: Option<Table>,
    out: BufWriter<StdoutLock<'a>>,
    printed: usize,
}

impl<'a, T: Row> List<'a, T> {
    /// Begins a list with these columns.
    pub(crate) fn new(format: Option<Format>, columns: &'a [Column<T>]) -> Self {
        let out = BufWriter::new(io::stdout().lock());
        Self { format: format.unwrap_or(Format::Table), columns, table: None, out, printed: 0 }
    }

    /// Prints some entries, at once.
    pub(crate) fn add(&mut self, entries: &[T]) -> anyhow::Result<()> {
        match self.format {
            Format::Table => self.rows(entries)?,
            Format::Json => {
                for entry in entries {
                    self.out.write_all(if self.printed == 0 { b"[\n" } else { b",\n" })?;
                    let text = serde_json::to_string_pretty(entry)?;
                    let indented: Vec<_> = text.lines().map(|line| format!("  {line}")).collect();
                    self.out.write_all(indented.join("\n").as_bytes())?;
                    self.printed += 1;
                }
            }
            Format::Yaml => {
                for entry in entries {
                    self.out.write_all(yaml(&[entry])?.as_bytes())?;
                    self.printed += 1;
                }
            }
        }
        self.out.flush()?;
        Ok(())
    }

    fn rows(&mut self, entries: &[T]) -> anyhow::Result<()> {
        let cells: Vec<Vec<String>> =
            entries.iter().map(|entry| self.columns.iter().map(|column| (column.cell)(entry)).collect()).collect();
        // The first entries tell how wide the columns are: the others are not known yet.
        let headers = || self.columns.iter().map(|column| column.header).collect::<Vec<_>>();
        if self.table.is_none() {
            let table = Table::new(&headers(), &cells);
            table.header(&headers(), &mut self.out)?;
            self.table = Some(table);
        }
        if let Some(table) = &self.table {
            for row in &cells {
                table.row(row, &mut self.out)?;
                self.printed += 1;
            }
        }
        Ok(())
    }

    /// Ends the list.
    pub(crate) fn end(mut self) -> anyhow::Result<()> {
        match (self.format, self.printed) {
            (Format::Table, 0) if self.table.is_none() => self.rows(&[])?,
            (Format::Json | Format::Yaml, 0) => self.out.write_all(b"[]\n")?,
            (Format::Json, _) => self.out.write_all(b"\n]\n")?,
            (Format::Table | Format::Yaml, _) => {}
        }
        self.out.flush()?;
        Ok(())
    }
}

/// Prints a list that is known as a whole.
pub(crate) fn list<T: Row>(format: Option<Format>, columns: &[Column<T>], entries: &[T]) -> anyhow::Result<()> {
    let mut list = List::new(format, columns);
    if !entries.is_empty() {
        list.add(entries)?;
    }
    list.end()
}

/// Prints one entry: a table of one row, or an object.
pub(crate) fn one<T: Row>(format: Option<Format>, entry: &T) -> anyhow::Result<()> {
    match format {
        None | Some(Format::Table) => list(format, T::columns(), std::slice::from_ref(entry)),
        Some(format) => object(format, entry),
    }
}

/// Prints one thing in full: its fields line by line, or an object.
pub(crate) fn record<T: Record>(format: Option<Format>, record: &T) -> anyhow::Result<()> {
    let format = format.unwrap_or(Format::Table);
    if format != Format::Table {
        return object(format, record);
    }
    let fields = record.fields();
    let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut out = io::stdout().lock();
    for (name, value) in fields {
        writeln!(out, "{}", format!("{name:<width$}  {}", table::plain(&value)).trim_end())?;
    }
    Ok(())
}

/// Prints a secret that is shown once: alone on a line, so that it can be piped, or the object that holds it.
pub(crate) fn secret<T: Serialize>(format: Option<Format>, secret: &str, whole: &T) -> anyhow::Result<()> {
    match format {
        None | Some(Format::Table) => writeln!(io::stdout().lock(), "{}", table::plain(secret))?,
        Some(format) => object(format, whole)?,
    }
    Ok(())
}

/// Prints an object for programs.
pub(crate) fn object<T: Serialize>(format: Format, value: &T) -> anyhow::Result<()> {
    let mut text = match format {
        Format::Yaml => yaml(value)?,
        Format::Table | Format::Json => serde_json::to_string_pretty(value)?,
    };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

fn yaml<T: Serialize>(value: &T) -> anyhow::Result<String> {
    Ok(serde_saphyr::to_string(value)?)
}
