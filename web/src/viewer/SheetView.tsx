/** The viewer as a component: the engine, its buttons and its keys. */
import { useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { TileInfo } from "../api/types.ts";
import { Missing, ZoomTools, zoomByKey } from "./controls.tsx";
import { DeepZoom, type Pen } from "./engine.ts";
import { matrix, type Point, type Rect, type Size, type View } from "./geometry.ts";

/** What lies over the sheet, in points of the paper, and moves with it. */
export interface Overlay {
  /** The paper in points. */
  paper: Size;
  /** SVG, drawn in points. */
  content: ReactNode;
  /** What is to be seen of the sheet: it is moved there. */
  focus?: Rect | null;
  /** Its points are points of the paper. */
  pen?: Pen | null;
  /** Whether the key was meant for it. */
  onKey?: (event: KeyboardEvent, at: Place) => boolean;
}

/** Where the reader is, in points of the paper. */
export interface Place {
  middle: Point;
  /** Points of the paper per pixel of the screen. */
  unit: number;
  /** Moves the sheet so that this point can be seen. */
  reveal: (point: Point) => void;
}

interface Props {
  /** Names the picture for those who do not see it. */
  label: string;
  /** Changes when another sheet is shown. */
  id: string;
  tiles: TileInfo;
  tileUrl: (z: number, x: number, y: number) => string;
  start?: Rect | null;
  padding?: number;
  onStep?: (direction: -1 | 1) => void;
  overlay?: Overlay | null;
  children?: ReactNode;
}

export function SheetView(props: Props) {
  const { label, id, tiles, tileUrl, start, padding = 16, onStep, overlay = null, children } = props;
  const { t } = useLingui();
  const host = useRef<HTMLDivElement>(null);
  const engine = useRef<DeepZoom | null>(null);
  const [percent, setPercent] = useState(100);
  const [missing, setMissing] = useState(0);
  const layer = useRef<SVGSVGElement>(null);
  const { width, height, tile_size, levels } = tiles;
  /** Pixels of the picture per point of the paper. */
  const unit = overlay ? width / overlay.paper.width : 1;
  const latest = useRef({ tileUrl, onStep, overlay, unit });
  latest.current = { tileUrl, onStep, overlay, unit };
  const startKey = start ? [start.x, start.y, start.width, start.height].join(" ") : "";

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new engine per sheet; `id` and `startKey` say which
  useEffect(() => {
    if (!host.current) return;
    const [x = 0, y = 0, w = 0, h = 0] = startKey.split(" ").map(Number);
    const zoom = new DeepZoom(
      host.current,
      { width, height, tile_size, levels, picture: (z, tx, ty) => latest.current.tileUrl(z, tx, ty) },
      {
        start: startKey === "" ? null : { x, y, width: w, height: h },
        padding,
        onView: (view, whole) => {
          place(layer.current, view, { width, height }, latest.current.unit);
          setPercent(Math.round((view.scale / whole) * 100));
        },
        pen: () => inPoints(latest.current.overlay?.pen ?? null, latest.current.unit),
        onSettled: setMissing,
        onSwipe: (direction) => latest.current.onStep?.(direction),
      },
    );
    engine.current = zoom;
    return () => {
      zoom.destroy();
      engine.current = null;
    };
  }, [id, width, height, tile_size, levels, startKey, padding]);

  const shown = overlay !== null;
  useEffect(() => {
    if (shown && engine.current) place(layer.current, engine.current.view, { width, height }, unit);
  }, [shown, width, height, unit]);

  const focus = overlay?.focus ?? null;
  useEffect(() => {
    if (!focus) return;
    const { x, y, width: w, height: h } = focus;
    engine.current?.reveal({ x: (x + w / 2) * unit, y: (y + h / 2) * unit });
  }, [focus, unit]);

  const onKeyDown = (event: KeyboardEvent) => {
    const zoom = engine.current;
    const onKey = latest.current.overlay?.onKey;
    if (zoom && onKey) {
      const toPaper = ({ x, y }: Point) => ({ x: x / unit, y: y / unit });
      const at: Place = {
        middle: toPaper(zoom.middle),
        unit: 1 / (zoom.view.scale * unit),
        reveal: ({ x, y }) => zoom.reveal({ x: x * unit, y: y * unit }),
      };
      if (onKey(event, at)) {
        // What had the focus may be gone with it.
        requestAnimationFrame(() => {
          if (document.activeElement === document.body) host.current?.focus();
        });
        return;
      }
    }
    zoomByKey(event, zoom);
  };

  return (
    <div className="viewer">
      <div
        ref={host}
        className="zoom"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is moved with the keyboard
        tabIndex={0}
        role="application"
        aria-roledescription={t`Sheet viewer`}
        aria-label={label}
        onKeyDown={onKeyDown}
      >
        {overlay ? (
          // biome-ignore lint/a11y/noSvgWithoutTitle: what is in it has names of its own
          <svg
            ref={layer}
            className="zoom-over"
            width={overlay.paper.width}
            height={overlay.paper.height}
            viewBox={`0 0 ${overlay.paper.width} ${overlay.paper.height}`}
            onFocus={({ target }) => {
              // Who goes from mark to mark by keyboard sees each.
              if (!(target instanceof SVGGraphicsElement) || !target.matches(":focus-visible")) return;
              const { x, y, width: w, height: h } = target.getBBox();
              engine.current?.reveal({ x: (x + w / 2) * unit, y: (y + h / 2) * unit });
            }}
          >
            {overlay.content}
          </svg>
        ) : null}
      </div>
      <Missing tiles={missing} />
      <ZoomTools zoom={() => engine.current} percent={percent}>
        {children}
      </ZoomTools>
    </div>
  );
}

/** Lays what is over the sheet where the view has the sheet, and tells it how large a pixel of the screen is there. */
function place(layer: SVGSVGElement | null, view: View, image: Size, unit: number) {
  if (!layer) return;
  layer.style.transform = `matrix(${matrix(view, image, unit).join(",")})`;
  layer.style.setProperty("--pixel", String(1 / (view.scale * unit)));
  layer.style.setProperty("--upright", `${-view.rotation}deg`);
}

function inPoints(pen: Pen | null, unit: number): Pen | null {
  if (!pen) return null;
  const points = ({ x, y }: Point) => ({ x: x / unit, y: y / unit });
  return {
    down: (at, event) => pen.down(points(at), event),
    move: (at) => pen.move(points(at)),
    up: (at) => pen.up(points(at)),
    cancel: () => pen.cancel(),
  };
}
