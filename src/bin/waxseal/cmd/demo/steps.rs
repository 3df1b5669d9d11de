//! `steps.sh`: the story as commands that a person can repeat and change.

use std::path::Path;

use waxseal::durable::{Readers, replace};

use crate::exit::{Code, Failure};
use crate::output::Output;

/// Leaves `steps.sh` in `dir` and says so.
pub(super) fn write(dir: &Path, output: &mut Output) -> Result<(), Failure> {
    let path = dir.join("steps.sh");
    let program = std::env::current_exe().unwrap_or_else(|_| "waxseal".into());
    let quoted = program.display().to_string().replace('\'', r"'\''");
    let script = SCRIPT.replace("@PROGRAM@", &format!("'{quoted}'"));
    replace(&path, script.as_bytes(), Readers::Everyone).map_err(|fault| {
        Failure::new(Code::CANNOT_WRITE, format!("cannot write {}: {fault}", path.display()))
    })?;
    let shown = path.display().to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    let shown = match shown.chars().all(is_plain) {
        true => shown,
        false => format!("'{}'", shown.replace('\'', r"'\''")),
    };
    output.say(&format!("The same story as commands: sh {shown}"))
}

const SCRIPT: &str = r#"#!/bin/sh
# One session's life as commands. Run it anywhere: it works in a folder of its own.
set -eu
program=@PROGRAM@
[ -x "$program" ] || program=waxseal
cd "$(mktemp -d)"
echo "working in $PWD"

# Runs a command that must end with the exit code given first.
expect() {
    wanted=$1; shift; code=0
    echo; echo "\$ $*"
    "$@" || code=$?
    echo "exit $code"
    [ "$code" = "$wanted" ] || { echo "FALSE: expected exit $wanted"; exit 1; }
}
waxseal() { "$program" "$@"; }
unset WAXSEAL_STORE

# The login service makes its ring once, and gives the public half to everybody.
expect 0 waxseal keys init --keys keys --issuer https://id.example
expect 0 waxseal keys jwks --keys keys --out jwks.json

# Ada logs in: a session with a cart, for the shop.
waxseal mint --keys keys --sub ada --aud shop --ttl 15m -c items:='[7]' > ada.jwt
expect 0 waxseal inspect @ada.jwt

# Any service verifies with public keys only: here the shop, and mail with a copy of its own.
cp jwks.json mail.json
expect 0 waxseal verify --key mail.json --iss https://id.example --aud shop --session @ada.jwt
judge() { expect "$1" waxseal verify --key jwks.json --iss https://id.example --aud shop --session "$2"; }
judge 0 @ada.jwt

# What another library says of it, and what lint finds: warnings only, no error.
expect 0 waxseal verify --key jwks.json --iss https://id.example --aud shop --session --second-opinion @ada.jwt
expect 0 waxseal lint --keys keys @ada.jwt

# One byte flipped.
sed 's/^\(.\{200\}\)./\1*/' ada.jwt | tr '*' '_' > flipped.jwt
cmp -s ada.jwt flipped.jwt && { sed 's/^\(.\{200\}\)./\1-/' ada.jwt > flipped.jwt; }
judge 11 @flipped.jwt

# For another audience.
waxseal mint --keys keys --sub ada --aud blog --ttl 15m > blog.jwt
judge 13 @blog.jwt

# Idle for 31 minutes: past exp, and past the idle limit that bounds renewal.
expect 12 waxseal verify --key jwks.json --aud shop --session --at now+31m @ada.jwt

# Logout: a list that the login service writes and every verifier follows. It is never made by accident.
expect 66 waxseal revoke add --sub ada
expect 0 waxseal revoke init
expect 0 waxseal verify --key jwks.json --aud shop --session --revoked revoked.db @ada.jwt
expect 0 waxseal revoke add --sub ada --reason "lost phone" --dry-run
expect 0 waxseal revoke add --sub ada --reason "lost phone"
expect 15 waxseal verify --key jwks.json --aud shop --session --revoked revoked.db @ada.jwt
expect 15 waxseal revoke check @ada.jwt
expect 0 waxseal revoke list
expect 0 waxseal revoke status

# alg: none. The header is {"alg":"none","typ":"session+jwt"}.
payload=$(cut -d. -f2 ada.jwt)
echo "eyJhbGciOiJub25lIiwidHlwIjoic2Vzc2lvbitqd3QifQ.$payload." > none.jwt
judge 10 @none.jwt

# HS256 with the public key as secret.
kid=$(waxseal keys public --keys keys | sed 's/.*"kid":"\([^"]*\)".*/\1/')
waxseal keys public --keys keys | sed 's/.*"x":"\([^"]*\)".*/\1/' > x.b64
(umask 077; printf '{"kty":"oct","alg":"HS256","kid":"%s","k":"%s"}' "$kid" "$(cat x.b64)" > confused.jwk)
waxseal mint --key confused.jwk --typ session+jwt --iss https://id.example --sub ada --aud shop > confused.jwt
judge 11 @confused.jwt

# The keys rotate. Key 2 may not sign before every cache knows it.
expect 0 waxseal keys status --keys keys
expect 76 waxseal keys promote 2 --keys keys --yes

# A month later, on a copy of the ring: the cron verb lets key 2 sign and stages key 3. The old cookie
# still verifies, and key 1 may not be deleted while it does.
cp -R keys rehearsal
expect 0 waxseal keys tick --keys rehearsal --at now+31d
expect 0 waxseal keys tick --keys rehearsal --at now+31d
expect 0 waxseal keys status --keys rehearsal --at now+31d
expect 0 waxseal verify --keys rehearsal --aud shop @ada.jwt
waxseal mint --keys rehearsal --sub ada --aud shop > new.jwt
expect 0 waxseal diff @ada.jwt @new.jwt
expect 76 waxseal keys prune 1 --keys rehearsal --ring id.example --at now+31d
expect 0 waxseal keys tick --keys rehearsal --at now+32d
expect 14 waxseal verify --keys rehearsal --aud shop @ada.jwt

# Renewal and the logout of a browser happen inside the login service, by function calls: `waxseal demo`
# shows them.
echo; echo "Every line held."
"#;
