import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte(), ...(process.env['VITEST'] ? [svelteTesting()] : [])],
  // The shell serves the files from its own scheme, wherever that is.
  base: './',
  clearScreen: false,
  server: { port: 5173, strictPort: true },
  build: {
    target: ['es2022', 'safari16'],
    // font-src is 'self': an inlined font would be a data: URL and be refused.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
    sourcemap: false,
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/dev/test-setup.ts'],
    restoreMocks: true,
    // Only what hangs runs into it: a busy machine takes its time over axe.
    testTimeout: 60_000,
  },
});
