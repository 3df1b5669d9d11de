//! How logout works.
//!
//! A token says that it is good until `exp`, and no verifier asks anybody. To end one sooner, the
//! verifier looks into a list. The list is small: it holds what was ended early, and only for as long
//! as such a token could still be accepted.
//!
//! # The list of today
//! [`RevocationList`](crate::RevocationList) is exact and lives in memory. A clone is another handle
//! to the same list, so that one list can serve a login handler and a hundred verifiers.
//!
//! **It ends with its process, and it is in one process only.** A restart forgets every logout. At a
//! verifier the tokens of such a session work again until `exp`, 15 min at most. At a login service
//! the session can even be renewed again, until its absolute limit. A durable store and a feed between
//! hosts are not here yet. Until then: write each logout to a table of your own, fill the list from it
//! at start-up, before the first request, and tell every host yourself.
//!
//! # What an entry can name
//! | call | ends | use it for |
//! |---|---|---|
//! | `revoke_session(sid, end)` | every token of one session, renewed ones too | logout |
//! | `revoke_subject(sub, cut, end)` | every session of `sub` with `sst` ≤ `cut` | "log out everywhere", a changed password, a closed account |
//! | `revoke_token(jti, end)` | one token; its renewals live on | one leaked text, rarely |
//! | `revoke_foreign_token(jti, end)` | one token of another issuer, whose `jti` is any text | foreign JWTs |
//! | `revoke_foreign_session(sid, end)` | all tokens of another issuer with that `sid` | foreign JWTs |
//!
//! [`Session::log_out`](crate::Session::log_out) is `revoke_session` with the right `end`.
//!
//! The list is asked in this order: session, token, subject. An error names the kind:
//! `session_revoked`, `token_revoked`, `subject_revoked`.
//!
//! Entries only grow. A second entry of one name keeps the later end and the later cut; there is no
//! way back. Whoever was logged out by mistake logs in again.
//!
//! # When an entry may leave
//! `end` is the moment from which no token that the entry names can be accepted. For a session that
//! is the absolute limit, plus the largest leeway of any verifier, plus the largest clock difference
//! between hosts. `log_out` takes the widest: `abs` + 10 min + 30 s. For `revoke_subject` it is the time of the
//! call + 8 h + 10 min + 30 s, since the youngest session may have begun just now. [`Timestamp::END`] is
//! always safe, and costs memory.
//!
//! [`Timestamp::END`]: crate::time::Timestamp::END
//!
//! `purge(now)` drops entries whose end has come. Nobody calls it for you: run it from a timer.
//! Until then an entry stays in force, past its end too.
//!
//! # Cut-offs
//! A cut-off is compared with the session's start, `sst`, in milliseconds: never with the verifier's
//! clock, and never with `iat`, which a renewal moves. So a session that began before the cut stays
//! dead however often it was renewed, and verifiers whose clocks differ agree.
//!
//! A login in the very moment of the cut must work. [`Renewer::mint`](crate::session::Renewer::mint)
//! asks the list and stamps `sst` with the later of now and cut + 1 ms.
//! [`Issuer::mint`](crate::Issuer::mint) knows no list and stamps now. Use the `Renewer` for logins
//! wherever there are cut-offs.
//!
//! Foreign tokens have no `sst`. Their `iat`, in whole seconds, is compared instead; one without
//! `iat` counts as begun before any cut.
//!
//! # A logout
//! ```
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path().join("keys");
//! use waxseal::revocation::Revocation;
//! use waxseal::{Issuer, RevocationList, Verifier, keyring::NewRing};
//!
//! let keys = NewRing::new("https://id.example").create(&dir)?;
//! let list = RevocationList::in_memory();
//! let login = Issuer::new(&keys, "https://id.example", "shop")?.renewing(&list)?;
//! let verifier = Verifier::new(keys, "https://id.example", "shop").revocations(&list);
//!
//! // This browser.
//! let token = login.mint("ada", &())?;
//! let session = verifier.verify::<()>(&token)?;
//! session.log_out(&list)?;
//! assert_eq!(verifier.verify::<()>(&token).unwrap_err().code(), "session_revoked");
//!
//! // Every browser; and the login right after it works.
//! let phone = login.mint("ada", &())?;
//! list.revoke(&Revocation::subject("ada"))?;
//! assert_eq!(verifier.verify::<()>(&phone).unwrap_err().code(), "subject_revoked");
//! assert!(verifier.verify::<()>(&login.mint("ada", &())?).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Also delete the cookie. The list is for the copy that somebody else may have.
//!
//! # Without a list
//! A verifier does not exist until it was told about revocation. "There is none" is an answer, and it
//! wants a reason: [`Revocations::none_because`](crate::Revocations::none_because)`("tokens live 5
//! minutes")`. The reason is shown in `Debug` output. A renewer refuses to do without.
//!
//! # Revoking a key
//! When a private key has leaked, revoking sessions is no help: the thief mints others. Every token
//! of that `kid` must die, whatever its times say:
//!
//! ```sh
//! waxseal keys revoke 7 --reason "backup lost" --promote 8 --ring id.example --keys keys
//! ```
//!
//! It writes a tombstone that stays, `revoked-0007.json`, and takes the key out of the published set. Who
//! follows the ring refuses its tokens within R, who verifies with the published set when that is read
//! anew, within C. Whoever held a session of that key logs in again; see
//! [`rotation`](super::rotation#when-a-key-is-stolen).
