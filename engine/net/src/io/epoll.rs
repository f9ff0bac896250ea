//! epoll(7), level-triggered: which of many connections can be read or written.

use std::io;
use std::mem;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

/// Descriptors told of by one call; the kernel lets the others come first the next time.
const EVENTS: usize = 32;

/// What a descriptor is ready for. Errors and hang-ups read as readable: reading shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ready {
    /// What the descriptor was added under.
    pub(crate) token: u64,
    pub(crate) readable: bool,
    pub(crate) writable: bool,
}

/// A set of descriptors. A closed one leaves the set by itself; the set is readable (poll(2)) while
/// one of them is ready.
pub(crate) struct Epoll(OwnedFd);

impl Epoll {
    pub(crate) fn new() -> io::Result<Self> {
        // SAFETY: no pointers; the result is checked before it is used.
        let fd = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: fd was just opened, is valid, and nobody else owns it.
        Ok(Self(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    pub(crate) fn raw(&self) -> RawFd {
        self.0.as_raw_fd()
    }

    /// Add a descriptor, to be told when it is readable.
    pub(crate) fn add(&self, descriptor: &impl AsRawFd, token: u64) -> io::Result<()> {
        self.control(libc::EPOLL_CTL_ADD, descriptor, token, libc::EPOLLIN)
    }

    /// Change what is told of a descriptor.
    pub(crate) fn watch(
        &self,
        descriptor: &impl AsRawFd,
        token: u64,
        readable: bool,
        writable: bool,
    ) -> io::Result<()> {
        let mut events = 0;
        for (wanted, flag) in [(readable, libc::EPOLLIN), (writable, libc::EPOLLOUT)] {
            if wanted {
                events |= flag;
            }
        }
        self.control(libc::EPOLL_CTL_MOD, descriptor, token, events)
    }

    fn control(
        &self,
        operation: libc::c_int,
        descriptor: &impl AsRawFd,
        token: u64,
        events: libc::c_int,
    ) -> io::Result<()> {
        let mut event = libc::epoll_event {
            events: events as u32,
            u64: token,
        };
        // SAFETY: the event is valid for the call, which copies it; descriptors are only numbers.
        let result = unsafe {
            libc::epoll_ctl(
                self.raw(),
                operation,
                descriptor.as_raw_fd(),
                &raw mut event,
            )
        };
        if result < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }

    /// What is ready now, without waiting.
    pub(crate) fn ready(&self) -> Vec<Ready> {
        // SAFETY: all zeros is a valid epoll_event.
        let mut events: [libc::epoll_event; EVENTS] = unsafe { mem::zeroed() };
        // SAFETY: the array is valid for as many events as are passed.
        let count =
            unsafe { libc::epoll_wait(self.raw(), events.as_mut_ptr(), EVENTS as libc::c_int, 0) };
        // An error is an interruption: the next call tells the same.
        let count = usize::try_from(count).unwrap_or(0);
        let ready = |event: &libc::epoll_event| {
            let (flags, token) = (event.events, event.u64);
            let trouble = (libc::EPOLLERR | libc::EPOLLHUP) as u32;
            Ready {
                token,
                readable: flags & (libc::EPOLLIN as u32 | trouble) != 0,
                writable: flags & libc::EPOLLOUT as u32 != 0,
            }
        };
        events[..count].iter().map(ready).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};

    use super::*;
    use crate::io::wait_readable;

    #[test]
    fn readiness_is_told_until_it_is_used_up_and_ends_with_the_descriptor() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (far, _) = listener.accept().unwrap();
        let epoll = Epoll::new().unwrap();
        epoll.add(&far, 7).unwrap();
        assert_eq!(epoll.ready(), []);
        near.write_all(b"x").unwrap();
        let patience = std::time::Duration::from_secs(5);
        assert_eq!(wait_readable([epoll.raw()], patience), [true]);
        let told = |readable, writable| {
            vec![Ready {
                token: 7,
                readable,
                writable,
            }]
        };
        assert_eq!(epoll.ready(), told(true, false));
        epoll.watch(&far, 7, false, true).unwrap();
        assert_eq!(epoll.ready(), told(false, true));
        drop(far);
        assert_eq!(epoll.ready(), []);
    }
}
