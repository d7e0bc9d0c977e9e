// How the pages are built; in development, /api and /ws go to a running Jietong.
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

const server = process.env["JIETONG_DEV_SERVER"] ?? "http://127.0.0.1:8345";

export default defineConfig({
  plugins: [vue()],
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
