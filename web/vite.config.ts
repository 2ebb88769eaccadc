import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// The bundle is committed: same sources, same bytes. It is packed into the wheel, so that
// nobody needs Node to install Clinamen.
export default defineConfig({
  plugins: [svelte()],
  resolve: { alias: { 'stb-vorbis': '/src/sound/font/no_vorbis.ts' } },
  worker: { format: 'es', rollupOptions: { output: { entryFileNames: 'assets/[name].js' } } },
  build: {
    outDir: '../src/clinamen/studio/static',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        entryFileNames: 'assets/studio.js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
      },
    },
  },
});
