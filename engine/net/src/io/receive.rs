//! Receiving datagrams in batches with recvmmsg(2).

use std::mem;
use std::net::{IpAddr, SocketAddr};

use super::address;
use super::control::{self, ControlBuffer};
use super::socket::MediaSocket;

/// Datagrams taken by one system call.
const BATCH: usize = 64;
/// Largest datagram taken; longer ones are no WebRTC traffic and are dropped.
const DATAGRAM: usize = 2048;

/// Where a datagram came from, where to, and its bytes.
pub(crate) struct Datagram<'a> {
    pub(crate) source: SocketAddr,
    /// The local address it was sent to, where the kernel told.
    pub(crate) local: Option<IpAddr>,
    pub(crate) bytes: &'a mut [u8],
}

/// Buffers for one batch. The headers point into the other fields, which are boxed so that the
/// pointers stay true when the batch moves.
pub(crate) struct Batch {
    headers: Box<[libc::mmsghdr; BATCH]>,
    names: Box<[libc::sockaddr_storage; BATCH]>,
    controls: Box<[ControlBuffer; BATCH]>,
    #[expect(dead_code, reason = "headers point to it")]
    vectors: Box<[libc::iovec; BATCH]>,
    bytes: Box<[[u8; DATAGRAM]]>,
    received: usize,
}

// SAFETY: the raw pointers only point into the boxes that the batch itself owns.
unsafe impl Send for Batch {}

impl Batch {
    pub(crate) fn new() -> Self {
        // SAFETY: all zeros is a valid value of these C structures (null pointers, no lengths).
        let mut headers: Box<[libc::mmsghdr; BATCH]> = Box::new(unsafe { mem::zeroed() });
        // SAFETY: all zeros is a valid sockaddr_storage.
        let mut names: Box<[libc::sockaddr_storage; BATCH]> = Box::new(unsafe { mem::zeroed() });
        let mut controls = Box::new([ControlBuffer::new(); BATCH]);
        let mut bytes = vec![[0u8; DATAGRAM]; BATCH].into_boxed_slice();
        let empty = libc::iovec {
            iov_base: std::ptr::null_mut(),
            iov_len: 0,
        };
        let mut vectors = Box::new([empty; BATCH]);
        for index in 0..BATCH {
            vectors[index].iov_base = bytes[index].as_mut_ptr().cast();
            vectors[index].iov_len = DATAGRAM;
            let header = &mut headers[index].msg_hdr;
            header.msg_name = (&raw mut names[index]).cast();
            header.msg_control = controls[index].as_mut_ptr();
            header.msg_iov = &raw mut vectors[index];
            header.msg_iovlen = 1;
        }
        let mut batch = Self {
            headers,
            names,
            controls,
            vectors,
            bytes,
            received: BATCH,
        };
        batch.reset();
        batch
    }

    /// The lengths are in-out arguments: give the used headers their full room again.
    fn reset(&mut self) {
        for (index, header) in self.headers.iter_mut().enumerate().take(self.received) {
            header.msg_hdr.msg_namelen = mem::size_of::<libc::sockaddr_storage>() as _;
            header.msg_hdr.msg_controllen = ControlBuffer::SIZE as _;
            header.msg_hdr.msg_control = self.controls[index].as_mut_ptr();
            header.msg_hdr.msg_flags = 0;
        }
        self.received = 0;
    }

    /// Take what waits in the socket, up to the batch's size. Answers how many came.
    pub(crate) fn receive(&mut self, socket: &MediaSocket) -> usize {
        self.reset();
        // SAFETY: every header points to buffers of the stated lengths, owned by self.
        let count = unsafe {
            libc::recvmmsg(
                socket.raw(),
                self.headers.as_mut_ptr(),
                BATCH as libc::c_uint,
                libc::MSG_DONTWAIT as _,
                std::ptr::null_mut(),
            )
        };
        // Errors here are "nothing waits" or a queued ICMP error of some earlier send.
        self.received = usize::try_from(count).unwrap_or(0);
        self.received
    }

    /// One datagram of the batch; None when it was too long or its source is unknown.
    pub(crate) fn datagram(&mut self, index: usize) -> Option<Datagram<'_>> {
        let header = &self.headers[index];
        if header.msg_hdr.msg_flags & libc::MSG_TRUNC != 0 {
            return None;
        }
        Some(Datagram {
            source: address::load(&self.names[index])?,
            local: control::destination(&header.msg_hdr),
            bytes: &mut self.bytes[index][..header.msg_len as usize],
        })
    }

    /// Whether the last call filled the batch, so that more may wait.
    pub(crate) fn was_full(&self) -> bool {
        self.received == BATCH
    }
}
