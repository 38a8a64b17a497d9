/** A state as a shape and a word, never a colour alone. */
import type { ReactNode } from "react";

export type Tone = "ok" | "wait" | "bad" | "ended";
export type Shape = "dot" | "ring" | "diamond" | "bars" | "cross" | "half" | "square";

const shapes: Record<Shape, ReactNode> = {
  dot: <circle cx="5" cy="5" r="4" />,
  ring: <circle cx="5" cy="5" r="3.4" fill="none" strokeWidth="1.6" />,
  half: (
    <>
      <circle cx="5" cy="5" r="3.6" fill="none" strokeWidth="1.4" />
      <path d="M5 1.5a3.5 3.5 0 0 1 0 7z" />
    </>
  ),
  diamond: <path d="M5 .4 9.6 5 5 9.6.4 5z" />,
  bars: <path d="M1.8 1h2.4v8H1.8zM5.8 1h2.4v8H5.8z" />,
  cross: <path d="m1.5 1.5 7 7M8.5 1.5l-7 7" fill="none" strokeWidth="2" />,
  square: <path d="M1.2 1.2h7.6v7.6H1.2z" />,
};

export function State({
  tone,
  shape,
  children,
  pill,
}: {
  tone: Tone;
  shape: Shape;
  children: ReactNode;
  pill?: boolean;
}) {
  return (
    <span className={`state ${tone}${pill ? " pill" : ""}`}>
      <svg viewBox="0 0 10 10" aria-hidden="true">
        {shapes[shape]}
      </svg>
      {children}
    </span>
  );
}
