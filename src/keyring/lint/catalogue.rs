//! Every rule for rings. Scripts match on ids: one is never given another meaning.

use super::Level::{Error, Note, Warn};
use super::Rule;

/// All rules, by id.
pub const CATALOGUE: &[Rule] = &[
    NO_SIGNER,
    TWO_SIGNERS,
    SHORT_PERIOD,
    OVERDUE,
    NO_NEXT_KEY,
    TOO_MANY_KEYS,
    OPEN_TO_OTHERS,
    FUTURE,
    KEPT_PRIVATE_HALF,
    FOREIGN_KID,
    WRONG_PUBLISHED_SET,
    BROKEN_CHAIN,
    STALE_FILE,
    SERIAL_WENT_BACK,
    ENDLESS_HOLD,
    SHARED_KEY,
    IN_A_WORK_TREE,
];

pub(super) const NO_SIGNER: Rule = Rule::new(
    "K001",
    Error,
    "no key signs",
    "put back the newest sign-NNNN.json and the key that it names, or import a key and promote it",
);
pub(super) const TWO_SIGNERS: Rule = Rule::new(
    "K002",
    Error,
    "two keys sign: two promotions of one number, or two signing keys in a JWK Set",
    "decide which key signs, and take the other promotion or the other \"sign\" away",
);
pub(super) const SHORT_PERIOD: Rule = Rule::new(
    "K003",
    Error,
    "the period is shorter than max(C + S, R + L + 2S): keys would go before their tokens end",
    "make period longer, or L or C shorter, in ring.json",
);
pub(super) const OVERDUE: Rule = Rule::new(
    "K004",
    Warn,
    "rotation is overdue (error: by a whole period more)",
    "waxseal keys tick; see that cron still runs it",
);
pub(super) const NO_NEXT_KEY: Rule = Rule::new(
    "K005",
    Warn,
    "no next key will be known to all verifiers when the rotation is due",
    "waxseal keys stage --keys DIR; an RSA ring: waxseal keys import FILE",
);
pub(super) const TOO_MANY_KEYS: Rule = Rule::new(
    "K006",
    Warn,
    "more live keys than the cap: four, or \"cap\" in ring.json",
    "let staged keys sign in turn, and stage one at a time",
);
pub(super) const OPEN_TO_OTHERS: Rule = Rule::new(
    "K007",
    Error,
    "others can read a key or write in the ring, or a file is a link out of it (warn: on a \
     read-only mount)",
    "chmod go= on the folder and its files; copy the file in place of the link",
);
pub(super) const FUTURE: Rule = Rule::new(
    "K008",
    Warn,
    "a file was changed, or an act happened, in the future",
    "compare the clocks of the hosts that write the ring",
);
pub(super) const KEPT_PRIVATE_HALF: Rule = Rule::new(
    "K009",
    Warn,
    "a private half is kept although every token of its key has ended",
    "waxseal keys tick prunes it, or waxseal keys prune",
);
pub(super) const FOREIGN_KID: Rule = Rule::new(
    "K010",
    Warn,
    "a kid of our form, or a PASERK id, is not that of its key",
    "see whether files of two keys or two rings were exchanged",
);
pub(super) const WRONG_PUBLISHED_SET: Rule = Rule::new(
    "K011",
    Error,
    "the published set is not the ring's public halves, or holds a private member",
    "waxseal keys tick writes it anew; a private member that was published: revoke the key",
);
pub(super) const BROKEN_CHAIN: Rule = Rule::new(
    "K012",
    Error,
    "the history has a gap, or an event does not hold the hash of the one before",
    "compare with a backup: somebody changed or lost history",
);
pub(super) const STALE_FILE: Rule = Rule::new(
    "K013",
    Note,
    "a temporary file of an interrupted writer",
    "waxseal keys check --repair removes it; it may hold a key",
);
pub(super) const SERIAL_WENT_BACK: Rule = Rule::new(
    "K014",
    Error,
    "the serial is lower than one that was seen before: an older ring was put back",
    "put the newer ring back; newer keys and revocations are missing here",
);
pub(super) const ENDLESS_HOLD: Rule =
    Rule::new("K015", Note, "a hold has no date", "give the hold an \"until\", so that it ends");
pub(super) const SHARED_KEY: Rule = Rule::new(
    "K016",
    Error,
    "two rings hold the same key: tokens of one pass in the other",
    "rotate the key out of one of them",
);
pub(super) const IN_A_WORK_TREE: Rule = Rule::new(
    "K017",
    Warn,
    "private keys lie in a git work tree",
    "move the ring out of the repository; what was committed once is public: rotate",
);
