//! What is measured: every operation of every library, and the raw primitive beside them. Every
//! result is checked while it is timed.

use std::hint::black_box;
use std::rc::Rc;

use crate::column::Column;
use crate::library::{Library, Refusal};
use crate::scenario::{Ours, state};
use crate::{peers, raw};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Verify,
    Mint,
    Forged,
    Expired,
}

impl Operation {
    pub const ALL: [Self; 4] = [Self::Verify, Self::Mint, Self::Forged, Self::Expired];

    pub fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Mint => "mint",
            Self::Forged => "forged",
            Self::Expired => "expired",
        }
    }
}

/// One thing to time. It panics if the answer is not the one that is due.
pub struct Case {
    pub name: &'static str,
    pub run: Box<dyn Fn()>,
}

/// The cases of one operation in one column: the raw primitive, waxseal, its peers.
pub struct Group {
    pub operation: Operation,
    pub column: Column,
    pub cases: Vec<Case>,
}

/// The length of a library's token.
pub struct Length {
    pub column: Column,
    pub name: &'static str,
    pub bytes: usize,
}

/// Every group, and the lengths of the tokens.
///
/// # Panics
/// If backtraces are on: jwt-simple refuses with errors of anyhow, which would take one for each token.
pub fn all() -> (Vec<Group>, Vec<Length>) {
    for name in ["RUST_BACKTRACE", "RUST_LIB_BACKTRACE"] {
        let is_off = std::env::var_os(name).is_none_or(|value| value == "0");
        assert!(is_off, "a refusal with a backtrace is slower: unset {name}");
    }
    let (mut groups, mut lengths) = (Vec::new(), Vec::new());
    for column in Column::ALL {
        let ours = Rc::new(Ours::new(column.algorithm()));
        let raw = raw::of(column, &ours);
        let libraries = peers::of(column, &ours);
        for (library, subject) in &libraries {
            let bytes = subject.mint().len();
            lengths.push(Length { column, name: library, bytes });
        }
        for operation in Operation::ALL {
            let primitive = match operation {
                Operation::Mint => Rc::clone(&raw.mint),
                Operation::Verify | Operation::Forged | Operation::Expired => {
                    Rc::clone(&raw.verify)
                }
            };
            let run = Box::new(move || assert!(primitive(), "the raw primitive failed"));
            let mut cases = vec![Case { name: raw::NAME, run }];
            cases.extend(libraries.iter().map(|(library, subject)| Case {
                name: library,
                run: timed(operation, library, Rc::clone(subject)),
            }));
            groups.push(Group { operation, column, cases });
        }
    }
    (groups, lengths)
}

fn timed(operation: Operation, name: &'static str, library: Rc<dyn Library>) -> Box<dyn Fn()> {
    let token = library.mint();
    assert_eq!(library.verify(&token), Ok(state()), "{name} reads another session");
    let (token, due) = match operation {
        Operation::Mint => {
            return Box::new(move || {
                black_box(library.mint());
            });
        }
        Operation::Verify => {
            return Box::new(move || {
                let answer = library.verify(black_box(&token));
                assert!(answer.is_ok(), "{name} refused: {answer:?}");
            });
        }
        Operation::Forged => (library.forge(&token), Refusal::Unauthentic),
        Operation::Expired => (library.mint_expired(), Refusal::Expired),
    };
    Box::new(move || {
        let answer = library.verify(black_box(&token));
        assert!(answer.as_ref().is_err_and(|refusal| *refusal == due), "{name} said: {answer:?}");
    })
}
