//! Scenarios on the whole core: driven clock, no sockets, clients made of the crate's own parts.
//! One binary, because linking takes longer than running.

mod bandwidth;
mod codecs;
mod common;
mod forwarding;
mod hostile;
mod layers;
mod messages;
mod recorded;
mod redundancy;
mod room;
mod sdp;
mod simulcast;
mod srtp;
