"""Runs every case: `.ci/clients/run` calls it with the clients installed."""

import argparse
import os
import sys
from pathlib import Path

import openssl
import paseto
import rotation
import sealed
import sessions
import signed
import snapshot
from harness import Cases, Program
from node import Jose
from python import PyJwt


def main():
    built = os.environ.get("CARGO_TARGET_DIR") or Path(__file__).resolve().parents[2] / "target"
    parser = argparse.ArgumentParser(prog=".ci/clients/run")
    parser.add_argument("--waxseal", default=str(Path(built, "debug/waxseal")), help="the program")
    parser.add_argument("--only", metavar="REGEX", help="the cases whose name it is found in")
    parser.add_argument("--list", action="store_true", help="name the cases and stop")
    options = parser.parse_args()
    program, jose, ssl, cases = Program(options.waxseal), Jose(), openssl.OpenSsl(), Cases(options.only)
    clients = [PyJwt(), jose]
    signed.add(cases, program, clients, ssl)
    sealed.add(cases, program, jose)
    sessions.add(cases, program, clients, jose, ssl, signed.ALGORITHMS)
    paseto.add(cases, program)
    rotation.add(cases, program, clients)
    snapshot.add(cases, program)
    openssl.add(cases, program, ssl, signed.ALGORITHMS)
    if options.list:
        print("\n".join(name for name, _, _ in cases.cases))
        return 0
    held = cases.run()
    jose.close()
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
