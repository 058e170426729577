import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { compress } from "./tools/compress";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [compress()],
  build: {
    outDir: "../classroom/static",
    emptyOutDir: true,
    sourcemap: false,
    // Old laptops: the browsers of 2020 and later that have simulcast and replaceTrack.
    target: ["es2020", "chrome87", "edge88", "firefox91", "safari14.1"],
    // The server's Content-Security-Policy is `default-src 'self'`: nothing may be inlined as a data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The room's page, and the one for those who run the server: each loads what it needs of what they share.
    rolldownOptions: {
      input: [join(import.meta.dirname, "index.html"), join(import.meta.dirname, "ops.html")],
    },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: {
    proxy: {
      "/ws": { target: "ws://localhost:8080", ws: true },
      "/api": { target: "http://localhost:8080" },
    },
  },
  test: {
    restoreMocks: true,
    // Nothing here waits for real time; the limit only ends what hangs, also on a busy machine.
    testTimeout: 30_000,
    unstubGlobals: true,
    projects: [
      // The core runs without a page: its tests bring their own edge of the browser.
      {
        extends: true,
        test: { name: "core", environment: "node", isolate: false, include: ["tests/core/**/*.test.ts"] },
      },
      {
        extends: true,
        test: { name: "ui", environment: "happy-dom", include: ["tests/{ui,i18n}/**/*.test.{ts,tsx}"] },
      },
    ],
  },
});
