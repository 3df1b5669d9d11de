"""OpenSSL: its keys in waxseal, ours in it, and its signatures beside ours."""

import base64
import json
import tempfile
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from harness import check, claims, equal, execute, minted_claims

HALF = {"ES256": 32, "ES384": 48}
CURVES = {"ES256": "prime256v1", "ES384": "secp384r1"}


class OpenSsl:
    """The `openssl` program."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="waxseal-openssl-")
        self.count = 0
        # One RSA key is enough for all: it takes long to make.
        self.rsa = cache(lambda: self.run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"))

    def run(self, *args):
        return execute(["openssl", *args])

    def file(self, content):
        self.count += 1
        place = Path(self.folder.name, f"{self.count:04}")
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(place)

    def new_keys(self, algorithm):
        """Private keys in every form that OpenSSL writes by itself."""
        if algorithm == "EdDSA":
            yield "genpkey", self.run("genpkey", "-algorithm", "ED25519")
        elif algorithm in CURVES:
            curve = f"ec_paramgen_curve:{CURVES[algorithm]}"
            yield "genpkey", self.run("genpkey", "-algorithm", "EC", "-pkeyopt", curve)
            made = self.run("ecparam", "-name", CURVES[algorithm], "-genkey", "-noout")
            check("BEGIN EC PRIVATE KEY" in made, "no SEC1")
            yield "ecparam, SEC1", made
            # As most people call it, with the curve in a block before the key.
            yield "ecparam with parameters", self.run("ecparam", "-name", CURVES[algorithm], "-genkey")
        else:
            yield "genpkey", self.rsa()
            made = self.run("rsa", "-in", self.file(self.rsa()), "-traditional")
            check("BEGIN RSA PRIVATE KEY" in made, "no PKCS#1")
            yield "genrsa -traditional, PKCS#1", made

    def public(self, private):
        return self.run("pkey", "-in", self.file(private), "-pubout")

    def verify(self, algorithm, public, text, signature):
        place, text = self.file(public), self.file(text)
        if algorithm in HALF:
            half = HALF[algorithm]
            equal(len(signature), 2 * half, "the length of r and s")
            r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            signature = encode_dss_signature(r, s)
        signature = self.file(signature)
        if algorithm == "EdDSA":
            given = ["-pubin", "-inkey", place, "-rawin", "-in", text, "-sigfile", signature]
            self.run("pkeyutl", "-verify", *given)
        else:
            self.run("dgst", *options(algorithm), "-verify", place, "-signature", signature, text)

    def sign(self, algorithm, private, text):
        place, text = self.file(private), self.file(text)
        out = self.file(b"")
        if algorithm == "EdDSA":
            self.run("pkeyutl", "-sign", "-inkey", place, "-rawin", "-in", text, "-out", out)
        else:
            self.run("dgst", *options(algorithm), "-sign", place, "-out", out, text)
        signature = Path(out).read_bytes()
        if algorithm in HALF:
            numbers = decode_dss_signature(signature)
            signature = b"".join(number.to_bytes(HALF[algorithm], "big") for number in numbers)
        return signature


def options(algorithm):
    digest = [f"-sha{algorithm[2:]}"]
    if algorithm.startswith("PS"):
        return [*digest, "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]
    return digest


def add(cases, program, openssl, algorithms):
    for algorithm in algorithms:
        if algorithm.startswith("HS"):
            continue
        context = (program, openssl, algorithm)
        cases.add(f"{algorithm} openssl: our PEM keys in OpenSSL", our_keys, *context)
        cases.add(f"{algorithm} openssl: its keys in waxseal, both ways", their_keys, *context)
    for hashing in (256, 384, 512):
        cases.add(f"HS{hashing} openssl: the same tag", same_tag, program, hashing)


def ours(program, openssl, algorithm):
    if algorithm[0] in "RP":
        made = openssl.rsa()
    else:
        made = Path(program.new_key(algorithm, form="pem")).read_text(encoding="utf-8")
    return program.convert(program.file(made, ".pem"), "pem", algorithm)


def our_keys(program, openssl, algorithm):
    private = ours(program, openssl, algorithm)
    file = program.file(private, ".pem")
    public = program.public(file, "pem", algorithm)
    check(private.startswith("-----BEGIN PRIVATE KEY-----\n"), "the private key is no PKCS#8")
    if algorithm != "EdDSA":  # OpenSSL has no check of these
        openssl.run("pkey", "-in", file, "-check", "-noout")
    openssl.run("pkey", "-in", file, "-text", "-noout")
    equal(openssl.public(private), public, "the public half")
    equal(openssl.run("pkey", "-in", file), private, "the private key, as OpenSSL writes it")
    both_ways(program, openssl, algorithm, private, public)


def their_keys(program, openssl, algorithm):
    for how, private in openssl.new_keys(algorithm):
        try:
            both_ways(program, openssl, algorithm, private, openssl.public(private))
        except Exception as fault:
            raise type(fault)(f"{how}: {fault}") from fault


def both_ways(program, openssl, algorithm, private, public):
    private_file, public_file = program.file(private, ".pem"), program.file(public, ".pem")
    token = program.mint(private_file, algorithm)
    signed, _, signature = token.rpartition(".")
    openssl.verify(algorithm, public, signed, decoded(signature))
    minted_claims(json.loads(decoded(signed.split(".")[1])))
    said = claims()
    header = json.dumps({"alg": algorithm, "typ": "JWT"})
    signed = f"{encoded(header.encode())}.{encoded(json.dumps(said).encode())}"
    token = f"{signed}.{encoded(openssl.sign(algorithm, private, signed))}"
    program.judge(public_file, token, said, algorithm)


def same_tag(program, hashing):
    key = Path(program.new_key(f"HS{hashing}")).read_text(encoding="utf-8")
    token = program.mint(program.file(key, ".jwk"))
    signed, _, tag = token.rpartition(".")
    secret = decoded(json.loads(key)["k"]).hex()
    given = ["openssl", "dgst", f"-sha{hashing}", "-mac", "HMAC", "-macopt", f"hexkey:{secret}"]
    equal(execute(given, given=signed.encode()).split()[-1], decoded(tag).hex(), "the tag")


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
