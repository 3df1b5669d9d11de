//! The ring on the disk, and the forms of a key.
//!
//! A ring is one folder. Its files are numbered and written once; what a key does is worked out from
//! which files are there. So nothing can disagree, and a copy of the folder is a backup. Only a key that
//! is pruned is written again, without its private half. `waxseal keys init` or [`NewRing`](crate::keyring::NewRing) makes one.
//!
//! # The files
//! | file | mode | holds |
//! |---|---|---|
//! | `ring.json` | 0600 | name, issuer, algorithm, policy; written last, never changed |
//! | `key-NNNN.json` | 0600 | **secret**: one private JWK and what stands beside it |
//! | `sign-NNNN.json` | 0600 | a promotion: from `at` on, the key `seq` signs |
//! | `revoked-NNNN.json` | 0600 | a tombstone: the key NNNN is never trusted again |
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
//!   "period": 2592000, "max_mints_per_day": 10000000, "cap": 4 }
//! ```
//!
//! | file | members, beside `v` |
//! |---|---|
//! | `ring.json` | `name`; `issuer` (absent in a development ring, which mints for any); `purpose`: `signed` or `sealed`; `alg` of new keys; `created`; `L`, `C`, `S`, `R`, `period`; `max_mints_per_day`; `cap`, most live keys (4); `publish`, files elsewhere that hold the published set too; `permissions`: `graded`, unless it says `strict` |
//! | `key-` | the JWK's own (`kty`, `alg`, `use`, `kid`, key material), then `ring`, `seq`, `purpose`, `created`, `by`, `aux`; `imported` if it was made elsewhere; `hold`: `until` and `why`; `scrubbed`: when its private half was removed |
//! | `sign-` | `ring`, `seq`, `at`, `by` |
//! | `revoked-` | `revoked_at`, `reason`, `by` |
//! | `event-` | `ring`, `serial`, `at`, `by`, `what` (`init`, `stage`, `import`, `publish`, `withdraw`, `promote`, `revoke`, `prune`), `seq`, `kid`, `prev` |
//!
//! A key file is a private JWK with more members, so that other tools can read it. `aux` is 32 random
//! bytes in base64url. HKDF-SHA-256 makes one key a purpose of it: no salt, and `waxseal/v1/renewal`
//! (ids of renewed tokens), `waxseal/v1/nonce` (nonces of a sealing key) or `waxseal/v1/one-time` (one-time
//! tokens) as info. It is as secret as the key.
//!
//! `prev` is base64url of SHA-256 of the event file before, empty in the first. A broken chain is a warning
//! when a ring is opened ([`Keys::warnings`](crate::Keys::warnings)) and an error of `waxseal lint --keys
//! DIR`, with all else that can be wrong (see [`lint`](super::lint)). It is a record for people, not a
//! defence: who can write the folder can write another chain. A running process notices a ring whose last
//! event has a lower number than before, and does not follow it back.
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
//! A tombstone wins over everything. A rollback is one more `sign-` file. One key signs, or none after
//! `waxseal keys revoke SEQ --stop-signing`; a folder without any `sign-` file is not opened. The published
//! set holds staged, signing and retired keys, and no other.
//!
//! [`Keys::open`](crate::Keys::open) follows all of this. [`rotation`](super::rotation) says how it changes.
//!
//! # Names of keys
//! `kid` is `k`, the number, `-`, and up to 6 letters or digits: `k1-QjS9Ux`. It is short because it
//! travels in every token. The tail is the beginning of the RFC 7638 thumbprint; for a secret key it
//! is random, since a hash of a secret can be tested against guesses. A PASETO key's `kid` is its PASERK
//! id instead, `k4.pid.` or `k4.lid.` and 44 characters, as the PASERK specification has it. An imported
//! key that has a `kid` keeps it. Treat a `kid` as opaque: compare it whole, parse nothing out of it.
//!
//! A key in a file of its own that says no `kid` (every PEM and PASERK, some JWKs) stands alone. It mints
//! JWTs without a `kid`, and PASETOs whose footer names its PASERK id. It verifies whatever the token
//! names: there is no other key to mean. Several keys together are told apart by `kid` only.
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
//! assert_eq!(keys.keys().filter(|(_, state, _)| *state == KeyState::Signing).count(), 1);
//! assert_eq!(keys.serial(), 5); // init, stage, promote, stage, import
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Who may read what
//! On Unix a key file that everybody can read is refused, with the `chmod` line that mends it. One
//! that its group can read is used with a warning
//! ([`Keys::warnings`](crate::Keys::warnings)): some deployments mount secrets that way. On a read-only
//! mount, and in a folder that Kubernetes mounted (with `..data` in it), modes say little, and everybody's
//! right is a warning too. `"permissions": "strict"` in `ring.json` makes an error of every warning.
//! Owners, links and access lists are not looked at; on other systems nothing is.
//!
//! Who can *write* the folder owns the ring: a promotion is a small file without a signature.
//!
//! # How files are written
//! Beside the target, under a name like `.key-0003.json.tmp-4711-0`, 0600 from the first byte;
//! flushed to the disk; then linked into place. The link fails if the name is taken: of two writers
//! one wins, and nothing is overwritten. Only `jwks.json`, and the file of a key that is pruned, are
//! replaced, by a rename. A reader sees a
//! whole file or none. A `kill -9` or a power cut can leave a `.tmp-` file behind. It is ignored, but
//! it can hold a secret: `waxseal keys check --repair` sweeps it.
//!
//! The order of a new ring is the order of trust: keys, promotion, published set, history, and `ring.json`
//! at the very end. A folder with `key-` files and no `ring.json` is the rest of an interrupted `init`, or a
//! ring that lost its first page. Neither is opened, and neither is overwritten.
//!
//! [`Keys::open`](crate::Keys::open) never makes a ring. If the volume is missing, the service must
//! stop: a fresh ring would log everyone out.
//! [`Keys::for_development`](crate::Keys::for_development) does make one, and says so.
//!
//! # An RSA ring
//! `ring` makes no RSA keys, and neither does this crate. An RSA ring begins with a key made elsewhere:
//!
//! ```sh
//! openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out rsa.pem
//! waxseal keys init --keys keys --issuer https://id.example --alg RS256 --first-key rsa.pem
//! ```
//!
//! It then has one key, which signs, and none staged. `waxseal keys import next.pem --alg RS256 --keys keys`
//! stages the next one. `--first-key` takes a private key of every algorithm and form;
//! [`NewRing::first_key`](crate::keyring::NewRing::first_key) is the same in Rust. The file is not moved or
//! deleted: that is yours to do.
//!
//! # Forms of a key
//! | | JWK | PEM | PASERK |
//! |---|---|---|---|
//! | `HS256`, `HS384`, `HS512`, `A256GCM` | `oct` | – | – |
//! | `EdDSA` | `OKP` | PKCS #8, SPKI | – |
//! | `ES256`, `ES384` | `EC` | PKCS #8, SPKI; SEC1 is read | – |
//! | `RS…`, `PS…` | `RSA` | PKCS #8, SPKI; PKCS #1 is read | – |
//! | `v4.public` | `OKP` | PKCS #8, SPKI | `k4.secret`, `k4.public` |
//! | `v4.local` | `oct` | – | `k4.local` |
//! | `v3.public` | `EC` | PKCS #8, SPKI; SEC1 is read | `k3.secret`, `k3.public` |
//! | says its algorithm | `alg` | no | yes |
//! | says its `kid` | `kid` | no | no: its id follows from the key |
//! | in Rust | `from_jwk`, `to_public_jwk`, `export_secret_jwk` | `from_pem`, `to_public_pem`, `export_secret_pem` | `from_paserk`, `to_public_paserk`, `export_secret_paserk` |
//!
//! All are methods of [`Key`](crate::key::Key); PEM needs the feature `pem`, PASERK the feature `paseto`.
//! The program recognises the form by itself; `waxseal keys convert FILE --form jwk|pem|paserk --out FILE`
//! writes another, `waxseal keys id FILE` prints the names of a key. A bare HMAC, AES or v4.local secret is
//! read as `raw:FILE`, `hex:FILE` or `b64:FILE`, or by [`Key::from_secret`](crate::key::Key::from_secret).
//!
//! ## Which algorithm
//! A key has exactly one, and no token changes it.
//!
//! * A JWK's `alg` decides. Without one an `OKP` key is for `EdDSA`, an `EC` key for the `ES` algorithm of
//!   its curve; an `RSA` or `oct` key must be told: `--alg`, or
//!   [`Key::from_jwk_among`](crate::key::Key::from_jwk_among) with exactly one that fits. `alg: dir` is read
//!   as `A256GCM`.
//! * A PEM is read like a JWK without `alg`, but `--alg v4.public` or `--alg v3.public` makes it a PASETO key.
//! * PASETO keys in a JWK say `alg: "v4.public"`, `"v4.local"` or `"v3.public"`, names that no JOSE registry
//!   has, so that a JOSE library does not take such a key for one of its own.
//! * `use` and `key_ops` must agree with the algorithm and with each other. A private key whose `key_ops`
//!   are only `verify` does not mint.
//!
//! ## What is refused
//! | key | rule |
//! |---|---|
//! | HMAC secrets | at least as long as the hash (32, 48, 64 bytes), at most 1,024 bytes; not one that can be guessed |
//! | AES and v4.local keys, Ed25519 seeds | exactly 32 bytes; not one that can be guessed |
//! | Ed25519 public keys | no point of small order, none that is not canonical; beside a private key it must belong to it |
//! | EC points | on the curve, and uncompressed but in `k3.public`; coordinates of the curve's full width. P-256 and P-384 only |
//! | EC private keys | with their public point, which must belong to the scalar |
//! | RSA | modulus of 2,048 to 8,192 bits to verify, to 4,096 to sign; e odd, 65,537 to 2^33; two primes |
//! | PEM | one key a file; unencrypted; canonical base64; named curves only |
//! | PASERK | version 4, version 3 with `paseto-v3`; the right length for its kind |
//! | `k4.secret` | its second half must be the public key of its first half |
//!
//! An encrypted PEM, a certificate and an OpenSSH key are recognised, and the refusal names the command that
//! makes a key of them. So are wrapped PASERKs (`local-wrap`, `secret-wrap`, `local-pw`, `secret-pw`,
//! `seal`): unwrap them where they were wrapped. `lid`, `pid` and `sid` are ids and no keys.
//!
//! ring wants the public point of an EC private key, and some tools leave it out. OpenSSL adds it, to a key
//! in SEC1 or PKCS #8:
//!
//! ```sh
//! openssl ec -in key.pem -out whole.pem
//! ```
//!
//! Private keys are written as PKCS #8 version 1, which OpenSSL and Node.js read. Version 2, which holds the
//! public key of Ed25519 too, is read and not written.
//!
//! ```
//! # #[cfg(all(feature = "pem", feature = "paseto"))] {
//! use waxseal::key::{Algorithm, Key};
//!
//! // One key in three forms.
//! let key = Key::generate(Algorithm::V4Public)?;
//! let paserk = key.export_secret_paserk().expect("a private PASETO key");
//! let pem = key.export_secret_pem().expect("PEM has a form for Ed25519");
//! let jwk = key.export_secret_jwk().expect("it is private");
//! assert_eq!(Key::from_paserk(paserk.expose_secret())?, key);
//! assert_eq!(Key::from_jwk(jwk.expose_secret().as_bytes())?, key);
//! assert_eq!(Key::from_pem_among(pem.expose_secret(), &[Algorithm::V4Public])?, key);
//!
//! // PEM does not say what an Ed25519 key is for: JOSE, unless told.
//! assert_eq!(Key::from_pem(pem.expose_secret())?.algorithm(), Algorithm::EdDsa);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
