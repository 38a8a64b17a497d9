/** A choice among very many, found by typing a part of its name. */
import type { ReactNode } from "react";
import {
  Button,
  ComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
} from "react-aria-components";
import type { Choice } from "./fields.tsx";
import { Icon } from "./Icon.tsx";

interface Props<K extends string> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  value: K;
  onChange: (value: K) => void;
  choices: readonly Choice<K>[];
  disabled?: boolean;
}

export function ComboField<K extends string>(props: Props<K>) {
  const { label, hint, error, value, onChange, choices } = props;
  return (
    <ComboBox
      className="field"
      selectedKey={value}
      onSelectionChange={(key) => {
        const chosen = choices.find((choice) => choice.id === key);
        if (chosen && chosen.id !== value) onChange(chosen.id);
      }}
      defaultItems={choices}
      isInvalid={error !== undefined}
      isDisabled={props.disabled ?? false}
      menuTrigger="focus"
    >
      <Label className="label">{label}</Label>
      <div className="combo">
        <Input className="input" />
        <Button className="btn plain square">
          <Icon name="chevronDown" />
        </Button>
      </div>
      {hint ? (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      ) : null}
      <FieldError className="wrong">{error}</FieldError>
      <Popover className="popover">
        <ListBox className="menu">
          {(choice: Choice<K>) => (
            <ListBoxItem className="menu-item" id={choice.id} textValue={choice.name}>
              <span className="tick">
                <Icon name="check" />
              </span>
              <span>{choice.name}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
