//! JWK thumbprints (RFC 7638): the required members, in order, without white space, hashed.

use crate::base64url::encode;
use crate::crypto::sha256;

use super::Material;

pub(super) fn of(material: &Material) -> Option<String> {
    match material {
        Material::Ed25519 { public, .. } => {
            let x = encode(public.as_bytes());
            Some(of_members(&[("crv", "Ed25519"), ("kty", "OKP"), ("x", &x)]))
        }
        Material::Ec { public, .. } => {
            let (x, y) = public.coordinates();
            let (crv, x, y) = (public.curve().name(), encode(x), encode(y));
            Some(of_members(&[("crv", crv), ("kty", "EC"), ("x", &x), ("y", &y)]))
        }
        Material::Rsa { public, .. } => {
            let (e, n) = (encode(public.e()), encode(public.n()));
            Some(of_members(&[("e", &e), ("kty", "RSA"), ("n", &n)]))
        }
        _ => None,
    }
}

/// The thumbprint of `members`, which are in lexicographic order and need no escapes.
fn of_members(members: &[(&str, &str)]) -> String {
    let members: Vec<String> =
        members.iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
    encode(&sha256(format!("{{{}}}", members.join(",")).as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rfc_7638_example_has_its_printed_thumbprint() {
        let text = include_str!("../../tests/vectors/rfc/rfc7638.json");
        let vector: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let case = &vector["cases"][0];
        let member = |name: &str| case["jwk"][name].as_str().expect("text");
        let thumbprint =
            of_members(&[("e", member("e")), ("kty", member("kty")), ("n", member("n"))]);
        assert_eq!(Some(thumbprint.as_str()), case["sha256_thumbprint"].as_str());
    }
}
