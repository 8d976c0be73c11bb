//! A field of a form, with what stands around it.

use crate::form::Form;

/// One of several values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) is_chosen: bool,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), is_chosen: false }
    }
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name: it may be written from right to left, and is nothing to be corrected by a dictionary.
    Name,
    /// What must not be shown. It is never sent back.
    Password,
    /// One of several.
    One(Vec<Choice>),
    /// Any of several.
    Many(Vec<Choice>),
    /// Yes or no.
    Check,
    /// A day.
    Day,
    /// A number.
    Number { min: u64, max: u64 },
    /// Many lines.
    Lines,
    /// A file.
    File { accept: &'static str },
}

/// Whether a field must be filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Optional,
    /// Browsers ask for it, and nobody else.
    OfPeople,
    /// With what is said when it is empty.
    Always(&'static str),
}

/// A field of a form. It has a label, and is described by its hint and by what is wrong with it.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) autocomplete: &'static str,
    pub(crate) value: String,
    pub(crate) hint: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) readonly: bool,
    pub(crate) focus: bool,
    pub(crate) kind: Kind,
    /// Where names come from that are like what is typed: below the prefix, without its first slash.
    pub(crate) suggest: Option<&'static str>,
    /// Whether it takes several names, separated by commas.
    pub(crate) is_several: bool,
    need: Need,
}

impl Field {
    /// A field for a name.
    pub(crate) fn name(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self {
            name,
            label,
            autocomplete,
            value: String::new(),
            hint: None,
            error: None,
            readonly: false,
            focus: false,
            kind: Kind::Name,
            suggest: None,
            is_several: false,
            need: Need::Optional,
        }
    }

    /// A field for a password. `autocomplete` tells password managers which one.
    pub(crate) fn password(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self { kind: Kind::Password, ..Self::name(name, label, autocomplete) }
    }

    /// A field of another kind, for which browsers remember nothing.
    pub(crate) fn of(kind: Kind, name: &'static str, label: &'static str) -> Self {
        Self { kind, ..Self::name(name, label, "off") }
    }

    /// It must not be empty.
    pub(crate) fn required(self, missing: &'static str) -> Self {
        Self { need: Need::Always(missing), ..self }
    }

    /// A person must fill it in, and a script may leave it out.
    pub(crate) fn required_of_people(self) -> Self {
        Self { need: Need::OfPeople, ..self }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Names are suggested while somebody types.
    pub(crate) fn suggested(self, path: &'static str) -> Self {
        Self { suggest: Some(path), ..self }
    }

    /// Several names, which are suggested one after the other.
    pub(crate) fn several(self, path: &'static str) -> Self {
        Self { is_several: true, ..self.suggested(path) }
    }

    /// It shows a value that cannot be changed.
    pub(crate) fn fixed(self, value: String) -> Self {
        Self { value, readonly: true, ..self }
    }

    /// It begins with this value.
    pub(crate) fn with(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        match &mut self.kind {
            Kind::One(choices) | Kind::Many(choices) => {
                for choice in choices {
                    choice.is_chosen |= choice.value == self.value;
                }
            }
            _ => {}
        }
        self
    }

    /// Takes over what was typed; a password and a file are given again.
    pub(crate) fn fill(&mut self, form: &Form) {
        if self.readonly {
            return;
        }
        match &mut self.kind {
            Kind::Password | Kind::File { .. } => {}
            Kind::One(choices) | Kind::Many(choices) => {
                for choice in choices {
                    choice.is_chosen = form.all(self.name).any(|value| value == choice.value);
                }
            }
            Kind::Name | Kind::Check | Kind::Day | Kind::Number { .. } | Kind::Lines => {
                self.value = form.text(self.name);
            }
        }
    }

    /// Complains when it must not be empty and is.
    pub(crate) fn check(&mut self, form: &Form) {
        match self.need {
            Need::Always(missing) if form.text(self.name).is_empty() => self.error = Some(missing.to_owned()),
            Need::Always(_) | Need::OfPeople | Need::Optional => {}
        }
    }

    pub(crate) fn is_optional(&self) -> bool {
        self.need == Need::Optional && !self.readonly && !matches!(self.kind, Kind::Check | Kind::One(_))
    }

    /// Whether a browser asks for it.
    pub(crate) fn is_asked_of_people(&self) -> bool {
        self.need != Need::Optional
    }

    /// The ids of what describes it, for assistive technology.
    pub(crate) fn described_by(&self) -> Option<String> {
        let error = self.error.as_ref().map(|_| format!("{}-error", self.name));
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.name));
        let ids: Vec<_> = [error, hint].into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}
