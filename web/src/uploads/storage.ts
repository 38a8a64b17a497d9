/**
 * Files on their way, kept in the browser's own store so that a reload or a closed tab goes on by itself.
 *
 * Emptied file by file as they arrive, and altogether on signing out. When the browser keeps nothing (a
 * private window, a full disk) the upload still runs; only a reload then asks for the files again.
 */
import type { Id } from "../api/types.ts";

export interface StoredFile {
  key: string;
  projectId: Id;
  uploadId: Id;
  filesUrl: string;
  file: File;
  /** Where the server expects the rest, once it has been told of the file. */
  url: string | null;
}

const name = "sluice-uploads";
const store = "files";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function within<T>(
  mode: IDBTransactionMode,
  act: (files: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  let database: IDBDatabase;
  try {
    database = await open();
  } catch {
    return undefined;
  }
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } catch {
    return undefined;
  } finally {
    database.close();
  }
}

export async function storeFile(stored: StoredFile): Promise<void> {
  await within("readwrite", (files) => files.put(stored));
}

export async function dropFile(key: string): Promise<void> {
  await within("readwrite", (files) => files.delete(key));
}

export async function storedFiles(): Promise<StoredFile[]> {
  return (await within<StoredFile[]>("readonly", (files) => files.getAll())) ?? [];
}

export async function forgetStoredFiles(): Promise<void> {
  await within("readwrite", (files) => files.clear());
}
