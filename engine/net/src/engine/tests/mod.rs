//! The engine over loopback with str0m's clients, which bring their own SDP, SRTP and RTP.

mod client;
mod crowd;
mod faults;
mod floods;
mod media;
mod messages;
mod presence;
mod tcp;
mod world;
