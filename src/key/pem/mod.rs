//! Keys as PEM (RFC 7468): PKCS #8, SPKI, and the older SEC1 and PKCS #1.

#[cfg(feature = "jsonwebtoken")]
pub(crate) mod parts;
mod private;
mod public;

use pkcs8::der::pem::{Decoder, LineEnding, encode_string};
use pkcs8::der::{self, oid::ObjectIdentifier};
use zeroize::Zeroizing;

use crate::crypto::{Curve, names};
use crate::limits;
use crate::printable::shown;
use crate::secret::SecretText;

use super::{Algorithm, Key, KeyError, Material};

const ID_ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const ID_EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ID_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

impl Key {
    /// Reads one PEM key, private or public: PKCS #8, SPKI, SEC1 (`EC PRIVATE KEY`) or PKCS #1
    /// (`RSA PRIVATE KEY`, `RSA PUBLIC KEY`). It has no `kid`.
    ///
    /// An Ed25519 key is for `EdDSA`, one on P-256 for `ES256`, on P-384 for `ES384`.
    ///
    /// # Errors
    /// [`KeyError::AlgorithmNeeded`] for an RSA key: use [`Key::from_pem_among`].
    /// [`KeyError::Pem`] says what to do with an encrypted key, a certificate and the like.
    ///
    /// ```
    /// use waxseal::key::Key;
    /// let pem = "-----BEGIN PUBLIC KEY-----\n\
    ///     MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n\
    ///     -----END PUBLIC KEY-----\n";
    /// let key = Key::from_pem(pem)?;
    /// assert_eq!(key.algorithm().name(), "EdDSA");
    /// assert_eq!(key.to_public_pem().as_deref(), Some(pem));
    /// # Ok::<(), waxseal::key::KeyError>(())
    /// ```
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        read(pem, &[])
    }

    /// Reads one PEM key as [`Key::from_pem`], for one of `allowed`: an RSA key needs it, and so does
    /// one that is to serve PASETO.
    ///
    /// # Errors
    /// As [`Key::from_pem`]; [`KeyError::NotAllowed`] for a key that fits none of them.
    ///
    /// ```
    /// use waxseal::key::{Algorithm, Key};
    /// let pem = "-----BEGIN PUBLIC KEY-----\n\
    ///     MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEHknG9Xk2Hvq5Nt7uU9aZOU1X2weq\n\
    ///     3WI4jBuikp3a/QHUaPQvu2yGDaEjIZXX/LmYheGo+294f5fu6gTN536Drw==\n\
    ///     -----END PUBLIC KEY-----\n";
    /// let key = Key::from_pem_among(pem, &[Algorithm::Es256, Algorithm::Rs256])?;
    /// assert_eq!(key.algorithm(), Algorithm::Es256);
    /// let refused = Key::from_pem_among(pem, &[Algorithm::EdDsa]).unwrap_err();
    /// assert_eq!(refused.code(), "algorithm_not_allowed");
    /// # Ok::<(), waxseal::key::KeyError>(())
    /// ```
    pub fn from_pem_among(pem: &str, allowed: &[Algorithm]) -> Result<Self, KeyError> {
        read(pem, allowed)
    }

    /// The public half as PEM (SPKI).
    #[must_use]
    pub fn to_public_pem(&self) -> Option<String> {
        let der = public::write(self.material.public_half().as_ref()?).ok()?;
        encode_string("PUBLIC KEY", LineEnding::LF, &der).ok()
    }

    /// The whole private key as PEM: PKCS #8 version 1, which every library reads. `None` for a
    /// public key, and for a secret, which PEM has no form for.
    ///
    /// # Security
    /// Whoever reads the text can mint tokens. It leaves it only through
    /// [`SecretText::expose_secret`].
    #[must_use]
    pub fn export_secret_pem(&self) -> Option<SecretText> {
        // PEM cannot say that a key may only mint or only verify.
        let der = private::write(&self.material).filter(|_| self.has_all_rights())?.ok()?;
        encode_string("PRIVATE KEY", LineEnding::LF, &der).ok().map(SecretText::new)
    }
}

