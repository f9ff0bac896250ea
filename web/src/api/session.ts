/**
 * Who is signed in: the access token, kept in memory only, and its renewal by the refresh cookie.
 * Knows nothing of React; `useSession` reads it.
 */
import { asProblem, problemFrom } from "./problem";
import type { Tokens } from "./types";

export type SessionStatus = "unknown" | "signed-out" | "signed-in";

const REFRESH_URL = "/api/v1/users/refresh";
const HINT = "videocall.signed-in";
const LOCK = "videocall-refresh";
/** Renew this long before the token ends, so that no request meets an expired one. */
const EARLY_MS = 60_000;
const RETRY_MS = 10_000;

/** What the session needs of the browser; tests hand in their own. */
export interface SessionWorld {
  fetch: typeof fetch;
  now: () => number;
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
  /** Runs one renewal at a time across all tabs, where the browser can do that. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  channel: Pick<BroadcastChannel, "postMessage" | "addEventListener"> | null;
}

export class Session {
  private status: SessionStatus = "unknown";
  private token: string | null = null;
  private expiresAt = 0;
  private renewal: Promise<string | null> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly world: SessionWorld) {
    world.channel?.addEventListener("message", (event) => {
      if ((event as MessageEvent).data === "signed-out" && this.status === "signed-in")
        this.clear();
    });
  }

  readonly getStatus = (): SessionStatus => this.status;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Takes up a session left in the cookie. Browsers that never signed in ask nothing. */
  async restore(): Promise<SessionStatus> {
    if (this.status !== "unknown") return this.status;
    if (this.world.storage !== null && this.world.storage.getItem(HINT) === null) {
      this.clear();
      return this.status;
    }
    try {
      await this.renew();
    } catch {
      // No answer: the person is not signed out, but until a renewal works there is no token.
      this.clear({ keepHint: true });
    }
    return this.status;
  }

  /** Starts a session with fresh tokens (sign-in, set-up). */
  accept(tokens: Tokens): void {
    this.token = tokens.access_token;
    this.expiresAt = this.world.now() + tokens.expires_in * 1000;
    this.world.storage?.setItem(HINT, "1");
    this.schedule(Math.max(tokens.expires_in * 1000 - EARLY_MS, (tokens.expires_in * 1000) / 2));
    this.become("signed-in");
  }

  /** Forgets the session here and in every other tab. */
  end(): void {
    this.clear();
    this.world.channel?.postMessage("signed-out");
  }

  /** A token that is still good, renewed when it is not; null when signed out. */
  async accessToken(): Promise<string | null> {
    if (this.status === "signed-out" && this.renewal === null) return null;
    if (this.token !== null && this.world.now() < this.expiresAt) return this.token;
    return this.renew();
  }

  /**
   * Gets a new token by the cookie. Parallel callers share one request.
   * @throws Problem when the server could not be asked; a refusal signs out instead.
   */
  renew(): Promise<string | null> {
    this.renewal ??= this.world
      .exclusively(() => this.requestTokens())
      .finally(() => {
        this.renewal = null;
      });
    return this.renewal;
  }

  private async requestTokens(): Promise<string | null> {
    const response = await this.world
      .fetch(REFRESH_URL, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json" },
        body: "{}",
      })
      .catch((error: unknown) => {
        throw asProblem(error);
      });
    if (response.ok) {
      const tokens = (await response.json()) as Tokens;
      this.accept(tokens);
      return tokens.access_token;
    }
    const problem = problemFrom(response, await response.json().catch(() => null));
    if (response.status >= 400 && response.status < 500 && response.status !== 429) {
      this.clear();
      return null;
    }
    throw problem;
  }

  private schedule(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.renew().catch(() => this.schedule(RETRY_MS));
    }, delay);
  }

  private clear(options: { keepHint?: boolean } = {}): void {
    clearTimeout(this.timer);
    this.token = null;
    this.expiresAt = 0;
    if (options.keepHint !== true) this.world.storage?.removeItem(HINT);
    this.become("signed-out");
  }

  private become(status: SessionStatus): void {
    if (status === this.status) return;
    this.status = status;
    for (const listener of this.listeners) listener();
  }
}

function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** The session of this page. */
export const session = new Session({
  fetch: (input, init) => window.fetch(input, init),
  now: () => Date.now(),
  storage: browserStorage(),
  // Locks exist in secure contexts only; without them each tab renews for itself, which the
  // server's grace for parallel tabs allows.
  exclusively: async (work) => {
    if (!("locks" in navigator)) return work();
    return navigator.locks.request(LOCK, work);
  },
  channel:
    typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("videocall-session"),
});
