"""JWS: every algorithm, every form of a key, both directions."""

import json
from functools import cache
from pathlib import Path

from harness import claims, minted_claims, refuses, tampered

ALGORITHMS = [
    *("HS256", "HS384", "HS512", "ES256", "ES384"),
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"),
]
KID = "k1"


def add(cases, program, clients, openssl):
    ours = cache(lambda algorithm: Ours(program, openssl, algorithm))
    for algorithm in ALGORITHMS:
        for client in clients:
            theirs = cache(lambda algorithm, client=client: Theirs(client, algorithm))
            context = (program, client, algorithm)
            for form in forms(algorithm, client):
                name = f"{algorithm} {client.name} {form}"
                cases.add(f"{name}: waxseal mints, {client.name} verifies", we_mint, *context, form, ours)
                cases.add(f"{name}: {client.name} mints, waxseal verifies", they_mint, *context, form, ours)
                cases.add(f"{name}: keys of {client.name} in waxseal", their_keys, *context, form, theirs)


def forms(algorithm, client):
    yield "jwk"
    if client.sets(algorithm):
        yield "set"
    if not algorithm.startswith("HS"):
        yield "pem"


class Ours:
    """A key of waxseal; RSA is imported, since waxseal makes none."""

    def __init__(self, program, openssl, algorithm):
        if algorithm[0] in "RP":
            made = program.file(openssl.rsa(), ".pem")
            private = json.loads(program.convert(made, "jwk", algorithm))
            self.file = program.file(json.dumps(named(private, algorithm)), ".jwk")
        else:
            self.file = program.new_key(algorithm, kid=KID)
        self.program, self.algorithm = program, algorithm

    @cache
    def private(self, form):
        if form == "pem":
            return self.program.convert(self.file, "pem")
        return Path(self.file).read_text(encoding="utf-8")

    @cache
    def public(self, form):
        if self.algorithm.startswith("HS"):
            jwk = self.private("jwk")
        else:
            jwk = self.program.public(self.file, "pem" if form == "pem" else "jwk")
        return in_a_set(json.loads(jwk), self.algorithm) if form == "set" else jwk


class Theirs:
    """A key of a client."""

    def __init__(self, client, algorithm):
        self.made, self.algorithm = client.generate(algorithm), algorithm

    def private(self, form):
        """What a client writes says no alg and no kid; in a set it needs both."""
        if form == "set":
            return json.dumps(named(json.loads(self.made["privateJwk"]), self.algorithm))
        return self.made["private" + form.capitalize()]

    def public(self, form):
        if form == "set":
            return in_a_set(json.loads(self.made["publicJwk"]), self.algorithm)
        return self.made["public" + form.capitalize()]


def named(jwk, algorithm, kid=KID):
    return {**jwk, "kid": kid, "alg": algorithm}


# RFC 7515, Appendix A.3.
P256 = {
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}


def in_a_set(jwk, algorithm):
    """A JWK Set in which the kid must choose: the other keys are of no use."""
    others = {
        "HS": {"kty": "oct", "k": "p2YwZG3JqVx0T9aB1nKcE4uSo7dLhRi5MfXeQwAzUvIbNt6jCgHs8rPylDmOkFWx1c9e7a5G3B2d4f6h8j0lZA"},
        "ES": {"kty": "EC", "crv": "P-256", **P256},
        "Ed": {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
    }
    other = others.get(algorithm[:2], others["ES"])
    its = {"HS": algorithm, "Ed": "EdDSA"}.get(algorithm[:2], "ES256")
    return json.dumps({"keys": [named(other, its, "k0"), named(jwk, algorithm), named(other, its, "k2")]})


def we_mint(program, client, algorithm, form, ours):
    ours = ours(algorithm)
    key = program.file(ours.private(form), ".key")
    token = program.mint(key, algorithm)
    if form == "set":
        token = program.mint(ours.file)
    minted_claims(client.verify(algorithm, form, ours.public(form), token))
    for changed in tampered(token):
        refuses("a changed token", client.verify, algorithm, form, ours.public(form), changed)


def they_mint(program, client, algorithm, form, ours):
    ours = ours(algorithm)
    said = claims()
    own = "pem" if form == "pem" else "jwk"
    kid = None if form == "pem" else KID
    token = client.sign(algorithm, own, ours.private(form), kid, said)
    program.judge(program.file(ours.public(form), ".key"), token, said, algorithm)


def their_keys(program, client, algorithm, form, theirs):
    theirs = theirs(algorithm)
    private, public = (program.file(half(form), ".key") for half in (theirs.private, theirs.public))
    own = "pem" if form == "pem" else "jwk"
    token = program.mint(private, algorithm)
    minted_claims(client.verify(algorithm, form, theirs.public(form), token))
    said = claims()
    kid = KID if form == "set" else None
    token = client.sign(algorithm, own, theirs.private(form), kid, said)
    program.judge(public, token, said, algorithm)
