/** The viewer as a component: the engine, its buttons and its keys. */
import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { TileInfo } from "../api/types.ts";
import { Missing, ZoomTools, zoomByKey } from "./controls.tsx";
import { DeepZoom } from "./engine.ts";
import type { Rect } from "./geometry.ts";

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
  children?: ReactNode;
}

export function SheetView({ label, id, tiles, tileUrl, start, padding = 16, onStep, children }: Props) {
  const { t } = useLingui();
  const host = useRef<HTMLDivElement>(null);
  const engine = useRef<DeepZoom | null>(null);
  const [percent, setPercent] = useState(100);
  const [missing, setMissing] = useState(0);
  const latest = useRef({ tileUrl, onStep });
  latest.current = { tileUrl, onStep };
  const { width, height, tile_size, levels } = tiles;
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
        onView: (view, whole) => setPercent(Math.round((view.scale / whole) * 100)),
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
        onKeyDown={(event) => zoomByKey(event, engine.current)}
      />
      <Missing tiles={missing} />
      <ZoomTools zoom={() => engine.current} percent={percent}>
        {children}
      </ZoomTools>
    </div>
  );
}
