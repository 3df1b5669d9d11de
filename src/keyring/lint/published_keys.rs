//! Keys whose private halves are printed in a standard or on a website: everybody can sign with
//! them. Only their thumbprints (RFC 7638) are kept.

use serde::Deserialize;

use crate::base64url;
use crate::crypto::sha256;

/// Whether the public half of `jwk`, a JWK, belongs to a key that is printed in an RFC or is the
/// default of a well-known tool.
///
/// ```
/// use waxseal::keyring::lint::is_published;
/// // RFC 8037 appendix A.2
/// let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
/// assert!(is_published(jwk.as_bytes()));
/// ```
#[must_use]
pub fn is_published(jwk: &[u8]) -> bool {
    let Ok(jwk) = serde_json::from_slice::<PublicMembers>(jwk) else {
        return false;
    };
    jwk.thumbprint().is_some_and(|thumbprint| PUBLISHED.contains(&thumbprint.as_str()))
}

/// The members that RFC 7638 section 3.2 hashes.
#[derive(Deserialize)]
struct PublicMembers {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl PublicMembers {
    fn thumbprint(&self) -> Option<String> {
        let (crv, x, y, n, e) = (&self.crv, &self.x, &self.y, &self.n, &self.e);
        let kty = &Some(self.kty.clone());
        let members: &[(&str, &Option<String>)] = match self.kty.as_str() {
            "RSA" => &[("e", e), ("kty", kty), ("n", n)],
            "EC" => &[("crv", crv), ("kty", kty), ("x", x), ("y", y)],
            "OKP" => &[("crv", crv), ("kty", kty), ("x", x)],
            _ => return None,
        };
        let member = |(name, value): &(&str, &Option<String>)| {
            value.as_ref().map(|value| format!("\"{name}\":{}", serde_json::Value::from(&**value)))
        };
        let members: Vec<String> = members.iter().map(member).collect::<Option<_>>()?;
        Some(base64url::encode(&sha256(format!("{{{}}}", members.join(",")).as_bytes())))
    }
}

const PUBLISHED: &[&str] = &[
    // RFC 7515 A.2, A.3, A.4
    "IsUn6_e04MaShXFIISMp4kG62LWzMIPy_MvSA5pJgX8",
    "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
    "u5YUSjQ2-2chBi51NSk3t3g7IM4o2KYcnPqPtCNGd3U",
    // RFC 7516 A.1, A.2
    "xtIsOV1FqKH77AI_A3jdTg5QfdabzqI-LNpYTPi0IgI",
    "_K0fXS8wlsT7Tn3vvZrs9qdKUIqi5AxQ5EVk41xi_BM",
    // RFC 7517 A.1 and A.2, B, C.1
    "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s",
    "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
    "DdsFv-2-wgcPoDcyS6OXOWVh00JdbWkkVXDCYdxJ3uM",
    "D8R4-FeTJfzuDUy8bZ0c4hcwpul-Q11gCPs3mw6-R9Q",
    // RFC 7518 C
    "_GK0r6GCoJt9zcssg9lay4obIxgCq05ntiRymRHADSU",
    "Vy57XrArUrW0NbpI12tEzDHABxMwrTh6HHXRenSpnCo",
    // RFC 7520 3.1 and 3.2, 3.3 and 3.4
    "dHri3SADZkrush5HU_50AoRhcKFryN-PI6jPBtPL55M",
    "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI",
    // RFC 8037 A.1 and A.2
    "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
    // jwt.io: RS256 and PS256, the older RS256 ones, ES256, ES384
    "oGDmHqCJ7yzMkWEkrlZVHkvrHIyQwtlDmeq5ForUHeY",
    "zFHVsM9dc4OlHIwvEnVqfKzRj1ujqYGsZnXAcgn_CqI",
    "pdmN_UI10XD6wy44jm-JkHmJOFxevse_2jio8cH1lRw",
    "19J8y7Zprt2-QKLjF2I5pVk0OELX6cY2AfaAv1LC_w8",
    "iTqXXI0zbAnJCKDaobfhkM1f-6rMSpTfyZMRp_2tKI8",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Every JWK below `value` that has a public half.
    fn jwks(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(members) => {
                if members.contains_key("kty") && !members.contains_key("k") {
                    found.push(value.to_string());
                }
                members.values().for_each(|member| jwks(member, found));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| jwks(item, found)),
            _ => {}
        }
    }

    #[test]
    fn the_keys_of_the_standards_are_known() {
        for (text, count) in [
            (include_str!("../../../tests/vectors/rfc/rfc7515.json"), 3),
            (include_str!("../../../tests/vectors/rfc/rfc8037.json"), 2),
        ] {
            let mut found = Vec::new();
            jwks(&serde_json::from_str(text).expect("JSON"), &mut found);
            let signing: Vec<_> = found.iter().filter(|jwk| !jwk.contains("X25519")).collect();
            assert!(signing.len() >= count, "{found:?}");
            for jwk in signing {
                assert!(is_published(jwk.as_bytes()), "{jwk}");
            }
        }
    }

    #[test]
    fn an_own_key_is_not_known() {
        let jwk =
            r#"{"kty":"OKP","crv":"Ed25519","x":"-A8eVngoxIoN0K_SQh3Q_yHqdZ19Nmew0vDPsMAEdrU"}"#;
        assert!(!is_published(jwk.as_bytes()));
        assert!(!is_published(b"{}") && !is_published(b"no JWK"));
    }
}
