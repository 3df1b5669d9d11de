//! One-time tokens for one operation of one session: a transfer that was confirmed once more, a form
//! that must not be sent twice.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use subtle::{Choice, ConstantTimeEq as _};

use crate::base64url;
use crate::claims::{SessionId, TokenId};
use crate::crypto::random;
use crate::jwt::MintError;
use crate::keyring::Keys;
use crate::limits;
use crate::revocation::{Recorded, Revocation, RevocationList};
use crate::time::{Clock, Timestamp};

use super::OperationError;

/// The form of the token: its first byte.
const VERSION: u8 = 1;

const ID_BYTES: usize = 16;
const TIME_BYTES: usize = 8;
const MAC_BYTES: usize = 32;

/// What the token says in clear.
const BODY_BYTES: usize = 1 + ID_BYTES + TIME_BYTES;
const TOKEN_BYTES: usize = BODY_BYTES + MAC_BYTES;

/// Mints and redeems one-time tokens, each for one [`Operation`] of one session.
///
/// The token has 76 characters, and says neither whose it is nor what it is for: whoever redeems it
/// presents both again, and what differs by a byte is refused. So it can ride in a form, a link or a
/// message.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let (ring, place) = (dir.path().join("keys"), dir.path().join("revoked.db"));
/// # let keys = waxseal::keyring::NewRing::new("https://id.example").create(&ring)?;
/// # let list = waxseal::RevocationList::in_memory();
/// # let session = waxseal::claims::SessionId::from([7; 16]);
/// use std::time::Duration;
/// use waxseal::session::{Operation, Operations};
///
/// let operations = Operations::new(&keys, &list);
/// let transfer = Operation::new("transfer").with("amount", "100.00 EUR").with("to", "DE02");
/// let token = operations.mint(session, &transfer, Duration::from_secs(300))?;
///
/// let other = Operation::new("transfer").with("amount", "900.00 EUR").with("to", "DE02");
/// assert_eq!(operations.redeem(session, &other, &token).unwrap_err().code(), "not_ours");
/// operations.redeem(session, &transfer, &token)?;
/// assert_eq!(operations.redeem(session, &transfer, &token).unwrap_err().code(), "used_before");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
/// Verify the session's own token first, here as everywhere: a token of this kind says that an
/// operation was agreed to, and not that the session still lives.
///
/// A token is used once among all who write one list: threads, processes that share a file, hosts
/// that share one Redis. Give every service that redeems the same list. One in memory forgets with
/// its process, and a token could be used again after a restart: it is for tests.
#[derive(Clone, Debug)]
pub struct Operations {
    keys: Keys,
    list: RevocationList,
    clock: Clock,
}

impl Operations {
    /// Tokens under the keys of a ring, whose use `list` records.
    #[must_use]
    pub fn new(keys: &Keys, list: &RevocationList) -> Self {
        Self { keys: keys.clone(), list: list.clone(), clock: Clock::system() }
    }

    /// Takes the time from `clock`.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Mints a token that redeems `operation` in `session` once, for `life`: a whole number of
    /// seconds, at most 15 min ([`limits::OPERATION_LIFE`]), and at most the L of the ring and of the
    /// list.
    ///
    /// # Errors
    /// [`OperationError::NotSeconds`] and [`OperationError::TooLong`] for the life;
    /// [`OperationError::Mint`] if no key of the ring signs, or it was read too long ago.
    pub fn mint(
        &self,
        session: SessionId,
        operation: &Operation,
        life: Duration,
    ) -> Result<String, OperationError> {
        if life.is_zero() || life.subsec_nanos() > 0 {
            return Err(OperationError::NotSeconds);
        }
        let policy = self.keys.policy();
        self.check_life(life, limits::OPERATION_LIFE.min(policy.longest_life))?;
        if let Some(age) = self.keys.age().filter(|age| !policy.may_mint(*age, life)) {
            return Err(MintError::StaleRing { age, life }.into());
        }
        let ring = self.keys.ring();
        let signer = ring.signer().ok_or(MintError::NoSigner)?;
        let id = random::<ID_BYTES>().map_err(MintError::from)?;
        let expires = self.clock.now().floor_secs().after(life);
        let body = [&[VERSION], id.as_slice(), &expires.as_secs().to_be_bytes()].concat();
        let mac = signer.one_time.tag(&[&message(&body, session, operation)]);
        Ok(base64url::encode(&[body.as_slice(), &mac].concat()))
    }

