import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Builds the page to dist/web, where the service finds it and serves it under /admin. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/admin/',
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the page may load from its own host alone: no data: addresses
    modulePreload: { polyfill: false },
  },
});
