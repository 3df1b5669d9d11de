"""PyJWT, with the keys of the `cryptography` package."""

import json
import secrets

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from harness import AUDIENCE, ISSUER, check, equal

SECRET_BYTES = {"HS256": 32, "HS384": 48, "HS512": 64}


def private_key(algorithm):
    """A new key of the `cryptography` package."""
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm.startswith("ES"):
        return ec.generate_private_key({"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1()}[algorithm])
    return rsa.generate_private_key(65537, 2048)


def private_pem(key):
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


def public_pem(key):
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(encoding, form).decode()


class PyJwt:
    name = "PyJWT"
    remote_name = "PyJWKClient"

    def close(self):
        pass

    def sets(self, _algorithm):
        return True

    def generate(self, algorithm):
        by_name = jwt.get_algorithm_by_name(algorithm)
        if algorithm in SECRET_BYTES:
            jwk = by_name.to_jwk(secrets.token_bytes(SECRET_BYTES[algorithm]))
            return {"privateJwk": jwk, "publicJwk": jwk}
        key = private_key(algorithm)
        return {
            "privateJwk": by_name.to_jwk(key),
            "publicJwk": by_name.to_jwk(key.public_key()),
            "privatePem": private_pem(key),
            "publicPem": public_pem(key),
        }

    def sign(self, algorithm, form, key, kid, claims):
        key = jwt.PyJWK.from_json(key, algorithm).key if form == "jwk" else key
        headers = {"kid": kid} if kid else None
        return jwt.encode(claims, key, algorithm, headers=headers)

    def remote(self, url, algorithms):
        """Verifies with what is published at `url`, by the client's own cache and patience."""
        # One second instead of thirty between two fetches: the test has no month to wait.
        published = jwt.PyJWKClient(url, cooldown_duration=1)
        options = {"require": ["exp", "iat", "iss", "aud", "sub"]}
        rules = {"algorithms": algorithms, "audience": AUDIENCE, "issuer": ISSUER, "options": options}

        def verify(token, typ):
            equal(jwt.get_unverified_header(token)["typ"], typ, "the typ")
            return jwt.decode(token, published.get_signing_key_from_jwt(token), **rules)

        return verify

    def verify(self, algorithm, form, key, token, typ="JWT"):
        """The claims, as PyJWT reads them."""
        header = jwt.get_unverified_header(token)
        equal((header["alg"], header["typ"]), (algorithm, typ), "the header")
        match form:
            case "jwk":
                key = jwt.PyJWK.from_json(key, algorithm).key
            case "set":
                found = jwt.PyJWKSet.from_dict(json.loads(key))[header["kid"]]
                check(found.algorithm_name == algorithm, f"the set says {found.algorithm_name}")
                key = found.key
        options = {"require": ["exp", "iat", "iss", "aud", "sub"]}
        rules = {"algorithms": [algorithm], "audience": AUDIENCE, "issuer": ISSUER, "options": options}
        return jwt.decode(token, key, **rules)