    /// Uses `token` up for `operation` in `session`: of any number of calls, at once or one after
    /// the other, at most one is `Ok`.
    ///
    /// It waits until the list has that on its disk, about a millisecond, and with Redis for two
    /// answers of the engine too. An async server gives it a thread that may wait.
    ///
    /// # Errors
    /// [`OperationError`]. After [`OperationError::NotRecorded`] the token may be used up: mint
    /// another.
    ///
    /// # Security
    /// Do the operation after `Ok`, and after nothing else. Whoever crashes between the two has used
    /// the token up, and not done it.
    pub fn redeem(
        &self,
        session: SessionId,
        operation: &Operation,
        token: &str,
    ) -> Result<(), OperationError> {
        if let Some(age) = self.keys.age().filter(|age| *age > limits::KEYS_AGE) {
            return Err(OperationError::StaleKeys { age, most: limits::KEYS_AGE });
        }
        let now = self.clock.now();
        let (id, expires) = self.authentic(session, operation, token, now)?;
        if now >= expires {
            return Err(OperationError::Expired { at: expires, now });
        }
        // What the list forgets sooner than the token ends could be used again.
        self.check_life(expires.since(now), self.list.policy().life())?;
        let used = Revocation::token(id).ends_by(expires).because("redeemed");
        match self.list.revoke_once(&used)? {
            Recorded::First(_) => Ok(()),
            Recorded::Before => Err(OperationError::UsedBefore),
        }
    }

    fn check_life(&self, has: Duration, most: Duration) -> Result<(), OperationError> {
        let most = most.min(self.list.policy().life());
        if has > most { Err(OperationError::TooLong { has, most }) } else { Ok(()) }
    }

    /// The id and the end of a token that one of our keys made for just this.
    fn authentic(
        &self,
        session: SessionId,
        operation: &Operation,
        token: &str,
        now: Timestamp,
    ) -> Result<(TokenId, Timestamp), OperationError> {
        let not_ours = OperationError::NotOurs;
        let Ok(bytes) = base64url::decode_array::<TOKEN_BYTES>(token) else {
            return Err(not_ours);
        };
        let (body, mac) = bytes.split_at(BODY_BYTES);
        let message = message(body, session, operation);
        let ring = self.keys.ring();
        // All keys are asked, whichever it is.
        let made = ring.trusted(now).fold(Choice::from(0), |made, entry| {
            let key = &entry.one_time;
            let tag = key.tag(&[&message]);
            made | tag.as_slice().ct_eq(mac)
        });
        match read(body) {
            Some(said) if bool::from(made) => Ok(said),
            _ => Err(not_ours),
        }
    }
}

/// What somebody agreed to: a name and details, each with a name of its own.
///
/// Whoever redeems a token builds it anew, from what is about to be done and never from what the
/// client says was agreed to. The details have no order; one that is named twice has the later value.
/// Texts are compared byte for byte: write amounts in one way.
///
/// ```
/// use waxseal::session::Operation;
/// let one = Operation::new("transfer").with("amount", "100.00 EUR").with("to", "DE02");
/// let other = Operation::new("transfer").with("to", "DE02").with("amount", "100.00 EUR");
/// assert_eq!(one, other);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Operation {
    name: String,
    details: BTreeMap<String, String>,
}

