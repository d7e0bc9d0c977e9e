// How the pages are built; in development, /api and /ws go to a running Jietong.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin } from "vite";

const server = process.env["JIETONG_DEV_SERVER"] ?? "http://127.0.0.1:8345";

const SWAGGER = ["swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt", "swagger-ui.css", "LICENSE", "NOTICE"];

/** Puts Swagger UI, as it is published, beside our page that starts it: /docs asks nobody else for anything. */
function swagger(): Plugin {
  const home = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  return {
    name: "swagger",
    apply: "build",
    generateBundle() {
      for (const name of SWAGGER) this.emitFile({ type: "asset", fileName: `swagger/${name}`, source: readFileSync(join(home, name)) });
    },
  };
}

export default defineConfig({
  plugins: [vue(), swagger()],
  build: {
    target: "es2022",
    // The Content-Security-Policy allows no inlined resources beyond images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/api": server,
      "/ws": { target: server.replace("http", "ws"), ws: true },
    },
  },
});
