//! The keys rotate under a session that is in use: nobody is logged out, and what would is refused.

use waxseal::keyring::{Act, KeyState, KeyringError};
use waxseal::time::{Span, Timestamp};
use waxseal::token::UntrustedToken;

use crate::exit::{Code, Failure};

use super::AUDIENCE;
use super::peer::{Ask, Refusal};
use super::story::{Place, Stage, renew};

const HOUR: u64 = 3600;

impl Stage<'_> {
    pub(super) fn rotate(&mut self) -> Result<(), Failure> {
        self.output.line("")?;
        self.output.line("The keys rotate, and nobody is logged out:")?;
        let second = Act::Promote { seq: 2, seen: None };
        self.too_early(&second, "promote k2 while caches may lack it")?;
        self.wait(25 * HOUR)?;
        let old = self.log_in(AUDIENCE)?;
        self.rotator.perform(&second)?;
        self.rotator.perform(&Act::Tick)?;
        for peer in [&mut self.login, &mut self.shop] {
            peer.ask(&Ask::Reload)?;
        }
        let (old_kid, new) = (kid(&old), self.log_in(AUDIENCE)?);
        let held = old_kid.starts_with("k1-") && kid(&new).starts_with("k2-");
        self.say(held, "rotate", "a day later k2 signs, k3 is staged, and no process restarted")?;
        let (before, after) = (self.verify(Place::Shop, &old)?, self.verify(Place::Shop, &new)?);
        let held = before.subject.is_some() && after.subject.is_some();
        self.say(
            held,
            "shop",
            &format!("the old cookie ({old_kid}) still verifies, the new one too"),
        )?;
        self.wait(6 * 60)?;
        let renewed = self.login.ask(&renew(&old))?.token.unwrap_or_default();
        let held = kid(&renewed).starts_with("k2-");
        self.say(held, "renew", "and its next renewal is signed by k2")?;
        self.delete_the_first(&old)
    }

    /// When k1 may go, that it may not before, and that it does then.
    fn delete_the_first(&mut self, old: &str) -> Result<(), Failure> {
        let status = self.rotator.status()?;
        let retired = status.first().map(|key| key.state);
        let Some(KeyState::Retired { until }) = retired else {
            return self.say(false, "status", "k1 should be retired");
        };
        let now = self.hand.clock().now();
        let left = Span(until.since(now));
        self.say(now < until, "status", &format!("k1 is safe to delete at {until}, in {left}"))?;
        self.too_early(&Act::Prune { seq: Some(1), release: None }, "delete k1 now")?;
        self.wait(until.since(now).as_secs())?;
        self.rotator.perform(&Act::Tick)?;
        self.shop.ask(&Ask::Reload)?;
        let is_gone = self.rotator.status()?.first().is_some_and(|key| !key.has_private_half);
        self.say(is_gone, "tick", "then: the private half of k1 is gone, its history stays")?;
        let answer = self.verify(Place::Shop, old)?;
        self.tell_refusal(answer.refusal.as_ref(), "a cookie of k1, long after its end", 14)
    }

    /// A guard must refuse `act`, and name the safe time.
    fn too_early(&mut self, act: &Act, what: &str) -> Result<(), Failure> {
        let refusal = self.rotator.perform(act).err().map(refusal_of);
        let now = self.hand.clock().now();
        let names_a_time = |refusal: &Refusal| {
            let words = refusal.reason.split_whitespace();
            words.filter_map(Timestamp::parse_rfc3339).any(|at| at > now)
        };
        self.all_true &= refusal.as_ref().is_some_and(names_a_time);
        self.tell_refusal(refusal.as_ref(), what, Code::GUARD.number())
    }
}

fn refusal_of(fault: KeyringError) -> Refusal {
    let (code, reason) = (fault.code().to_owned(), fault.to_string());
    Refusal { code, reason, exit: Failure::from(fault).code.number() }
}

fn kid(token: &str) -> String {
    let header = UntrustedToken::parse(token, waxseal::limits::TOKEN_BYTES)
        .and_then(|token| token.untrusted_header());
    let kid = header.ok().and_then(|header| header.untrusted_kid().map(str::to_owned));
    kid.unwrap_or_default()
}
