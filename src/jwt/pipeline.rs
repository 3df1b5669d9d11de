//! Verification: one function whose value changes type at every stage, so that none can be skipped.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use crate::claims::{ReadClaims, Revocable, Shortcuts, Validity};
use crate::follow::{Derived, Traced};
use crate::json::text_member;
use crate::key::{Format, KeyId, KeySet, KeySetTrace, KeySource, Member, NoKey};
use crate::limits;
use crate::policy::{ClaimFault, ClaimsPolicy, Kind, Question};
use crate::printable::shown;
use crate::revocation::{Demand, Revocations, Situation};
use crate::secret::SecretBytes;
use crate::time::{Clock, Span, Timestamp};
use crate::token::{Authenticated, NamedToken, PreparedHeader, UntrustedToken};

use super::report::{Asked, Watch};
use super::{Stage, VerifyError};

/// A verifier's configuration, complete.
#[derive(Clone, Debug)]
pub(crate) struct Pipeline {
    pub(crate) trusted: Vec<Trusted>,
    pub(crate) policy: ClaimsPolicy,
    pub(crate) revocations: Revocations,
    /// How old the list may be.
    pub(crate) demand: Demand,
    /// The claim that names the scope of a foreign token.
    pub(crate) scope_claim: Option<Box<str>>,
    pub(crate) clock: Clock,
    pub(crate) token_bytes: usize,
    pub(crate) test_keys: TestKeys,
    pub(crate) shortcuts: Shortcuts,
    /// The implicit assertion of a PASETO; empty for none. It may be a secret of both sides.
    pub(crate) assertion: SecretBytes,
}

/// What becomes of tokens by keys for tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TestKeys {
    /// Refused, as everywhere.
    Refused,
    /// Taken: this is a test.
    Taken,
}

/// Keys, and the one issuer that they vouch for.
#[derive(Clone, Debug)]
pub(crate) struct Trusted {
    pub(crate) issuer: Option<Arc<str>>,
    source: Arc<dyn KeySource>,
    typ: Box<str>,
    /// The headers of our own tokens under the keys of the moment.
    prepared: Derived<KeySet, Vec<PreparedHeader>>,
}

impl Trusted {
    /// Trusts the keys of `source` for `issuer`; headers of tokens of `typ` will be recognised
    /// without being parsed.
    pub(crate) fn new(source: impl KeySource + 'static, issuer: Option<&str>, typ: &str) -> Self {
        Self {
            issuer: issuer.map(Into::into),
            source: Arc::new(source),
            typ: typ.into(),
            prepared: Derived::default(),
        }
    }

    /// The keys of this moment, unless they are too old to be trusted.
    fn key_set(&self) -> Result<KeySet, NoKey> {
        match self.source.age() {
            Some(age) if age > limits::KEYS_AGE => {
                Err(NoKey::Stale { age, most: limits::KEYS_AGE })
            }
            _ => Ok(self.source.key_set()),
        }
    }

    /// Which header of our own, under a key of `set`, the token has: its key's place in the set.
    fn recognise<'a>(
        &self,
        token: UntrustedToken<'a>,
        set: &KeySet,
    ) -> Option<(usize, NamedToken<'a>)> {
        let make = |set: &KeySet| {
            let keys = set.members().iter().map(|member| &member.key);
            keys.map(|key| PreparedHeader::new(key, &self.typ)).collect()
        };
        self.prepared.look(set, make, |headers: &Arc<Vec<_>>| {
            let mut headers = headers.iter().enumerate();
            headers.find_map(|(at, header)| Some((at, token.recognise(header)?)))
        })
    }
}

/// Claims that passed every stage, and what let them pass.
#[derive(Debug)]
pub(crate) struct Verified<C> {
    pub(crate) claims: C,
    /// The issuer that the key vouches for.
    pub(crate) issuer: Option<Arc<str>>,
    pub(crate) key: Option<KeyId>,
    /// How old the revocation list was; `None` without one.
    pub(crate) list_age: Option<Duration>,
    /// The moment of the verification.
    pub(crate) at: Timestamp,
    /// Where its key was found, and when it may be used.
    place: Place,
}

