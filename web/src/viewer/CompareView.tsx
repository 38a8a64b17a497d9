/** Two sheets on one ground: over each other with what differs in colour, with a divider between them, or side by side. */
import { Trans, useLingui } from "@lingui/react/macro";
import {
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { type Alignment, type Ground, groundOf, type Paper } from "./alignment.ts";
import { Missing, ZoomTools, zoomByKey } from "./controls.tsx";
import { DeepZoom } from "./engine.ts";
import type { Tile } from "./geometry.ts";
import { type Part, parts, readColour, type Tints } from "./ink.ts";
import { Link } from "./link.ts";
import { alone, Merger, overlaid } from "./merger.ts";

export type CompareMode = "overlay" | "swipe" | "side";

export interface ComparedSheet extends Paper {
  id: string;
  /** Short, as people say it: `Rev 2`. */
  name: string;
  url(z: number, x: number, y: number): string;
}

interface Props {
  before: ComparedSheet;
  after: ComparedSheet;
  alignment: Alignment;
  mode: CompareMode;
  hidden: readonly Part[];
  padding: number;
  /** The picture takes the focus when it appears. */
  focused?: boolean;
}

/** The colours of the legend, so that the picture can never differ from it. */
function tintsOfTheme(): Tints {
  const style = getComputedStyle(document.documentElement);
  const [removed, added, unchanged] = parts.map((part) => readColour(style.getPropertyValue(`--${part}`)));
  const black = readColour("");
  return { removed: removed ?? black, added: added ?? black, unchanged: unchanged ?? black };
}

/** Made when the first tile has to be made, ended with the view. */
function useMerger(): () => Merger {
  const merger = useRef<Merger | null>(null);
  useEffect(
    () => () => {
      merger.current?.close();
      merger.current = null;
    },
    [],
  );
  return () => {
    merger.current ??= new Merger();
    return merger.current;
  };
}

export function CompareView({ before, after, alignment, mode, hidden, padding, focused = false }: Props) {
  const { t } = useLingui();
  const merger = useMerger();
  const [percent, setPercent] = useState(100);
  const [missing, setMissing] = useState<Partial<Record<string, number>>>({});
  const [divider, setDivider] = useState(50);
  const pair = `${before.id} ${after.id}`;
  const { a, b, dx, dy } = alignment;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what a revision looks like never changes
  const ground = useMemo(() => groundOf(before, after, { a, b, dx, dy }), [pair, a, b, dx, dy]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on another ground the places are others
  const link = useMemo(() => new Link(), [ground]);
  const tints = useMemo(tintsOfTheme, []);
  const shown = hidden.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew when other parts are hidden
  useEffect(() => link.redraw(), [link, shown]);

  // Who moves in the picture by keyboard stays in it when it becomes another one.
  const stage = useRef<HTMLDivElement>(null);
  const inside = useRef(focused);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another kind of view has other elements
  useEffect(() => {
    if (!inside.current || document.activeElement !== document.body) return;
    stage.current?.querySelector<HTMLElement>(".zoom")?.focus();
  }, [mode]);

  const common = { link, ground, padding, onPercent: setPercent };
  const count = (pane: string) => (tiles: number) =>
    setMissing((known) => (known[pane] === tiles ? known : { ...known, [pane]: tiles }));
  const one = (which: "before" | "after", label: string, style?: CSSProperties) => (
    <Pane
      {...common}
      key={which}
      label={label}
      picture={(tile, signal) => alone(merger(), ground, { before, after }, which, tile, signal)}
      onMissing={count(which)}
      {...(style ? { style } : {})}
    />
  );

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only learns whether the focus is inside
    <div
      ref={stage}
      className="viewer compare"
      onFocus={() => {
        inside.current = true;
      }}
      onBlur={({ relatedTarget }) => {
        // Nothing gets the focus where the element that had it is gone.
        if (relatedTarget) inside.current = stage.current?.contains(relatedTarget) === true;
      }}
    >
      {mode === "overlay" ? (
        <Pane
          {...common}
          label={t`${before.name} and ${after.name}, one over the other`}
          picture={(tile, signal) =>
            overlaid(merger(), ground, { before, after }, tile, { tints, hidden: [...hidden] }, signal)
          }
          onMissing={count("overlay")}
        />
      ) : null}
      {mode === "swipe" ? (
        <>
          {one("after", t`${after.name}, right of the divider`)}
          {one("before", t`${before.name}, left of the divider`, {
            clipPath: `inset(0 ${100 - divider}% 0 0)`,
          })}
          <Divider
            label={t`Divider between ${before.name} and ${after.name}`}
            value={divider}
            onChange={setDivider}
          />
          <span className="compare-name start">{before.name}</span>
          <span className="compare-name end">{after.name}</span>
        </>
      ) : null}
      {mode === "side" ? (
        <div className="compare-sides">
          <div className="compare-side">
            {one("before", before.name)}
            <span className="compare-name start">{before.name}</span>
          </div>
          <div className="compare-side">
            {one("after", after.name)}
            <span className="compare-name start">{after.name}</span>
          </div>
        </div>
      ) : null}
      <Missing tiles={Object.values(missing).reduce<number>((sum, tiles = 0) => sum + tiles, 0)} />
      <ZoomTools zoom={() => link.first} percent={percent} />
    </div>
  );
}

function Pane({
  label,
  link,
  ground,
  picture,
  padding,
  onPercent,
  onMissing,
  style,
}: {
  label: string;
  link: Link;
  ground: Ground;
  picture: (tile: Tile, signal: AbortSignal) => string | Promise<Blob>;
  padding: number;
  onPercent: (percent: number) => void;
  onMissing: (tiles: number) => void;
  style?: CSSProperties;
}) {
  const { t } = useLingui();
  const host = useRef<HTMLDivElement>(null);
  const engine = useRef<DeepZoom | null>(null);
  const latest = useRef({ picture, onPercent, onMissing });
  latest.current = { picture, onPercent, onMissing };
  useEffect(() => {
    if (!host.current) return;
    const { width, height, tile_size, levels } = ground;
    const zoom = new DeepZoom(
      host.current,
      {
        width,
        height,
        tile_size,
        levels,
        picture: (z, x, y, signal) => latest.current.picture({ z, x, y }, signal),
      },
      {
        resume: link.look,
        padding,
        onView: (view, whole) => {
          link.moved(zoom);
          latest.current.onPercent(Math.round((view.scale / whole) * 100));
        },
        onSettled: (tiles) => latest.current.onMissing(tiles),
      },
    );
    engine.current = zoom;
    link.join(zoom);
    return () => {
      link.leave(zoom);
      latest.current.onMissing(0);
      zoom.destroy();
      engine.current = null;
    };
  }, [ground, link, padding]);

  return (
    <div
      ref={host}
      className="zoom"
      {...(style ? { style } : {})}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is moved with the keyboard
      tabIndex={0}
      role="application"
      aria-roledescription={t`Sheet viewer`}
      aria-label={label}
      onKeyDown={(event) => zoomByKey(event, engine.current)}
    />
  );
}

/** A line that is dragged, or moved with the arrow keys once it has the focus. */
function Divider({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number;
  onChange: (value: number) => void;
}) {
  const { t } = useLingui();
  const put = (wanted: number) => onChange(Math.min(100, Math.max(0, wanted)));
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const stage = event.currentTarget.parentElement;
    if (!stage || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = stage.getBoundingClientRect();
    put(((event.clientX - box.left) / box.width) * 100);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 1 : 5;
    const places: Record<string, number> = {
      ArrowLeft: value - step,
      ArrowDown: value - step,
      ArrowRight: value + step,
      ArrowUp: value + step,
      Home: 0,
      End: 100,
    };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    put(place);
  };
  return (
    <div
      className="compare-divider"
      style={{ left: `${value}%` }}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(value)}
      aria-valuetext={t`${Math.round(value)} percent`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
    >
      <span className="compare-grip" aria-hidden="true" />
    </div>
  );
}

/** What the colours say, in words; each part can be taken out of the picture. */
export function Legend({ children }: { children: ReactNode }) {
  const { t } = useLingui();
  return (
    <fieldset className="compare-legend" aria-label={t`What the colours mean`}>
      {children}
    </fieldset>
  );
}

export function LegendWord({ part, before, after }: { part: Part; before: string; after: string }) {
  return (
    <span className="compare-word">
      <span className={`compare-swatch ${part}`} aria-hidden="true" />
      {part === "removed" ? (
        <>
          <Trans context="from the drawing">Removed</Trans>
          <span className="compare-only">
            <Trans>only in {before}</Trans>
          </span>
        </>
      ) : part === "added" ? (
        <>
          <Trans>Added</Trans>
          <span className="compare-only">
            <Trans>only in {after}</Trans>
          </span>
        </>
      ) : (
        <Trans>Unchanged</Trans>
      )}
    </span>
  );
}
