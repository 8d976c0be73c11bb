//! The bare handler: axum's own server, one route, the bytes of an answer of `GET /api/v1/me`.

use axum::{Router, http::header, routing::get};
use tokio::net::TcpListener;

const BODY: &str = r#"{"id":"dabf0b19-d5a2-4569-a342-b49df696d898","first_name":"","last_name":null,"username":"argilla","role":"owner","api_key":"argilla.apikey","inserted_at":"2026-11-22T18:48:08.262475","updated_at":"2026-11-22T18:48:08.262475"}"#;

pub(crate) async fn serve() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("  URL        http://{}", listener.local_addr()?);
    let router = Router::new().route("/", get(|| async { ([(header::CONTENT_TYPE, "application/json")], BODY) }));
    axum::serve(listener, router).await?;
    Ok(())
}
