/**
 * The files this browser is sending: two at a time, each resumable, whatever page is open.
 *
 * Knows nothing of what the server does with them afterwards; that is the upload's own record. How a file
 * is sent is handed in, so that the order and the states can be tested without a network.
 */
import { Problem } from "../api/problem.ts";
import type { Id } from "../api/types.ts";
import { saidOf } from "../api/words.ts";
import { addSample, rate, type Sample, total } from "./progress.ts";
import { dropFile, type StoredFile, storedFiles, storeFile } from "./storage.ts";

export type ItemState = "queued" | "sending" | "waiting_for_line" | "sent" | "failed";

export interface QueueItem {
  key: string;
  projectId: Id;
  uploadId: Id;
  name: string;
  bytes: number;
  sent: number;
  state: ItemState;
  /** Why it failed, in the server's words. */
  error: string | null;
}

export interface Sending {
  stop(): void;
}

export interface Reports {
  url(url: string): void;
  progress(sent: number): void;
  /** The line is down; the sender tries again by itself. */
  interrupted(): void;
  done(): void;
  failed(message: string): void;
}

export type Sender = (stored: StoredFile, reports: Reports) => Sending;

export interface Store {
  put(stored: StoredFile): Promise<void>;
  drop(key: string): Promise<void>;
  all(): Promise<StoredFile[]>;
}

const atOnce = 2;

export class UploadQueue {
  #items: readonly QueueItem[] = [];
  #files = new Map<string, StoredFile>();
  #running = new Map<string, Sending>();
  #listeners = new Set<() => void>();
  #samples: Sample[] = [];
  #restored = false;
  readonly #send: Sender;
  readonly #store: Store;
  readonly #now: () => number;

  constructor(send: Sender, store: Store, now: () => number = Date.now) {
    this.#send = send;
    this.#store = store;
    this.#now = now;
  }

  get items(): readonly QueueItem[] {
    return this.#items;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Bytes per second over the last moments. */
  rate(): number | null {
    return rate(this.#samples, this.#now());
  }

  /** Takes files for an upload. A file of the same name, size and date already under way is not sent twice. */
  add(upload: { id: Id; project_id: Id; files_url: string }, files: readonly File[]): void {
    for (const file of files) {
      const key = [upload.id, file.name, file.size, file.lastModified].join("/");
      const known = this.#items.find((item) => item.key === key);
      if (known && known.state !== "failed") continue;
      this.#admit({
        key,
        projectId: upload.project_id,
        uploadId: upload.id,
        filesUrl: upload.files_url,
        file,
        url: this.#files.get(key)?.url ?? null,
      });
    }
    this.#advance();
  }

  /** Goes on with what an earlier visit of this browser left unfinished. */
  async restore(): Promise<void> {
    if (this.#restored) return;
    this.#restored = true;
    for (const stored of await this.#store.all()) {
      if (!this.#files.has(stored.key)) this.#admit(stored);
    }
    this.#advance();
  }

  retry(key: string): void {
    this.#change(key, { state: "queued", error: null });
    this.#advance();
  }

  remove(key: string): void {
    this.#running.get(key)?.stop();
    this.#forget(key);
    this.#items = this.#items.filter((item) => item.key !== key);
    this.#tell();
    this.#advance();
  }

  /** Takes finished files of an upload off the list. */
  clear(uploadId: Id): void {
    this.#items = this.#items.filter((item) => item.uploadId !== uploadId || item.state !== "sent");
    this.#tell();
  }

  #admit(stored: StoredFile) {
    this.#files.set(stored.key, stored);
    void this.#store.put(stored);
    const item: QueueItem = {
      key: stored.key,
      projectId: stored.projectId,
      uploadId: stored.uploadId,
      name: stored.file.name,
      bytes: stored.file.size,
      sent: 0,
      state: "queued",
      error: null,
    };
    this.#items = [...this.#items.filter((other) => other.key !== stored.key), item];
    this.#tell();
  }

  #advance() {
    for (const item of this.#items) {
      if (this.#running.size >= atOnce) return;
      if (item.state !== "queued") continue;
      const stored = this.#files.get(item.key);
      if (!stored) continue;
      this.#change(item.key, { state: "sending" });
      this.#running.set(item.key, this.#send(stored, this.#reports(stored)));
    }
  }

  #reports(stored: StoredFile): Reports {
    const { key } = stored;
    const end = () => {
      this.#running.delete(key);
      this.#advance();
    };
    return {
      url: (url) => {
        const next = { ...stored, url };
        this.#files.set(key, next);
        void this.#store.put(next);
      },
      progress: (sent) => {
        this.#change(key, { state: "sending", sent });
        this.#samples = addSample(this.#samples, { at: this.#now(), sent: total(this.#items).sent });
      },
      interrupted: () => this.#change(key, { state: "waiting_for_line" }),
      done: () => {
        this.#change(key, { state: "sent", sent: stored.file.size });
        this.#forget(key);
        end();
      },
      failed: (message) => {
        this.#change(key, { state: "failed", error: message });
        end();
      },
    };
  }

  #forget(key: string) {
    this.#running.delete(key);
    this.#files.delete(key);
    void this.#store.drop(key);
  }

  #change(key: string, change: Partial<QueueItem>) {
    this.#items = this.#items.map((item) => (item.key === key ? { ...item, ...change } : item));
    this.#tell();
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}

/** Sends one file by the tus protocol; the library comes with the first file, not with the first page. */
export const tusSender: Sender = (stored, reports) => {
  let stop = () => {};
  let stopped = false;
  void import("tus-js-client").then(({ DetailedError, Upload }) => {
    if (stopped) return;
    const upload = new Upload(stored.file, {
      endpoint: stored.filesUrl,
      uploadUrl: stored.url,
      metadata: { filename: stored.file.name },
      chunkSize: 8 * 1024 * 1024,
      // The file itself and its address are in our own store, so the library need not remember anything.
      storeFingerprintForResuming: false,
      retryDelays: [0, 1_000, 3_000, 5_000, 10_000, 20_000, 30_000, 60_000, 60_000, 60_000, 60_000, 60_000],
      onShouldRetry(error) {
        const status = error.originalResponse?.getStatus() ?? 0;
        const again = status === 0 || status === 409 || status === 423 || status === 429 || status >= 500;
        if (again) reports.interrupted();
        return again;
      },
      onUploadUrlAvailable() {
        if (upload.url) reports.url(upload.url);
      },
      onProgress: (sent) => reports.progress(sent),
      onSuccess: () => reports.done(),
      onError(error) {
        reports.failed(error instanceof DetailedError ? serverWords(error) : error.message);
      },
    });
    stop = () => void upload.abort(true).catch(() => {});
    upload.start();
  });
  return {
    stop() {
      stopped = true;
      stop();
    },
  };
};

function serverWords(error: {
  message: string;
  originalResponse: { getBody(): string; getStatus(): number } | null;
}): string {
  try {
    const body: unknown = JSON.parse(error.originalResponse?.getBody() ?? "");
    if (typeof body === "object" && body !== null && "code" in body && "detail" in body)
      return saidOf(new Problem({ status: 0, code: String(body.code), detail: String(body.detail) }));
  } catch {
    // Not problem+json; the status has to do.
  }
  const status = error.originalResponse?.getStatus();
  return status ? `${status}` : error.message;
}

export const uploadQueue = new UploadQueue(tusSender, { put: storeFile, drop: dropFile, all: storedFiles });
