#!/bin/sh
# Rotates a key ring in Kubernetes: the command of the CronJob in kubernetes.yaml.
#
# The ring lies on a volume that only this job mounts. Login services get it as a Secret, everybody
# else the published set as a ConfigMap. Both are applied at every run, changed or not: a run that was
# cut off is made good by the next. README.md tells how to make the ring, and how large C and R are.
#
#   kubernetes.sh RING SECRET CONFIGMAP
#
# WAXSEAL may name the program, TICK_OPTIONS hold options for a rehearsal on a copy.
set -eu
ring=$1
secret=$2
configmap=$3
waxseal=${WAXSEAL:-waxseal}

publish() {
    kubectl create configmap "$configmap" --from-file="jwks.json=$ring/jwks.json" \
        --dry-run=client --output=json | kubectl apply --server-side --force-conflicts --filename=-
}

# First the set as it stands: an earlier run may have been cut off before it got here. What cannot be told
# to the cluster ends the run: no key is promoted that the cluster may not know, and none is made that
# nobody would hear of.
publish

# 75 is busy: another is at work on the ring. What there is must reach the cluster all the same.
code=0
# shellcheck disable=SC2086 # options are words
"$waxseal" keys tick --keys "$ring" ${TICK_OPTIONS:-} || code=$?
case $code in
    0 | 75) ;;
    *) exit $code ;;
esac

# Again, now with the key that was just made. Its wait began with the tick, so C has to hold the time until
# this succeeds, kubelet's until the mount is updated, and that for which verifiers keep what they read.
# Before the Secret: whoever signs with a key must not be ahead of those who verify.
publish

# The numbered files and ring.json, by name: a temporary file must not become part of a Secret. The keys
# are listed after the promotions, so that each promotion finds its key.
set --
for file in "$ring"/ring.json "$ring"/event-*.json "$ring"/revoked-*.json "$ring"/sign-*.json; do
    [ ! -e "$file" ] || set -- "$@" "--from-file=$file"
done
for file in "$ring"/key-*.json "$ring"/jwks.json; do
    [ ! -e "$file" ] || set -- "$@" "--from-file=$file"
done
kubectl create secret generic "$secret" "$@" \
    --dry-run=client --output=json | kubectl apply --server-side --force-conflicts --filename=-

"$waxseal" keys check --keys "$ring" --fail-on error
