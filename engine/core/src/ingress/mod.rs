//! What publishers send: streams found and repaired, packets kept for all subscribers.

mod inbound;
mod keyframes;
mod layer;
mod nack;
mod packet;
mod publication;
mod rates;
mod reception;
mod ring;
mod twcc;

pub use inbound::{Bound, Inbound};
pub use keyframes::KeyframeRequests;
pub use layer::{Clock, Layer};
pub use nack::NackGenerator;
pub use packet::Packet;
pub use publication::Publication;
pub use rates::{LayerGrid, LayerPoint, RateMeter};
pub use reception::{Arrival, Reception};
pub use ring::Ring;
pub use twcc::TwccRecorder;
