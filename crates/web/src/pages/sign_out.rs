//! Signing out.

use std::sync::Arc;

use axum::extract::{Request, State};

use crate::{
    host::Host,
    next::Next,
    visit::{Answer, Visit, with_cookies},
};

/// Signs out.
pub(crate) async fn submit<H: Host>(State(host): State<Arc<H>>, request: Request) -> Answer {
    let (visit, form) = Visit::posted(host, request).await?;
    match visit.host.sign_out(&visit.parts).await {
        Ok(cookies) => Ok(match form.get("next").and_then(Next::local) {
            Some(next) => visit.onward(Some(&next), cookies),
            None => with_cookies(visit.to("sign-in?notice=signed-out"), cookies),
        }),
        Err(refusal) => Ok(visit.refused(&refusal)),
    }
}
