//! What to expect of tokens: the file of `--policy`, or a ring's own policy.

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use waxseal::keyring::RingPolicy;

use super::catalogue;
use crate::exit::{Code, Failure};
use crate::{input, times};

/// A page of JSON is more than any policy.
const MOST: usize = 16 * 1024;

const SKEW: Duration = Duration::from_secs(30);

#[derive(Default)]
pub(super) struct Policy {
    longest_life: Option<Duration>,
    skew: Option<Duration>,
    ignore: Vec<String>,
}

/// The members of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    longest_life: Option<String>,
    skew: Option<String>,
    #[serde(default)]
    ignore: Vec<String>,
}

impl Policy {
    pub(super) fn read(place: &str) -> Result<Self, Failure> {
        let bad = |fault: &dyn std::fmt::Display| {
            Failure::new(Code::BAD_DATA, format!("{place}: {fault}")).next("waxseal lint --help")
        };
        let bytes = input::file(Path::new(place), MOST)?;
        let file: PolicyFile = serde_json::from_slice(&bytes).map_err(|fault| bad(&fault))?;
        let span = |text: Option<String>| {
            text.as_deref().map(times::duration).transpose().map_err(|fault| bad(&fault))
        };
        for id in &file.ignore {
            if !catalogue::all().any(|rule| rule.id == id) {
                return Err(bad(&format!("there is no rule {id:?} to ignore")));
            }
        }
        Ok(Self {
            longest_life: span(file.longest_life)?,
            skew: span(file.skew)?,
            ignore: file.ignore,
        })
    }

    /// Takes what the file left open from a ring; with several, the first one's.
    pub(super) fn fill(&mut self, ring: &RingPolicy) {
        self.longest_life.get_or_insert(ring.longest_life);
        self.skew.get_or_insert(ring.skew);
    }

    pub(super) fn longest_life(&self) -> Option<Duration> {
        self.longest_life
    }

    pub(super) fn skew(&self) -> Duration {
        self.skew.unwrap_or(SKEW)
    }

    pub(super) fn ignores(&self, id: &str) -> bool {
        self.ignore.iter().any(|ignored| ignored == id)
    }
}
