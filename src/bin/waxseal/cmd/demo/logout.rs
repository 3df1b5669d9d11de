//! Logout: durable before it is answered, in force in every process that follows the list, and bounded
//! when the feed is dead.

use std::time::Duration;

use waxseal::durable::{Readers, replace};
use waxseal::revocation::{RevocationPolicy, SqliteStore};
use waxseal::time::{Span, Stopwatch};

use crate::exit::{Code, Failure};

use super::peer::{Answer, Ask, Peer};
use super::story::{Place, Stage, renew};
use super::{AUDIENCE, DEFAULT_MINUTES};

/// A machine under load may be this slow; more is a fault.
const PATIENCE: Duration = Duration::from_secs(5);

/// A token that lives longer than B.
const LONG_MINUTES: u64 = 30;

impl Stage<'_> {
    pub(super) fn log_out(&mut self) -> Result<(), Failure> {
        self.output.line("")?;
        self.output.line("Logout, by a list on the disk that both verifiers follow:")?;
        let token = self.log_in(AUDIENCE)?;
        let both = [Place::Shop, Place::Mail];
        let accepted = both.map(|place| self.verify(place, &token).map(|it| it.refusal.is_none()));
        let answer = self.login.ask(&Ask::LogOut { token: token.clone() })?;
        let reached = Stopwatch::start();
        let held =
            answer.refusal.is_none() && accepted.into_iter().all(|it| matches!(it, Ok(true)));
        let took = shown(Duration::from_secs_f64(answer.micros.unwrap_or_default() / 1e6));
        self.say(held, "login", &format!("logged out, on the disk in {took}"))?;
        let mut refuses = false;
        while !refuses && reached.elapsed() < PATIENCE {
            let refused = |it: Answer| it.refusal.is_some_and(|refusal| is_revoked(refusal.exit));
            refuses = refused(self.verify(Place::Shop, &token)?)
                && refused(self.verify(Place::Mail, &token)?);
        }
        let took = shown(reached.elapsed());
        self.say(refuses, "both", &format!("shop and mail refuse it after {took}"))?;
        self.refused(&token, "the token of that session", Code::REVOKED.number())?;
        let answer = self.login.ask(&renew(&token))?;
        self.tell_refusal(answer.refusal.as_ref(), "its renewal", Code::REVOKED.number())?;
        self.kill_nine()?;
        self.feed_dies()
    }

    /// A verifier whose list cannot be read any more: what that costs, and when it begins to.
    fn feed_dies(&mut self) -> Result<(), Failure> {
        let file = self.dir.join("feed.db");
        let policy = RevocationPolicy::default();
        SqliteStore::create(&file, policy)?;
        let jwks = self.dir.join("keys").join("jwks.json");
        let mut late = self.join(Peer::start("late", "demo-verifier", &jwks, &file)?)?;
        let short = self.log_in(AUDIENCE)?;
        let long = self.log_in_for(AUDIENCE, LONG_MINUTES)?;
        let whole = std::fs::read(&file).map_err(|fault| broken(&fault))?;
        replace(&file, b"not a list", Readers::Owner).map_err(|fault| broken(&fault))?;
        let life = 60 * DEFAULT_MINUTES;
        self.wait_with(&mut late, life)?;
        let good = [&short, &long].map(|token| judge(&mut late, token).map(|it| it.refusal));
        let held = good.into_iter().all(|it| matches!(it, Ok(None)));
        let (b, exposure) = (Span(policy.most_age()), Span(policy.exposure()));
        let what =
            format!("the feed is dead for {DEFAULT_MINUTES} min: nobody is logged out by it");
        self.say(held, "late", &what)?;
        self.wait_with(&mut late, policy.most_age().as_secs() - life + 1)?;
        let (short, dead) = (judge(&mut late, &short)?, judge(&mut late, &long)?);
        let has_expired = short.refusal.is_some_and(|it| it.exit == Code::BAD_TIME.number());
        self.say(has_expired, "late", &format!("after {b} the default tokens have just expired"))?;
        let what = format!("a {LONG_MINUTES} min token, by a list older than {b} (answer 503)");
        self.tell_refusal(dead.refusal.as_ref(), &what, Code::TRY_AGAIN.number())?;
        let what = format!(
            "      a logout is missed for B + B_mint + S = {exposure} at most, whatever fails"
        );
        self.output.line(&self.output.faint(&what))?;
        replace(&file, &whole, Readers::Owner).map_err(|fault| broken(&fault))?;
        self.wait_with(&mut late, 1)?;
        let again = judge(&mut late, &long)?.refusal.is_none();
        self.say(again, "late", "the feed is back: that token passes again")
    }

    fn wait_with(&mut self, peer: &mut Peer, seconds: u64) -> Result<(), Failure> {
        peer.ask(&Ask::Wait { seconds })?;
        self.wait(seconds)
    }
}

pub(super) fn judge(peer: &mut Peer, token: &str) -> Result<Answer, Failure> {
    peer.ask(&Ask::Verify { token: token.to_owned() })
}

pub(super) fn is_revoked(exit: u8) -> bool {
    exit == Code::REVOKED.number()
}

/// Milliseconds, or microseconds where there are none.
fn shown(time: Duration) -> String {
    match time.as_millis() {
        0 => format!("{} us", time.as_micros()),
        _ => Span(time).to_string(),
    }
}

fn broken(fault: &std::io::Error) -> Failure {
    Failure::new(Code::CANNOT_WRITE, format!("cannot break the feed: {fault}"))
}
