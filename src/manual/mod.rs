//! The manual.
//!
//! The reference says what each item does. These pages say how the parts fit, what is written on
//! the wire and on the disk, and what happens when something is stolen, lost or late.
//!
//! | page | answers |
//! |---|---|
//! | [`architecture`] | How is the crate built? Where does a check happen, and can it be skipped? |
//! | [`threats`] | What does it defend against, and what not? |
//! | [`defaults`] | Which number is used when nobody chose one? How far can it be moved? |
//! | [`keys`] | What is in a key ring's folder? Who may read which file? Which form can a key have? |
//! | [`rotation`] | When does a key sign, when is it safe to delete, and what is refused? |
//! | [`tokens`] | What is in a token? How does a service in another language verify it? |
//! | [`renewal`] | How long does a session live? What happens when two tabs renew at once? |
//! | [`revocation`] | How does logout work, and what does it not reach? |
//! | [`revocation_snapshot`] | How does a verifier in another language learn of a logout? What are the bytes? |
//! | [`speed`] | What does a verification cost, and what helps where that is too much? |
//! | [`web`] | How do sessions work in a web application? Which answer comes when? |
//! | [`expected`] | What do people expect of sessions, and what answers it? |
//! | [`frameworks`] | What is it called here? For users of PHP, Flask, Rails, Servlets, Express, Spring and Django. |
//! | [`coming_from`] | What is it called here? For users of nine other tools. |
//! | [`conformance`] | What do OWASP, NIST and the RFCs ask for, and which test holds it? |
//! | [`lint`] | What can be wrong with a token or a ring? What does each id mean? |
//! | [`commands`] | What does the program read and print, and how does it exit? |
//!
//! # Words
//! A *session* begins when somebody logs in. It is a family of *tokens*: the first is minted at
//! login, each later one by a renewal. All of them carry one session id, `sid`; each has a token id
//! of its own, `jti`. A token is *signed* (everyone can read it, nobody can change it) or *sealed*
//! (only key holders can read it). A *ring* is the folder of keys of one *issuer*, the service that
//! logs people in. A *verifier* is any service that is handed tokens.
//!
//! # What is not here yet
//! The web layer is for axum, and for what takes `tower` layers. Elsewhere your own code puts the token into a
//! cookie or a header. There are no refresh tokens, no tokens tied to a device (RFC 8705, RFC 9449), no status lists
//! of OAuth, and no list of the sessions that there are: that needs a store, and there is none.

pub mod architecture;
pub mod coming_from;
pub mod commands;
pub mod conformance;
pub mod defaults;
pub mod expected;
pub mod frameworks;
pub mod keys;
pub mod lint;
pub mod renewal;
pub mod revocation;
pub mod revocation_snapshot;
pub mod rotation;
pub mod speed;
pub mod threats;
pub mod tokens;
pub mod web;
