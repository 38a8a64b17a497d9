import { useLingui } from "@lingui/react/macro";
import type { FormEvent, ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { IconButton } from "./Button.tsx";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  foot?: ReactNode;
  /** Makes the dialog a form. */
  onSubmit?: () => void;
  wide?: boolean;
  /** Asks about something that cannot be undone. */
  alert?: boolean;
}

/** A dialog that is on the screen as long as it is rendered. */
export function Dialog({ title, onClose, children, foot, onSubmit, wide, alert }: Props) {
  const { t } = useLingui();
  const inner = (
    <>
      <div className="dialog-body">{children}</div>
      {foot ? <div className="dialog-foot">{foot}</div> : null}
    </>
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onSubmit?.();
  };
  return (
    <ModalOverlay
      className="veil"
      isOpen
      isDismissable={!alert}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={wide ? "modal wide" : "modal"}>
        <AriaDialog className="dialog" role={alert ? "alertdialog" : "dialog"}>
          <div className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <IconButton icon="close" label={t`Close`} onPress={onClose} />
          </div>
          {onSubmit ? (
            <form onSubmit={submit} noValidate>
              {inner}
            </form>
          ) : (
            inner
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
