//! The layers inside one stream: the structure that its dependency descriptors refer to.

use crate::codec::descriptor::{self, Structure};
use crate::codec::{Frame, Targets};

/// A structure and where it began.
#[derive(Clone, Debug)]
struct Known {
    since: u64,
    structure: Structure,
}

/// What is known of one stream's layers.
#[derive(Clone, Debug)]
pub struct Layering {
    /// The structure in force, and the one before it, for packets that come late.
    current: Option<Known>,
    before: Option<Known>,
    /// The newest packet that named the active targets.
    named: u64,
    targets: Targets,
    /// Highest spatial layer seen by payload descriptor alone.
    seen: u8,
}

/// What a descriptor said in its stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Described {
    pub frame: Option<Frame>,
    /// Number of decode targets, and where the bitmask of the active ones belongs.
    pub targets: u8,
    pub active_at: u16,
    /// First template id of the structure that is attached, and how many there are.
    pub attached: Option<(u8, u8)>,
    /// The stream has other targets than before.
    pub changed: bool,
}

impl Default for Layering {
    fn default() -> Self {
        Self {
            current: None,
            before: None,
            named: 0,
            targets: Targets::grid(),
            seen: 0,
        }
    }
}

impl Layering {
    /// The decode targets in force.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// Whether a structure says what the layers are.
    pub fn is_described(&self) -> bool {
        self.current.is_some()
    }

    /// The highest spatial layer of the stream now.
    pub fn highest_spatial(&self) -> u8 {
        if self.is_described() {
            self.targets.highest_spatial()
        } else {
            self.seen
        }
    }

    /// A frame told its layers by payload descriptor; `true` if there are more than before.
    pub fn see(&mut self, frame: &Frame) -> bool {
        let more = frame.number.is_none() && frame.spatial > self.seen;
        self.seen = self.seen.max(frame.spatial);
        more
    }

    /// Read the descriptor of the packet with this extended sequence number.
    pub fn read(&mut self, sequence: u64, bytes: &[u8]) -> Described {
        let known = [&self.current, &self.before];
        let known = known
            .into_iter()
            .flatten()
            .find(|known| known.since <= sequence);
        let known = known.map(|known| &known.structure);
        let Some(read) = descriptor::read(bytes, known) else {
            return Described::default();
        };
        let targets = read
            .structure
            .as_ref()
            .or(known)
            .map_or(0, |used| used.targets.len());
        let mut described = Described {
            frame: Some(read.frame),
            targets: targets as u8,
            active_at: read.active_at.max(24 + 5),
            ..Described::default()
        };
        if let Some(structure) = read.structure {
            described.attached = Some((structure.offset, structure.templates()));
            described.changed = self.attach(sequence, structure);
        }
        if let Some(active) = read.active.filter(|_| sequence >= self.named) {
            self.named = sequence;
            described.changed |= self.targets.active != active;
            self.targets.active = active;
        }
        described
    }

    /// Remember a structure; `true` if it is another one than before.
    fn attach(&mut self, sequence: u64, structure: Structure) -> bool {
        let newer = self
            .current
            .as_ref()
            .is_none_or(|now| now.since <= sequence);
        if !newer {
            return false;
        }
        // Every keyframe repeats the structure; mostly it is the same one.
        if self
            .current
            .as_ref()
            .is_some_and(|now| now.structure == structure)
        {
            return false;
        }
        self.targets = structure.targets.clone();
        let known = Known {
            since: sequence,
            structure,
        };
        self.before = self.current.replace(known);
        true
    }
}
