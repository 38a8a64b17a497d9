/**
 * Deep zoom over server-made tiles. A frame of panning or zooming costs two style changes whatever is drawn on
 * the sheet.
 *
 * Responsible for gestures and motion; the tiles are in `layers.ts`. Knows nothing of React, of what the sheet
 * is, or of its marks.
 */
import {
  fitBox,
  fitSheet,
  hold,
  limits,
  type Point,
  type Rect,
  type Rotation,
  type Size,
  toImage,
  toScreen,
  turn,
  type View,
  visible,
  zoomAt,
} from "./geometry.ts";
import { Layers, type Sheet } from "./layers.ts";

/** What somebody looks at, whatever the size of the screen. */
export interface Look {
  middle: Point;
  scale: number;
  rotation: Rotation;
}

export interface EngineOptions {
  /** Part of the image to show first; the whole sheet if absent. */
  start?: Rect | null;
  /** Where the reader was before this engine; goes before `start`. */
  resume?: Look | null;
  /** Any point of the sheet can be brought to the middle of the screen, and a tap brings it there. */
  aim?: boolean;
  padding?: number;
  onView?: (view: View, fitScale: number) => void;
  /** All tiles of the settled view are on the screen, or the number that could not be had. */
  onSettled?: (missing: number) => void;
  /** A quick drag to the side while the whole sheet is shown: −1 to the previous one, 1 to the next. */
  onSwipe?: (direction: -1 | 1) => void;
  /** Somebody draws over the sheet: what one finger or the mouse does may be theirs. */
  pen?: () => Pen | null;
}

/** Hears of one finger, or the mouse, in points of the image. A second finger takes it away again, to move the sheet. */
export interface Pen {
  /** Whether the pen wants this finger; otherwise it moves the sheet. */
  down(at: Point, event: PointerEvent): boolean;
  move(at: Point): void;
  up(at: Point): void;
  cancel(): void;
}

/** After this long without motion the view is settled: sharp tiles are fetched, layers handed back. */
const settleAfter = 140;
/** While moving, tiles are looked for no more often than this. */
const loadEvery = 90;
/** A finger that moved less than this, in pixels, and for less than this long, in milliseconds, tapped. */
const tapReach = 6;
const tapTime = 400;
/** A second tap may follow within this long; then both together are a double one. */
const doubleTapTime = 280;

const pressable = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("a, [data-press]") !== null;

export class DeepZoom {
  readonly #host: HTMLElement;
  readonly #sheet: Sheet;
  readonly #options: EngineOptions;
  readonly #layers: Layers;
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
  #drag: { at: Point; time: number; pointer: string } | null = null;
  #tap: ReturnType<typeof setTimeout> | null = null;
  /** The finger that draws. */
  #drawing: { pen: Pen; pointer: number } | null = null;
  /** The last finger that was down drew. */
  #drew = false;

  constructor(host: HTMLElement, sheet: Sheet, options: EngineOptions = {}) {
    this.#host = host;
    this.#sheet = sheet;
    this.#options = options;
    this.#layers = new Layers(host, sheet, () => this.#report());
    this.#listen();
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(host);
    this.#resize();
    if (options.resume) this.#resume(options.resume);
  }

