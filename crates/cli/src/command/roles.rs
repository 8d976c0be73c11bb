//! Who may do what.

use std::io::{self, Write as _};

use ochre_client::{Permission, RoleTable};

use super::any_client;
use crate::{
    args::{Format, Global},
    failure::Failure,
    output::{self, Table},
};

pub(crate) async fn show(global: &Global) -> anyhow::Result<()> {
    let (client, _) = any_client(global)?;
    let tables = match client.server().roles().await {
        Err(error) if error.is_not_found() => {
            let why =
                "this server does not tell what its roles may do, as Ochre's do; Argilla's guide on users has a table";
            return Err(Failure::NotFound(why.to_owned()).into());
        }
        outcome => outcome?,
    };
    match global.output {
        None | Some(Format::Table) => table(&tables),
        Some(format) => output::object(format, &tables),
    }
}

fn table(tables: &[RoleTable]) -> anyhow::Result<()> {
    let word = |permission| {
        let word = match permission {
            Permission::Yes => "yes",
            Permission::Member => "in own workspaces",
            Permission::Own => "own",
            Permission::No => "no",
        };
        word.to_owned()
    };
    let rows: Vec<Vec<String>> = tables
        .iter()
        .flat_map(|table| &table.actions)
        .map(|row| vec![row.action.clone(), word(row.owner), word(row.admin), word(row.annotator)])
        .collect();
    let headers = ["ACTION", "OWNER", "ADMIN", "ANNOTATOR"];
    let table = Table::new(&headers, &rows);
    let mut out = io::stdout().lock();
    table.header(&headers, &mut out)?;
    for row in &rows {
        table.row(row, &mut out)?;
    }
    out.flush()?;
    Ok(())
}
