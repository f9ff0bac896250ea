//! A small generator for SSRCs, first sequence numbers and timestamps. Never for keys.

/// xoshiro256** (Blackman and Vigna, 2018), seeded by the caller so that tests repeat.
#[derive(Clone, Debug)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// A generator from 32 bytes; an all-zero seed is replaced, as it would only give zeros.
    pub fn new(seed: [u8; 32]) -> Self {
        let mut state = [0u64; 4];
        for (word, bytes) in state.iter_mut().zip(seed.chunks_exact(8)) {
            *word = u64::from_le_bytes(bytes.try_into().unwrap_or([1; 8]));
        }
        if state == [0; 4] {
            state = [0x9e37_79b9_7f4a_7c15, 1, 2, 3];
        }
        Self { state }
    }

    /// A generator seeded by the system.
    pub fn from_system() -> Self {
        let mut seed = [0u8; 32];
        // A failing system source leaves zeros: SSRCs are then predictable, but still checked
        // for collisions where they are allocated.
        let _ = aws_lc_rs::rand::fill(&mut seed);
        Self::new(seed)
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.state;
        let result = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let t = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= t;
        *d = d.rotate_left(45);
        result
    }

    /// The next 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    /// The next 16 random bits.
    pub fn next_u16(&mut self) -> u16 {
        (self.next_u64() >> 48) as u16
    }

    /// An SSRC: never zero.
    pub fn ssrc(&mut self) -> u32 {
        self.next_u32().max(1)
    }
}
