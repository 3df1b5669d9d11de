//! What a token must say to be accepted. Closed by default: a claim that was configured is required,
//! and an audience that nobody asked for is refused.

use std::sync::Arc;
use std::time::Duration;

use crate::claims::{
    Audience, Dialect, Handles, ReadClaims, Registered, Revocable, Shortcuts, Validity,
};
use crate::json::{JsonFault, text_member};
use crate::limits;
use crate::time::{Span, Timestamp};
use crate::token::{Authenticated, is_media_type};

/// Claims that an authenticated token holds and the policy accepts. Only [`ClaimsPolicy::accept`]
/// makes one.
#[derive(Clone, Debug)]
pub(crate) struct Accepted<C> {
    claims: C,
    validity: Validity,
}

impl<C> Accepted<C> {
    pub(crate) fn into_claims(self) -> C {
        self.claims
    }

    /// When the token may be used: all that another moment can change.
    pub(crate) fn validity(&self) -> Validity {
        self.validity
    }
}

impl<C: Revocable> Revocable for Accepted<C> {
    fn handles(&self) -> Handles<'_> {
        self.claims.handles()
    }
}

/// What is asked of `typ`, the header's word for the kind of token (RFC 8725 section 3.11).
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// This media type, which must be there.
    Exactly(Box<str>),
    /// None, or the generic `JWT`: a token that claims to be of a special kind is none of ours.
    Generic,
    /// Not checked.
    Any,
}

/// What is asked of `aud`.
#[derive(Clone, Debug)]
pub(crate) enum AudienceRule {
    /// This one must be named.
    Named(Arc<str>),
    /// None may be named: nobody said who we are.
    Absent,
    /// Not checked.
    Any,
}

/// What is asked of `exp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// It must be there.
    Required,
    /// It is checked if it is there.
    IfPresent,
    /// Other limits decide: a renewal looks at the session's, not the token's.
    LeftToRenewal,
}

/// All that is asked of the claims.
#[derive(Clone, Debug)]
pub(crate) struct ClaimsPolicy {
    pub(crate) kind: Kind,
    pub(crate) audience: AudienceRule,
    pub(crate) expiry: Expiry,
    pub(crate) leeway: Duration,
    pub(crate) required: Vec<Box<str>>,
    /// The footer that a PASETO must have; not checked if `None`.
    pub(crate) footer: Option<Box<[u8]>>,
}

/// One question to the claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    Type,
    Issuer,
    Audience,
    Time,
    Required,
}

impl Question {
    /// All questions, in the order in which they are asked.
    pub(crate) const ALL: [Self; 5] =
        [Self::Type, Self::Issuer, Self::Audience, Self::Time, Self::Required];

    /// Those that need the claims, whatever the format.
    const OF_CLAIMS: [Self; 4] = [Self::Issuer, Self::Audience, Self::Time, Self::Required];
}

impl ClaimsPolicy {
    /// Reads the payload as `C` and asks every question; `issuer` is the one that the key vouches
    /// for.
    pub(crate) fn accept<C: ReadClaims>(
        &self,
        token: &Authenticated,
        issuer: Option<&str>,
        now: Timestamp,
        shortcuts: Shortcuts,
    ) -> Result<Accepted<C>, ClaimFault> {
        self.footer(token)?;
        // Another kind of token has other claims: its kind is the first thing to say.
        if token.dialect() == Dialect::Jwt {
            self.kind(token.typ())?;
        }
        let (registered, claims) = match C::read(token.payload(), token.dialect(), shortcuts) {
            Ok(read) => read,
            Err(fault) => {
                self.kind_of_unreadable(token)?;
                return Err(fault.into());
            }
        };
        if token.dialect() == Dialect::Paseto {
            self.kind(registered.typ.as_deref())?;
        }
        for question in Question::OF_CLAIMS {
            self.ask(question, token, &registered, issuer, now)?;
        }
        let validity = registered.validity();
        match claims {
            Ok(claims) => Ok(Accepted { claims, validity }),
            Err(fault) => Err(ClaimFault::State(fault.0)),
        }
    }

