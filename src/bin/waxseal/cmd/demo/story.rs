//! The story: every line is checked before it is told, and a false one makes the demo fail.

use std::path::Path;
use std::time::Duration;

use waxseal::base64url;
use waxseal::key::{Algorithm, Key, KeySource as _};
use waxseal::keyring::{NewRing, Rotator};
use waxseal::revocation::{RevocationPolicy, SqliteStore};
use waxseal::secret::SecretBytes;
use waxseal::time::{Clock, ManualClock};

use crate::exit::{Code, Failure};
use crate::output::{Output, escape};

use super::peer::{Answer, Ask, Peer, Refusal};
use super::{AUDIENCE, DEFAULT_MINUTES, ISSUER, OTHER_AUDIENCE};
use super::{judged, speed, web};

/// Tells the story with a ring in `dir`; false if any of its lines was.
pub(super) fn tell(dir: &Path, output: &mut Output) -> Result<bool, Failure> {
    let keys = dir.join("keys");
    let hand = ManualClock::at(Clock::system().now().floor_secs());
    let ring = NewRing::new(ISSUER).by("demo").clock(hand.clock()).create(&keys)?;
    let (jwks, list) = (keys.join("jwks.json"), dir.join("revoked.db"));
    SqliteStore::create(&list, RevocationPolicy::default())?;
    let mut stage = Stage {
        login: Peer::start("login", "demo-login", &keys, &list)?,
        shop: Peer::start("shop", "demo-verifier", &jwks, &list)?,
        mail: Peer::start("mail", "demo-verifier", &jwks, &list)?,
        dir,
        waited: 0,
        rotator: Rotator::new(&keys).by("demo").clock(hand.clock()),
        hand,
        output,
        all_true: true,
    };
    stage.open()?;
    let token = stage.log_in_and_verify()?;
    let renewed = stage.use_and_renew(&token)?;
    stage.output.line("")?;
    stage.output.line("Refusals, each with its reason and the program's exit code:")?;
    stage.refuse_the_tampered(&renewed)?;
    stage.refuse_the_misdirected()?;
    stage.refuse_the_unsigned(&renewed)?;
    let public = ring.key_set().members().first().map(|member| member.key.clone());
    stage.refuse_the_confused(&renewed, public.as_ref())?;
    stage.refuse_the_idle()?;
    stage.log_out()?;
    stage.rotate()?;
    stage.all_true &= web::tell(&dir.join("web-keys"), stage.output)?;
    stage.all_true &= speed::tell(&dir.join("cached-keys"), stage.output)?;
    stage.all_true &= judged::tell(&dir.join("formats"), stage.output)?;
    let verdict = if stage.all_true { "Every line held." } else { "A LINE WAS FALSE." };
    stage.output.line("")?;
    stage.output.line(verdict)?;
    Ok(stage.all_true)
}

/// The processes, their clock, and the teller.
pub(super) struct Stage<'a> {
    pub(super) dir: &'a Path,
    pub(super) login: Peer,
    pub(super) shop: Peer,
    mail: Peer,
    /// How far the clock of every process was moved, in seconds.
    waited: u64,
    pub(super) rotator: Rotator,
    pub(super) hand: ManualClock,
    pub(super) output: &'a mut Output,
    pub(super) all_true: bool,
}

