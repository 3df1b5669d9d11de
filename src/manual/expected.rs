//! What people expect of sessions, and what answers it here.
//!
//! The list is of what introductions to web sessions teach, and what their readers go on to ask for:
//! capabilities, habits, use cases and failures. Each row has the call, the verb or the setting that
//! answers it, and the test that holds the answer: `web/life::NAME` is the function `NAME` in
//! `tests/web/life.rs`, `src/..::NAME` one beside the code. A test reads this page and fails if a row is
//! missing or a named test does not exist.
//!
//! Calls without a module are those of `waxseal::http`; see [`web`](super::web).
//!
//! # What a session is for
//! | | expected | answered by | held by |
//! |---|---|---|---|
//! | S1 | requests of one person belong together | a cookie with a token, verified at each request: `Sessions::layer` | `web/life::a_visit_from_guest_to_logout` |
//! | S2 | a short-term memory | a type of yours, `SessionMut::update`, and values beside it: `put`, `flash` | `web/expected::state_is_read_changed_taken_and_cleared`, `web/expected::the_draft_of_a_form_ends_before_the_session_does` |
//! | S3 | it lasts a visit, or several | a login is for a visit; `Login::remembered` for several | `web/expected::a_remembered_login_outlives_the_browser_and_a_visit_does_not` |
//! | S4 | who logged in need not do so again | `SessionMut::log_in`; `Session::subject`, `methods`, `level`, `authenticated_at` | `web/expected::a_request_knows_who_is_logged_in_how_and_since_when` |
//! | S5 | logged in or not, at every request | `Session<T>`, `Option<Session<T>>`, `SessionMut::subject`, `Expiry::standing` | `web/expected::a_request_knows_who_is_logged_in_how_and_since_when` |
//! | S6 | roles and permissions | `Login::role`, `permit`, `version`; `Session::require_role`, `require_permission`, `require_version` | `web/expected::roles_are_asked_for_and_can_be_brought_up_to_date_without_a_login` |
//! | S7 | protected pages: to the login, or 401 | a handler asks for `Session<T>`; `SessionsSetup::login_page` | `web/expected::who_is_not_logged_in_is_led_to_the_login_page_or_told_401`, `web/outcomes::every_outcome_is_what_the_table_says` |
//! | S8 | a cart that survives until the checkout | the state of a guest, carried into the login: `log_in`, `log_in_with` | `web/life::a_visit_from_guest_to_logout` |
//! | S9 | theme and language | fields of the state; `SessionsSetup::guests` says for how long. Not over a restart of the browser without a login | `web/expected::what_a_guest_chose_is_there_after_the_login_and_not_for_the_next_user` |
//! | S10 | back to the page one came from | `ReturnTo`: a path of this site, at most 512 bytes | `src/http/return_to::only_paths_of_this_site_are_led_back_to`, `web/expected::who_is_not_logged_in_is_led_to_the_login_page_or_told_401` |
//! | S11 | pages that greet their reader | `Session::state`, `SessionMut::state` | `web/life::a_visit_from_guest_to_logout` |
//! | S12 | forms of several pages | `SessionMut::put` with a life, `value`, `forget` | `web/expected::the_draft_of_a_form_ends_before_the_session_does` |
//! | S13 | temporary values | `put` with a life; `flash`, `take_flash`, `keep_flash`, `flash_now` | `web/flash::a_flash_is_read_once`, `web/expected::the_draft_of_a_form_ends_before_the_session_does` |
//! | S14 | CSRF tokens of the session | the layer's headers check; `SessionMut::csrf_token`, `check_csrf`, `CsrfPolicy` | `web/expected::a_request_that_does_not_prove_itself_changes_nothing`, `web/csrf::a_form_proves_itself_by_its_token` |
//! | S15 | a limit for each session | `Session::fingerprint` is the key of your limiter; there is none here | `web/expected::a_fingerprint_names_a_session_over_its_renewals_and_not_the_next_one` |
//! | S16 | unusual patterns are seen | events in OWASP's words through `tracing`, `SessionError::code` for metrics | `web/events::every_outcome_is_told_by_its_name_and_nothing_else_is` |
//! | S17 | transactions that count once | `SessionMut::operation_token`, `redeem`; without the web layer [`Operations`](crate::session::Operations) | `operations::a_token_redeems_its_operation_once`, `operations::of_32_threads_one_redeems_a_token` |
//!
//! # Beginning
//! | | expected | answered by | held by |
//! |---|---|---|---|
//! | S18 | begun on a visit, an action or a login | the first `update` of a guest, or `log_in` | `web/life::a_visit_from_guest_to_logout` |
//! | S19 | no empty sessions | nothing to remember is no cookie, and a state that becomes empty again removes a guest's | `web/expected::nothing_changed_is_no_cookie` |
//! | S20 | no two with one id | `sid` and `jti` of 128 random bits | `web/expected::a_thousand_sessions_have_a_thousand_ids_of_128_bits` |
//! | S21 | ids that nobody guesses | the operating system's random bytes; and an id is no credential: the signature is | `web/expected::a_thousand_sessions_have_a_thousand_ids_of_128_bits` |
//! | S22 | nothing personal in the id | ids say nothing; the state is sealed unless you say otherwise; `SessionsSetup::warnings`, `waxseal lint` (T040) | `web/expected::names_of_credentials_are_refused_and_personal_ones_told`, `cli/lint::every_rule_has_a_token_that_breaks_it_alone_and_one_that_does_not` |
//! | S23 | `Set-Cookie`, and the browser sends it back | the layer | `web/life::a_visit_from_guest_to_logout` |
//! | S24 | other carriers | `Authorization: Bearer`; never the address, never two at once | `web/expected::a_bearer_token_is_taken_from_its_header_and_never_beside_a_cookie` |
//! | S25 | a cookie has at most 4 KB | name and value are counted before the answer: `SessionError::TooLarge` | `web/expected::a_cookie_that_browsers_would_drop_is_refused_and_the_old_one_stays` |
//! | S26 | cookies cost bandwidth | `TooLarge::costs` tells what each field needs; `waxseal lint` (T041) | `web/expected::a_cookie_that_browsers_would_drop_is_refused_and_the_old_one_stays`, `cli/lint::a_long_token_is_a_note_and_a_longer_one_a_warning` |
//! | S27 | web storage | none: scripts read it, and with them whoever gets a script into the page | a reason: a credential belongs where scripts cannot read it, and storage is not sent along. Keep what the page itself needs there, and no token |
//! | S28 | JWTs | every token is one, or a PASETO; see [`tokens`](super::tokens) | `conformance::a_session_is_minted_and_verified_with_its_state` |
//! | S29 | sessions without a store | the crate's subject | `web/expected::another_process_with_the_same_ring_knows_the_session` |
//! | S30 | a choice by need | sealed for one service, signed for several (`readable_by_other_services`), cookie or bearer, a profile of [`Lifetimes`](crate::session::Lifetimes) | `web/expected::a_second_service_reads_by_public_keys_and_changes_nothing` |
//! | S31 | the client neither reads nor changes it | a sealed ring by default; a signed one is refused until you say so | `web/expected::a_second_service_reads_by_public_keys_and_changes_nothing`, `properties::a_token_with_any_byte_changed_is_refused` |
//!
//! # Reading and writing
//! | | expected | answered by | held by |
//! |---|---|---|---|
//! | S32 | get and set by key | fields of your type, checked by the compiler; names for values beside it: `value`, `put` | `web/expected::state_is_read_changed_taken_and_cleared` |
//! | S33 | remove one, clear all | `forget`, `take`, `clear` | `web/expected::state_is_read_changed_taken_and_cleared` |
//! | S34 | changes are saved with the answer | `update` makes the next token; the layer sends it | `web/life::a_visit_from_guest_to_logout` |
//! | S35 | nothing changed, nothing written | states are compared as JSON: the same is no cookie | `web/expected::nothing_changed_is_no_cookie` |
//! | S36 | a layer that manages all that | `Sessions::layer`, a `tower` layer | `web/life::a_visit_from_guest_to_logout` |
//! | S37 | find, check, use, change, keep, end | the layer finds and checks when a handler asks; one writer changes; the answer keeps or ends | `web/life::a_visit_from_guest_to_logout`, `web/life::use_renews_a_session_and_a_probe_does_not` |
//! | S38 | never trust the client | no part of a payload is read before its signature is right | `sessions::the_claims_come_before_the_callers_type`, `properties::a_token_with_any_bit_of_a_part_flipped_is_refused` |
//!
//! # Keys and cookies
//! | | expected | answered by | held by |
//! |---|---|---|---|
//! | S39 | a secret key | `waxseal keys init`: a ring of keys that rotate, [`Keys::open`](crate::Keys::open) | `keyring::a_new_ring_has_one_signer_one_staged_key_and_a_history` |
//! | S40 | no `change-me` in production | secrets that can be guessed or are printed somewhere are refused, and keys that were made for tests | `footguns::a_symmetric_secret_that_can_be_guessed_is_refused`, `web/kit::production_refuses_keys_for_tests_everywhere`, `cli/lint::a_token_made_with_a_published_secret_is_found_without_any_key` |
//! | S41 | HTTPS | a site must be `https`; plain `http` is `Sessions::dev`, on this machine only | `web/expected::plain_http_is_for_development_alone` |
//! | S42 | `HttpOnly`, `Secure` | always; the name begins with `__Host-` | `web/life::a_visit_from_guest_to_logout` |
//! | S43 | `SameSite` | `Lax`; `SessionsSetup::same_site` for another | `web/life::a_visit_from_guest_to_logout`, `browser/main::a_post_from_another_site_says_so_and_has_no_lax_cookie`, `web/csrf::who_sent_a_request_is_told_by_headers_or_a_token` |
//! | S44 | a `Max-Age` | none for a visit; for a remembered login the idle limit | `web/expected::a_remembered_login_outlives_the_browser_and_a_visit_does_not` |
//!
//! # Limits
//! | | expected | answered by | held by |
//! |---|---|---|---|
//! | S45 | an idle limit | 30 min: [`Lifetimes::idle`](crate::session::Lifetimes::idle), in the token (`idl`) | `web/life::use_renews_a_session_and_a_probe_does_not` |
//! | S46 | an absolute limit | 8 h: [`Lifetimes::absolute`](crate::session::Lifetimes::absolute), in the token (`abs`); nothing but a login moves it | `sessions::no_activity_moves_the_absolute_limit` |
//! | S47 | reasonable limits | profiles `aal1`, `aal2`, `aal3`; limits that contradict each other are refused at the start | `sessions::limits_that_contradict_each_other_are_refused_at_set_up` |
//! | S48 | it ends with the browser | a cookie without `Max-Age`; a browser that restores its tabs restores it too, so the idle limit decides | `web/expected::a_remembered_login_outlives_the_browser_and_a_visit_does_not` |
//! | S49 | it ends with the logout | `SessionMut::log_out`: the `sid` is revoked, for every copy | `web/life::a_visit_from_guest_to_logout` |
//! | S50 | it ends by itself | 401 or the login page; the code says which limit: `idle_limit`, `absolute_limit` | `web/life::use_renews_a_session_and_a_probe_does_not`, `sessions::a_session_is_renewed_past_exp_until_its_idle_limit` |
//! | S51 | use prolongs it | the layer renews what was used, after a third of a token's life | `web/life::use_renews_a_session_and_a_probe_does_not` |
//! | S52 | "keep me logged in" on a button | `SessionMut::extend`, up to the absolute limit | `web/expected::a_holder_extends_the_idle_limit_and_not_the_absolute_one` |
//! | S53 | a warning before the end | `Expiry`, which does not prolong; `SessionsSetup::readable_end` for scripts | `web/life::use_renews_a_session_and_a_probe_does_not`, `web/expected::a_readable_cookie_tells_the_end` |
//! | S54 | to log in again and lose nothing | a second `log_in` of the same user keeps the state | `web/expected::a_second_login_is_fresh_keeps_the_state_and_has_another_id` |
//!
//! # Ending
//! | | expected | answered by | held by |
//! |---|---|---|---|
//! | S55 | the server can end a session | `Sessions::revoke`, `waxseal revoke add`: a session, a user, a tenant, a key, everything | `web/expected::an_administrator_ends_the_sessions_of_a_user`, `cli/revocation::verify_refuses_by_every_kind_of_entry` |
//! | S56 | data and cookie go together | `log_out` does both, with the attributes that the cookie was set with | `web/expected::a_logout_removes_by_the_attributes_that_the_login_set` |
//! | S57 | a logout that failed says so | 500 and `NotRecorded`; the cookie goes all the same | `web/expected::a_logout_that_is_not_recorded_is_told_and_the_cookie_goes` |
//! | S58 | another id at the login | `log_in` draws a new `sid` and revokes the one before | `web/life::a_visit_from_guest_to_logout`, `web/expected::a_second_login_is_fresh_keeps_the_state_and_has_another_id` |
//! | S59 | another id with more rights | `SessionMut::promote` | `web/expected::more_rights_come_under_another_id_and_the_copy_has_none` |
//!
//! # Stores and servers
//! | | expected | answered by | held by |
//! |---|---|---|---|
//! | S60 | a store in memory or in files | none: the state is in the token, the keys are files, and so is the list | a reason: there is nothing to store a session in. [`RevocationList::in_memory`](crate::RevocationList::in_memory) is for tests |
//! | S61 | a database, Redis | for revocations only: SQLite, Redis, or a [`RevocationStore`](crate::revocation::RevocationStore) of yours | `sqlite::what_was_acknowledged_is_there_after_a_restart`, `redis/main::what_one_host_revokes_every_host_refuses` |
//! | S62 | several servers, restarts | any process with the ring, or with its public keys | `web/expected::another_process_with_the_same_ring_knows_the_session`, `web/expected::a_second_service_reads_by_public_keys_and_changes_nothing` |
//! | S63 | the store that fits | what is too large for a token is yours to keep, under [`Session::id`](crate::Session::id); a store of revocations proves itself by [`conformance`](crate::revocation::conformance) | `revocation::the_suite_finds_a_store_that_breaks_a_rule` |
//! | S64 | ended sessions are cleaned up | an entry goes when no token of it could be accepted; `waxseal revoke prune` | `revocation::what_has_ended_leaves_a_followed_list_by_itself`, `sqlite::what_has_ended_is_dropped_and_nothing_else` |
//! | S65 | use is reviewed | `waxseal keys usage`, `revoke status`, events. Nobody knows how many sessions there are | `cli/rotation::tokens_of_a_log_are_counted_by_key`, `cli/revocation::status_tells_what_is_promised` |
//! | S66 | load is tested | `cargo bench`, `cargo ratios` | `web/expected::five_hundred_requests_at_once_are_all_answered` |
//!
//! # What goes wrong
//! | | expected | answered by | held by |
//! |---|---|---|---|
//! | S67 | odd use is noticed | events `session_use_after_expire`, `malicious_csrf`, `malicious_extraneous` | `web/events::every_outcome_is_told_by_its_name_and_nothing_else_is` |
//! | S68 | hijacking | short tokens, `HttpOnly`, a logout that reaches the copy; nothing ties a cookie to a device | `web/life::a_visit_from_guest_to_logout`, `cves::a_captured_token_is_dead_after_the_logout` |
//! | S69 | fixation | only tokens of our own keys count; a login begins another `sid` | `web/expected::a_token_that_we_did_not_issue_is_nobody` |
//! | S70 | guessing, XSS, CSRF | signatures; `HttpOnly`; proof of who sent a request | `properties::a_token_with_any_byte_changed_is_refused`, `browser/main::a_host_cookie_is_kept_with_its_attributes_and_from_scripts`, `web/expected::a_request_that_does_not_prove_itself_changes_nothing` |
//! | S71 | "it does not persist" | `waxseal doctor` says why a browser drops a cookie; a handler without its layer is a 500 | `cli/doctor::every_rule_is_found_where_it_is_broken_and_only_there`, `web/expected::a_handler_without_a_layer_is_a_fault_of_ours` |
//! | S72 | data gets lost | a fault of ours removes no cookie; too much is refused before anything changes. Of two tabs the last one stays | `web/expected::a_cookie_that_browsers_would_drop_is_refused_and_the_old_one_stays`, `web/expected::of_two_tabs_that_write_at_once_the_last_one_stays` |
//! | S73 | the configuration is checked | `SetupFault` at the start, `SessionsSetup::warnings`, `waxseal lint`, `waxseal keys check` | `web/setup::what_contradicts_itself_is_refused_by_name`, `lint::every_rule_has_a_ring_that_breaks_it_alone_and_one_that_does_not` |
//! | S74 | what it is called elsewhere | [`frameworks`](super::frameworks), [`coming_from`](super::coming_from) | `manual::every_platform_has_all_idioms` |
//! | S75 | no credentials in a session | a state with a field such as `password` is refused at the start; `waxseal lint` (T040) | `src/http/state_keys::credentials_and_personal_data_are_told_by_their_names`, `web/expected::names_of_credentials_are_refused_and_personal_ones_told` |
//!
//! # What is not answered
//! * **A list of a user's sessions.** Nobody keeps one: whoever wants to show "your devices" records `sid`
//!   and user at the login, in a store of their own, and ends one with
//!   [`Revocation::session`](crate::revocation::Revocation::session).
//! * **A limit of sessions for each user**, for the same reason.
//! * **Merging what two tabs wrote.** The last one stays.
//! * **A token tied to a device** (RFC 8705, RFC 9449, device-bound cookies).
