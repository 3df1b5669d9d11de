//! `waxseal demo`: one session's life, told with real processes. One holds the private key, two
//! verify with public keys only, as a login service and its neighbours would.

mod formats;
mod judged;
mod kills;
pub(crate) mod login;
mod logout;
mod peer;
mod rotation;
mod speed;
mod steps;
mod story;
pub(crate) mod verifier;
mod web;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use waxseal::durable::{Readers, create_folder, create_new_folder};

use crate::cli;
use crate::exit::{Code, Failure};
use crate::output::Output;

const ISSUER: &str = "https://id.example";
const AUDIENCE: &str = "shop";
const OTHER_AUDIENCE: &str = "blog";

/// How long a token of the demo lives that says nothing else: the library's own default.
const DEFAULT_MINUTES: u64 = 15;

/// The state that the demo's sessions carry.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Cart {
    items: Vec<u32>,
}

pub(crate) fn run(options: &cli::Demo, output: &mut Output) -> Result<Code, Failure> {
    let dir = match &options.dir {
        Some(dir) => empty_folder(dir)?,
        None => fresh_folder()?,
    };
    if options.formats {
        return formats::show(&dir, output);
    }
    let told = story::tell(&dir, output)?;
    steps::write(&dir, output)?;
    Ok(if told { Code::DONE } else { Code::FALSE_LINE })
}

/// A folder named by the caller: new or empty, since the demo's files overwrite nothing.
fn empty_folder(dir: &Path) -> Result<PathBuf, Failure> {
    create_folder(dir, Readers::Owner).map_err(cannot(dir))?;
    if std::fs::read_dir(dir).map_err(cannot(dir))?.next().is_some() {
        let what = format!("{} is not empty; the demo overwrites nothing", dir.display());
        return Err(Failure::new(Code::CANNOT_CREATE, what).next("choose a new folder"));
    }
    dir.canonicalize().map_err(cannot(dir))
}

fn fresh_folder() -> Result<PathBuf, Failure> {
    let base = std::env::temp_dir();
    for number in 0..10_000 {
        let dir = base.join(format!("waxseal-demo-{}-{number}", std::process::id()));
        match create_new_folder(&dir) {
            Ok(()) => return dir.canonicalize().map_err(cannot(&dir)),
            Err(fault) if fault.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(fault) => return Err(cannot(&dir)(fault)),
        }
    }
    Err(Failure::new(Code::CANNOT_CREATE, format!("{} is full of demos", base.display())))
}

fn cannot(dir: &Path) -> impl Fn(std::io::Error) -> Failure {
    let dir = dir.display().to_string();
    move |fault| Failure::new(Code::CANNOT_CREATE, format!("cannot use {dir}: {fault}"))
}
