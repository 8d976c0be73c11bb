//! Several names in one field, separated by commas. A name that has a comma stands in quotes, as in a CSV file.

use crate::form::Form;

/// What a field of several names tells people.
pub(crate) const HINT: &str = "Names, separated by commas. A name that has one itself stands in \"quotes\".";

/// The names of a field, each without the space around it.
pub(crate) fn of(form: &Form, field: &str) -> Vec<String> {
    form.all(field).flat_map(split).collect()
}

/// A name as it is typed among others.
pub(crate) fn quoted(name: &str) -> String {
    if name.contains(',') || name.starts_with('"') || name.trim() != name {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}

fn split(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (name, after) = quotation(rest).unwrap_or_else(|| {
            let (name, after) = rest.split_once(',').unwrap_or((rest, ""));
            (name.trim().to_owned(), after)
        });
        if !name.is_empty() {
            names.push(name);
        }
        rest = after.trim_start();
    }
    names
}

/// The name in quotes with which a text begins, and what comes after its comma. Nothing for quotes that are part of a name.
fn quotation(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = text.strip_prefix('"')?;
    loop {
        let (before, after) = rest.split_once('"')?;
        name.push_str(before);
        rest = after;
        match rest.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => break,
        }
    }
    let rest = rest.trim_start();
    match rest.strip_prefix(',') {
        Some(after) => Some((name, after)),
        None if rest.is_empty() => Some((name, "")),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        for (text, names) in [
            ("", vec![]),
            (" , ,", vec![]),
            ("papers", vec!["papers"]),
            ("papers,  my reviews ,x", vec!["papers", "my reviews", "x"]),
            ("\"a, b\" , c", vec!["a, b", "c"]),
            ("c,\"a, \"\"b\"\"\"", vec!["c", "a, \"b\""]),
            ("\"a\" b, c", vec!["\"a\" b", "c"]),
            ("\"never closed, c", vec!["\"never closed", "c"]),
        ] {
            assert_eq!(split(text), names, "{text}");
        }
    }

    #[test]
    fn a_quoted_name_is_read_back() {
        for name in ["papers", "a, b", "\"a\"", "a \"b\", c", "ab\"c", " a"] {
            assert_eq!(split(&format!("x, {}, y", quoted(name))), ["x", name, "y"], "{name}");
        }
    }
}
