//! A YAML document with the lines of its nodes, within limits.
//!
//! Events come from the parser; here they become a tree. Aliases share what they stand for, so that a small file cannot
//! become a large tree, and are counted as if they did not. Plain scalars mean what they meant to Argilla, which read YAML
//! 1.1: `off` is a truth value, `0755` is a number.

use std::{collections::HashMap, rc::Rc, sync::LazyLock};

use granit_parser::{Event, Parser, ScalarStyle, Span, Tag};
use regex::RegexSet;

use super::problems::Problem;

/// Levels of lists and mappings in each other.
const MAX_DEPTH: usize = 16;
/// How often an alias may be replaced by what it stands for, those inside of it included.
const MAX_ALIASES: usize = 1_000;
/// Nodes of a document. Each takes some 80 bytes.
const MAX_NODES: usize = 4_000_000;

/// A node.
#[derive(Debug)]
pub(super) struct Node {
    /// The line that it begins in, counted from one.
    pub(super) line: usize,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    Scalar(Scalar),
    List(Vec<Rc<Node>>),
    Mapping(Vec<(Rc<Node>, Rc<Node>)>),
}

/// A scalar as YAML 1.1 understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scalar {
    Text(String),
    /// A number as it is usually written, which can only be meant as this text.
    Number(String),
    Null,
    Bool(bool),
    /// The key `<<`, which includes another mapping.
    Merge,
    /// Something that YAML understands as other than the text that stands there.
    Odd(&'static str),
}

/// The one document of a text.
pub(super) fn parse(text: &str) -> Result<Rc<Node>, Problem> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| syntax(&error))?;
        builder.take(&event, &span)?;
    }
    builder.root.ok_or_else(|| Problem::of_file("is empty: it should be a list of users"))
}

fn syntax(error: &granit_parser::ScanError) -> Problem {
    Problem::at_line(error.marker().line(), format!("this is no YAML: {}", error.kind()))
}

/// A list or mapping whose end has not come yet.
struct Open {
    line: usize,
    anchor: usize,
    aliases: usize,
    kind: Kind,
}

enum Kind {
    List(Vec<Rc<Node>>),
    Mapping(Vec<(Rc<Node>, Rc<Node>)>, Option<Rc<Node>>),
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    /// What anchors name, and how many aliases are in it.
    anchors: HashMap<usize, (Rc<Node>, usize)>,
    aliases: usize,
    nodes: usize,
    root: Option<Rc<Node>>,
}

impl Builder {
    fn take(&mut self, event: &Event<'_>, span: &Span) -> Result<(), Problem> {
        let line = span.start.line();
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let scalar = scalar(text, *style, tag.as_deref()).map_err(|why| Problem::at_line(line, why))?;
                self.node(Rc::new(Node { line, value: Value::Scalar(scalar) }), *anchor, 0)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.begin(line, *anchor, tag.as_deref(), "seq", Kind::List(Vec::new()))
            }
            Event::MappingStart(_, anchor, tag) => {
                self.begin(line, *anchor, tag.as_deref(), "map", Kind::Mapping(Vec::new(), None))
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => {
                let found = self.anchors.get(anchor).map(|(node, inside)| (Rc::clone(node), *inside));
                let Some((node, inside)) = found else {
                    return Err(Problem::at_line(line, "an alias stands for what it is itself a part of"));
                };
                self.node(node, 0, inside + 1)
            }
            Event::DocumentStart(..) if self.root.is_some() => {
                Err(Problem::at_line(line, "a second document begins here: the file should have one"))
            }
            // Comments are told where any crate of the build asks the parser for them.
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(..)
            | Event::DocumentEnd
            | Event::Comment(..) => Ok(()),
            // The parser may learn to tell more, but only to those who ask for it.
            _ => Err(Problem::at_line(line, "this part of YAML is not understood")),
        }
    }

    fn begin(
        &mut self,
        line: usize,
        anchor: usize,
        tag: Option<&Tag>,
        expected: &str,
        kind: Kind,
    ) -> Result<(), Problem> {
        if tag.is_some_and(|tag| !is_core(tag, expected)) {
            return Err(Problem::at_line(line, "tags (!…) have no meaning here"));
        }
        if self.open.len() == MAX_DEPTH {
            return Err(Problem::at_line(line, format!("more than {MAX_DEPTH} levels of lists and mappings")));
        }
        self.open.push(Open { line, anchor, aliases: 0, kind });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Problem> {
        // The parser ends only what it began.
        let Some(Open { line, anchor, aliases, kind }) = self.open.pop() else { return Ok(()) };
        let value = match kind {
            Kind::List(items) => Value::List(items),
            Kind::Mapping(pairs, _) => Value::Mapping(pairs),
        };
        self.node(Rc::new(Node { line, value }), anchor, aliases)
    }

    /// A complete node, with the number of aliases that are in it or that it came by.
    fn node(&mut self, node: Rc<Node>, anchor: usize, aliases: usize) -> Result<(), Problem> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Problem::at_line(node.line, format!("more than {MAX_NODES} values")));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, (Rc::clone(&node), aliases));
        }
        let line = node.line;
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        parent.aliases += aliases;
        match &mut parent.kind {
            Kind::List(items) => items.push(node),
            Kind::Mapping(pairs, key) => match key.take() {
                None => *key = Some(node),
                Some(key) => pairs.push((key, node)),
            },
        }
        if self.open.len() == 1 {
            self.aliases += aliases;
        }
        if self.aliases.max(self.open.iter().map(|open| open.aliases).max().unwrap_or(0)) > MAX_ALIASES {
            return Err(Problem::at_line(line, format!("more than {MAX_ALIASES} aliases (*…) are expanded")));
        }
        Ok(())
    }
}

