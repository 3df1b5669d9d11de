//! The program, run as a person or a script runs it.
//!
//! `cli/rows/*.toml` hold one command each: what broke in other programs when they were used.
//! `cli/*.trycmd` hold commands by topic. Both say what goes in, the exit code and what comes out,
//! and run in `cli/fixtures` (which `cli/*.in` name), where keys, tokens and (with `--at`) times
//! never change. The runner shows every backslash as a slash. What needs a folder to write in, a
//! pipe or a look at raw bytes is in the modules below.

#![cfg(feature = "cli")]
#![expect(clippy::disallowed_methods, reason = "tests write what the program reads")]

#[path = "cli/batch.rs"]
mod batch;
#[path = "cli/copied.rs"]
mod copied;
#[path = "cli/doctor.rs"]
mod doctor;
#[path = "cli/documents.rs"]
mod documents;
#[path = "cli/forms.rs"]
mod forms;
#[path = "cli/hostile.rs"]
mod hostile;
#[path = "cli/jobs.rs"]
mod jobs;
#[path = "cli/lint.rs"]
mod lint;
#[path = "cli/revocation.rs"]
mod revocation;
#[path = "cli/rings.rs"]
mod rings;
#[path = "cli/rotation.rs"]
mod rotation;
#[path = "cli/second_opinion.rs"]
mod second_opinion;
#[path = "cli/snapshots.rs"]
mod snapshots;
#[path = "cli/streams.rs"]
mod streams;
#[path = "cli/tool.rs"]
mod tool;
#[cfg(unix)]
#[path = "cli/unix.rs"]
mod unix;

use std::fs;
use std::path::Path;

use tool::PROGRAM;

#[test]
fn every_command_in_the_data_files_does_what_its_file_says() {
    let cases = trycmd::TestCases::new();
    // Without its path the runner would skip what it does not find.
    cases.register_bin("waxseal", Path::new(PROGRAM)).default_bin_name("waxseal");
    for (folder, extension) in [("tests/cli/rows", "toml"), ("tests/cli", "trycmd")] {
        let found = fs::read_dir(folder).expect("the folder is there").filter(|entry| {
            let path = entry.as_ref().expect("it can be listed").path();
            path.extension().is_some_and(|found| found == extension)
        });
        assert!(found.count() > 0, "{folder} has no .{extension} file");
        cases.case(format!("{folder}/*.{extension}"));
    }
}
