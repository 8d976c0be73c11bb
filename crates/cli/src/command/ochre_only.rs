//! What Argilla's servers have no operations for.

use ochre_client::Error;

use super::Context;
use crate::failure::Failure;

/// Runs what only Ochre's servers understand.
pub(super) async fn on_ochre(
    context: Context,
    run: impl AsyncFnOnce(&Context) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let outcome = run(&context).await;
    explained(&context, outcome).await
}

/// The outcome of a command that only Ochre's servers understand: where another one refuses it, that is the reason.
pub(super) async fn explained(context: &Context, outcome: anyhow::Result<()>) -> anyhow::Result<()> {
    let Err(error) = outcome else { return Ok(()) };
    let status = error.downcast_ref::<Error>().and_then(Error::status);
    if matches!(status, Some(404 | 405)) && matches!(context.client.is_ochre().await, Ok(false)) {
        return Err(none_of_ochres(context));
    }
    Err(error)
}

/// Refuses a flag that another server would ignore.
pub(super) async fn required(context: &Context) -> anyhow::Result<()> {
    if context.client.is_ochre().await? { Ok(()) } else { Err(none_of_ochres(context)) }
}

fn none_of_ochres(context: &Context) -> anyhow::Error {
    let url = context.client.url().trim_end_matches('/');
    Failure::NotFound(format!("the server at {url} is none of Ochre's: Argilla's API has nothing for this")).into()
}
