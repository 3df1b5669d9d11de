// Verifies a session in Node.js: its token, then the signed snapshot of the revocation list.
//   node verify.mjs JWKS SNAPSHOT FEED.jwk ISSUER AUDIENCE SEEN < token
// JWKS and SNAPSHOT are files or URLs. SEEN is a file that keeps the last serial.
// Exit status: 0 accepted, 15 revoked, 1 anything else.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createLocalJWKSet, importJWK, jwtVerify } from "jose";

const [jwks, place, feed, issuer, audience, seen] = process.argv.slice(2);

async function read(place) {
  if (!/^https?:/.test(place)) return readFileSync(place, "utf8");
  const answer = await fetch(place, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${place} answers ${answer.status}`);
  return answer.text();
}

// What stands for a text in the list: an id of ours is itself, all else the beginning of a hash.
function nameOf(kind, text) {
  const isOurs = /^[A-Za-z0-9_-]{21}[AQgw]$/.test(text);
  if (isOurs && (kind === "sid" || kind === "jti")) return Buffer.from(text, "base64url");
  return createHash("sha256").update(`${kind}:${text}`).digest().subarray(0, 16);
}

// The kind of an entry that names the session, if there is one.
function revokedBy(packed, claims, kid) {
  const isKnown = (kind) => ["sid", "jti", "kid", "all", "scope", "sub"].includes(kind);
  if (!Object.keys(packed).every(isKnown)) throw new Error("a kind of entry that is not known");
  const find = (kind, size, holds) => {
    const bytes = Buffer.from(packed[kind] ?? "", "base64url");
    if (bytes.length % size) throw new Error(`a part of an entry in ${kind}`);
    for (let at = 0; at < bytes.length; at += size) if (holds(bytes.subarray(at, at + size))) return kind;
  };
  const names = (kind, text) => (entry) =>
    text !== undefined && nameOf(kind, text).equals(entry.subarray(0, 16));
  const start = claims.sst ?? (claims.iat === undefined ? -1 : claims.iat * 1000);
  const began = (entry, at) => BigInt(Math.floor(start)) <= entry.readBigUInt64BE(at);
  const sub = names("sub", claims.sub), scope = names("scope", claims.rsc), sid = names("sid", claims.sid);
  return find("sid", 20, sid) ?? find("jti", 20, names("jti", claims.jti)) ?? find("kid", 20, names("kid", kid))
    ?? find("all", 12, (entry) => began(entry, 0)) ?? find("scope", 28, (it) => scope(it) && began(it, 16))
    ?? find("sub", 44, (it) => sub(it) && began(it, 32) && !sid(it.subarray(16)));
}

try {
  const keys = createLocalJWKSet(JSON.parse(await read(jwks)));
  const checks = { issuer, audience, typ: "session+jwt", algorithms: ["EdDSA", "ES256", "ES384"], requiredClaims: ["exp", "sid"] };
  const session = await jwtVerify(readFileSync(0, "utf8").trim(), keys, checks);
  const key = await importJWK(JSON.parse(readFileSync(feed, "utf8")), "EdDSA");
  const signed = { typ: "revocations+jwt", algorithms: ["EdDSA"], requiredClaims: ["exp", "ser", "revoked"] };
  const { payload: snapshot } = await jwtVerify((await read(place)).trim(), key, signed);
  if (snapshot.ver !== 1) throw new Error(`snapshot version ${snapshot.ver}`);
  if (existsSync(seen) && snapshot.ser < Number(readFileSync(seen))) throw new Error("an older snapshot");
  writeFileSync(`${seen}.new`, `${snapshot.ser}\n`), renameSync(`${seen}.new`, seen);
  const kind = revokedBy(snapshot.revoked, session.payload, session.protectedHeader.kid);
  console.log(kind ? `revoked: ${kind}` : `accepted: ${session.payload.sub}`), (process.exitCode = kind ? 15 : 0);
} catch (fault) {
  console.log(`refused: ${fault.message}`), (process.exitCode = 1);
}
