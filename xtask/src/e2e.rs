//! `cargo xtask e2e`: the console in a real browser.

use std::{
    collections::BTreeSet,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use xshell::{Shell, cmd};

use crate::{
    axe, build,
    process::{Guard, OchreServer, find, free_port, variable},
};

/// Where the pictures are that `docs/design.md` shows.
const SCREENSHOTS: &str = "docs/screenshots";
const DESIGN: &str = "docs/design.md";

/// The guide by hand: arguments of the browser, and of the server.
const GUIDES: &[(&str, &[&str], &[&str])] = &[
    ("in a wide window", &[], &[]),
    ("at 360 px", &["--width", "360"], &[]),
    ("without JavaScript, below a path", &["--without-scripts"], &["--base-url", "/ochre"]),
];

/// What is needed, or what is missing.
fn programs(sh: &Shell) -> anyhow::Result<Result<[PathBuf; 3], &'static str>> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let Some(chromium) = names.iter().find_map(|name| find(name, &[])) else {
        return Ok(Err("Chromium is not installed; on Debian, apt-get install chromium brings it"));
    };
    let Some(driver) = find("chromedriver", &[]) else {
        return Ok(Err("chromedriver is not installed; on Debian, apt-get install chromium-driver brings it"));
    };
    Ok(axe::install(sh)?.map(|axe| [chromium, driver, axe]))
}

/// `save` replaces the pictures of the documentation by those of this run.
pub(crate) fn run(sh: &Shell, save: bool) -> anyhow::Result<()> {
    let [chromium, driver, axe] = match programs(sh)? {
        Ok(programs) => programs,
        Err(missing) if variable("CI").is_some() => bail!("{missing}"),
        Err(missing) => {
            println!("xtask: SKIPPED: {missing}, so no page is loaded");
            return Ok(());
        }
    };
    build::everything(sh)?;
    let (_driver, address) = start(&driver)?;
    let (server, e2e) = (build::program(sh, "ochre-server"), build::program(sh, "ochre-e2e"));
    let browse = |arguments: &[&str], more: &[&str]| -> anyhow::Result<()> {
        let server = OchreServer::start_with(&server, None, more)?;
        let url = &server.url;
        Ok(cmd!(sh, "{e2e} --driver {address} --chromium {chromium} --url {url} {arguments...}").quiet().run()?)
    };
    for (name, arguments, more) in GUIDES {
        browse(&[&["guide"], *arguments].concat(), more).with_context(|| format!("the guide {name}"))?;
        println!("xtask: the guide by hand {name}");
    }
    let pictures = sh.current_dir().join("target/e2e");
    sh.remove_path(&pictures)?;
    let (axe, place) = (axe.display().to_string(), pictures.display().to_string());
    browse(&["pages", "--axe", &axe, "--pictures", &place], &[])?;
    browse(&["injection"], &[])?;
    documented(sh, &pictures, save)
}

/// Starts chromedriver; it ends with the value.
fn start(program: &Path) -> anyhow::Result<(Guard, String)> {
    let port = free_port()?;
    let mut command = Command::new(program);
    command.arg(format!("--port={port}")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let process = Guard(command.spawn().with_context(|| format!("cannot start {}", program.display()))?);
    let begin = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        ensure!(begin.elapsed() < Duration::from_secs(30), "chromedriver does not listen within 30 s");
        std::thread::yield_now();
    }
    Ok((process, format!("http://127.0.0.1:{port}")))
}

/// The pictures of the documentation are those that the run makes, all of which it shows.
fn documented(sh: &Shell, pictures: &Path, save: bool) -> anyhow::Result<()> {
    let design = sh.read_file(DESIGN)?;
    let shown = design.split("(screenshots/").skip(1).filter_map(|rest| rest.split(')').next());
    let shown: BTreeSet<_> = shown.map(str::to_owned).collect();
    ensure!(!shown.is_empty(), "{DESIGN} shows no pictures");
    let directory = sh.current_dir().join(SCREENSHOTS);
    sh.create_dir(&directory)?;
    for name in &shown {
        ensure!(pictures.join(name).exists(), "{DESIGN} shows {name}, which no page looks like");
        if save {
            sh.copy_file(pictures.join(name), directory.join(name))?;
        }
    }
    let there = sh.read_dir(&directory)?;
    let there = there.iter().filter_map(|file| file.file_name()).map(|name| name.to_string_lossy().into_owned());
    let there: BTreeSet<_> = there.collect();
    ensure!(there == shown, "{SCREENSHOTS} is not what {DESIGN} shows; cargo xtask e2e --save makes it");
    Ok(())
}
