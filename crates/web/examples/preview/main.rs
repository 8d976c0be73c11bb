//! Serves the pages with a made-up server behind them, to look at them: `cargo run -p ochre-web --example preview`.

mod fake;

use std::{net::Ipv4Addr, sync::Arc};

use axum::Router;
use fake::Fake;
use tokio::net::TcpListener;

/// Addresses that show something.
const SIGHTS: &[&str] = &[
    "/sign-in?next=/password            password 12345678, as ada, owner, must (choose a password), guest (has none), fatima, long",
    "/links/invitation                  an invitation",
    "/links/reset                       a new password",
    "/links/dead                        a link that is worth nothing",
    "/oauth/hub/callback?code=taken     a local account of that name exists",
    "/oauth/hub/callback?code=denied    the provider's account gives no access",
];

#[tokio::main]
#[expect(clippy::print_stdout, reason = "whoever starts it wants to know the address")]
async fn main() -> std::io::Result<()> {
    let host = Arc::new(Fake::default());
    let pages: Router = ochre_web::router(host);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("http://{}", listener.local_addr()?);
    for sight in SIGHTS {
        println!("  {sight}");
    }
    axum::serve(listener, pages).await
}
