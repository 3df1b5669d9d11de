//! Man pages, made from the same definitions as `--help`.

use std::path::Path;

use clap::{Command, CommandFactory as _};
use waxseal::durable::{Readers, create_folder, replace};
use waxseal::keyring::lint::Rule;

use crate::cli::Cli;
use crate::cmd::lint::catalogue;
use crate::exit::{Code, Failure, MEANINGS};
use crate::output::Output;

/// Prints the main page, or writes every page into `dir`.
pub(crate) fn run(dir: Option<&Path>, output: &mut Output) -> Result<Code, Failure> {
    let command = Cli::command();
    let Some(dir) = dir else {
        output.line(page(command)?.trim_end())?;
        return Ok(Code::DONE);
    };
    let cannot = |fault: std::io::Error| {
        Failure::new(Code::CANNOT_WRITE, format!("cannot write {}: {fault}", dir.display()))
    };
    create_folder(dir, Readers::Everyone).map_err(cannot)?;
    for command in all(command, "waxseal") {
        let name = format!("{}.1", command.get_name());
        let text = page(command)?;
        replace(&dir.join(&name), text.as_bytes(), Readers::Everyone).map_err(cannot)?;
        output.say(&dir.join(name).display().to_string())?;
    }
    Ok(Code::DONE)
}

/// `command` and everything below it, each named as its page.
fn all(command: Command, name: &str) -> Vec<Command> {
    let below: Vec<Command> = command
        .get_subcommands()
        .filter(|below| !below.is_hide_set())
        .flat_map(|below| all(below.clone(), &format!("{name}-{}", below.get_name())))
        .collect();
    let own = command.name(name.to_owned()).bin_name(name.replace('-', " "));
    std::iter::once(own).chain(below).collect()
}

fn page(command: Command) -> Result<String, Failure> {
    let examples = examples_of(&command);
    let command_is_lint = command.get_name() == "waxseal-lint";
    let mut roff = Vec::new();
    clap_mangen::Man::new(command.after_help("").disable_help_subcommand(true))
        .render(&mut roff)?;
    let mut page = String::from_utf8_lossy(&roff).into_owned();
    page.push_str(".SH \"EXIT STATUS\"\n");
    for (code, meaning) in MEANINGS {
        page.push_str(&format!(".TP\n{}\n{meaning}\n", code.number()));
    }
    if command_is_lint {
        page.push_str(&findings());
    }
    page.push_str(".SH EXAMPLES\n.nf\n");
    for line in examples.lines() {
        page.push_str(&line.trim().replace('\\', "\\e").replace('-', "\\-"));
        page.push('\n');
    }
    page.push_str(".fi\n");
    Ok(page)
}

/// What `waxseal lint` can find.
fn findings() -> String {
    let row = |rule: &Rule| {
        format!(".TP\n{} ({})\n{}\n", rule.id, rule.level, rule.meaning.replace('\\', "\\e"))
    };
    format!(".SH FINDINGS\n{}", catalogue::all().map(row).collect::<String>())
}

/// The examples of `--help`, or of the verbs below where a command only groups them.
fn examples_of(command: &Command) -> String {
    let own = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    match own.strip_prefix("Examples:\n") {
        Some(examples) => examples.to_owned(),
        None => command
            .get_subcommands()
            .filter(|below| !below.is_hide_set())
            .filter_map(|below| examples_of(below).lines().next().map(str::to_owned))
            .collect::<Vec<_>>()
            .join("\n"),
    }
}
