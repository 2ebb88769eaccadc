/** A person's own SoundFont, kept in this browser and nowhere else. */

export interface Preset {
  name: string;
  bank: number;
  program: number;
}

export interface OwnFont {
  name: string;
  /** In bytes. */
  size: number;
  presets: Preset[];
  bytes: ArrayBuffer;
}

/** What is shown of it, without its sound. */
export type FontTitle = Omit<OwnFont, 'bytes'>;

const [DATABASE, STORE, TITLE, BYTES] = ['clinamen', 'font', 'title', 'bytes'];

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => Promise<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await settled(opening);
  try {
    const transaction = database.transaction(STORE, mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const [result] = await Promise.all([work(transaction.objectStore(STORE)), done]);
    return result;
  } finally {
    database.close();
  }
}

export const keptTitle = (): Promise<FontTitle | undefined> =>
  inStore('readonly', (store) => settled(store.get(TITLE) as IDBRequest<FontTitle | undefined>));

export const keptBytes = async (): Promise<ArrayBuffer> => {
  const bytes = await inStore('readonly', (store) => settled(store.get(BYTES) as IDBRequest<ArrayBuffer | undefined>));
  if (bytes === undefined) throw new Error('no SoundFont is kept');
  return bytes;
};

export const keep = ({ bytes, ...title }: OwnFont): Promise<unknown> =>
  inStore('readwrite', (store) => Promise.all([settled(store.put(title, TITLE)), settled(store.put(bytes, BYTES))]));

export const forget = (): Promise<unknown> => inStore('readwrite', (store) => settled(store.clear()));
