//! How the crate is built.
//!
//! # Floors
//! A top-level module is a *room*. Every room stands on a floor and imports from lower floors only:
//! never up, never from a neighbour. `cargo floors` reads the sources and proves it.
//!
//! | floor | rooms | what they know |
//! |---|---|---|
//! | 8 | `http` | sessions in a web application: the layer, the extractors, cookies and answers |
//! | 7 | `session` | sessions: issuer, verifier, renewal, lifetimes |
//! | 6 | `jwt` | the verification pipeline, for claims of any type |
//! | 5 | `keyring`, `policy`, `revocation` | which keys are trusted, which claims are accepted, what was ended early |
//! | 5 | `jsonwebtoken` | our keys as that crate's, and its cryptography on ring; nothing here needs it |
//! | 4 | `token` | JWS, JWE and PASETO texts; the header and the footer |
//! | 3 | `key`, `claims` | a key and its one algorithm, as JWK, PEM and PASERK; claims and their types |
//! | 2 | `crypto` | primitives: bytes in, bytes out |
//! | 2 | `follow` | a value that is read again and swapped whole under its readers |
//! | 2 | `db` | SQLite: one connection, and what it must never do |
//! | 1 | `time`, `base64url`, `json`, `printable`, `secret`, `spread`, `limits`, `durable`, `fetch` | the ground; `fetch` alone speaks HTTP |
//!
//! The program is outside: a client of the public API like any other. Foreign crates come in by one
//! door each: `ring`, `ed25519-dalek`, `p384` and `pasetors` are named in `crypto` and nowhere else in
//! the library, `pkcs8`, `pkcs1` and `sec1` in `key`, `base64` in `base64url`, `chrono` and `rustix` in
//! `time`, `memchr` in `token`, `arc-swap` in `follow`, `ureq` in `fetch`, `rusqlite` in `db`, `redis` in
//! `revocation`. `axum-core`, `http`, `tower-layer`, `tower-service`, `cookie` and `tokio` are named in `http`; the last two
//! in the program too. `clap`, `axum`, `hyper` and `hyper-util` enter the program only.
//!
//! # Who does the cryptography
//! | primitive | by | why |
//! |---|---|---|
//! | HMAC, AES-GCM, HKDF, digests, ECDSA, RSA | `ring` | keys are prepared once; constant time |
//! | Ed25519: `EdDSA` and `v4.public` | `ed25519-dalek` | `verify_strict`. PASETO's encoding of what is signed is ours |
//! | `v4.local`, ids of version 4 keys | `pasetors` | ring has neither XChaCha20 nor BLAKE2b |
//! | `v3.public` | `ring` signs and verifies on P-384; `p384` only finds the point of a compressed key or of a scalar | PASERK has keys in these two forms only |
//! | PASERK and PEM as text | ours, and `pkcs8`, `pkcs1`, `sec1` | one strict reading for each form |
//!
//! ring checks an EC point and an RSA key's numbers when it uses them. Here that is done when a key is
//! read, by one key agreement and one signature, so that a bad key never reaches a request.
//!
//! # Verification is one function
//! A text becomes a session in nine stages. The value in hand changes its type on the way, and each
//! type has one maker, so that code which skips a stage does not compile.
//!
//! ```text
//! &str ── form ──> UntrustedToken ── key ──> NamedToken ── signature ──> Authenticated
//!      ── type, issuer, audience, time, claims ──> Accepted<C>
//!      ── revocation ──> NotRevoked<Accepted<C>> ──> Session<T> or Claims<C>
//! ```
//!
//! | stage | asks | cost when it refuses |
//! |---|---|---|
//! | form | at most 8 KB; 3 or 5 parts, or a PASETO; strict header or footer | no cryptography |
//! | key | one trusted key of that `kid`, and is it this key's algorithm? | no cryptography |
//! | signature | MAC, signature or tag | one primitive |
//! | type (and a footer that was asked for), issuer, audience, time, claims | in this order; the first refusal wins | the payload is read |
//! | revocation | session, token; key, cut-offs; then the age of the list | at most seven look-ups in memory, two where there are no cut-offs |
//!
//! Before the signature is right the payload is not parsed; in a JWS it is not even decoded. The token
//! never chooses an algorithm: it names a key, and the key has exactly one.
//!
//! [`Verifier::explain`](crate::Verifier::explain) runs the same function and writes down what each
//! stage said. There is no second implementation that could disagree.
//!
//! ```
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path().join("keys");
//! use waxseal::jwt::{Stage, Verdict};
//! use waxseal::{Issuer, Revocations, Verifier, keyring::NewRing};
//!
//! let keys = NewRing::new("https://id.example").create(&dir)?;
//! let token = Issuer::new(&keys, "https://id.example", "blog")?.mint("ada", &())?;
//!
//! let shop = Verifier::new(keys, "https://id.example", "shop")
//!     .revocations(Revocations::none_because("an example"));
//! let (report, result) = shop.explain::<()>(&token);
//! let refused: Vec<Stage> = report
//!     .checks
//!     .iter()
//!     .filter(|check| check.verdict == Verdict::Failed)
//!     .map(|check| check.stage)
//!     .collect();
//! assert_eq!(refused, [Stage::Audience]);
//! assert_eq!(result.unwrap_err().code(), "wrong_audience");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Two shortcuts, and why they are safe
//! *A known header.* A verifier with one source of keys writes down, once, the header that our own issuer makes for each of
//! its keys. A token whose encoded header equals one of them, byte for byte, is not parsed for its
//! header. Equality of bytes is a stricter test than parsing.
//!
//! *Known claims.* Claims written exactly as we write them (same members, same order, no white
//! space, no escapes) are read by a scanner. Anything else goes to the strict JSON reader. A property
//! test holds the two together: where the scanner accepts, the strict reader says the same.
//!
//! # A request's session is one slot
//! The web layer puts a slot into the request before a handler runs, and reads it when the handler is done. The
//! slot holds what the request says of itself (cookies, `Authorization`, who sent it), and what the answer shall
//! carry. The session is looked for once, when an extractor asks first.
//!
//! ```text
//! request ── layer: refuse other sites ──> handler: Session<T>, SessionMut<T>, Expiry
//!                    │                          │ find (once), change (one writer)
//!                    └────── slot <─────────────┘
//! answer <── layer: renew if used, Set-Cookie, Vary, no-store
//! ```
//!
//! A change mints the next token at once, so that what does not fit, or was revoked meanwhile, is an error of that
//! call and not of the answer. The layer itself fails nothing. What must be on a disk first (a login, a logout) is
//! awaited on a thread for it; nothing else waits.
//!
//! # No I/O, no global state
//! Minting, verifying and renewing read memory and the clock. Nothing waits, and nothing needs an
//! async runtime. What is read again, as by [`PublicKeys::follow`](crate::PublicKeys::follow), is read by
//! a named thread of its own, which ends with the last handle; the result is swapped whole, and nobody
//! waits for it. A [`KeySource`](crate::key::KeySource) of your own is asked again at every verification. It may hand out another
//! [`KeySet`](crate::key::KeySet) whenever it likes.
//!
//! Time comes from a [`Clock`](crate::time::Clock) that you pass in. Tests move a
//! [`ManualClock`](crate::time::ManualClock) by hand instead of sleeping.
//!
//! # Rules that a machine keeps
//! * `unsafe_code = "forbid"`, and no `unwrap`, `expect`, `panic!` or indexing in library code.
//! * Clock, randomness and file writes happen in one file each; clippy refuses them elsewhere.
//! * No file above 400 lines of code, and a median below 200.
