//! Sleep until one of many sockets is readable; the CPU time of a thread.

use std::net::UdpSocket;
use std::os::fd::AsRawFd;
use std::time::Duration;

/// Descriptors of sockets in the order given.
pub struct Readable {
    polled: Vec<libc::pollfd>,
}

impl Readable {
    pub fn new<'a>(sockets: impl Iterator<Item = &'a UdpSocket>) -> Self {
        let polled = sockets
            .map(|socket| libc::pollfd {
                fd: socket.as_raw_fd(),
                events: libc::POLLIN,
                revents: 0,
            })
            .collect();
        Self { polled }
    }

    /// The places of the readable sockets; none after `longest`.
    pub fn wait(&mut self, longest: Duration) -> Vec<usize> {
        let milliseconds = longest.as_millis().min(1_000) as libc::c_int;
        // SAFETY: the pointer and length are those of a vector that outlives the call.
        let ready = unsafe {
            libc::poll(
                self.polled.as_mut_ptr(),
                self.polled.len() as libc::nfds_t,
                milliseconds,
            )
        };
        if ready <= 0 {
            return Vec::new();
        }
        (0..self.polled.len())
            .filter(|&place| self.polled[place].revents != 0)
            .collect()
    }
}

/// CPU time of the calling thread so far.
pub fn thread_cpu() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the structure is ours and the clock always exists on Linux.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
