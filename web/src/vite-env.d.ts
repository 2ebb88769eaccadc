/// <reference types="vite/client" />

/** All that tests need of Node. */
declare module 'node:fs' {
  export function readFileSync(path: URL): Uint8Array<ArrayBuffer>;
}
