"""Verifies a session in Python: its token, then the signed snapshot of the revocation list.
  python verify.py JWKS SNAPSHOT FEED.jwk ISSUER AUDIENCE SEEN < token
JWKS and SNAPSHOT are files or URLs. SEEN is a file that keeps the last serial.
Exit status: 0 accepted, 15 revoked, 1 anything else."""
import base64, hashlib, os, re, sys, urllib.request
import jwt

def read(place):
    if not re.match("https?:", place): return open(place).read()
    with urllib.request.urlopen(place, timeout=10) as answer:
        return answer.read().decode()

def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

def name_of(kind, text):
    """What stands for a text in the list: an id of ours is itself, all else the beginning of a hash."""
    if kind in ("sid", "jti") and re.fullmatch("[A-Za-z0-9_-]{21}[AQgw]", text):
        return decode(text)
    return hashlib.sha256(f"{kind}:{text}".encode()).digest()[:16]

def revoked_by(packed, claims, kid):
    """The kind of an entry that names the session, if there is one."""
    texts = {**{kind: claims.get(kind) for kind in ("sid", "jti", "sub")}, "scope": claims.get("rsc"), "kid": kid}
    name = {kind: name_of(kind, text) for kind, text in texts.items() if text is not None}
    start = claims.get("sst", claims.get("iat", -1) * 1000)
    began = lambda entry, at: start <= int.from_bytes(entry[at : at + 8], "big")
    def find(kind, size, holds):
        entries = decode(packed.get(kind, ""))
        if len(entries) % size: raise ValueError(f"a part of an entry in {kind}")
        return kind if any(holds(entries[at : at + size]) for at in range(0, len(entries), size)) else None
    names = lambda kind: lambda entry: entry[:16] == name.get(kind)
    if packed.keys() - {"sid", "jti", "kid", "all", "scope", "sub"}: raise ValueError("a kind of entry that is not known")
    return (find("sid", 20, names("sid")) or find("jti", 20, names("jti")) or find("kid", 20, names("kid"))
        or find("all", 12, lambda it: began(it, 0)) or find("scope", 28, lambda it: names("scope")(it) and began(it, 16))
        or find("sub", 44, lambda it: names("sub")(it) and began(it, 32) and it[16:32] != name.get("sid")))

def main(jwks, place, feed, issuer, audience, seen):
    token = sys.stdin.read().strip()
    key = jwt.PyJWKSet.from_json(read(jwks))[jwt.get_unverified_header(token)["kid"]]
    options = {"require": ["exp", "sid"]}
    session = jwt.decode_complete(token, key, [key.algorithm_name], issuer=issuer, audience=audience, options=options)
    feed_key, options = jwt.PyJWK.from_json(open(feed).read()), {"require": ["exp", "ser", "revoked"], "verify_iat": False}
    snapshot = jwt.decode_complete(read(place).strip(), feed_key, ["EdDSA"], options=options)
    for found, typ in [(session, "session+jwt"), (snapshot, "revocations+jwt")]:
        if found["header"].get("typ") != typ:
            raise ValueError(f"typ is not {typ}")
    claims, snapshot = session["payload"], snapshot["payload"]
    if snapshot["ver"] != 1 or os.path.exists(seen) and snapshot["ser"] < int(open(seen).read()):
        raise ValueError("an older snapshot, or one of another version")
    with open(seen + ".new", "w") as file: file.write(f"{snapshot['ser']}\n")
    os.replace(seen + ".new", seen)
    kind = revoked_by(snapshot["revoked"], claims, session["header"]["kid"])
    return (15, f"revoked: {kind}") if kind else (0, f"accepted: {claims.get('sub')}")

try:
    code, line = main(*sys.argv[1:])
except Exception as fault:
    code, line = 1, f"refused: {fault}"
print(line), sys.exit(code)
