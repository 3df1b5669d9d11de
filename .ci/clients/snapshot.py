"""The verifiers of `examples/verifiers` honour a signed snapshot, from a real `waxseal serve`."""

import base64
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from harness import AUDIENCE, ISSUER, check, equal, flipped, header
from rotation import SET, Served

SNAPSHOT = "/.well-known/revocations.jwt"
FOLDER = Path(__file__).resolve().parents[2] / "examples" / "verifiers"
MOST_LINES = 60
ACCEPTED, REVOKED, REFUSED = 0, 15, 1


def add(cases, program):
    for name, command, file in [("jose", "node", "verify.mjs"), ("PyJWT", sys.executable, "verify.py")]:
        cases.add(f"snapshot: {file} has at most {MOST_LINES} lines", is_short, file)
        for kind in ["sid", "jti", "sub", "except", "scope", "key", "all"]:
            act = f"snapshot {name}: {file} honours {kind}"
            cases.add(act, honours, program, command, file, kind)
        cases.add(f"snapshot {name}: {file} fails closed", fails_closed, program, command, file)


def is_short(file):
    lines = Path(FOLDER, file).read_text().count("\n")
    check(lines <= MOST_LINES, f"{file} has {lines} lines")


class Scene:
    """A ring, a list and a feed key, and two sessions of one subject and one of another."""

    def __init__(self, program, command, file):
        self.program, self.store, self.ring = program, program.place(".db"), program.place()
        program.run("keys", "init", "--keys", self.ring, "--issuer", ISSUER, "--name", "test")
        program.run("revoke", "init", "--store", self.store)
        self.feed = program.new_key("EdDSA", kid="feed-1")
        self.public = program.file(program.public(self.feed, "jwk"), ".jwk")
        self.phone, self.laptop, self.bob = [self.mint(sub) for sub in ("ada", "ada", "bob")]
        self.seen = program.place(".seen")
        # Node looks for packages above the script.
        folder = Path(program.place())
        folder.mkdir()
        shutil.copy(FOLDER / file, folder)
        os.symlink(Path(os.environ["WAXSEAL_CLIENTS_NODE"], "node_modules"), folder / "node_modules")
        self.command = [command, str(folder / file)]

    def mint(self, sub, *more):
        named = ["--keys", self.ring, "--sub", sub, "--aud", AUDIENCE, "--ttl", "10m"]
        return self.program.run("mint", *named, *more).strip()

    def revoke(self, *what):
        self.program.run("revoke", "add", "--store", self.store, "--yes", *what)

    def serve(self):
        served = Served(self.program, self.ring)
        served.command += ["--revoked", self.store, "--feed-key", self.feed]
        return served

    def judge(self, token, code, place, jwks, seen=None):
        named = [jwks, place, self.public, ISSUER, AUDIENCE, seen or self.seen]
        ran = subprocess.run([*self.command, *named], input=token, capture_output=True, text=True, timeout=60)
        check(ran.returncode == code, f"exit {ran.returncode}, expected {code}: {ran.stdout}{ran.stderr}")
        equal(ran.stdout.count("\n"), 1, "lines of output")
        return ran.stdout.strip()


def claims(token):
    text = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def honours(program, command, file, kind):
    scene = Scene(program, command, file)
    ada = claims(scene.phone)
    if kind == "scope":
        scene.phone = scope_token(scene, "acme")
    with scene.serve() as served:
        base = served.url.removesuffix(SET)
        judge = lambda token, code: scene.judge(token, code, base + SNAPSHOT, served.url)
        tokens = [scene.phone, scene.laptop, scene.bob]
        for token in tokens:
            judge(token, ACCEPTED)
        ends = {
            "sid": ["--sid", ada["sid"]],
            "jti": ["--jti", ada["jti"]],
            "sub": ["--sub", "ada"],
            "except": ["--sub", "ada", "--except", claims(scene.laptop)["sid"]],
            "scope": ["--scope", "acme"],
            "key": ["--key", header(scene.phone)["kid"]],
            "all": ["--all"],
        }
        before = served.get(base + SNAPSHOT)
        scene.revoke(*ends[kind])
        wait_until(lambda: served.get(base + SNAPSHOT) != before, "the entry is in the snapshot")
        dead = {"sub": 2, "key": 3, "all": 3}.get(kind, 1)
        word = {"except": "sub", "key": "kid"}.get(kind, kind)
        for token in tokens[:dead]:
            equal(judge(token, REVOKED), f"revoked: {word}", "the verdict")
        for token in tokens[dead:]:
            judge(token, ACCEPTED)


