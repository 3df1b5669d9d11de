//! The login process: it alone holds private keys, and it alone logs people out.

use std::path::Path;
use std::time::Duration;

use waxseal::session::{Lifetimes, RenewError, Renewal, Renewer};
use waxseal::time::{Clock, ManualClock, Stopwatch};
use waxseal::{Issuer, Keys, RevocationList, VerifyError};

use crate::exit::{Code, Failure};

use super::peer::{Answer, Ask, serve};
use super::{AUDIENCE, Cart, DEFAULT_MINUTES, ISSUER};

pub(crate) fn run(keys: &Path, list: &str) -> Result<Code, Failure> {
    let hand = ManualClock::at(Clock::system().now().floor_secs());
    let keys = Keys::read_by(keys, hand.clock())?;
    let list = RevocationList::setup().clock(hand.clock()).open(list)?;
    let issuer_for = |audience: &str, minutes: u64| -> Result<Renewer, Failure> {
        let lifetimes = Lifetimes::default().token(Duration::from_secs(60 * minutes));
        Issuer::with_lifetimes(&keys, ISSUER, audience, lifetimes)
            .and_then(|issuer| issuer.clock(hand.clock()).renewing(&list))
            .map_err(|fault| Failure::new(Code::BAD_DATA, fault.to_string()))
    };
    let shop = issuer_for(AUDIENCE, DEFAULT_MINUTES)?;
    serve(|ask| match ask {
        Ask::LogIn { subject, audience, items, minutes } => {
            let token = issuer_for(&audience, minutes)?
                .mint(&subject, &Cart { items })
                .map_err(|fault| Failure::new(Code::BAD_DATA, fault.to_string()))?;
            Ok(Answer { token: Some(token.into_string()), ..Answer::default() })
        }
        Ask::Renew { token } => match renew(&shop, &token) {
            Ok(token) => Ok(Answer { token, ..Answer::default() }),
            Err(RenewError::Ended(fault)) => Ok(Answer::refused(&fault)),
            Err(fault) => Err(Failure::new(Code::BAD_DATA, fault.to_string())),
        },
        Ask::LogOut { token } => match shop.verify::<Cart>(&token) {
            Ok(session) => {
                let stopwatch = Stopwatch::start();
                session.log_out(&list)?;
                let micros = Some(stopwatch.elapsed().as_secs_f64() * 1e6);
                Ok(Answer { micros, ..Answer::default() })
            }
            Err(fault) => Ok(Answer::refused(&fault)),
        },
        Ask::Wait { seconds } => {
            hand.advance(Duration::from_secs(seconds));
            // Between two moments of this clock a running service has looked a thousand times.
            let _ = list.reload();
            Ok(Answer::default())
        }
        Ask::Reload => {
            keys.reload()?;
            Ok(Answer::default())
        }
        Ask::Verify { .. } => Err(Failure::new(Code::USAGE, "a login process does not do that")),
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
