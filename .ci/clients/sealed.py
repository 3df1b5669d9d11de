"""JWE: `dir` with `A256GCM`, by jose."""

import json
from functools import cache

from harness import claims, minted_claims, refuses, tampered

KID = "k1"


def add(cases, program, jose):
    ours = cache(lambda: open_file(program.new_key("A256GCM", kid=KID)))
    theirs = cache(lambda: jose.generate("A256GCM")["privateJwk"])
    for whose, key in (("waxseal", ours), ("jose", theirs)):
        cases.add(f"A256GCM jose: a key of {whose}, waxseal seals, jose opens", we_seal, program, jose, key)
        cases.add(f"A256GCM jose: a key of {whose}, jose seals, waxseal opens", they_seal, program, jose, key)


def open_file(place):
    with open(place, encoding="utf-8") as file:
        return file.read()


def we_seal(program, jose, key):
    token = program.mint(program.file(key(), ".jwk"), "A256GCM")
    minted_claims(jose.open(key(), token))
    for changed in tampered(token):
        refuses("a changed token", jose.open, key(), changed)


def they_seal(program, jose, key):
    said = claims()
    token = jose.seal(key(), json.loads(key()).get("kid"), said)
    program.judge(program.file(key(), ".jwk"), token, said, "A256GCM")
