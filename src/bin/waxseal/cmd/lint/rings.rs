//! Key rings: the library finds, the program tells.

use waxseal::Keys;
use waxseal::keyring::KeyringError;
use waxseal::keyring::lint::{Finding, Level, Setting, lint};
use waxseal::time::Timestamp;

use crate::exit::{Code, Failure};

/// Adds what is wrong with `rings`, and gives what could not be read in them.
pub(super) fn check(
    rings: &[String],
    now: Timestamp,
    last_serial: Option<u64>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<KeyringError>, Failure> {
    let setting = match (last_serial, rings) {
        (None, _) => Setting::at(now),
        (Some(last), [_]) => Setting::at(now).last_serial(last),
        (Some(_), _) => {
            let what = "--last-serial is one ring's: give one --keys DIR with it";
            return Err(Failure::new(Code::USAGE, what));
        }
    };
    let report = lint(rings, &setting)?;
    findings.extend(report.findings);
    Ok(report.unread)
}

/// Why the program fails although it told its findings: files that could not be judged, or a ring
/// that does not open for a reason that has no rule.
pub(super) fn failures(
    unread: Vec<KeyringError>,
    worst: Option<Level>,
    rings: &[String],
) -> Vec<Failure> {
    let is_explained = worst == Some(Level::Error);
    let unopened =
        || rings.iter().filter(|_| !is_explained).filter_map(|ring| Keys::open(ring).err());
    let faults: Vec<KeyringError> = match unread.is_empty() {
        true => unopened().collect(),
        false => unread,
    };
    faults.into_iter().map(Failure::from).collect()
}