#[derive(Debug)]
struct Place {
    set: KeySet,
    /// Which of the trusted sources had the key, and where in its set.
    source: usize,
    position: usize,
    validity: Validity,
}

impl<C> Verified<C> {
    pub(crate) fn map<D>(self, map: impl FnOnce(C) -> D) -> Verified<D> {
        let Self { claims, issuer, key, list_age, at, place } = self;
        Verified { claims: map(claims), issuer, key, list_age, at, place }
    }

    /// What the same token needs to pass again.
    pub(crate) fn anchor(&self) -> Anchor {
        let Place { set, source, position, validity } = &self.place;
        Anchor { set: set.trace(), source: *source, position: *position, validity: *validity }
    }
}

/// What a token that passed once rests on, besides its claims. All of it is asked again at the next
/// moment; the signature, and what the claims say, cannot have changed.
#[derive(Clone, Debug)]
pub(crate) struct Anchor {
    set: KeySetTrace,
    /// Which of the trusted sources had the key, and where in its set.
    source: usize,
    position: usize,
    validity: Validity,
}

/// A token that passed again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Again {
    pub(crate) list_age: Option<Duration>,
    pub(crate) at: Timestamp,
}

/// The key that a token named, kept alive by its set.
pub(crate) struct Chosen<'p> {
    set: KeySet,
    /// Which of the trusted sources has it.
    source: usize,
    position: usize,
    pub(crate) issuer: Option<&'p Arc<str>>,
}

impl Chosen<'_> {
    fn member(&self) -> Result<&Member, NoKey> {
        self.set.members().get(self.position).ok_or(NoKey::NotNamed)
    }
}

impl Pipeline {
    /// A pipeline that reads tokens of the library's length, by the system's clock.
    pub(crate) fn new(trusted: Trusted, policy: ClaimsPolicy, revocations: Revocations) -> Self {
        Self {
            trusted: vec![trusted],
            policy,
            revocations,
            demand: Demand::Use(None),
            scope_claim: None,
            clock: Clock::system(),
            token_bytes: limits::TOKEN_BYTES,
            test_keys: TestKeys::Refused,
            shortcuts: Shortcuts::Taken,
            assertion: SecretBytes::default(),
        }
    }

    /// The same for tokens of another kind.
    pub(crate) fn of_kind(&self, typ: &str) -> Self {
        let mut other = self.clone();
        other.policy.kind = Kind::Exactly(typ.into());
        for trusted in &mut other.trusted {
            trusted.typ = typ.into();
            trusted.prepared = Derived::default();
        }
        other
    }

    /// The claims of `text`, if every stage lets it pass.
    pub(crate) fn run<C: ReadClaims + Revocable>(
        &self,
        text: &str,
        watch: &mut impl Watch,
    ) -> Result<Verified<C>, VerifyError> {
        self.run_with(text, self.demand, watch)
    }

    /// As [`Pipeline::run`], with a list as fresh as `demand` says.
    pub(crate) fn run_with<C: ReadClaims + Revocable>(
        &self,
        text: &str,
        demand: Demand,
        watch: &mut impl Watch,
    ) -> Result<Verified<C>, VerifyError> {
        let now = self.clock.now();
        let (authenticated, chosen) = self.authenticate(text, now, watch)?;
        let issuer = chosen.issuer.map(|issuer| &**issuer);
        let token = &authenticated;
        let accepted = match self.policy.accept::<C>(token, issuer, now, self.shortcuts) {
            Ok(accepted) => accepted,
            Err(fault) => {
                watch.asked(|| self.answers::<C>(token, issuer, now));
                return Err(fault.into());
            }
        };
        watch.asked(|| {
            let answers = Question::ALL.map(|question| (question, Ok(())));
            Some(Asked { answers, expires: accepted.validity().exp.is_some() })
        });
        watch.passed(Stage::Claims, String::new);
        let key = chosen.member()?.key.id();
        let scope = self.scope_of(&authenticated)?;
        let situation = Situation {
            key: key.map(KeyId::as_str),
            scope: scope.as_deref(),
            leeway: self.policy.leeway,
            demand,
        };
        let validity = accepted.validity();
        let not_revoked = self.revocations.check(accepted, situation)?;
        let is_stale = not_revoked.is_by_a_stale_list();
        watch.passed(Stage::Revocation, || list_of(not_revoked.list_age(), is_stale));
        Ok(Verified {
            list_age: not_revoked.list_age(),
            claims: not_revoked.into_inner().into_claims(),
            issuer: chosen.issuer.cloned(),
            key: key.cloned(),
            at: now,
            place: Place {
                source: chosen.source,
                position: chosen.position,
                set: chosen.set,
                validity,
            },
        })
    }

