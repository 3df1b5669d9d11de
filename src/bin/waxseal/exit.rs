//! Exit codes, as scripts rely on them: the token is bad (10-17), you called me wrong (64-66), a
//! human must look (76-77).

use std::process::ExitCode;

use waxseal::VerifyError;
use waxseal::jwt::Stage;
use waxseal::keyring::{KeyringError, Refusal};
use waxseal::revocation::{RevokeError, SnapshotError, StoreError};

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code(u8);

impl Code {
    pub(crate) const DONE: Self = Self(0);
    pub(crate) const FALSE_LINE: Self = Self(1);
    pub(crate) const FOUND: Self = Self(1);
    pub(crate) const DUE: Self = Self(2);
    pub(crate) const MALFORMED: Self = Self(10);
    pub(crate) const BAD_SIGNATURE: Self = Self(11);
    pub(crate) const BAD_TIME: Self = Self(12);
    pub(crate) const WRONG_AUDIENCE: Self = Self(13);
    pub(crate) const UNKNOWN_KEY: Self = Self(14);
    pub(crate) const REVOKED: Self = Self(15);
    pub(crate) const WRONG_KIND: Self = Self(16);
    pub(crate) const SOME_LINES: Self = Self(17);
    pub(crate) const USAGE: Self = Self(64);
    pub(crate) const BAD_DATA: Self = Self(65);
    pub(crate) const NO_INPUT: Self = Self(66);
    pub(crate) const BUG: Self = Self(70);
    pub(crate) const CANNOT_CREATE: Self = Self(73);
    pub(crate) const CANNOT_WRITE: Self = Self(74);
    pub(crate) const TRY_AGAIN: Self = Self(75);
    pub(crate) const GUARD: Self = Self(76);
    pub(crate) const EXPOSED: Self = Self(77);

    pub(crate) const fn number(self) -> u8 {
        self.0
    }
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code.0)
    }
}

/// The table of the manual page.
pub(crate) const MEANINGS: &[(Code, &str)] = &[
    (Code::DONE, "done, or verified; nothing was due, or another process did it first"),
    (
        Code::FALSE_LINE,
        "lint found something, doctor found an error, or a line of the demo was false",
    ),
    (Code::DUE, "steps of a rotation are due (keys plan --check)"),
    (Code::MALFORMED, "malformed, unsigned, or no token at all"),
    (Code::BAD_SIGNATURE, "bad signature, decryption failed, or not the key's algorithm"),
    (Code::BAD_TIME, "expired, not yet valid, or past a limit of the session"),
    (Code::WRONG_AUDIENCE, "wrong audience"),
    (Code::UNKNOWN_KEY, "unknown, retired or revoked key"),
    (Code::REVOKED, "revoked"),
    (Code::WRONG_KIND, "wrong type, purpose or issuer"),
    (Code::SOME_LINES, "some lines of a batch failed (--keep-going)"),
    (Code::USAGE, "usage"),
    (Code::BAD_DATA, "input or key file is bad data, or an engine does not let us in"),
    (Code::NO_INPUT, "cannot read input, key ring or revocation list"),
    (Code::BUG, "a bug of waxseal"),
    (Code::CANNOT_CREATE, "cannot create: it exists already, or nobody can write there"),
    (Code::CANNOT_WRITE, "cannot write, or listen on an address"),
    (Code::TRY_AGAIN, "busy, or keys or revocations are too old: try again"),
    (Code::GUARD, "refused by a guard: too early, held, or the wrong ring"),
    (Code::EXPOSED, "permissions too open"),
];

/// The code of a refused token.
pub(crate) fn of_refusal(fault: &VerifyError) -> Code {
    if fault.is_ours() {
        return Code::TRY_AGAIN;
    }
    match (fault, fault.stage()) {
        (VerifyError::Algorithm { .. }, _) | (_, Stage::Signature) => Code::BAD_SIGNATURE,
        (_, Stage::Key) => Code::UNKNOWN_KEY,
        (_, Stage::Type | Stage::Issuer) => Code::WRONG_KIND,
        (_, Stage::Audience) => Code::WRONG_AUDIENCE,
        (_, Stage::Time) => Code::BAD_TIME,
        (_, Stage::Revocation) => Code::REVOKED,
        (_, _) => Code::MALFORMED,
    }
}

/// The codes of a batch's lines, the worst first: what speaks of a forger, then what nobody should
/// have sent, then what was ended on purpose, then what went to the wrong place, and last what time
/// does to every token.
const WORST_FIRST: [Code; 8] = [
    Code::BAD_SIGNATURE,
    Code::MALFORMED,
    Code::REVOKED,
    Code::UNKNOWN_KEY,
    Code::WRONG_KIND,
    Code::WRONG_AUDIENCE,
    Code::BAD_TIME,
    Code::DONE,
];

/// The worse of two lines' codes.
pub(crate) fn worse(one: Code, other: Code) -> Code {
    // A code without a place in the order is no line's fault but the call's: nothing is worse.
    let place = |code| WORST_FIRST.iter().position(|known| *known == code).map_or(0, |at| at + 1);
    if place(other) < place(one) { other } else { one }
}

