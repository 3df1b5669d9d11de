//! What is in a token.
//!
//! A session token is a JWT: a Claims Set (RFC 7519) inside a JWS or a JWE in Compact Serialization
//! (RFC 7515, RFC 7516). Any JOSE library can verify a signed one.
//!
//! # The two forms
//! | | signed | sealed |
//! |---|---|---|
//! | parts | `header.payload.signature` | `header..iv.ciphertext.tag` |
//! | header | `{"alg":"EdDSA","kid":"k1-QjS9Ux","typ":"session+jwt"}` | `{"alg":"dir","enc":"A256GCM","kid":"k1-9FtBcX","typ":"session+jwt"}` |
//! | `alg` | `EdDSA` (`Ed25519` is read too) or `HS256` | `dir` with `enc` `A256GCM`, nothing else |
//! | signature or tag | 64 bytes (Ed25519), 32 bytes (HS256) | 16 bytes; the IV has 12 |
//! | covers | ASCII of `header.payload` | the ciphertext; the encoded header is the associated data |
//! | the holder reads | everything | header and length |
//! | one small session | 574 bytes | 547 bytes |
//!
//! All parts are base64url without padding, and canonical: bits that are left over are zero. There is
//! no compression and no padding, so the length of a sealed token tells the length of its state.
//!
//! # The claims
//! Every session token has these, in this order; only `ck` may be absent. *Date* is a whole number of
//! seconds since 1970-01-01T00:00:00Z.
//!
//! | claim | type | meaning |
//! |---|---|---|
//! | `iss` | string | who minted it; equal to the ring's issuer |
//! | `aud` | string | the service it is for; verifiers also read an array |
//! | `sub` | string | who logged in |
//! | `sid` | 22 characters | session id: 128 random bits in base64url; kept by every renewal |
//! | `jti` | 22 characters | token id; random at login, derived at a renewal |
//! | `iat` | date | minted; at a renewal, the beginning of the renewal window |
//! | `nbf` | date | equal to `iat` |
//! | `exp` | date | no verifier accepts it later; never after `abs` |
//! | `auth_time` | date | when the holder authenticated; renewal does not move it |
//! | `sst` | **milliseconds** | session start; what a cut-off is compared with |
//! | `idl` | date | idle limit: no renewal from then on; never after `abs` |
//! | `abs` | date | absolute limit: no renewal from then on, whatever happens |
//! | `rnw` | date | a renewal is due from then on |
//! | `pro` | string | name of the limits: `default`, `aal2`, your own |
//! | `gen` | number | how often it was renewed: 0, 1, 2, … |
//! | `ver` | number | format version, 1; any other is refused |
//! | `ck` | string | name of the cookie it is bound to; read and shown, not written or enforced yet |
//! | `st` | any JSON | the caller's state |
//!
//! Readers accept any order, white space, escapes and unknown members. They refuse a missing claim,
//! one of another type or one that stands twice, a payload that does not begin with `{`, and a date
//! before 1970 or after the year 9999. A date may have a fraction: `1795234802.5` is legal.
//!
//! # Verifying in another language
//! Steps 2, 4, 5 and 7 are what a good JWT library does when it is told to. The others are often left
//! to you.
//!
//! 1. Refuse a text of more than 8,192 bytes, or without exactly 3 parts.
//! 2. Decode the header. Refuse `crit`, `b64` and `zip`. Ignore `jwk`, `jku`, `x5c`, `x5u`.
//! 3. Find the key whose `kid` is exactly the header's in your copy of `jwks.json`. Unknown: refuse.
//!    Refresh the copy on a timer, every 24 h at least, and not whenever a token names a new key.
//! 4. Refuse if the header's `alg` is not the key's. Never pick the algorithm from the token.
//! 5. Verify the signature over the first two parts as they were sent. Only then read the payload.
//! 6. `typ` must be `session+jwt` (case and a leading `application/` do not matter).
//! 7. `iss` must equal your issuer, `aud` must be you. With a leeway of 30 s: now < `exp`,
//!    now ≥ `nbf`, now ≥ `iat`.
//! 8. `ver` must be 1.
//! 9. `sid` and `jti` must not be in your revocation list, and for each cut-off of the `sub`, `sst`
//!    must be later.
//!
//! With PyJWT, steps 1 and 9 left out:
//!
//! ```python
//! keys = {k["kid"]: jwt.PyJWK(k) for k in json.load(open("jwks.json"))["keys"]}
//! header = jwt.get_unverified_header(token)
//! claims = jwt.decode(token, keys[header["kid"]], algorithms=["EdDSA"],
//!                     issuer="https://id.example", audience="shop", leeway=30,
//!                     options={"require": ["exp", "iat", "nbf", "sid"]})
//! assert header["typ"] == "session+jwt" and claims["ver"] == 1
//! ```
//!
//! A verifier needs neither `idl`, `abs`, `rnw` nor `gen`: they are the issuer's business. Who wants
//! to open a sealed token needs the secret, and can then mint; see [`threats`](super::threats).
//!
//! # From Rust, without the session types
//! The generic verifier reads a session token like any JWT, once it is told the `typ`.
//!
//! ```
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path().join("keys");
//! use serde::Deserialize;
//! use waxseal::{Issuer, Revocations, jwt, keyring::NewRing};
//!
//! let keys = NewRing::new("https://id.example").create(&dir)?;
//! let token = Issuer::new(&keys, "https://id.example", "shop")?.mint("ada", &[7])?;
//!
//! #[derive(Deserialize)]
//! struct OnTheWire { sst: u64, r#gen: u64, ver: u64, st: Vec<u32> }
//!
//! let claims = jwt::Verifier::<OnTheWire>::setup(keys)
//!     .issuer("https://id.example")
//!     .audience("shop")
//!     .typ("session+jwt")
//!     .revocations(Revocations::none_because("an example"))
//!     .verify(&token)?;
//! let wire = claims.into_custom();
//! assert_eq!((wire.r#gen, wire.ver, wire.st), (0, 1, vec![7]));
//! assert!(wire.sst > 1_700_000_000_000); // milliseconds
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Other tokens
//! [`jwt::Issuer`](crate::jwt::Issuer) mints any Claims Set with an `exp`, under a header of `typ`
//! `JWT` or your own. [`jwt::verify_raw`](crate::jwt::verify_raw) checks the signature of a JWS whose
//! payload is no JSON. Not read yet: PASETO, JWS with ES256 or RSA, JWE with key wrapping or key
//! agreement, JSON Serialization, detached payloads.
