"""Cases, their results, and the program under test."""

import base64
import json
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

ISSUER = "https://id.example"
AUDIENCE = "shop"
SUBJECT = "ada"


class Failed(Exception):
    """A case that does not hold, with everything that is needed to repeat it."""


def check(holds, what):
    if not holds:
        raise Failed(what)


def equal(found, expected, what):
    check(found == expected, f"{what}: found {found!r}, expected {expected!r}")


def refuses(what, act, *args):
    """A client must refuse."""
    try:
        act(*args)
    except Failed:
        raise
    except Exception:  # each client has its own classes
        return
    raise Failed(f"{what} was accepted")


class Cases:
    """Collects what is to be checked, then checks it, one line a case."""

    def __init__(self, only):
        self.only = re.compile(only or "")
        self.cases = []

    def add(self, name, act, *args):
        if self.only.search(name):
            self.cases.append((name, act, args))

    def run(self):
        passed, failed = 0, 0
        for name, act, args in self.cases:
            try:
                act(*args)
            except Exception as fault:
                failed += 1
                kind = "" if isinstance(fault, Failed) else f"{type(fault).__name__}: "
                print(f"FAILED  {name}\n        {kind}{fault}", flush=True)
            else:
                passed += 1
                print(f"ok      {name}", flush=True)
        print(f"{passed} passed, {failed} failed")
        return failed == 0 and passed > 0


class Program:
    """The `waxseal` program, and a folder for its files."""

    def __init__(self, path):
        self.path = path
        self.folder = tempfile.TemporaryDirectory(prefix="waxseal-clients-")
        self.count = 0

    def place(self, suffix=""):
        """A path that does not exist yet."""
        self.count += 1
        return str(Path(self.folder.name, f"{self.count:04}{suffix}"))

    def file(self, text, suffix=""):
        """A new file that only its owner reads."""
        place = self.place(suffix)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return place

    def run(self, *args, code=0):
        """Its standard output, if it exits with `code`."""
        return execute([self.path, *args], code)

    def new_key(self, algorithm, form="jwk", kid=None):
        place = self.place(f".{form}")
        named = ["--kid", kid] if kid else []
        self.run("keys", "new", "--alg", algorithm, *formed(form), *named, "--out", place)
        return place

    def convert(self, key, form, algorithm=None):
        return self.run("keys", "convert", key, "--form", form, *alg(algorithm), "--out", "-")

    def public(self, key, form, algorithm=None):
        return self.run("keys", "public", key, *formed(form), *alg(algorithm))

    def mint(self, key, algorithm=None, *more):
        """Mints `claims()` under the key in a file."""
        state = json.dumps(STATE, ensure_ascii=False)
        named = ["--iss", ISSUER, "--sub", SUBJECT, "--aud", AUDIENCE, "--ttl", "10m"]
        token = self.run("mint", "--key", key, *alg(algorithm), *named, "-c", f"st:={state}", *more)
        return token.removesuffix("\n")

    def verify(self, key, token, algorithm=None, *more, code=0):
        """The claims of `token`, or the verdict of one that must be refused."""
        named = ["--iss", ISSUER, "--aud", AUDIENCE, "--json"]
        given = ["--key", key, *alg(algorithm), *named, *more, "@" + self.file(token, ".token")]
        verdict = json.loads(self.run("verify", *given, code=code))
        return verdict["claims"] if code == 0 else verdict

    def judge(self, key, token, expected, algorithm=None, *more):
        """Accepts `token` with the claims `expected`, and refuses it once it is changed."""
        equal(self.verify(key, token, algorithm, *more), expected, "the claims")
        for changed in tampered(token):
            self.verify(key, changed, algorithm, *more, code=11)


def alg(name):
    return ["--alg", name] if name else []


def formed(form):
    """JWK is what keys are written as when nobody asks."""
    return [] if form == "jwk" else ["--form", form]


def execute(command, code=0, given=None):
    ran = subprocess.run(command, input=given, capture_output=True, timeout=60, check=False)
    if ran.returncode != code:
        said = (ran.stderr or ran.stdout).decode(errors="replace").strip()
        line = " ".join(command)
        raise Failed(f"exit {ran.returncode}, expected {code}: {line}\n        {said}")
    return ran.stdout.decode()


STATE = {"items": [7, 1.5, -3], "note": "Grüße, 世界 🦭", "nothing": None, "deep": [[{"a": True}]]}


def claims():
    """What a client mints: the same as `Program.mint`."""
    now = int(time.time())
    named = {"iss": ISSUER, "sub": SUBJECT, "aud": AUDIENCE, "iat": now, "exp": now + 600}
    return {**named, "st": STATE}


def minted_claims(found):
    """Checks that `found` are the claims that `Program.mint` was asked for."""
    now = int(time.time())
    wanted = {"iss": ISSUER, "sub": SUBJECT, "aud": AUDIENCE, "st": STATE}
    equal({name: found.get(name) for name in wanted}, wanted, "the claims")
    check(now - 60 <= found["iat"] <= now, f"iat {found['iat']} is not now, {now}")
    equal(found["exp"] - found["iat"], 600, "the life")


def tampered(token):
    """The token with another payload, and with another signature or tag; both well-formed."""
    parts = token.split(".")
    places = {3: (1, 2), 5: (3, 4)}[len(parts)]
    for place in places:
        changed = parts.copy()
        changed[place] = flipped(parts[place])
        yield ".".join(changed)


def header(token):
    """The header of a token, before anything is verified."""
    text = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def flipped(text):
    """Another character in the middle: the length and the canonical end stay as they are."""
    middle = len(text) // 2
    other = "A" if text[middle] != "A" else "B"
    return text[:middle] + other + text[middle + 1 :]
