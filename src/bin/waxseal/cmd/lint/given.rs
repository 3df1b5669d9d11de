//! The keys to lint and to lint tokens with. A key that the library refuses is what lint is for, so
//! they are read leniently.

use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use waxseal::base64url;
use waxseal::key::{Key, KeyError, KeySet, KeySource as _, Weakness};
use waxseal::keyring::lint::{Finding, is_published, lint_jwk_set, lint_key_file};
use waxseal::secret::SecretBytes;
use waxseal::{Keys, limits};
use zeroize::Zeroizing;

use super::der;
use super::policy::Policy;
use crate::exit::{Code, Failure};
use crate::input;
use crate::keyfile::{SecretForm, is_paserk, secret_bytes};

/// All keys, and those that can open a sealed token.
#[derive(Default)]
pub(super) struct GivenKeys {
    pub(super) keys: Vec<Given>,
    pub(super) sets: Vec<KeySet>,
}

/// A key, good or bad.
pub(super) struct Given {
    /// Its kid, or the file that it stands in.
    pub(super) name: String,
    pub(super) kid: Option<String>,
    /// What it says it is for, or what alone it can be for.
    pub(super) algorithm: Option<String>,
    /// The other algorithm that it can be for, where its form does not decide.
    also: Option<&'static str>,
    pub(super) material: Material,
    /// Whether its private half is printed in a standard or an example.
    pub(super) is_published: bool,
}

pub(super) enum Material {
    /// A secret, and how its file writes it.
    Secret {
        bytes: SecretBytes,
        form: Option<SecretForm>,
    },
    /// A secret that was judged when the library read it, as a ring's.
    JudgedSecret,
    Rsa {
        bits: usize,
    },
    /// A key pair of another kind, or a half of one.
    Pair,
}

impl GivenKeys {
    /// Adds the keys of the ring in the folder `place`. One that does not open adds none: lint tells
    /// why elsewhere.
    pub(super) fn add_ring(&mut self, place: &str, policy: &mut Policy) {
        let Ok(ring) = Keys::open(place) else {
            return;
        };
        policy.fill(&ring.policy());
        for (seq, _, key) in ring.keys() {
            let kid = key.id().map(ToString::to_string);
            let public = key.to_public_jwk();
            self.keys.push(Given {
                name: kid.clone().unwrap_or_else(|| format!("key {seq}")),
                kid,
                algorithm: Some(key.algorithm().name().into()),
                also: None,
                material: match public {
                    Some(_) => Material::Pair,
                    None => Material::JudgedSecret,
                },
                is_published: public.is_some_and(|jwk| is_published(jwk.as_bytes())),
            });
        }
        self.sets.push(ring.key_set());
    }

