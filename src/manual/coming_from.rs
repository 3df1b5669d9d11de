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
//! # From `tower-sessions` with axum
//! There, a store and a map of values:
//!
//! ```text
//! let store = MemoryStore::default(); // or Redis, SQL, ..
//! let layer = SessionManagerLayer::new(store)
//!     .with_expiry(Expiry::OnInactivity(Duration::minutes(30)));
//! let app = Router::new().route("/cart", post(add)).route("/login", post(log_in)).layer(layer);
//!
//! async fn add(session: Session) -> Result<String, Error> {
//!     let mut items: Vec<u32> = session.get("items").await?.unwrap_or_default();
//!     items.push(7);
//!     session.insert("items", &items).await?;
//!     Ok(format!("{} items", items.len()))
//! }
//!
//! async fn log_in(session: Session) -> Result<(), Error> {
//!     session.cycle_id().await?;
//!     session.insert("user", "ada").await
//! }
//!
//! async fn log_out(session: Session) -> Result<(), Error> {
//!     session.flush().await
//! }
//! ```
//!
//! Here, one type, and no store:
//!
//! ```
//! # #[cfg(feature = "axum")] {
//! # let dir = tempfile::tempdir()?;
//! # let ring = dir.path().join("keys");
//! # let new = waxseal::keyring::NewRing::new("https://shop.example");
//! # new.algorithm(waxseal::key::Algorithm::A256Gcm).create(&ring)?;
//! use axum::Router;
//! use axum::routing::post;
//! use serde::{Deserialize, Serialize};
//! use waxseal::http::{SessionError, SessionMut, Sessions};
//! use waxseal::{Keys, RevocationList};
//!
//! #[derive(Clone, Default, Serialize, Deserialize)]
//! struct Cart { items: Vec<u32> }
//!
//! async fn add(mut session: SessionMut<Cart>) -> Result<String, SessionError> {
//!     session.update(|cart| cart.items.push(7))?;
//!     Ok(format!("{} items", session.state().items.len()))
//! }
//!
//! async fn log_in(mut session: SessionMut<Cart>) -> Result<(), SessionError> {
//!     session.log_in("ada").await // another id, and the cart comes along
//! }
//!
//! async fn log_out(mut session: SessionMut<Cart>) -> Result<(), SessionError> {
//!     session.log_out().await
//! }
//!
//! let list = RevocationList::in_memory(); // RevocationList::open("revoked.db")?
//! let sessions = Sessions::<Cart>::new(Keys::open(&ring)?, "https://shop.example", &list)?;
//! let app: Router = Router::new()
//!     .route("/cart", post(add))
//!     .route("/login", post(log_in))
//!     .route("/logout", post(log_out))
//!     .layer(sessions.layer());
//! # let _ = app;
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | there | here |
//! |---|---|
//! | a `SessionStore`: memory, SQL, Redis | none: the state is in the cookie. A `SqliteStore` or `RedisStore` of ours keeps revocations only |
//! | `get::<V>("k")`, `insert("k", v)`, `remove::<V>("k")` | fields of one type: `state()`, `update`; `value`, `put`, `forget` for values with a life |
//! | every call is `async`, for the store | only what must be on a disk: `log_in`, `promote`, `log_out` |
//! | `clear()` | `clear()`: the user stays logged in |
//! | `cycle_id()`, by you, at the login | part of `log_in` |
//! | `flush()` | `log_out()`; also ends copies of the cookie |
//! | `Expiry::OnInactivity`, `AtDateTime`, `OnSessionEnd` | `Lifetimes`: idle and absolute, both always; no `Max-Age` unless remembered |
//! | `set_expiry` for one session | `Login::remembered`; no free choice for each session |
//! | `with_name`, `with_domain`, `with_same_site` | `cookie_name`, `domain`, `same_site`; the prefix is added |
//! | `with_secure(false)` on localhost | `Sessions::dev("http://localhost:3000")` |
//! | `with_path` | no: `__Host-` needs `/` |
//! | `with_always_save(true)` | no need: use renews |
//! | `with_signed(key)`, `with_private(key)` | a ring that signs, or seals |
//! | axum-login's `AuthSession` | `Session<T>`: the handler runs for who is logged in |
//! | CSRF: another crate | in the layer |
//!
//! What bites: 4,096 bytes, instead of what the store takes. The last of two writers wins; there as well, unless the
//! store locks. And a session cannot be looked up by its id: there is no record of it.
//!
//! # From `jsonwebtoken` in an axum middleware
//! There, a middleware of one's own:
//!
//! ```text
//! async fn auth(mut request: Request, next: Next) -> Result<Response, StatusCode> {
//!     let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
//!     let token = header.and_then(|text| text.strip_prefix("Bearer ")).ok_or(StatusCode::UNAUTHORIZED)?;
//!     let key = DecodingKey::from_secret(SECRET.as_bytes());
//!     let data = decode::<Claims>(token, &key, &Validation::new(Algorithm::HS256))
//!         .map_err(|_| StatusCode::UNAUTHORIZED)?;
//!     request.extensions_mut().insert(data.claims);
//!     Ok(next.run(request).await)
//! }
//!
//! async fn orders(Extension(claims): Extension<Claims>) -> String { claims.sub }
//!
//! let app = Router::new().route("/orders", get(orders)).layer(from_fn(auth));
//! ```
//!
//! Here, the layer of a service that only verifies. Programs send `Authorization: Bearer`, browsers the cookie:
//!
//! ```
//! # #[cfg(feature = "axum")] {
//! # let dir = tempfile::tempdir()?;
//! # let ring = dir.path().join("keys");
//! # let keys = waxseal::keyring::NewRing::new("https://id.example").create(&ring)?;
//! # let set = ring.join("jwks.json");
//! # let set = set.to_str().expect("text");
//! # let list = waxseal::RevocationList::in_memory();
//! use axum::Router;
//! use axum::routing::get;
//! use waxseal::http::{Session, SessionError, Sessions};
//! use waxseal::{PublicKeys, Revocations, Verifier};
//!
//! async fn orders(session: Session<()>) -> Result<String, SessionError> {
//!     session.require_permission("orders:read")?;
//!     Ok(session.subject().into())
//! }
//!
//! let keys = PublicKeys::follow(set)?; // https://id.example/jwks.json
//! # let revocations = Revocations::from(&list);
//! // let revocations = Revocations::follow("revoked.db")?;
//! let verifier = Verifier::new(keys, "https://id.example", "orders").revocations(revocations);
//! let sessions = Sessions::<()>::setup("https://orders.example")?.finish_verifying(verifier)?;
//! let app: Router = Router::new().route("/orders", get(orders)).layer(sessions.layer());
//! # let _ = app;
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The token is minted by `Issuer::new(&keys, "https://id.example", "orders")?.mint_login(&login, &())?`.
//!
//! | there | here |
//! |---|---|
//! | one secret in the source, on both sides | a ring that rotates; verifiers have public keys |
//! | `Validation::new`: `exp` is checked, `aud` and `iss` if you set them, `typ` never | all of them, always |
//! | 401 without a header | `WWW-Authenticate` of RFC 6750, with the cause that a client may know |
//! | a logout ends nothing before `exp` | the list is asked at each request, in memory |
//! | `Extension<Claims>`: a 500 where the middleware is forgotten | `Session<T>`: the same, and the log says so where a layer is around |
//! | the type of the claims is yours | `sub`, `scope`, `roles`, .. are the session's; yours is the state |
//!
//! Tokens of a foreign issuer are no sessions of ours: for those use a [`jwt::Verifier`](crate::jwt::Verifier) in a
//! middleware as above, or an extractor of your own around it.
//!
//! # From iron-session
//! There, TypeScript, and a password:
//!
//! ```text
//! type Cart = { user?: string; items?: number[] };
//! const options = { password: process.env.SESSION_PASSWORD, cookieName: "shop", ttl: 1800 };
//!
//! export async function POST() {
//!   const session = await getIronSession<Cart>(await cookies(), options);
//!   session.items = [...(session.items ?? []), 7];
//!   await session.save();
//!   return Response.json(session.items);
//! }
//!
//! export async function DELETE() {
//!   const session = await getIronSession<Cart>(await cookies(), options);
//!   session.destroy();
//!   return new Response("goodbye");
//! }
//! ```
//!
//! Here:
//!
//! ```
//! # #[cfg(feature = "axum")] {
//! use serde::{Deserialize, Serialize};
//! use waxseal::http::{SessionError, SessionMut};
//!
//! #[derive(Clone, Default, Serialize, Deserialize)]
//! struct Cart { items: Vec<u32> }
//!
//! async fn post(mut session: SessionMut<Cart>) -> Result<String, SessionError> {
//!     session.update(|cart| cart.items.push(7))?; // and save()
//!     Ok(format!("{:?}", session.state().items))
//! }
//!
//! async fn delete(mut session: SessionMut<Cart>) -> Result<&'static str, SessionError> {
//!     session.log_out().await?; // destroy(), for every copy of the cookie
//!     Ok("goodbye")
//! }
//! # let _: axum::Router = axum::Router::new().route("/", axum::routing::post(post).delete(delete));
//! # }
//! ```
//!
//! | there | here |
//! |---|---|
//! | `password`, 32 characters or more; `{ 2: new, 1: old }` to rotate | a sealed ring; `waxseal keys tick` rotates it |
//! | `getIronSession(cookies, options)` in each handler | `SessionMut<T>` as an argument |
//! | `session.k = v; await session.save()` | `update`; forgotten `save()`s cannot be |
//! | `session.destroy()` removes the cookie | `log_out` also ends every copy |
//! | `ttl`: one time, counted from the last `save` | idle limit, moved by use; absolute limit, moved by nothing |
//! | `ttl: 0` | no session without an end |
//! | throws when the cookie has more than 4,096 bytes, attributes counted | `SessionError::TooLarge`, name and value counted as browsers do, with the cost of each field |
//! | `updateConfig` for "remember me" | `Login::remembered` |
//! | `sealData`, `unsealData` for a link | [`jwt::Issuer`](crate::jwt::Issuer) with a `typ` of its own; [`Operations`](crate::session::Operations) for what counts once |
//! | `isLoggedIn`, by you | `Session<T>`, or no handler |
//!
//! Their seals are not read here, nor ours there: everybody logs in once more.
//!
//! # From `tower-sessions` and cookie sessions, without the web layer
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
//! The token must fit a cookie: 4,096 bytes with its name. Two writers: the last wins. Where there is no axum, the
//! value of the cookie is yours to set and to read:
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
//! | a look-up over the network at every request | a look-up in memory, which follows the list: `Revocations::follow` |
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
