//! What is in a token.
//!
//! A session token is a Claims Set under one key. The key's algorithm decides how it is written: as a
//! JWT (RFC 7519) in a JWS or a JWE, both in Compact Serialization (RFC 7515, RFC 7516), or as a
//! PASETO of version 4 or 3. JOSE and PASETO libraries of other languages read the signed ones.
//!
//! # The forms
//! | | JWS: signed | JWE: sealed | PASETO public: signed | PASETO local: sealed |
//! |---|---|---|---|---|
//! | parts | `header.payload.signature` | `header..iv.ciphertext.tag` | `v4.public.body.footer` | `v4.local.body.footer` |
//! | names its key in | the header's `kid` | the header's `kid` | the footer's `kid` | the footer's `kid` |
//! | says its kind in | the header's `typ` | the header's `typ` | the claim `typ` | the claim `typ` |
//! | covers | ASCII of `header.payload` | ciphertext, and the encoded header | version, payload, footer, implicit assertion | the same, and the nonce |
//! | the holder reads | everything | header and length | everything | footer and length |
//!
//! All parts are base64url without padding, and canonical: bits that are left over are zero. There is
//! no compression and no padding, so the length of a sealed token tells the length of its state.
//!
//! | algorithm | header or footer of a ring's token | signature or tag | one small session |
//! |---|---|---|---|
//! | `HS256` | `{"alg":"HS256","kid":"k1-zZ7D6m","typ":"session+jwt"}` | 32 bytes | 531 bytes |
//! | `HS384` | `alg` is the name, here and below | 48 bytes | 552 bytes |
//! | `HS512` | | 64 bytes | 574 bytes |
//! | `EdDSA` | RFC 9864's name `Ed25519` is read too | 64 bytes | 574 bytes |
//! | `ES256` | | 64 bytes: R and S | 574 bytes |
//! | `ES384` | | 96 bytes | 616 bytes |
//! | `RS256`, `RS384`, `RS512` | | as long as the modulus | 830 bytes with 2048 bits |
//! | `PS256`, `PS384`, `PS512` | | as long as the modulus | 830 bytes with 2048 bits |
//! | `A256GCM` | `{"alg":"dir","enc":"A256GCM","kid":"k1-oIrAJW","typ":"session+jwt"}` | IV of 12 bytes, tag of 16 | 547 bytes |
//! | `v4.public` | `{"kid":"k4.pid.GTvldbq_7d9DfDyImwm2vGGLQTYA2NcaxqucFcjIS_S4"}` | 64 bytes | 668 bytes |
//! | `v4.local` | `{"kid":"k4.lid.krv5BTOIq70iLn3mfmkK9PjnheugjPn-vblg6bYfJg_c"}` | nonce of 32 bytes, tag of 32 | 667 bytes |
//! | `v3.public` | `{"kid":"k3.pid.EVwhO5eKHN6zAKWeQmhwOC-9x7ykm788iDMGdbavaBWy"}` | 96 bytes | 711 bytes |
//!
//! `waxseal demo --formats` prints one of each. The session is the one of the demo: a cart with one
//! number. PASETOs are longer by the PASERK id, by times in words, and by the claim `typ`.
//!
//! Version 3 needs the feature `paseto-v3`, version 4 the feature `paseto`.
//!
//! # The claims
//! Every session token has these, in this order; from `ck` on, all but `st` may be absent. *Date* is a whole number of
//! seconds since 1970-01-01T00:00:00Z. In a PASETO `iat`, `nbf` and `exp` are RFC 3339 text instead,
//! as in `"2026-11-21T09:57:03Z"`: its specification registers them so. The dates that it does not
//! register (`auth_time`, `idl`, `abs`, `rnw`) stay numbers there, and so does `sst`.
//!
//! | claim | type | meaning |
//! |---|---|---|
//! | `iss` | string | who minted it; equal to the ring's issuer |
//! | `aud` | string | the service it is for; verifiers also read an array |
//! | `sub` | string | who logged in; absent from a guest's token |
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
//! | `ck` | string | name of the cookie that it is bound to: the web layer writes it, and refuses it elsewhere; a verifier of your own compares it with [`Session::cookie_name`](crate::Session::cookie_name) |
//! | `rsc` | string | named scope that it can be revoked by, a tenant say; absent unless it was minted in one |
//! | `typ` | string | in a PASETO only: `session+jwt` or `guest+jwt`, which a JWT says in its header |
//! | `st` | any JSON | the caller's state |
//!
//! The web layer may say more, each only where there is something to say:
//!
//! | claim | type | meaning |
//! |---|---|---|
//! | `amr` | array of strings | methods of the login (RFC 8176): `pwd`, `otp` |
//! | `acr` | string | its level, by a name of yours |
//! | `roles` | array of strings | roles (RFC 9068), at most 64 |
//! | `scope` | string | permissions, words with spaces in between (RFC 8693) |
//! | `bnd` | 22 characters | digest of what must not change: SHA-256 over a label, the subject and that, its first 16 bytes in base64url. No key is in it: whoever reads the token can try guesses |
//! | `cv` | number | version of roles and permissions; absent for 0 |
//! | `tmp` | array | values beside the state: `["name", value]`, read once, or `["name", value, until]` with a date |
//!
//! A guest's token is one of another kind: `typ` is `guest+jwt`, and there is no `sub`. Neither kind passes for the
//! other, whatever it says besides. `ck` is `__Host-session-guest` there, and `pro` is `guest`.
//!
//! Readers accept any order, white space, escapes and unknown members. They refuse a missing claim,
//! one of another type or one that stands twice, a payload that does not begin with `{`, and a date
//! before 1970 or after the year 9999. A date may have a fraction: `1795234802.5` is legal. In a PASETO
//! a time may have another offset than `Z`, and must not be a number.
//!
//! # What a PASETO has besides
//! * **The footer** of a ring's token is `{"kid":"..."}` with the key's PASERK id. Everybody can read it,
//!   in a sealed token too; it is authenticated with the rest. Of a foreign token it may hold anything of
//!   at most 1 KB. If it begins with `{` it must be strict JSON, and its `kid` names the key.
//! * **The implicit assertion** is bytes that both sides know and no token holds. That of a session is
//!   empty. [`jwt::Issuer::implicit_assertion`](crate::jwt::Issuer::implicit_assertion) and
//!   [`jwt::VerifierSetup::implicit_assertion`](crate::jwt::VerifierSetup::implicit_assertion) are for
//!   tokens of your own: bind one to a tenant, and another tenant's verifier refuses it. A wrong one is a
//!   `bad_signature`: nothing tells the two apart.
//! * **One text for one token**: an absent footer has no dot, and nothing follows a footer.
//!
//! # Verifying in another language
//! Steps 2, 4, 5 and 7 are what a good library does when it is told to. The others are often left
//! to you.
//!
//! 1. Refuse a text of more than 8,192 bytes, or without exactly 3 parts (4 in a PASETO).
//! 2. Decode the header. Refuse `crit`, `b64` and `zip`. Ignore `jwk`, `jku`, `x5c`, `x5u`.
//!    Of a PASETO decode the footer.
//! 3. Find the key whose `kid` is exactly the token's in your copy of `jwks.json`. Unknown: refuse.
//!    Refresh the copy on a timer, every 24 h at least, and not whenever a token names a new key.
//! 4. Refuse if the header's `alg`, or the PASETO's first two parts, is not the key's `alg`. Never pick
//!    the algorithm from the token.
//! 5. Verify the signature over what was sent. Only then read the payload.
//! 6. `typ` must be `session+jwt` (case and a leading `application/` do not matter). `guest+jwt` is a guest's,
//!    who has not logged in.
//! 7. `iss` must equal your issuer, `aud` must be you. With a leeway of 30 s: now < `exp`,
//!    now ≥ `nbf`, now ≥ `iat`.
//! 8. `ver` must be 1. If there is a `ck`, the token must have come in a cookie of that name.
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
//! With PySETO, for a ring of `v4.public` keys, on Python 3.11 or newer. It knows neither JWK nor our
//! claims, so that steps 3 and 6 to 8 are written out:
//!
//! ```python
//! bytes_of = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
//! keys = {k["kid"]: pyseto.Key.from_asymmetric_key_params(4, x=bytes_of(k["x"]))
//!         for k in json.load(open("jwks.json"))["keys"] if k["alg"] == "v4.public"}
//! kid = json.loads(pyseto.Token.new(token).footer)["kid"]
//! claims = pyseto.decode(keys[kid], token, deserializer=json).payload
//! exp, nbf, iat = (datetime.fromisoformat(claims[name]) for name in ("exp", "nbf", "iat"))
//! now, leeway = datetime.now(timezone.utc), timedelta(seconds=30)
//! assert max(nbf, iat) - leeway <= now < exp + leeway
//! assert claims["iss"] == "https://id.example" and claims["aud"] == "shop"
//! assert claims["typ"] == "session+jwt" and claims["ver"] == 1
//! ```
//!
//! `.ci/clients/run` has PyJWT, jose, PySETO and OpenSSL read what the program writes, and the other way
//! round.
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
//! # One-time tokens
//! A token of [`Operations`](crate::session::Operations) confirms one operation of one session, once. It is no
//! JWT: whoever presents it presents the operation too, and nobody else reads it. In base64url, 76 characters:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | the version, 1 |
//! | 16 | random: its id |
//! | 8 | when it ends, in seconds, big-endian |
//! | 32 | HMAC-SHA-256 |
//!
//! The MAC is over the version, the id, the end, the 16 bytes of the session's id, the operation's name, and the name
//! and value of each detail, in the order of the names' bytes. Before each part stands its length, 8 bytes
//! big-endian. The key is derived from `aux` of the key that signs; the token is good while that key verifies.
//!
//! Its use is an entry `jti` of the revocation list, kept until 10 min + S after its end: see
//! [`revocation`](super::revocation#what-may-happen-once).
//!
//! # Other tokens
//! [`jwt::Issuer`](crate::jwt::Issuer) mints any Claims Set with an `exp`, under a header of `typ`
//! `JWT` or your own; in a PASETO `exp` is RFC 3339 text, and `typ` a claim if you give one.
//! [`jwt::verify_raw`](crate::jwt::verify_raw) checks the signature of a token whose payload is no
//! JSON; [`jwt::RawVerifier`](crate::jwt::RawVerifier) can be told a footer and an implicit assertion.
//!
//! | read, of any issuer | not read |
//! |---|---|
//! | JWS Compact under the 12 algorithms above | `ES512`, `ES256K`, Ed448, ML-DSA; `none` |
//! | JWE Compact with `dir` and `A256GCM` | key wrapping, key agreement, other `enc`, compression |
//! | PASETO `v4.public`, `v4.local`, `v3.public` | `v3.local`, and versions 1 and 2 |
//! | | JSON Serialization, detached and unencoded payloads, nested tokens |
