/**
 * Deep zoom over server-made tiles: one element per level, moved as a whole by a CSS transform, so that a
 * frame of panning or zooming costs two style changes whatever is drawn on the sheet.
 *
 * Responsible for gestures, tiles and motion. Knows nothing of React, of what the sheet is, or of its marks.
 */
import {
  backdropLevel,
  fitBox,
  fitSheet,
  hold,
  levelFor,
  levelUnit,
  limits,
  matrix,
  type Point,
  type Pyramid,
  type Rect,
  type Size,
  type Tile,
  tilesOf,
  turn,
  type View,
  visible,
  zoomAt,
} from "./geometry.ts";

export interface Sheet extends Pyramid {
  url(z: number, x: number, y: number): string;
}

export interface EngineOptions {
  /** Part of the image to show first; the whole sheet if absent. */
  start?: Rect | null;
  padding?: number;
  onView?: (view: View, fitScale: number) => void;
  /** All tiles of the settled view are on the screen, or the number that could not be had. */
  onSettled?: (missing: number) => void;
  /** A quick drag to the side while the whole sheet is shown: −1 to the previous one, 1 to the next. */
  onSwipe?: (direction: -1 | 1) => void;
}

interface Level {
  z: number;
  element: HTMLDivElement;
  tiles: Map<string, HTMLImageElement>;
}

/** After this long without motion the view is settled: sharp tiles are fetched, layers handed back. */
const settleAfter = 140;
/** While moving, tiles are looked for no more often than this. */
const loadEvery = 90;

export class DeepZoom {
  readonly #host: HTMLElement;
  readonly #sheet: Sheet;
  readonly #options: EngineOptions;
  readonly #paper: HTMLDivElement;
  readonly #levels = new Map<number, Level>();
  readonly #backdrop: number;
  readonly #abort = new AbortController();
  readonly #observer: ResizeObserver;
  readonly #pointers = new Map<number, Point>();
  #screen: Size = { width: 1, height: 1 };
  #view: View = { x: 0, y: 0, scale: 1, rotation: 0 };
  /** The view follows the size of the window until the reader has chosen another. */
  #untouched = true;
  #frame = 0;
  #animation = 0;
  #settle: ReturnType<typeof setTimeout> | null = null;
  #lastLoad = 0;
  #pending = new Set<HTMLImageElement>();
  #missing = 0;
  #drag: { at: Point; time: number; pointer: string } | null = null;

