#!/bin/sh
# Rotates a key ring in Kubernetes: the command of the CronJob in kubernetes.yaml.
#
# The ring lies on a volume that only this job mounts. Login services get it as a Secret, everybody
# else the published set as a ConfigMap. Both are applied at every run, changed or not: a run that was
# cut off between the rotation and the Secret is made good by the next. That delay, and the minute or
# two until kubelet updates a mount, are part of R: make the ring with
#
#   waxseal keys init --keys /ring --issuer https://id.example --reload 30m
#
#   kubernetes.sh RING SECRET CONFIGMAP
#
# WAXSEAL may name the program, TICK_OPTIONS hold options for a rehearsal.
set -eu
ring=$1
secret=$2
configmap=$3
waxseal=${WAXSEAL:-waxseal}

# shellcheck disable=SC2086 # options are words
"$waxseal" keys tick --keys "$ring" ${TICK_OPTIONS:-}

# The published set first: whoever signs with a key must not be ahead of those who verify.
kubectl create configmap "$configmap" --from-file="jwks.json=$ring/jwks.json" \
    --dry-run=client --output=json | kubectl apply --server-side --force-conflicts --filename=-

# The numbered files and ring.json, by name: a temporary file must not become part of a Secret.
set --
for file in "$ring"/ring.json "$ring"/jwks.json "$ring"/key-*.json "$ring"/sign-*.json \
    "$ring"/revoked-*.json "$ring"/event-*.json; do
    [ -e "$file" ] && set -- "$@" "--from-file=$file"
done
kubectl create secret generic "$secret" "$@" \
    --dry-run=client --output=json | kubectl apply --server-side --force-conflicts --filename=-

"$waxseal" keys check --keys "$ring" --fail-on error
