//! What touches the operating system: sockets, descriptors, clocks. All `unsafe` of the crate is here.

mod address;
mod control;
mod descriptor;
mod epoll;
mod receive;
mod send;
mod socket;

pub(crate) use address::{canonical, local_addresses};
pub(crate) use descriptor::{EventFd, descriptor_limit, thread_cpu, wait_readable};
pub(crate) use epoll::{Epoll, Ready};
pub(crate) use receive::{Batch, Datagram};
pub(crate) use send::Sent;
pub(crate) use socket::{MediaSocket, bound_send_buffer};
