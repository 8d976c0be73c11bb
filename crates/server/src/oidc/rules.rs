//! What the claims of an account at a provider give it here: the first rule that fits.

use ochre_domain::{model::WorkspaceName, usecase::ProviderGrant};
use serde_json::{Map, Value};

/// The claims of an account.
pub(crate) type Claims = Map<String, Value>;

/// A rule.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// Whom it is for; everybody where it is absent.
    pub(crate) test: Option<Test>,
    /// What it gives.
    pub(crate) grant: ProviderGrant,
}

/// That a claim is a text, or a list that holds it.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    /// The claim's name; dots lead into objects (`realm_access.roles`), where no claim has the whole name.
    pub(crate) claim: String,
    /// The text, as it is.
    pub(crate) is: String,
}

impl Rule {
    pub(crate) fn fits(&self, claims: &Claims) -> bool {
        self.test.as_ref().is_none_or(|test| find(claims, &test.claim).is_some_and(|value| test.holds(value)))
    }

    /// The rule in words.
    pub(crate) fn describe(&self) -> String {
        let whom = match &self.test {
            Some(test) => format!("{} is {}", test.claim, test.is),
            None => "everybody".to_owned(),
        };
        let names: Vec<_> = self.grant.workspaces.iter().map(WorkspaceName::as_str).collect();
        let teams = if names.is_empty() { "no workspace".to_owned() } else { names.join(", ") };
        format!("{whom}: {} in {teams}", self.grant.role)
    }
}

impl Test {
    fn holds(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => *text == self.is,
            Value::Array(items) => items.iter().any(|item| self.holds(item)),
            Value::Bool(yes) => yes.to_string() == self.is,
            Value::Number(number) => number.to_string() == self.is,
            Value::Null | Value::Object(_) => false,
        }
    }
}

/// A claim by its name.
fn find<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    find(claims.get(first)?.as_object()?, rest)
}

/// A claim that is a text.
pub(crate) fn text<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    find(claims, name)?.as_str().filter(|text| !text.is_empty())
}

/// The first rule that fits, and its number, counted from one.
pub(crate) fn first<'a>(rules: &'a [Rule], claims: &Claims) -> Option<(usize, &'a Rule)> {
    rules.iter().enumerate().find(|(_, rule)| rule.fits(claims)).map(|(index, rule)| (index + 1, rule))
}

#[cfg(test)]
mod tests {
    use ochre_domain::model::Role;
    use serde_json::json;

    use super::*;

    fn rule(claim: &str, is: &str) -> Rule {
        let grant = ProviderGrant { role: Role::Annotator, workspaces: Vec::new() };
        Rule { test: Some(Test { claim: claim.to_owned(), is: is.to_owned() }), grant }
    }

    #[test]
    fn a_claim_is_a_text_or_holds_one() {
        let claims = json!({
            "groups": ["leads", "a.b"], "dept": "it", "realm_access": {"roles": ["x"]}, "ok": true, "n": 5, "https://a.b/c": "y"
        });
        let claims = claims.as_object().unwrap();
        for (claim, is, fits) in [
            ("groups", "leads", true),
            ("groups", "lead", false),
            ("groups", "Leads", false),
            ("dept", "it", true),
            ("realm_access.roles", "x", true),
            ("realm_access", "x", false),
            ("ok", "true", true),
            ("n", "5", true),
            ("https://a.b/c", "y", true),
            ("missing", "", false),
        ] {
            assert_eq!(rule(claim, is).fits(claims), fits, "{claim} {is}");
        }
    }

    #[test]
    fn the_first_rule_that_fits_counts() {
        let everybody = Rule { test: None, ..rule("", "") };
        let rules = [rule("dept", "x"), everybody, rule("dept", "it")];
        let claims = json!({"dept": "it"});
        assert_eq!(first(&rules, claims.as_object().unwrap()).unwrap().0, 2);
        assert!(first(&rules[..1], claims.as_object().unwrap()).is_none());
    }
}
