//! pasetors on a PASETO. For v4.public its code is another than ours; v4.local is its own work on
//! both sides, so that there only the claims are judged twice.

use pasetors::claims::{Claims, ClaimsValidationRules};
use pasetors::errors::Error;
use pasetors::keys::{AsymmetricPublicKey, SymmetricKey};
use pasetors::token::{TrustedToken, UntrustedToken};
use pasetors::version4::{LocalToken, PublicToken, V4};
use pasetors::{Local, Public};
use waxseal::key::{Algorithm, Key};

use super::{Asked, Moment, Said};

pub(super) const NAME: &str = "pasetors";

pub(super) fn judge(asked: &Asked<'_>, token: &str, key: &Key) -> Said {
    let opened = match key.algorithm() {
        Algorithm::V4Public => public(asked, token, key),
        Algorithm::V4Local => local(asked, token, key),
        #[cfg(feature = "paseto-v3")]
        Algorithm::V3Public => version_3(asked, token, key),
        _ => return Said::Nothing("the key is for no PASETO"),
    };
    match opened.and_then(|token| claims(asked, &token)) {
        Ok(()) => Said::Accepted,
        Err(Error::ClaimValidation(fault)) => Said::Refused(format!("claim {fault:?}")),
        Err(fault) => Said::Refused(format!("{fault:?}")),
    }
}

fn public(asked: &Asked<'_>, token: &str, key: &Key) -> Result<TrustedToken, Error> {
    let paserk = key.to_public_paserk().ok_or(Error::Key)?;
    let key = AsymmetricPublicKey::<V4>::try_from(paserk.as_str())?;
    let token = UntrustedToken::<Public, V4>::try_from(token)?;
    PublicToken::verify(&key, &token, asked.footer, asked.assertion)
}

fn local(asked: &Asked<'_>, token: &str, key: &Key) -> Result<TrustedToken, Error> {
    let paserk = key.export_secret_paserk().ok_or(Error::Key)?;
    let key = SymmetricKey::<V4>::try_from(paserk.expose_secret())?;
    let token = UntrustedToken::<Local, V4>::try_from(token)?;
    LocalToken::decrypt(&key, &token, asked.footer, asked.assertion)
}

#[cfg(feature = "paseto-v3")]
fn version_3(asked: &Asked<'_>, token: &str, key: &Key) -> Result<TrustedToken, Error> {
    use pasetors::version3::{PublicToken, V3};
    let paserk = key.to_public_paserk().ok_or(Error::Key)?;
    let key = AsymmetricPublicKey::<V3>::try_from(paserk.as_str())?;
    let token = UntrustedToken::<Public, V3>::try_from(token)?;
    PublicToken::verify(&key, &token, asked.footer, asked.assertion)
}

/// The same questions, as far as it can be asked them.
fn claims(asked: &Asked<'_>, token: &TrustedToken) -> Result<(), Error> {
    if asked.raw() {
        return Ok(());
    }
    let mut rules = ClaimsValidationRules::new();
    rules.allow_non_expiring();
    if asked.moment == Moment::Given {
        rules.disable_valid_at();
    }
    if let Some(audience) = asked.audience {
        rules.validate_audience_with(audience);
    }
    if let Some(issuer) = asked.issuer {
        rules.validate_issuer_with(issuer);
    }
    rules.validate_claims(&Claims::from_string(token.payload())?)
}
