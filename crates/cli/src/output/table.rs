//! Tables for people: columns that line up, nothing around them.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

/// Space between columns.
const GAP: usize = 2;
/// The widest that a column is made; longer values push the rest of their row to the right.
const MAX_WIDTH: usize = 40;

/// A column: what stands above it, and what stands in it.
pub(crate) struct Column<T> {
    pub(crate) header: &'static str,
    pub(crate) cell: fn(&T) -> String,
}

/// The widths of a table's columns.
#[derive(Debug)]
pub(crate) struct Table {
    widths: Vec<usize>,
}

impl Table {
    /// For these rows.
    pub(crate) fn new(headers: &[&str], rows: &[Vec<String>]) -> Self {
        let width = |(at, header): (usize, &&str)| {
            let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| plain(cell).width());
            cells.chain([header.width()]).max().unwrap_or_default().min(MAX_WIDTH)
        };
        Self { widths: headers.iter().enumerate().map(width).collect() }
    }

    pub(crate) fn header(&self, headers: &[&str], out: &mut impl Write) -> io::Result<()> {
        let headers: Vec<_> = headers.iter().map(|header| (*header).to_owned()).collect();
        self.row(&headers, out)
    }

    pub(crate) fn row(&self, cells: &[String], out: &mut impl Write) -> io::Result<()> {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(&self.widths) {
            let cell = plain(cell);
            let padding = width.saturating_sub(cell.width()) + GAP;
            line.push_str(&cell);
            line.extend(std::iter::repeat_n(' ', padding));
        }
        writeln!(out, "{}", line.trim_end())
    }
}

/// A value without what would confuse a terminal: control characters are written as escapes.
pub(crate) fn plain(text: &str) -> String {
    let confusing = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(confusing) {
        return text.to_owned();
    }
    let mut shown = String::new();
    for c in text.chars() {
        if confusing(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(headers: &[&str], rows: &[&[&str]]) -> String {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        let table = Table::new(headers, &rows);
        let mut out = Vec::new();
        table.header(headers, &mut out).unwrap();
        for row in &rows {
            table.row(row, &mut out).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_line_up_by_what_is_seen() {
        let table = printed(&["NAME", "ROLE"], &[&["漢字", "owner"], &["é", ""], &["a", "b"]]);
        assert_eq!(table, "NAME  ROLE\n漢字  owner\né\na     b\n");
    }

    #[test]
    fn a_value_cannot_move_the_cursor() {
        assert_eq!(plain("a\u{1b}[31m\nb\u{202e}"), "a\\u{1b}[31m\\nb\\u{202e}");
        let long = "x".repeat(60);
        assert_eq!(printed(&["A", "B"], &[&[&long, "b"], &["y", "c"]]).lines().nth(1).unwrap(), format!("{long}  b"));
    }
}
