#!/bin/sh
# Rotates a key ring, from cron:
#
#   */10 * * * *  rotate.sh /srv/keys /srv/www/jwks.json
#
# Run it on one host, or on several that share the folder: every step has one winner. Cron mails what
# it prints, and it prints only what a person has to know.
#
#   rotate.sh RING [PUBLISHED]
#
# RING is the folder that `waxseal keys init` made, PUBLISHED a file that verifiers read, or a web
# server serves. WAXSEAL may name the program, TICK_OPTIONS hold options for a rehearsal.
set -u
ring=$1
published=${2:-}
waxseal=${WAXSEAL:-waxseal}

# shellcheck disable=SC2086 # options are words
"$waxseal" --quiet keys tick --keys "$ring" ${TICK_OPTIONS:-} > /dev/null
code=$?
case $code in
    0) ;;
    75) exit 0 ;; # another host is at work; the next run looks again
    *)
        echo "rotate.sh: the ring $ring was not rotated (exit $code); its keys go on as they are"
        exit $code
        ;;
esac

if [ -n "$published" ]; then
    # Whole or not at all. A verifier may keep what it read for C, which is part of every wait.
    "$waxseal" --quiet keys jwks --keys "$ring" --out "$published" || exit
fi

# What cannot wait: no signer, a rotation overdue by a period, a broken history, an exposed key.
findings=$("$waxseal" --quiet keys check --keys "$ring" --fail-on error)
code=$?
[ $code -eq 0 ] || echo "$findings"
exit $code
