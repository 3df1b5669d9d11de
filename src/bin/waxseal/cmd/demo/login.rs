//! The login process: it alone holds private keys.

use std::path::Path;
use std::time::Duration;

use waxseal::session::{RenewError, Renewal, Renewer};
use waxseal::time::{Clock, ManualClock};
use waxseal::{Issuer, Keys, RevocationList, VerifyError};

use crate::exit::{Code, Failure};

use super::peer::{Answer, Ask, serve};
use super::{AUDIENCE, Cart, ISSUER};

pub(crate) fn run(keys: &Path) -> Result<Code, Failure> {
    let hand = ManualClock::at(Clock::system().now().floor_secs());
    let keys = Keys::read_by(keys, hand.clock())?;
    let list = RevocationList::in_memory();
    let issuer_for = |audience: &str| -> Result<Renewer, Failure> {
        Issuer::new(&keys, ISSUER, audience)
            .and_then(|issuer| issuer.clock(hand.clock()).renewing(&list))
            .map_err(|fault| Failure::new(Code::BAD_DATA, fault.to_string()))
    };
    let shop = issuer_for(AUDIENCE)?;
    serve(|ask| match ask {
        Ask::LogIn { subject, audience, items } => {
            let token = issuer_for(&audience)?
                .mint(&subject, &Cart { items })
                .map_err(|fault| Failure::new(Code::BAD_DATA, fault.to_string()))?;
            Ok(Answer { token: Some(token.into_string()), ..Answer::default() })
        }
        Ask::Renew { token } => match renew(&shop, &token) {
            Ok(token) => Ok(Answer { token, ..Answer::default() }),
            Err(RenewError::Ended(fault)) => Ok(Answer::refused(&fault)),
            Err(fault) => Err(Failure::new(Code::BAD_DATA, fault.to_string())),
        },
        Ask::Wait { seconds } => {
            hand.advance(Duration::from_secs(seconds));
            Ok(Answer::default())
        }
        Ask::Reload => {
            keys.reload()?;
            Ok(Answer::default())
        }
        Ask::Verify { .. } | Ask::Revoke { .. } => {
            Err(Failure::new(Code::USAGE, "a login process does not do that"))
        }
    })
}

/// The renewed token, or `None` while it is not due.
fn renew(issuer: &Renewer, token: &str) -> Result<Option<String>, RenewError> {
    let session = issuer.verify::<Cart>(token).map_err(|fault: VerifyError| fault)?;
    Ok(match issuer.renew(&session)? {
        Renewal::NotDue => None,
        Renewal::Renewed(token) => Some(token.into_string()),
    })
}
