"""Clients that fetch the published set themselves, across a rotation, from a real `waxseal serve`."""

import json
import re
import subprocess
import time
import urllib.request

from harness import AUDIENCE, ISSUER, SUBJECT, check, equal, header, refuses

TYP = "session+jwt"
SET = "/.well-known/jwks.json"


def add(cases, program, clients):
    for client in clients:
        for algorithm in ("EdDSA", "ES256"):
            name = f"{algorithm} {client.name} rotation: {client.remote_name} follows a served ring"
            cases.add(name, rotate, program, client, algorithm, [algorithm])
        name = f"EdDSA to ES256 {client.name} rotation: {client.remote_name} follows a migration"
        cases.add(name, rotate, program, client, "EdDSA", ["EdDSA", "ES256"])


def rotate(program, client, algorithm, algorithms):
    ring = program.place()
    program.run("keys", "init", "--keys", ring, "--issuer", ISSUER, "--name", "test", "--alg", algorithm)
    keys = lambda *words, code=0: program.run("keys", *words, "--keys", ring, code=code)

    def mint():
        named = ["--keys", ring, "--sub", SUBJECT, "--aud", AUDIENCE, "--ttl", "10m"]
        return program.run("mint", *named).strip()

    with Served(program, ring) as served:
        read = client.remote(served.url, algorithms)
        first = mint()
        equal(read(first, TYP)["sub"], SUBJECT, "the subject under k1")

        # Too early for caches that were filled a moment ago.
        keys("promote", "2", "--yes", code=76)
        keys("promote", "2", "--yes", "--at", "now+25h")
        second = mint()
        check(header(first)["kid"] != header(second)["kid"], "another key signs")
        fetched = served.fetches()
        equal(read(second, TYP)["sub"], SUBJECT, "the subject under k2")
        equal(read(first, TYP)["sub"], SUBJECT, "the subject under k1, retired")
        equal(served.fetches(), fetched, "fetches: k2 was known before it signed")

        # A month later. The client's cache is from before k3 was staged: it has to fetch again.
        if len(algorithms) > 1:
            keys("stage", "--alg", algorithms[-1])
        keys("tick", "--at", "now+26h")
        keys("tick", "--at", "now+33d")
        third = mint()
        equal(header(third)["alg"], algorithms[-1], "the algorithm of k3")
        served.wait_for(header(third)["kid"], gone=header(first)["kid"])
        fetched = served.fetches()
        time.sleep(1.1)
        equal(read(third, TYP)["sub"], SUBJECT, "the subject under k3")
        check(served.fetches() > fetched, "the client fetched the set again")
        equal(read(second, TYP)["sub"], SUBJECT, "the subject under k2, retired")
        refuses("a token of k1, which was pruned,", read, first, TYP)


class Served:
    """A ring that `waxseal serve` publishes."""

    def __init__(self, program, ring):
        self.command = [program.path, "serve", "--keys", ring, "--bind", "127.0.0.1:0"]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        check(self.url.endswith(SET), f"serve says where it listens, and not {self.url!r}")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=10)

    def get(self, url):
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read().decode()

    def fetches(self):
        """How often the set was asked for, whatever the answer."""
        metrics = self.get(self.url.removesuffix(SET) + "/metrics")
        counted = re.findall(r'^waxseal_requests_total\{route="([^"]*)".*\} (\d+)$', metrics, re.M)
        return sum(int(count) for route, count in counted if route == SET)

    def wait_for(self, kid, gone):
        """Until the set that is served holds one key and not another."""
        for _ in range(100):
            kids = [jwk["kid"] for jwk in json.loads(self.get(self.url))["keys"]]
            if kid in kids and gone not in kids:
                return
            time.sleep(0.1)
        check(False, f"after 10 s {kid} is not served, or {gone} still is: {kids}")
