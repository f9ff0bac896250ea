//! Header extension elements in the one-byte and two-byte forms (RFC 8285).

const ONE_BYTE: u16 = 0xbede;
const TWO_BYTE: u16 = 0x1000;

/// Iterates over (id, value). Stops at the first element that does not fit.
#[derive(Clone, Copy, Debug)]
pub struct Elements<'a> {
    two_byte: bool,
    rest: &'a [u8],
}

impl<'a> Elements<'a> {
    /// The elements of an extension; none for other profiles.
    pub fn new(profile: u16, content: &'a [u8]) -> Self {
        let two_byte = profile & 0xfff0 == TWO_BYTE;
        let known = two_byte || profile == ONE_BYTE;
        Self {
            two_byte,
            rest: if known { content } else { &[] },
        }
    }

    fn take(&mut self, header: usize, len: usize) -> Option<&'a [u8]> {
        let value = self.rest.get(header..header + len);
        self.rest = self.rest.get(header + len..).unwrap_or(&[]);
        value
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let first = *self.rest.first()?;
            if first == 0 {
                self.rest = &self.rest[1..];
                continue;
            }
            if self.two_byte {
                let len = usize::from(*self.rest.get(1)?);
                return self.take(2, len).map(|value| (first, value));
            }
            let (id, len) = (first >> 4, usize::from(first & 0x0f) + 1);
            if id == 15 {
                return None;
            }
            return self.take(1, len).map(|value| (id, value));
        }
    }
}

/// Appends an extension to a packet behind its fixed header.
#[derive(Debug)]
pub struct ExtensionWriter {
    start: usize,
    two_byte: bool,
}

impl ExtensionWriter {
    /// Begin: the caller knows whether any element needs the two-byte form.
    pub fn begin(out: &mut Vec<u8>, two_byte: bool) -> Self {
        let start = out.len();
        let profile = if two_byte { TWO_BYTE } else { ONE_BYTE };
        out.extend_from_slice(&profile.to_be_bytes());
        out.extend_from_slice(&[0, 0]);
        Self { start, two_byte }
    }

    /// Whether an element fits the one-byte form.
    pub fn fits_one_byte(id: u8, len: usize) -> bool {
        (1..=14).contains(&id) && (1..=16).contains(&len)
    }

    /// Append an element. One that does not fit the form is left out.
    pub fn put(&self, out: &mut Vec<u8>, id: u8, value: &[u8]) {
        if self.two_byte {
            let Ok(len) = u8::try_from(value.len()) else {
                return;
            };
            out.extend_from_slice(&[id, len]);
        } else if Self::fits_one_byte(id, value.len()) {
            out.push(id << 4 | (value.len() - 1) as u8);
        } else {
            return;
        }
        out.extend_from_slice(value);
    }

    /// Pad to whole words and write the length.
    pub fn finish(self, out: &mut Vec<u8>) {
        while !(out.len() - self.start).is_multiple_of(4) {
            out.push(0);
        }
        let words = ((out.len() - self.start) / 4 - 1) as u16;
        out[self.start + 2..self.start + 4].copy_from_slice(&words.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(two_byte: bool, elements: &[(u8, Vec<u8>)]) -> Vec<(u8, Vec<u8>)> {
        let mut out = vec![0xaa; 12];
        let writer = ExtensionWriter::begin(&mut out, two_byte);
        for (id, value) in elements {
            writer.put(&mut out, *id, value);
        }
        writer.finish(&mut out);
        assert_eq!(out.len() % 4, 0);
        let profile = u16::from_be_bytes([out[12], out[13]]);
        let words = usize::from(u16::from_be_bytes([out[14], out[15]]));
        assert_eq!(out.len(), 16 + 4 * words);
        Elements::new(profile, &out[16..])
            .map(|(id, value)| (id, value.to_vec()))
            .collect()
    }

    #[test]
    fn both_forms_keep_their_elements() {
        let small = vec![(1, vec![b'0']), (14, vec![7; 16]), (3, vec![1, 2])];
        assert_eq!(round_trip(false, &small), small);
        let large = vec![(1, vec![b'0']), (15, vec![9; 40]), (200, vec![])];
        assert_eq!(round_trip(true, &large), large);
    }

    #[test]
    fn truncated_elements_end_the_list() {
        assert_eq!(Elements::new(ONE_BYTE, &[0x12, 1, 2]).count(), 0);
        assert_eq!(Elements::new(TWO_BYTE, &[1, 200, 2]).count(), 0);
        assert_eq!(Elements::new(ONE_BYTE, &[0xf0, 1, 2]).count(), 0);
    }
}
