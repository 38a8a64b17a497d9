/**
 * The tiles of a sheet on the screen: one element per level, moved as a whole by a CSS transform.
 *
 * Fetches what a view needs, keeps what is near, lets go of the rest. Does not decide what is looked at or when
 * to look for tiles.
 */
import {
  backdropLevel,
  levelFor,
  levelUnit,
  matrix,
  type Pyramid,
  type Rect,
  type Tile,
  tilesOf,
  type View,
} from "./geometry.ts";

export interface Sheet extends Pyramid {
  /** Where a tile is fetched from, or the tile itself once it is made; the signal says that nobody waits any more. */
  picture(z: number, x: number, y: number, signal: AbortSignal): string | Promise<Blob>;
}

/** A tile on its way. */
interface Waiting {
  stop: AbortController;
  /** What it takes the place of, which stays on the screen until then. */
  covers: HTMLImageElement | null;
}

interface Level {
  z: number;
  element: HTMLDivElement;
  tiles: Map<string, HTMLImageElement>;
}

async function show(image: HTMLImageElement, picture: string | Blob): Promise<void> {
  if (typeof picture === "string") {
    image.src = picture;
    return image.decode();
  }
  const url = URL.createObjectURL(picture);
  try {
    image.src = url;
    await image.decode();
  } finally {
    URL.revokeObjectURL(url);
  }
}

export class Layers {
  readonly #host: HTMLElement;
  readonly #sheet: Sheet;
  readonly #onChange: () => void;
  readonly #paper = document.createElement("div");
  readonly #levels = new Map<number, Level>();
  readonly #backdrop: number;
  readonly #pending = new Map<HTMLImageElement, Waiting>();
  #view: View = { x: 0, y: 0, scale: 1, rotation: 0 };
  #missing = 0;

