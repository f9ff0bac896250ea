//! What publishers send: streams found and repaired, packets kept for all subscribers.

mod inbound;
mod keyframes;
mod layer;
mod layering;
mod nack;
mod packet;
mod publication;
mod rates;
mod reception;
mod ring;
mod twcc;

pub use crate::codec::LayerPoint;
pub use inbound::{Bound, Inbound};
pub use keyframes::KeyframeRequests;
pub use layer::{Clock, Layer};
pub use layering::{Described, Layering};
pub use nack::NackGenerator;
pub use packet::Packet;
pub use publication::Publication;
pub use rates::{LayerGrid, RateMeter};
pub use reception::{Arrival, Reception};
pub use ring::Ring;
pub use twcc::TwccRecorder;