  constructor(host: HTMLElement, sheet: Sheet, options: EngineOptions = {}) {
    this.#host = host;
    this.#sheet = sheet;
    this.#options = options;
    this.#backdrop = backdropLevel(sheet);
    this.#paper = document.createElement("div");
    this.#paper.className = "zoom-paper";
    this.#paper.style.width = `${sheet.width}px`;
    this.#paper.style.height = `${sheet.height}px`;
    host.append(this.#paper);
    this.#listen();
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(host);
    this.#resize();
  }

  destroy(): void {
    this.#abort.abort();
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frame);
    cancelAnimationFrame(this.#animation);
    if (this.#settle !== null) clearTimeout(this.#settle);
    for (const image of this.#pending) image.src = "";
    for (const level of this.#levels.values()) level.element.remove();
    this.#paper.remove();
  }

  get view(): View {
    return this.#view;
  }

  showAll(): void {
    this.#untouched = true;
    this.#animateTo(this.#home());
  }

  zoomBy(factor: number, at: Point = this.#centre()): void {
    this.#untouched = false;
    this.#animateTo(hold(zoomAt(this.#view, factor, at, this.#limits()), this.#sheet, this.#screen));
  }

  panBy(x: number, y: number): void {
    this.#untouched = false;
    const view = { ...this.#view, x: this.#view.x + x, y: this.#view.y + y };
    this.#animateTo(hold(view, this.#sheet, this.#screen));
  }

  rotate(by: 90 | -90): void {
    const rotation = turn(this.#view.rotation, by);
    this.#untouched = true;
    this.#set(fitSheet(this.#sheet, this.#screen, rotation, this.#options.padding ?? 0));
  }

  #home(): View {
    const { rotation } = this.#view;
    const { start, padding = 0 } = this.#options;
    return start
      ? fitBox(this.#sheet, start, this.#screen, rotation, padding)
      : fitSheet(this.#sheet, this.#screen, rotation, padding);
  }

  #limits() {
    return limits(this.#sheet, this.#screen, this.#view.rotation, devicePixelRatio);
  }

  #centre(): Point {
    return { x: this.#screen.width / 2, y: this.#screen.height / 2 };
  }

  #resize() {
    const { clientWidth, clientHeight } = this.#host;
    if (clientWidth === 0 || clientHeight === 0) return;
    this.#screen = { width: clientWidth, height: clientHeight };
    this.#set(this.#untouched ? this.#home() : hold(this.#view, this.#sheet, this.#screen));
  }

  #set(view: View) {
    this.#view = view;
    this.#host.classList.add("moving");
    if (this.#settle !== null) clearTimeout(this.#settle);
    this.#settle = setTimeout(() => this.#settled(), settleAfter);
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#frame = 0;
    this.#place(this.#paper, 1);
    for (const level of this.#levels.values()) this.#place(level.element, levelUnit(this.#sheet, level.z));
    const now = performance.now();
    if (now - this.#lastLoad > loadEvery) this.#load(now, 0);
    const { padding = 0 } = this.#options;
    this.#options.onView?.(
      this.#view,
      fitSheet(this.#sheet, this.#screen, this.#view.rotation, padding).scale,
    );
  }

  #place(element: HTMLElement, unit: number) {
    element.style.transform = `matrix(${matrix(this.#view, this.#sheet, unit).join(",")})`;
  }

  #settled() {
    this.#settle = null;
    if (this.#pointers.size > 0) return;
    this.#host.classList.remove("moving");
    this.#load(performance.now(), 160);
    this.#report();
  }

  #load(now: number, margin: number) {
    this.#lastLoad = now;
    const wanted = levelFor(this.#sheet, this.#view.scale, devicePixelRatio);
    const part = visible(this.#view, this.#sheet, this.#screen, margin);
    this.#fill(this.#backdrop, tilesOf(this.#sheet, this.#backdrop, { x: 0, y: 0, ...this.#sheet }));
    if (wanted > this.#backdrop) this.#fill(wanted, tilesOf(this.#sheet, wanted, part));
    this.#prune(wanted, part);
  }

  #fill(z: number, tiles: readonly Tile[]) {
    const level = this.#level(z);
    const size = this.#sheet.tile_size;
    for (const tile of tiles) {
      const key = `${tile.x}_${tile.y}`;
      if (level.tiles.has(key)) continue;
      const image = new Image();
      level.tiles.set(key, image);
      this.#pending.add(image);
      image.alt = "";
      image.draggable = false;
      image.style.left = `${tile.x * size}px`;
      image.style.top = `${tile.y * size}px`;
      image.src = this.#sheet.url(tile.z, tile.x, tile.y);
      image.decode().then(
        () => this.#arrived(image, level),
        () => this.#failed(image, level, key),
      );
    }
  }

  #arrived(image: HTMLImageElement, level: Level) {
    if (!this.#pending.delete(image)) return;
    level.element.append(image);
    this.#report();
  }

  #failed(image: HTMLImageElement, level: Level, key: string) {
    if (!this.#pending.delete(image)) return;
    this.#missing += 1;
    // Forgotten, so that the next settled view asks again.
    level.tiles.delete(key);
    this.#report();
  }

  #report() {
    if (this.#pending.size > 0 || this.#host.classList.contains("moving")) return;
    this.#options.onSettled?.(this.#missing);
    this.#missing = 0;
    const wanted = levelFor(this.#sheet, this.#view.scale, devicePixelRatio);
    for (const [z, level] of this.#levels) {
      if (z === wanted || z === this.#backdrop) continue;
      level.element.remove();
      this.#levels.delete(z);
    }
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
    this.#place(element, unit);
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
        if (this.#pending.delete(image)) image.src = "";
        image.remove();
        level.tiles.delete(key);
      }
    }
  }

  #animateTo(target: View) {
    cancelAnimationFrame(this.#animation);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.#set(target);
      return;
    }
    const from = this.#view;
    const began = performance.now();
    const step = (now: number) => {
      const t = Math.min(1, (now - began) / 160);
      const eased = 1 - (1 - t) ** 3;
      const scale = from.scale * (target.scale / from.scale) ** eased;
      // Along a zoom the corner moves in step with the scale, so that the fixed point stays fixed.
      const share = target.scale === from.scale ? eased : (scale - from.scale) / (target.scale - from.scale);
      this.#set({
        ...target,
        scale,
        x: from.x + (target.x - from.x) * share,
        y: from.y + (target.y - from.y) * share,
      });
      if (t < 1) this.#animation = requestAnimationFrame(step);
    };
    this.#animation = requestAnimationFrame(step);
  }

  #listen() {
    const { signal } = this.#abort;
    const host = this.#host;
    host.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    host.addEventListener("pointermove", (event) => this.#move(event), { signal });
    host.addEventListener("pointerup", (event) => this.#up(event), { signal });
    host.addEventListener("pointercancel", (event) => this.#up(event), { signal });
    host.addEventListener("dblclick", (event) => this.zoomBy(event.shiftKey ? 0.5 : 2, this.#at(event)), {
      signal,
    });
    host.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
  }

  #at(event: { clientX: number; clientY: number }): Point {
    const box = this.#host.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #down(event: PointerEvent) {
    if (event.button !== 0 && event.button !== 1) return;
    cancelAnimationFrame(this.#animation);
    this.#host.setPointerCapture(event.pointerId);
    const at = this.#at(event);
    this.#pointers.set(event.pointerId, at);
    this.#drag = this.#pointers.size === 1 ? { at, time: event.timeStamp, pointer: event.pointerType } : null;
  }

  #move(event: PointerEvent) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = this.#at(event);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    this.#untouched = false;
    let view = this.#view;
    if (other) {
      const span = (one: Point) => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      view = zoomAt(view, span(now) / span(before), middle, this.#limits());
      view = { ...view, x: view.x + (now.x - before.x) / 2, y: view.y + (now.y - before.y) / 2 };
    } else {
      view = { ...view, x: view.x + now.x - before.x, y: view.y + now.y - before.y };
    }
    this.#set(this.#soft(view));
  }

  /** While a finger is down the sheet may follow it anywhere near; it is put back when let go. */
  #soft(view: View): View {
    const held = hold(view, this.#sheet, this.#screen);
    return { ...view, x: held.x + (view.x - held.x) * 0.5, y: held.y + (view.y - held.y) * 0.5 };
  }

  #up(event: PointerEvent) {
    if (!this.#pointers.delete(event.pointerId)) return;
    const drag = this.#drag;
    if (this.#pointers.size > 0) return;
    this.#drag = null;
    const whole = fitSheet(this.#sheet, this.#screen, this.#view.rotation).scale;
    if (drag && drag.pointer !== "mouse" && this.#view.scale <= whole * 1.05) {
      const at = this.#at(event);
      const across = at.x - drag.at.x;
      const quick = event.timeStamp - drag.time < 500;
      if (quick && Math.abs(across) > 80 && Math.abs(at.y - drag.at.y) < 60) {
        this.#options.onSwipe?.(across > 0 ? -1 : 1);
      }
    }
    const held = hold(this.#view, this.#sheet, this.#screen);
    if (held.x !== this.#view.x || held.y !== this.#view.y) this.#animateTo(held);
    else this.#set(this.#view);
  }

  #wheel(event: WheelEvent) {
    event.preventDefault();
    cancelAnimationFrame(this.#animation);
    this.#untouched = false;
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    if (event.shiftKey && event.deltaX === 0) {
      this.#set(hold({ ...this.#view, x: this.#view.x - event.deltaY * lines }, this.#sheet, this.#screen));
      return;
    }
    // A trackpad pinch arrives as a wheel with Ctrl and small steps.
    const speed = event.ctrlKey ? 0.01 : 0.0016;
    const factor = Math.exp(-Math.max(-300, Math.min(300, event.deltaY * lines)) * speed);
    this.#set(hold(zoomAt(this.#view, factor, this.#at(event), this.#limits()), this.#sheet, this.#screen));
  }
}
