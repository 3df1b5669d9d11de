//! A verifying process: it holds public keys and a revocation list, and could not mint if it tried.

use std::path::Path;
use std::time::Duration;

use waxseal::revocation::Revocation;
use waxseal::time::{Clock, ManualClock, Stopwatch};
use waxseal::{PublicKeys, RevocationList, Verifier};

use crate::exit::{Code, Failure};

use super::peer::{Answer, Ask, serve};
use super::{AUDIENCE, Cart, ISSUER};

pub(crate) fn run(keys: &Path) -> Result<Code, Failure> {
    let keys = PublicKeys::follow(keys)?;
    let hand = ManualClock::at(Clock::system().now().floor_secs());
    let list = RevocationList::in_memory();
    let verifier =
        Verifier::new(keys.clone(), ISSUER, AUDIENCE).clock(hand.clock()).revocations(&list);
    serve(|ask| match ask {
        Ask::Verify { token } => {
            let stopwatch = Stopwatch::start();
            let result = verifier.verify::<Cart>(&token);
            let micros = stopwatch.elapsed().as_secs_f64() * 1e6;
            Ok(match result {
                Ok(session) => Answer {
                    subject: Some(session.subject().into()),
                    sid: Some(session.id().to_string()),
                    generation: Some(session.generation()),
                    items: Some(session.into_state().items),
                    micros: Some(micros),
                    ..Answer::default()
                },
                Err(fault) => Answer { micros: Some(micros), ..Answer::refused(&fault) },
            })
        }
        Ask::Revoke { sid } => {
            let sid = sid.parse().map_err(|_| Failure::new(Code::BAD_DATA, "no session id"))?;
            list.revoke(&Revocation::session(sid))
                .map_err(|fault| Failure::new(Code::CANNOT_WRITE, fault.to_string()))?;
            Ok(Answer::default())
        }
        Ask::Wait { seconds } => {
            hand.advance(Duration::from_secs(seconds));
            Ok(Answer::default())
        }
        Ask::Reload => {
            keys.reload()?;
            Ok(Answer::default())
        }
        Ask::LogIn { .. } | Ask::Renew { .. } => {
            Err(Failure::new(Code::USAGE, "a verifying process cannot mint"))
        }
    })
}
