//! Runs the program.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_waxseal");

/// Keys and tokens that are checked in.
pub(crate) const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/fixtures");

/// A moment at which the tokens of the fixtures are valid.
pub(crate) const VALID: &str = "2026-11-21T01:45:00Z";

/// The program in the folder `dir`, with nothing of the tester's own settings.
pub(crate) fn program(dir: impl AsRef<Path>) -> Command {
    let mut command = Command::new(PROGRAM);
    command.current_dir(dir).stdin(Stdio::null());
    for name in ["WAXSEAL_KEYS", "WAXSEAL_STORE", "NO_COLOR", "TERM"] {
        command.env_remove(name);
    }
    command
}

/// What a run left: its exit code and its two streams, as text.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Ends the test unless the exit code is `code`.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self
    }

    /// The one JSON object on standard output.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).expect("standard output is one JSON object")
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("it ended by itself"),
            out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }
}

/// Who mints, in every ring here.
pub(crate) const ISSUER: &str = "https://id.example";

/// A folder with a new ring in `ring`, made with `more` options.
pub(crate) fn ring(more: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let init = ["keys", "init", "--keys", "ring", "--issuer", ISSUER];
    run_in(&dir, &[&init, more].concat()).ends(0);
    dir
}

/// Runs the program in `dir`.
#[track_caller]
pub(crate) fn run_in(dir: impl AsRef<Path>, args: &[&str]) -> Run {
    program(dir).args(args).output().expect("the program runs").into()
}

/// Runs the program in the folder of the fixtures.
#[track_caller]
pub(crate) fn run(args: &[&str]) -> Run {
    run_in(FIXTURES, args)
}

/// Runs the program in `dir` with `input` piped in.
#[track_caller]
pub(crate) fn pipe_in(dir: impl AsRef<Path>, args: &[&str], input: &[u8]) -> Run {
    let mut child = program(dir)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("its input is a pipe");
    let input = input.to_vec();
    // It may stop reading early, which is its right.
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("the writer ends");
    output.into()
}

/// Runs the program in the folder of the fixtures with `input` piped in.
#[track_caller]
pub(crate) fn pipe(args: &[&str], input: &[u8]) -> Run {
    pipe_in(FIXTURES, args, input)
}

/// The text of a fixture without its line end.
#[track_caller]
pub(crate) fn fixture(name: &str) -> String {
    let path = Path::new(FIXTURES).join(name);
    std::fs::read_to_string(path).expect("the fixture is text").trim_end().to_owned()
}

/// Every file below `dir` and its bytes.
pub(crate) fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.insert(path.clone(), Vec::new());
            found.extend(contents(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).expect("a file"));
        }
    }
    found
}