impl Stage<'_> {
    fn open(&mut self) -> Result<(), Failure> {
        let [login, shop, mail] = [&self.login, &self.shop, &self.mail].map(Peer::id);
        self.output.line(&format!("login  process {login}: the private keys"))?;
        self.output.line(&format!("shop   process {shop}: public keys only"))?;
        self.output.line(&format!("mail   process {mail}: public keys only"))?;
        self.output.line("")
    }

    fn log_in_and_verify(&mut self) -> Result<String, Failure> {
        let token = self.log_in(AUDIENCE)?;
        let bytes = token.len();
        self.say(
            bytes > 0,
            "log in",
            &format!("ada, cart [7]: a token of {bytes} bytes, signed EdDSA"),
        )?;
        for place in [Place::Shop, Place::Mail] {
            // The first one pays for what a process prepares once.
            self.verify(place, &token)?;
            let answer = self.verify(place, &token)?;
            let held = answer.subject.as_deref() == Some("ada") && answer.items == Some(vec![7]);
            let micros = answer.micros.unwrap_or_default();
            let what = format!("ada, cart [7], verified locally in {micros:.0} us");
            self.say(held, place.name(), &what)?;
        }
        Ok(token)
    }

    /// Six minutes on, the token is past a third of its life: two tabs renew it at once.
    fn use_and_renew(&mut self, token: &str) -> Result<String, Failure> {
        let early = self.login.ask(&renew(token))?;
        let held = early.token.is_none() && early.refusal.is_none();
        self.say(held, "use", "the token is young: nothing to renew, nothing to send")?;
        self.wait(6 * 60)?;
        let first = self.login.ask(&renew(token))?.token;
        self.wait(1)?;
        let second = self.login.ask(&renew(token))?.token;
        let held = first.is_some() && first == second && first.as_deref() != Some(token);
        self.say(held, "renew", "6 min later, two tabs, 1 s apart: the same bytes for both")?;
        let renewed = first.unwrap_or_default();
        let before = self.verify(Place::Shop, token)?;
        let after = self.verify(Place::Shop, &renewed)?;
        let held = before.sid.is_some() && before.sid == after.sid && after.generation == Some(1);
        self.say(held, "shop", "the same session, generation 1; the old token still works")?;
        Ok(renewed)
    }

    fn refuse_the_tampered(&mut self, token: &str) -> Result<(), Failure> {
        let middle = token.len() / 2;
        let flipped: String = token
            .char_indices()
            .map(|(at, c)| match (at == middle, c) {
                (false, c) => c,
                (true, 'A') => 'B',
                (true, _) => 'A',
            })
            .collect();
        self.refused(&flipped, "one byte flipped", 11)
    }

    fn refuse_the_misdirected(&mut self) -> Result<(), Failure> {
        let token = self.log_in(OTHER_AUDIENCE)?;
        self.refused(&token, "for another audience", 13)
    }

    fn refuse_the_unsigned(&mut self, token: &str) -> Result<(), Failure> {
        let payload = token.split('.').nth(1).unwrap_or_default();
        let header = base64url::encode(br#"{"alg":"none","typ":"session+jwt"}"#);
        self.refused(&format!("{header}.{payload}."), "alg: none", 10)
    }

    /// The oldest trick: the public key, which everybody has, as an HMAC secret.
    fn refuse_the_confused(&mut self, token: &str, key: Option<&Key>) -> Result<(), Failure> {
        let forged = key.and_then(|key| forge_with_public_key(token, key));
        let forged =
            forged.ok_or_else(|| Failure::new(Code::FALSE_LINE, "nothing to forge with"))?;
        self.refused(&forged, "HS256 with the public key as secret", 11)
    }

    fn refuse_the_idle(&mut self) -> Result<(), Failure> {
        let token = self.log_in(AUDIENCE)?;
        self.wait(31 * 60)?;
        let answer = self.login.ask(&renew(&token))?;
        self.say_refused(&answer, "idle past its limit, no renewal", 12)
    }

    pub(super) fn log_in(&mut self, audience: &str) -> Result<String, Failure> {
        self.log_in_for(audience, DEFAULT_MINUTES)
    }

    /// Logs in, with a token that lives for so many minutes.
    pub(super) fn log_in_for(&mut self, audience: &str, minutes: u64) -> Result<String, Failure> {
        let (subject, audience) = ("ada".to_owned(), audience.to_owned());
        let ask = Ask::LogIn { subject, audience, items: vec![7], minutes };
        let answer = self.login.ask(&ask)?;
        answer.token.ok_or_else(|| Failure::new(Code::FALSE_LINE, "the login gave no token"))
    }

    pub(super) fn verify(&mut self, place: Place, token: &str) -> Result<Answer, Failure> {
        let peer = match place {
            Place::Shop => &mut self.shop,
            Place::Mail => &mut self.mail,
        };
        peer.ask(&Ask::Verify { token: token.to_owned() })
    }

    /// Another process, by the clock of all.
    pub(super) fn join(&self, mut peer: Peer) -> Result<Peer, Failure> {
        peer.ask(&Ask::Wait { seconds: self.waited })?;
        Ok(peer)
    }

    pub(super) fn wait(&mut self, seconds: u64) -> Result<(), Failure> {
        self.hand.advance(Duration::from_secs(seconds));
        self.waited += seconds;
        for peer in [&mut self.login, &mut self.shop, &mut self.mail] {
            peer.ask(&Ask::Wait { seconds })?;
        }
        Ok(())
    }

    /// Both verifiers must refuse `token`, with the same reason and the exit code `exit`.
    pub(super) fn refused(&mut self, token: &str, what: &str, exit: u8) -> Result<(), Failure> {
        let shop = self.verify(Place::Shop, token)?;
        let mail = self.verify(Place::Mail, token)?;
        let agreed = shop.refusal.as_ref().map(|refusal| &refusal.code)
            == mail.refusal.as_ref().map(|refusal| &refusal.code);
        self.all_true &= agreed;
        self.say_refused(&shop, what, exit)
    }

    fn say_refused(&mut self, answer: &Answer, what: &str, exit: u8) -> Result<(), Failure> {
        self.tell_refusal(answer.refusal.as_ref(), what, exit)
    }

    pub(super) fn tell_refusal(
        &mut self,
        refusal: Option<&Refusal>,
        what: &str,
        exit: u8,
    ) -> Result<(), Failure> {
        let held = refusal.is_some_and(|refusal| refusal.exit == exit);
        let (found, reason) = match refusal {
            Some(refusal) => (format!("REFUSED {}", refusal.exit), escape(&refusal.reason)),
            None => ("ACCEPTED".into(), "this must not happen".into()),
        };
        self.all_true &= held;
        let sign = if held { self.output.good("✓") } else { self.output.bad("✗ FALSE:") };
        self.output.line(&format!("  {sign} {what}: {found}"))?;
        self.output.line(&self.output.faint(&format!("      {reason}")))
    }

    pub(super) fn say(&mut self, held: bool, who: &str, what: &str) -> Result<(), Failure> {
        self.all_true &= held;
        let sign = if held { self.output.good("✓") } else { self.output.bad("✗ FALSE:") };
        self.output.line(&format!("  {sign} {who:<7} {what}"))
    }
}

#[derive(Clone, Copy)]
pub(super) enum Place {
    Shop,
    Mail,
}

impl Place {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Mail => "mail",
        }
    }
}

pub(super) fn renew(token: &str) -> Ask {
    Ask::Renew { token: token.to_owned() }
}

/// `token` again, with HS256 in its header and a right HMAC under the bytes of the public `key`.
fn forge_with_public_key(token: &str, key: &Key) -> Option<String> {
    let payload = token.split('.').nth(1).and_then(|text| base64url::decode(text).ok())?;
    let jwk: serde_json::Value = serde_json::from_str(&key.to_public_jwk()?).ok()?;
    let bytes = base64url::decode(jwk.get("x")?.as_str()?).ok()?;
    let secret = Key::from_secret(Algorithm::Hs256, SecretBytes::new(bytes)).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    let forger = waxseal::jwt::Issuer::new(secret.with_id(key.id()?.clone())).ok()?;
    Some(forger.typ("session+jwt").mint(&claims).ok()?.into_string())
}