  /** `onChange` hears of every tile that came or could not be had. */
  constructor(host: HTMLElement, sheet: Sheet, onChange: () => void) {
    this.#host = host;
    this.#sheet = sheet;
    this.#onChange = onChange;
    this.#backdrop = backdropLevel(sheet);
    this.#paper.className = "zoom-paper";
    this.#paper.style.width = `${sheet.width}px`;
    this.#paper.style.height = `${sheet.height}px`;
    host.append(this.#paper);
  }

  destroy(): void {
    for (const image of [...this.#pending.keys()]) this.#forget(image);
    for (const level of this.#levels.values()) level.element.remove();
    this.#paper.remove();
  }

  get waiting(): boolean {
    return this.#pending.size > 0;
  }

  /** How many tiles could not be had since this was asked last. */
  takeMissing(): number {
    const missing = this.#missing;
    this.#missing = 0;
    return missing;
  }

  /** Lays all of it where the view has it. */
  place(view: View): void {
    this.#view = view;
    this.#move(this.#paper, 1);
    for (const level of this.#levels.values()) this.#move(level.element, levelUnit(this.#sheet, level.z));
  }

  /** Asks for what is not there yet of `part`, and lets go of what is far from it. */
  load(part: Rect): void {
    const wanted = this.#wanted();
    this.#fill(this.#backdrop, tilesOf(this.#sheet, this.#backdrop, { x: 0, y: 0, ...this.#sheet }));
    if (wanted > this.#backdrop) this.#fill(wanted, tilesOf(this.#sheet, wanted, part));
    this.#prune(wanted, part);
  }

  /** Asks for every tile anew; each stays on the screen until its successor has come. */
  redraw(): void {
    for (const level of this.#levels.values()) {
      for (const key of level.tiles.keys()) {
        const [x = 0, y = 0] = key.split("_").map(Number);
        this.#request(level, { z: level.z, x, y });
      }
    }
  }

  /** Takes away the levels that lie under or over what the view needs. */
  tidy(): void {
    const wanted = this.#wanted();
    for (const [z, level] of this.#levels) {
      if (z === wanted || z === this.#backdrop) continue;
      level.element.remove();
      this.#levels.delete(z);
    }
  }

  #wanted(): number {
    return levelFor(this.#sheet, this.#view.scale, devicePixelRatio);
  }

  #move(element: HTMLElement, unit: number) {
    element.style.transform = `matrix(${matrix(this.#view, this.#sheet, unit).join(",")})`;
  }

  #fill(z: number, tiles: readonly Tile[]) {
    const level = this.#level(z);
    for (const tile of tiles) {
      if (!level.tiles.has(`${tile.x}_${tile.y}`)) this.#request(level, tile);
    }
  }

  #request(level: Level, { z, x, y }: Tile) {
    const key = `${x}_${y}`;
    const size = this.#sheet.tile_size;
    const before = level.tiles.get(key) ?? null;
    const covers = before && (this.#pending.get(before)?.covers ?? (before.isConnected ? before : null));
    if (before) this.#stop(before);
    const image = new Image();
    const stop = new AbortController();
    level.tiles.set(key, image);
    this.#pending.set(image, { stop, covers });
    image.alt = "";
    image.draggable = false;
    image.style.left = `${x * size}px`;
    image.style.top = `${y * size}px`;
    const picture = this.#sheet.picture(z, x, y, stop.signal);
    const shown =
      typeof picture === "string" ? show(image, picture) : picture.then((made) => show(image, made));
    shown.then(
      () => this.#arrived(image, level),
      () => this.#failed(image, level, key),
    );
  }

  /** Takes back the request for a tile. */
  #stop(image: HTMLImageElement): Waiting | undefined {
    const waiting = this.#pending.get(image);
    if (!waiting) return undefined;
    this.#pending.delete(image);
    waiting.stop.abort();
    image.src = "";
    return waiting;
  }

  /** Lets go of a tile, whether it has come or not. */
  #forget(image: HTMLImageElement) {
    this.#stop(image)?.covers?.remove();
    image.remove();
  }

  #arrived(image: HTMLImageElement, level: Level) {
    const waiting = this.#pending.get(image);
    if (!waiting) return;
    this.#pending.delete(image);
    level.element.append(image);
    waiting.covers?.remove();
    this.#onChange();
  }

  #failed(image: HTMLImageElement, level: Level, key: string) {
    if (!this.#pending.has(image)) return;
    this.#forget(image);
    this.#missing += 1;
    // Forgotten, so that the next settled view asks again.
    level.tiles.delete(key);
    this.#onChange();
  }

  #level(z: number): Level {
    const known = this.#levels.get(z);
    if (known) return known;
    const unit = levelUnit(this.#sheet, z);
    const element = document.createElement("div");
    element.className = "zoom-level";
    element.style.width = `${Math.ceil(this.#sheet.width / unit)}px`;
    element.style.height = `${Math.ceil(this.#sheet.height / unit)}px`;
    element.style.zIndex = String(z + 1);
    const level: Level = { z, element, tiles: new Map() };
    this.#levels.set(z, level);
    this.#move(element, unit);
    this.#host.append(element);
    return level;
  }

  /** Lets go of tiles that are far from what is shown, and of requests nobody waits for any more. */
  #prune(wanted: number, part: Rect) {
    for (const level of this.#levels.values()) {
      if (level.z === this.#backdrop) continue;
      const unit = levelUnit(this.#sheet, level.z) * this.#sheet.tile_size;
      const reach = level.z === wanted ? 2 : 0;
      for (const [key, image] of level.tiles) {
        const [x = 0, y = 0] = key.split("_").map(Number);
        const near =
          (x + 1 + reach) * unit > part.x &&
          (x - reach) * unit < part.x + part.width &&
          (y + 1 + reach) * unit > part.y &&
          (y - reach) * unit < part.y + part.height;
        const waiting = this.#pending.has(image);
        if (near && (level.z === wanted || !waiting)) continue;
        this.#forget(image);
        level.tiles.delete(key);
      }
    }
  }
}
