//! The columns of the tables: what protects the token. Libraries are compared within one only.

use waxseal::key::Algorithm;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Hs256,
    EdDsa,
    Es256,
    A256Gcm,
    V4Public,
    V4Local,
}

impl Column {
    pub const ALL: [Self; 6] =
        [Self::Hs256, Self::EdDsa, Self::Es256, Self::A256Gcm, Self::V4Public, Self::V4Local];

    pub fn algorithm(self) -> Algorithm {
        match self {
            Self::Hs256 => Algorithm::Hs256,
            Self::EdDsa => Algorithm::EdDsa,
            Self::Es256 => Algorithm::Es256,
            Self::A256Gcm => Algorithm::A256Gcm,
            Self::V4Public => Algorithm::V4Public,
            Self::V4Local => Algorithm::V4Local,
        }
    }

    pub fn name(self) -> &'static str {
        self.algorithm().name()
    }
}
