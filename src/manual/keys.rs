//! The ring on the disk.
//!
//! A ring is one folder. Its files are numbered, written once and never changed; what a key does is
//! worked out from which files are there. So nothing can disagree, and a copy of the folder is a
//! backup. `waxseal keys init` or [`NewRing`](crate::keyring::NewRing) makes one.
//!
//! # The files
//! | file | mode | holds |
//! |---|---|---|
//! | `ring.json` | 0600 | name, issuer, algorithm, policy; written last, never changed |
//! | `key-NNNN.json` | 0600 | **secret**: one private JWK and what stands beside it |
//! | `sign-NNNN.json` | 0600 | a promotion: from `at` on, the key `seq` signs |
//! | `revoked-NNNN.json` | – | a tombstone: the key NNNN is never trusted again |
//! | `event-NNNNNN.json` | 0600 | one line of history |
//! | `jwks.json` | 0644 | the public halves; rebuilt from the rest; `{"keys":[]}` for secret keys |
//!
//! Numbers begin at 1. A new folder is made 0700, whatever the umask, so that nobody else reaches
//! `jwks.json` either: publish a copy, with `waxseal keys jwks --out FILE`. A folder that is there
//! already keeps its mode, and is refused if everyone can write it. `init` builds on nothing: a file
//! with a ring's name in the folder stops it before anything is written.
//!
//! All are JSON objects. Each but `jwks.json` has `"v": 1`; another version is refused. Times are
//! RFC 3339 in UTC, durations are seconds.
//!
//! ```json
//! { "v": 1, "name": "id.example", "issuer": "https://id.example", "purpose": "signed",
//!   "alg": "EdDSA", "created": "2026-11-21T04:20:02Z", "L": 28800, "C": 86400, "S": 30, "R": 30,
//!   "period": 2592000, "max_mints_per_day": 10000000 }
//! ```
//!
//! | file | members, beside `v` |
//! |---|---|
//! | `ring.json` | `name`; `issuer` (absent in a development ring, which mints for any); `purpose`: `signed` or `sealed`; `alg` of new keys; `created`; `L`, `C`, `S`, `R`, `period`; `max_mints_per_day` |
//! | `key-` | the JWK's own (`kty`, `alg`, `use`, `kid`, key material), then `ring`, `seq`, `purpose`, `created`, `by`, `aux` |
//! | `sign-` | `ring`, `seq`, `at`, `by` |
//! | `revoked-` | `revoked_at` |
//! | `event-` | `ring`, `serial`, `at`, `by`, `what` (`init`, `stage`, `promote`, `import`), `seq`, `kid`, `prev` |
//!
//! A key file is a private JWK with more members, so that other tools can read it. `aux` is 32 random
//! bytes in base64url. HKDF-SHA-256 makes one key a purpose of it: no salt, and `waxseal/v1/renewal`
//! (ids of renewed tokens) or `waxseal/v1/nonce` (nonces of a sealing key) as info. It is as secret as
//! the key.
//!
//! `prev` is base64url of SHA-256 of the event file before, empty in the first. The chain is written
//! and not checked yet: it is a record for people, not a defence.
//!
//! # States
//! | state | because | signs | verifies |
//! |---|---|---|---|
//! | staged | no `sign-` file names it | no | yes |
//! | signing | the highest `sign-` file names it | yes | yes |
//! | retired | a `sign-` file named it, a later one names another | no | for R + L + 2S after that |
//! | prunable | the same, and that time is over | no | no |
//! | revoked | a tombstone has its number | no | no, at once, whatever a token's age |
//!
//! A tombstone wins over everything. A rollback is one more `sign-` file. Exactly one key signs; a
//! folder in which none does is not opened. Revoked keys leave the published set at once; a retired
//! one stays in it, also when it is prunable.
//!
//! [`Keys::open`](crate::Keys::open) reads all of this once. A process sees later changes when it
//! opens the ring again.
//!
//! **Not yet here:** verbs that promote, revoke or prune. `init` makes one signing key and one
//! staged; `import` adds a staged one. Promotions after the first and tombstones are read, and only
//! read.
//!
//! # Names of keys
//! `kid` is `k`, the number, `-`, and up to 6 letters or digits: `k1-QjS9Ux`. It is short because it
//! travels in every token. The tail is the beginning of the RFC 7638 thumbprint; for a secret key it
//! is random, since a hash of a secret can be tested against guesses. An imported key that has a
//! `kid` keeps it. Treat a `kid` as opaque: compare it whole, parse nothing out of it.
//!
//! ```
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path().join("keys");
//! use waxseal::key::{Algorithm, Key};
//! use waxseal::keyring::{KeyState, Keys, NewRing};
//! use waxseal::time::Clock;
//!
//! NewRing::new("https://id.example").create(&dir)?;
//! Keys::import(&dir, Key::generate(Algorithm::EdDsa)?, "ada")?;
//!
//! let keys = Keys::open(&dir)?;
//! let now = Clock::system().now();
//! let states: Vec<_> = keys.keys().map(|(seq, state, _)| (seq, state.name(now))).collect();
//! assert_eq!(states, [(1, "signing"), (2, "staged"), (3, "staged")]);
//! assert_eq!(keys.keys().filter(|(_, state, _)| **state == KeyState::Signing).count(), 1);
//! assert_eq!(keys.serial(), 5); // init, stage, promote, stage, import
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Who may read what
//! On Unix a key file that everybody can read is refused, with the `chmod` line that mends it. One
//! that its group can read is used with a warning
//! ([`Keys::warnings`](crate::Keys::warnings)): some deployments mount secrets that way. The folder's
//! mode, owners, links and access lists are not looked at; on other systems nothing is.
//!
//! Who can *write* the folder owns the ring: a promotion is a small file without a signature.
//!
//! # How files are written
//! Beside the target, under a name like `.key-0003.json.tmp-4711-0`, 0600 from the first byte;
//! flushed to the disk; then linked into place. The link fails if the name is taken: of two writers
//! one wins, and nothing is overwritten. Only `jwks.json` is replaced, by a rename. A reader sees a
//! whole file or none. A `kill -9` or a power cut can leave a `.tmp-` file behind. It is ignored, but
//! it can hold a secret: delete it.
//!
//! The order is the order of trust: keys, promotion, published set, history, and `ring.json` at the
//! very end. A folder with `key-` files and no `ring.json` is the rest of an interrupted `init`, or a
//! ring that lost its first page. Neither is opened, and neither is overwritten.
//!
//! [`Keys::open`](crate::Keys::open) never makes a ring. If the volume is missing, the service must
//! stop: a fresh ring would log everyone out.
//! [`Keys::for_development`](crate::Keys::for_development) does make one, and says so.
