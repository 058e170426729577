/** Builds the gallery for the browser tests: `npx vite build -c tests/ui/gallery.config.ts --outDir …` (tests/e2e/gallery.py). */
import { join } from "node:path";
import { defineConfig } from "vite";

export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  publicDir: false,
  build: {
    emptyOutDir: true,
    // `await` at the top of the module.
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: join(import.meta.dirname, "gallery.html") },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
