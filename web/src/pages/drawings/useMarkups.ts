/**
 * Drawing over a sheet: which tool, what is under the pen, what is selected, and the last steps to take back.
 *
 * What was drawn is on the screen at once and saved behind it; where saving fails it goes away again and the
 * reader is told. What may be done is the server's to say (`can`).
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import * as api from "../../api/endpoints.ts";
import { queries } from "../../api/queries.ts";
import type { DrawingDetail, Id, Markup, MarkupColour, MarkupEdit, Revision } from "../../api/types.ts";
import { isTyping } from "../../components/hooks.ts";
import { tellProblem } from "../../components/toasts.tsx";
import type { Pen } from "../../viewer/engine.ts";
import type { Point, Size } from "../../viewer/geometry.ts";
import { type Dot, dot, moved, onPaper, shaped } from "../../viewer/marks.ts";
import type { Place } from "../../viewer/SheetView.tsx";
import { type MarkupTool, shownOn, sizeOf, type Weight } from "./markups.ts";

/** What can be taken back. */
type Step =
  | { did: "made"; id: Id }
  | { did: "changed"; id: Id; before: MarkupEdit }
  | { did: "removed"; markup: Markup };

const stepsMax = 50;
/** Numbers what is on the screen before the server has given it an id. */
let passed = 0;
/** Moving by keyboard is saved when no key came for this long. */
const nudgeTime = 600;

/** Something that is being moved. */
interface Shift {
  id: Id;
  by: Point;
}

const arrows: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export type Markups = ReturnType<typeof useMarkups>;

