//! How keys rotate: what happens when, why, and when each key is safe to delete.
//!
//! One line in a crontab rotates a ring, on one host or on ten at once:
//!
//! ```sh
//! */10 * * * *  waxseal keys tick --keys /srv/keys --quiet
//! ```
//!
//! It does what is due, once, or nothing. Services that opened the ring with
//! [`Keys::open`](crate::Keys::open) follow it; services that verify with
//! [`PublicKeys::follow`](crate::PublicKeys::follow) follow what is published. Nothing is restarted.
//!
//! # The life of a key
//! ```text
//!  staged ---- C + S ----> warm ... signs for a period ... retired -- R + L + 2S --> prunable -> pruned
//!  in the published set    may sign                        verifies                  never again
//! ```
//!
//! | letter | is | default | stands in `ring.json` as |
//! |---|---|---|---|
//! | L | the longest time that a token may be accepted for any purpose, renewal too | 8 h | `L` |
//! | C | the longest that anybody keeps a copy of the published set: CDN, proxy, library and publisher together | 24 h | `C` |
//! | S | the largest difference between two clocks, and the leeway of verifiers | 30 s | `S` |
//! | R | how old a host's picture of the ring may be | 30 s | `R` |
//! | period | how long one key signs | 30 d | `period` |
//!
//! *A key signs no earlier than visible + C + S.* Visible is the moment after which the published set
//! held the key without a break. A cache that was filled just before keeps the old set for C; the clock
//! that decides may be ahead by S. Signing sooner is the commonest way to log people out: the tokens are
//! good, and some verifiers do not know the key.
//!
//! The published set is `jwks.json` in the ring's folder and every file that was named when the ring was
//! made: `waxseal keys init --publish /srv/www/jwks.json`. The ring writes them all as part of each step, and
//! a key is visible when all of them hold it. Let it write the file that verifiers read. If something else
//! copies it, the ring cannot know when, and C has to hold that delay too, at its longest.
//!
//! C is what the slowest reader makes of it. Services that follow with
//! [`PublicKeys::follow`](crate::PublicKeys::follow) need 60 s at least: they read a path every 30 s, and ask
//! a URL after 32 to 40 s at the soonest. A server that allows more in `Cache-Control` needs as much, up to
//! an hour; one that says nothing there needs 5 min. `waxseal serve` says what fits C.
//!
//! *A key verifies until its successor was promoted + R + L + 2S.* A host that read the ring just before
//! signs with the old key for R more. Such a token lives for L at most. One S is for the clock of the host
//! that signs, one for the leeway of the verifier. Forgetting a key sooner is the second commonest way.
//!
//! A next key is always staged and, but for the first day of a ring, warm. So an emergency needs no wait.
//! With a period of at least max(C + S, R + L + 2S) there are at most three live keys: one staged, one that
//! signs, one retired. A shorter period is refused when the ring is made. `cap` bounds the number for those
//! who stage and import by hand, at 4 unless you choose.
//!
//! # When is a key safe to delete?
//! Its private half: as soon as it can sign nothing more, which is when the key is *prunable*, and not
//! before, because a rollback needs it. Its public half: at the same moment, when every token that it
//! signed has ended. `waxseal keys status` names that moment for each key; `tick` acts on it.
//!
//! | the key is | delete it | why |
//! |---|---|---|
//! | staged | no; `revoke` it if you do not want it | it may be in every cache already; it harms nobody |
//! | signing | never | promote another first |
//! | retired | at *successor promoted* + R + L + 2S | until then somebody holds a cookie that it signed |
//! | prunable | now | no token of it can be valid at any verifier, and none is accepted |
//! | revoked | now | no token of it is accepted |
//! | held | when the hold ends | somebody wrote down why; `prune --release KID` overrides it, by name |
//!
//! `prune` writes the key's file anew without the private half and without `aux`. The name, the number and
//! the history stay, so that an old token still gets a true answer: its key *is retired*, not *unknown*.
//! The file system may keep the old blocks; an encrypted disk is the answer to that.
//!
//! Never remove files from the folder by hand: a missing `key-` file that a promotion names makes the ring
//! unreadable, and a missing `revoked-` file brings a stolen key back.
//!
//! # What `tick` does
//! In this order, each step only if it is due:
//!
//! 1. finishes what an interrupted process left: the published set, and the history;
//! 2. prunes keys whose tokens have ended, unless they are held;
//! 3. promotes the oldest staged key that is warm, once the signing key has signed for a period;
//! 4. stages a next key of the same algorithm if there is none.
//!
//! A staged key with a number below one that has signed is passed over: after a migration it would lead
//! back. It verifies, and takes a place under the cap, until you end it with `revoke`; `tick` reminds you.
//! RSA keys cannot be made here, so an RSA ring never stages by itself: `tick` says `needs: waxseal keys
//! import`.
//!
//! Nothing happens by the clock alone. If cron is dead, no key is promoted, none is lost, and the one that
//! signs goes on; `waxseal lint --keys DIR` says that the rotation is overdue (K004).
//!
//! Any number of processes may run it at once, on several hosts of one file system. Every file has one
//! number and one writer, by `link(2)`; losing is no error. Killed at any moment it leaves a ring that
//! loads, with one signer, and the next run goes on.
//!
//! The same in Rust, for a program that rotates its own ring:
//!
//! ```
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path().join("keys");
//! use std::time::Duration;
//! use waxseal::keyring::{Act, KeyState, NewRing, Rotator};
//! use waxseal::time::{ManualClock, Timestamp};
//!
//! let hand = ManualClock::at(Timestamp::from_secs(1_795_225_163));
//! NewRing::new("https://id.example").clock(hand.clock()).create(&dir)?;
//! let rotator = Rotator::new(&dir).by("login-1").clock(hand.clock());
//!
//! hand.advance(Duration::from_secs(30 * 86_400 + 1)); // a period
//! rotator.perform(&Act::Tick)?;
//! let keys = rotator.status()?;
//! assert_eq!(keys[1].state, KeyState::Signing);
//! let KeyState::Retired { until } = keys[0].state else { panic!("k1 has a successor") };
//! println!("k1 is safe to delete at {until}");
//! assert_eq!(rotator.plan()?.later[0].0, until); // and that is the next thing to do
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # By hand
//! | verb | does | refuses, with exit 76 |
//! |---|---|---|
//! | `stage --alg NAME` | makes another key | past the cap |
//! | `promote SEQ` | lets it sign | before it is warm, naming the safe time and a key that is warm |
//! | `promote SEQ --seen FILE` | the same, with the sets that your verifiers hold as proof | if one of them lacks the key |
//! | `rollback` | lets the previous key sign again | when that key is about to stop verifying |
//! | `revoke SEQ --reason WHY` | ends a key | the one that signs, unless it is said which follows |
//! | `prune SEQ` | removes its private half | while a token of it may live, or while it is held |
//!
//! `revoke`, `prune` and `export` want the ring's name, typed or passed as `--ring`: acting on the wrong
//! ring has taken services down. All have `--dry-run`.
//!
//! # Another algorithm
//! A rotation like any other, within one purpose: a ring that signs never gets a key that seals.
//!
//! ```sh
//! waxseal keys stage --alg EdDSA --keys keys     # the ring is HS256 until now
//! waxseal keys promote 3 --keys keys --yes       # refused until it is warm, C + S later
//! ```
//!
//! From then on new keys are EdDSA. Sessions of HS256 stay valid and are minted anew under the new key, and
//! in its format, at their next renewal: JWTs become PASETOs that way. The ring needs room for the key
//! between: staged, signing, retired and the new one are four.
//!
//! # When a key is stolen
//! ```sh
//! waxseal keys revoke 7 --reason "backup lost" --promote 8 --ring id.example --keys keys
//! ```
//!
//! Key 8 signs at once; it has been staged for weeks, and every verifier knows it. Every token of key 7 is
//! refused: by who reads the ring within R, by who follows the published set when its copy is fetched anew.
//! A verifier that does nothing but cache can trust key 7 for C more. That bound is what you chose; it is not
//! zero, and no flag makes it so. Whoever held a session of key 7 logs in again.
//!
//! It promotes first and revokes then. If it was interrupted, run it again, with the same words: what was
//! done already is not done twice. `tick` does not finish it, since nothing in the ring says what was meant;
//! `waxseal keys status` shows whether the key is revoked.
//!
//! Without a warm key, `--promote` works too, and says until when some verifiers will refuse the new tokens.
//! `--stop-signing` promotes none: nobody can log in or renew until you promote a key.
//!
//! # Issuers and verifiers that run meanwhile
//! | | reads | again |
//! |---|---|---|
//! | [`Keys::open`](crate::Keys::open) | the ring's folder | every R/2, at least every 500 ms apart |
//! | [`PublicKeys::follow`](crate::PublicKeys::follow), a path | the published set | every 30 s |
//! | the same, a URL (feature `http-client`) | what `waxseal serve`, or any server, publishes | as `Cache-Control` says; sooner, and not too often, for an unknown `kid` |
//!
//! The new picture is swapped whole under readers that never wait. What cannot be read leaves the last good
//! one in use and shows in `health()`: export its age and fault to your monitoring. A ring that went back
//! (a lower serial: an old backup), that has another name, or whose key was promoted in the future of this
//! host's clock is not taken over either; one that revokes a key always is.
//!
//! After 24 h without a good reading, verification fails with the code `stale_keys`: a revocation may have
//! been missed. It is a fault on your side ([`VerifyError::is_ours`](crate::VerifyError::is_ours)): answer
//! 503, and log nobody out. Minting stops much earlier: a token whose limits go further than
//! *last good reading* + R + L could outlive its key, as far as this host knows, and is refused with
//! `stale_ring`.
//!
//! # Rehearsals
//! `plan`, `tick` and `promote` take `--at TIME`. Copy the ring and walk through a year:
//!
//! ```sh
//! cp -a keys /tmp/rehearsal
//! waxseal keys plan --keys /tmp/rehearsal
//! waxseal keys tick --keys /tmp/rehearsal --at now+30d
//! waxseal keys status --keys /tmp/rehearsal --at now+30d
//! ```
//!
//! A copy names the same places of `publish` in its `ring.json`. What is done with `--at` never writes
//! those, so verifiers do not get to see a rehearsal. `tick` without `--at` on a copy does write them.
//!
//! *Never aim `--at` at the ring itself.* A promotion in the future goes wrong at once:
//!
//! * Processes that start sign with the key at once, whether all verifiers know it or not.
//! * Processes that run do not follow the ring there: its key was promoted ahead of their clocks. They go on
//!   with the key before, and `health()` tells. As their last good reading ages, minting ends before R + L are
//!   over (`stale_ring`), and verifying after 24 h (`stale_keys`).
//! * The next rotation comes a period after that moment, not before.
//!
//! The way back is `waxseal keys rollback`, soon: the key before signs again, and those who never left it
//! follow the ring again. Start those anew that began to sign with the other one meanwhile: times in a ring
//! only go forwards, so the rollback bears the same moment, and is ahead of their clocks too. A second
//! rehearsal on the ring, later than the first, prunes the key before, and then there is no way back.
//!
//! # The acts that cause outages
//! | act | what stops it |
//! |---|---|
//! | removing a key too early | `prune` refuses until R + L + 2S after its successor; holds are data in the key's file |
//! | signing too early | `promote` refuses until C + S after it was visible; a set that lost the key starts the wait anew |
//! | rotating in the wrong place | the ring's name for destructive acts; a rotation of one folder touches no other but the places named by `publish`, and a rehearsal by `--at` not even those; no folder is made by opening it |
//! | a watcher that misses the change | reading by path and by poll; Kubernetes' `..data` swaps are seen; a missed reading is told |
//! | two writers | one winner for each number, with or without locks |
//!
//! # How the rules are checked
//! A model runs thousands of schedules, drawn at random, through the functions that plan and act here: hosts
//! whose clocks are wrong, rotators stopped between any two steps, issuers that miss readings, verifiers that
//! hold whatever copy the rules let them hold. No key may sign before every cache has it, none may go while a
//! token of it is valid, no token may be refused before its end, and some key always signs unless a person
//! stopped that. Then with real files: processes rotate a ring and are killed at random moments, and the next
//! must finish their work; sixteen rotators at once take one ring through many periods, and each key is made
//! once and promoted once. `CONTRIBUTING.md` says how to run more of each.