  destroy(): void {
    this.#abort.abort();
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frame);
    cancelAnimationFrame(this.#animation);
    if (this.#settle !== null) clearTimeout(this.#settle);
    if (this.#tap !== null) clearTimeout(this.#tap);
    this.#layers.destroy();
  }

  get view(): View {
    return this.#view;
  }

  /** The point of the image in the middle of the screen, and how large it is; `null` while the view is the first one. */
  get look(): Look | null {
    const { scale, rotation } = this.#view;
    return this.#untouched ? null : { middle: this.middle, scale, rotation };
  }

  get middle(): Point {
    return toImage(this.#view, this.#sheet, this.#centre());
  }

  /** The part of the image that is on the screen. */
  get part(): Rect {
    return visible(this.#view, this.#sheet, this.#screen);
  }

  /** Moves the sheet as far as it takes to have a point on the screen, not at its very edge. */
  reveal(point: Point, margin = 48): void {
    const at = toScreen(this.#view, this.#sheet, point);
    const { width, height } = this.#screen;
    const into = (value: number, length: number) =>
      Math.min(Math.max(value, Math.min(margin, length / 2)), Math.max(length - margin, length / 2)) - value;
    const [x, y] = [into(at.x, width), into(at.y, height)];
    if (x !== 0 || y !== 0) this.panBy(x, y);
  }

  /** Shows at once what another engine over a sheet of the same size shows. */
  follow(leader: DeepZoom): void {
    const { x, y, scale, rotation } = leader.#view;
    const own = this.#view;
    if (x === own.x && y === own.y && scale === own.scale && rotation === own.rotation) return;
    cancelAnimationFrame(this.#animation);
    this.#untouched = leader.#untouched;
    this.#set(leader.#view);
    cancelAnimationFrame(this.#frame);
    this.#draw();
  }

  /** Asks for every tile anew; each stays on the screen until its successor has come. */
  redraw(): void {
    this.#layers.redraw();
  }

  showAll(): void {
    this.#untouched = true;
    this.#animateTo(this.#home());
  }

  zoomBy(factor: number, at: Point = this.#centre()): void {
    this.#untouched = false;
    this.#animateTo(this.#hold(zoomAt(this.#view, factor, at, this.#limits())));
  }

  panBy(x: number, y: number): void {
    this.#untouched = false;
    const view = { ...this.#view, x: this.#view.x + x, y: this.#view.y + y };
    this.#animateTo(this.#hold(view));
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

  #hold(view: View): View {
    return hold(view, this.#sheet, this.#screen, this.#options.aim ?? false);
  }

  #resume({ middle, scale, rotation }: Look) {
    const at = toScreen({ x: 0, y: 0, scale, rotation }, this.#sheet, middle);
    const centre = this.#centre();
    this.#untouched = false;
    this.#set(this.#hold({ x: centre.x - at.x, y: centre.y - at.y, scale, rotation }));
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
    this.#set(this.#untouched ? this.#home() : this.#hold(this.#view));
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
    this.#layers.place(this.#view);
    if (performance.now() - this.#lastLoad > loadEvery) this.#load(0);
    const { padding = 0 } = this.#options;
    this.#options.onView?.(
      this.#view,
      fitSheet(this.#sheet, this.#screen, this.#view.rotation, padding).scale,
    );
  }

  #load(margin: number) {
    this.#lastLoad = performance.now();
    this.#layers.load(visible(this.#view, this.#sheet, this.#screen, margin));
  }

  #settled() {
    this.#settle = null;
    if (this.#pointers.size > 0) return;
    this.#host.classList.remove("moving");
    this.#load(160);
    this.#report();
  }

  #report() {
    if (this.#layers.waiting || this.#host.classList.contains("moving")) return;
    this.#options.onSettled?.(this.#layers.takeMissing());
    this.#layers.tidy();
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
    host.addEventListener("dblclick", (event) => this.#doubleTap(event), { signal });
    host.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    // A link that is dragged moves the sheet.
    host.addEventListener("dragstart", (event) => event.preventDefault(), { signal });
  }

  #at(event: { clientX: number; clientY: number }): Point {
    const box = this.#host.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #down(event: PointerEvent) {
    if (event.button !== 0 && event.button !== 1) return;
    cancelAnimationFrame(this.#animation);
    // What can be pressed hears of a press that did not become a drag.
    if (!pressable(event.target)) this.#host.setPointerCapture(event.pointerId);
    const at = this.#at(event);
    this.#pointers.set(event.pointerId, at);
    if (this.#pointers.size > 1) this.#stopDrawing();
    else {
      const pen = event.button === 0 ? (this.#options.pen?.() ?? null) : null;
      const wanted = pen?.down(toImage(this.#view, this.#sheet, at), event) ?? false;
      this.#drawing = pen && wanted ? { pen, pointer: event.pointerId } : null;
      this.#drew = wanted;
      if (wanted) this.#host.setPointerCapture(event.pointerId);
    }
    this.#drag = this.#pointers.size === 1 ? { at, time: event.timeStamp, pointer: event.pointerType } : null;
  }

  #move(event: PointerEvent) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = this.#at(event);
    if (this.#drawing?.pointer === event.pointerId) {
      this.#pointers.set(event.pointerId, now);
      this.#drawing.pen.move(toImage(this.#view, this.#sheet, now));
      return;
    }
    if (!this.#host.hasPointerCapture(event.pointerId)) {
      if (Math.hypot(now.x - before.x, now.y - before.y) < tapReach) return;
      this.#host.setPointerCapture(event.pointerId);
    }
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
    const held = this.#hold(view);
    return { ...view, x: held.x + (view.x - held.x) * 0.5, y: held.y + (view.y - held.y) * 0.5 };
  }

  #stopDrawing() {
    this.#drawing?.pen.cancel();
    this.#drawing = null;
  }

  #up(event: PointerEvent) {
    if (!this.#pointers.delete(event.pointerId)) return;
    if (this.#drawing?.pointer === event.pointerId) {
      if (event.type === "pointercancel") this.#drawing.pen.cancel();
      else this.#drawing.pen.up(toImage(this.#view, this.#sheet, this.#at(event)));
      this.#drawing = null;
      this.#drag = null;
      return;
    }
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
    if (drag && this.#options.aim) this.#tapped(drag, event);
    const held = this.#hold(this.#view);
    if (held.x !== this.#view.x || held.y !== this.#view.y) this.#animateTo(held);
    else this.#set(this.#view);
  }

  /** Brings what was tapped to the middle, unless the tap is the first half of a double one. */
  #tapped(drag: { at: Point; time: number }, event: PointerEvent) {
    const at = this.#at(event);
    const still = Math.hypot(at.x - drag.at.x, at.y - drag.at.y) < tapReach;
    if (!still || event.timeStamp - drag.time > tapTime || event.button !== 0) return;
    const point = toImage(this.#view, this.#sheet, at);
    if (this.#tap !== null) clearTimeout(this.#tap);
    this.#tap = setTimeout(() => {
      this.#tap = null;
      const now = toScreen(this.#view, this.#sheet, point);
      const centre = this.#centre();
      this.panBy(centre.x - now.x, centre.y - now.y);
    }, doubleTapTime);
  }

  #doubleTap(event: MouseEvent) {
    if (this.#tap !== null) clearTimeout(this.#tap);
    this.#tap = null;
    if (this.#drew) return;
    this.zoomBy(event.shiftKey ? 0.5 : 2, this.#at(event));
  }

  #wheel(event: WheelEvent) {
    event.preventDefault();
    cancelAnimationFrame(this.#animation);
    this.#untouched = false;
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    if (event.shiftKey && event.deltaX === 0) {
      this.#set(this.#hold({ ...this.#view, x: this.#view.x - event.deltaY * lines }));
      return;
    }
    // A trackpad pinch arrives as a wheel with Ctrl and small steps.
    const speed = event.ctrlKey ? 0.01 : 0.0016;
    const factor = Math.exp(-Math.max(-300, Math.min(300, event.deltaY * lines)) * speed);
    this.#set(this.#hold(zoomAt(this.#view, factor, this.#at(event), this.#limits())));
  }
}
