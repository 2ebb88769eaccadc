/** The studio's SoundFont, for tests. */

import { readFileSync } from 'node:fs';

const path = '../../../../src/clinamen/studio/sounds/clinamen.sf2';

export const ourFont = readFileSync(new URL(path, import.meta.url)).buffer.slice(0);
