//! `waxseal keys`: one file a verb. What concerns single keys is in `material`.

pub(crate) mod ask;
mod check;
mod export;
mod init;
mod jwks;
mod log;
mod material;
mod named;
mod operator;
mod plan;
mod promote;
mod prune;
mod public;
mod revoke;
mod stage;
mod status;
mod steps;
mod tick;
mod usage;

use crate::cli;
use crate::exit::{Code, Failure};
use crate::keyfile;
use crate::output::Output;

use material::Destination;

pub(crate) fn run(verb: cli::Keys, output: &mut Output) -> Result<Code, Failure> {
    match verb {
        cli::Keys::Init(options) => init::run(options, output),
        cli::Keys::Status(options) => status::run(options, output),
        cli::Keys::Tick(options) => tick::run(&options, output),
        cli::Keys::Plan(options) => plan::run(options, output),
        cli::Keys::Promote(options) => promote::promote(&options, output),
        cli::Keys::Rollback(options) => promote::rollback(&options, output),
        cli::Keys::Stage(options) => stage::stage(options, output),
        cli::Keys::Import { file, change, alg, hold } => {
            stage::import(&file, &change, alg, hold, output)
        }
        cli::Keys::Revoke(options) => revoke::run(&options, output),
        cli::Keys::Prune(options) => prune::run(&options, output),
        cli::Keys::Usage(options) => usage::run(options, output),
        cli::Keys::Check(options) => check::run(options, output),
        cli::Keys::Log(options) => log::run(options, output),
        cli::Keys::Jwks { keys, out, headers } => jwks::run(keys, out.as_deref(), headers, output),
        cli::Keys::New { alg, kid, form, out, dry_run } => {
            let to = Destination { form, out: &out, dry_run };
            material::new(alg, kid.as_deref(), &to, output)
        }
        cli::Keys::Public { file, keys, kid, alg, form } => {
            let key = public::chosen(file.as_deref(), keys, kid.as_deref(), alg, output)?;
            material::public(&key, form, output)
        }
        cli::Keys::Convert { file, alg, form, out, dry_run } => {
            let allowed: Vec<_> = alg.into_iter().collect();
            let key = keyfile::one_key(&file, &allowed, output)?;
            material::convert(&key, &Destination { form, out: &out, dry_run }, output)
        }
        cli::Keys::Id { file, alg, json } => {
            let allowed: Vec<_> = alg.into_iter().collect();
            material::id(&keyfile::one_key(&file, &allowed, output)?, json, output)
        }
        cli::Keys::Export { kid, keys, ring, form, out, dry_run } => {
            let to = Destination { form, out: &out, dry_run };
            export::run(&kid, keys, ring.as_deref(), &to, output)
        }
    }
}