/// Why the program stops: one line, and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    pub(crate) what: String,
    pub(crate) next: Option<String>,
}

impl Failure {
    pub(crate) fn new(code: Code, what: impl Into<String>) -> Self {
        Self { code, what: what.into(), next: None }
    }

    pub(crate) fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }
}

impl From<KeyringError> for Failure {
    fn from(fault: KeyringError) -> Self {
        let code = match &fault {
            KeyringError::Refused(refusal) => return refused(refusal),
            KeyringError::NoRing { .. }
            | KeyringError::Read { .. }
            | KeyringError::Fetch { .. }
            | KeyringError::Reload(_) => Code::NO_INPUT,
            KeyringError::Exists { .. } | KeyringError::ReadOnly { .. } => Code::CANNOT_CREATE,
            KeyringError::Write { source, .. } if is_forbidden(source) => Code::CANNOT_CREATE,
            KeyringError::Write { .. } => Code::CANNOT_WRITE,
            KeyringError::Full { .. } => Code::CANNOT_WRITE,
            KeyringError::Busy { .. } | KeyringError::WentBack { .. } => Code::TRY_AGAIN,
            KeyringError::NotSeen { .. } => Code::GUARD,
            KeyringError::Exposed { .. } => Code::EXPOSED,
            KeyringError::Url(_) => Code::USAGE,
            _ => Code::BAD_DATA,
        };
        Self::new(code, fault.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(fault: StoreError) -> Self {
        let code = match &fault {
            StoreError::Missing { .. } => Code::NO_INPUT,
            StoreError::Exists { .. } | StoreError::ReadOnly { .. } => Code::CANNOT_CREATE,
            StoreError::NetworkFileSystem { .. } => Code::CANNOT_CREATE,
            StoreError::DiskFull { .. } | StoreError::Full { .. } => Code::CANNOT_WRITE,
            StoreError::Unreachable { place, why } => unreachable(place, why),
            StoreError::Incomplete { .. } => Code::TRY_AGAIN,
            StoreError::WentBack { .. } => Code::TRY_AGAIN,
            StoreError::Unsafe { .. } => Code::GUARD,
            StoreError::Unsupported { .. } => Code::USAGE,
            _ => Code::BAD_DATA,
        };
        Self::new(code, fault.to_string())
    }
}

/// How an engine that asks for another password begins.
const NOT_LET_IN: [&str; 4] = ["NOAUTH", "WRONGPASS", "NOPERM", "Password authentication failed"];

/// Another try helps where nobody answers, and not where we are not let in.
fn unreachable(place: &str, why: &str) -> Code {
    if NOT_LET_IN.iter().any(|words| why.starts_with(words)) {
        return Code::BAD_DATA;
    }
    match std::fs::metadata(place) {
        // An engine or a URL, which is no path.
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Code::TRY_AGAIN,
        Err(_) => Code::NO_INPUT,
        Ok(found) if found.is_file() && std::fs::File::open(place).is_err() => Code::NO_INPUT,
        Ok(_) => Code::TRY_AGAIN,
    }
}

impl From<SnapshotError> for Failure {
    fn from(fault: SnapshotError) -> Self {
        let code = match &fault {
            SnapshotError::Algorithm(_) | SnapshotError::NotForSigning => Code::BAD_DATA,
            SnapshotError::Stale(_) => Code::TRY_AGAIN,
            SnapshotError::NotOurs { .. } => Code::CANNOT_CREATE,
            _ => Code::CANNOT_WRITE,
        };
        Self::new(code, fault.to_string())
    }
}

impl From<RevokeError> for Failure {
    fn from(fault: RevokeError) -> Self {
        match fault {
            // Every verb of the program reads the list anew: nothing of it lives on in a process.
            RevokeError::Store(fault) => fault.into(),
            RevokeError::Full { .. } => Self::new(Code::CANNOT_WRITE, fault.to_string()),
            _ => Self::new(Code::USAGE, fault.to_string()),
        }
    }
}

/// Whether nobody may write there, or not we.
fn is_forbidden(source: &std::io::Error) -> bool {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem)
}

/// What a guard says, and the way out if there is one.
fn refused(refusal: &Refusal) -> Failure {
    let failure = Failure::new(Code::GUARD, format!("refused: {refusal}"));
    match refusal {
        Refusal::TooEarly { warm: Some(warm), .. } => {
            failure.next(format!("in a hurry? key {warm} is warm: waxseal keys promote {warm}"))
        }
        Refusal::Signs { warm: Some(warm), .. } => {
            failure.next(format!("add --promote {warm}, which is warm, or --stop-signing"))
        }
        Refusal::Signs { warm: None, .. } => {
            failure.next("add --promote SEQ, though verifiers may not know it, or --stop-signing")
        }
        _ => failure,
    }
}

impl From<std::io::Error> for Failure {
    fn from(fault: std::io::Error) -> Self {
        // The reader of our output has gone: that is its right, and the end of our work.
        if fault.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::new(Code::DONE, "");
        }
        Self::new(Code::CANNOT_WRITE, format!("cannot write the output: {fault}"))
    }
}
