//! Sockets and threads around the core: ICE, DTLS and data channels (str0m), a shard with its UDP
//! socket, and the `Engine` that callers see.

mod activity;
mod engine;
mod error;
mod event;
mod io;
mod peer;
mod shard;
mod stats;
mod streams;

pub use activity::Activity;
pub use engine::{Engine, EngineConfig, SendPlan};
pub use error::EngineError;
pub use event::{EngineEvent, Failure};
pub use stats::EngineStats;
