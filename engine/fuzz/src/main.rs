//! The fuzz targets of the engine in one binary: `FUZZ_TARGET` names the one that libFuzzer runs.
//!
//! One binary, because building takes longer than running; docs/media/safety.md tells how to run it.
#![cfg_attr(fuzzing, no_main)]

#[path = "../../core/tests/scenarios/common/mod.rs"]
#[allow(
    dead_code,
    reason = "shared with the scenarios of the core, which use all of it"
)]
mod common;
mod targets;

#[cfg(fuzzing)]
mod entry {
    use std::sync::OnceLock;

    use crate::targets::{TARGETS, Target};

    fn chosen() -> Target {
        static CHOSEN: OnceLock<Target> = OnceLock::new();
        *CHOSEN.get_or_init(|| {
            let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
            let found = TARGETS.iter().find(|(one, _)| *one == name);
            found
                .unwrap_or_else(|| panic!("FUZZ_TARGET is none of the targets: {name:?}"))
                .1
        })
    }

    libfuzzer_sys::fuzz_target!(|data: &[u8]| chosen()(data));
}

/// Without libFuzzer: print the names of the targets, or run each over its corpus (`replay`).
#[cfg(not(fuzzing))]
fn main() {
    let replay = std::env::args().nth(1).as_deref() == Some("replay");
    for (name, target) in targets::TARGETS {
        println!("{name}");
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(name);
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if replay {
                target(&std::fs::read(entry.path()).unwrap());
            }
        }
    }
}