    /// What a refused token answers to every question, if its claims can be read.
    fn answers<C: ReadClaims>(
        &self,
        token: &Authenticated,
        issuer: Option<&str>,
        now: Timestamp,
    ) -> Option<Asked> {
        let (claims, _) = C::read(token.payload(), token.dialect(), self.shortcuts).ok()?;
        let answer = |question| self.policy.ask(question, token, &claims, issuer, now);
        let answers = Question::ALL.map(|question| (question, answer(question)));
        Some(Asked { answers, expires: claims.exp.is_some() })
    }

    /// Whether `claims` that passed before pass now: by the keys, the clock and the list of this
    /// moment. `None` if the token must be verified again: the keys are others by now, or another of
    /// several sources has a word in it.
    ///
    /// The questions are asked in the order of [`Pipeline::run`], and a refusal is the same.
    pub(crate) fn run_again<C: Revocable>(
        &self,
        claims: &C,
        key: Option<&KeyId>,
        anchor: &Anchor,
        demand: Demand,
    ) -> Result<Option<Again>, VerifyError> {
        let now = self.clock.now();
        let Some(trusted) = self.trusted.get(anchor.source) else {
            return Ok(None);
        };
        let others = || self.trusted.iter().enumerate().filter(|(at, _)| *at != anchor.source);
        let set = match trusted.key_set() {
            Ok(set) => set,
            Err(_) if others().next().is_some() => return Ok(None),
            Err(fault) => return Err(fault.into()),
        };
        let member = set.members().get(anchor.position);
        let Some(member) = member.filter(|_| set.left(&anchor.set)) else {
            return Ok(None);
        };
        // A key without an id takes tokens that name any: which one this token names is not known here.
        let names = |other: &Trusted| match key.map(KeyId::as_str) {
            None => true,
            kid => other.key_set().is_ok_and(|set| set.position(kid, now).is_ok()),
        };
        if self.scope_claim.is_some() || others().any(|(_, other)| names(other)) {
            return Ok(None);
        }
        match member.check(now) {
            Err(_) if others().next().is_some() => return Ok(None),
            checked => checked?,
        }
        self.policy.time(anchor.validity, now)?;
        let key = key.map(KeyId::as_str);
        let situation = Situation { key, scope: None, leeway: self.policy.leeway, demand };
        let not_revoked = self.revocations.check(claims, situation)?;
        Ok(Some(Again { list_age: not_revoked.list_age(), at: now }))
    }

    /// Whether a token of `anchor` will not pass again without its signature, at `now` or later.
    pub(crate) fn is_over(&self, anchor: &Anchor, now: Timestamp) -> bool {
        let end = anchor.validity.exp.map(|exp| exp.after(self.policy.leeway));
        anchor.set.is_gone() || end.is_some_and(|end| end <= now)
    }

