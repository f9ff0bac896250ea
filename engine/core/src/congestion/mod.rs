//! What the path to a subscriber carries, from its transport-wide feedback.
//!
//! Delay and loss based control after draft-ietf-rmcat-gcc-02 ("GCC" below), feedback after
//! draft-holmer-rmcat-transport-wide-cc-extensions-01, probes by clusters of padding. No time and no
//! packets of its own: both are arguments. Where a constant is neither of a draft nor of libwebrtc,
//! it says so.

mod acknowledged;
mod delay;
mod estimator;
mod feedback;
mod history;
mod loss;
mod probe;
mod rate;
mod standing;

pub use delay::{DelayDetector, Usage};
pub use estimator::{Estimator, Outcome};
pub use feedback::Feedback;
pub use history::{Acknowledged, SendHistory};
pub use probe::{Probe, ProbeResults};

/// Microseconds on a clock of the transport's own.
pub type Micros = i64;
