//! The login process is killed while it logs people out: what it has acknowledged stays refused.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use crate::exit::{Code, Failure};

use super::AUDIENCE;
use super::logout::{is_revoked, judge};
use super::peer::{Answer, Ask, Peer};
use super::story::Stage;

/// How often it is killed.
const KILLS: usize = 20;

/// How many logouts wait when it is. Their lines fit into a pipe, so that asking never waits.
const WAITING: usize = 24;

/// It is killed after so many answers at the latest, and a moment.
const ANSWERED: usize = 8;
const MOMENT: Duration = Duration::from_millis(1);

impl Stage<'_> {
    pub(super) fn kill_nine(&mut self) -> Result<(), Failure> {
        let mut acknowledged: Vec<Vec<String>> = Vec::new();
        let mut interrupted = 0;
        for kill in 0..KILLS {
            let tokens = (0..WAITING).map(|_| self.log_in(AUDIENCE));
            let tokens: Vec<String> = tokens.collect::<Result<_, _>>()?;
            let done = self.logged_out_until_killed(kill, &tokens)?;
            interrupted += usize::from(done < WAITING);
            acknowledged.push(tokens.into_iter().take(done).collect());
        }
        let (keys, list) = (self.dir.join("keys/jwks.json"), self.dir.join("revoked.db"));
        let mut fresh = self.join(Peer::start("fresh", "demo-verifier", &keys, &list)?)?;
        let mut kept = 0;
        for tokens in &acknowledged {
            let mut all = !tokens.is_empty();
            for token in tokens {
                let refusals = [judge(&mut fresh, token)?, judge(&mut self.shop, token)?];
                all &= refusals
                    .into_iter()
                    .all(|it| it.refusal.is_some_and(|refusal| is_revoked(refusal.exit)));
            }
            kept += usize::from(all);
        }
        let logouts = acknowledged.iter().map(Vec::len).sum::<usize>();
        let what = format!(
            "killed (-9) {KILLS} times during logouts: {kept} of {KILLS} acknowledged still refused"
        );
        self.say(kept == KILLS && interrupted > 0, "login", &what)?;
        let what = format!("that is {logouts} logouts, {interrupted} kills with more under way");
        self.output.line(&self.output.faint(&format!("      {what}")))
    }

    /// Lets a login process log out `tokens`, kills it somewhere on the way, and tells how many it
    /// had acknowledged.
    fn logged_out_until_killed(&self, kill: usize, tokens: &[String]) -> Result<usize, Failure> {
        let (keys, list) = (self.dir.join("keys"), self.dir.join("revoked.db"));
        let mut login = self.join(Peer::start("login", "demo-login", &keys, &list)?)?;
        for token in tokens {
            login.tell(&Ask::LogOut { token: token.clone() })?;
        }
        let random = RandomState::new().hash_one(kill) as usize;
        let mut done = 0;
        for _ in 0..=random % ANSWERED {
            let answer = login.answer()?.ok_or_else(|| login.died(&"it ended by itself"))?;
            done += acknowledged(Some(answer))?;
        }
        std::thread::sleep(MOMENT * (random / ANSWERED % 256) as u32 / 256);
        login.kill()?;
        loop {
            match acknowledged(login.answer()?)? {
                0 => return Ok(done),
                more => done += more,
            }
        }
    }
}

/// How many logouts an answer acknowledges: one, or none if the process is dead.
fn acknowledged(answer: Option<Answer>) -> Result<usize, Failure> {
    match answer.map(|answer| answer.refusal) {
        None => Ok(0),
        Some(None) => Ok(1),
        Some(Some(refusal)) => {
            let what = format!("a fresh session could not be logged out: {}", refusal.reason);
            Err(Failure::new(Code::FALSE_LINE, what))
        }
    }
}
