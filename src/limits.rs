//! Every maximum, with its reason. Each is checked before anything grows with the input.

use std::time::Duration;

/// Longest token that the library reads, in bytes: proxies and servers cut headers at 8 KB.
pub const TOKEN_BYTES: usize = 8 * 1024;

/// Longest token that the program reads, in bytes: a terminal has no header limit, and a developer
/// wants to see why a token is too long.
pub const PROGRAM_TOKEN_BYTES: usize = 64 * 1024;

/// Longest decoded header, in bytes: ours have about 70.
pub const HEADER_BYTES: usize = 1024;

/// Deepest nesting in a header, the header itself counted: `jwk` with an array inside has 3.
pub const HEADER_DEPTH: usize = 4;

/// Longest signature, in bytes: RSA of 8192 bits.
pub const SIGNATURE_BYTES: usize = 1024;

/// Deepest nesting of a claim that only the caller's type reads; serde_json stops there too.
pub const CLAIMS_DEPTH: usize = 128;

/// Longest `kid`, in bytes: a URL, a thumbprint or a UUID fits.
pub const KID_BYTES: usize = 256;

/// Most entries of an `aud` array.
pub const AUDIENCES: usize = 64;

/// Most roles, and most values beside its state, that a session may have.
pub const DETAILS: usize = 64;

/// Longest cookie that browsers keep, in bytes of name and value (RFC 6265bis).
pub const COOKIE_BYTES: usize = 4096;

/// Longest name that an application may choose for its cookie, in bytes.
pub const COOKIE_NAME_BYTES: usize = 64;

/// Most cookies of one name that are looked at; a browser sends one, or one more for each domain.
pub const COOKIES_OF_ONE_NAME: usize = 4;

/// Longest path that a login leads back to, in bytes.
pub const RETURN_TO_BYTES: usize = 512;

/// How the `kid` of a key for tests begins: no verifier takes one that was not told to.
pub const TEST_KEY_PREFIX: &str = "waxseal-test-";

/// Longest JWK, in bytes: an RSA-8192 private key has about 7 KB.
pub const JWK_BYTES: usize = 16 * 1024;

/// Deepest nesting in a JWK or in a file of a key ring.
pub const JWK_DEPTH: usize = 8;

/// Longest JWK Set, in bytes.
pub const JWK_SET_BYTES: usize = 512 * 1024;

/// Most keys in a JWK Set: every key is prepared when it is loaded.
pub const JWK_SET_KEYS: usize = 256;

/// Longest HMAC secret, in bytes: longer ones are hashed first and add nothing.
pub const HMAC_SECRET_BYTES: usize = 1024;

/// Most files of a key ring that are read: a rotation leaves about six, and none ever goes. Daily, that
/// is thirty years.
pub const RING_FILES: usize = 64 * 1024;

/// What a ring must have room for before anything is added: to revoke its keys is always possible.
pub const RING_FILES_SPARE: usize = 256;

/// How old keys may be that are followed and cannot be read anew: a revocation may have been missed.
pub const KEYS_AGE: Duration = Duration::from_secs(24 * 3600);

/// Most revoked tokens and sessions that a list holds, 21 to 42 bytes each: at its cap it refuses more,
/// and drops none.
pub const REVOKED: usize = 16 * 1024 * 1024;

/// What a full list still has room for: so many subjects and scopes, and so many keys.
pub const REVOKED_SPARE: usize = 64 * 1024;

/// Longest reason that a revocation list takes, in bytes, and as much of a name as it shows.
pub const REVOCATION_TEXT_BYTES: usize = 256;

/// Longest signed snapshot of a revocation list, in bytes: 20 for a session, and a third more twice,
/// for base64url inside base64url. A million sessions have 36 MB.
pub const SNAPSHOT_BYTES: usize = 64 * 1024 * 1024;

/// Clock difference that a verifier forgives unless it is told otherwise.
pub const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);

/// Largest clock difference that a verifier may forgive. More is a broken clock, not skew.
pub const LEEWAY: Duration = Duration::from_secs(600);

/// Longest life of a token that a revocation list can be made for. The entries stay as long.
pub const LONGEST_LIFE: Duration = Duration::from_secs(3660 * 86_400);

/// Most sessions of one subject that may be spared, one by one, by entries of their own.
pub const SPARED: usize = 64;

/// Longest life of a one-time token for an operation: whoever confirms it is there.
pub const OPERATION_LIFE: Duration = Duration::from_secs(15 * 60);

/// Longest session: NIST SP 800-63B-4 ends even AAL1 sessions after 30 days.
pub const ABSOLUTE: Duration = Duration::from_secs(30 * 86_400);
