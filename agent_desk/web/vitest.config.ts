// How the unit and component tests run: the build's settings in a stand-in for a browser.
import { mergeConfig } from "vite";
import { defineConfig } from "vitest/config";
import pages from "./vite.config";

export default mergeConfig(pages, defineConfig({
  test: { environment: "happy-dom", include: ["src/**/*.spec.ts"] },
}));
