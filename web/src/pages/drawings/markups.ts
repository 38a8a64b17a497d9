/** What of the markups over a drawing is shown on one of its revisions, and how wide and how named they are. No rules. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Id, Markup, MarkupColour, MarkupKind, Revision } from "../../api/types.ts";

export type MarkupTool = "select" | MarkupKind;

export const kinds: readonly MarkupKind[] = [
  "pen",
  "highlighter",
  "line",
  "arrow",
  "rectangle",
  "cloud",
  "text",
];
export const colours: readonly MarkupColour[] = [
  "red",
  "orange",
  "yellow",
  "green",
  "blue",
  "purple",
  "black",
];

export type Weight = "thin" | "medium" | "thick";
export const weights: readonly Weight[] = ["thin", "medium", "thick"];

const sizes: Record<Weight, { stroke: number; band: number; letters: number }> = {
  thin: { stroke: 1.5, band: 10, letters: 12 },
  medium: { stroke: 3, band: 18, letters: 20 },
  thick: { stroke: 6, band: 30, letters: 36 },
};

/** Width of the line, or height of the letters, in points of the paper. */
export function sizeOf(kind: MarkupKind, weight: Weight): number {
  const { stroke, band, letters } = sizes[weight];
  return kind === "text" ? letters : kind === "highlighter" ? band : stroke;
}

export const kindNames: Record<MarkupTool, MessageDescriptor> = {
  select: msg`Select and move`,
  pen: msg`Pen`,
  highlighter: msg`Highlighter`,
  line: msg`Line`,
  arrow: msg`Arrow`,
  rectangle: msg`Rectangle`,
  cloud: msg`Cloud`,
  text: msg`Text`,
};

export const colourNames: Record<MarkupColour, MessageDescriptor> = {
  red: msg`Red`,
  orange: msg`Orange`,
  yellow: msg`Yellow`,
  green: msg`Green`,
  blue: msg`Blue`,
  purple: msg`Purple`,
  black: msg`Black`,
};

export const weightNames: Record<Weight, MessageDescriptor> = {
  thin: msg`Thin`,
  medium: msg`Medium`,
  thick: msg`Thick`,
};

/**
 * A markup stays on the revisions that are newer than the one it was made on. `newestFirst` are those the reader
 * sees; one made on a revision that is not among them is shown on all.
 */
export function shownOn(newestFirst: readonly Revision[], revision: Id, marks: readonly Markup[]): Markup[] {
  const place = (id: Id) => newestFirst.findIndex((candidate) => candidate.id === id);
  const here = place(revision);
  return marks.filter((mark) => {
    const made = place(mark.revision.id);
    return made < 0 || made >= here;
  });
}