impl Operation {
    /// An operation without details.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), details: BTreeMap::new() }
    }

    /// The same with one detail more: an amount, a recipient.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.details.insert(name.into(), value.into());
        self
    }
}

/// Shows its name, and none of the details.
impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What the MAC is over. Each part follows its length, so that no two lists of parts are one message.
fn message(body: &[u8], session: SessionId, operation: &Operation) -> Vec<u8> {
    let (version, rest) = body.split_at_checked(1).unwrap_or_default();
    let (id, expires) = rest.split_at_checked(ID_BYTES).unwrap_or_default();
    let details = operation.details.iter().flat_map(|(name, value)| [name, value]);
    let said = [version, id, expires, session.as_bytes(), operation.name.as_bytes()];
    let mut message = Vec::new();
    for part in said.into_iter().chain(details.map(String::as_bytes)) {
        message.extend((part.len() as u64).to_be_bytes());
        message.extend(part);
    }
    message
}

/// The id and the end that a body of our version says.
fn read(body: &[u8]) -> Option<(TokenId, Timestamp)> {
    let (&VERSION, rest) = body.split_first()? else {
        return None;
    };
    let (id, expires) = rest.split_first_chunk::<ID_BYTES>()?;
    let seconds = i64::from_be_bytes(expires.try_into().ok()?);
    Some((TokenId::from_bytes(*id), Timestamp::from_secs(seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: [u8; 16] = [7; 16];

    fn bytes(operation: &Operation) -> Vec<u8> {
        message(&[1; BODY_BYTES], SessionId::from(SESSION), operation)
    }

    #[test]
    fn the_message_is_as_the_manual_says() {
        let body: Vec<u8> = (0..25).collect();
        let operation = Operation::new("pay").with("to", "bob");
        let message = message(&body, SessionId::from(SESSION), &operation);
        let part = |bytes: &[u8]| [&(bytes.len() as u64).to_be_bytes(), bytes].concat();
        let parts = [&body[..1], &body[1..17], &body[17..], &SESSION, b"pay", b"to", b"bob"];
        assert_eq!(message, parts.map(part).concat());
        assert_eq!(message.len(), 7 * 8 + 1 + 16 + 8 + 16 + 3 + 2 + 3);
    }

    #[test]
    fn no_two_operations_are_one_message() {
        let new = Operation::new;
        let all = [
            new("ab"),
            new("a"),
            new("").with("ab", ""),
            new("").with("a", "b"),
            new("").with("", "ab"),
            new("a").with("b", ""),
            new("a").with("", "b"),
            new("").with("a", "").with("b", ""),
            new("").with("a", "b").with("", ""),
        ];
        for (at, one) in all.iter().enumerate() {
            for other in all.iter().skip(at + 1) {
                assert_ne!(bytes(one), bytes(other), "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn details_have_no_order_and_the_later_of_one_name_counts() {
        let one = Operation::new("pay").with("a", "1").with("b", "2");
        let other = Operation::new("pay").with("b", "0").with("b", "2").with("a", "1");
        assert_eq!(bytes(&one), bytes(&other));
    }

    #[test]
    fn a_body_of_another_version_or_length_says_nothing() {
        let body = [[VERSION].as_slice(), &[9; 16], &5_i64.to_be_bytes()].concat();
        let said = (TokenId::from_bytes([9; 16]), Timestamp::from_secs(5));
        assert_eq!(read(&body), Some(said));
        for length in 0..body.len() {
            assert_eq!(read(&body[..length]), None);
        }
        assert_eq!(read(&[body.as_slice(), &[0]].concat()), None);
        assert_eq!(read(&[&[VERSION + 1], &body[1..]].concat()), None);
    }

    #[test]
    fn details_are_not_shown() {
        let shown = format!("{:?}", Operation::new("transfer").with("to", "DE02"));
        assert!(shown.contains("transfer") && !shown.contains("DE02"), "{shown}");
    }
}
