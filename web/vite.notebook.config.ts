import { defineConfig, type Plugin } from 'vite';

import { KEYS } from './src/notebook/keys.ts';

/** A notebook keeps the bundle with every song that it shows: texts it has no use for stay out. */
const onlyUsedTexts: Plugin = {
  name: 'only-used-texts',
  enforce: 'pre',
  transform(code, id) {
    if (!/\/texts\/\w+\.json$/.test(id)) return null;
    const texts = JSON.parse(code) as Record<string, string>;
    return JSON.stringify(Object.fromEntries(KEYS.map((key) => [key, texts[key]])));
  },
};

// One file that anywidget loads; committed like the page's bundle, and compared like it.
export default defineConfig({
  plugins: [onlyUsedTexts],
  build: {
    outDir: '../src/clinamen/notebook/static',
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    modulePreload: false,
    rollupOptions: {
      input: 'src/notebook/widget.ts',
      preserveEntrySignatures: 'strict',
      output: { format: 'es', entryFileNames: 'widget.js' },
    },
  },
});
