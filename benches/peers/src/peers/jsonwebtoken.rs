//! jsonwebtoken, once for each of its back-ends. It has one provider to a process; the one installed
//! here passes every call on to the back-end whose turn it is, so that all are measured in one run.

use std::rc::Rc;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use jsonwebtoken::crypto::{CryptoProvider, KeyUtils};
use jsonwebtoken::errors::ErrorKind;

use super::{Named, claims_from, yesterday};
use crate::library::{Library, Refusal};
use crate::scenario::{Ours, PlainClaims, State, Theirs};

static BACK_ENDS: &[(&str, &CryptoProvider)] = &[
    #[cfg(feature = "rust_crypto")]
    ("jsonwebtoken, rust_crypto", &jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER),
    #[cfg(feature = "aws_lc_rs")]
    ("jsonwebtoken, aws_lc_rs", &jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER),
    ("jsonwebtoken, our ring provider", &waxseal::jsonwebtoken::RING_PROVIDER),
];

static CHOSEN: AtomicUsize = AtomicUsize::new(0);

static CHOOSING_PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| (chosen().signer_factory)(algorithm, key),
    verifier_factory: |algorithm, key| (chosen().verifier_factory)(algorithm, key),
    key_utils: KeyUtils::new_unimplemented(),
};

/// The library on each of its back-ends, ours among them.
pub(super) fn each(ours: &Ours) -> impl Iterator<Item = Named> {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| CHOOSING_PROVIDER.install_default().expect("nobody chose before"));
    BACK_ENDS.iter().enumerate().map(|(back_end, (name, _))| {
        let library: Rc<dyn Library> = Rc::new(JsonWebToken::new(back_end, ours));
        (*name, library)
    })
}

struct JsonWebToken {
    back_end: usize,
    theirs: Theirs,
    expired: PlainClaims,
}

impl JsonWebToken {
    fn new(back_end: usize, ours: &Ours) -> Self {
        CHOSEN.store(back_end, Ordering::Relaxed);
        Self { back_end, theirs: Theirs::of(ours), expired: claims_from(yesterday()) }
    }

    fn encode(&self, claims: &PlainClaims) -> String {
        CHOSEN.store(self.back_end, Ordering::Relaxed);
        let Theirs { header, encoding, .. } = &self.theirs;
        jsonwebtoken::encode(header, claims, encoding).expect("a token")
    }
}

impl Library for JsonWebToken {
    fn mint(&self) -> String {
        self.encode(&self.theirs.claims)
    }

    fn mint_expired(&self) -> String {
        self.encode(&self.expired)
    }

    fn verify(&self, token: &str) -> Result<State, Refusal> {
        CHOSEN.store(self.back_end, Ordering::Relaxed);
        let Theirs { decoding, validation, .. } = &self.theirs;
        match jsonwebtoken::decode::<PlainClaims>(token, decoding, validation) {
            Ok(read) => Ok(State::from(read.claims)),
            Err(error) => Err(match error.kind() {
                ErrorKind::InvalidSignature => Refusal::Unauthentic,
                ErrorKind::ExpiredSignature => Refusal::Expired,
                other => Refusal::other(other),
            }),
        }
    }
}

fn chosen() -> &'static CryptoProvider {
    BACK_ENDS[CHOSEN.load(Ordering::Relaxed)].1
}
