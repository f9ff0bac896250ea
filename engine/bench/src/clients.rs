//! One publisher and many subscribers of an engine elsewhere, driven by one thread.

use std::error::Error;
use std::io::{BufRead, Read, Write, stdin, stdout};
use std::time::{Duration, Instant};

use str0m::media::Direction;

use crate::peer::Peer;
use crate::picture;
use crate::wait::Readable;

const CONNECT: Duration = Duration::from_secs(20);
const DRAIN: Duration = Duration::from_millis(500);

pub fn run(subscribers: usize, length: Duration) -> Result<(), Box<dyn Error>> {
    let mut peers = Vec::with_capacity(subscribers + 1);
    for number in 0..=subscribers {
        let direction = if number == 0 {
            Direction::SendOnly
        } else {
            Direction::RecvOnly
        };
        let (peer, offer) = Peer::new(direction)?;
        print!("offer {number} {}\n{offer}", offer.len());
        peers.push(peer);
    }
    stdout().flush()?;
    for _ in 0..peers.len() {
        let (number, answer) = read_answer()?;
        let peer = peers.get_mut(number).ok_or("an answer for nobody")?;
        peer.accept(&answer)?;
    }
    let mut load = Load::new(peers);
    load.connect()?;
    say("connected")?;
    // The caller takes its first measurement while nothing moves, then says go.
    read_line()?;
    let frames = load.play(length)?;
    let received: u64 = load.peers.iter().map(|peer| peer.received).sum();
    say(&format!(
        "done {} {received}",
        frames * picture::BURST as u64
    ))
}

fn say(line: &str) -> Result<(), Box<dyn Error>> {
    println!("{line}");
    Ok(stdout().flush()?)
}

fn read_line() -> Result<String, Box<dyn Error>> {
    let mut line = String::new();
    if stdin().lock().read_line(&mut line)? == 0 {
        return Err("the caller hung up".into());
    }
    Ok(line.trim_end().to_owned())
}

fn read_answer() -> Result<(usize, String), Box<dyn Error>> {
    let line = read_line()?;
    let words: Vec<&str> = line.split(' ').collect();
    let ["answer", number, bytes] = words[..] else {
        return Err(format!("expected an answer, got {line:?}").into());
    };
    let mut text = vec![0; bytes.parse()?];
    stdin().lock().read_exact(&mut text)?;
    Ok((number.parse()?, String::from_utf8(text)?))
}

struct Load {
    peers: Vec<Peer>,
    readable: Readable,
}

impl Load {
    fn new(peers: Vec<Peer>) -> Self {
        let readable = Readable::new(peers.iter().map(|peer| &peer.socket));
        Self { peers, readable }
    }

    /// One round: sleep until a datagram, a timer or `until`, and serve all that is due.
    fn turn(&mut self, until: Instant) -> Result<(), Box<dyn Error>> {
        let now = Instant::now();
        let timers = self.peers.iter().map(|peer| peer.wake);
        let next = timers.fold(until, Instant::min).max(now);
        for place in self.readable.wait(next - now) {
            self.peers[place].read()?;
        }
        let now = Instant::now();
        for peer in &mut self.peers {
            if peer.wake <= now {
                peer.tick(now)?;
            }
        }
        Ok(())
    }

    fn connect(&mut self) -> Result<(), Box<dyn Error>> {
        let until = Instant::now() + CONNECT;
        while !self.peers.iter().all(|peer| peer.connected) {
            if Instant::now() > until {
                let missing = self.peers.iter().filter(|peer| !peer.connected).count();
                return Err(format!("{missing} clients did not connect").into());
            }
            self.turn(until)?;
        }
        Ok(())
    }

    fn play(&mut self, length: Duration) -> Result<u64, Box<dyn Error>> {
        let began = Instant::now();
        let mut frame = 0_u32;
        while began.elapsed() < length {
            let due = began + picture::INTERVAL * frame;
            if Instant::now() >= due {
                self.peers[0].play(frame, Instant::now())?;
                frame += 1;
            } else {
                self.turn(due)?;
            }
        }
        let until = Instant::now() + DRAIN;
        while Instant::now() < until {
            self.turn(until)?;
        }
        Ok(u64::from(frame))
    }
}
