import { defineConfig } from 'vitest/config';
import { yamlVite } from '../../scripts/yamlPlugin.mjs';

/** A person's view: tests drive a real workbench in Chromium, one file at a time. */
export default defineConfig({
  plugins: [yamlVite()],
  test: {
    include: process.env['SCREENSHOTS'] ? ['test/browser/screenshots.ts'] : ['test/browser/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    teardownTimeout: 15_000,
    // A busy machine may lose a key press to a menu that is still opening; what fails twice is a defect.
    retry: 1,
  },
});