def fails_closed(program, command, file):
    scene = Scene(program, command, file)
    with scene.serve() as served:
        base = served.url.removesuffix(SET)
        old = served.get(base + SNAPSHOT)
        jwks = program.file(served.get(served.url), ".json")
        judge = lambda text, code: scene.judge(scene.bob, code, program.file(text, ".jwt"), jwks)
        scene.judge(scene.bob, ACCEPTED, base + SNAPSHOT, served.url)
        scene.revoke("--sub", "ada")
        wait_until(lambda: len(served.get(base + SNAPSHOT)) > len(old), "the entry is in the snapshot")
        new = served.get(base + SNAPSHOT)
        judge(new, ACCEPTED)
        judge(old, REFUSED)
        # A session is no snapshot, and a snapshot no session.
        judge(scene.bob, REFUSED)
        scene.judge(new, REFUSED, base + SNAPSHOT, served.url)
        head, payload, signature = new.split(".")
        judge(".".join([head, flipped(payload), signature]), REFUSED)
        judge(".".join([head, payload, flipped(signature)]), REFUSED)
        judge("", REFUSED)
        scene.judge(scene.bob, REFUSED, base + "/nothing", served.url)
        # The right form, signed by another key.
        stranger = program.new_key("EdDSA", kid="feed-1")
        forged = program.run("revoke", "export", "--store", scene.store, "--key", stranger, "--out", "-")
        judge(forged.strip(), REFUSED)
        # A kind of a later version ends something, nobody here knows what.
        judge(signed_with(scene, new), ACCEPTED)
        said = judge(signed_with(scene, new, device="AAAA"), REFUSED)
        check("not known" in said, f"it says that the kind is not known: {said}")
        # A list whose B is short, and that is not signed anew.
        short, exported = program.place(".db"), program.place(".jwt")
        program.run("revoke", "init", "--store", short, "--budget", "5s", "--renewal-budget", "1s")
        program.run("revoke", "export", "--store", short, "--key", scene.feed, "--out", exported)
        scene.judge(scene.bob, ACCEPTED, exported, jwks)
        expires = claims(Path(exported).read_text())["exp"]
        time.sleep(max(0, expires - time.time()) + 0.1)
        said = scene.judge(scene.bob, REFUSED, exported, jwks)
        check("exp" in said, f"it says that it has expired: {said}")


def scope_token(scene, scope):
    """A session in a scope: the claims of one, minted again under the ring's key."""
    key = str(Path(scene.ring, "key-0001.json"))
    return minted(scene, key, "session+jwt", {**claims(scene.phone), "rsc": scope})


def signed_with(scene, snapshot, **kinds):
    """The same snapshot with more kinds of entries, signed by its key."""
    said = claims(snapshot)
    return minted(scene, scene.feed, "revocations+jwt", {**said, "revoked": {**said["revoked"], **kinds}})


def minted(scene, key, typ, said):
    given = [word for name, value in said.items() for word in ("-c", f"{name}:={json.dumps(value)}")]
    return scene.program.run("mint", "--key", key, "--typ", typ, *given).strip()


def wait_until(holds, what):
    for _ in range(100):
        try:
            if holds():
                return
        except urllib.error.HTTPError:
            pass
        time.sleep(0.1)
    check(False, f"after 10 s not: {what}")
