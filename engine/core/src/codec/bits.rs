//! Single bits of a descriptor, most significant first.

/// Reads bits; every read beyond the end is `None`.
#[derive(Clone, Copy, Debug)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bits read so far.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The next `count` bits, at most 32.
    pub fn bits(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    pub fn flag(&mut self) -> Option<bool> {
        Some(self.bits(1)? == 1)
    }

    /// A number below `values` in as few bits as it needs (AV1 section 4.10.7).
    pub fn non_symmetric(&mut self, values: u32) -> Option<u32> {
        let width = u32::BITS - values.leading_zeros();
        let short = (1 << width) - values;
        let value = self.bits(width as usize - 1)?;
        if value < short {
            return Some(value);
        }
        Some((value << 1) - short + self.bits(1)?)
    }
}

/// Appends bits.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    pub bytes: Vec<u8>,
    at: usize,
}

impl BitWriter {
    /// The lowest `count` bits of a value, at most 32.
    pub fn put(&mut self, value: u32, count: usize) {
        for bit in (0..count).rev() {
            if self.at.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((value >> bit & 1) as u8) << (7 - self.at % 8);
            }
            self.at += 1;
        }
    }

    /// The bits of `bytes` from one position to another.
    pub fn copy(&mut self, bytes: &[u8], from: usize, to: usize) {
        for at in from..to {
            let byte = bytes.get(at / 8).copied().unwrap_or(0);
            self.put(u32::from(byte >> (7 - at % 8) & 1), 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn non_symmetric_numbers_are_read_as_written_in_the_av1_specification() {
        // Five values: 0, 1 and 2 take two bits, 3 and 4 take three.
        for (bits, count, value) in [
            (0b00, 2, 0),
            (0b01, 2, 1),
            (0b10, 2, 2),
            (0b110, 3, 3),
            (0b111, 3, 4),
        ] {
            let mut writer = BitWriter::default();
            writer.put(bits, count);
            let mut reader = BitReader::new(&writer.bytes);
            assert_eq!(reader.non_symmetric(5), Some(value));
            assert_eq!(reader.position(), count);
        }
        assert_eq!(BitReader::new(&[]).non_symmetric(1), Some(0));
        assert_eq!(BitReader::new(&[]).non_symmetric(2), None);
    }

    #[test]
    fn bits_are_copied_at_any_offset() {
        let bytes = [0xde, 0xad, 0xbe, 0xef];
        let mut writer = BitWriter::default();
        writer.put(0b101, 3);
        writer.copy(&bytes, 5, 32);
        let mut reader = BitReader::new(&writer.bytes);
        assert_eq!(reader.bits(3), Some(0b101));
        assert_eq!(reader.bits(27), Some(0xdead_beef & ((1 << 27) - 1)));
    }
}
