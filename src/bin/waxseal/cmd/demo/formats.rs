//! `waxseal demo --formats`: one session in every format, and what its bearer can read of it.

use std::path::Path;

use waxseal::key::{Algorithm, Protection};
use waxseal::keyring::NewRing;
use waxseal::token::UntrustedToken;
use waxseal::{Issuer, Revocations, Verifier, limits};

use crate::exit::{Code, Failure};
use crate::output::{Output, escape};

use super::{AUDIENCE, Cart, ISSUER};

pub(super) fn show(dir: &Path, output: &mut Output) -> Result<Code, Failure> {
    for algorithm in Algorithm::ALL {
        let failed = |fault: &dyn std::fmt::Display| {
            Failure::new(Code::FALSE_LINE, format!("{algorithm}: {fault}"))
        };
        let keys = NewRing::new(ISSUER).algorithm(*algorithm).create(dir.join(algorithm.name()))?;
        let issuer = Issuer::new(&keys, ISSUER, AUDIENCE).map_err(|fault| failed(&fault))?;
        let token = issuer.mint("ada", &Cart { items: vec![7] }).map_err(|fault| failed(&fault))?;
        Verifier::new(keys, ISSUER, AUDIENCE)
            .revocations(Revocations::none_because("the demo shows formats only"))
            .verify::<Cart>(&token)
            .map_err(|fault| failed(&fault))?;
        describe(*algorithm, &token, output)?;
    }
    Ok(Code::DONE)
}

fn describe(algorithm: Algorithm, token: &str, output: &mut Output) -> Result<(), Failure> {
    let failed = |fault| Failure::new(Code::FALSE_LINE, format!("{algorithm}: {fault}"));
    let untrusted = UntrustedToken::parse(token, limits::TOKEN_BYTES).map_err(failed)?;
    let header = untrusted.untrusted_header_bytes().map_err(failed)?;
    let form = match untrusted.protection() {
        Protection::Sealed => "JWE, sealed: the bearer reads nothing",
        _ => "JWS, signed: everyone reads it",
    };
    output.line(&output.strong(&format!("{algorithm}  {form}; {} bytes", token.len())))?;
    output.line(&format!("  header  {}", escape(&String::from_utf8_lossy(&header))))?;
    match untrusted.untrusted_payload().map_err(failed)? {
        Some(claims) => {
            output.line(&format!("  claims  {}", escape(&String::from_utf8_lossy(&claims))))?;
        }
        None => output.line("  claims  encrypted")?,
    }
    output.line(&format!("  token   {token}"))?;
    output.line("")
}
