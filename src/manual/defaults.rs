//! Every number, and where it is changed.
//!
//! # Sessions
//! Set on [`Lifetimes`](crate::session::Lifetimes); checked when an
//! [`Issuer`](crate::Issuer) is made, not at the first login.
//!
//! | what | default | rule |
//! |---|---|---|
//! | token life (`exp`) | 15 min | at least 30 s, the verifiers' default leeway; at most the idle limit |
//! | renewal due (`rnw`) | after a third of the life: 5 min | at most the token's life |
//! | renewal window | a fifteenth of the life: 1 min; at least 1 s | follows the life |
//! | idle limit (`idl`) | 30 min | at most the absolute limit, and at most the ring's L |
//! | absolute limit (`abs`) | 8 h | at most 30 d |
//! | profile (`pro`) | `default` | any name that is not empty |
//!
//! A one-time token ([`Operations`](crate::session::Operations)) lives for as long as its caller says: at most
//! 15 min, and at most L of the ring and of the list.
//!
//! All are whole seconds. Three profiles follow NIST SP 800-63B-4:
//!
//! | profile | token | idle | absolute | fits a default ring |
//! |---|---|---|---|---|
//! | `aal1()` | 15 min | 24 h | 30 d | no: idle is longer than L = 8 h |
//! | `aal2()` | 15 min | 1 h | 24 h | yes |
//! | `aal3()` | 5 min | 15 min | 12 h | yes |
//!
//! # The web layer
//! Set on `waxseal::http::SessionsSetup`; see [`web`](super::web).
//!
//! | what | default | changed by | rule |
//! |---|---|---|---|
//! | a user's cookie | `__Host-session` | `cookie_name`, `domain` (`__Secure-`) | 1 to 64 letters, digits, `-`, `_`, `.`; without the prefix |
//! | a guest's cookie | `__Host-session-guest` | follows | – |
//! | the cookie for scripts | none | `readable_end`: `__Host-session-ends` | – |
//! | development | `dev-session-3000` and the like | follows from the port | `http` on a loopback host |
//! | attributes | `HttpOnly; SameSite=Lax; Secure; Path=/` | `same_site`, `domain` | `SameSite=None` not in development |
//! | `Max-Age` | none | `remember_me_and_keep_keys_for` | the idle limit, at most 400 d |
//! | name and value of a cookie | at most 4,096 bytes | – | more is refused before the answer |
//! | issuer, audience | the site's origin | `issuer`, `audience` | the ring's issuer |
//! | limits of a login | as above | `lifetimes` | as above |
//! | limits of a guest | as of a login: 30 min, 8 h; profile `guest` | `guests` | as above |
//! | limits of a remembered login | none | `remember_me_and_keep_keys_for(idle)`: absolute 30 d | `idle` at most the L of the ring and of the list |
//! | `warn` of `Expiry` | when a sixth of the idle limit is left | – | at most 5 min before the end |
//! | CSRF | by the browser's headers, else by a token | `csrf(CsrfPolicy::Token)` | – |
//! | a path to return to | at most 512 bytes | – | of this site |
//! | doubled cookies that are looked at | 4; with `__Host-` none | – | – |
//! | roles; values beside the state | at most 64 each | – | – |
//!
//! # Verifiers
//! | what | default | changed by | at most |
//! |---|---|---|---|
//! | leeway on `exp`, `nbf`, `iat` | 30 s | `leeway` | 10 min |
//! | token length | 8 KB | `token_bytes` | 64 KB |
//! | `aud` | required, exact | `any_audience` | – |
//! | `iss` | sessions: required, exact; `jwt::Verifier`: not asked | `issuer`, `any_issuer`, `trust` | – |
//! | `typ` | sessions: `session+jwt`, of guests `guest+jwt`; `jwt::Verifier`: `JWT` or none | `typ`, `any_typ` | – |
//! | footer of a PASETO | authenticated, not compared | `jwt`: `footer` | 1 KB |
//! | implicit assertion of a PASETO | empty | `jwt`: `implicit_assertion` | – |
//! | `exp` | required | `jwt`: `allow_missing_expiry` | – |
//! | revocation | no default: you must say | `revocations` | – |
//! | age of a revocation list, B | 15 min 30 s | `waxseal revoke init --budget` | 30 d |
//! | the same for a renewal, B_mint | 60 s | `--renewal-budget` | B |
//!
//! A [`jwt::Verifier`](crate::jwt::Verifier) that was given no audience refuses every token that
//! names one. Minting is bounded as well: no token above 8 KB leaves an issuer. Browsers drop cookies
//! above 4,096 bytes: the web layer refuses to set one, an issuer without it does not.
//!
//! Leeway widens `exp` at a verifier. It never widens the idle and the absolute limit, which the
//! issuer checks by its own clock.
//!
//! # Rings
//! [`RingPolicy`](crate::keyring::RingPolicy), written to `ring.json` when the ring is made.
//!
//! | letter | what | default |
//! |---|---|---|
//! | L | longest time a token may be accepted for any purpose, renewal too | 8 h |
//! | C | longest time a verifier may keep a copy of the public keys | 24 h |
//! | S | largest clock difference between hosts | 30 s |
//! | R | how often a host re-reads the ring | 30 s |
//! | period | how long one key signs | 30 d |
//! | `max_mints_per_day` | bounds the use of a sealing key | 10,000,000 |
//!
//! From these follow two times. A key must be visible for C + S = 24 h 30 s before it may sign
//! (`staging()`). It verifies for R + L + 2S = 8 h 1 min 30 s after its successor began to sign
//! (`retention()`). A period shorter than either is refused. So is a sealed ring whose period in days
//! times its mints a day passes 2^31; the default is 3 × 10^8, a seventh of that. The bound is
//! AES-GCM's. A `v4.local` ring is held to it too, though its nonces of 256 bits would not need it.
//!
//! `waxseal keys tick` acts on these numbers; see [`rotation`](super::rotation). [`Keys::open`] reads the
//! ring every R/2, and no more often than every 500 ms. If C is shorter than R, R counts in its place: who
//! reads the ring itself is a cache of R.
//!
//! What follows is no number of the ring's:
//!
//! | what | default |
//! |---|---|
//! | a followed path is read again | every 30 s |
//! | a followed URL is asked again | as `max-age` says, but after 32 to 40 s at the soonest, and after 48 min to 1 h at the latest; without `max-age` after 4 to 5 min |
//! | after a failure | in 5 to 10 s, doubled each time up to 2.5 to 5 min |
//! | keys without a good reading are used | 24 h |
//!
//! So C is at least 60 s where services follow with [`PublicKeys::follow`]: a shorter one is more than they
//! can keep.
//!
//! [`Keys::open`]: crate::Keys::open
//! [`PublicKeys::follow`]: crate::PublicKeys::follow
//!
//! ```
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path().join("keys");
//! use std::time::Duration;
//! use waxseal::keyring::{NewRing, RingPolicy};
//! use waxseal::session::{Lifetimes, SetupError};
//! use waxseal::Issuer;
//!
//! const DAY: Duration = Duration::from_secs(86_400);
//! let policy = RingPolicy { longest_life: DAY, ..RingPolicy::default() };
//! let keys = NewRing::new("https://id.example").policy(policy).create(&dir)?;
//! assert_eq!(keys.policy().retention(), DAY + Duration::from_secs(90));
//!
//! // The ring keeps keys for a day after use: long enough for AAL1's idle limit, not for two days.
//! let aal1 = Lifetimes::aal1();
//! Issuer::with_lifetimes(&keys, "https://id.example", "shop", aal1.clone())?;
//! let refused = Issuer::with_lifetimes(&keys, "https://id.example", "shop", aal1.idle(2 * DAY));
//! assert!(matches!(refused, Err(SetupError::TooLong { shorter: "the idle limit", .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Limits on input
//! Each is a constant in [`limits`](crate::limits), checked before anything grows with the input.
//!
//! | input | at most |
//! |---|---|
//! | token, library / program | 8 KB / 64 KB |
//! | header, decoded | 1 KB, nested 4 deep |
//! | `kid` | 256 bytes, no control characters |
//! | entries of `aud` | 64 |
//! | JWK, or one file of a ring | 16 KB, nested 8 deep |
//! | JWK Set | 512 KB, 256 keys |
//! | signed snapshot of a revocation list | 64 MB |
//! | one key as PEM or PASERK | 16 KB |
//! | HMAC secret | as many bytes as its hash (32, 48, 64) to 1,024 |
//! | RSA modulus | 2,048 to 8,192 bits; to sign 4,096 |
//! | footer of a PASETO | 1 KB; as JSON nested 4 deep |
//! | files in a ring's folder | 65,536 |
//!
//! 1 KB is 1,024 bytes throughout.
