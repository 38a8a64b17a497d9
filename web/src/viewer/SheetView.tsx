/** The viewer as a component: the engine, its buttons and its keys. */
import { Trans, useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { TileInfo } from "../api/types.ts";
import { IconButton } from "../components/Button.tsx";
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

const panStep = 80;

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
      { width, height, tile_size, levels, url: (z, tx, ty) => latest.current.tileUrl(z, tx, ty) },
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

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const zoom = engine.current;
    if (!zoom) return;
    const acts: Record<string, () => void> = {
      ArrowLeft: () => zoom.panBy(panStep, 0),
      ArrowRight: () => zoom.panBy(-panStep, 0),
      ArrowUp: () => zoom.panBy(0, panStep),
      ArrowDown: () => zoom.panBy(0, -panStep),
      "+": () => zoom.zoomBy(1.5),
      "=": () => zoom.zoomBy(1.5),
      "-": () => zoom.zoomBy(1 / 1.5),
      "0": () => zoom.showAll(),
      r: () => zoom.rotate(90),
      R: () => zoom.rotate(-90),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
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
      />
      {missing > 0 ? (
        <div className="viewer-missing" role="status">
          <Trans>Some of the picture could not be loaded. Move or zoom to try again.</Trans>
        </div>
      ) : null}
      <div className="viewer-tools" role="toolbar" aria-label={t`Zoom`}>
        <IconButton icon="plus" label={t`Zoom in`} onPress={() => engine.current?.zoomBy(1.5)} />
        <span className="viewer-percent num" aria-live="off">
          {percent}%
        </span>
        <IconButton icon="minus" label={t`Zoom out`} onPress={() => engine.current?.zoomBy(1 / 1.5)} />
        <IconButton icon="fit" label={t`Fit to the screen`} onPress={() => engine.current?.showAll()} />
        <IconButton icon="rotate" label={t`Rotate the view`} onPress={() => engine.current?.rotate(90)} />
        {children}
      </div>
    </div>
  );
}