    /// Asks a PASETO whose claims are none of `C`'s what kind of token it is.
    fn kind_of_unreadable(&self, token: &Authenticated) -> Result<(), ClaimFault> {
        if token.dialect() == Dialect::Jwt {
            return Ok(());
        }
        match text_member(token.payload(), limits::CLAIMS_DEPTH, "typ") {
            Ok(typ) => self.kind(typ.as_deref()),
            Err(_) => Ok(()),
        }
    }

    /// Asks one question.
    pub(crate) fn ask(
        &self,
        question: Question,
        token: &Authenticated,
        claims: &Registered<'_>,
        issuer: Option<&str>,
        now: Timestamp,
    ) -> Result<(), ClaimFault> {
        match question {
            Question::Type => self.kind(token.typ().or(claims.typ.as_deref())),
            Question::Issuer => issuer_is(claims, issuer),
            Question::Audience => self.audience(claims),
            Question::Time => self.time(claims.validity(), now),
            Question::Required => self.required(claims),
        }
    }

    /// The footer is public, and authentic with the token: there is nothing to hide by comparing
    /// it slowly.
    pub(crate) fn footer(&self, token: &Authenticated) -> Result<(), ClaimFault> {
        match (&self.footer, token.footer()) {
            (Some(_), None) => Err(ClaimFault::NoFooter),
            (Some(wanted), Some(found)) if found != &**wanted => Err(ClaimFault::Footer),
            _ => Ok(()),
        }
    }

    fn kind(&self, typ: Option<&str>) -> Result<(), ClaimFault> {
        let wanted = match &self.kind {
            Kind::Any => return Ok(()),
            Kind::Exactly(wanted) => wanted,
            Kind::Generic if typ.is_none() => return Ok(()),
            Kind::Generic => "JWT",
        };
        match typ {
            Some(found) if is_media_type(found, wanted) => Ok(()),
            found => {
                Err(ClaimFault::Type { found: found.map(Into::into), expected: wanted.into() })
            }
        }
    }

    fn audience(&self, claims: &Registered<'_>) -> Result<(), ClaimFault> {
        match (&self.audience, &claims.aud) {
            (AudienceRule::Any, _) | (AudienceRule::Absent, None) => Ok(()),
            (AudienceRule::Named(wanted), Some(found))
                if found.names(wanted) && !wanted.is_empty() =>
            {
                Ok(())
            }
            (AudienceRule::Named(wanted), found) => Err(ClaimFault::Audience {
                found: found.as_ref().map(Audience::to_list),
                expected: wanted.to_string(),
            }),
            (AudienceRule::Absent, Some(found)) => {
                Err(ClaimFault::UnexpectedAudience { found: found.to_list() })
            }
        }
    }

    /// Whether a token of this validity may be used at `now`.
    pub(crate) fn time(&self, claims: Validity, now: Timestamp) -> Result<(), ClaimFault> {
        let leeway = self.leeway;
        match (claims.exp, self.expiry) {
            (_, Expiry::LeftToRenewal) | (None, Expiry::IfPresent) => {}
            (None, Expiry::Required) => return Err(ClaimFault::NoExpiry),
            (Some(exp), _) if now >= exp.after(leeway) => {
                return Err(ClaimFault::Expired { exp, now, leeway });
            }
            (Some(_), _) => {}
        }
        match (claims.nbf, claims.iat) {
            (Some(nbf), _) if now.after(leeway) < nbf => {
                Err(ClaimFault::NotYetValid { nbf, now, leeway })
            }
            (_, Some(iat)) if now.after(leeway) < iat => {
                Err(ClaimFault::IssuedInFuture { iat, now, leeway })
            }
            _ => Ok(()),
        }
    }

    fn required(&self, claims: &Registered<'_>) -> Result<(), ClaimFault> {
        match self.required.iter().find(|name| !claims.has(name)) {
            Some(name) => Err(ClaimFault::Missing(name.to_string())),
            None => Ok(()),
        }
    }
}