fn read(pem: &str, allowed: &[Algorithm]) -> Result<Key, KeyError> {
    if pem.len() > limits::JWK_BYTES {
        return Err(KeyError::TooLong { has: pem.len(), most: limits::JWK_BYTES });
    }
    let block = Block::only(pem)?;
    match block.label {
        "PRIVATE KEY" => private::pkcs8(&block.der()?, allowed),
        "EC PRIVATE KEY" => private::sec1(&block.der()?, None, allowed),
        "RSA PRIVATE KEY" => private::pkcs1(&block.der()?, allowed),
        "PUBLIC KEY" => public::spki(&block.der()?, allowed),
        "RSA PUBLIC KEY" => public::pkcs1(&block.der()?, allowed),
        other => Err(fault(advice(other))),
    }
}

/// What to do with a PEM that holds no plain key.
fn advice(label: &str) -> String {
    match label {
        "ENCRYPTED PRIVATE KEY" => {
            "the key is encrypted; decrypt it with: openssl pkey -in key.pem -out plain.pem".into()
        }
        "OPENSSH PRIVATE KEY" => {
            "an OpenSSH key; on a copy of it run: ssh-keygen -p -N '' -m PKCS8 \
                                  -f key.pem"
                .into()
        }
        "CERTIFICATE" | "TRUSTED CERTIFICATE" | "X509 CERTIFICATE" => {
            "a certificate; take its key out with: openssl x509 -in cert.pem -pubkey -noout".into()
        }
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => {
            "a certificate request; take its key out with: openssl req -in req.pem -pubkey -noout"
                .into()
        }
        "DSA PRIVATE KEY" | "DH PARAMETERS" | "DSA PARAMETERS" => {
            "not a key for signing tokens; make one with: waxseal keys new --alg EdDSA".into()
        }
        "EC PARAMETERS" => {
            "only the curve's name, and no key; add -genkey to openssl ecparam".into()
        }
        other => format!(
            "{:?} is no kind of key that is read here: PRIVATE KEY, EC PRIVATE KEY, RSA PRIVATE KEY, \
             PUBLIC KEY, RSA PUBLIC KEY; export it as PKCS #8, or make one with: waxseal keys new",
            shown(other)
        ),
    }
}

/// One armoured block of a text.
struct Block<'a> {
    label: &'a str,
    text: &'a str,
}

impl<'a> Block<'a> {
    /// The one key in `pem`. The curve's name that openssl writes before an EC key is passed over.
    fn only(pem: &'a str) -> Result<Self, KeyError> {
        let mut blocks = Vec::new();
        let mut rest = pem;
        while let Some((block, after)) = Self::next(rest)? {
            blocks.push(block);
            rest = after;
        }
        if blocks.len() > 1 {
            blocks.retain(|block| block.label != "EC PARAMETERS");
        }
        let several = blocks.len();
        match (blocks.pop(), several) {
            (Some(block), 1) => Ok(block),
            (None, _) => Err(fault("no -----BEGIN line".into())),
            (Some(_), _) => Err(fault(format!("holds {several} blocks; give a file with one key"))),
        }
    }

    fn next(pem: &'a str) -> Result<Option<(Self, &'a str)>, KeyError> {
        let Some(start) = pem.find(BEGIN) else {
            return Ok(None);
        };
        let cut_off =
            || fault("cut off: a line is missing its end, or the END line is gone".into());
        let text = pem.get(start..).unwrap_or_default();
        let (label, body) = text
            .strip_prefix(BEGIN)
            .and_then(|rest| rest.split_once("-----"))
            .ok_or_else(cut_off)?;
        if body.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(fault(advice("ENCRYPTED PRIVATE KEY")));
        }
        let end = format!("-----END {label}-----");
        let length = text.find(&end).ok_or_else(cut_off)? + end.len();
        let (text, after) = text.split_at(length);
        Ok(Some((Self { label, text }, after)))
    }

    fn der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let broken = |_| fault("not canonical base64 between the BEGIN and END lines".into());
        let mut decoder = Decoder::new_detect_wrap(self.text.as_bytes()).map_err(broken)?;
        // Of the right size from the start: a buffer that grows leaves copies behind.
        let mut der = Zeroizing::new(vec![0; decoder.remaining_len()]);
        decoder.decode(&mut der).map_err(broken)?;
        Ok(der)
    }
}

