import { Trans } from "@lingui/react/macro";
import { type DragEvent, useId, useState } from "react";
import { Icon } from "../../components/Icon.tsx";

const isPdf = (file: File) => file.type === "application/pdf" || file.name.toLowerCase().endsWith(".pdf");

/** Files by dropping them or by picking them; the picker is the button twin of the drop. */
export function FileDrop({
  onFiles,
  small,
}: {
  onFiles: (files: File[], other: number) => void;
  small?: boolean;
}) {
  const id = useId();
  const [over, setOver] = useState(false);
  const take = (list: FileList | null) => {
    const all = [...(list ?? [])];
    const pdfs = all.filter(isPdf);
    if (all.length > 0) onFiles(pdfs, all.length - pdfs.length);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <label
      htmlFor={id}
      className={`drop${over ? " over" : ""}${small ? " small-drop" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name="upload" large={!small} />
      <span>
        <span className="strong">
          {small ? <Trans>Add PDF files</Trans> : <Trans>Choose PDF files</Trans>}
        </span>{" "}
        <span className="quiet drop-words">
          <Trans>or drop them here</Trans>
        </span>
      </span>
      {small ? null : (
        <span className="hint">
          <Trans>Up to 2 GB each. Many at once is fine.</Trans>
        </span>
      )}
      <input
        id={id}
        className="sr"
        type="file"
        accept="application/pdf,.pdf"
        multiple
        onChange={(event) => {
          take(event.target.files);
          event.target.value = "";
        }}
      />
    </label>
  );
}
