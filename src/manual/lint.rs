//! What `waxseal lint` finds.
//!
//! Lint tells everything at once: a verifier stops at the first fault, and rightly, but whoever mends
//! a token or a ring wants to see all. It reads what a verifier would refuse, believes nothing, and
//! verifies nothing: a token without findings can still be forged.
//!
//! An id keeps its meaning for ever. `waxseal lint --catalogue` prints this list with a way to mend
//! each; `--json` and `--plain` are for scripts. An error is unsafe or broken now, a warning will hurt
//! some day, a note is good to know. Exit code 1 says that a finding is at least as bad as `--fail-on`,
//! which is `error` unless you say otherwise.
//!
//! # Tokens
//! | id | level | meaning |
//! |---|---|---|
//! | `T001` | error | alg is none, or there is no signature: anybody can have made the token |
//! | `T002` | error | a member stands twice: two readers may see two values |
//! | `T003` | error | a part is not canonical base64url: padding, a foreign character or trailing bits |
//! | `T004` | error | crit names an extension that is not known here: verifiers must refuse the token |
//! | `T005` | warn | the header brings its own key, or says where to fetch one (jwk, jku, x5u) |
//! | `T010` | error | the HMAC secret is too short, repeated, made of common words, or ends with a line end |
//! | `T011` | error | the token's algorithm is not the key's |
//! | `T012` | error | the RSA key has fewer than 2048 bits |
//! | `T020` | error | no exp: the token never ends |
//! | `T021` | warn | the token lives longer than the policy allows |
//! | `T022` | error | iat is in the future, or exp is before iat |
//! | `T023` | error | a NumericDate is in milliseconds |
//! | `T030` | warn | no jti: this token cannot be revoked one by one |
//! | `T031` | warn | no aud: every service of the issuer may take the token for its own |
//! | `T032` | warn | no iss: a verifier of several issuers cannot tell whose it is |
//! | `T033` | warn | typ is absent or JWT: tokens of two purposes can be swapped |
//! | `T034` | warn | no kid, and there are several keys: a verifier has to guess or refuse |
//! | `T040` | warn | a secret or a person's data in a signed token, which everyone can read |
//! | `T041` | note | over 4 KB, more than a cookie holds (warn: over 8 KB, more than most servers take in headers) |
//! | `T050` | error | the key is printed in a standard or a tool's example: everybody can mint with it |
//!
//! Keys tell more: `T010`, `T011`, `T012`, `T034` need `--key` or `--keys`, and a sealed token shows
//! its claims only to a key that opens it. `T021` needs to know how long a token may live: from
//! `--policy`, or a ring's L. Of a PASETO, what its claims and footer have is judged.
//!
//! `--policy FILE` is a JSON object; each member may be left out:
//!
//! | member | says | else |
//! |---|---|---|
//! | `longest_life` | most time from `iat` to `exp`, as `15m` | the ring's L; without a ring anything goes |
//! | `skew` | what is forgiven to clocks, as `30s` | the ring's S; without a ring 30 s |
//! | `ignore` | ids that are not wanted, as `["T030"]` | none |
//!
//! # Key rings
//! | id | level | meaning |
//! |---|---|---|
//! | `K001` | error | no key signs |
//! | `K002` | error | two keys sign: two promotions of one number, or two signing keys in a JWK Set |
//! | `K003` | error | the period is shorter than max(C + S, R + L + 2S): keys would go before their tokens end |
//! | `K004` | warn | rotation is overdue (error: by a whole period more) |
//! | `K005` | warn | no next key will be known to all verifiers when the rotation is due |
//! | `K006` | warn | more live keys than the cap: four, or "cap" in ring.json |
//! | `K007` | error | others can read a key or write in the ring, or a file is a link out of it (warn: on a read-only mount) |
//! | `K008` | warn | a file was changed, or an act happened, in the future |
//! | `K009` | warn | a private half is kept although every token of its key has ended |
//! | `K010` | warn | a kid of our form, or a PASERK id, is not that of its key |
//! | `K011` | error | the published set is not the ring's public halves, or holds a private member |
//! | `K012` | error | the history has a gap, or an event does not hold the hash of the one before |
//! | `K013` | note | a temporary file of an interrupted writer |
//! | `K014` | error | the serial is lower than one that was seen before: an older ring was put back |
//! | `K015` | note | a hold has no date |
//! | `K016` | error | two rings hold the same key: tokens of one pass in the other |
//! | `K017` | warn | private keys lie in a git work tree |
//!
//! `K005` asks whether a staged key will be in every verifier's cache, C + S after it was published,
//! when the key that signs has signed for a period. A ring that was just made or rotated passes.
//! `K007` is found for a file of `--key` too, if it holds a private key or a secret and everyone can
//! read it.
//! `K013` waits a minute before it calls a temporary file stale. `K014` compares with `--last-serial`,
//! the serial that you saw before. `K016` compares the rings of several `--keys`.
//!
//! A ring that does not open is linted too. Files that cannot be read at all have no id: they are a
//! failure, with exit code 65 or 66, after the findings.
//!
//! A token of which no verifier can read the claims has none for that either: they are no JSON object,
//! not UTF-8, or nested too deep, or the body of a PASETO is too short for its signature, or its nonce
//! and tag. It is a failure, with exit code 10, after the findings. `exit` in `--json` is the exit code
//! in each case.
//!
//! The library has the same rules for rings in [`keyring::lint`](crate::keyring::lint).
