// Runs in every page before its own scripts: keeps the peer connections, so that tests can ask
// them for statistics and listen to what they receive.
(() => {
  const connections = [];
  const Native = window.RTCPeerConnection;
  if (!Native) return;
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      connections.push(this);
    }
  };

  const open = () => connections.filter((c) => c.connectionState !== "closed");

  async function streams(type, kind) {
    const found = [];
    for (const connection of open()) {
      for (const entry of (await connection.getStats()).values()) {
        if (entry.type === type && entry.kind === kind) found.push(entry);
      }
    }
    return found;
  }

  async function loudestHz(seconds) {
    const tracks = open()
      .flatMap((c) => c.getReceivers())
      .map((r) => r.track)
      .filter((t) => t && t.kind === "audio" && t.readyState === "live" && !t.muted);
    if (tracks.length === 0) return null;
    const context = new AudioContext();
    await context.resume();
    const analyser = context.createAnalyser();
    analyser.fftSize = 16384;
    for (const track of tracks) {
      // Chromium decodes a remote track only while an element plays it.
      const element = new Audio();
      element.srcObject = new MediaStream([track]);
      element.muted = true;
      await element.play();
      context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    }
    const power = new Float32Array(analyser.frequencyBinCount);
    const sum = new Float64Array(analyser.frequencyBinCount);
    const until = performance.now() + seconds * 1000;
    while (performance.now() < until) {
      await new Promise((done) => setTimeout(done, 200));
      analyser.getFloatFrequencyData(power);
      power.forEach((decibel, bin) => {
        if (Number.isFinite(decibel)) sum[bin] += 10 ** (decibel / 10);
      });
    }
    let peak = 1;
    for (let bin = 1; bin < sum.length; bin++) if (sum[bin] > sum[peak]) peak = bin;
    const near = (bin) => Math.abs(bin - peak) <= 4;
    const total = sum.reduce((a, b) => a + b, 0);
    const inPeak = sum.reduce((a, b, bin) => (near(bin) ? a + b : a), 0);
    const result = { hertz: (peak * context.sampleRate) / analyser.fftSize, share: inPeak / total };
    await context.close();
    return result;
  }

  window.__probe = { streams, loudestHz, connections: open };
})();
