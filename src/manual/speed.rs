//! What a verification costs, and what to do where that is too much.
//!
//! # What it costs
//! A verification is the primitive over the token's text, plus one pass over the claims, plus typing the
//! caller's state. It does no I/O, waits for nobody, and asks for memory for the session that it gives
//! and for one buffer. What the primitive costs decides:
//!
//! | the ring | most of a verification is | so |
//! |---|---|---|
//! | `HS256`, `A256GCM` | reading claims and state (on a processor without SHA instructions, the HMAC) | keep the state small, or leave it [undecoded](crate::session::Undecoded) |
//! | `EdDSA`, `v4.public`, `ES256` | the signature, nine parts of ten | [remember tokens](crate::CachedVerifier) |
//! | `RS256` and its kin | the signature, at verifying little, at minting a millisecond | let few services mint |
//! | `v4.local`, `v3.public` | work of the libraries below, which takes no prepared key | choose `A256GCM` or `v4.public` where you are free |
//!
//! `benches/README.md` has the figures, the machine and the commands.
//!
//! # Remembering tokens
//! A browser sends one token with some tens of requests until it is renewed. [`CachedVerifier`] checks its
//! signature with the first of them; each later one is a look at a table and the questions that time can
//! answer otherwise: whether it has expired, whether its key is trusted still, whether keys and list are
//! fresh enough, and whether it was revoked. It answers as the verifier does at every moment, which
//! `tests/cached.rs` holds over changed keys, revocations and clocks that jump.
//!
//! It pays for rings that sign. It takes 1.6 KB of memory for a token of 770 bytes, and holds the
//! tokens themselves: whoever reads the memory of the process has them, as they have what is in its
//! requests. Give it room for the sessions that one process sees within a token's life (15 minutes by
//! default), and half as much again: shards do not fill evenly. Less room costs hits, never answers.
//!
//! In the web layer it is [`SessionsSetup::cached`](crate::http::SessionsSetup::cached).
//!
//! # What is recognised
//! Tokens of our own issuers have one way to be written. A verifier with one source of keys keeps their
//! encoded headers, and compares before it parses; claims are read in the order in which they are minted,
//! without a tree. Whatever is written otherwise goes to the strict readers, which take any JSON and any
//! header that the standards allow. Both say the same: the tests and the fuzz target `shortcuts` hold the
//! one against the other, and [`VerifierSetup::shortcuts`](crate::session::VerifierSetup::shortcuts)
//! turns the fast way off.
//!
//! # Many tokens at once
//! `waxseal inspect --jsonl` and `waxseal verify --jsonl` take one token a line in constant memory;
//! `--jobs` spreads them over processors, and the answers stay in order.
//!
//! [`CachedVerifier`]: crate::CachedVerifier
