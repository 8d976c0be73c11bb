//! Which entries of a short list are meant.

use ochre_client::Uuid;

use super::refuse_empty;
use crate::failure::Failure;

/// What the entries of a list are called, and which command lists them.
#[derive(Clone, Copy)]
pub(super) struct Kind<'a> {
    pub(super) name: &'a str,
    pub(super) listed_by: &'a str,
}

/// The entries that are meant by these names or ids, each once. Everything is looked up before anything is done with it.
pub(super) fn choose<T: Clone>(
    list: &[T],
    wanted: &[String],
    kind: Kind<'_>,
    id: impl Fn(&T) -> Uuid,
    fits: impl Fn(&T, &str) -> bool,
) -> anyhow::Result<Vec<T>> {
    let mut chosen: Vec<T> = Vec::new();
    for text in wanted {
        refuse_empty(text, kind.name)?;
        let found: Vec<_> = list.iter().filter(|entry| is(id(entry), text) || fits(entry, text)).collect();
        match found.as_slice() {
            [] => {
                let Kind { name, listed_by } = kind;
                return Err(Failure::NotFound(format!(
                    "there is no {name} {text:?}; {listed_by} tells which there are"
                ))
                .into());
            }
            [entry] => {
                if !chosen.iter().any(|known| id(known) == id(entry)) {
                    chosen.push((*entry).clone());
                }
            }
            several => {
                let ids: Vec<_> = several.iter().map(|entry| id(entry).to_string()).collect();
                let why = format!("{text:?} stands for {} of them: say which id, {}", ids.len(), ids.join(" or "));
                return Err(Failure::Usage(why).into());
            }
        }
    }
    Ok(chosen)
}

/// Whether a text is this id.
pub(super) fn is(id: Uuid, text: &str) -> bool {
    text.parse() == Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::exit_code;

    fn chosen(wanted: &[&str]) -> anyhow::Result<Vec<u128>> {
        let list = [(1, "ada"), (2, "eve"), (3, "ada")].map(|(id, name)| (Uuid::from_u128(id), name));
        let wanted: Vec<_> = wanted.iter().map(|text| (*text).to_owned()).collect();
        let kind = Kind { name: "entry", listed_by: "ochre trash list" };
        let chosen = choose(&list, &wanted, kind, |(id, _)| *id, |(_, name), text| *name == text)?;
        Ok(chosen.into_iter().map(|(id, _)| id.as_u128()).collect())
    }

    #[test]
    fn a_name_or_an_id_means_one() {
        let third = Uuid::from_u128(3).to_string();
        assert_eq!(chosen(&["eve", &third, "eve"]).unwrap(), [2, 3]);
        assert_eq!(exit_code(&chosen(&["eve", "bob"]).unwrap_err()), 4);
        assert_eq!(exit_code(&chosen(&[""]).unwrap_err()), 2);
    }

    #[test]
    fn a_name_that_means_several_tells_their_ids() {
        let error = chosen(&["ada"]).unwrap_err();
        assert_eq!(exit_code(&error), 2);
        for id in [1, 3] {
            assert!(error.to_string().contains(&Uuid::from_u128(id).to_string()), "{error}");
        }
    }
}