const BEGIN: &str = "-----BEGIN ";

fn fault(what: String) -> KeyError {
    KeyError::Pem(what)
}

fn broken(_: der::Error) -> KeyError {
    fault("the DER inside is not a key of the kind that the label says".into())
}

/// The algorithm of a key that does not name one: the only one of `allowed` that fits, or the
/// `implied` one.
fn choose(
    fitting: &[Algorithm],
    implied: Option<Algorithm>,
    allowed: &[Algorithm],
) -> Result<Algorithm, KeyError> {
    let candidates: Vec<_> =
        fitting.iter().copied().filter(|fits| allowed.contains(fits)).collect();
    match (candidates.as_slice(), implied) {
        ([only], _) => Ok(*only),
        (_, Some(implied)) if allowed.is_empty() || allowed.contains(&implied) => Ok(implied),
        ([], _) if !allowed.is_empty() => {
            Err(KeyError::NotAllowed { found: names(fitting), allowed: names(allowed) })
        }
        _ => Err(KeyError::AlgorithmNeeded { fitting: names(fitting) }),
    }
}

/// The algorithms that a key on `curve` can serve, and the one that it serves unless told.
fn on_curve(curve: Curve) -> (Vec<Algorithm>, Option<Algorithm>) {
    let on = |algorithm: &Algorithm| algorithm.curve() == Some(curve);
    let fitting: Vec<_> = Algorithm::ALL.iter().copied().filter(on).collect();
    let implied = fitting.first().copied();
    (fitting, implied)
}

fn of_rsa() -> Vec<Algorithm> {
    Algorithm::ALL.iter().copied().filter(|algorithm| algorithm.rsa().is_some()).collect()
}

fn of_ed25519() -> Vec<Algorithm> {
    Algorithm::ALL.iter().copied().filter(|algorithm| algorithm.is_ed25519()).collect()
}

/// The curve of this name, or what its name means.
fn curve_of(oid: ObjectIdentifier) -> Result<Curve, KeyError> {
    let what = match oid.to_string().as_str() {
        "1.2.840.10045.3.1.7" => return Ok(Curve::P256),
        "1.3.132.0.34" => return Ok(Curve::P384),
        "1.3.132.0.35" => "P-521".to_owned(),
        "1.3.132.0.10" => "secp256k1".to_owned(),
        other => other.to_owned(),
    };
    Err(KeyError::Unsupported(format!("the curve {what}; {INSTEAD}")))
}

fn unsupported(oid: ObjectIdentifier) -> KeyError {
    let what = match oid.to_string().as_str() {
        "1.2.840.113549.1.1.10" => {
            let why = "an RSASSA-PSS key; PS256 and its kin take plain RSA keys";
            return KeyError::Unsupported(format!("{why}: openssl genpkey -algorithm RSA"));
        }
        "1.3.101.110" | "1.3.101.111" => "X25519 and X448, which cannot sign".to_owned(),
        "1.3.101.113" => "Ed448".to_owned(),
        "1.2.840.10040.4.1" => "DSA".to_owned(),
        other => format!("the key type {other}"),
    };
    KeyError::Unsupported(format!("{what}; {INSTEAD}"))
}

/// What to do with a key of another kind.
const INSTEAD: &str =
    "known are P-256, P-384, Ed25519 and RSA; make one with: waxseal keys new --alg ES256";
