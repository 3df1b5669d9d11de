//! How long a session lives, and how it is renewed.
//!
//! # Two horizons
//! | horizon | claim | default | who checks | what moves it |
//! |---|---|---|---|---|
//! | use | `exp` | 15 min | every verifier, with leeway | a renewal |
//! | idle limit | `idl` | 30 min | the issuer, without leeway | a renewal |
//! | absolute limit | `abs` | 8 h | the issuer, without leeway | nothing but a login |
//!
//! Verifiers see short-lived tokens only. A stolen one is worth 15 minutes to the thief, if nobody
//! renews it for them. The issuer may renew a token that is past `exp`, as long as both limits hold:
//! whoever comes back after 20 minutes is not logged out, after 31 minutes they are.
//!
//! # One session, minute by minute
//! | minute | event | `exp` | `idl` | `gen` |
//! |---|---|---|---|---|
//! | 0 | login | 15 | 30 | 0 |
//! | 3 | used; no renewal is due | 15 | 30 | 0 |
//! | 6 | used; renewed | 21 | 36 | 1 |
//! | 21.5 | `exp` and the 30 s of leeway are over: verifiers refuse | 21 | 36 | 1 |
//! | 26 | back at the issuer; renewed | 41 | 56 | 2 |
//! | 56 | nobody came: lapsed | 41 | 56 | 2 |
//!
//! `abs` stays at minute 480 throughout. As it comes near, `exp` and `idl` stop there.
//!
//! A renewal does not end the token before it: both work until their own `exp`. That is what lets a
//! request that is still under way succeed.
//!
//! # In code
//! [`Issuer::renewing`](crate::Issuer::renewing) makes a [`Renewer`](crate::session::Renewer). It asks
//! for a revocation list and refuses to do without: a renewal that does not know who logged out would
//! undo the logout. `Renewer::verify` accepts a token past `exp` and gives a
//! [`Renewable`](crate::session::Renewable), which is good for renewing and nothing else. A verified
//! [`Session`](crate::Session) turns into one by `into()`.
//!
//! ```
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path().join("keys");
//! use std::time::Duration;
//! use waxseal::session::{Renewable, Renewal};
//! use waxseal::time::{ManualClock, Timestamp};
//! use waxseal::{Issuer, RevocationList, keyring::NewRing};
//!
//! let hand = ManualClock::at(Timestamp::from_secs(1_795_225_163));
//! let keys = NewRing::new("https://id.example").clock(hand.clock()).create(&dir)?;
//! let list = RevocationList::in_memory();
//! let login = Issuer::new(&keys, "https://id.example", "shop")?
//!     .clock(hand.clock())
//!     .renewing(&list)?;
//! let token = login.mint("ada", &vec![7])?;
//!
//! // Young: nothing to do, nothing to send.
//! let session: Renewable<Vec<u32>> = login.verify(&token)?;
//! assert_eq!(login.renew(&session)?, Renewal::NotDue);
//!
//! // Six minutes on, two tabs renew within one window: the same bytes for both.
//! hand.advance(Duration::from_secs(6 * 60));
//! let first = login.renew(&session)?;
//! hand.advance(Duration::from_secs(1));
//! assert_eq!(login.renew(&session)?, first);
//!
//! // The state changed: renewed at once, due or not.
//! let fuller = login.renew_now(&session.with_state(vec![7, 8]))?;
//! assert_ne!(Renewal::Renewed(fuller), first);
//!
//! // Half an hour idle: the holder must log in again.
//! hand.advance(Duration::from_secs(31 * 60));
//! assert_eq!(login.verify::<Vec<u32>>(&token).unwrap_err().code(), "idle_limit");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Windows: why two tabs agree
//! Browsers send requests in parallel. If each answer carried another token, one session would grow
//! a new branch at every page load. So a renewal is a function of the token that is renewed, its
//! state, and a window of time.
//!
//! * Windows are a fifteenth of the token's life: 1 min by default. They are counted from the `iat`
//!   of the token that is renewed, not from the wall clock's minute.
//! * All times of the new token count from the beginning of the window. It may thus live up to one
//!   window less than a fresh one: 14 to 15 min.
//! * The new `jti` is the first 16 bytes of HMAC-SHA-256 over `sid`, the old `jti`, the new `gen`, the
//!   window's number and the state's JSON. The key is derived from `aux` in the ring's key file.
//! * The signature or nonce depends on the algorithm:
//!
//! | algorithms | two renewals in one window |
//! |---|---|
//! | `HS256`, `HS384`, `HS512`, `EdDSA`, `v4.public`, `RS256`, `RS384`, `RS512` | the same bytes: nothing random is in the signature |
//! | `A256GCM` | the same bytes: a ring's key takes its nonce from an HMAC over header and plaintext |
//! | `ES256`, `ES384`, `v3.public`, `PS256`, `PS384`, `PS512` | other bytes: each signature holds fresh randomness |
//! | `v4.local` | other bytes: each token draws a nonce of 32 bytes |
//!
//! [`Algorithm::renewals_converge`](crate::key::Algorithm::renewals_converge) tells. Where the bytes
//! differ, the claims do not: both tokens have the same `sid`, `jti`, `gen` and times. Each is valid, one
//! entry in the list ends both, and whichever the browser keeps is right. What is lost is the
//! equality itself: a proxy that compares cookies sees a change where there is none.
//!
//! Two renewals agree when they start from the same token, fall into the same window, carry the same
//! state, and use the same signing key of such an algorithm. They need no shared memory: two hosts agree too. Your state
//! must serialize the same way each time: a `HashMap` does not, a `BTreeMap` does.
//!
//! A state change in the very first window gives a token with its predecessor's times: it does not
//! extend the session.
//!
//! # Two tabs that write
//! Renewals with different states give two valid tokens of one session and one generation. The one
//! that the browser stores last wins; the other's change is lost. Nothing is merged. Keep what must
//! not be lost in a database, and the id of it in the state.
//!
//! # Limits belong to the issuer
//! A renewal applies the lifetimes of the issuer that renews. `pro` and `abs` are copied from the
//! token. Use one `Renewer` a profile: a session of another profile is refused (`other_profile`), since
//! another profile's limits would stretch it or cut it short. So is a session whose verifier did not
//! ask for the renewer's own issuer and audience (`other_origin`): a partner's word never becomes
//! ours.
