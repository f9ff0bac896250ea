// A participant made of the published Node SDK: one JSON command a line in, one JSON answer a line out.
import {
  AudioFrame,
  AudioSource,
  AudioStream,
  LocalAudioTrack,
  LocalVideoTrack,
  Room,
  RoomEvent,
  TrackKind,
  TrackPublishOptions,
  TrackSource,
  VideoBufferType,
  VideoFrame,
  VideoSource,
  VideoStream,
  dispose,
} from "@livekit/rtc-node";
import { createInterface } from "node:readline";

const RATE = 48000;
const room = new Room();
const seen = { data: [], texts: [], bytes: [], muted: [], left: [], speakers: [], happened: [] };
const frames = {};
let going = true;

const heard = (identity, kind) => {
  const key = `${identity} ${kind}`;
  frames[key] = (frames[key] ?? 0) + 1;
};

async function watch(track, identity) {
  const video = track.kind === TrackKind.KIND_VIDEO;
  const stream = video ? new VideoStream(track) : new AudioStream(track, RATE, 1);
  for await (const event of stream) {
    const loud = video || event.data.some((sample) => Math.abs(sample) > 1000);
    if (loud) heard(identity, video ? "video" : "audio");
  }
}

room
  .on(RoomEvent.TrackSubscribed, (track, _publication, from) => void watch(track, from.identity))
  .on(RoomEvent.DataReceived, (payload, from, _kind, topic) =>
    seen.data.push({ text: new TextDecoder().decode(payload), from: from?.identity ?? null, topic }),
  )
  .on(RoomEvent.TrackMuted, (_publication, who) => seen.muted.push(who.identity))
  .on(RoomEvent.ParticipantDisconnected, (who) => seen.left.push(who.identity))
  .on(RoomEvent.ActiveSpeakersChanged, (who) => seen.speakers.push(...who.map((p) => p.identity)))
  .on(RoomEvent.Reconnecting, () => seen.happened.push("reconnecting"))
  .on(RoomEvent.Reconnected, () => seen.happened.push("reconnected"))
  .on(RoomEvent.Disconnected, (reason) => seen.happened.push(`disconnected ${reason}`));
room.registerTextStreamHandler("text", async (reader, { identity }) =>
  seen.texts.push({ text: await reader.readAll(), from: identity }),
);
room.registerByteStreamHandler("bytes", async (reader, { identity }) => {
  let size = 0;
  for await (const chunk of reader) size += chunk.length;
  seen.bytes.push({ size, from: identity });
});

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function sing(source) {
  const samples = new Int16Array(RATE / 100);
  for (let at = 0; going; at += samples.length) {
    for (let i = 0; i < samples.length; i++)
      samples[i] = 12000 * Math.sin((2 * Math.PI * 440 * (at + i)) / RATE);
    await source.captureFrame(new AudioFrame(samples, RATE, 1, samples.length));
  }
}

async function draw(source, width, height) {
  const size = (width * height * 3) / 2;
  for (let count = 0; going; count++) {
    const picture = new Uint8Array(size).fill(128);
    picture.fill((count * 8) % 256, 0, width * height);
    source.captureFrame(new VideoFrame(picture, width, height, VideoBufferType.I420));
    await pause(66);
  }
}

const published = [];
async function publish(kind) {
  const options = new TrackPublishOptions();
  const audio = kind === "audio";
  const source = audio ? new AudioSource(RATE, 1) : new VideoSource(320, 240);
  const track = audio
    ? LocalAudioTrack.createAudioTrack("microphone", source)
    : LocalVideoTrack.createVideoTrack("camera", source);
  options.source = audio ? TrackSource.SOURCE_MICROPHONE : TrackSource.SOURCE_CAMERA;
  const publication = await room.localParticipant.publishTrack(track, options);
  published.push(publication);
  void (audio ? sing(source) : draw(source, 320, 240));
  return publication.sid;
}

const commands = {
  async join({ url, token }) {
    await room.connect(url, token, { autoSubscribe: true, dynacast: true });
    const me = room.localParticipant;
    me.registerRpcMethod("double", async ({ payload }) => String(Number(payload) * 2));
    return { identity: me.identity, sid: me.sid, room: room.name };
  },
  publish: ({ kind }) => publish(kind),
  unpublish: ({ sid }) => room.localParticipant.unpublishTrack(sid),
  send: ({ text, reliable = true, to = [], topic = "" }) =>
    room.localParticipant.publishData(new TextEncoder().encode(text), {
      reliable,
      destination_identities: to,
      topic,
    }),
  text: ({ text, to }) =>
    room.localParticipant.sendText(text, { topic: "text", destinationIdentities: to }),
  async bytes({ size }) {
    const writer = await room.localParticipant.streamBytes({ topic: "bytes", totalSize: size });
    await writer.write(new Uint8Array(size));
    await writer.close();
  },
  call: ({ to, payload, method = "double" }) =>
    room.localParticipant.performRpc({ destinationIdentity: to, method, payload }),
  async describe({ name, metadata, attributes }) {
    if (name) await room.localParticipant.updateName(name);
    if (metadata) await room.localParticipant.updateMetadata(metadata);
    if (attributes) await room.localParticipant.setAttributes(attributes);
  },
  state: () => ({
    ...seen,
    frames,
    connected: room.isConnected,
    metadata: room.metadata ?? "",
    people: Object.fromEntries(
      [...room.remoteParticipants.values()].map((who) => [
        who.identity,
        {
          sid: who.sid,
          name: who.name,
          metadata: who.metadata,
          attributes: who.attributes,
          tracks: [...who.trackPublications.values()].map((one) => ({
            sid: one.sid,
            muted: one.muted ?? false,
            mime: one.mimeType ?? "",
          })),
        },
      ]),
    ),
  }),
  async leave() {
    going = false;
    await room.disconnect();
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, command, ...given } = JSON.parse(line);
  Promise.resolve()
    .then(() => commands[command](given))
    .then((result) => ({ id, result: result ?? null }))
    .catch((error) => ({ id, error: { message: String(error?.message ?? error), code: error?.code } }))
    .then((answer) => process.stdout.write(`${JSON.stringify(answer)}\n`));
}
going = false;
await dispose();
process.exit(0);
