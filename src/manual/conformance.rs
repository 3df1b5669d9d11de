//! What standards ask of sessions, and what answers them here: for an audit.
//!
//! The last column names the test that holds a row, as in [`expected`](super::expected), or says why there is none:
//!
//! * *not met*: nothing here does it;
//! * *partly*: something is missing, and the row says what;
//! * *the application's*: the crate cannot do it alone, and the row says what it gives;
//! * *a document*: of yours; the row says from which numbers.
//!
//! A test reads this page: every row is there once, and every named test exists. What is meant is the crate with its
//! defaults: a sealed ring, cookies, a revocation list. It is a statement of its authors and no certificate.
//!
//! # OWASP ASVS 5.0
//! | | id | asks for | here | held by |
//! |---|---|---|---|---|
//! | R1 | 7.1.1 | limits documented, deviations from NIST justified | [`defaults`](super::defaults); profiles `aal1` to `aal3`; the default is within AAL2 | a document |
//! | R2 | 7.1.2 | how many sessions a user may have | nobody counts sessions; `log_out_others` at a login leaves one | the application's |
//! | R3 | 7.1.3, 7.6.1 | limits of federated logins agree | `Lifetimes` are the set-up's; a login cannot be shortened to what an identity provider said | partly |
//! | R4 | 7.2.1 | verified by a trusted back end | a library for servers; the browser gets a cookie that scripts cannot read | `browser/main::a_host_cookie_is_kept_with_its_attributes_and_from_scripts` |
//! | R5 | 7.2.2 | tokens are made anew, no static keys | every token ends; one without `exp` is not minted | `footguns::a_token_without_an_expiry_is_not_minted` |
//! | R6 | 7.2.3 | unique reference tokens, 128 bits, CSPRNG | `sid` and `jti` | `web/expected::a_thousand_sessions_have_a_thousand_ids_of_128_bits` |
//! | R7 | 7.2.4 | a new token at each authentication, the old one ended | `log_in` | `web/life::a_visit_from_guest_to_logout`, `web/expected::a_second_login_is_fresh_keeps_the_state_and_has_another_id` |
//! | R8 | 7.3.1 | an inactivity timeout | `idl` | `web/life::use_renews_a_session_and_a_probe_does_not` |
//! | R9 | 7.3.2 | an absolute limit | `abs` | `sessions::no_activity_moves_the_absolute_limit` |
//! | R10 | 7.4.1 | no use after logout; a list or a cut-off for self-contained tokens | the list, with both | `cves::a_captured_token_is_dead_after_the_logout` |
//! | R11 | 7.4.2 | all sessions of a closed account end | `Revocation::subject` | `web/expected::an_administrator_ends_the_sessions_of_a_user` |
//! | R12 | 7.4.3 | other sessions can be ended after a change of factors | `log_out_others`; `bound_to` | `web/expected::other_devices_are_logged_out_or_all_of_them` |
//! | R13 | 7.4.4 | a visible logout on every page | a route that calls `log_out` | the application's |
//! | R14 | 7.4.5 | administrators end one's sessions or all | `waxseal revoke add --sub`, `--all`; `Sessions::revoke` | `cli/revocation::verify_refuses_by_every_kind_of_entry` |
//! | R15 | 7.5.1 | another authentication before sensitive changes | `require_fresh` | `web/expected::a_second_login_is_fresh_keeps_the_state_and_has_another_id` |
//! | R16 | 7.5.2 | users see and end their sessions | ended, yes; a list needs a store of yours | the application's |
//! | R17 | 7.5.3 | another factor before what is highly sensitive | `require_level`; `Operations` binds a token to the operation | `operations::another_session_operation_or_detail_is_refused_and_uses_nothing_up` |
//! | R18 | 7.6.2 | no session without an act of the user | `log_in` is a call; a guest's begins with the first change | `web/expected::nothing_changed_is_no_cookie` |
//! | R19 | 9.1.1 | the signature before the content | types that only verification makes | `sessions::the_claims_come_before_the_callers_type` |
//! | R20 | 9.1.2 | allowed algorithms only, no `none` | the key has one algorithm | `footguns::an_unsigned_token_is_refused_however_none_is_spelt`, `cves::a_key_verifies_tokens_of_its_own_algorithm_only` |
//! | R21 | 9.1.3 | keys from configured sources only | `jwk`, `jku`, `x5u` are ignored | `cves::a_key_in_the_header_is_never_used` |
//! | R22 | 9.2.1 | `exp`, `nbf` | required, checked | `sessions::a_session_is_valid_until_its_leeway_after_exp_and_not_a_second_longer` |
//! | R23 | 9.2.2 | the right kind of token | `typ` | `sessions::a_token_of_another_kind_is_no_session` |
//! | R24 | 9.2.3 | the audience | required, exact | `cves::a_token_without_the_audience_that_was_asked_for_is_refused` |
//! | R25 | 9.2.4 | one key, several audiences: named in the token | every session names its audience | `conformance::a_wrong_issuer_audience_time_or_kind_is_refused_by_its_name` |
//! | R26 | 3.3.1 | `Secure`, and a prefix | `__Host-`, or `__Secure-` with a domain | `web/expected::a_logout_removes_by_the_attributes_that_the_login_set`, `web/expected::plain_http_is_for_development_alone` |
//! | R27 | 3.3.2 | `SameSite` by purpose | `Lax`, or what you say | `web/life::a_visit_from_guest_to_logout` |
//! | R28 | 3.3.3 | `__Host-` unless shared | default | `web/life::a_visit_from_guest_to_logout` |
//! | R29 | 3.3.4 | `HttpOnly`, by `Set-Cookie` only | always | `browser/main::a_host_cookie_is_kept_with_its_attributes_and_from_scripts` |
//! | R30 | 3.3.5 | name and value within 4096 bytes | counted before the answer | `web/expected::a_cookie_that_browsers_would_drop_is_refused_and_the_old_one_stays` |
//! | R31 | 3.5.1 | an anti-forgery token, or a header | the browser's headers, else a token | `web/expected::a_request_that_does_not_prove_itself_changes_nothing` |
//! | R32 | 6.5.1, 6.5.5 | one-time codes count once, and briefly | `Operations`: 15 min at most | `operations::of_32_threads_one_redeems_a_token`, `operations::a_token_ends_when_its_life_does_used_or_not` |
//! | R33 | 6.8.4, 10.3.4 | strength, method and age of a login | `acr`, `amr`, `auth_time`; `require_level`, `require_fresh` | `web/expected::a_request_knows_who_is_logged_in_how_and_since_when` |
//! | R34 | 8.3.2 | changed rights count at once, or something mitigates | within a token's life; `require_version` with `refresh` | `web/expected::roles_are_asked_for_and_can_be_brought_up_to_date_without_a_login` |
//! | R35 | 8.4.1 | tenants are apart | an audience or ring for each; `in_scope` ends one; the data is yours | `cli/revocation::a_scope_that_a_session_was_minted_in_ends_it` |
//! | R36 | 10.3.1, 10.3.3 | audience; a user is `iss` with `sub` | both are checked. An entry of the list has a `sub` without `iss`: one list for each issuer | `sessions::a_key_never_vouches_for_another_issuer` |
//! | R37 | 10.3.5 | sender-constrained tokens | neither RFC 8705 nor RFC 9449 | not met |
//! | R38 | 10.4.5 | refresh tokens are not replayed | no refresh tokens: a session renews itself, and its old tokens are good until `exp` | not met |
//! | R39 | 10.4.8, 10.4.9 | a refresh has an absolute end; users can revoke | `abs`; `log_out` | `sessions::no_activity_moves_the_absolute_limit`, `sessions::logout_ends_every_token_of_the_session_and_its_renewal` |
//! | R40 | 10.5.5 | logout tokens of OpenID Connect | `jwt::Verifier` with `typ("logout+jwt")` verifies one; its `events` are yours to check | the application's |
//! | R41 | 11.1.1, 13.1.4 | a policy for keys | `waxseal keys plan`, `status`; [`rotation`](super::rotation) | a document |
//! | R42 | 11.1.2 | an inventory of cryptography | `waxseal keys status --json`; `SECURITY.md` | `cli/rotation::json_says_the_same_members_for_ever` |
//! | R43 | 11.2.1 | validated implementations | `ring`, `ed25519-dalek`, `pasetors`; checked against published vectors, with no FIPS certificate | `published/wycheproof::every_token_is_judged_for_what_it_is_about` |
//! | R44 | 11.2.2 | algorithms can be replaced | a ring changes its algorithm while it runs | `rotation::a_ring_goes_from_one_format_to_another_without_logging_anyone_out` |
//! | R45 | 11.2.3 | 128 bits of strength | but RSA 2048 (112), which you must choose | `footguns::a_secret_that_is_empty_too_short_or_too_long_is_refused` |
//! | R46 | 11.2.4, 11.2.5 | constant time, no oracles | `subtle` and `ring` compare; one answer to clients. That it takes the same time is not measured | `web/expected::a_token_that_we_did_not_issue_is_nobody` |
//! | R47 | 11.3.2-11.3.4 | authenticated encryption, no nonce twice | AES-256-GCM, XChaCha20 with BLAKE2b; a ring bounds its use | `sessions::a_ring_whose_lifetimes_cannot_hold_is_refused` |
//! | R48 | 11.4.1, 11.4.4 | approved hashes; passwords are stretched | SHA-2; no password is a key | `footguns::a_symmetric_secret_that_can_be_guessed_is_refused` |
//! | R49 | 11.5.1 | CSPRNG, 128 bits | the operating system's | `web/expected::a_thousand_sessions_have_a_thousand_ids_of_128_bits` |
//! | R50 | 13.3.1, 13.3.2, 13.3.4 | secrets are kept, by least privilege, and end | 0600, public keys for verifiers, rotation. Keys are not encrypted at rest | `keyring::secrets_can_be_read_by_their_owner_only` |
//! | R51 | 13.3.3 | operations inside an HSM | keys are in memory | not met |
//! | R52 | 14.1.1 | a signed payload counts as shown | refused until you say `readable_by_other_services` | `web/expected::a_second_service_reads_by_public_keys_and_changes_nothing` |
//! | R53 | 14.2.1 | no token in an address | not looked for | `web/expected::a_bearer_token_is_taken_from_its_header_and_never_beside_a_cookie` |
//! | R54 | 14.3.1 | client data goes at the end | `Clear-Site-Data` | `web/life::a_visit_from_guest_to_logout` |
//! | R55 | 14.3.2 | `Cache-Control: no-store` | with every cookie | `web/life::a_visit_from_guest_to_logout` |
//! | R56 | 16.2.5 | tokens in logs are hashed | fingerprints; `Debug` shows none | `web/events::every_outcome_is_told_by_its_name_and_nothing_else_is`, `cves::debug_of_what_carries_a_token_does_not_show_it` |
//! | R57 | 16.3.1-16.3.3, 16.5.1-16.5.3 | events; one outward error; never open when something fails | `tracing`; 503 when the list is too old | `revocation::a_dead_feed_ends_long_tokens_after_the_budget_and_never_logs_anyone_out` |
//!
//! # OWASP cheat sheets
//! *Session Management, JSON Web Token for Java, Cross-Site Request Forgery Prevention, Logging Vocabulary, Cookie
//! Theft Mitigation.*
//!
//! | | sheet | asks for | here | held by |
//! |---|---|---|---|---|
//! | R58 | Session | a name that tells nothing | `session` | `web/expected::a_logout_removes_by_the_attributes_that_the_login_set` |
//! | R59 | Session | 64 bits, 128 of one's own making | 128 | `web/expected::a_thousand_sessions_have_a_thousand_ids_of_128_bits` |
//! | R60 | Session | nothing that the client can read | sealed by default | `web/expected::a_second_service_reads_by_public_keys_and_changes_nothing` |
//! | R61 | Session | only ids that the server made | only tokens of the ring | `web/expected::a_token_that_we_did_not_issue_is_nobody` |
//! | R62 | Session | one carrier | two are refused | `web/expected::a_bearer_token_is_taken_from_its_header_and_never_beside_a_cookie` |
//! | R63 | Session | attributes, prefix, not persistent | all; `Max-Age` only for a remembered login | `web/expected::a_remembered_login_outlives_the_browser_and_a_visit_does_not` |
//! | R64 | Session | the token is untrusted input | length first; strict form; no panic | `properties::no_text_makes_a_parser_or_verifier_panic` |
//! | R65 | Session | renewed at a change of privilege; other names before the login | `log_in`, `promote`; two cookies | `web/expected::more_rights_come_under_another_id_and_the_copy_has_none`, `web/life::a_visit_from_guest_to_logout` |
//! | R66 | Session | several cookies are checked together | the user's and the guest's say which cookie they are for | `web/expected::a_bearer_token_is_taken_from_its_header_and_never_beside_a_cookie` |
//! | R67 | Session | idle 2 to 30 min, absolute 4 to 8 h, renewal | 30 min, 8 h, 5 min; old tokens are good for 15 min | `web/life::use_renews_a_session_and_a_probe_does_not` |
//! | R68 | Session | the server enforces the limits | they are in the token | `sessions::a_session_is_renewed_past_exp_until_its_idle_limit` |
//! | R69 | Session | `no-store`, `Clear-Site-Data` | the layer | `web/life::a_visit_from_guest_to_logout` |
//! | R70 | Session | a countdown | `Expiry`, `readable_end`; the script is yours | `web/expected::a_readable_cookie_tells_the_end` |
//! | R71 | Session | guessing and odd use are noticed | events of refusals; no binding to address or browser | partly |
//! | R72 | Session | creation, renewal and end are logged by a hash of the id | a fingerprint. It has no salt: an id of 128 random bits needs none | `web/events::every_outcome_is_told_by_its_name_and_nothing_else_is` |
//! | R73 | Session | simultaneous sessions are decided upon; users see them | as R2 and R16 | the application's |
//! | R74 | JWT | MAC keys as long as their hash; one purpose each | 32, 48, 64 bytes; one key, one algorithm; nobody stops one ring from serving two audiences | `footguns::a_jwk_whose_secret_is_shorter_than_its_hash_is_refused` |
//! | R75 | JWT | the header never chooses whom to trust | as R20, R21 | `cves::a_kid_chooses_a_key_together_with_its_algorithm` |
//! | R76 | JWT | a deny list by `jti`, not by a hash | by `sid`, `jti` | `cves::a_revoked_token_has_no_second_spelling` |
//! | R77 | JWT | `status_list` | lists and signed snapshots of our own form | not met |
//! | R78 | JWT | sender constraint, or short lives | short: 15 min | `sessions::a_session_is_valid_until_its_leeway_after_exp_and_not_a_second_longer` |
//! | R79 | Logging | OWASP's words for events | those of sessions, where there is one; `excess_sessions_exceeded` has no cause here | `web/events::every_outcome_is_told_by_its_name_and_nothing_else_is` |
//! | R80 | CSRF | HMAC over the session and random bytes, compared in constant time | `CsrfToken`; not in a cookie: the session is the other half | `web/expected::a_request_that_does_not_prove_itself_changes_nothing` |
//! | R81 | Cookie theft | context is compared; authentication again; device-bound | `require_fresh`; neither of the others | partly |
//!
//! # NIST SP 800-63B-4
//! | | section | asks for | here | held by |
//! |---|---|---|---|---|
//! | R82 | 5.1 | a secret of 64 bits or more, made by the host | keys of 256 bits, ids of 128 | `web/expected::a_thousand_sessions_have_a_thousand_ids_of_128_bits` |
//! | R83 | 5.1 | limits hold whoever presents the secret | in the token | `sessions::no_activity_moves_the_absolute_limit` |
//! | R84 | 5.1 | not over restarts; "remember me" is no authentication | a visit by default; a remembered login says an old `auth_time` | `web/expected::a_remembered_login_outlives_the_browser_and_a_visit_does_not` |
//! | R85 | 5.1 | not above the level of the login | `acr` is what the login said; renewal keeps it | `web/expected::a_request_knows_who_is_logged_in_how_and_since_when` |
//! | R86 | 5.1 | ended at logout; erased at the client; no local storage | `log_out` | `web/life::a_visit_from_guest_to_logout` |
//! | R87 | 5.1 | `POST` is checked; no way back to http; an easy logoff | CSRF; `https` only; the page is yours. HSTS is the proxy's | `web/expected::a_request_that_does_not_prove_itself_changes_nothing`, `web/expected::plain_http_is_for_development_alone` |
//! | R88 | 5.1.1 | cookies: https, narrow, `HttpOnly`, `__Host-`, `SameSite` | all | `web/life::a_visit_from_guest_to_logout` |
//! | R89 | 5.1.1 | opaque; no personal data in clear | sealed by default | `web/expected::a_second_service_reads_by_public_keys_and_changes_nothing` |
//! | R90 | 5.2, 2.x.3 | AAL1 30 d; AAL2 24 h and 1 h; AAL3 12 h and 15 min | `aal1`, `aal2`, `aal3` | `web/expected::the_profiles_are_those_of_nist` |
//! | R91 | 5.2 | activity moves the idle limit, authentication both | `log_in` | `web/expected::a_second_login_is_fresh_keeps_the_state_and_has_another_id` |
//! | R92 | 5.1.2 | an access token does not prove that somebody is there | `require_fresh` does, as far as `auth_time` does | a document |
//!
//! # RFC 8725 and its successor, RFC 9700
//! | | section | asks for | here | held by |
//! |---|---|---|---|---|
//! | R93 | 3.1 | callers choose algorithms; one a key; exact names | the key has it | `footguns::an_algorithm_is_named_exactly_as_it_is_registered`, `conformance::one_key_never_serves_two_algorithms` |
//! | R94 | 3.2 | current algorithms; no `none`; RFC 9864's names | `Ed25519` is read, `EdDSA` written | `cves::a_token_that_says_none_is_refused_with_and_without_a_signature` |
//! | R95 | 3.3 | every layer is validated; signed and sealed are told apart | nested tokens are refused | `cves::a_signed_and_a_sealed_token_are_never_taken_for_each_other`, `cves::a_sealed_token_around_another_token_is_refused` |
//! | R96 | 3.4, 3.5 | points are validated; no passwords as keys | when a key is read | `cves::a_public_key_of_small_order_or_of_a_second_form_is_refused`, `footguns::a_symmetric_secret_that_can_be_guessed_is_refused` |
//! | R97 | 3.6, bis 3.15 | no compression | none | `cves::a_compressed_token_is_refused_before_it_is_opened` |
//! | R98 | 3.7 | UTF-8 | only | `footguns::a_payload_that_is_no_strict_object_is_refused_even_if_it_is_authentic` |
//! | R99 | 3.8 | keys of the issuer only | a key vouches for one issuer | `sessions::a_key_never_vouches_for_another_issuer` |
//! | R100 | 3.9 | an audience, and absent is refused | required | `footguns::a_configured_claim_must_be_there` |
//! | R101 | 3.10 | `kid` is only a name; no `jku` | at most 256 bytes, compared exactly | `footguns::a_kid_is_compared_exactly_and_is_nothing_but_a_name`, `cves::a_key_in_the_header_is_never_used` |
//! | R102 | 3.11 | explicit types | `session+jwt`, `guest+jwt` | `sessions::the_header_names_the_key_and_the_purpose_and_nothing_else` |
//! | R103 | 3.12 | kinds exclude each other | by `typ`; a guest's is no user's | `footguns::a_token_of_one_kind_does_not_pass_for_another` |
//! | R104 | bis 3.13 | PBES2 is bounded | not there | `cves::an_algorithm_that_is_not_offered_is_refused` |
//! | R105 | bis 3.14 | Compact Serialization only | only | `cves::a_token_in_a_json_serialization_is_refused`, `footguns::a_text_that_decodes_to_the_same_bytes_is_another_text` |
//! | R106 | 9700 2.2.1, 4.10.1 | sender-constrained access tokens | as R37 | not met |
//! | R107 | 9700 2.2.2, 4.14 | refresh tokens of public clients rotate, with detection | as R38: no refresh tokens | not met |
//! | R108 | 9700 4.14 | the family in the token; ended at logout; ends unused | `sid`, `idl` | `sessions::logout_ends_every_token_of_the_session_and_its_renewal`, `sessions::a_session_is_renewed_past_exp_until_its_idle_limit` |
//! | R109 | 9700 2.3, 4.10.2 | least privilege, one audience | `permit`; `aud` is one name | `web/expected::roles_are_asked_for_and_can_be_brought_up_to_date_without_a_login` |
//! | R110 | IETF status list | a status after the signature; no index twice | our own list is asked after the signature. The token format of that draft is not there | not met |
//! | R111 | W3C DBSC | a cookie refreshed by a device's key | nothing | not met |
