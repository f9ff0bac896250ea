// One participant made of the published browser SDK that writes down its reception 4 times a second.
window.network = (() => {
  const { Room, RoomEvent, Track } = window.LivekitClient;
  const samples = [];
  const events = [];
  let room = null;
  const note = (name, ...values) => events.push({ at: Date.now() / 1000, name, values });

  async function look() {
    const at = Date.now() / 1000;
    for (const [identity, from] of room?.remoteParticipants ?? []) {
      for (const publication of from.trackPublications.values()) {
        const report = await publication.track?.getRTCStatsReport();
        const inbound = [...(report?.values() ?? [])].find((e) => e.type === "inbound-rtp");
        if (!inbound) continue;
        samples.push({
          at,
          from: identity,
          source: publication.source,
          bytes: inbound.bytesReceived ?? 0,
          lost: inbound.packetsLost ?? 0,
          packets: inbound.packetsReceived ?? 0,
          frames: inbound.framesDecoded ?? 0,
          height: inbound.frameHeight ?? 0,
          width: inbound.frameWidth ?? 0,
          freezes: inbound.freezeCount ?? 0,
          frozen: inbound.totalFreezesDuration ?? 0,
          heard: inbound.totalSamplesReceived ?? 0,
          concealed: (inbound.concealedSamples ?? 0) - (inbound.silentConcealedSamples ?? 0),
          paused: publication.track?.streamState === "paused",
        });
      }
    }
  }

  return {
    async join(url, token, options = {}) {
      room = new Room(options);
      const watched = ["Reconnecting", "SignalReconnecting", "Reconnected", "Disconnected"];
      for (const name of watched) room.on(RoomEvent[name], () => note(name));
      room.on(RoomEvent.TrackStreamStateChanged, (p, state, who) =>
        note("StreamState", who.identity, p.source, state),
      );
      room.on(RoomEvent.TrackSubscribed, (track, publication, who) => {
        const element = track.attach();
        element.id = `${who.identity}-${publication.source}`;
        document.body.append(element);
      });
      await room.connect(url, token);
      (async () => {
        for (;;) {
          await look().catch(() => undefined);
          await new Promise((done) => setTimeout(done, 250));
        }
      })();
    },
    async camera(layers, options = {}) {
      const top = layers[layers.length - 1];
      const resolution = { width: (top.height * 16) / 9, height: top.height, frameRate: top.fps };
      const [track] = await room.localParticipant.createTracks({ video: { resolution } });
      const preset = (l) => new window.LivekitClient.VideoPreset(
        Math.round((l.height * 16) / 9), l.height, l.bps, l.fps);
      await room.localParticipant.publishTrack(track, {
        videoCodec: "vp8",
        videoEncoding: { maxBitrate: top.bps, maxFramerate: top.fps },
        videoSimulcastLayers: layers.slice(0, -1).map(preset),
        ...options,
      });
    },
    async microphone(options = {}) {
      const [track] = await room.localParticipant.createTracks({ audio: true });
      await room.localParticipant.publishTrack(track, options);
    },
    // A drawn page of text over which something moves, as a shared screen.
    async screen(lines, options = {}) {
      const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 720 });
      const pen = canvas.getContext("2d");
      let step = 0;
      setInterval(() => {
        pen.fillStyle = "white";
        pen.fillRect(0, 0, 1280, 720);
        pen.fillStyle = "black";
        pen.font = "36px 'DejaVu Sans'";
        lines.forEach((line, row) => pen.fillText(line, 60, 80 + row * 60));
        step += 1;
        pen.fillStyle = `hsl(${(step * 5) % 360} 70% 50%)`;
        pen.fillRect((step * 12) % 1280, 560, 120, 120);
      }, 100);
      const [media] = canvas.captureStream(10).getVideoTracks();
      media.contentHint = "text";
      await room.localParticipant.publishTrack(media, {
        source: Track.Source.ScreenShare,
        ...options,
      });
    },
    async sent() {
      const senders = room.engine.pcManager.publisher.getSenders();
      const reports = await Promise.all(senders.map(async (s) => [...(await s.getStats()).values()]));
      return reports.flat().filter((e) => e.type === "outbound-rtp" && e.kind === "video").map((e) => ({
        rid: e.rid ?? "", height: e.frameHeight ?? 0, frames: e.framesEncoded ?? 0,
        active: e.active, bytes: e.bytesSent, limited: e.qualityLimitationReason,
        mode: e.scalabilityMode ?? "",
      }));
    },
    quality(identity, name) {
      for (const one of room.remoteParticipants.get(identity).videoTrackPublications.values())
        one.setVideoQuality(window.LivekitClient.VideoQuality[name]);
    },
    simulate: (scenario) => room.simulateScenario(scenario),
    setSubscribed(identity, on) {
      for (const one of room.remoteParticipants.get(identity).trackPublications.values())
        one.setSubscribed(on);
    },
    samples: (since = 0) => samples.filter((one) => one.at >= since),
    events: () => events,
    state: () => room?.state,
    leave: () => room.disconnect(),
  };
})();