export function useMarkups(drawing: DrawingDetail, revision: Revision | null) {
  const client = useQueryClient();
  const options = queries.markups(drawing.project_id, drawing.id);
  const all = useQuery(options).data ?? [];
  const [open, setOpen] = useState(false);
  const [hidden, setHidden] = useState(false);
  const [tool, setTool] = useState<MarkupTool>("select");
  const [colour, setColour] = useState<MarkupColour>("red");
  const [weight, setWeight] = useState<Weight>("medium");
  const [selectedId, setSelected] = useState<Id | null>(null);
  /** Where the pen has been so far. */
  const [trail, setTrail] = useState<Dot[]>([]);
  /** The cross that is moved with the arrow keys. */
  const [cross, setCross] = useState<Point | null>(null);
  const [shift, setShift] = useState<Shift | null>(null);
  /** Where a text is to stand, or the one that is to be changed. */
  const [writing, setWriting] = useState<{ at: Dot } | { markup: Markup } | null>(null);
  const [canUndo, setCanUndo] = useState(false);
  const steps = useRef<readonly Step[]>([]);
  /** What is on its way to the server; to take a step back waits for it, or it would be another step. */
  const busy = useRef<Promise<unknown>>(Promise.resolve());
  const unit = useRef(1);
  const drawn = useRef<Dot[]>([]);
  const nudge = useRef<ReturnType<typeof setTimeout> | null>(null);

  const setSteps = (wanted: readonly Step[]) => {
    steps.current = wanted;
    setCanUndo(wanted.length > 0);
  };

  const paper: Size | null =
    revision?.width_pt && revision.height_pt
      ? { width: revision.width_pt, height: revision.height_pt }
      : null;
  const marks = revision ? shownOn(drawing.revisions, revision.id, all) : [];
  const selected = marks.find((markup) => markup.id === selectedId) ?? null;
  const personal = all.filter((markup) => markup.mine && markup.published_at === null);

  // Another sheet, or another revision of it: nothing of the old one is under the pen.
  const sheet = `${drawing.id} ${revision?.id ?? ""}`;
  const [seen, setSeen] = useState(sheet);
  if (seen !== sheet) {
    setSeen(sheet);
    setSelected(null);
    setTrail([]);
    setCross(null);
    setShift(null);
    if (!seen.startsWith(drawing.id)) setSteps([]);
  }

  const track = (work: Promise<unknown>) => {
    busy.current = Promise.allSettled([busy.current, work]);
  };
  const put = (change: (all: Markup[]) => Markup[]) =>
    client.setQueryData(options.queryKey, (known) => change(known ?? []));
  const failed = (error: unknown) => {
    tellProblem(error);
    void client.invalidateQueries({ queryKey: options.queryKey });
  };
  const remember = (step: Step) => setSteps([...steps.current.slice(1 - stepsMax), step]);

  const draw = async (what: Pick<Markup, "kind" | "colour" | "size" | "points" | "text">, on: Id) => {
    const { kind, colour, size, points, text } = what;
    const body = { revision_id: on, kind, colour, size, points, ...(text === null ? {} : { text }) };
    passed += 1;
    const passing = `passing ${passed}`;
    const revision = drawing.revisions.find((candidate) => candidate.id === on)?.revision ?? "";
    const meanwhile: Markup = {
      ...what,
      id: passing,
      drawing_id: drawing.id,
      revision: { id: on, revision },
      by: { id: "", name: "" },
      mine: true,
      created_at: new Date().toISOString(),
      published_at: null,
      version: 0,
      can: {},
    };
    // A list that is on its way would take it off the screen again.
    await client.cancelQueries({ queryKey: options.queryKey });
    put((known) => [...known, meanwhile]);
    try {
      const made = await api.drawings.draw(drawing.id, body);
      put((known) => [...known.filter((one) => one.id !== passing && one.id !== made.id), made]);
      return made;
    } catch (error) {
      put((known) => known.filter((one) => one.id !== passing));
      failed(error);
      return null;
    }
  };

  const create = async (what: Pick<Markup, "kind" | "points" | "text">) => {
    if (!revision) return;
    const made = await draw({ ...what, colour, size: sizeOf(what.kind, weight) }, revision.id);
    if (made) remember({ did: "made", id: made.id });
  };

  const change = async (markup: Markup, edit: MarkupEdit) => {
    put((known) => known.map((one) => (one.id === markup.id ? ({ ...one, ...edit } as Markup) : one)));
    try {
      const saved = await api.drawings.updateMarkup(markup.id, edit);
      put((known) => known.map((one) => (one.id === saved.id ? saved : one)));
    } catch (error) {
      failed(error);
    }
  };

  const edit = (markup: Markup, wanted: MarkupEdit) => {
    const { colour, size, points, text } = markup;
    remember({ did: "changed", id: markup.id, before: { colour, size, points, text } });
    return change(markup, wanted);
  };

  const remove = async (markup: Markup, again = true) => {
    const step: Step = { did: "removed", markup };
    if (again && markup.mine) remember(step);
    setSelected(null);
    put((known) => known.filter((one) => one.id !== markup.id));
    try {
      await api.drawings.removeMarkup(markup.id);
    } catch (error) {
      setSteps(steps.current.filter((known) => known !== step));
      failed(error);
    }
  };

  const publish = async (ids: Id[]) => {
    try {
      await api.drawings.publishMarkups(drawing.id, { markup_ids: ids });
      await client.invalidateQueries({ queryKey: options.queryKey });
    } catch (error) {
      failed(error);
    }
  };

  const stepUndone = async () => {
    const step = steps.current.at(-1);
    if (!step) return;
    setSteps(steps.current.slice(0, -1));
    const known = client.getQueryData(options.queryKey) ?? [];
    const markup = step.did === "removed" ? step.markup : known.find((one) => one.id === step.id);
    // Somebody took it away meanwhile.
    if (!markup) return;
    if (step.did === "made") await remove(markup, false);
    else if (step.did === "changed") await change(markup, step.before);
    else {
      const made = await draw(markup, markup.revision.id);
      if (!made) return;
      if (markup.published_at) await publish([made.id]);
      // What was done with it before can still be taken back, under its new id.
      const renamed = (one: Step): Step =>
        "id" in one && one.id === markup.id ? { ...one, id: made.id } : one;
      setSteps(steps.current.map(renamed));
    }
  };
  const undo = () => track(busy.current.then(stepUndone));

  const settle = () => {
    if (nudge.current !== null) clearTimeout(nudge.current);
    nudge.current = null;
    const markup = all.find((one) => one.id === shift?.id);
    setShift(null);
    if (!shift || !markup || !paper || (shift.by.x === 0 && shift.by.y === 0)) return;
    track(edit(markup, { points: moved(markup, shift.by, paper) }));
  };
  const settling = useRef(settle);
  settling.current = settle;

  const clearTrail = () => {
    drawn.current = [];
    setTrail([]);
  };
  const finish = (points: readonly Dot[]) => {
    clearTrail();
    if (tool === "select") return;
    const shape = shaped(tool, points, unit.current);
    const [at] = shape ?? [];
    if (tool === "text" && at) setWriting({ at });
    else if (shape) track(create({ kind: tool, points: shape, text: null }));
  };
  const byHand = tool === "pen" || tool === "highlighter";
  const add = (at: Point) => {
    if (!paper) return;
    const [first] = drawn.current;
    const now = dot(onPaper(at, paper));
    drawn.current = byHand || !first ? [...drawn.current, now] : [first, now];
    setTrail(drawn.current);
  };

  const pen: Pen = {
    down: (at, event) => {
      if (!open || !paper) return false;
      if (tool !== "select") {
        clearTrail();
        setCross(null);
        unit.current = unitAt(event);
        add(at);
        return true;
      }
      const under = event.target instanceof Element ? event.target.closest("[data-markup]") : null;
      const markup = marks.find((one) => one.id === under?.getAttribute("data-markup"));
      settle();
      setSelected(markup?.id ?? null);
      if (markup?.can.update?.allowed !== true) return false;
      drawn.current = [dot(at)];
      setShift({ id: markup.id, by: { x: 0, y: 0 } });
      return true;
    },
    move: (at) => {
      const [from] = drawn.current;
      if (tool !== "select") add(at);
      else if (from) setShift((known) => known && { ...known, by: { x: at.x - from[0], y: at.y - from[1] } });
    },
    up: (at) => {
      if (tool === "select") settling.current();
      else {
        add(at);
        finish(drawn.current);
      }
    },
    cancel: () => {
      clearTrail();
      setShift(null);
    },
  };

  const onKey = (event: KeyboardEvent, place: Place): boolean => {
    if (!open || !paper || event.ctrlKey || event.metaKey || event.altKey) return false;
    const arrow = arrows[event.key];
    if (tool === "select") {
      if (selected?.can.update?.allowed === true && arrow) {
        const step = place.unit * (event.shiftKey ? 1 : 12);
        const by = shift?.id === selected.id ? shift.by : { x: 0, y: 0 };
        setShift({ id: selected.id, by: { x: by.x + arrow[0] * step, y: by.y + arrow[1] * step } });
        if (nudge.current !== null) clearTimeout(nudge.current);
        nudge.current = setTimeout(() => settling.current(), nudgeTime);
      } else if (selected?.can.delete?.allowed === true && ["Delete", "Backspace"].includes(event.key)) {
        track(remove(selected));
      } else return false;
      event.preventDefault();
      return true;
    }
    const at = cross ?? onPaper(place.middle, paper);
    if (arrow) {
      const step = place.unit * (event.shiftKey ? 2 : 24);
      const next = onPaper({ x: at.x + arrow[0] * step, y: at.y + arrow[1] * step }, paper);
      setCross(next);
      place.reveal(next);
    } else if (event.key === "Enter" || event.key === " ") {
      unit.current = place.unit;
      setCross(at);
      const last = drawn.current.at(-1);
      const here = dot(at);
      const same = last !== undefined && last[0] === here[0] && last[1] === here[1];
      if (!same) add(at);
      // A line by hand ends where Enter is pressed twice; the others with their second point, a text with its first.
      if (tool === "text" || (byHand ? same : drawn.current.length === 2)) finish(drawn.current);
    } else return false;
    event.preventDefault();
    return true;
  };

  /** One step back out of drawing: what is under the pen, the selection, the tool, the bar. */
  const stepBack = () => {
    if (trail.length > 0 || cross) {
      clearTrail();
      setCross(null);
    } else if (selected) setSelected(null);
    else if (tool !== "select") setTool("select");
    else setOpen(false);
  };

  const select = useCallback((id: Id) => {
    setOpen(true);
    setTool("select");
    setSelected(id);
  }, []);

  const latestUndo = useRef(undo);
  latestUndo.current = undo;
  useEffect(() => {
    if (!open) return;
    const onZ = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      if (isTyping(event.target)) return;
      event.preventDefault();
      latestUndo.current();
    };
    document.addEventListener("keydown", onZ);
    return () => document.removeEventListener("keydown", onZ);
  }, [open]);
  useEffect(() => () => settling.current(), []);

  return {
    paper,
    marks: hidden ? [] : marks,
    count: marks.length,
    hidden,
    setHidden,
    open,
    setOpen: (wanted: boolean) => {
      setOpen(wanted);
      setTool("select");
      setSelected(null);
      setCross(null);
      clearTrail();
      if (wanted) setHidden(false);
    },
    tool,
    choose: (wanted: MarkupTool) => {
      settle();
      setTool(wanted);
      setSelected(null);
      setCross(null);
      clearTrail();
    },
    colour,
    setColour: (wanted: MarkupColour) => {
      setColour(wanted);
      if (selected?.can.update?.allowed === true) track(edit(selected, { colour: wanted }));
    },
    weight,
    setWeight: (wanted: Weight) => {
      setWeight(wanted);
      if (selected?.can.update?.allowed === true)
        track(edit(selected, { size: sizeOf(selected.kind, wanted) }));
    },
    selected,
    select,
    trail,
    cross,
    shift,
    personal,
    writing,
    write: (text: string) => {
      setWriting(null);
      if (!writing || text.trim() === "") return;
      if ("markup" in writing) track(edit(writing.markup, { text }));
      else track(create({ kind: "text", points: [writing.at], text }));
    },
    stopWriting: () => setWriting(null),
    rewrite: (markup: Markup) => setWriting({ markup }),
    remove: (markup: Markup) => track(remove(markup)),
    publish: (ids: Id[]) => track(publish(ids)),
    undo,
    canUndo,
    pen,
    onKey,
    stepBack,
  };
}

/** Points of the paper per pixel of the screen, as the sheet lies under the pen. */
function unitAt(event: PointerEvent): number {
  const layer =
    event.currentTarget instanceof Element ? event.currentTarget.querySelector(".zoom-over") : null;
  const pixel = layer instanceof SVGElement ? Number(layer.style.getPropertyValue("--pixel")) : 1;
  return pixel > 0 ? pixel : 1;
}
