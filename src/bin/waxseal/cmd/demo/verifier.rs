//! A verifying process: it holds public keys and follows a revocation list, and could not mint if it
//! tried.

use std::path::Path;
use std::time::Duration;

use waxseal::time::{Clock, ManualClock, Stopwatch};
use waxseal::{PublicKeys, RevocationList, Revocations, Verifier};

use crate::exit::{Code, Failure};

use super::peer::{Answer, Ask, serve};
use super::{AUDIENCE, Cart, ISSUER};

pub(crate) fn run(keys: &Path, list: &str) -> Result<Code, Failure> {
    let keys = PublicKeys::follow(keys)?;
    let hand = ManualClock::at(Clock::system().now().floor_secs());
    let setup = RevocationList::setup().clock(hand.clock());
    let list = Revocations::follow_with(setup, list)?;
    let verifier =
        Verifier::new(keys.clone(), ISSUER, AUDIENCE).clock(hand.clock()).revocations(list.clone());
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
        Ask::Wait { seconds } => {
            hand.advance(Duration::from_secs(seconds));
            // Between two moments of this clock a running service has looked a thousand times; if in
            // vain, its list grows old.
            let _ = list.reload();
            Ok(Answer::default())
        }
        Ask::Reload => {
            keys.reload()?;
            Ok(Answer::default())
        }
        Ask::LogIn { .. } | Ask::LogOut { .. } | Ask::Renew { .. } => {
            Err(Failure::new(Code::USAGE, "a verifying process neither mints nor revokes"))
        }
    })
}
