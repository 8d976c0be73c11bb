//! What every page has around it.

use crate::{
    assets,
    console::{Weakness, flash::Flash, nav::Way},
    theme::Theme,
};

/// The frame of a page, for `templates/page.html`.
pub(crate) struct Frame {
    /// Begins and ends with a slash.
    pub(crate) prefix: String,
    pub(crate) title: String,
    /// The token of the page's forms.
    pub(crate) csrf: String,
    /// Who is signed in.
    pub(crate) username: Option<String>,
    /// Changes with the style sheet and the script, so that browsers may keep them for ever.
    pub(crate) assets: &'static str,
    /// The ways through the console; none where nobody is signed in.
    pub(crate) ways: Vec<Way>,
    /// What is said once.
    pub(crate) said: Option<Flash>,
    /// What is weak about the connection, for whoever can do something about it.
    pub(crate) weakness: Option<Weakness>,
    pub(crate) theme: Theme,
}

impl Frame {
    /// Of a page outside the console.
    pub(crate) fn plain(prefix: String, title: &str, csrf: String, username: Option<String>, theme: Theme) -> Self {
        Self {
            prefix,
            title: title.to_owned(),
            csrf,
            username,
            assets: assets::TAG,
            ways: Vec::new(),
            said: None,
            weakness: None,
            theme,
        }
    }

    /// What `<html data-theme>` says; nothing where the system decides.
    pub(crate) fn chosen_theme(&self) -> Option<&'static str> {
        (self.theme != Theme::System).then(|| self.theme.as_str())
    }
}