    /// Adds the keys of a file, as `--key` names it, and gives what is wrong with the
    /// file.
    pub(super) fn add_file(&mut self, place: &str) -> Result<Vec<Finding>, Failure> {
        if let Some((form, path)) = SecretForm::of(place) {
            let bytes = secret_bytes(form, path)?;
            let material = Material::Secret { bytes, form: Some(form) };
            self.keys.push(Given { material, ..Given::unnamed(place) });
            return Ok(lint_key_file(path).into_iter().collect());
        }
        let (name, bytes) = match place {
            "-" => ("standard input", input::stdin(limits::JWK_SET_BYTES)?),
            _ => {
                let path = place.strip_prefix('@').unwrap_or(place);
                (path, input::file(Path::new(path), limits::JWK_SET_BYTES)?)
            }
        };
        let text = SecretBytes::new(bytes);
        let text = text.expose_secret().trim_ascii();
        let exposed = |is_private: bool| {
            let found = (is_private && place != "-").then(|| lint_key_file(Path::new(name)));
            found.flatten().into_iter().collect::<Vec<_>>()
        };
        let bad = |fault: &str| Failure::new(Code::BAD_DATA, format!("{name}: {fault}"));
        let is_pem = |text: &&str| text.contains("-----BEGIN ") && !text.starts_with('{');
        if let Some(pem) = std::str::from_utf8(text).ok().filter(is_pem) {
            self.keys.push(Given::of_pem(pem, name).map_err(|fault| bad(&fault))?);
            self.sets.extend(Key::from_pem(pem).ok().map(KeySet::only));
            return Ok(exposed(pem.contains("PRIVATE KEY-----")));
        }
        if let Some(paserk) = std::str::from_utf8(text).ok().filter(|text| is_paserk(text)) {
            match Key::from_paserk(paserk) {
                Ok(key) => {
                    self.sets.push(KeySet::only(key.clone()));
                    self.keys.push(Given::of_key(Some(key), name));
                }
                Err(KeyError::Weak(Weakness::Published)) => {
                    let algorithm = Some(paserk_algorithm(paserk));
                    let (material, is_published) = (Material::JudgedSecret, true);
                    let known = Given { algorithm, material, is_published, ..Given::unnamed(name) };
                    self.keys.push(known);
                }
                Err(fault) => return Err(bad(&fault.to_string())),
            }
            return Ok(exposed([".local.", ".secret."].iter().any(|kind| paserk.contains(kind))));
        }
        if !text.starts_with(b"{") {
            let next = "for a bare secret say how it is written: --key raw:FILE, hex:FILE or \
                        b64:FILE";
            return Err(bad("no JWK, JWK Set, PEM or PASERK").next(next));
        }
        match serde_json::from_slice::<Jwks<'_>>(text) {
            Ok(set) => {
                let is_private = set.keys.iter().any(|jwk| is_private(jwk.get().as_bytes()));
                for jwk in set.keys {
                    let key = Given::of_jwk(jwk.get().as_bytes(), name);
                    self.keys.push(key.map_err(|fault| bad(&fault))?);
                }
                self.sets.extend(KeySet::from_jwk_set(text).ok());
                Ok([lint_jwk_set(text, name), exposed(is_private)].concat())
            }
            Err(_) => {
                let given = Given::of_jwk(text, name).map_err(|fault| bad(&fault))?;
                match Key::from_jwk(text) {
                    Ok(key) => self.sets.push(KeySet::only(key)),
                    // A key of a pair is judged by no rule of ours: one that is none is no key.
                    Err(fault) if matches!(given.material, Material::Pair) => {
                        return Err(bad(&fault.to_string()));
                    }
                    Err(_) => {}
                }
                self.keys.push(given);
                Ok(exposed(is_private(text)))
            }
        }
    }
}

/// Whether a JWK holds a private half or a secret.
fn is_private(jwk: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Halves {
        d: Option<IgnoredAny>,
        k: Option<IgnoredAny>,
    }
    serde_json::from_slice::<Halves>(jwk).is_ok_and(|jwk| jwk.d.is_some() || jwk.k.is_some())
}

/// `v4.local` for `k4.local.` and what follows.
fn paserk_algorithm(text: &str) -> String {
    let mut parts = text.splitn(3, '.').map(|part| part.trim_start_matches('k'));
    let (version, kind) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    format!("v{version}.{}", if kind == "secret" { "public" } else { kind })
}

#[derive(Deserialize)]
struct Jwks<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

/// What lint asks of a JWK.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    k: Option<Zeroizing<String>>,
}

impl Given {
    fn unnamed(place: &str) -> Self {
        let name = place.into();
        let material = Material::Pair;
        Self { name, kid: None, algorithm: None, also: None, material, is_published: false }
    }

