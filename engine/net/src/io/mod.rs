//! What touches the operating system: sockets, descriptors, clocks. All `unsafe` of the crate is here.

mod address;
mod control;
mod descriptor;
mod receive;
mod send;
mod socket;

pub(crate) use address::local_addresses;
pub(crate) use descriptor::{EventFd, thread_cpu, wait_readable};
pub(crate) use receive::{Batch, Datagram};
pub(crate) use send::Sent;
pub(crate) use socket::MediaSocket;
