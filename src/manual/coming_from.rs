//! Guides for users of other tools: what it is called here, and what is different.
//!
//! # From `jsonwebtoken`
//! | there | here |
//! |---|---|
//! | `EncodingKey`, `DecodingKey` | [`Key`](crate::key::Key): one type, with [`public_half`](crate::key::Key::public_half) |
//! | `EncodingKey::from_rsa_pem`, `DecodingKey::from_ec_pem` and the like | `Key::from_pem_among(pem, &[Algorithm::Rs256])`, `Key::from_pem(pem)` |
//! | `Header { alg, kid, .. }` | the key sets `alg` and `kid`; `typ` on [`jwt::Issuer`](crate::jwt::Issuer) |
//! | `encode(&header, &claims, &key)` | `jwt::Issuer::new(key)?.mint(&claims)` |
//! | `decode::<C>(token, &key, &validation)` | `verifier.verify(token)`, once a [`jwt::Verifier`](crate::jwt::Verifier) is set up |
//! | `Validation::new(alg)` | nothing: the key has one algorithm |
//! | `set_audience`, `set_issuer` | `audience`, `issuer`: what is configured is required |
//! | `set_required_spec_claims` | `require(name)`, for any name |
//! | `leeway`: 60 s | `leeway`: 30 s, at most 10 min |
//! | `validate_nbf`: off by default | `nbf` and `iat` are always checked when there |
//! | `decode_header` | `UntrustedToken::parse(text, most)?.untrusted_header()` |
//! | `jwk::JwkSet` | [`KeySet::from_jwk_set`](crate::key::KeySet::from_jwk_set) |
//! | `ErrorKind` | [`VerifyError`](crate::VerifyError), with a stable `code()` |
//!
//! Every algorithm of jsonwebtoken 11 is here. Not here: DER without the armour of PEM, and JWS JSON
//! Serialization.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use waxseal::key::{Algorithm, Key, KeySet};
//! use waxseal::{Revocations, jwt};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Claims { sub: String, aud: String, exp: i64 }
//!
//! let key = Key::generate(Algorithm::EdDsa)?;
//! let claims = Claims { sub: "ada".into(), aud: "shop".into(), exp: 4_102_444_800 };
//! let token = jwt::Issuer::new(key.clone())?.mint(&claims)?;
//!
//! let public = key.public_half().expect("EdDSA has one");
//! let verifier = jwt::Verifier::<Claims>::setup(KeySet::only(public))
//!     .audience("shop")
//!     .revocations(Revocations::none_because("as before"));
//! assert_eq!(verifier.verify(&token)?.custom().sub, "ada");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## jsonwebtoken on ring again
//! Whoever stays with jsonwebtoken, or moves service by service, finds the module
//! `waxseal::jsonwebtoken` behind the feature of that name. Since version 10 jsonwebtoken wants one of
//! two back-ends, and panics with none or both; `ring` is no longer among them. Ours is:
//!
//! ```toml
//! jsonwebtoken = { version = "11.1", default-features = false } # and "use_pem", if you read PEM by it
//! waxseal = { version = "0.1", default-features = false, features = ["jsonwebtoken"] }
//! ```
//!
//! | you want | write |
//! |---|---|
//! | jsonwebtoken's cryptography on ring | `RING_PROVIDER.install_default()`, first thing in `main`; a library must not |
//! | a ring's newest key for `encode` | `encoding_key(&key)?` |
//! | to `decode` what we mint | `decoding_key(&key)?` with `validation(key.algorithm(), issuer, audience)?` |
//! | our JWK Set as a `JwkSet` | `jwk_set(&set)`; `jwk(&key)?` for one |
//! | its `Jwk`, `JwkSet` as our keys | `from_jwk(&jwk, &[])?`, `from_jwk_set(&set, &[])?` |
//!
//! Every algorithm of jsonwebtoken 11 is there, and every function for its JWKs. The keys stay the
//! caller's: a short secret is accepted, as before. Not so an empty one, an RSA key under 2048 bits, an
//! Ed25519 key of small order. What ring lacks is an error, never a panic: RSA over 4096 bits for
//! signing, EC private keys without their public point, compressed points.
//!
//! jsonwebtoken ignores `typ` and `crit`, and asks no revocation list: verify sessions with ours.
//!
//! # From `jwt-simple`
//! | there | here |
//! |---|---|
//! | `HS256Key::generate()`, `Ed25519KeyPair::generate()` | `Key::generate(Algorithm::Hs256)`, `Key::generate(Algorithm::EdDsa)` |
//! | `RS256KeyPair::from_pem(..)`, `ES256KeyPair::from_pem(..)` | `Key::from_pem_among(pem, &[Algorithm::Rs256])`, `Key::from_pem(pem)`; RSA keys are not made here |
//! | `Claims::create(Duration)` | your own struct with `exp`, or a session, whose times are [`Lifetimes`](crate::session::Lifetimes) |
//! | `key.authenticate(claims)`, `key_pair.sign(claims)` | `jwt::Issuer::new(key)?.mint(&claims)` |
//! | `key.verify_token::<C>(token, options)` | `verifier.verify(token)` |
//! | `allowed_issuers`, `allowed_audiences` | `issuer`, `audience`: one each; several verifiers for several |
//! | `time_tolerance`: 15 min | `leeway`: 30 s |
//! | `exp` may be absent | required, unless `allow_missing_expiry` |
//! | `artificial_time` | `clock(ManualClock::at(..).clock())` |
//! | `reject_before` | [`Revocation::subject`](crate::revocation::Revocation::subject), or `everything` |
//!
//! Not here: `ES256K`, BLAKE2b, ML-DSA, CWT, and JWE with key wrapping or key agreement.
//!
//! ```
//! use waxseal::key::{Algorithm, Key, KeySet};
//! use waxseal::time::{ManualClock, Timestamp};
//! use waxseal::{Revocations, jwt};
//!
//! let key = Key::generate(Algorithm::Hs256)?;
//! let token = jwt::Issuer::new(key.clone())?.mint(&serde_json::json!({ "exp": 1_000_900 }))?;
//!
//! let verifier = jwt::Verifier::<serde_json::Value>::setup(KeySet::only(key))
//!     .clock(ManualClock::at(Timestamp::from_secs(1_000_931)).clock())
//!     .revocations(Revocations::none_because("an example"));
//! assert_eq!(verifier.verify(&token).unwrap_err().code(), "expired"); // 31 s late, 30 s forgiven
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # From `pasetors` and `rusty_paseto`
//! | there | here |
//! |---|---|
//! | version and purpose are type parameters | the key knows: `Algorithm::V4Public`, `V4Local`, `V3Public`; one verifier takes them and JWTs |
//! | a PASERK by `try_from` or another crate | `Key::from_paserk(text)` |
//! | `public::sign`, `local::encrypt`; `PasetoBuilder` | `jwt::Issuer::new(key)?.mint(&claims)`, your own struct instead of a map |
//! | `public::verify`, `local::decrypt` with rules; `PasetoParser` | a [`jwt::Verifier`](crate::jwt::Verifier), set up once |
//! | the footer, put together and read by you | names the key by its PASERK id, and picks it in a set; `footer(..)` for another |
//! | an argument for the implicit assertion | `implicit_assertion(..)` on both sides |
//! | pasetors: `iat`, `nbf` and `exp` must be there | `exp` must; `require("iat")` for more |
//! | no leeway, and no clock to set | 30 s, and `clock(..)` |
//! | pasetors: `aud` is one string | a string or an array |
//!
//! Not here: versions 1 and 2, `v3.local`, and wrapped PASERKs.
//!
//! ```
//! # #[cfg(feature = "paseto")] {
//! use serde::{Deserialize, Serialize};
//! use waxseal::key::{Algorithm, Key, KeySet};
//! use waxseal::{Revocations, jwt};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Claims { sub: String, exp: String }
//!
//! let key = Key::generate(Algorithm::V4Public)?;
//! let claims = Claims { sub: "ada".into(), exp: "2099-12-31T00:00:00Z".into() };
//! let token = jwt::Issuer::new(key.clone())?.implicit_assertion(b"tenant-7")?.mint(&claims)?;
//! assert!(token.starts_with("v4.public."));
//!
//! let verifier = |tenant: &[u8]| {
//!     jwt::Verifier::<Claims>::setup(KeySet::only(key.public_half().expect("a public key")))
//!         .implicit_assertion(tenant)
//!         .revocations(Revocations::none_because("an example"))
//! };
//! assert_eq!(verifier(b"tenant-7").verify(&token)?.custom().sub, "ada");
//! assert_eq!(verifier(b"tenant-8").verify(&token).unwrap_err().code(), "bad_signature");
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # From `tower-sessions` and cookie sessions
//! | there | here |
//! |---|---|
//! | a `SessionStore`: memory, SQL, Redis | none: the state is in the token |
//! | `session.insert("cart", ..)`, `get` | one type `T` of yours: `session.state()`, `with_state` |
//! | a record per visitor, read at every request | verified locally, without I/O |
//! | saving | [`Renewer::renew_now`](crate::session::Renewer::renew_now), and set the cookie again |
//! | `Expiry::OnInactivity(30 min)` | `Lifetimes::default().idle(..)`; `abs` ends it anyway |
//! | `cycle_id()` at login | `mint` at login draws a new `sid` |
//! | `flush()` | `session.log_out(&list)?`, and delete the cookie |
//! | a private cookie jar | a sealed ring: `waxseal keys init --purpose sealed` |
//!
//! The token must fit a cookie: 4,096 bytes with its name and attributes. Two writers: the last wins.
//! There is no web layer yet; this is the value of the cookie.
//!
//! ```
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path().join("keys");
//! use waxseal::key::{Algorithm, Protection};
//! use waxseal::session::Renewable;
//! use waxseal::{Issuer, RevocationList, keyring::NewRing};
//!
//! let keys = NewRing::new("https://shop.example").algorithm(Algorithm::A256Gcm).create(&dir)?;
//! assert_eq!(keys.protection(), Protection::Sealed); // the browser reads nothing
//! let list = RevocationList::in_memory();
//! let sessions = Issuer::new(&keys, "https://shop.example", "shop")?.renewing(&list)?;
//!
//! let cookie = sessions.mint("ada", &vec![7])?;
//! let session: Renewable<Vec<u32>> = sessions.verify(&cookie)?;
//! let cart = [session.state().as_slice(), &[8]].concat();
//! let cookie = sessions.renew_now(&session.with_state(cart))?;
//! assert_eq!(sessions.verify::<Vec<u32>>(&cookie)?.state(), &[7, 8]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # From a home-made deny list
//! | there | here |
//! |---|---|
//! | a set of `jti` | revoke the `sid`: a renewed token has another `jti` |
//! | a set of token texts | never; see [`threats`](super::threats) |
//! | `SETEX jti ttl 1` | an entry with an end; `purge` drops it |
//! | `iat < user.password_changed_at` | `Revocation::subject(sub).before(cut)`; compared with `sst`, which renewal keeps |
//! | a look-up over the network at every request | a look-up in memory; filling it is your work yet |
//!
//! ```
//! use waxseal::key::{Algorithm, Key, KeySet};
//! use waxseal::revocation::Revocation;
//! use waxseal::time::Clock;
//! use waxseal::{RevocationList, jwt};
//!
//! let key = Key::generate(Algorithm::Hs256)?;
//! let now = Clock::system().now().as_secs();
//! let claims = serde_json::json!({ "jti": "order-17", "iat": now, "exp": now + 3600 });
//! let token = jwt::Issuer::new(key.clone())?.mint(&claims)?;
//!
//! let list = RevocationList::in_memory();
//! let verifier = jwt::Verifier::<serde_json::Value>::setup(KeySet::only(key)).revocations(&list);
//! assert!(verifier.verify(&token).is_ok());
//! list.revoke(&Revocation::foreign_token("order-17"))?;
//! assert_eq!(verifier.verify(&token).unwrap_err().code(), "token_revoked");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # From `jwt-cli`
//! | there | here |
//! |---|---|
//! | `jwt decode TOKEN` | `waxseal inspect @token.txt`: says on its first line that nothing was verified |
//! | `jwt decode -S @secret.txt TOKEN` | `waxseal verify --key raw:secret.txt --alg HS256 @token.txt`: exit 0 or 10 to 16 |
//! | `jwt decode -S @jwks.json TOKEN` | `waxseal verify --key jwks.json --iss URL --aud NAME @token.txt` |
//! | `jwt decode -A RS256 -S @key.pem TOKEN` | `waxseal verify --key key.pem --alg RS256 @token.txt` |
//! | `jwt decode --json` | `waxseal inspect --json`, or `--plain` for `cut` and `awk` |
//! | `jwt decode --date=local` | dates are always readable; `--tz local` |
//! | `--ignore-exp` | `--at TIME`: judge another moment |
//! | `jwt encode -A HS256 -S @secret.txt -P a=b -e=15m` | `waxseal mint --key raw:secret.txt --alg HS256 -c a=b --ttl 15m` |
//! | `-S SECRET` | no: a secret in an argument is in everybody's process list |
//!
//! A line end in a `raw:` file is part of the secret; a note says so. What `inspect` shows, from Rust:
//!
//! ```
//! use waxseal::limits;
//! use waxseal::token::UntrustedToken;
//! // RFC 8037, Appendix A.4
//! let text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PP\
//!             Ot7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
//! let token = UntrustedToken::parse(text, limits::TOKEN_BYTES)?;
//! assert_eq!(token.untrusted_header()?.untrusted_algorithm(), "EdDSA");
//! assert_eq!(token.untrusted_payload()?.as_deref(), Some(&b"Example of Ed25519 signing"[..]));
//! # Ok::<(), waxseal::token::FormFault>(())
//! ```
