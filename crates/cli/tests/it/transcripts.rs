//! The transcripts of the reference: each file runs against a server of its own. `TRYCMD=overwrite` writes what was printed; what
//! differs each time must be made `[..]` by hand.

use std::{
    fs,
    path::{Path, PathBuf},
};

use ochre_testkit::{Engine, TestApp};
use trycmd::TestCases;

/// Copies a transcript with its inputs to a place where commands may write.
fn copy(file: &Path, to: &Path) -> PathBuf {
    let copied = to.join(file.file_name().unwrap());
    fs::copy(file, &copied).unwrap();
    let (inputs, copied_inputs) = (file.with_extension("in"), copied.with_extension("in"));
    if inputs.is_dir() {
        fs::create_dir(&copied_inputs).unwrap();
        for input in fs::read_dir(inputs).unwrap() {
            let input = input.unwrap();
            fs::copy(input.path(), copied_inputs.join(input.file_name())).unwrap();
        }
    }
    copied
}

#[test]
fn the_reference_shows_what_the_program_prints() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd");
    let mut files: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    assert!(files.len() >= 9);
    for file in files {
        let app = runtime.block_on(TestApp::start(Engine::Sqlite));
        let place = tempfile::tempdir().unwrap();
        let copied = copy(&file, place.path());
        {
            let cases = TestCases::new();
            cases
                .register_bin("ochre", PathBuf::from(env!("CARGO_BIN_EXE_ochre")))
                .env("OCHRE_API_URL", app.url())
                .env("OCHRE_CONFIG_DIR", place.path().join("config").to_str().unwrap())
                .insert_var("[URL]", app.url().to_owned())
                .unwrap();
            // Signing in is what one file is about.
            if !file.ends_with("1-sign-in.md") {
                cases.env("OCHRE_API_KEY", "argilla.apikey");
            }
            cases.case(&copied).run();
        }
        #[expect(clippy::disallowed_methods, reason = "the switch of the library that runs the transcripts")]
        if std::env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite") {
            fs::copy(copied, file).unwrap();
        }
    }
}
