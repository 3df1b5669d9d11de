// Answers one JSON request a line with one JSON answer a line, by jose.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const packages = createRequire(join(process.env.WAXSEAL_CLIENTS_NODE, "package.json"));
const jose = await import(pathToFileURL(packages.resolve("jose")));

async function imported({ form, text }, alg) {
  switch (form) {
    case "jwk":
      return jose.importJWK(JSON.parse(text), alg);
    case "set":
      return jose.createLocalJWKSet(JSON.parse(text));
    case "pem":
      return text.includes("PRIVATE")
        ? jose.importPKCS8(text, alg, { extractable: true })
        : jose.importSPKI(text, alg, { extractable: true });
    default:
      throw new Error(`no form ${form}`);
  }
}

const remotes = new Map();

const answers = {
  async generate({ alg }) {
    if (alg.startsWith("HS") || alg === "A256GCM") {
      const secret = await jose.generateSecret(alg, { extractable: true });
      const jwk = JSON.stringify(await jose.exportJWK(secret));
      return { privateJwk: jwk, publicJwk: jwk };
    }
    const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true });
    return {
      privateJwk: JSON.stringify(await jose.exportJWK(privateKey)),
      publicJwk: JSON.stringify(await jose.exportJWK(publicKey)),
      privatePem: await jose.exportPKCS8(privateKey),
      publicPem: await jose.exportSPKI(publicKey),
    };
  },

  async sign({ alg, key, kid, claims }) {
    const header = { alg, typ: "JWT", ...(kid && { kid }) };
    return new jose.SignJWT(claims).setProtectedHeader(header).sign(await imported(key, alg));
  },

  async verify({ alg, key, token, expected }) {
    const rules = { ...expected, algorithms: [alg] };
    const { payload, protectedHeader } = await jose.jwtVerify(token, await imported(key, alg), rules);
    return { claims: payload, header: protectedHeader };
  },

  async verifyRemote({ url, token, expected }) {
    // One second instead of thirty between two fetches: the test has no month to wait.
    const published =
      remotes.get(url) ?? jose.createRemoteJWKSet(new URL(url), { cooldownDuration: 1000 });
    remotes.set(url, published);
    return (await jose.jwtVerify(token, published, expected)).payload;
  },

  async seal({ key, kid, claims }) {
    const header = { alg: "dir", enc: "A256GCM", typ: "JWT", ...(kid && { kid }) };
    return new jose.EncryptJWT(claims).setProtectedHeader(header).encrypt(await imported(key, "dir"));
  },

  async open({ key, token, expected }) {
    const rules = {
      ...expected,
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
    };
    const { payload, protectedHeader } = await jose.jwtDecrypt(token, await imported(key, "dir"), rules);
    return { claims: payload, header: protectedHeader };
  },

  async thumbprint({ key }) {
    return jose.calculateJwkThumbprint(JSON.parse(key.text));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = { result: await answers[request.op](request) };
  } catch (fault) {
    answer = { fault: `${fault.name}: ${fault.message}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
