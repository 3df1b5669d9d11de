#!/bin/sh
# Rotates a key ring, from cron:
#
#   */10 * * * *  rotate.sh /srv/keys
#
# Run it on one host, or on several that share the folder: every step has one winner. Cron mails what
# it prints, and it prints only what a person has to know.
#
#   rotate.sh RING
#
# RING is the folder that `waxseal keys init` made. Where verifiers read a file, or a web server serves
# one, name it there, and every step writes it too:
#
#   waxseal keys init --keys /srv/keys --issuer https://id.example --publish /srv/www/jwks.json
#
# A file that is copied by another line of cron would be late, and no key would wait for it: a key counts
# as visible when it is in every place that the ring writes itself.
#
# WAXSEAL may name the program, TICK_OPTIONS hold options for a rehearsal on a copy.
set -u
ring=$1
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

# What cannot wait: no signer, a rotation overdue by a period, a broken history, an exposed key.
findings=$("$waxseal" --quiet keys check --keys "$ring" --fail-on error)
code=$?
[ $code -eq 0 ] || echo "$findings"
exit $code
