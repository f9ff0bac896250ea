//! What subscribers get: one stream a subscription, continuous whatever happens to the layers.

mod audio;
mod gap;
mod rewriter;
mod run;
mod selector;
mod sender;
mod subscription;
mod write;

pub use rewriter::{Epoch, Mapped, Rewriter};
pub use run::RunBuffer;
pub use sender::Sender;
pub use subscription::{Source, Subscription, SubscriptionSettings};
