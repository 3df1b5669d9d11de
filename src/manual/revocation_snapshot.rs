//! The signed snapshot of a revocation list: its form, byte for byte, and what a verifier owes.
//!
//! A snapshot is for verifiers that share neither a disk nor an engine with the writer of the list: in
//! other languages, on other hosts, at the edge. It is one small text, a JWS, that can lie in any file
//! and behind any web server or cache. Whoever holds it can judge sessions with no further question,
//! until it expires. `examples/verifiers` has such a verifier in Node.js and one in Python, of at most 60
//! lines each.
//!
//! ```sh
//! waxseal keys new --alg EdDSA --kid feed-1 --out feed.jwk    # the feed key; it signs nothing else
//! waxseal keys public feed.jwk > feed.public.jwk              # give this one to verifiers
//! waxseal serve --keys keys --revoked revoked.db --feed-key feed.jwk
//! curl http://127.0.0.1:8080/.well-known/revocations.jwt
//! waxseal revoke export --store revoked.db --key feed.jwk --out revocations.jwt   # or as a file
//! ```
//!
//! In Rust, [`SnapshotWriter`] signs,
//! [`Revocations::follow_snapshot`](crate::Revocations::follow_snapshot) follows.
//!
//! [`SnapshotWriter`]: crate::revocation::SnapshotWriter
//!
//! # The text
//! A JWS in its Compact Serialization (RFC 7515), of at most
//! [`limits::SNAPSHOT_BYTES`](crate::limits::SNAPSHOT_BYTES) bytes (64 MiB). White space after it is
//! ignored. Its media type is `application/jwt`.
//!
//! **Header.** `alg` is `EdDSA` (Ed25519, RFC 8037), always. `typ` is `revocations+jwt`. `kid` is that
//! of the feed key, if it has one.
//!
//! **Payload.** A JSON object. A member that stands twice is refused, one that is not known is ignored.
//!
//! | member | type | what |
//! |---|---|---|
//! | `iss` | string, optional | whose list it is |
//! | `iat` | NumericDate | when it was signed |
//! | `exp` | NumericDate | `as_of` + B, rounded down: from then on nobody may go by it |
//! | `ver` | 1 | the version of this form; any other is refused |
//! | `ser` | whole number | the serial; each snapshot has a higher one than those before it |
//! | `as_of` | milliseconds since 1970 | everything published up to then is in it |
//! | `policy` | object | the list's `B`, `B_mint`, `L` and `S` in milliseconds; a verifier that goes by `exp` needs none of them |
//! | `revoked` | object | the entries, a text for each kind; a kind that is not known is refused, one that is absent is empty |
//!
//! Whole numbers are at most 2^53 − 1.
//!
//! # The entries
//! Each member of `revoked` is base64url without padding. Decoded, it is a row of entries of one length,
//! with nothing between them and nothing after them. Numbers are unsigned and big-endian.
//!
//! | member | bytes of an entry | ends |
//! |---|---|---|
//! | `sid` | 16 name, 4 end | a session, all its tokens |
//! | `jti` | 16 name, 4 end | one token |
//! | `sub` | 16 name, 16 spared session, 8 cut, 4 end | the sessions of a subject that began up to the cut; one that is spared lives on, all zeros spare none |
//! | `scope` | 16 name, 8 cut, 4 end | the sessions of a scope (`rsc`) that began up to the cut |
//! | `kid` | 16 name, 4 end | every token of a key |
//! | `all` | 8 cut, 4 end | every session that began up to the cut |
//!
//! - **name**: for a `sid` or `jti` that is 22 characters of canonical base64url, which is what ours are,
//!   the 16 bytes that it encodes. For everything else the first 16 bytes of
//!   SHA-256(word ‖ `:` ‖ text), the word being the member's name: `sub:ada`, `scope:acme`, `kid:k1`,
//!   `sid:` and `jti:` before ids of other issuers.
//! - **cut**: milliseconds since 1970, below 253 402 300 800 001.
//! - **end**: seconds since 1970, from when on the entry may leave the list; all bits set for never. It
//!   says when to forget, and not when to begin accepting: an entry that is there is in force.
//!
//! Entries of a kind are sorted by their bytes before the end. Who reads need not rely on it. One name may
//! stand several times in `sub`, with other spared sessions: each entry ends what it says.
//!
//! # What a verifier does
//! First the token as ever: signature, `typ`, `iss`, `aud`, `exp`. Then, in this order:
//!
//! 1. Refuse a snapshot that is longer than the limit.
//! 2. Check the signature with the feed key, which it was given and looks for nowhere else. The
//!    algorithm is EdDSA, whatever the header says.
//! 3. Refuse another `typ` than `revocations+jwt`, and another `ver` than 1. A session is no snapshot,
//!    even one that the same key signed.
//! 4. Refuse it from `exp` on. **No good snapshot means no verdict**: answer 503, and accept nothing.
//!    Ours goes on accepting tokens that live for less than B; to do that is optional.
//! 5. Refuse a `ser` below the highest that was seen, and keep the highest on a disk: or else whoever
//!    can exchange the file undoes a logout by serving yesterday's.
//! 6. Refuse a text in `revoked` whose length is no multiple of its entry's.
//! 7. Refuse the token if any of these holds, where *start* is `sst` in milliseconds, or for a token
//!    without it `iat` × 1000, or for one without either the beginning of time:
//!    - its `sid` is in `sid`, or its `jti` in `jti`;
//!    - the `kid` of its header is in `kid`;
//!    - an entry of `all` has start ≤ cut;
//!    - an entry of `scope` names its `rsc`, and start ≤ cut;
//!    - an entry of `sub` names its `sub`, start ≤ cut, and the token's `sid` is not the spared one.
//!
//! Fetch it anew every 30 s, with `If-None-Match`, and twice in B at the least. An answer of 304 does not
//! make it younger: `as_of` is signed. Step 4 is repeated for each token, also while nothing can be
//! fetched. What was read stays in force until a newer one is.
//!
//! Cuts are compared with the token's start and never with a clock. So verifiers whose clocks differ
//! agree, and a login after the cut is good at once.
//!
//! # How late it may be
//! `waxseal serve` looks for new entries every second and signs anew when there are some, and every 10 s
//! (B/6 if that is sooner) to say that there are none. It lets caches keep an answer for 30 s (B/10 if that is shorter). So a
//! logout is in force everywhere after a minute or so, and after B if everything that lies between fails. A
//! list that is itself too old is not signed: the last snapshot expires, and `serve` answers 503.
//!
//! Serials are milliseconds of `as_of`, or one more than the last. So a writer that has lost its memory
//! goes on above what it signed, unless its clock went back; then verifiers tell of an older serial
//! until the clock is past it.
//!
//! # What it gives away
//! Names are hashed so that a snapshot is small, and **not** so that they are secret. Whoever has it
//! can test whether `ada` is in it, and so try every name of a list of names; tenants and keys too. What
//! it does not give away is which sessions a subject has, and anything about whoever is not in it. If it
//! is nobody's business who was logged out, serve it where verifiers are and nowhere else.
//!
//! Whoever has the feed key can log anybody out, and can keep logouts from being known for as long as
//! it also controls the place. It cannot make a session. That is why it is a key of its own: `serve`
//! refuses one that stands in the published set.
//!
//! # A worked example
//! ```
//! use waxseal::base64url;
//! use waxseal::claims::SessionId;
//! use waxseal::key::Key;
//! use waxseal::revocation::{Revocation, Snapshot, SnapshotWriter};
//! use waxseal::time::{ManualClock, Timestamp};
//! use waxseal::RevocationList;
//!
//! let feed_key = Key::from_jwk(br#"{"kty":"OKP","crv":"Ed25519","kid":"feed-1",
//!     "x":"PA9bfJNVsr--XGJtMSOGYQ6Ev8YPZipYZ2rIPrgFIa8","d":"pqQpjwe0QCGt5LJwYxSYksQoXZBB3mndnhh_ku_NaC4"}"#)?;
//! let now = Timestamp::from_secs(1_795_225_163);
//! let list = RevocationList::setup().clock(ManualClock::at(now).clock()).in_memory();
//! let session: SessionId = "H9Ez54OdIP9wrGqtzkhIZA".parse()?;
//! list.revoke(&Revocation::session(session))?;
//! list.revoke(&Revocation::foreign_token("42"))?;
//! list.revoke(&Revocation::subject("ada").except(session).before(now))?;
//! list.revoke(&Revocation::scope("acme").before(now))?;
//! list.revoke(&Revocation::key("k1"))?;
//! list.revoke(&Revocation::everything().before(now))?;
//! let signed = SnapshotWriter::new(&list, &feed_key)?.issuer("https://id.example").sign()?;
//!
//! let parts: Vec<&str> = signed.text().split('.').collect();
//! let text = |part: &str| String::from_utf8(base64url::decode(part).unwrap()).unwrap();
//! assert_eq!(text(parts[0]), r#"{"alg":"EdDSA","kid":"feed-1","typ":"revocations+jwt"}"#);
//! assert_eq!(text(parts[1]), concat!(
//!     r#"{"iss":"https://id.example","iat":1795225163,"exp":1795226093,"ver":1,"#,
//!     r#""ser":1795225163000,"as_of":1795225163000,"#,
//!     r#""policy":{"B":930000,"B_mint":60000,"L":28800000,"S":30000},"#,
//!     r#""revoked":{"sid":"H9Ez54OdIP9wrGqtzkhIZGsBbOM","#,
//!     r#""jti":"0lRWxxeTaItgDNcafwX3dmsBbOM","#,
//!     r#""sub":"p2WJHSwbnta47ckDdY6_DR_RM-eDnSD_cKxqrc5ISGQAAAGh-8IU-GsBbOM","#,
//!     r#""scope":"2PFia5lXOHYWHVtyxqDUmQAAAaH7whT4awFs4w","#,
//!     r#""kid":"7R5XajV0btsQe3GxFKdlQv____8","#,
//!     r#""all":"AAABofvCFPhrAWzj"}}"#,
//! ));
//!
//! // The entry of `sub`, in its parts.
//! let hex = |part: &str| -> String {
//!     base64url::decode(part).unwrap().iter().map(|byte| format!("{byte:02x}")).collect()
//! };
//! assert_eq!(hex("p2WJHSwbnta47ckDdY6_DR_RM-eDnSD_cKxqrc5ISGQAAAGh-8IU-GsBbOM"), concat!(
//!     "a765891d2c1b9ed6b8edc903758ebf0d", // name: SHA-256("sub:ada")
//!     "1fd133e7839d20ff70ac6aadce484864", // the spared session: H9Ez54OdIP9wrGqtzkhIZA
//!     "000001a1fbc214f8",                 // cut: 1795225163000 ms
//!     "6b016ce3",                         // end: 1795255523 s, now + B + L + 10 min + S
//! ));
//!
//! let public = Key::from_jwk(feed_key.to_public_jwk().unwrap().as_bytes())?;
//! assert_eq!(&Snapshot::open(signed.text(), &public)?, signed.snapshot());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
