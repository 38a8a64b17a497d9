/** The main thread's end of `merge.worker.ts`: asks for the tiles of a comparison and waits for them. */
import { type Alignment, type Ground, patchOf, wholeTile } from "./alignment.ts";
import type { Pyramid, Tile } from "./geometry.ts";
import type { Part, Tints } from "./ink.ts";
import type { Layer, MergeAnswer, MergeAsked, MergeJob } from "./merge.worker.ts";

export interface ComparedSheet extends Pyramid {
  url(z: number, x: number, y: number): string;
}

export interface Compared {
  before: ComparedSheet;
  after: ComparedSheet;
}

interface Asked {
  resolve(picture: Blob): void;
  reject(reason: Error): void;
}

export class Merger {
  readonly #worker = new Worker(new URL("./merge.worker.ts", import.meta.url), { type: "module" });
  readonly #asked = new Map<number, Asked>();
  #last = 0;

  constructor() {
    this.#worker.addEventListener("message", ({ data: { id, picture } }: MessageEvent<MergeAnswer>) => {
      const asked = this.#asked.get(id);
      this.#asked.delete(id);
      if (picture) asked?.resolve(picture);
      else asked?.reject(new Error("A tile could not be had."));
    });
    this.#worker.addEventListener("error", () => this.#giveUp("The comparison stopped."));
  }

  close(): void {
    this.#worker.terminate();
    this.#giveUp("Nobody looks any more.");
  }

  merge(job: MergeJob, signal: AbortSignal): Promise<Blob> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#worker.postMessage({ id, job } satisfies MergeAsked);
      signal.addEventListener("abort", () => {
        if (!this.#asked.delete(id)) return;
        this.#worker.postMessage({ id, job: null } satisfies MergeAsked);
        reject(new Error("Nobody waits for it any more."));
      });
    });
  }

  #giveUp(why: string) {
    for (const { reject } of this.#asked.values()) reject(new Error(why));
    this.#asked.clear();
  }
}

function layer(sheet: ComparedSheet, alignment: Alignment, ground: Ground, tile: Tile): Layer {
  const { tiles, ...patch } = patchOf(sheet, alignment, ground, tile);
  return {
    ...patch,
    tiles: tiles.map(({ tile: { z, x, y }, ...at }) => ({ ...at, url: sheet.url(z, x, y) })),
  };
}

/** Both sheets over each other, what differs in colour. */
export function overlaid(
  merger: Merger,
  ground: Ground,
  sheets: Compared,
  tile: Tile,
  shown: { tints: Tints; hidden: Part[] },
  signal: AbortSignal,
): Promise<Blob> {
  return merger.merge(
    {
      size: ground.tile_size,
      sheet: layer(sheets.after, ground.after, ground, tile),
      against: { before: layer(sheets.before, ground.before, ground, tile), ...shown },
    },
    signal,
  );
}

/** One of the sheets where it lies on the ground: its own tile as long as it fits, a made one otherwise. */
export function alone(
  merger: Merger,
  ground: Ground,
  sheets: Compared,
  which: keyof Compared,
  tile: Tile,
  signal: AbortSignal,
): string | Promise<Blob> {
  const sheet = sheets[which];
  const own = wholeTile(patchOf(sheet, ground[which], ground, tile));
  if (own) return sheet.url(own.z, own.x, own.y);
  const job: MergeJob = {
    size: ground.tile_size,
    sheet: layer(sheet, ground[which], ground, tile),
    against: null,
  };
  return merger.merge(job, signal);
}
