/** Builds the page into the Python package, which serves it; also runs the unit tests. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the application. */
const API = process.env.VIDEOCALL_API ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "/",
  plugins: [react()],
  server: { proxy: { "/api": API, "/health": API } },
  build: {
    outDir: "../src/videocall/page",
    emptyOutDir: true,
    target: "es2022",
    // livekit-client is one large library and is loaded only with the room page.
    chunkSizeWarningLimit: 900,
  },
  test: {
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "http://localhost:3000" } },
    setupFiles: ["src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    css: false,
    testTimeout: 15_000,
  },
});
