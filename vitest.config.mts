import { defineConfig } from 'vitest/config';
import { yamlVite } from './scripts/yamlPlugin.mjs';

/** The engine and everything else that runs in plain Node. test/vscode and test/browser have runners of their own. */
export default defineConfig({
  plugins: [yamlVite()],
  test: {
    include: ['test/unit/**/*.test.ts', 'test/*.test.ts'],
    testTimeout: 20_000,
    // Some build a bundle first.
    hookTimeout: 120_000,
  },
});