    fn of_jwk(text: &[u8], place: &str) -> Result<Self, String> {
        // The fault is not repeated: it may quote what stands in the key.
        let jwk: Jwk =
            serde_json::from_slice(text).map_err(|_| "neither a JWK nor a JWK Set".to_owned())?;
        let material = match (jwk.kty.as_str(), &jwk.k, &jwk.n) {
            ("oct", Some(k), _) => {
                let bytes =
                    base64url::decode(k).map_err(|_| "\"k\" is not base64url".to_owned())?;
                Material::Secret { bytes: SecretBytes::new(bytes), form: None }
            }
            ("RSA", _, Some(n)) => {
                let modulus =
                    base64url::decode(n).map_err(|_| "\"n\" is not base64url".to_owned())?;
                Material::Rsa { bits: bits(&modulus) }
            }
            ("oct" | "RSA", ..) => return Err("a JWK without its \"k\" or \"n\"".into()),
            _ => Material::Pair,
        };
        let implied = jwk.crv.as_deref().and_then(algorithm_of_curve).map(str::to_owned);
        let said = jwk.alg.map(|alg| if alg == "dir" { "A256GCM".into() } else { alg });
        Ok(Self {
            name: jwk.kid.clone().unwrap_or_else(|| place.into()),
            kid: jwk.kid,
            algorithm: said.or(implied),
            also: None,
            material,
            is_published: is_published(text),
        })
    }

    fn of_pem(pem: &str, place: &str) -> Result<Self, String> {
        Ok(match der::rsa_numbers(pem) {
            None => {
                let key = Key::from_pem(pem).map_err(|fault| fault.to_string())?;
                // PEM names the curve, and not the format.
                let also = match key.algorithm().name() {
                    "EdDSA" => Some("v4.public"),
                    "ES384" => Some("v3.public"),
                    _ => None,
                };
                Self { also, ..Self::of_key(Some(key), place) }
            }
            Some((modulus, exponent)) => {
                let (n, e) = (base64url::encode(&modulus), base64url::encode(&exponent));
                let jwk = serde_json::json!({ "kty": "RSA", "n": n, "e": e }).to_string();
                Self {
                    material: Material::Rsa { bits: bits(&modulus) },
                    is_published: is_published(jwk.as_bytes()),
                    ..Self::unnamed(place)
                }
            }
        })
    }

    /// A key that the library read; one that it did not is still there, and unknown.
    fn of_key(key: Option<Key>, place: &str) -> Self {
        let public = key.as_ref().and_then(Key::to_public_jwk);
        Self {
            algorithm: key.as_ref().map(|key| key.algorithm().name().into()),
            material: match (&key, &public) {
                (Some(_), None) => Material::JudgedSecret,
                _ => Material::Pair,
            },
            is_published: public.is_some_and(|jwk| is_published(jwk.as_bytes())),
            ..Self::unnamed(place)
        }
    }

    /// Whether one secret both makes and checks.
    pub(super) fn is_symmetric(&self) -> bool {
        matches!(self.material, Material::Secret { .. } | Material::JudgedSecret)
    }

    /// Whether a token that names `algorithm` can be this key's.
    pub(super) fn serves(&self, algorithm: &str) -> bool {
        let one_name = |name| if name == "Ed25519" { "EdDSA" } else { name };
        match (&self.algorithm, &self.material) {
            (Some(own), _) => one_name(own) == one_name(algorithm) || self.also == Some(algorithm),
            (None, Material::Rsa { .. }) => {
                algorithm.starts_with("RS") || algorithm.starts_with("PS")
            }
            (None, Material::Pair) => algorithm.starts_with("ES") || one_name(algorithm) == "EdDSA",
            (None, _) => algorithm.starts_with("HS") || algorithm.starts_with('A'),
        }
    }
}

fn algorithm_of_curve(curve: &str) -> Option<&'static str> {
    match curve {
        "P-256" => Some("ES256"),
        "P-384" => Some("ES384"),
        "P-521" => Some("ES512"),
        "secp256k1" => Some("ES256K"),
        "Ed25519" => Some("EdDSA"),
        _ => None,
    }
}

/// The length of a number, leading zeros left out.
fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let rest = number.get(zeros..).unwrap_or_default();
    let unused = rest.first().map_or(0, |first| first.leading_zeros() as usize);
    rest.len() * 8 - unused
}
