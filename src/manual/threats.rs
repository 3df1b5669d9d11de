//! What it defends against, and what not. `SECURITY.md` has the long form; this page is for the
//! design of your own service.
//!
//! # Who can do what
//! | who holds | can read a signed token | can read a sealed token | can mint |
//! |---|---|---|---|
//! | the token | yes, all of it | no, but its length and header | no |
//! | `jwks.json` of a ring of Ed25519, ECDSA or RSA keys | yes | – | no |
//! | the folder of such a ring | yes | – | **yes** |
//! | an HMAC secret or ring | yes | – | **yes** |
//! | a sealed (`A256GCM`, `v4.local`) ring | – | yes | **yes** |
//!
//! So: one service issues and verifies → sealed. Others verify → `EdDSA` or `v4.public`, and give them
//! `jwks.json` and nothing else. ECDSA and RSA are for verifiers that know nothing else. HMAC is for the
//! case where every verifier is trusted to be an issuer.
//!
//! # What an attacker tries
//! | attack | answer |
//! |---|---|
//! | change a claim | the signature covers the text; `bad_signature` |
//! | `alg: none` | refused in every spelling; `unsecured` |
//! | HS256 with the public key as secret | the key owns the algorithm; `wrong_algorithm` |
//! | a `v4.public` token with an `EdDSA` key, an `RS256` key with `PS256` | one key, one algorithm, one format; `wrong_algorithm` |
//! | another footer on a PASETO, another tenant's token | footer and implicit assertion are signed with the rest; `bad_signature` |
//! | an ECDSA signature turned over (n − S) | it verifies, as ECDSA has it: the same token in another text; see below |
//! | own key in `jwk`, `jku`, `x5c` or `x5u` | ignored; keys come from the verifier alone |
//! | `crit`, `b64`, `zip`, a nested JWT | refused; `unknown_extension`, `nested` |
//! | two `exp` members, one for each parser | refused; `bad_claims` |
//! | a token of another service | `aud` must name you; `wrong_audience` |
//! | a token of another issuer under a shared `kid` | a key vouches for one issuer; two keys of one `kid` are not guessed between |
//! | an ID token or access token as a session | `typ` must be `session+jwt`; `wrong_type` |
//! | padding, white space or odd bits in base64url | one text for one byte string; `malformed` |
//! | a 10 MB token, a header nested 1,000 deep | length first, depth 4; `too_long`, `malformed` |
//! | a form on another site | `SameSite=Lax`, `Sec-Fetch-Site`, `Origin`, else a token of the session; `other_site`, `csrf_token_missing` |
//! | a cookie that a neighbour under the domain plants | `__Host-`; a login begins another `sid`; two of one name are refused; `two_carriers` |
//! | a cookie's value as a bearer token, or under another name | the token says which cookie it is for; `wrong_carrier` |
//! | a guest's token as a user's | another `typ`; `wrong_type` |
//! | a link to the login page that leads on to another site | `ReturnTo` takes paths of this site only |
//! | a cache that hands out somebody's page | `Vary: Cookie`, `no-store` |
//! | probing for the cause | [`for_client`](crate::VerifyError::for_client) is `invalid_token` for all |
//!
//! # What it cannot do for you
//! * **A stolen token works** until its `exp`, or until the session is revoked at that verifier.
//!   Nothing ties a token to a device. Send it over TLS only, in a cookie that is `HttpOnly`,
//!   `Secure` and `SameSite`, and keep it out of URLs and logs. The web layer does so.
//! * **A copied cookie is the session.** Nobody can tell two browsers with one cookie apart, and use by either
//!   renews it. A logout ends both; a login, or `promote`, ends the copy.
//! * **An older cookie is good until its `exp`.** Whoever keeps one has the old state back for so long: no counter
//!   that must only go one way belongs in it.
//! * **A signed token is public to its holder.** Names, carts and roles in the state can be read with
//!   `waxseal inspect`. Seal what the holder must not see.
//! * **State is a copy.** What you put in at login is still there at `exp`, whatever your database
//!   says by then. Revoke, or keep the fact out of the token.
//! * **Last writer wins.** Two tabs that change the state of one session each get a valid token. The
//!   browser keeps one of them. Keep what must not be lost on the server.
//! * **Logout is as wide as the list.** A verifier that follows none knows of none; one whose feed is
//!   dead learns of it late, within a bound that you choose; see [`revocation`](super::revocation).
//! * **A clock set back revives tokens.** A clock set ahead ends them all. Watch both.
//! * **It is not independently audited.**
//!
//! # Never by the token's text
//! Do not use the text of a token as the key of a cache, a rate limit or a deny list. A renewal gives
//! another text for the same session. ECDSA, PSS, `v4.local` and a sealing key without a ring draw
//! random bytes, so that equal claims have different texts; of an ECDSA signature anybody can make a
//! second one that is valid too. And a text in a log is a credential in a log. Use
//! [`Session::id`](crate::Session::id) or [`Session::token_id`](crate::Session::token_id): both are
//! safe to print.
//!
//! ```
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path().join("keys");
//! use waxseal::{Issuer, Revocations, Verifier, keyring::NewRing};
//!
//! let keys = NewRing::new("https://id.example").create(&dir)?;
//! let token = Issuer::new(&keys, "https://id.example", "shop")?.mint("ada", "secret plans")?;
//! assert!(format!("{token:?}").starts_with("Token([redacted]")); // Debug is fit for a log
//!
//! let verifier = Verifier::new(keys, "https://id.example", "shop")
//!     .revocations(Revocations::none_because("an example"));
//! let session = verifier.verify::<String>(&token)?;
//! let line = format!("{session:?}");
//! assert!(line.contains(&session.id().to_string()));
//! assert!(!line.contains("ada") && !line.contains("secret plans"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What to log, what to say
//! Log [`VerifyError`](crate::VerifyError) in full, with its `code()`: it names the stage and both
//! sides of the mismatch, and holds neither the token nor a key. It can quote `alg` and `kid` of a
//! header that nobody vouched for, and claims of an authentic token; escape it where a log is shown.
//! Tell the client 401 and `invalid_token`, whatever the cause.
