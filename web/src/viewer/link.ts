/** Views of the same ground that move together, and the memory of where they were when one kind gives way to another. */
import type { DeepZoom, Look } from "./engine.ts";

export class Link {
  readonly #views = new Set<DeepZoom>();
  #look: Look | null = null;

  /** Where the views that were here before have been. */
  get look(): Look | null {
    return this.#look;
  }

  /** The view that buttons act on; the others follow. */
  get first(): DeepZoom | null {
    return this.#views.values().next().value ?? null;
  }

  join(view: DeepZoom): void {
    this.#views.add(view);
  }

  leave(view: DeepZoom): void {
    this.#look = view.look;
    this.#views.delete(view);
  }

  moved(view: DeepZoom): void {
    for (const other of this.#views) if (other !== view) other.follow(view);
  }

  redraw(): void {
    for (const view of this.#views) view.redraw();
  }
}
