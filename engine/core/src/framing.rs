//! Datagrams on a byte stream: a length of two bytes before each (RFC 4571 section 2), as ICE-TCP
//! carries STUN, DTLS and SRTP (RFC 6544 section 3).

/// Bytes of the length before each frame.
pub const FRAME_HEADER: usize = 2;

/// A frame longer than any datagram of WebRTC: the peer speaks something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameTooLong(pub usize);

/// Cuts a stream into its frames. Holds at most one unfinished frame.
#[derive(Debug, Default)]
pub struct Deframer {
    /// An unfinished frame with its length in front.
    partial: Vec<u8>,
}

impl Deframer {
    /// Hand out the frames that end within `bytes`, in order and for changing in place. Frames of
    /// no length are keep-alives and are left out. After an error the stream is of no more use.
    pub fn feed(
        &mut self,
        mut bytes: &mut [u8],
        max: usize,
        frame: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(), FrameTooLong> {
        while !bytes.is_empty() {
            if self.partial.is_empty() && bytes.len() >= FRAME_HEADER {
                let length = frame_length([bytes[0], bytes[1]], max)?;
                if bytes.len() >= FRAME_HEADER + length {
                    let (whole, rest) = bytes.split_at_mut(FRAME_HEADER + length);
                    if length > 0 {
                        frame(&mut whole[FRAME_HEADER..]);
                    }
                    bytes = rest;
                    continue;
                }
            }
            bytes = self.collect(bytes, max, frame)?;
        }
        Ok(())
    }

    /// Add to the unfinished frame what belongs to it; the rest is returned.
    fn collect<'a>(
        &mut self,
        bytes: &'a mut [u8],
        max: usize,
        frame: &mut dyn FnMut(&mut [u8]),
    ) -> Result<&'a mut [u8], FrameTooLong> {
        let rest = self.take(bytes, FRAME_HEADER);
        let [high, low, ..] = self.partial[..] else {
            return Ok(rest);
        };
        let whole = FRAME_HEADER + frame_length([high, low], max)?;
        let rest = self.take(rest, whole);
        if self.partial.len() == whole {
            if whole > FRAME_HEADER {
                frame(&mut self.partial[FRAME_HEADER..]);
            }
            // Most connections are between frames most of the time: hold nothing for them.
            self.partial = Vec::new();
        }
        Ok(rest)
    }

    /// Fill the unfinished frame up to `length` bytes.
    fn take<'a>(&mut self, bytes: &'a mut [u8], length: usize) -> &'a mut [u8] {
        let missing = length.saturating_sub(self.partial.len()).min(bytes.len());
        let (taken, rest) = bytes.split_at_mut(missing);
        self.partial.extend_from_slice(taken);
        rest
    }
}

fn frame_length(header: [u8; FRAME_HEADER], max: usize) -> Result<usize, FrameTooLong> {
    let length = usize::from(u16::from_be_bytes(header));
    if length > max {
        return Err(FrameTooLong(length));
    }
    Ok(length)
}

/// Append a datagram as a frame. False, with nothing appended, when it does not fit into one.
pub fn push_frame(out: &mut Vec<u8>, datagram: &[u8]) -> bool {
    let Ok(length) = u16::try_from(datagram.len()) else {
        return false;
    };
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(datagram);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(deframer: &mut Deframer, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        let mut bytes = bytes.to_vec();
        let fed = deframer.feed(&mut bytes, 100, &mut |frame| frames.push(frame.to_vec()));
        assert_eq!(fed, Ok(()));
        frames
    }

    fn stream(frames: &[&[u8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for frame in frames {
            assert!(push_frame(&mut bytes, frame));
        }
        bytes
    }

    #[test]
    fn frames_come_out_as_they_went_in_wherever_the_stream_is_cut() {
        let bytes = stream(&[b"one", b"", b"three", &[7; 100]]);
        let expected = [&b"one"[..], b"three", &[7; 100]];
        for first in 0..bytes.len() {
            for second in first..bytes.len() {
                let mut deframer = Deframer::default();
                let mut frames = read(&mut deframer, &bytes[..first]);
                frames.extend(read(&mut deframer, &bytes[first..second]));
                frames.extend(read(&mut deframer, &bytes[second..]));
                assert_eq!(frames, expected, "cut at {first} and {second}");
            }
        }
    }

    #[test]
    fn a_length_beyond_the_bound_ends_the_stream_even_when_it_comes_in_two_parts() {
        let too_long = Err(FrameTooLong(101));
        assert_eq!(
            Deframer::default().feed(&mut [0, 101, 1], 100, &mut |_| ()),
            too_long
        );
        let mut deframer = Deframer::default();
        assert_eq!(read(&mut deframer, &[0]), Vec::<Vec<u8>>::new());
        assert_eq!(deframer.feed(&mut [101], 100, &mut |_| ()), too_long);
    }

    #[test]
    fn what_fits_no_frame_is_not_sent() {
        let mut out = Vec::new();
        assert!(!push_frame(&mut out, &[0; 65_536]) && out.is_empty());
    }
}
