//! Sessions in a web application: `waxseal::http`, behind the feature `axum`.
//!
//! One layer finds a request's session when a handler asks for it, and writes cookies and headers when the
//! handler is done. There is no store: what a session remembers is in its cookie.
//!
//! ```
//! # #[cfg(feature = "axum")] {
//! # let dir = tempfile::tempdir()?;
//! # let ring = dir.path().join("keys");
//! # waxseal::keyring::NewRing::new("https://shop.example")
//! #     .algorithm(waxseal::key::Algorithm::A256Gcm)
//! #     .create(&ring)?;
//! use axum::Router;
//! use axum::routing::{get, post};
//! use serde::{Deserialize, Serialize};
//! use waxseal::http::{Expiry, Login, Session, SessionError, SessionMut, Sessions};
//! use waxseal::{Keys, RevocationList};
//!
//! #[derive(Clone, Default, Serialize, Deserialize)]
//! struct Cart { items: Vec<u32> }
//!
//! async fn add(mut session: SessionMut<Cart>) -> Result<String, SessionError> {
//!     session.update(|cart| cart.items.push(7))?; // a guest's session, if there was none
//!     session.flash("notice", "In the cart.")?; // read once, by the next page
//!     Ok(format!("{} items", session.state().items.len()))
//! }
//!
//! async fn log_in(mut session: SessionMut<Cart>) -> Result<&'static str, SessionError> {
//!     // after the password was right
//!     session.log_in(Login::of("ada").by("pwd").role("admin")).await?;
//!     Ok("welcome")
//! }
//!
//! async fn account(session: Session<Cart>) -> Result<String, SessionError> {
//!     session.require_role("admin")?;
//!     Ok(format!("{} has {:?}", session.subject(), session.state().items))
//! }
//!
//! async fn log_out(mut session: SessionMut<Cart>) -> Result<&'static str, SessionError> {
//!     session.log_out().await?; // on the disk before the answer goes out
//!     Ok("goodbye")
//! }
//!
//! async fn left(expiry: Expiry) -> Expiry { expiry }
//!
//! let keys = Keys::open(&ring)?; // waxseal keys init --purpose sealed --issuer https://shop.example
//! let list = RevocationList::in_memory(); // RevocationList::open("revoked.db")?
//! let sessions = Sessions::<Cart>::setup("https://shop.example")?
//!     .login_page("/login")
//!     .finish(keys, &list)?;
//! let app: Router = Router::new()
//!     .route("/cart", post(add))
//!     .route("/login", post(log_in))
//!     .route("/account", get(account))
//!     .route("/logout", post(log_out))
//!     .route("/session", get(left))
//!     .layer(sessions.layer()); // after the routes: it goes around them
//! # let _ = app;
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Two extractors
//! | a handler asks for | and gets | use it |
//! |---|---|---|
//! | `Session<T>` | somebody who is logged in, or the handler does not run | to read, and to decide |
//! | `Option<Session<T>>` | the same, or `None` without a token and with a bad one | where a page differs for who is logged in |
//! | `SessionMut<T>` | a user's session, a guest's, or none yet; and the right to change it | to write, log in, log out |
//! | `Expiry` | how long it lasts, without prolonging it | for a countdown |
//!
//! A guest is nobody to `Session<T>`. There is one `SessionMut` a request; hand it on. `T` is one type for a
//! layer, with a `Default`: the state of whoever has none.
//!
//! # What is set when
//! | what happens | the answer carries |
//! |---|---|
//! | no handler asks for a session | nothing: no cookie, no header |
//! | one asks | `Vary: Cookie` |
//! | one asks, and there is a session | `Cache-Control: no-store`, unless the handler set one and no cookie goes out |
//! | the state or a value beside it changes | the next token as `Set-Cookie`, and `no-store` whatever the handler says |
//! | it is written back as it was | nothing more: states are compared as JSON |
//! | a session is used whose token is older than a third of its life (5 min) | the next token |
//! | its token is past `exp` and its limits are not | the next token: it is used, so it goes on |
//! | `log_in` | a token of another session; a guest's cookie is removed |
//! | `promote` | a token of another session |
//! | `log_out`, `log_out_everywhere` | removals of both cookies; `Clear-Site-Data: "cache", "storage"` |
//! | a guest's state becomes what an empty one is | removal of the guest's cookie, unless the handler answers 5xx |
//! | the session was ended meanwhile, by another request | no token: a late answer must not replace what a login has set |
//! | the cookie holds no token at all | its removal |
//! | a token is refused: ended, revoked, another ring's | no removal: an answer that is late must not undo a login |
//! | the handler answers 500 or more | no token; the removals of a logout all the same |
//!
//! An answer that is made of a `SessionError` keeps none of that either: what is refused half way changes nothing.
//! Any other answer below 5xx keeps what was changed before it.
//!
//! # Two cookies
//! | | of a user | of a guest |
//! |---|---|---|
//! | name | `__Host-session` | `__Host-session-guest` |
//! | the token's `typ` | `session+jwt` | `guest+jwt` |
//! | `sub` | who logged in | absent |
//! | attributes | `HttpOnly; SameSite=Lax; Secure; Path=/` | the same |
//! | `Max-Age` | none, or the idle limit of a remembered login | none |
//! | limits | [`Lifetimes`](crate::session::Lifetimes): idle 30 min, absolute 8 h | the same, or `SessionsSetup::guests` |
//!
//! `cookie_name` chooses another word than `session`; the prefix is added. `domain` makes the names
//! `__Secure-..`: every host under the domain gets the cookies then, and can set its own beside them.
//! `same_site` chooses `Strict` or `None`. Two layers of one site need two names.
//!
//! A token says which cookie it is for (`ck`). In another one, or as a bearer token, it is refused
//! (`wrong_carrier`): a value that was moved was moved by somebody.
//!
//! # Carriers
//! A request has one carrier, or is refused.
//!
//! | a request brings | it is |
//! |---|---|
//! | the user's cookie | the user's session; a bad one is no user, and the guest's cookie is looked at |
//! | the guest's cookie alone | a guest's session; a bad one is nobody's |
//! | `Authorization: Bearer` alone | the session of a token that was minted without a cookie, by [`Issuer`](crate::Issuer) |
//! | a bearer token and the user's cookie, or two `Authorization` headers | 400: who speaks is unclear |
//! | two cookies of one `__Host-` name | 400: a browser has one |
//! | two cookies of one `__Secure-` or `dev-` name | of the first four the newest that is good: by `sst`, then by `gen` |
//! | a token in the address or in a form | nobody's: it is not looked for |
//!
//! A bearer session is read like any other. It cannot be changed, because an answer cannot replace it: `update`
//! is 403 there. `log_out` ends it.
//!
//! # Which answer for which outcome
//! A handler's `SessionError` becomes the answer that fits who asked. A person is one whose browser says
//! `Sec-Fetch-Mode: navigate`, or, without that header, who accepts `text/html`; everybody else is a program.
//!
//! | outcome | a program | a person | `Set-Cookie` |
//! |---|---|---|---|
//! | no session | 401, `WWW-Authenticate: Bearer realm="session"` | 303 to the login page with `return_to`; without a login page a page, 401 | – |
//! | the token is refused | 401, `error="invalid_token"`, whatever the cause | the same | –; a removal if it is no token |
//! | the token came by another carrier than its own | the same | the same | – |
//! | the login is too old, or of another level | 401, `error="insufficient_user_authentication"` with `max_age` or `acr_values` | the same | – |
//! | what it is bound to has changed | 401, `error="invalid_token"` | the same | – |
//! | its rights are out of date | 403, `error="insufficient_scope"`, `error_description="needs_refresh"` | a page, 403 | – |
//! | the role is missing | 403 | a page, 403 | – |
//! | the permission is missing | 403, `error="insufficient_scope"` | a page, 403 | – |
//! | the request may be forged | 403 | a page, 403 | – |
//! | a one-time token is another's, another operation's, or over | 403 | a page, 403 | – |
//! | a one-time token was used before | 409 | a page, 409 | – |
//! | two carriers | 400, `error="invalid_request"` | a page, 400 | – |
//! | the cookie would be too long | 413 | a page, 413 | – |
//! | a logout or login is not on record | 500 | a page, 500 | a logout's removals |
//! | the list or the keys are too old to judge by, or no key signs | 503, `Retry-After: 5` | a page that says that nobody is logged out, 503 | – |
//! | layer and handler do not fit | 500, and the line that says how | a page, 500 | – |
//! | a bearer token at a handler that writes | 403 | a page, 403 | – |
//! | nobody is logged in, or there is no session, for an act that needs one | as without a session | the same | – |
//!
//! Each of these answers has `Cache-Control: no-store`, and each page a `Content-Security-Policy` that allows its style
//! and nothing else. The text is the same for every cause that an attacker
//! could learn from; `SessionError::code` and the log have the cause. The 303 carries `return_to` for a `GET`
//! only. Read it back with `ReturnTo::parse`, which takes a path of this site of at most 512 bytes.
//!
//! # Size
//! Browsers drop a cookie whose name and value have more than 4,096 bytes, and say nothing. So the layer counts
//! before it answers: `SessionError::TooLarge`, with the bytes of each field of the state, the costliest
//! first. What the call asked for has not happened then. A small session needs about 600 bytes; what is left is
//! three quarters of it in JSON. Keep ids, and rows in your database.
//!
//! # Limits and renewal
//! Every use of a session within its limits keeps it alive. `Expiry` is no use. A token is renewed at most once
//! a third of its life, and two tabs that renew at once get the same bytes, where the algorithm allows;
//! see [`renewal`](super::renewal). `extend` renews at once, because somebody pressed a button. Nothing but a
//! login moves the absolute limit.
//!
//! A list that is too old to renew by does not fail a request that reads: the token is good until its `exp`, and
//! the next request tries again. A change needs a new token, and is a 503 then; `take_flash` reads, and leaves the
//! value where it is.
//!
//! # Countdown
//! `Expiry` answers as JSON, in seconds, without prolonging anything:
//!
//! ```text
//! {"standing":"user","idle":1740,"absolute":28740,"warn":1440,"now":1795225163}
//! ```
//!
//! `warn` is 0 from the moment on at which a sixth of the idle limit is left, 5 min at most. Set a timer by it, or ask
//! now and then; ask once more before you warn: another tab may have used the session meanwhile.
//!
//! `SessionsSetup::readable_end` adds a cookie that scripts can read, `__Host-session-ends`: idle limit, absolute
//! limit and the server's time, with dots in between. The browser keeps it as long as the session's. Scripts correct their own clock by the third. Nothing
//! trusts it.
//!
//! ```text
//! const [idle, absolute, now] = /__Host-session-ends=([0-9.]+)/.exec(document.cookie)[1].split(".");
//! ```
//!
//! # CSRF
//! A request that may change something (not `GET`, `HEAD`, `OPTIONS`, `TRACE`) must be from our own page. The
//! headers say so, or a token does.
//!
//! | `Sec-Fetch-Site` | `Origin` | it is |
//! |---|---|---|
//! | `same-origin`, `none`, or absent | the site's own | ours |
//! | `same-origin`, `none` | absent | ours |
//! | `same-origin` | `null` | ours: a page with `Referrer-Policy: no-referrer` |
//! | any | one of `trust_origin` | ours |
//! | `same-site`, `cross-site` | any | another site's: 403, and no handler sees it |
//! | `same-origin`, `none`, or absent | another one; `null`, but for the row above | the same |
//! | absent | absent | nobody knows: it needs a token |
//!
//! `same-site` is another site here: a neighbour under your domain is another application. A request of another site
//! that has a bearer token reaches the handler, since browsers add none by themselves. Whoever needs the
//! token sends it in the header `X-CSRF-Token`, or the handler takes it from the form: `check_csrf`, before
//! the change; an empty one is none. `csrf_token` makes one for a page; it holds over renewals and rotations of the key, and for no
//! other session, so a page from before the login is refused after it. A wrong token is refused even where none
//! was needed. `CsrfPolicy::Token` asks for a token always.
//!
//! Three things follow:
//! * `GET` must not change anything. A handler of `GET` that logs out can be made to by any page.
//! * `Session<T>` in a `POST` asks for the same proof as a change by `SessionMut`. `SessionMut` itself does not:
//!   its calls do.
//! * Without a session there is nothing to ride on, and no token is asked for. A login form of a browser so old
//!   that it sends neither header can be sent by another site.
//!
//! # Values beside the state
//! | call | the value is there |
//! |---|---|
//! | `flash` | until `take_flash` reads it, in the next request usually |
//! | `keep_flash` | one reading more |
//! | `flash_now` | in this request only; not in the cookie |
//! | `put(name, value, life)` | for `life`, read by `value` as often as you like; `forget` ends it |
//!
//! They share one space of names, at most 64, and the cookie's 4,096 bytes.
//!
//! # What counts once
//! An order that a double click must not send twice, a transfer that is confirmed once more: `operation_token` makes a
//! token for the form, bound to the session, the operation and its details; `redeem` uses it up. Of any number of
//! calls, on any host that shares the list, one succeeds. Do the operation after that, and after nothing else.
//!
//! ```
//! # #[cfg(feature = "axum")] {
//! use std::time::Duration;
//! use waxseal::http::{Operation, SessionError, SessionMut};
//!
//! fn order(amount: &str) -> Operation { Operation::new("order").with("amount", amount) }
//!
//! async fn ask(session: SessionMut<Vec<u32>>) -> Result<String, SessionError> {
//!     session.operation_token(&order("100.00 EUR"), Duration::from_secs(300)) // a hidden field
//! }
//!
//! async fn confirm(session: SessionMut<Vec<u32>>, token: String) -> Result<&'static str, SessionError> {
//!     session.redeem(&order("100.00 EUR"), &token).await?; // the details as they are now
//!     Ok("ordered")
//! }
//! # let _: axum::Router = axum::Router::new().route("/", axum::routing::get(ask).post(confirm));
//! # }
//! ```
//!
//! # Logging in
//! `log_in` begins a session under another `sid`, and revokes the one before for whoever may have a copy. A
//! guest's state comes along, and that of the same user; another user's does not. `log_in_with` merges: the cart
//! of the guest with the one in your database. [`Login`](crate::session::Login) says more of the login:
//!
//! | it says | in | asked for by |
//! |---|---|---|
//! | `by("pwd")`, `level("aal2")` | `amr`, `acr` | `methods`, `require_level` |
//! | `role`, `permit` | `roles`, `scope` | `require_role`, `require_permission` |
//! | `version(7)` | `cv` | `require_version`; `SessionMut::refresh` brings it up to date |
//! | `bound_to(password_hash)` | `bnd`, a digest | `require_bound`: a changed password ends what it does not fit |
//! | `in_scope("tenant-7")` | `rsc` | [`Revocation::scope`](crate::revocation::Revocation::scope) |
//! | `remembered()` | `pro` is `remember` | – |
//!
//! `require_fresh` asks how long ago the login was; no renewal makes it younger. `promote` gives more rights under
//! another `sid`, `refresh` under the same. All of this is what was true at the login: a role that was taken away
//! is in the token until it is refreshed, revoked or over.
//!
//! # Remember me
//! A session is for a visit: its cookie has no `Max-Age`, and it lapses after 30 min unused. `Login::remembered` is
//! for more, if the set-up says `remember_me_and_keep_keys_for(idle)`. The name says what it costs:
//!
//! * a key of the ring, and each entry of the revocation list, is kept for `idle` after its last use. Both must
//!   have been made for it: `waxseal keys init --longest-life 30d --period 60d`, `waxseal revoke init --life 30d`. Otherwise the
//!   set-up is refused.
//! * a stolen device is logged in for that long. Ask `require_fresh` before what matters.
//! * the absolute limit is 30 d, or `idle` if that is longer, which set-ups refuse.
//!
//! Guests are never remembered over a restart of the browser.
//!
//! # What is durable
//! `log_in`, `promote`, `log_out`, `log_out_everywhere`, `log_out_others` and `Sessions::revoke` wait until the
//! revocation is on the disk, on a thread that may wait. If it is not recorded, a login does not happen, and a
//! logout says 500, while its cookies go. A process that dies after that has lost nothing. Changes of the state
//! are durable when the browser has the answer, and not before: if it never arrives, the old state stays.
//!
//! # Last writer wins
//! The whole state is in the cookie. Two tabs that write at once each get a good token, and the browser keeps the
//! one that comes last; what the other wrote is gone. A logout always wins: its `sid` is on the list. Keep what
//! must not be lost, an order, a balance, in a database under the user or under `Session::id`.
//!
//! The same holds for a copy of a cookie: an old token is good until its `exp`, with its old state. Nothing that
//! must only go down, as credit or attempts, belongs in a session.
//!
//! # A second service
//! A ring that signs, `readable_by_other_services` at the login service, and `finish_verifying` at the others, with
//! a [`Verifier`](crate::Verifier) that has the public keys and follows the list:
//!
//! ```
//! # #[cfg(feature = "axum")] {
//! # let dir = tempfile::tempdir()?;
//! # let ring = dir.path().join("keys");
//! # let keys = waxseal::keyring::NewRing::new("https://shop.example").create(&ring)?;
//! # let (published, list) = (ring.join("jwks.json"), waxseal::RevocationList::in_memory());
//! use waxseal::http::Sessions;
//! use waxseal::{PublicKeys, Revocations, Verifier};
//!
//! let site = "https://shop.example";
//! let login = Sessions::<u32>::setup(site)?.readable_by_other_services().finish(keys, &list)?;
//!
//! let keys = PublicKeys::follow(published.to_str().expect("text"))?; // or an https URL
//! # let revocations = Revocations::from(&list);
//! // let revocations = Revocations::follow("revoked.db")?;
//! let verifier = Verifier::new(keys, site, site).revocations(revocations);
//! let reader = Sessions::<u32>::setup(site)?.finish_verifying(verifier)?;
//! # let _ = (login, reader);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It needs the same cookie name and domain; a service of another site says whose cookies it reads, `cookies_of(url)`.
//! Hosts share cookies only by a domain, ports of one host always. It renews nothing: a token past `exp` is refused there, and
//! works again once the login service was visited. `SessionMut` reads, and changes nothing (500). CSRF tokens
//! cannot be checked; the headers are.
//!
//! # Development
//! `Sessions::dev("http://localhost:3000")` is for your own machine, and says so on standard error.
//!
//! | | `Sessions::setup` | `Sessions::dev` |
//! |---|---|---|
//! | site | `https` | `http` on a loopback host |
//! | cookies | `__Host-session`, `Secure` | `dev-session-3000`, without `Secure`: ports share cookies, so the port is in the name |
//! | ring | sealed, unless others read | sealed or signed, as of [`Keys::for_development`](crate::Keys::for_development) |
//! | an error says | one sentence | the cause |
//! | a request for another host | is served | is refused: 421 |
//!
//! # In tests
//! `TestKit` mints sessions without a login, by a ring of its own, for an application that runs with
//! `TestKit::sessions`. A session comes as a `Cookie` header, as a jar for curl, and as Playwright's storage state.
//! The keys are named so that every verifier refuses them that was not told to take them: `test_key`.
//!
//! ```
//! # #[cfg(feature = "axum")] {
//! # let dir = tempfile::tempdir()?;
//! use waxseal::http::{Login, Sessions, TestKit};
//!
//! let setup = Sessions::<Vec<u32>>::setup("https://shop.example")?; // as in production
//! let kit = TestKit::open(setup, dir.path().join("test-keys"))?;
//! let layer = kit.sessions().layer(); // around the routes under test
//! let admin = kit.log_in(Login::of("ada").role("admin"), &vec![7])?;
//! assert!(admin.cookie_header().starts_with("__Host-session="));
//! # let _ = layer;
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Behind a proxy
//! The site's origin is configured. Nothing is taken from `Forwarded` or `X-Forwarded-*`, and TLS may end at the
//! proxy. It must
//!
//! * pass on `Cookie`, `Authorization`, `Origin`, `Sec-Fetch-Site`, `Sec-Fetch-Mode`, `Accept` and `X-CSRF-Token` as
//!   they came;
//! * take heads of 16 KB: two cookies of 4 KB each, and the rest;
//! * pass on every `Set-Cookie` as a line of its own, and neither rename cookies nor rewrite their `Path`;
//! * keep no answer that has `Set-Cookie` or `no-store`, and tell answers apart that have `Vary: Cookie`.
//!
//! # Events
//! With the feature `tracing` each change is an event, in the words of OWASP's logging vocabulary where it has one:
//! `session_created`, `session_renewed`, `session_promoted`, `authn_login_success`, `session_logout`,
//! `session_logout_everywhere`, `session_logout_others`; and each refusal: `session_expired`,
//! `session_use_after_expire` (a revoked one), `malicious_csrf`, `malicious_extraneous` (two carriers, a moved token,
//! doubled cookies), `malicious_replay` (a one-time token), `authz_fail`, `session_too_large`, `session_logout_fail`, `session_refused`, with its `code`.
//! A session is named by its fingerprint. Tokens, claims and values are never told.
//!
//! # What is not here
//! * A store, and a list of sessions; see [`expected`](super::expected#what-is-not-answered).
//! * Cookies in chunks: what does not fit one cookie is refused.
//! * OAuth and OpenID Connect: refresh tokens, logout tokens, status lists.
//! * Tokens tied to a device or a connection (RFC 8705, RFC 9449).
//! * Other frameworks than those that take `tower` layers and `axum` extractors.
