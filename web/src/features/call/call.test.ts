import { ConnectionError, DisconnectReason, Track } from "livekit-client";
import type { TrackReferenceOrPlaceholder } from "@livekit/components-react";
import { describe, expect, it } from "vitest";
import { linkParts } from "./linkParts";
import { overFor, overForError } from "./over";
import { isHost, sortPeople } from "./people";
import { mainRef, refKey } from "./refs";
import { shortcutOf } from "./shortcuts";

describe("why a call is over", () => {
  it.each([
    [DisconnectReason.CLIENT_INITIATED, "left"],
    [DisconnectReason.ROOM_DELETED, "ended"],
    [DisconnectReason.PARTICIPANT_REMOVED, "removed"],
    [DisconnectReason.DUPLICATE_IDENTITY, "elsewhere"],
    [DisconnectReason.SERVER_SHUTDOWN, "shutdown"],
    [DisconnectReason.SIGNAL_CLOSE, "lost"],
    [DisconnectReason.STATE_MISMATCH, "lost"],
    [undefined, "lost"],
  ] as const)("reason %s leads to the page %s", (reason, page) => {
    expect(overFor(reason)).toBe(page);
  });

  it("tells a blocked network from a server that can't be reached", () => {
    expect(overForError(ConnectionError.internal("no path"))).toBe("blocked");
    expect(overForError(ConnectionError.serverUnreachable("down"))).toBeNull();
    const full = ConnectionError.leaveRequest("bye", DisconnectReason.ROOM_DELETED);
    expect(overForError(full)).toBe("ended");
    expect(overForError(new Error("other"))).toBeNull();
  });
});

describe("the list of people", () => {
  const person = (identity: string, extra: object = {}) => ({
    identity,
    name: identity,
    isLocal: false,
    attributes: {},
    ...extra,
  });

  it("puts raised hands first by time, then oneself, the host, and the rest by name", () => {
    const host = person("zoe", { metadata: '{"role":"host"}' });
    const late = person("late", { attributes: { hand: "2026-01-01T10:05:00Z" } });
    const early = person("quick", { attributes: { hand: "2026-01-01T10:00:00Z" } });
    const sorted = sortPeople([
      person("cara"),
      host,
      late,
      person("ana"),
      person("me", { isLocal: true }),
      early,
    ]);
    expect(sorted.map((entry) => entry.identity)).toEqual([
      "quick",
      "late",
      "me",
      "zoe",
      "ana",
      "cara",
    ]);
  });

  it("takes nobody for the host by broken metadata", () => {
    expect(isHost("not json")).toBe(false);
    expect(isHost('"host"')).toBe(false);
    expect(isHost("")).toBe(false);
  });
});

describe("the picture shown large", () => {
  const ref = (identity: string, source: Track.Source, isLocal = false) =>
    ({ participant: { identity, isLocal }, source }) as TrackReferenceOrPlaceholder;
  const me = ref("me", Track.Source.Camera, true);
  const ana = ref("ana", Track.Source.Camera);
  const budi = ref("budi", Track.Source.Camera);
  const screen = ref("ana", Track.Source.ScreenShare);
  const ownScreen = ref("me", Track.Source.ScreenShare, true);

  it("is the pinned one, else a shared screen, else the last speaker, else another person", () => {
    expect(mainRef([me, ana, budi, screen], refKey(budi), "ana")).toBe(budi);
    expect(mainRef([me, ana, budi, screen], null, "budi")).toBe(screen);
    expect(mainRef([me, ana, budi], null, "budi")).toBe(budi);
    expect(mainRef([me, ana, budi], "gone:camera", null)).toBe(ana);
    expect(mainRef([me], null, null)).toBe(me);
  });

  it("is never one's own screen while somebody else is there", () => {
    expect(mainRef([me, ownScreen, ana], null, null)).toBe(ana);
  });
});

describe("addresses in messages", () => {
  it("can be followed, without the full stop after them", () => {
    expect(linkParts("see https://a.example/x?y=1, or (http://b.example).")).toEqual([
      { text: "see ", href: null },
      { text: "https://a.example/x?y=1", href: "https://a.example/x?y=1" },
      { text: ", or (", href: null },
      { text: "http://b.example", href: "http://b.example" },
      { text: ").", href: null },
    ]);
  });

  it("are never scripts", () => {
    expect(linkParts("javascript:alert(1)")).toEqual([{ text: "javascript:alert(1)", href: null }]);
  });
});

describe("shortcuts", () => {
  const press = (init: KeyboardEventInit, target: HTMLElement = document.createElement("div")) => {
    let found: ReturnType<typeof shortcutOf> = null;
    document.body.append(target);
    target.addEventListener("keydown", (event) => (found = shortcutOf(event)), { once: true });
    target.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, ...init }));
    return found;
  };

  it("are single keys in either case", () => {
    expect(press({ key: "d" })).toBe("microphone");
    expect(press({ key: "E" })).toBe("camera");
    expect(press({ key: "?", shiftKey: true })).toBe("list");
  });

  it("leave the browser's own keys and writing alone", () => {
    expect(press({ key: "d", ctrlKey: true })).toBeNull();
    expect(press({ key: "e" }, document.createElement("textarea"))).toBeNull();
    expect(press({ key: "d", repeat: true })).toBeNull();
  });
});
