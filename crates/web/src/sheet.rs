//! A form as it is shown: first empty, then perhaps again with what was typed and what is wrong with it.

use http::StatusCode;

use crate::{
    field::Field,
    form::Form,
    host::{FieldProblem, Refusal},
    respond,
};

/// The fields of a form and what is said above them.
pub(crate) struct Sheet {
    pub(crate) fields: Vec<Field>,
    /// What is wrong with no field in particular.
    pub(crate) alert: Option<String>,
    /// The status of the answer that shows it.
    pub(crate) status: StatusCode,
    /// After how many seconds it is worth another try.
    pub(crate) retry_after: Option<u64>,
}

impl Sheet {
    /// An empty form.
    pub(crate) fn new(fields: Vec<Field>) -> Self {
        Self { fields, alert: None, status: StatusCode::OK, retry_after: None }
    }

    /// A form that came back, with what is missing.
    pub(crate) fn typed(mut fields: Vec<Field>, form: &Form) -> Self {
        for field in &mut fields {
            field.fill(form);
            field.check(form);
        }
        let bad = fields.iter().any(|field| field.error.is_some());
        let status = if bad { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        Self { fields, alert: None, status, retry_after: None }.focused()
    }

    pub(crate) fn is_bad(&self) -> bool {
        self.status != StatusCode::OK
    }

    /// The title of a page that these stand on: what is wrong comes first, for whoever hears it.
    pub(crate) fn title(of: &str, sheets: &[&Self]) -> String {
        if sheets.iter().any(|sheet| sheet.is_bad()) { format!("Error: {of}") } else { of.to_owned() }
    }

    /// Complains when a password was typed differently the second time. A script need not say it twice.
    pub(crate) fn repeated(self, form: &Form) -> Self {
        match form.get("again") {
            Some(again) if !self.is_bad() && Some(again) != form.get("password") => {
                let message = "The two passwords are not the same. Type both again.";
                self.refused(Refusal::Fields(vec![FieldProblem::new("again", message)]), "", "")
            }
            _ => self,
        }
    }

    /// Says why not. A wrong password is told beside the field `secret`, with the sentence `wrong`.
    pub(crate) fn refused(mut self, refusal: Refusal, secret: &str, wrong: &str) -> Self {
        self.status = respond::status(&refusal);
        self.retry_after = respond::retry_after(&refusal);
        match refusal {
            Refusal::WrongPassword => self.blame(FieldProblem::new(secret, wrong)),
            Refusal::Fields(problems) => problems.into_iter().for_each(|problem| self.blame(problem)),
            other => self.alert = Some(respond::sentence(&other)),
        }
        self.focused()
    }

    /// Puts a problem beside its field, or above the form when there is none of that name.
    fn blame(&mut self, problem: FieldProblem) {
        let field = self.fields.iter_mut().find(|field| field.name == problem.name);
        let place = field.map_or(&mut self.alert, |field| &mut field.error);
        *place = Some(match place.take() {
            Some(before) => format!("{before} {}", problem.message),
            None => problem.message,
        });
    }

    /// The cursor stands in the first field, for pages where there is nothing to read before.
    pub(crate) fn ready(mut self) -> Self {
        if let Some(field) = self.fields.first_mut() {
            field.focus = true;
        }
        self
    }

    /// The cursor stands in the first field that is wrong.
    fn focused(mut self) -> Self {
        let wrong = self.fields.iter().position(|field| field.error.is_some());
        for (index, field) in self.fields.iter_mut().enumerate() {
            field.focus = Some(index) == wrong;
        }
        self
    }
}
