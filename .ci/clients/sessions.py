"""A session that a key ring mints, read by every client."""

import json
from functools import cache

import pyseto

from harness import AUDIENCE, ISSUER, STATE, SUBJECT, check, equal, header

TYP = "session+jwt"
OF_EVERY_SESSION = {
    *("iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp", "auth_time", "sst"),
    *("idl", "abs", "rnw", "pro", "gen", "ver", "st"),
}


def add(cases, program, clients, jose, openssl, algorithms):
    rings = cache(lambda algorithm: Ring(program, openssl, algorithm))
    for algorithm in algorithms:
        for client in clients:
            name = f"{algorithm} {client.name} session: a ring mints, {client.name} reads"
            cases.add(name, read_signed, rings, client, algorithm)
    cases.add("A256GCM jose session: a ring seals, jose reads", read_sealed, rings, jose)
    for algorithm in ("v4.public", "v4.local", "v3.public"):
        cases.add(f"{algorithm} pyseto session: a ring mints, pyseto reads", read_paseto, rings, algorithm)


class Ring:
    """A key ring; its first key is imported where waxseal makes none."""

    def __init__(self, program, openssl, algorithm):
        self.program, self.algorithm = program, algorithm
        self.dir = program.place()
        named = ["--keys", self.dir, "--issuer", ISSUER, "--name", "test", "--alg", algorithm]
        imported = ["--first-key", program.file(openssl.rsa(), ".pem")] if algorithm[0] in "RP" else []
        program.run("keys", "init", *named, *imported)

    def mint(self):
        """A token, its kid, and the claims as waxseal reads them."""
        state = [f"{name}:={json.dumps(value)}" for name, value in STATE.items()]
        state = [word for pair in state for word in ("-c", pair)]
        named = ["--keys", self.dir, "--aud", AUDIENCE]
        token = self.program.run("mint", *named, "--sub", SUBJECT, "--ttl", "10m", *state).strip()
        place = self.program.file(token, ".token")
        verdict = json.loads(self.program.run("verify", *named, "--session", "--json", f"@{place}"))
        claims = verdict["claims"]
        check(OF_EVERY_SESSION <= set(claims), f"claims are missing: {OF_EVERY_SESSION - set(claims)}")
        equal(claims["st"], STATE, "the state")
        return token, claims

    def public_set(self):
        return self.program.run("keys", "jwks", "--keys", self.dir)

    def secret(self, kid):
        return self.program.run("keys", "export", kid, "--keys", self.dir, "--ring", "test", "--out", "-")

    def paserk(self, kid):
        """What a verifier needs: the public half, or the secret where there is none."""
        if self.algorithm.endswith("local"):
            return self.program.convert(self.program.file(self.secret(kid), ".jwk"), "paserk").strip()
        named = ["--keys", self.dir, "--kid", kid, "--form", "paserk"]
        return self.program.run("keys", "public", *named).strip()


def read_signed(rings, client, algorithm):
    ring = rings(algorithm)
    token, claims = ring.mint()
    if algorithm.startswith("HS"):
        key, form = ring.secret(header(token)["kid"]), "jwk"
    else:
        key, form = ring.public_set(), "set"
    equal(client.verify(algorithm, form, key, token, TYP), claims, "the claims")


def read_sealed(rings, jose):
    ring = rings("A256GCM")
    token, claims = ring.mint()
    kid = header(token)["kid"]
    equal(jose.open(ring.secret(kid), token, TYP), claims, "the claims")


def read_paseto(rings, algorithm):
    ring = rings(algorithm)
    token, claims = ring.mint()
    kid = footer(token)["kid"]
    read = pyseto.decode(pyseto.Key.from_paserk(ring.paserk(kid)), token, deserializer=json)
    equal(read.payload, claims, "the claims")
    equal(claims.get("typ"), TYP, "the typ")


def footer(token):
    """What the footer says, before anything is verified: which key to take."""
    return json.loads(pyseto.utils.base64url_decode(token.split(".")[3]))
