// One participant of the published browser SDK with its options open to the test.
window.caller = (() => {
  const { Room, RoomEvent, VideoQuality } = window.LivekitClient;
  let room = null;
  const happened = [];
  const watched = ["Reconnecting", "SignalReconnecting", "Reconnected", "Disconnected",
    "TrackStreamStateChanged", "ConnectionQualityChanged", "TrackSubscriptionFailed"];
  const camera = () => [...room.localParticipant.videoTrackPublications.values()][0];
  const remote = (identity) =>
    [...(room.remoteParticipants.get(identity)?.videoTrackPublications.values() ?? [])][0];
  return {
    async connect(url, token, options = {}, connect = {}) {
      room = new Room(options);
      for (const name of watched) {
        room.on(RoomEvent[name], (...values) =>
          happened.push([name, ...values.filter((v) => typeof v !== "object").map(String)]),
        );
      }
      room.on(RoomEvent.TrackSubscribed, (track) => {
        const element = track.attach();
        document.documentElement.append(element);
      });
      await room.connect(url, token, connect);
    },
    async publish(options = {}) {
      const [track] = await room.localParticipant.createTracks({
        video: { resolution: { width: 1280, height: 720, frameRate: 20 } },
      });
      await room.localParticipant.publishTrack(track, options);
      return camera().trackSid;
    },
    happened: () => happened,
    identity: () => room.localParticipant.identity,
    state: () => room.state,
    quality: (identity) =>
      (identity ? room.remoteParticipants.get(identity) : room.localParticipant)
        ?.connectionQuality ?? null,
    speakers: () => room.activeSpeakers.map((one) => one.identity),
    // "udp" or "tcp": how the peer connection that receives goes to the server.
    async protocol() {
      const manager = room.engine.pcManager;
      const report = [...(await (manager.subscriber ?? manager.publisher).getStats()).values()];
      const transport = report.find((e) => e.type === "transport");
      const pair = report.find((e) => e.id === transport?.selectedCandidatePairId);
      return report.find((e) => e.id === pair?.remoteCandidateId)?.protocol ?? "";
    },
    others: () => [...room.remoteParticipants.keys()],
    simulate: (scenario, value) => room.simulateScenario(scenario, value),
    // What the browser sends of its camera: frames by layer and codec.
    async sent() {
      const senders = room.engine.pcManager.publisher.getSenders().filter((s) => s.track?.kind === "video");
      const reports = await Promise.all(senders.map(async (s) => [...(await s.getStats()).values()]));
      const all = reports.flat();
      return all
        .filter((e) => e.type === "outbound-rtp")
        .map((e) => ({
          rid: e.rid ?? "",
          codec: all.find((c) => c.id === e.codecId)?.mimeType ?? "",
          frames: e.framesSent ?? 0,
          active: e.active,
          height: e.frameHeight ?? 0,
        }));
    },
    async received(identity) {
      const track = remote(identity)?.track;
      const all = track ? [...(await track.getRTCStatsReport()).values()] : [];
      const inbound = all.find((e) => e.type === "inbound-rtp");
      const codec = all.find((e) => e.id === inbound?.codecId);
      return {
        codec: codec?.mimeType ?? "",
        frames: inbound?.framesDecoded ?? 0,
        height: inbound?.frameHeight ?? 0,
      };
    },
    resize(width, height) {
      const { style } = document.querySelector("video");
      style.width = `${width}px`;
      style.height = `${height}px`;
      style.display = width ? "block" : "none";
    },
    setQuality: (identity, name) => remote(identity).setVideoQuality(VideoQuality[name]),
    setEnabled: (identity, on) => remote(identity).setEnabled(on),
    setSubscribed: (identity, on) => remote(identity).setSubscribed(on),
    leave: () => room.disconnect(),
  };
})();
