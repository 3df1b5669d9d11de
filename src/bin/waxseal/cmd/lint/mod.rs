//! `waxseal lint`: everything that is wrong with a token or a key ring, all at once.

pub(crate) mod catalogue;
mod der;
mod given;
mod policy;
mod report;
mod rings;
mod token;

use std::path::Path;

use waxseal::time::{Clock, Timestamp};

use crate::cli::{FailOn, Lint, Shape};
use crate::exit::{Code, Failure};
use crate::output::Output;
use crate::{input, keyfile};

use given::GivenKeys;
use policy::Policy;
use report::Report;
pub(crate) use report::finding_json;

pub(crate) fn run(options: &Lint, output: &mut Output) -> Result<Code, Failure> {
    if options.catalogue {
        return catalogue::print(options.shape, output);
    }
    let mut policy = options.policy.as_deref().map_or(Ok(Policy::default()), Policy::read)?;
    let places = Places::of(options)?;
    let token = token_of(options, &places)?;
    // One moment for the whole judgement: its parts must not see two.
    let now = options.at.unwrap_or_else(|| Clock::system().now());

    let mut findings = Vec::new();
    let mut keys = GivenKeys::default();
    let unread = rings::check(&places.rings, now, options.last_serial, &mut findings)?;
    for place in &places.rings {
        keys.add_ring(place, &mut policy);
    }
    for place in &places.files {
        findings.extend(keys.add_file(place)?);
    }
    let context = token::Context { now, policy: &policy, keys: &keys };
    let mut failures = Vec::new();
    match &token {
        Some(text) => failures.extend(token::check(text, &context, &mut findings)?),
        None => token::check_keys(&context, &mut findings),
    }
    findings.retain(|finding| !policy.ignores(finding.id));

    let report = Report::new(findings, options.fail_on.into());
    failures.extend(rings::failures(unread, report.worst(), &places.rings));
    tell(report, failures, options.shape, output)
}

/// Everything that is wrong with the ring in the folder `place`.
pub(crate) fn ring(
    place: &str,
    now: Timestamp,
    last_serial: Option<u64>,
    fail_on: FailOn,
    shape: Shape,
    output: &mut Output,
) -> Result<Code, Failure> {
    let (rings, mut findings) = ([place.to_owned()], Vec::new());
    let unread = rings::check(&rings, now, last_serial, &mut findings)?;
    let report = Report::new(findings, fail_on.into());
    let failures = rings::failures(unread, report.worst(), &rings);
    tell(report, failures, shape, output)
}

/// Prints what was found, and why not everything was judged.
fn tell(
    mut report: Report,
    mut failures: Vec<Failure>,
    shape: Shape,
    output: &mut Output,
) -> Result<Code, Failure> {
    let last = failures.pop();
    report.unjudged(last.as_ref().map(|failure| failure.code));
    report.print(shape, output)?;
    for failure in failures {
        output.failure(&failure);
    }
    last.map_or(Ok(report.code()), Err)
}

/// The ids of what is wrong with the token `text`, without any key.
pub(super) fn ids(text: &str) -> Result<Vec<&'static str>, Failure> {
    let (policy, keys) = (Policy::default(), GivenKeys::default());
    let context = token::Context { now: Clock::system().now(), policy: &policy, keys: &keys };
    let mut findings = Vec::new();
    token::check(text, &context, &mut findings)?;
    Ok(findings.iter().map(|finding| finding.id).collect())
}

/// What `--key` and `--keys` name.
struct Places {
    rings: Vec<String>,
    files: Vec<String>,
}

impl Places {
    fn of(options: &Lint) -> Result<Self, Failure> {
        let mut named: Vec<String> = options.keys.iter().chain(&options.key).cloned().collect();
        if named.is_empty() {
            named.extend(keyfile::ring_place(None).ok());
        }
        for place in &named {
            keyfile::refuse_what_is_no_path(place)?;
        }
        let from_key = |place: &String| options.key.as_ref() == Some(place);
        let is_file = |place: &String| {
            place == "-"
                || keyfile::SecretForm::of(place).is_some()
                || Path::new(place.strip_prefix('@').unwrap_or(place)).is_file()
                || from_key(place) && !Path::new(place).is_dir()
        };
        let (files, rings) = named.into_iter().partition(is_file);
        Ok(Self { rings, files })
    }

    fn is_empty(&self) -> bool {
        self.rings.is_empty() && self.files.is_empty()
    }

    fn hold_standard_input(&self) -> bool {
        self.files.iter().any(|place| place == "-")
    }
}

/// The token, which a ring can do without.
fn token_of(options: &Lint, places: &Places) -> Result<Option<String>, Failure> {
    match options.token.as_deref() {
        Some("-") if places.hold_standard_input() => {
            let what = "standard input holds the keys; give the token as an argument or @FILE";
            Err(Failure::new(Code::USAGE, what))
        }
        None if places.hold_standard_input() => Ok(None),
        argument => match input::token(argument) {
            // A terminal, or an empty standard input as cron gives it.
            Err(Failure { code: Code::USAGE | Code::NO_INPUT, .. })
                if argument.is_none() && !places.is_empty() =>
            {
                Ok(None)
            }
            Err(failure) if failure.code == Code::USAGE => {
                let what = "nothing to lint: give a token, @FILE, or --keys DIR";
                Err(Failure::new(Code::USAGE, what).next("waxseal lint --help"))
            }
            read => read.map(Some),
        },
    }
}
