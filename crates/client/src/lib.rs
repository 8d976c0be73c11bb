//! The Rust SDK of Ochre.
//!
//! ```no_run
//! use ochre_client::{Client, UserCreate};
//!
//! # async fn example() -> Result<(), ochre_client::Error> {
//! let client = Client::builder("http://localhost:6900").api_key("argilla.apikey").build()?;
//! println!("signed in as {}", client.me().await?.username);
//!
//! let ada = client
//!     .users()
//!     .create(&UserCreate {
//!         username: "ada".into(),
//!         first_name: "Ada".into(),
//!         password: "12345678".into(),
//!         ..UserCreate::default()
//!     })
//!     .await?;
//! let papers = client.workspaces().create("papers").await?;
//! client.workspaces().add_user(papers.id, ada.id).await?;
//! # Ok(())
//! # }
//! ```
//!
//! It compiles no server code, and speaks to any server of Argilla's API 2.x.

mod api;
mod client;
mod error;

pub use api::{Server, Users, Workspaces};
pub use client::{Builder, Client};
pub use error::Error;
pub use ochre_dto::v1::{
    ErrorBody, Health, Items, MemberCreate, Provider, Role, Settings, Status, Token, User, UserCreate, UserUpdate,
    Version, Workspace, WorkspaceCreate,
};
pub use uuid::Uuid;
