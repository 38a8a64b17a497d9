/** What every view of a sheet has: buttons and keys to zoom, move and turn, and a word when tiles are missing. */
import { Trans, useLingui } from "@lingui/react/macro";
import type { KeyboardEvent, ReactNode } from "react";
import { IconButton } from "../components/Button.tsx";
import type { DeepZoom } from "./engine.ts";

const panStep = 80;
/** With Shift, to put something exactly where it should be. */
const smallStep = 2;

/** Does what the key means to a sheet, if anything. */
export function zoomByKey(event: KeyboardEvent, zoom: DeepZoom | null): void {
  if (event.ctrlKey || event.metaKey || event.altKey || !zoom) return;
  const step = event.shiftKey ? smallStep : panStep;
  const acts: Record<string, () => void> = {
    ArrowLeft: () => zoom.panBy(step, 0),
    ArrowRight: () => zoom.panBy(-step, 0),
    ArrowUp: () => zoom.panBy(0, step),
    ArrowDown: () => zoom.panBy(0, -step),
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
}

export function ZoomTools({
  zoom,
  percent,
  children,
}: {
  zoom: () => DeepZoom | null;
  percent: number;
  children?: ReactNode;
}) {
  const { t } = useLingui();
  return (
    <div className="viewer-tools" role="toolbar" aria-label={t`Zoom`}>
      <IconButton icon="plus" label={t`Zoom in`} onPress={() => zoom()?.zoomBy(1.5)} />
      <span className="viewer-percent num" aria-live="off">
        {percent}%
      </span>
      <IconButton icon="minus" label={t`Zoom out`} onPress={() => zoom()?.zoomBy(1 / 1.5)} />
      <IconButton icon="fit" label={t`Fit to the screen`} onPress={() => zoom()?.showAll()} />
      <IconButton icon="rotate" label={t`Rotate the view`} onPress={() => zoom()?.rotate(90)} />
      {children}
    </div>
  );
}

export function Missing({ tiles }: { tiles: number }) {
  if (tiles === 0) return null;
  return (
    <div className="viewer-missing" role="status">
      <Trans>Some of the picture could not be loaded. Move or zoom to try again.</Trans>
    </div>
  );
}
