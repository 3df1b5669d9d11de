"""PASETO and PASERK, by PySETO."""

import json
import secrets
from datetime import datetime, timedelta, timezone
from functools import cache

import pyseto
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from harness import AUDIENCE, ISSUER, STATE, SUBJECT, check, equal, flipped, refuses
from python import private_pem, public_pem

ALGORITHMS = ["v4.public", "v4.local", "v3.public"]
FOOTER = '{"for":"the shop"}'
IMPLICIT = "10.1.2.3"


def add(cases, program):
    ours = cache(lambda algorithm: Pair.ours(program, algorithm))
    theirs = cache(lambda algorithm: Pair.theirs(program, algorithm))
    for algorithm in ALGORITHMS:
        for whose, pair in (("waxseal", ours), ("pyseto", theirs)):
            name, context = f"{algorithm} pyseto: a key of {whose}", (program, algorithm, pair)
            cases.add(f"{name}, waxseal mints, pyseto reads", we_mint, *context)
            cases.add(f"{name}, pyseto mints, waxseal reads", they_mint, *context)
            cases.add(f"{name}, with footer and implicit assertion, both ways", bound, *context)
            cases.add(f"{name}, the same PASERK and ids", same_names, *context)
        if not algorithm.endswith("local"):
            cases.add(f"{algorithm} pyseto: keys as PEM, both ways", as_pem, program, algorithm)


def number(algorithm):
    return int(algorithm[1])


class Pair:
    """One key: as files for waxseal, as objects for PySETO."""

    def __init__(self, program, algorithm, paserk, public):
        self.paserk, self.public = paserk.strip(), public.strip()
        self.file, self.public_file = (program.file(text, ".paserk") for text in (paserk, public))
        self.minting, self.reading = (pyseto.Key.from_paserk(text) for text in (self.paserk, self.public))
        equal(self.minting.version, number(algorithm), "the version")

    @classmethod
    def ours(cls, program, algorithm):
        file = program.new_key(algorithm, form="paserk")
        paserk = program.convert(file, "paserk")
        local = algorithm.endswith("local")
        return cls(program, algorithm, paserk, paserk if local else program.public(file, "paserk"))

    @classmethod
    def theirs(cls, program, algorithm):
        if algorithm.endswith("local"):
            key = pyseto.Key.new(number(algorithm), "local", secrets.token_bytes(32))
            return cls(program, algorithm, key.to_paserk(), key.to_paserk())
        private = new_private(algorithm)
        halves = (pyseto.Key.new(number(algorithm), "public", pem(private)) for pem in (private_pem, public_pem))
        return cls(program, algorithm, *(half.to_paserk() for half in halves))


def new_private(algorithm):
    if algorithm.startswith("v4"):
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP384R1())


def claims():
    now = datetime.now(timezone.utc).replace(microsecond=0)
    said = {"iss": ISSUER, "sub": SUBJECT, "aud": AUDIENCE, "st": STATE}
    return {**said, "iat": written(now), "exp": written(now + timedelta(minutes=10))}


def written(time):
    return time.isoformat().replace("+00:00", "Z")


def minted_claims(found):
    wanted = {"iss": ISSUER, "sub": SUBJECT, "aud": AUDIENCE, "st": STATE}
    equal({name: found.get(name) for name in wanted}, wanted, "the claims")
    iat, exp = (datetime.fromisoformat(found[name]) for name in ("iat", "exp"))
    equal(exp - iat, timedelta(minutes=10), "the life")
    check(abs(datetime.now(timezone.utc) - iat) < timedelta(minutes=1), f"iat {iat} is not now")


def sealed(key, said, footer="", implicit=""):
    return pyseto.encode(key, json.dumps(said), footer, implicit).decode()


def opened(key, token, implicit=""):
    return pyseto.decode(key, token, implicit, deserializer=json)


def changed(token):
    parts = token.split(".")
    return ".".join([*parts[:2], flipped(parts[2]), *parts[3:]])


def we_mint(program, _algorithm, pair):
    pair = pair(_algorithm)
    token = program.mint(pair.file)
    minted_claims(opened(pair.reading, token).payload)
    refuses("a changed token", opened, pair.reading, changed(token))
    refuses("an implicit assertion that is none", opened, pair.reading, token, IMPLICIT)


def they_mint(program, _algorithm, pair):
    pair, said = pair(_algorithm), claims()
    token = sealed(pair.minting, said)
    equal(program.verify(pair.public_file, token), said, "the claims")
    program.verify(pair.public_file, changed(token), code=11)
    kid = pair.minting.to_peer_paserk_id() or pair.minting.to_paserk_id()
    token = sealed(pair.minting, said, json.dumps({"kid": kid}))
    equal(program.verify(pair.public_file, token), said, "the claims beside a kid")


def bound(program, _algorithm, pair):
    pair, said = pair(_algorithm), claims()
    both = ["--footer", FOOTER, "--implicit-assertion", IMPLICIT]
    token = program.mint(pair.file, None, *both)
    read = opened(pair.reading, token, IMPLICIT)
    minted_claims(read.payload)
    equal(json.dumps(read.footer, separators=(",", ":")), FOOTER, "the footer")
    refuses("another implicit assertion", opened, pair.reading, token, "10.1.2.4")
    token = sealed(pair.minting, said, FOOTER, IMPLICIT)
    equal(program.verify(pair.public_file, token, None, *both), said, "the claims")
    program.verify(pair.public_file, token, None, "--footer", FOOTER, code=11)
    other = ["--footer", FOOTER, "--implicit-assertion", "10.1.2.4"]
    program.verify(pair.public_file, token, None, *other, code=11)
    refuses_footer(program, pair, token)


def refuses_footer(program, pair, token):
    """A footer that was exchanged is not authentic; one that was not asked for is refused too."""
    given = ["--implicit-assertion", IMPLICIT]
    parts = token.split(".")
    forged = ".".join([*parts[:3], pyseto.utils.base64url_encode(b'{"for":"another"}').decode()])
    program.verify(pair.public_file, forged, None, *given, code=11)


def same_names(program, algorithm, pair):
    pair = pair(algorithm)
    equal(program.convert(pair.file, "paserk").strip(), pair.paserk, "the PASERK")
    said = program.run("keys", "id", pair.file)
    ids = [pair.minting.to_paserk_id(), pair.reading.to_paserk_id()]
    for paserk_id in ids:
        check(paserk_id in said, f"{paserk_id} is not in what `keys id` says: {said}")
    if not algorithm.endswith("local"):
        equal(program.public(pair.file, "paserk").strip(), pair.public, "the public PASERK")
        of_public = program.run("keys", "id", pair.public_file)
        check(ids[1] in of_public, f"{ids[1]} is not in {of_public}")


def as_pem(program, algorithm):
    private = new_private(algorithm)
    file, public_file = (program.file(pem(private), ".pem") for pem in (private_pem, public_pem))
    new = lambda pem: pyseto.Key.new(number(algorithm), "public", pem)
    token = program.mint(file, algorithm)
    minted_claims(opened(new(public_pem(private)), token).payload)
    said = claims()
    equal(program.verify(public_file, sealed(new(private_pem(private)), said), algorithm), said, "the claims")
    ours = program.new_key(algorithm, form="paserk")
    token = program.mint(ours)
    minted_claims(opened(new(program.public(ours, "pem")), token).payload)
    token = sealed(new(program.convert(ours, "pem")), said)
    equal(program.verify(ours, token), said, "the claims, with our key as PEM")
