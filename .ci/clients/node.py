"""jose, in a Node.js process that answers line by line."""

import json
import subprocess
from pathlib import Path

from harness import AUDIENCE, ISSUER

EXPECTED = {"issuer": ISSUER, "audience": AUDIENCE, "requiredClaims": ["exp", "iat", "sub"]}


class Refused(Exception):
    pass


class Jose:
    name = "jose"
    remote_name = "createRemoteJWKSet"

    def __init__(self):
        self.process = None

    def ask(self, op, **request):
        if self.process is None:
            script = str(Path(__file__).with_name("jose.mjs"))
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            self.process = subprocess.Popen(["node", script], text=True, **pipes)
        self.process.stdin.write(json.dumps({"op": op, **request}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "fault" in answer:
            raise Refused(answer["fault"])
        return answer["result"]

    def close(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait(timeout=10)

    def sets(self, algorithm):
        """jose chooses public keys by kid, never secrets."""
        return not algorithm.startswith("HS")

    def generate(self, algorithm):
        return self.ask("generate", alg=algorithm)

    def sign(self, algorithm, form, key, kid, claims):
        request = {"alg": algorithm, "key": {"form": form, "text": key}}
        return self.ask("sign", kid=kid, claims=claims, **request)

    def verify(self, algorithm, form, key, token, typ="JWT"):
        """The claims, as jose reads them."""
        request = {"alg": algorithm, "key": {"form": form, "text": key}, "token": token}
        return self.ask("verify", expected={**EXPECTED, "typ": typ}, **request)["claims"]

    def remote(self, url, algorithms):
        """Verifies with what is published at `url`, by the client's own cache and patience."""

        def verify(token, typ):
            expected = {**EXPECTED, "typ": typ, "algorithms": algorithms}
            return self.ask("verifyRemote", url=url, token=token, expected=expected)

        return verify

    def seal(self, key, kid, claims):
        return self.ask("seal", key={"form": "jwk", "text": key}, kid=kid, claims=claims)

    def open(self, key, token, typ="JWT"):
        request = {"key": {"form": "jwk", "text": key}, "token": token}
        return self.ask("open", expected={**EXPECTED, "typ": typ}, **request)["claims"]
