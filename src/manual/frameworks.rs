//! What you write there, what you write here: the session idioms of seven platforms.
//!
//! In all tables `session` on our side is a `SessionMut<T>`, the argument of a handler; see
//! [`web`](super::web). Four differences are the same for all seven:
//!
//! * **The state is one type of yours**, not a map. A misspelt key is an error of the compiler. A field that is new
//!   needs `#[serde(default)]`, or sessions from before the deployment are refused.
//! * **It is in the cookie**, 4,096 bytes of it with the rest, and not on the server. Large things stay in your
//!   database, under [`Session::id`](crate::Session::id) or the user.
//! * **Two requests at once do not wait for each other.** The last writer wins.
//! * **Nothing counts or lists sessions.** They can be ended, one, a user's or all; they cannot be shown.
//!
//! # PHP
//! | | there | here |
//! |---|---|---|
//! | start | `session_start()` in each script, before any output | the layer, once; a handler asks for the session |
//! | read | `$_SESSION['k']` | `session.state().k` |
//! | write | `$_SESSION['k'] = 1` | `session.update(\|state\| state.k = 1)?` |
//! | remove a key | `unset($_SESSION['k'])` | an `Option`: `update(\|state\| state.k = None)?`; `forget("k")?` for a value beside it |
//! | clear | `session_unset()` | `session.clear()?` |
//! | new id | `session_regenerate_id(true)` | `log_in(..).await?`, `promote(..).await?` |
//! | destroy | `session_destroy()`, and `setcookie` by hand | `session.log_out().await?` |
//! | flash | by hand | `flash("notice", "Saved.")?`, `take_flash("notice")?` |
//! | timeout | `session.gc_maxlifetime`, about | `Lifetimes::default().idle(..).absolute(..)` |
//! | remember me | `session_set_cookie_params(['lifetime' => ..])`, for everybody | `Login::of("ada").remembered()`, for who asks |
//! | log out everywhere | by hand | `session.log_out_everywhere().await?` |
//!
//! What bites: PHP holds a lock on the session's file, so that requests of one browser come one after the other. Here
//! they do not. `gc_maxlifetime` is a chance, the idle limit is a limit. An id that PHP did not make is taken unless
//! `session.use_strict_mode` is on; here only tokens of the ring are.
//!
//! ```
//! # #[cfg(feature = "axum")] {
//! use serde::{Deserialize, Serialize};
//! use waxseal::http::{SessionError, SessionMut};
//!
//! #[derive(Clone, Default, Serialize, Deserialize)]
//! struct Visit { views: u32, coupon: Option<String> }
//!
//! async fn page(mut session: SessionMut<Visit>) -> Result<String, SessionError> {
//!     let views = session.update(|visit| { // $_SESSION['views']++
//!         visit.views += 1;
//!         visit.views
//!     })?;
//!     Ok(format!("view {views}"))
//! }
//!
//! async fn unset(mut session: SessionMut<Visit>) -> Result<&'static str, SessionError> {
//!     session.update(|visit| visit.coupon = None)?; // unset($_SESSION['coupon'])
//!     Ok("gone")
//! }
//!
//! async fn logout(mut session: SessionMut<Visit>) -> Result<&'static str, SessionError> {
//!     session.log_out().await?; // session_destroy(), and the cookie
//!     Ok("goodbye")
//! }
//! # let _: axum::Router = axum::Router::new()
//! #     .route("/", axum::routing::get(page).delete(unset).post(logout));
//! # }
//! ```
//!
//! `page` changes the state in a `GET`. That works, and any site can make a browser count; see
//! [`web`](super::web#csrf).
//!
//! # Flask
//! | | there | here |
//! |---|---|---|
//! | start | `app.secret_key`, then `session` is there | a ring, and the layer |
//! | read | `session["k"]`, `session.get("k")` | `session.state().k` |
//! | write | `session["k"] = 1` | `session.update(\|state\| state.k = 1)?` |
//! | remove a key | `session.pop("k", None)` | `update(\|state\| state.k.take())?` gives it back, as `pop` does |
//! | clear | `session.clear()` | `session.clear()?` |
//! | new id | there is no id | `log_in`, `promote` |
//! | destroy | `session.clear()` | `session.log_out().await?` |
//! | flash | `flash("Saved.")`, `get_flashed_messages()` | `flash("notice", "Saved.")?`, `take_flash("notice")?` |
//! | timeout | `PERMANENT_SESSION_LIFETIME` | `Lifetimes`: idle and absolute |
//! | remember me | `session.permanent = True` | `Login::remembered` |
//! | log out everywhere | another `SECRET_KEY`, for all users | `log_out_everywhere`, for one |
//!
//! What bites: Flask's cookie is signed and can be read; ours is sealed unless you say otherwise. A copy of Flask's
//! works after the logout, ours does not. `session.modified = True` after a nested change has no counterpart: what
//! `update` changed is found by comparing. Messages of one name replace each other here; flash a list if there are
//! several.
//!
//! ```
//! # #[cfg(feature = "axum")] {
//! use axum::response::Redirect;
//! use serde::{Deserialize, Serialize};
//! use waxseal::http::{Login, SessionError, SessionMut};
//!
//! #[derive(Clone, Default, Serialize, Deserialize)]
//! struct Basket { items: Vec<u32> }
//!
//! async fn login(mut session: SessionMut<Basket>) -> Result<Redirect, SessionError> {
//!     session.log_in("ada").await?; // session["user"] = "ada"
//!     session.flash("notice", "Welcome back.")?; // flash("Welcome back.")
//!     Ok(Redirect::to("/"))
//! }
//!
//! async fn index(mut session: SessionMut<Basket>) -> Result<String, SessionError> {
//!     let notice: Option<String> = session.take_flash("notice")?; // get_flashed_messages()
//!     let who = session.subject().unwrap_or("guest");
//!     Ok(format!("{} {who}", notice.unwrap_or_default()))
//! }
//!
//! async fn stay(mut session: SessionMut<Basket>) -> Result<Redirect, SessionError> {
//!     session.log_in(Login::of("ada").remembered()).await?; // session.permanent = True
//!     Ok(Redirect::to("/"))
//! }
//! # let _: axum::Router = axum::Router::new()
//! #     .route("/", axum::routing::get(index).post(login).put(stay));
//! # }
//! ```
//!
//! # Rails
//! | | there | here |
//! |---|---|---|
//! | start | `secret_key_base`, then `session` is there | a ring, and the layer |
//! | read | `session[:k]` | `session.state().k` |
//! | write | `session[:k] = 1` | `session.update(\|state\| state.k = 1)?` |
//! | remove a key | `session.delete(:k)` | `update(\|state\| state.k.take())?` |
//! | clear | `session.clear` | `session.clear()?` |
//! | new id | `reset_session` before the login | `log_in`: it is part of it |
//! | destroy | `reset_session` | `session.log_out().await?` |
//! | flash | `flash[:notice]`, `flash.now`, `flash.keep` | `flash`, `flash_now`, `keep_flash`; read by `take_flash` |
//! | timeout | `expire_after` of the session store | `Lifetimes`: idle and absolute |
//! | remember me | `cookies.permanent.encrypted`, Devise `rememberable` | `Login::remembered` |
//! | log out everywhere | another salt of the user, where one is checked | `log_out_everywhere`, or `bound_to(salt)` with `require_bound(salt)` |
//!
//! What bites: a Rails flash goes after the next request, read or not; ours goes when it is read. `reset_session`
//! with the cookie store does not end a copy of the old cookie; `log_in` and `log_out` do. `protect_from_forgery`
//! is in the layer. Example: that of [Flask](#flask).
//!
//! # Servlet
//! | | there | here |
//! |---|---|---|
//! | start | `request.getSession()` | `SessionMut<T>`; it begins when something is written |
//! | read | `session.getAttribute("k")`, and a cast | `session.state().k` |
//! | write | `session.setAttribute("k", 1)` | `session.update(\|state\| state.k = 1)?` |
//! | remove a key | `session.removeAttribute("k")` | `update(\|state\| state.k = None)?` |
//! | clear | a loop over `getAttributeNames()` | `session.clear()?` |
//! | new id | `request.changeSessionId()` | `log_in`, `promote` |
//! | destroy | `session.invalidate()` | `session.log_out().await?` |
//! | flash | by hand | `flash`, `take_flash` |
//! | timeout | `setMaxInactiveInterval(1800)`, `<session-timeout>` | `Lifetimes::default().idle(..)`; an absolute limit besides |
//! | remember me | by hand | `Login::remembered` |
//! | log out everywhere | by hand, with a listener that keeps sessions | `log_out_everywhere` |
//!
//! What bites: `getSession(false)` is `Option<Session<T>>`. There is no `HttpSessionListener`: nothing happens here when
//! a session ends unused; the events of `tracing` tell what requests did. `encodeURL` has no counterpart: a token is
//! never in an address. Attributes must be `Serialize`, always, and not only in a cluster.
//!
//! ```
//! # #[cfg(feature = "axum")] {
//! use std::time::Duration;
//! use waxseal::http::{Session, SessionError, SessionMut};
//! use waxseal::session::Lifetimes;
//!
//! // getSession(false): somebody, or null.
//! async fn greet(session: Option<Session<Vec<u32>>>) -> String {
//!     session.map_or("hello".into(), |session| format!("hello {}", session.subject()))
//! }
//!
//! // isUserInRole, and a login of the last five minutes.
//! async fn transfer(session: Session<Vec<u32>>) -> Result<&'static str, SessionError> {
//!     session.require_role("teller")?;
//!     session.require_fresh(Duration::from_secs(300))?;
//!     Ok("done")
//! }
//!
//! // changeSessionId, with another right.
//! async fn elevate(mut session: SessionMut<Vec<u32>>) -> Result<&'static str, SessionError> {
//!     session.promote(|login| login.role("teller")).await?;
//!     Ok("you may")
//! }
//!
//! // setMaxInactiveInterval
//! let limits = Lifetimes::default().idle(Duration::from_secs(1800));
//! # let _ = limits;
//! # let _: axum::Router = axum::Router::new()
//! #     .route("/", axum::routing::get(greet).post(transfer).put(elevate));
//! # }
//! ```
//!
//! # Express with connect-redis
//! | | there | here |
//! |---|---|---|
//! | start | `app.use(session({ store, secret, resave: false, saveUninitialized: false }))` | `.layer(sessions.layer())`; the two options are how it is |
//! | read | `req.session.k` | `session.state().k` |
//! | write | `req.session.k = 1` | `session.update(\|state\| state.k = 1)?` |
//! | remove a key | `delete req.session.k` | `update(\|state\| state.k = None)?` |
//! | clear | a loop over the keys | `session.clear()?` |
//! | new id | `req.session.regenerate(cb)` | `log_in(..).await?`, `promote(..).await?` |
//! | destroy | `req.session.destroy(cb)`, `res.clearCookie(name, sameOptions)` | `session.log_out().await?` |
//! | flash | `req.flash("notice", "Saved.")` of connect-flash | `flash`, `take_flash` |
//! | timeout | `cookie.maxAge`, `rolling: true` | `Lifetimes`: idle and absolute |
//! | remember me | `req.session.cookie.maxAge = ..` | `Login::remembered` |
//! | log out everywhere | a scan of the store | `log_out_everywhere` |
//!
//! What bites: `destroy` in Redis ends a session at once everywhere; here it is at once where the list is, and within the
//! budget elsewhere, see [`revocation`](super::revocation). `trust proxy` has no counterpart: the origin is
//! configured. Redis is not asked at a request; if you have one, it can carry the revocations.
//!
//! ```
//! # #[cfg(feature = "axum")] {
//! # let dir = tempfile::tempdir()?;
//! # let ring = dir.path().join("keys");
//! # waxseal::keyring::NewRing::new("https://shop.example")
//! #     .algorithm(waxseal::key::Algorithm::A256Gcm)
//! #     .create(&ring)?;
//! use std::time::Duration;
//! use waxseal::http::Sessions;
//! use waxseal::session::Lifetimes;
//! use waxseal::{Keys, RevocationList};
//!
//! let list = RevocationList::in_memory(); // RevocationList::open("redis://..")?
//! let sessions = Sessions::<Vec<u32>>::setup("https://shop.example")? // secure, httpOnly, sameSite: "lax"
//!     .cookie_name("sid") // name: "sid", and the prefix
//!     .lifetimes(Lifetimes::default().idle(Duration::from_secs(1800))) // maxAge, rolling
//!     .finish(Keys::open(&ring)?, &list)?;
//! assert_eq!(sessions.cookie_name(), "__Host-sid");
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Spring Session
//! | | there | here |
//! |---|---|---|
//! | start | a dependency, and `HttpSession` is in Redis or JDBC | the layer; no store |
//! | read | `session.getAttribute("k")` | `session.state().k` |
//! | write | `session.setAttribute("k", 1)` | `session.update(\|state\| state.k = 1)?` |
//! | remove a key | `session.removeAttribute("k")` | `update(\|state\| state.k = None)?` |
//! | clear | a loop over `getAttributeNames()` | `session.clear()?` |
//! | new id | `sessionFixation().changeSessionId()`, the default of Spring Security | `log_in`: always |
//! | destroy | `session.invalidate()`, `.logout(..)` | `session.log_out().await?` |
//! | flash | `RedirectAttributes.addFlashAttribute` | `flash`, `take_flash` |
//! | timeout | `spring.session.timeout` | `Lifetimes`: idle and absolute |
//! | remember me | `.rememberMe(..)` | `Login::remembered` |
//! | log out everywhere | `findByPrincipalName`, then `deleteById` for each | `log_out_everywhere`, `Sessions::revoke` |
//!
//! What bites: `maximumSessions` and `SessionRegistry` have no counterpart: nobody counts sessions. `SessionDestroyedEvent`
//! neither. A WebSocket is not closed when its session ends: ask for the session again from time to time, with
//! [`Verifier::verify`](crate::Verifier::verify). `hasRole` is `require_role`, and as old as the token. Example:
//! that of [Servlet](#servlet).
//!
//! # Django
//! | | there | here |
//! |---|---|---|
//! | start | `SessionMiddleware`, then `request.session` | the layer |
//! | read | `request.session["k"]`, `.get("k")` | `session.state().k` |
//! | write | `request.session["k"] = 1` | `session.update(\|state\| state.k = 1)?` |
//! | remove a key | `del request.session["k"]`, `.pop("k")` | `update(\|state\| state.k.take())?` |
//! | clear | `request.session.clear()` | `session.clear()?` |
//! | new id | `cycle_key()`; `login()` does it | `log_in`: always |
//! | destroy | `flush()`; `logout(request)` | `session.log_out().await?` |
//! | flash | `messages.success(request, "Saved.")` | `flash`, `take_flash` |
//! | timeout | `SESSION_COOKIE_AGE`, `set_expiry(1800)` | `Lifetimes`: idle and absolute, for each profile and not for each session |
//! | remember me | `SESSION_EXPIRE_AT_BROWSER_CLOSE = False`, `set_expiry(..)` | `Login::remembered` |
//! | log out everywhere | a changed password, by `get_session_auth_hash()` | `bound_to(hash)` with `require_bound(hash)`; or `log_out_everywhere` |
//!
//! What bites: Django compares the hash of the password at every request; `require_bound` is a call of yours, and needs
//! the hash from your database. `update_session_auth_hash` is a second `log_in`. With `signed_cookies`, `flush` ends
//! no copy, and anybody who has the cookie reads it. `request.session.modified = True` has no counterpart. Django's
//! `csrftoken` cookie neither: a token is asked for only where headers do not say enough. Example: that of
//! [Flask](#flask).
