/** The tools to draw over a sheet with, and what is known of the markup that is selected. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { DrawingDetail, Id, Markup } from "../../api/types.ts";
import { ActButton, Button, IconButton } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Field } from "../../components/fields.tsx";
import type { IconName } from "../../components/Icon.tsx";
import { Menu } from "../../components/Menu.tsx";
import { formatInstant } from "../../i18n/format.ts";
import { colourNames, colours, kindNames, kinds, type MarkupTool, weightNames, weights } from "./markups.ts";
import type { Markups } from "./useMarkups.ts";

const tools: readonly MarkupTool[] = ["select", ...kinds];
const icons: Record<MarkupTool, IconName> = {
  select: "pointer",
  pen: "pen",
  highlighter: "highlighter",
  line: "line",
  arrow: "arrow",
  rectangle: "rectangle",
  cloud: "cloud",
  text: "text",
};

export function MarkupBar({
  markups,
  drawing,
  here,
}: {
  markups: Markups;
  drawing: DrawingDetail;
  here: Id;
}) {
  const { t, i18n } = useLingui();
  const { selected, tool, weight } = markups;
  const colour = selected?.colour ?? markups.colour;
  const [colourName, weightName] = [i18n._(colourNames[colour]), i18n._(weightNames[weight])];
  const mayDraw = drawing.can.mark_up;
  return (
    <section className={tool === "select" ? "markup-bar" : "markup-bar drawing"} aria-label={t`Markup`}>
      <div className="markup-tools" role="toolbar" aria-label={t`Markup tools`}>
        {tools.map((one) => (
          <IconButton
            key={one}
            icon={icons[one]}
            label={i18n._(kindNames[one])}
            pressed={tool === one}
            disabled={one !== "select" && mayDraw?.allowed !== true}
            onPress={() => markups.choose(one)}
          />
        ))}
        <span className="markup-part" aria-hidden="true" />
        <Menu
          className="btn plain square"
          choose="one"
          label={t`Colour: ${colourName}`}
          entries={colours.map((one) => ({
            id: one,
            name: i18n._(colourNames[one]),
            selected: one === colour,
            onAct: () => markups.setColour(one),
          }))}
        >
          <span className={`swatch ${colour}`} aria-hidden="true" />
        </Menu>
        <Menu
          className="btn plain square"
          choose="one"
          label={t`Width: ${weightName}`}
          entries={weights.map((one) => ({
            id: one,
            name: i18n._(weightNames[one]),
            selected: one === weight,
            onAct: () => markups.setWeight(one),
          }))}
        >
          <span className={`stroke-sample ${weight}`} aria-hidden="true" />
        </Menu>
        <span className="markup-part" aria-hidden="true" />
        <IconButton
          icon="undo"
          label={t`Undo the last step`}
          disabled={!markups.canUndo}
          onPress={() => markups.undo()}
        />
        <IconButton
          icon="trash"
          label={t`Delete the selected markup`}
          disabled={selected?.can.delete?.allowed !== true}
          onPress={() => selected && markups.remove(selected)}
        />
        <IconButton icon="close" label={t`Stop marking up`} onPress={() => markups.setOpen(false)} />
      </div>
      <div className="markup-about">
        {selected ? (
          <About key={selected.id} markups={markups} markup={selected} here={here} />
        ) : (
          <Waiting markups={markups} drawing={drawing} />
        )}
      </div>
      <span className="sr">
        <Trans>
          By keyboard: choose a tool, go to the sheet, move the cross with the arrow keys and set points with
          Enter. Enter twice ends a line by hand. With Select, Tab goes from markup to markup, the arrow keys
          move one, Delete deletes it.
        </Trans>
      </span>
      {markups.writing ? <Writing markups={markups} /> : null}
    </section>
  );
}

function About({ markups, markup, here }: { markups: Markups; markup: Markup; here: Id }) {
  const { i18n } = useLingui();
  const { can } = markup;
  return (
    <>
      <span className="grow" role="status">
        <span className="strong">{i18n._(kindNames[markup.kind])}</span>{" "}
        {markup.published_at === null ? (
          <Trans>Personal: only you see it.</Trans>
        ) : (
          <Trans>
            {markup.by.name}, {formatInstant(markup.created_at)}. Everybody here sees it.
          </Trans>
        )}
        {markup.revision.id === here ? null : (
          <>
            {" "}
            <Trans>Made on Rev {markup.revision.revision}.</Trans>
          </>
        )}
      </span>
      {markup.kind === "text" && can.update?.allowed ? (
        <Button onPress={() => markups.rewrite(markup)}>
          <Trans>Edit the text</Trans>
        </Button>
      ) : null}
      <ActButton can={can.publish} look="primary" onPress={() => markups.publish([markup.id])}>
        <Trans>Publish</Trans>
      </ActButton>
    </>
  );
}

/** What nobody else sees yet. */
function Waiting({ markups, drawing }: { markups: Markups; drawing: DrawingDetail }) {
  const { t } = useLingui();
  const { personal, tool } = markups;
  const count = personal.length;
  if (count === 0 || tool !== "select") {
    return (
      <span className="quiet" role="status">
        {tool === "select"
          ? t`Choose a tool, or tap a markup. What you draw is yours alone until you publish it.`
          : tool === "text"
            ? t`Tap where the text is to begin.`
            : t`Draw on the sheet. Two fingers move it.`}
      </span>
    );
  }
  return (
    <>
      <span className="grow quiet" role="status">
        <Plural
          value={count}
          one="# markup here is dashed: only you see it."
          other="# markups here are dashed: only you see them."
        />
      </span>
      <ActButton
        can={drawing.can.publish_markups}
        onPress={() => markups.publish(personal.map((markup) => markup.id))}
      >
        <Plural value={count} one="Publish it" other="Publish all #" />
      </ActButton>
    </>
  );
}

function Writing({ markups }: { markups: Markups }) {
  const { t } = useLingui();
  const { writing } = markups;
  const [text, setText] = useState(writing && "markup" in writing ? (writing.markup.text ?? "") : "");
  return (
    <Dialog
      title={t`Text on the sheet`}
      onClose={markups.stopWriting}
      onSubmit={() => markups.write(text)}
      foot={
        <>
          <Button onPress={markups.stopWriting}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit">
            <Trans>Put it on the sheet</Trans>
          </Button>
        </>
      }
    >
      <Field label={t`Text`} value={text} onChange={setText} multiline autoFocus maxLength={2000} />
    </Dialog>
  );
}
