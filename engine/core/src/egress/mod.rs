//! What subscribers get: one stream a subscription, continuous whatever happens to the layers.

mod audio;
mod gap;
mod pacer;
mod padding;
mod playout;
mod rewriter;
mod run;
mod selector;
mod sender;
mod subscription;
mod write;

pub(crate) use pacer::INTERVAL as PACE_INTERVAL;
pub use pacer::{GivenUp, Pacer};
pub use playout::PlayoutDelay;
pub use rewriter::{Epoch, Mapped, Rewriter};
pub use run::{Run, RunBuffer};
pub use sender::Sender;
pub use subscription::{Source, Subscription, SubscriptionSettings};
