/** Work of a page that may fail: what went wrong is said, and nothing else happens. */

import { ApiError } from './api';

export async function attempt(said: (message: string, error: ApiError) => void, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    said(error.message, error);
    return false;
  }
}
