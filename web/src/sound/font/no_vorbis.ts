/**
 * Stands in for the Vorbis decoder of spessasynth_core, which is WebAssembly: the page's policy
 * forbids that, and its sound would wait for it for ever. The browser decodes instead (`read.ts`).
 */
export const StbVorbis = {
  ready: Promise.resolve(),
  decode(): never {
    throw new Error('Vorbis is decoded by the browser');
  },
};