/// A key vouches for one issuer: `iss` must be exactly that one, no prefix and no folding.
fn issuer_is(claims: &Registered<'_>, wanted: Option<&str>) -> Result<(), ClaimFault> {
    match (wanted, claims.iss.as_deref()) {
        (None, _) => Ok(()),
        (Some(wanted), Some(found)) if wanted == found && !wanted.is_empty() => Ok(()),
        (Some(wanted), found) => {
            Err(ClaimFault::Issuer { found: found.map(Into::into), expected: wanted.into() })
        }
    }
}

/// Why authenticated claims are refused, with both sides of the mismatch.
///
/// The values come from an authentic token; they are for the operator's log, not for the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimFault {
    /// The payload is no strict JSON object, or a claim has the wrong JSON type.
    #[error("the claims are not readable: {0}")]
    Json(#[from] JsonFault),
    /// A claim that must be there is not.
    #[error("claim {0:?} is missing")]
    Missing(String),
    /// No `exp`: the token would never end.
    #[error("claim \"exp\" is missing: the token would never expire")]
    NoExpiry,
    /// Another kind of token.
    #[error("the token's typ is {}, {expected:?} was asked for", quoted(.found.as_ref()))]
    Type {
        /// What the header says.
        found: Option<String>,
        /// What was asked for.
        expected: String,
    },
    /// Another footer.
    #[error("the token's footer is not the one that was asked for")]
    Footer,
    /// A footer was asked for, and a JWT has none.
    #[error("only a PASETO has a footer")]
    NoFooter,
    /// Another issuer.
    #[error("the token's issuer is {}, this key vouches for {expected:?} only", quoted(.found.as_ref()))]
    Issuer {
        /// What the token says.
        found: Option<String>,
        /// What was asked for.
        expected: String,
    },
    /// For another audience.
    #[error("the token is for {}, you are {expected:?}", list(.found.as_deref()))]
    Audience {
        /// What the token says.
        found: Option<Vec<String>>,
        /// What was asked for.
        expected: String,
    },
    /// For an audience, and nobody said who we are.
    #[error("the token is for {}, and no audience was configured", list(Some(.found)))]
    UnexpectedAudience {
        /// What the token says.
        found: Vec<String>,
    },
    /// Past `exp`.
    #[error("expired at {exp}, {} ago ({})", Span(.now.since(*.exp)), saved_by(.now.since(*.exp), *.leeway))]
    Expired {
        /// The claim.
        exp: Timestamp,
        /// The verifier's time.
        now: Timestamp,
        /// What it forgives.
        leeway: Duration,
    },
    /// Before `nbf`.
    #[error("not valid before {nbf}, in {} ({})", Span(.nbf.since(*.now)), saved_by(.nbf.since(*.now), *.leeway))]
    NotYetValid {
        /// The claim.
        nbf: Timestamp,
        /// The verifier's time.
        now: Timestamp,
        /// What it forgives.
        leeway: Duration,
    },
    /// `iat` in the future.
    #[error("issued at {iat}, {} in the future ({})", Span(.iat.since(*.now)), saved_by(.iat.since(*.now), *.leeway))]
    IssuedInFuture {
        /// The claim.
        iat: Timestamp,
        /// The verifier's time.
        now: Timestamp,
        /// What it forgives.
        leeway: Duration,
    },
    /// The caller's type does not fit; everything else does.
    #[error("the state does not fit the type that was asked for: {0}")]
    State(String),
}

fn quoted(text: Option<&String>) -> String {
    text.map_or_else(|| "absent".into(), |text| format!("{text:?}"))
}

fn list(audiences: Option<&[String]>) -> String {
    match audiences {
        None => "nobody (no \"aud\")".into(),
        Some([one]) => format!("{one:?}"),
        Some(many) => format!("{many:?}"),
    }
}

fn saved_by(late: Duration, leeway: Duration) -> String {
    let leeway = if leeway.is_zero() { "none".into() } else { Span(leeway).to_string() };
    format!("leeway {leeway}; more than {} would have saved it", Span(late))
}
