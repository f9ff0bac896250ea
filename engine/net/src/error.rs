//! What the engine's calls can refuse.

use std::fmt;

use engine_core::Error as CoreError;
use engine_core::sdp::SdpError;

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineError {
    /// The named handle is not there ("transport 7").
    Unknown(String),
    /// Bad input; the text names what is wrong.
    Invalid(String),
    /// The engine was closed.
    Closed,
    /// The system refused something (a socket, a thread).
    Failed(String),
}

impl EngineError {
    pub(crate) fn unknown(what: &str, handle: u64) -> Self {
        Self::Unknown(format!("{what} {handle}"))
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(what) => write!(f, "unknown {what}"),
            Self::Invalid(text) | Self::Failed(text) => f.write_str(text),
            Self::Closed => f.write_str("the engine is closed"),
        }
    }
}

impl std::error::Error for EngineError {}

impl From<SdpError> for EngineError {
    fn from(error: SdpError) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl From<CoreError> for EngineError {
    fn from(error: CoreError) -> Self {
        match error {
            CoreError::Unknown(what) => Self::Unknown(what),
            CoreError::Invalid(text) => Self::Invalid(text),
        }
    }
}

impl From<std::io::Error> for EngineError {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}