    /// The scope of a foreign token. The claim was asked for, so it must be there.
    fn scope_of<'t>(&self, token: &'t Authenticated) -> Result<Option<Cow<'t, str>>, ClaimFault> {
        let Some(claim) = &self.scope_claim else {
            return Ok(None);
        };
        match text_member(token.payload(), limits::CLAIMS_DEPTH, claim)? {
            Some(scope) => Ok(Some(scope)),
            None => Err(ClaimFault::Missing(claim.to_string())),
        }
    }

    /// The payload of `text`, made by a holder of a trusted key, and that key. Nothing is known of its
    /// claims yet.
    pub(crate) fn authenticate<'p>(
        &'p self,
        text: &str,
        now: Timestamp,
        watch: &mut impl Watch,
    ) -> Result<(Authenticated, Chosen<'p>), VerifyError> {
        let untrusted = UntrustedToken::parse(text, self.token_bytes)?;
        let (named, chosen) = self.choose(untrusted, now, watch)?;
        let key = &chosen.member()?.key;
        if key.is_for_tests() && self.test_keys == TestKeys::Refused {
            return Err(NoKey::ForTests(key.id().map(KeyId::to_string).unwrap_or_default()).into());
        }
        watch.passed(Stage::Key, || key_of(&chosen));
        let authenticated = named.open(key, self.assertion.expose_secret())?;
        watch.passed(Stage::Signature, || "valid".into());
        Ok((authenticated, chosen))
    }

    /// Which key the token names. Its header is ours to the byte, or it is read strictly.
    fn choose<'a, 'p>(
        &'p self,
        token: UntrustedToken<'a>,
        now: Timestamp,
        watch: &mut impl Watch,
    ) -> Result<(NamedToken<'a>, Chosen<'p>), VerifyError> {
        if self.shortcuts == Shortcuts::Taken
            && let Some((named, chosen)) = self.recognise(token)
        {
            watch.passed(Stage::Form, || form_of(token));
            chosen.member()?.check(now)?;
            return Ok((named, chosen));
        }
        let named = token.read_header()?;
        watch.passed(Stage::Form, || form_of(token));
        let chosen = self.look_up(named.header().untrusted_kid(), now)?;
        Ok((named, chosen))
    }

    /// The shortcut: with one trusted source, a header that equals one of ours names its key.
    fn recognise<'a, 'p>(
        &'p self,
        token: UntrustedToken<'a>,
    ) -> Option<(NamedToken<'a>, Chosen<'p>)> {
        let [trusted] = self.trusted.as_slice() else {
            return None;
        };
        // Keys that are too old refuse after the header was read: it may be worse.
        let set = trusted.key_set().ok()?;
        let (position, named) = trusted.recognise(token, &set)?;
        let issuer = trusted.issuer.as_ref();
        Some((named, Chosen { set, source: 0, position, issuer }))
    }

    fn look_up(&self, kid: Option<&str>, now: Timestamp) -> Result<Chosen<'_>, NoKey> {
        let mut found: Option<Chosen<'_>> = None;
        let mut refused = None;
        for (source, trusted) in self.trusted.iter().enumerate() {
            let looked_up = trusted.key_set().and_then(|set| Ok((set.position(kid, now)?, set)));
            match looked_up {
                Ok((position, set)) => {
                    let issuer = trusted.issuer.as_ref();
                    let chosen = Chosen { set, source, position, issuer };
                    if found.replace(chosen).is_some() {
                        // Two candidates: guessing would let one issuer speak for the other.
                        return Err(NoKey::Ambiguous(shown(kid.unwrap_or_default())));
                    }
                }
                // What a set knows of the key says more than that another does not know it.
                Err(fault) => match refused {
                    None | Some(NoKey::Unknown(_) | NoKey::NotNamed) => refused = Some(fault),
                    Some(_) => {}
                },
            }
        }
        if found.is_none() && matches!(refused, Some(NoKey::Unknown(_))) {
            self.trusted.iter().for_each(|trusted| trusted.source.missed());
        }
        found.ok_or(refused.unwrap_or(NoKey::NotNamed))
    }
}

fn form_of(token: UntrustedToken<'_>) -> String {
    match token.format() {
        Format::Jws => "3 parts, strict base64url, header without duplicates".into(),
        Format::Jwe => "5 parts, strict base64url, header without duplicates".into(),
        Format::Paseto => "PASETO, strict base64url".into(),
    }
}

fn list_of(age: Option<Duration>, is_stale: bool) -> String {
    let Some(age) = age else {
        return String::new();
    };
    // The token lives shorter than the list may be old, or somebody asked for no more.
    let but = if is_stale { ": TOO OLD, it may have been revoked since" } else { "" };
    format!("not in the list, read {} ago{but}", Span(age))
}

fn key_of(chosen: &Chosen<'_>) -> String {
    let Ok(Member { key, .. }) = chosen.member() else {
        return String::new();
    };
    match key.id() {
        Some(id) => format!("kid {id}, {} as the key says", key.algorithm()),
        None => format!("the only key, {} as it says", key.algorithm()),
    }
}
