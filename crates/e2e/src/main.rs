//! Uses the console in headless Chromium, as people do:
//!
//! * the guide of user management by hand, as owner, admin and annotator;
//! * every page, in both themes and at every width: it is accessible, small, complaint-free, and shows commands that exist;
//! * scripts typed into every field that people can fill: none of them runs.
#![allow(clippy::print_stdout, reason = "a command line talks to its user")]

mod browser;
mod calls;
mod guide;
mod injection;
mod pages;
mod team;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::browser::{Driver, Look};

#[derive(Debug, Parser)]
struct Arguments {
    /// Where chromedriver listens, as `http://127.0.0.1:9515`
    #[arg(long)]
    driver: String,
    /// Chromium's program
    #[arg(long)]
    chromium: PathBuf,
    /// The address of a server that nobody has used yet
    #[arg(long)]
    url: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The guide by hand
    Guide {
        /// The window's width, in CSS pixels
        #[arg(long, default_value_t = 1280)]
        width: u32,
        /// With JavaScript switched off
        #[arg(long)]
        without_scripts: bool,
    },
    /// Every page, in both themes and at every width
    Pages {
        /// The program that looks for obstacles: the file axe.min.js of axe-core
        #[arg(long)]
        axe: PathBuf,
        /// Where pictures of the pages go
        #[arg(long)]
        pictures: PathBuf,
    },
    /// Scripts typed into every field that people can fill
    Injection,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let driver = Driver { url: arguments.driver, chromium: arguments.chromium };
    let base = arguments.url.trim_end_matches('/');
    match arguments.command {
        Command::Guide { width, without_scripts } => {
            let look = Look { width, runs_scripts: !without_scripts, ..Look::WIDE };
            guide::run(&driver, base, look).await
        }
        Command::Pages { axe, pictures } => pages::run(&driver, base, &axe, &pictures).await,
        Command::Injection => injection::run(&driver, base).await,
    }
}
