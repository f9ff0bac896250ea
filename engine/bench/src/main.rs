//! Load for `make bench`: WebRTC clients for an engine that Python holds, and a bare forwarder.
//!
//! `engine-bench clients N SECONDS` talks with its caller in lines: it prints `offer I BYTES` and
//! that many bytes of SDP for one publisher (0) and N subscribers, reads `answer I BYTES` likewise,
//! prints `connected`, waits for `go`, plays, and prints `done SENT RECEIVED`.
//! `engine-bench bare N SECONDS gso|sendto` forwards by itself and prints
//! `done SENT FORWARDED RECEIVED CPU_NANOSECONDS`.

mod bare;
mod clients;
mod peer;
mod picture;
mod wait;

use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let result = match words[..] {
        ["clients", number, seconds] => clients::run(count(number), length(seconds)),
        ["bare", number, seconds, "gso"] => bare::run(count(number), length(seconds), true),
        ["bare", number, seconds, "sendto"] => bare::run(count(number), length(seconds), false),
        _ => Err("usage: engine-bench clients N SECONDS | bare N SECONDS gso|sendto".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("engine-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn count(word: &str) -> usize {
    word.parse().unwrap_or(10)
}

fn length(word: &str) -> Duration {
    Duration::from_secs(word.parse().unwrap_or(10))
}
