/** Lays one sheet on another by hand: the same two points are found on both, one after the other, under a cross. */
import { Trans, useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "../components/Button.tsx";
import { type Alignment, boxOf, fromPairs } from "./alignment.ts";
import type { ComparedSheet } from "./CompareView.tsx";
import { Missing, ZoomTools, zoomByKey } from "./controls.tsx";
import { DeepZoom } from "./engine.ts";
import { type Point, type Rect, toScreen, type View } from "./geometry.ts";

interface Props {
  before: ComparedSheet;
  after: ComparedSheet;
  /** How they lie now. */
  alignment: Alignment;
  padding: number;
  onDone: (alignment: Alignment) => void;
  onCancel: () => void;
}

const aimKeys = new Set(["Enter", " "]);

export function AlignView({ before, after, alignment, padding, onDone, onCancel }: Props) {
  const { t } = useLingui();
  const engine = useRef<DeepZoom | null>(null);
  /** Older, newer, older, newer. */
  const [points, setPoints] = useState<readonly Point[]>([]);
  const [start, setStart] = useState<Rect | null>(null);
  const [refused, setRefused] = useState(false);
  const step = points.length;
  const sheet = step % 2 === 0 ? before : after;
  const [one, twin, two] = points;

  const moved = one && twin ? fromPairs(alignment, before, [one, twin]) : null;

  const set = () => {
    const zoom = engine.current;
    if (!zoom) return;
    const point = zoom.middle;
    if (one && twin && two) {
      const found = fromPairs(alignment, before, [one, twin], [two, point]);
      if (found) onDone(found);
      else setRefused(true);
      return;
    }
    setRefused(false);
    // The twin is likely to be where this one lies now; the next pair should be far away.
    setStart(step % 2 === 0 ? boxOf(moved ?? alignment, around(zoom.part, point)) : null);
    setPoints([...points, point]);
  };
  const back = () => {
    setRefused(false);
    setStart(null);
    setPoints(points.slice(0, -1));
  };
  return (
    <div className="viewer aligning">
      <Aim
        key={`${sheet.id} ${step}`}
        sheet={sheet}
        start={start}
        padding={padding}
        marked={step === 2 ? one : step === 3 ? twin : undefined}
        onEngine={(zoom) => {
          engine.current = zoom;
        }}
        onSet={set}
        onCancel={onCancel}
      />
      <div className="align-card">
        <div className="align-say" role="status">
          <span className="strong">
            <Trans>
              Step {step + 1} of 4, on {sheet.name}.
            </Trans>
          </span>{" "}
          <Instruction step={step} after={after.name} />
          {refused ? (
            <span className="wrong">
              {" "}
              <Trans>The two points are too near each other, or not the same ones. Choose another.</Trans>
            </span>
          ) : null}
        </div>
        <div className="row wrap">
          <Button look="primary" onPress={set}>
            <Trans>Set point</Trans>
          </Button>
          {moved && step === 2 ? (
            <Button onPress={() => onDone(moved)}>
              <Trans>It was only moved</Trans>
            </Button>
          ) : null}
          {step > 0 ? (
            <Button onPress={back}>
              <Trans>Back</Trans>
            </Button>
          ) : null}
          <Button look="plain" onPress={onCancel}>
            <Trans>Cancel</Trans>
          </Button>
        </div>
      </div>
      <span className="sr">{t`Arrow keys move the sheet, with Shift by a little; Enter sets the point.`}</span>
    </div>
  );
}

function Instruction({ step, after }: { step: number; after: string }): ReactNode {
  switch (step) {
    case 0:
      return (
        <Trans>
          Move the sheet until the cross is on a point that both sheets have: a corner, or where two grid
          lines cross.
        </Trans>
      );
    case 1:
      return <Trans>Put the cross on the same point on {after}.</Trans>;
    case 2:
      return <Trans>Put the cross on a second point, far from the first.</Trans>;
    default:
      return <Trans>Put the cross on the same second point on {after}.</Trans>;
  }
}

/** What is on the screen, moved so that `point` is in its middle. */
const around = ({ width, height }: Rect, point: Point): Rect => ({
  x: point.x - width / 2,
  y: point.y - height / 2,
  width,
  height,
});

function Aim({
  sheet,
  start,
  padding,
  marked,
  onEngine,
  onSet,
  onCancel,
}: {
  sheet: ComparedSheet;
  start: Rect | null;
  padding: number;
  /** A point of this sheet that is set already. */
  marked: Point | undefined;
  onEngine: (zoom: DeepZoom | null) => void;
  onSet: () => void;
  onCancel: () => void;
}) {
  const { t } = useLingui();
  const host = useRef<HTMLDivElement>(null);
  const mark = useRef<HTMLSpanElement>(null);
  const zoom = useRef<DeepZoom | null>(null);
  const [percent, setPercent] = useState(100);
  const [missing, setMissing] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: one engine for each step; the key of this component says which
  useEffect(() => {
    if (!host.current) return;
    const put = (view: View) => {
      if (!marked || !mark.current) return;
      const { x, y } = toScreen(view, sheet, marked);
      mark.current.style.transform = `translate(${x}px, ${y}px)`;
    };
    const made = new DeepZoom(
      host.current,
      { ...sheet, picture: (z, x, y) => sheet.url(z, x, y) },
      {
        start,
        aim: true,
        padding: start ? 0 : padding,
        onView: (view, whole) => {
          put(view);
          setPercent(Math.round((view.scale / whole) * 100));
        },
        onSettled: setMissing,
      },
    );
    zoom.current = made;
    onEngine(made);
    host.current.focus();
    return () => {
      made.destroy();
      zoom.current = null;
      onEngine(null);
    };
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onCancel();
    } else if (aimKeys.has(event.key)) {
      event.preventDefault();
      onSet();
    } else zoomByKey(event, zoom.current);
  };
  return (
    <>
      <div
        ref={host}
        className="zoom"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is moved with the keyboard
        tabIndex={0}
        role="application"
        aria-roledescription={t`Sheet viewer`}
        aria-label={t`${sheet.name}, put the cross on the point`}
        onKeyDown={onKeyDown}
      />
      <span className="align-cross" aria-hidden="true" />
      {marked ? <span ref={mark} className="align-mark" aria-hidden="true" /> : null}
      <Missing tiles={missing} />
      <ZoomTools zoom={() => zoom.current} percent={percent} />
    </>
  );
}