fn is_core(tag: &Tag, name: &str) -> bool {
    let tag = tag.to_string();
    tag.strip_prefix("tag:yaml.org,2002:") == Some(name) || tag == format!("!!{name}")
}

/// What YAML 1.1 takes plain scalars for, as Python's reader does. Of several the first counts.
const MEANINGS: &[(&str, Meaning)] = &[
    (r"^(?:~|null|Null|NULL|)$", Meaning::Null),
    (r"^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$", Meaning::Bool(true)),
    (r"^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$", Meaning::Bool(false)),
    (r"^<<$", Meaning::Merge),
    (r"^-?(?:0|[1-9][0-9]*)$", Meaning::Number),
    (r"^[-+]?0b[01_]+$", Meaning::Odd("a number")),
    (r"^[-+]?0[0-7_]+$", Meaning::Odd("an octal number")),
    (r"^[-+]?[1-9][0-9_]*$", Meaning::Odd("a number")),
    (r"^[-+]?0x[0-9a-fA-F_]+$", Meaning::Odd("a hexadecimal number")),
    (r"^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$", Meaning::Odd("a number of base 60")),
    (r"^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?$", Meaning::Odd("a number")),
    (r"^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$", Meaning::Odd("a number")),
    (r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", Meaning::Odd("a date")),
    (r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}", Meaning::Odd("a moment")),
    (r"^=$", Meaning::Odd("a default value")),
];

static PATTERNS: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(MEANINGS.iter().map(|(pattern, _)| pattern)).expect("good patterns"));

#[derive(Debug, Clone, Copy)]
enum Meaning {
    Null,
    Bool(bool),
    Merge,
    Number,
    Odd(&'static str),
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Scalar, &'static str> {
    let is_text = match tag {
        None => style != ScalarStyle::Plain,
        Some(tag) if is_core(tag, "str") || tag.to_string() == "!" => true,
        Some(tag) if ["int", "bool", "null", "float"].iter().any(|name| is_core(tag, name)) => false,
        Some(_) => return Err("tags (!…) have no meaning here"),
    };
    let meaning = if is_text { None } else { PATTERNS.matches(text).iter().next().map(|index| MEANINGS[index].1) };
    Ok(match meaning {
        None => Scalar::Text(text.to_owned()),
        Some(Meaning::Null) => Scalar::Null,
        Some(Meaning::Bool(value)) => Scalar::Bool(value),
        Some(Meaning::Merge) => Scalar::Merge,
        Some(Meaning::Number) => Scalar::Number(text.to_owned()),
        Some(Meaning::Odd(what)) => Scalar::Odd(what),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Scalar {
        match &parse(text).unwrap().value {
            Value::Scalar(scalar) => scalar.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn plain_scalars_mean_what_they_meant_to_argilla() {
        for (text, scalar) in [
            ("off", Scalar::Bool(false)),
            ("Yes", Scalar::Bool(true)),
            ("'off'", Scalar::Text("off".into())),
            ("!!str off", Scalar::Text("off".into())),
            ("~", Scalar::Null),
            ("1234", Scalar::Number("1234".into())),
            ("0", Scalar::Number("0".into())),
            ("0123", Scalar::Odd("an octal number")),
            ("1_000", Scalar::Odd("a number")),
            ("019", Scalar::Text("019".into())),
            ("0x1F", Scalar::Odd("a hexadecimal number")),
            ("12:30:45", Scalar::Odd("a number of base 60")),
            ("1.5", Scalar::Odd("a number")),
            ("1e5", Scalar::Text("1e5".into())),
            (".inf", Scalar::Odd("a number")),
            ("2023-01-01", Scalar::Odd("a date")),
            ("2023-01-01 10:00:00", Scalar::Odd("a moment")),
            ("a14427ea-9197-11ec-b909-0242ac120002", Scalar::Text("a14427ea-9197-11ec-b909-0242ac120002".into())),
            ("78a10b53-8db7-4ab5-9e9e-fbd4b7e76551", Scalar::Text("78a10b53-8db7-4ab5-9e9e-fbd4b7e76551".into())),
        ] {
            assert_eq!(only(text), scalar, "{text}");
        }
    }

    #[test]
    fn limits_are_told_with_their_line() {
        let deep = format!("{}{}", "[".repeat(17), "]".repeat(17));
        assert_eq!(parse(&deep).unwrap_err().to_string(), "line 1: more than 16 levels of lists and mappings");
        assert!(parse(&format!("{}{}", "[".repeat(16), "]".repeat(16))).is_ok());
        let many = format!("- &a x\n{}", "- *a\n".repeat(1001));
        assert!(parse(&many).unwrap_err().to_string().contains("more than 1000 aliases"));
        assert!(parse(&format!("- &a x\n{}", "- *a\n".repeat(1000))).is_ok());
        // Few aliases, each of which stands for many.
        let laughs = "a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n\
                      d: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n";
        assert!(parse(laughs).unwrap_err().to_string().contains("more than 1000 aliases"));
    }

    #[test]
    fn what_is_no_single_document_is_refused() {
        assert_eq!(parse("").unwrap_err().to_string(), "is empty: it should be a list of users");
        assert!(parse("a\n---\nb\n").unwrap_err().to_string().starts_with("line 2: a second document"));
        assert!(parse("- [a\n- b\n").unwrap_err().to_string().contains("this is no YAML"));
        assert!(parse("- *nobody\n").unwrap_err().to_string().contains("line 1"));
        assert!(parse("!!python/object:os.system x").unwrap_err().to_string().contains("tags"));
        assert!(parse("&a [*a]").is_err());
    }
}
