/** What lies over a sheet: where callouts lead, what people drew, what is under the pen. SVG, in points of the paper. */
import { useLingui } from "@lingui/react/macro";
import { useRouter } from "@tanstack/react-router";
import { type CSSProperties, type KeyboardEvent, type MouseEvent, memo, useState } from "react";
import type { Id, Markup, SheetLink } from "../../api/types.ts";
import { formatDate } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";
import { dot, extentOf, leading, linesOf, type Mark, moved, pathOf } from "../../viewer/marks.ts";
import { kindNames, sizeOf } from "./markups.ts";
import type { Markups } from "./useMarkups.ts";

export function MarkupLayer({
  markups,
  links,
  projectId,
  revisionId,
}: {
  markups: Markups;
  links: readonly SheetLink[];
  projectId: Id;
  revisionId: Id;
}) {
  const { open, tool, trail, cross, shift, paper, selected } = markups;
  const underPen = cross ? [...trail, dot(cross)] : trail;
  return (
    <>
      <LinkLayer links={links} projectId={projectId} off={open} />
      {markups.marks.map((markup) => (
        <MarkupShape
          key={markup.id}
          markup={
            shift?.id === markup.id && paper ? { ...markup, points: moved(markup, shift.by, paper) } : markup
          }
          here={revisionId}
          editing={open && tool === "select"}
          drawing={open && tool !== "select"}
          selected={markup.id === selected?.id}
          onSelect={markups.select}
        />
      ))}
      {trail.length > 0 && tool !== "select" && tool !== "text" ? (
        <g className={`mark ${markups.colour} under-pen`}>
          <Strokes
            mark={{ kind: tool, size: sizeOf(tool, markups.weight), points: underPen, text: null }}
            personal={false}
          />
        </g>
      ) : null}
      {cross ? (
        <g className="mark-cross" style={pinned(cross.x, cross.y)}>
          <path d="M-18 0h13M5 0h13M0-18v13M0 5v13" />
          <circle r="1.5" />
        </g>
      ) : null}
    </>
  );
}

/** At a point of the paper, upright and as large on the screen whatever the zoom. */
const pinned = (x: number, y: number): CSSProperties => ({
  transform: `translate(${x}px, ${y}px) scale(var(--pixel)) rotate(var(--upright))`,
});

function Strokes({ mark, personal }: { mark: Mark; personal: boolean }) {
  const { kind, size } = mark;
  if (kind === "text") {
    const { x, y, width, height } = extentOf(mark);
    const pad = size * 0.3;
    return (
      <>
        <rect
          className={personal ? "mark-ground personal" : "mark-ground"}
          x={x - pad}
          y={y - pad * 0.6}
          width={width + 2 * pad}
          height={height + 1.2 * pad}
          strokeWidth={size / 14}
          strokeDasharray={`${size / 3} ${size / 5}`}
        />
        <text className="mark-text" fontSize={size}>
          {linesOf(mark.text).map((line, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place
            <tspan key={at} x={x} y={y + size * (0.95 + at * leading)}>
              {line === "" ? " " : line}
            </tspan>
          ))}
        </text>
      </>
    );
  }
  const path = pathOf(mark);
  const band = kind === "highlighter";
  const dashes = personal && !band ? { strokeDasharray: `${size * 3} ${size * 2}` } : {};
  return (
    <>
      <path className={band ? "mark-band" : "mark-line"} d={path} strokeWidth={size} {...dashes} />
      {band && personal ? (
        <path
          className="mark-line"
          d={path}
          strokeWidth={size / 12}
          strokeDasharray={`${size / 2} ${size / 3}`}
        />
      ) : null}
    </>
  );
}

const MarkupShape = memo(function MarkupShape({
  markup,
  here,
  editing,
  drawing,
  selected,
  onSelect,
}: {
  markup: Markup;
  /** The revision that is shown. */
  here: Id;
  editing: boolean;
  drawing: boolean;
  selected: boolean;
  onSelect: (id: Id) => void;
}) {
  const { t, i18n } = useLingui();
  const personal = markup.published_at === null;
  const box = extentOf(markup);
  const made = markup.revision.id === here ? "" : t`Rev ${markup.revision.revision}`;
  const kind = i18n._(kindNames[markup.kind]);
  const label = [
    markup.text ? `${kind}: ${markup.text}` : kind,
    personal ? t`personal` : t`by ${markup.by.name}, ${formatDate(markup.created_at)}`,
    made ? t`made on Rev ${markup.revision.revision}` : "",
  ];
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    onSelect(markup.id);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: there is no button in SVG
    <g
      className={`mark ${markup.colour}${selected ? " selected" : ""}${drawing ? " through" : ""}`}
      data-markup={markup.id}
      {...(editing ? {} : { "data-press": "" })}
      role="button"
      tabIndex={editing ? 0 : -1}
      aria-label={label.filter(Boolean).join(", ")}
      aria-pressed={selected}
      onClick={() => onSelect(markup.id)}
      onFocus={editing ? () => onSelect(markup.id) : undefined}
      onKeyDown={keys}
    >
      {selected ? (
        <rect className="mark-selected" x={box.x} y={box.y} width={box.width} height={box.height} />
      ) : null}
      <Strokes mark={markup} personal={personal} />
      {markup.kind === "text" ? null : (
        <path
          className="mark-hit"
          d={pathOf(markup)}
          style={{ strokeWidth: `calc(${markup.size}px + var(--pixel) * 16px)` }}
        />
      )}
      {made ? (
        <text className="mark-made" style={pinned(box.x, box.y)} y={-6}>
          {made}
        </text>
      ) : null}
    </g>
  );
});

/** One stop of the Tab key; the arrow keys go from link to link. */
const LinkLayer = memo(function LinkLayer({
  links,
  projectId,
  off,
}: {
  links: readonly SheetLink[];
  projectId: Id;
  off: boolean;
}) {
  const { t } = useLingui();
  const router = useRouter();
  const [current, setCurrent] = useState(0);
  if (links.length === 0) return null;
  const go = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const href = link?.getAttribute("href");
    if (!href || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.history.push(href);
  };
  const rove = (event: KeyboardEvent) => {
    const forth = event.key === "ArrowRight" || event.key === "ArrowDown";
    const back = event.key === "ArrowLeft" || event.key === "ArrowUp";
    if (event.key === "Enter") event.stopPropagation();
    if (!forth && !back) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (current + (forth ? 1 : links.length - 1)) % links.length;
    setCurrent(next);
    event.currentTarget.querySelectorAll<SVGAElement>("a")[next]?.focus({ preventScroll: true });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: there is no fieldset in SVG
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: biome takes a group of SVG for an interactive element
    <g
      className={off ? "sheet-links off" : "sheet-links"}
      role="group"
      aria-label={t`Links to other sheets`}
      onClick={go}
      onKeyDown={rove}
    >
      {links.map((link, at) => (
        <a
          // biome-ignore lint/suspicious/noArrayIndexKey: a link is known by its place among the words
          key={at}
          href={paths.drawing(projectId, link.drawing_id)}
          tabIndex={!off && at === Math.min(current, links.length - 1) ? 0 : -1}
          aria-label={t`Open ${link.number}, ${link.title}`}
          onFocus={() => setCurrent(at)}
        >
          <title>{`${link.number} ${link.title}`}</title>
          <rect x={link.x - 2} y={link.y - 2} width={link.w + 4} height={link.h + 4} rx={2} />
        </a>
      ))}
    </g>
  );
});
