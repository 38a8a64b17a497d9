/**
 * Two pictures of one place made into one: what both have is grey, what only the older one has is one colour,
 * what only the newer one has is another. Works on plain arrays of RGBA bytes; knows no canvas.
 */

export type Colour = readonly [red: number, green: number, blue: number];

export interface Tints {
  removed: Colour;
  added: Colour;
  unchanged: Colour;
}

export type Part = keyof Tints;
export const parts: readonly Part[] = ["removed", "added", "unchanged"];

/** Differences below this are the drawing of the same line, not another line. */
export const tolerance = 40;

/** How far a colour is from the white of the paper: any colour counts, however bright. */
export const ink = (red: number, green: number, blue: number): number => 255 - Math.min(red, green, blue);

/** `#c2410c` as three numbers; black for what is none. */
export function readColour(text: string): Colour {
  const [, digits = "000000"] = /^\s*#([0-9a-f]{6})\s*$/i.exec(text) ?? [];
  const byte = (at: number) => Number.parseInt(digits.slice(at, at + 2), 16);
  return [byte(0), byte(2), byte(4)];
}

/** Puts the comparison in the place of `after`. What `hidden` names is left out. */
export function compareInk(
  before: Uint8ClampedArray,
  after: Uint8ClampedArray,
  tints: Tints,
  hidden: ReadonlySet<Part>,
): void {
  const strength = (part: Part): Colour => {
    const [red, green, blue] = tints[part];
    return hidden.has(part) ? [0, 0, 0] : [(255 - red) / 255, (255 - green) / 255, (255 - blue) / 255];
  };
  const [removedRed, removedGreen, removedBlue] = strength("removed");
  const [addedRed, addedGreen, addedBlue] = strength("added");
  const [sameRed, sameGreen, sameBlue] = strength("unchanged");
  for (let at = 0; at < after.length; at += 4) {
    const old = ink(before[at] ?? 255, before[at + 1] ?? 255, before[at + 2] ?? 255);
    const now = ink(after[at] ?? 255, after[at + 1] ?? 255, after[at + 2] ?? 255);
    let red = 255;
    let green = 255;
    let blue = 255;
    if (old + now > 0) {
      const differs = Math.abs(old - now) >= tolerance;
      const same = differs ? Math.min(old, now) : Math.max(old, now);
      const gone = differs && old > now ? old - now : 0;
      const come = differs && now > old ? now - old : 0;
      red -= same * sameRed + gone * removedRed + come * addedRed;
      green -= same * sameGreen + gone * removedGreen + come * addedGreen;
      blue -= same * sameBlue + gone * removedBlue + come * addedBlue;
    }
    after[at] = red;
    after[at + 1] = green;
    after[at + 2] = blue;
    after[at + 3] = 255;
  }
}
