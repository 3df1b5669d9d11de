//! How logout works.
//!
//! A token says that it is good until `exp`, and no verifier asks anybody. To end one sooner, the
//! verifier looks into a list. The list is small: it holds what was ended early, and only for as long
//! as such a token could still be accepted.
//!
//! ```
//! # let dir = tempfile::tempdir()?;
//! # let file = dir.path().join("revoked.db");
//! # let (keys, place) = (dir.path().join("keys"), file.to_str().expect("text"));
//! use waxseal::revocation::{Acknowledged, Revocation, RevocationPolicy, SqliteStore};
//! use waxseal::{Issuer, RevocationList, Revocations, Verifier, keyring::NewRing};
//!
//! SqliteStore::create(place, RevocationPolicy::default())?; // once: `waxseal revoke init`
//! let keys = NewRing::new("https://id.example").create(&keys)?;
//!
//! // The login service writes the list.
//! let list = RevocationList::open(place)?;
//! let login = Issuer::new(&keys, "https://id.example", "shop")?.renewing(&list)?;
//! // Every other process follows it.
//! let revocations = Revocations::follow(place)?;
//! let shop = Verifier::new(keys, "https://id.example", "shop").revocations(revocations.clone());
//!
//! // This browser.
//! let token = login.mint("ada", &())?;
//! let session = shop.verify::<()>(&token)?;
//! assert_eq!(session.log_out(&list)?, Acknowledged::Local); // it is on the disk
//! # revocations.reload()?;
//! assert_eq!(shop.verify::<()>(&token).unwrap_err().code(), "session_revoked");
//!
//! // Every browser; and the login right after it works.
//! let phone = login.mint("ada", &())?;
//! list.revoke(&Revocation::subject("ada").because("password changed"))?;
//! # revocations.reload()?;
//! assert_eq!(shop.verify::<()>(&phone).unwrap_err().code(), "subject_revoked");
//! assert!(shop.verify::<()>(&login.mint("ada", &())?).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Also delete the cookie. The list is for the copy that somebody else may have.
//!
//! # What an entry can name
//! | [`Revocation`] | ends | at a terminal | use it for |
//! |---|---|---|---|
//! | `session(sid)`, [`Session::log_out`](crate::Session::log_out) | every token of one session, renewed ones too | `revoke add --sid` | logout |
//! | `subject(sub)` | every session of `sub` that has begun | `--sub` | "log out everywhere", a changed password, a closed account |
//! | `subject(sub).except(sid)`, [`Session::log_out_others`](crate::Session::log_out_others) | all of them but this one | `--sub --except` | "log out my other devices" |
//! | `scope(name)` | every session of a named scope that has begun | `--scope` | a tenant that leaves |
//! | `key(kid)` | every token of a key, whatever its times say | `--key` | a stolen key |
//! | `everything()` | every session that has begun | `--all` | the night on which nobody knows more |
//! | `token(jti)` | one token; its renewals live on | `--jti` | one leaked text, rarely |
//! | `foreign_session`, `foreign_token` | the same of another issuer, whose ids are any text | `--sid`, `--jti` | foreign JWTs |
//!
//! [`Revocation`]: crate::revocation::Revocation
//!
//! An error names the kind: `session_revoked`, `token_revoked`, `subject_revoked`, `scope_revoked`,
//! `key_revoked`, `all_revoked`. It is asked for after all other checks, and before the age of the list:
//! what is known to be dead is dead, however old that knowledge is.
//!
//! A session is minted into a scope by [`Issuer::mint_in`](crate::Issuer::mint_in). Of a foreign token the
//! verifier says which claim holds it: [`scope_claim`](crate::jwt::VerifierSetup::scope_claim).
//!
//! An entry carries no issuer. A verifier that trusts two has `sub`, `kid`, `scope` and foreign ids ended for
//! both: give each its own list where their names may collide. A key without a `kid` cannot be revoked by
//! one.
//!
//! **Entries only grow.** A second entry of one name keeps the later end and the later cut; there is no
//! way back. Whoever was logged out by mistake logs in again.
//!
//! # Cut-offs
//! An entry of a subject, a scope or everything has a cut: what began after it is spared. It is now + S
//! unless [`before`](crate::revocation::Revocation::before) says another: hosts differ by S, and what began
//! a moment ago by a fast clock is meant too.
//!
//! A cut is compared with the session's start, `sst`, in milliseconds: never with the verifier's clock,
//! and never with `iat`, which a renewal moves. So a session that began before the cut stays dead however
//! often it was renewed, and verifiers whose clocks differ agree.
//!
//! A login in the very moment of the cut must work. [`Renewer::mint`](crate::session::Renewer::mint)
//! asks the list and stamps `sst` with the later of now and cut + 1 ms.
//! [`Issuer::mint`](crate::Issuer::mint) knows no list and stamps now. Use the `Renewer` for logins
//! wherever there are cut-offs.
//!
//! Foreign tokens have no `sst`. Their `iat`, in whole seconds, is compared instead; one without
//! `iat` counts as begun before any cut.
//!
//! # The file
//! `waxseal revoke init` makes it, 0600, once. Opening never does: a volume that is not mounted must not
//! become an empty list on which everybody is logged in again. A file that is missing, empty, damaged, of
//! another version or of another program is an error, at the start and while it is followed.
//!
//! It is an SQLite database with a write-ahead log. [`revoke`](crate::RevocationList::revoke) returns when
//! the commit is on the disk (`synchronous=FULL`), so that what was acknowledged survives `kill -9` and the
//! loss of power. What was not acknowledged may be there or not; revoking again is harmless. Several
//! logouts at one moment share a commit.
//!
//! Every process of the host may open it, to write and to follow. A follower looks at a counter every
//! 25 ms and reads what is new: an entry is in force within 50 ms
//! ([`SEEN_WITHIN`](crate::revocation::SqliteStore::SEEN_WITHIN)). A request never waits for the file: the
//! list in memory is the only one that it asks.
//!
//! **Not on a network file system.** NFS, SMB and their kin have locks that cannot be trusted; a file
//! there is refused where the kernel tells. Names in clear (`ada`), reasons and times stand in the file:
//! it is personal data, and kept for hours. `waxseal revoke list` shows them.
//!
//! **A copy is three files**, `revoked.db`, `-wal` and `-shm`: the first alone is a list of some time ago.
//! `sqlite3 revoked.db ".backup copy.db"` makes one of it. Before an older copy comes back, remember that it
//! knows no later logout: end everything that began before (`revoke add --all`). Give a container the folder
//! and not the single file, or it sees no log.
//!
//! # Other hosts
//! They follow signed snapshots of the file, which `waxseal revoke export` writes and `waxseal serve --revoked`
//! serves: [`Revocations::follow_snapshot`](crate::Revocations::follow_snapshot), by a path or a URL. They
//! carry hashes and no names; the page [`revocation_snapshot`](super::revocation_snapshot) has the form, for
//! verifiers in other languages too. What was exported B ago or more is refused as a list that is too old.
//!
//! Where more than one host logs people out, they share a stream in Redis 7 or Valkey (feature `redis`):
//! [`RedisStore`](crate::revocation::RedisStore) writes, `Revocations::follow("redis://..")` follows. Each
//! writer keeps a file of its own: an entry is on its disk first
//! ([`Acknowledged::Local`](crate::revocation::Acknowledged::Local)), then with the engine
//! ([`Published`](crate::revocation::Acknowledged::Published)), and what the engine loses is sent again. A
//! follower notices that an entry is missing, whatever the engine says, and lets its list grow old until
//! it has come. At a terminal: `waxseal revoke add --sub ada --store redis://.. --local revoked.db`. With the
//! engine away that is kept here, and the exit code is 75.
//!
//! # How long, at worst
//! A list has four numbers, fixed when it is made. A verifier may be stricter
//! ([`Revocations::budget`](crate::Revocations::budget)), and never laxer.
//!
//! | letter | is | default | option of `revoke init` |
//! |---|---|---|---|
//! | B | how old a verifier's list may be | 15 min 30 s: the life of a default token with its leeway | `--budget` |
//! | B_mint | how old the list of a login service may be when it renews | 60 s | `--renewal-budget` |
//! | L | the longest that a token may be accepted for any purpose, renewal too | 8 h | `--life` |
//! | S | the largest difference between two clocks | 30 s | `--skew` |
//!
//! Whoever follows knows of a logout in milliseconds. When the feed is dead, the list grows old, and then:
//!
//! * A verifier accepts a token if its list is at most B old, **or if the token lives at most B**: `exp` +
//!   leeway − `iat`. Such a token is over before a stale list can matter.
//! * A renewal wants a list of at most B_mint, however short its tokens live. So a stolen session is not
//!   renewed on and on while nobody hears of its logout.
//!
//! Hence no token is accepted, and no session renewed, later than **B + B_mint + S after its revocation
//! was published**: 17 min by default. `waxseal revoke add` prints that bound with every entry, and
//! [`RevocationPolicy::exposure`](crate::revocation::RevocationPolicy::exposure) computes it.
//!
//! **A revoked key has no such bound.** Who stole it mints short-lived tokens with any `iat`, and a verifier
//! whose feed is dead goes on accepting them. Revoke the key in its ring too: that reaches every verifier
//! within C, by another way. The same goes for an issuer that is not yours and goes on renewing what you
//! revoked here.
//!
//! With the default B a dead feed takes no site down: default tokens live no longer than B, so they are
//! accepted to their end as plain short-lived tokens are. They just cannot be renewed any more. Longer
//! tokens are refused with [`StaleList`](crate::VerifyError::StaleList) after B. The fault is on our side
//! and passes: answer **503, not 401**, or every client logs itself out
//! ([`is_ours`](crate::VerifyError::is_ours)).
//!
//! # How to choose
//! * **Shorter exposure**: `--budget 60s` makes it 2 min 30 s. The price: 60 s after a feed died, requests
//!   are answered with 503. Do it where the feed is watched by people who are awake.
//! * **One route that matters**, a payment say: leave B, and ask that call for a fresher list,
//!   [`verify_within`](crate::Verifier::verify_within)`(token, Freshness::Within(2 s))`.
//! * **Availability above all**: [`Freshness::AcceptStale`](crate::revocation::Freshness::AcceptStale) accepts by
//!   a list of any age, and counts each such token. While the feed is dead nobody is logged out there.
//! * **Sessions longer than 8 h**: `--life` must be the longest of your limits, idle or absolute, by which
//!   a token can still be renewed: the ring's L, or more.
//!
//! # How long an entry is kept
//! Until no token that it names can be accepted by anybody: B + L + 10 min, the largest leeway, + S after it
//! was recorded, 8 h 26 min by default; for a logout until the session's absolute limit + 10 min + S, if
//! that is sooner. An entry of a key stays for ever: whoever stole it can mint tokens of any age.
//!
//! **A token that lives longer than L is refused** (`outlives_list`): its revocation would be forgotten
//! while it is still good. That is a fault of the set-up, and its text says so: make the list with a longer
//! L, ten years at most. A token without `iat` is measured from now on, and one without `exp` lives for ever.
//!
//! In memory, ended entries are dropped once a minute; in the file by whoever writes, once an hour, or by
//! `waxseal revoke prune` from cron. None of them trusts a clock alone: one that is a year ahead would drop
//! every logout, and bring the sessions back. The horizon begins with the latest entry's own time and goes
//! on with a clock that cannot jump; `prune` asks that two entries say so. Until then an entry stays in force, past its end too.
//!
//! # Caps
//! A list holds 16 million tokens and sessions at most ([`ListSetup::cap`](crate::revocation::ListSetup::cap)),
//! 16 bytes each and what a hash map takes beside. More are refused, and none is dropped for another. Cut-offs and
//! keys have room beyond the cap, and everything always has: whoever logs out a million times cannot keep you
//! from `Revocation::everything()`. Of one subject 64 sessions can be spared one by one; then end them all.
//!
//! # What may happen once
//! [`revoke_once`](crate::RevocationList::revoke_once) records a token or a session, and tells whether it was
//! the first to: of any number of callers at once at most one is told
//! [`First`](crate::revocation::Recorded::First). One-time tokens stand on it.
//!
//! | list | who is asked | over a crash |
//! |---|---|---|
//! | in memory | the list | forgotten: everybody can be the first again |
//! | file | the file, in the transaction that records | nobody is the first again |
//! | Redis | the engine (`SET NX`), then the host's file | nobody is the first again, while the engine or the host that was told first remembers |
//!
//! It is closed when in doubt: who gets an error may have used the name up, and while the engine is away, or
//! was started anew or replaced less than 5 s ago, nobody is the first. An entry that has ended is forgotten, so
//! what it names must be refused by its own time from then on.
//!
//! # Health
//! [`RevocationList::health`](crate::RevocationList::health) gives a verdict (`fresh`, `within budget`, `over
//! budget`, `corrupt`), the age, and counts of failures, holes and tokens that were accepted or refused by
//! a stale list. Let an alarm ring at `within budget`: at `over budget` long tokens are refused already.
//! `waxseal revoke status` tells the same of a file.
//!
//! # A store of your own
//! [`RevocationStore`](crate::revocation::RevocationStore) and
//! [`RevocationFeed`](crate::revocation::RevocationFeed) are all that a list knows of what is behind it; the
//! suite in [`conformance`](crate::revocation::conformance) holds yours to the rules.
//!
//! # A list in memory
//! [`RevocationList::in_memory`](crate::RevocationList::in_memory) ends with its process, and is in one
//! process only: for tests, and for one service whose sessions may come back after a restart.
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
//! waxseal revoke add --key k7-Xb3qf1 --reason "backup lost" --yes
//! ```
//!
//! The first writes a tombstone that stays, `revoked-0007.json`, and takes the key out of the published
//! set. Who follows the ring refuses its tokens within R, who verifies with the published set when that is
//! read anew, within C. The second reaches whoever follows the list, in milliseconds. Do both: without the
//! first the ring goes on signing tokens that die at once. Whoever held a session of that key logs in again;
//! see [`rotation`](super::rotation#when-a-key-is-stolen).
