//! What the core's topology and negotiation calls can refuse.

use std::fmt;

/// Why a call was refused. Packets never cause errors: bad ones are counted and dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The named handle is not there ("transport 7").
    Unknown(String),
    /// The input contradicts itself or the state; the text names what is wrong.
    Invalid(String),
}

impl Error {
    /// An unknown handle of the given sort.
    pub fn unknown(what: &str, handle: u64) -> Self {
        Self::Unknown(format!("{what} {handle}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(what) => write!(f, "unknown {what}"),
            Self::Invalid(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Error {}
