/**
 * Makes the tiles of a comparison beside the main thread: fetches what lies under a tile of the ground, lays it
 * into place, compares the ink and hands back a finished picture.
 */
import { type Alignment, asItIs } from "./alignment.ts";
import { compareInk, type Part, type Tints } from "./ink.ts";

/** Tiles of one sheet that are joined and laid on the ground's tile. */
export interface Layer {
  tiles: { url: string; x: number; y: number }[];
  width: number;
  height: number;
  place: Alignment;
}

export interface MergeJob {
  size: number;
  sheet: Layer;
  /** The older sheet and how the difference is shown; absent, the one sheet is only laid into place. */
  against: { before: Layer; tints: Tints; hidden: Part[] } | null;
}

export type MergeAsked = { id: number; job: MergeJob } | { id: number; job: null };
export type MergeAnswer = { id: number; picture: Blob } | { id: number; picture: null };

/** A tile is a mebibyte once it is unpacked; what is in use is kept beyond this. */
const kept = 48;

interface Kept {
  bitmap: Promise<ImageBitmap>;
  users: number;
}

const fetched = new Map<string, Kept>();
const wanted = new Set<number>();

async function load(url: string): Promise<ImageBitmap> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return createImageBitmap(await answer.blob());
}

function take(url: string): Kept {
  const known = fetched.get(url) ?? { bitmap: load(url), users: 0 };
  // Last in the order of the map, which is the order of leaving.
  fetched.delete(url);
  fetched.set(url, known);
  known.users += 1;
  return known;
}

function giveBack(url: string, tile: Kept, failed: boolean) {
  tile.users -= 1;
  if (failed && fetched.get(url) === tile) fetched.delete(url);
  for (const [candidate, old] of fetched) {
    if (fetched.size <= kept) break;
    if (old.users > 0) continue;
    fetched.delete(candidate);
    old.bitmap.then(
      (bitmap) => bitmap.close(),
      () => {},
    );
  }
}

/** The tiles of a layer, for as long as `use` needs them. */
async function withTiles<T>(
  { sheet, against }: MergeJob,
  use: (tiles: Map<string, ImageBitmap>) => Promise<T>,
): Promise<T> {
  const urls = [...sheet.tiles, ...(against?.before.tiles ?? [])].map(({ url }) => url);
  const taken = urls.map((url) => [url, take(url)] as const);
  let failed = true;
  try {
    const bitmaps = await Promise.all(
      taken.map(async ([url, { bitmap }]) => [url, await bitmap] as [string, ImageBitmap]),
    );
    failed = false;
    return await use(new Map(bitmaps));
  } finally {
    for (const [url, tile] of taken) giveBack(url, tile, failed);
  }
}

function sheetOfPaper(width: number, height: number) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  if (!context) throw new Error("This browser draws no pictures in the background.");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  return { canvas, context };
}

const same = (one: Alignment, two: Alignment) => one.a === two.a && one.b === two.b;

function draw(size: number, layer: Layer, tiles: ReadonlyMap<string, ImageBitmap>) {
  const ground = sheetOfPaper(size, size);
  if (layer.tiles.length === 0) return ground;
  const { a, b, dx, dy } = layer.place;
  const put = (context: OffscreenCanvasRenderingContext2D, x: number, y: number) => {
    for (const tile of layer.tiles) {
      const bitmap = tiles.get(tile.url);
      if (bitmap) context.drawImage(bitmap, tile.x + x, tile.y + y);
    }
  };
  if (same(layer.place, asItIs)) {
    put(ground.context, Math.round(dx), Math.round(dy));
    return ground;
  }
  // Joined first: turned or scaled one by one they would leave seams.
  const joined = sheetOfPaper(layer.width, layer.height);
  put(joined.context, 0, 0);
  ground.context.imageSmoothingQuality = "high";
  ground.context.setTransform(a, b, -b, a, dx, dy);
  ground.context.drawImage(joined.canvas, 0, 0);
  return ground;
}

function merge({ size, sheet, against }: MergeJob, tiles: ReadonlyMap<string, ImageBitmap>): Promise<Blob> {
  const { canvas, context } = draw(size, sheet, tiles);
  if (against) {
    const before = draw(size, against.before, tiles).context.getImageData(0, 0, size, size);
    const after = context.getImageData(0, 0, size, size);
    compareInk(before.data, after.data, against.tints, new Set(against.hidden));
    context.putImageData(after, 0, 0);
  }
  return canvas.convertToBlob({ type: "image/png" });
}

addEventListener("message", async ({ data: { id, job } }: MessageEvent<MergeAsked>) => {
  if (job === null) {
    wanted.delete(id);
    return;
  }
  wanted.add(id);
  let picture: Blob | null = null;
  try {
    picture = await withTiles(job, async (tiles) => (wanted.has(id) ? merge(job, tiles) : null));
  } catch {
    // The reader is told that a part is missing.
  }
  wanted.delete(id);
  postMessage({ id, picture } satisfies MergeAnswer);
});
