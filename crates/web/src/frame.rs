//! What every page has around it.

/// The frame of a page, for `templates/page.html`.
pub(crate) struct Frame {
    /// Begins and ends with a slash.
    pub(crate) prefix: String,
    pub(crate) title: String,
    /// The token of the page's forms.
    pub(crate) csrf: String,
    /// Who is signed in.
    pub(crate) username: Option<String>,
    /// Changes with the style sheet, so that browsers may keep it for ever.
    pub(crate) assets: &'static str,
}
