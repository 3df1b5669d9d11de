//! `waxseal demo --formats`: one session in every format, and what its bearer can read of it.

use std::path::Path;

use waxseal::key::{Algorithm, Format, Protection};
use waxseal::keyring::NewRing;
use waxseal::token::UntrustedToken;
use waxseal::{Issuer, Revocations, Verifier, limits};

use crate::exit::{Code, Failure};
use crate::output::{Output, escape};

use super::{AUDIENCE, Cart, ISSUER};

pub(super) fn show(dir: &Path, output: &mut Output) -> Result<Code, Failure> {
    let (made, imported): (Vec<Algorithm>, Vec<Algorithm>) =
        Algorithm::ALL.iter().copied().partition(|algorithm| algorithm.can_be_generated());
    for algorithm in made {
        let failed = |fault: &dyn std::fmt::Display| {
            Failure::new(Code::FALSE_LINE, format!("{algorithm}: {fault}"))
        };
        let keys = NewRing::new(ISSUER).algorithm(algorithm).create(dir.join(algorithm.name()))?;
        let issuer = Issuer::new(&keys, ISSUER, AUDIENCE).map_err(|fault| failed(&fault))?;
        let token = issuer.mint("ada", &Cart { items: vec![7] }).map_err(|fault| failed(&fault))?;
        Verifier::new(keys, ISSUER, AUDIENCE)
            .revocations(Revocations::none_because("the demo shows formats only"))
            .verify::<Cart>(&token)
            .map_err(|fault| failed(&fault))?;
        describe(algorithm, &token, output)?;
    }
    let names: Vec<_> = imported.iter().map(|algorithm| algorithm.name()).collect();
    output.line(&output.strong(&format!("{}  JWS, signed: everyone reads it", names.join(" "))))?;
    output
        .line("  as the others, with longer signatures; RSA keys are imported, never made here:")?;
    output.line("  waxseal keys init --keys keys --issuer URL --alg RS256 --first-key rsa.pem")?;
    Ok(Code::DONE)
}

fn describe(algorithm: Algorithm, token: &str, output: &mut Output) -> Result<(), Failure> {
    let failed = |fault| Failure::new(Code::FALSE_LINE, format!("{algorithm}: {fault}"));
    let untrusted = UntrustedToken::parse(token, limits::TOKEN_BYTES).map_err(failed)?;
    let header = untrusted.untrusted_header_bytes().map_err(failed)?;
    let form = match (untrusted.format(), untrusted.protection()) {
        (Format::Paseto, Protection::Sealed) => "PASETO, sealed: the bearer reads nothing",
        (Format::Paseto, _) => "PASETO, signed: everyone reads it",
        (_, Protection::Sealed) => "JWE, sealed: the bearer reads nothing",
        _ => "JWS, signed: everyone reads it",
    };
    let name = if untrusted.format() == Format::Paseto { "footer" } else { "header" };
    output.line(&output.strong(&format!("{algorithm}  {form}; {} bytes", token.len())))?;
    output.line(&format!("  {name}  {}", escape(&String::from_utf8_lossy(&header))))?;
    match untrusted.untrusted_payload().map_err(failed)? {
        Some(claims) => {
            output.line(&format!("  claims  {}", escape(&String::from_utf8_lossy(&claims))))?;
        }
        None => output.line("  claims  encrypted")?,
    }
    output.line(&format!("  token   {token}"))?;
    output.line("")
}
