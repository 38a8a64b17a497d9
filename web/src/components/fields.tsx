/** Form fields with their label, description and error; all of them React Aria underneath. */
import type { ReactNode } from "react";
import {
  Checkbox as AriaCheckbox,
  RadioGroup as AriaRadioGroup,
  Select as AriaSelect,
  Switch as AriaSwitch,
  Button,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Radio,
  SearchField,
  SelectValue,
  Text,
  TextArea,
  TextField,
} from "react-aria-components";
import { Icon } from "./Icon.tsx";

interface FieldProps {
  label: string;
  hint?: ReactNode;
  /** The server's message about this field. */
  error?: string | undefined;
  required?: boolean;
}

interface TextProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  type?: "text" | "email" | "password" | "date";
  autoComplete?: string;
  autoFocus?: boolean;
  multiline?: boolean;
  maxLength?: number;
  placeholder?: string;
  disabled?: boolean;
  name?: string;
}

export function Field(props: TextProps) {
  const { label, hint, error, required, value, onChange, type = "text", multiline } = props;
  return (
    <TextField
      className="field"
      value={value}
      onChange={onChange}
      type={type === "date" ? "text" : type}
      isRequired={required ?? false}
      isInvalid={error !== undefined}
      isDisabled={props.disabled ?? false}
      validationBehavior="aria"
      autoFocus={props.autoFocus ?? false}
      {...(props.name ? { name: props.name } : {})}
      {...(props.autoComplete ? { autoComplete: props.autoComplete } : {})}
      {...(props.maxLength ? { maxLength: props.maxLength } : {})}
    >
      <Label className="label">{label}</Label>
      {multiline ? (
        <TextArea className="input" {...(props.placeholder ? { placeholder: props.placeholder } : {})} />
      ) : (
        <Input
          className="input"
          {...(type === "date" ? { type: "date" } : {})}
          {...(props.placeholder ? { placeholder: props.placeholder } : {})}
        />
      )}
      {hint ? (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      ) : null}
      <FieldError className="wrong">{error}</FieldError>
    </TextField>
  );
}

export interface Choice<K extends string> {
  id: K;
  name: string;
  /** A second, quiet line. */
  note?: string;
}

interface SelectProps<K extends string> extends FieldProps {
  value: K | null;
  onChange: (value: K) => void;
  choices: readonly Choice<K>[];
  hideLabel?: boolean;
  disabled?: boolean;
  placeholder?: string;
}

export function SelectField<K extends string>(props: SelectProps<K>) {
  const { label, hint, error, value, onChange, choices } = props;
  return (
    <AriaSelect
      className="field"
      value={value}
      onChange={(key) => {
        const chosen = choices.find((choice) => choice.id === key);
        if (chosen) onChange(chosen.id);
      }}
      isInvalid={error !== undefined}
      isDisabled={props.disabled ?? false}
      {...(props.placeholder ? { placeholder: props.placeholder } : {})}
    >
      <Label className={props.hideLabel ? "sr" : "label"}>{label}</Label>
      <Button className="input select">
        <SelectValue className="cut">
          {({ defaultChildren }) => choices.find((choice) => choice.id === value)?.name ?? defaultChildren}
        </SelectValue>
        <Icon name="chevronDown" />
      </Button>
      {hint ? (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      ) : null}
      <FieldError className="wrong">{error}</FieldError>
      <Popover className="popover">
        <ListBox className="menu" items={choices}>
          {(choice) => (
            <ListBoxItem className="menu-item" id={choice.id} textValue={choice.name}>
              <span className="tick">
                <Icon name="check" />
              </span>
              <span>
                {choice.name}
                {choice.note ? <span className="hint"> {choice.note}</span> : null}
              </span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

interface CheckProps {
  children: ReactNode;
  selected: boolean;
  onChange: (selected: boolean) => void;
  card?: boolean;
  disabled?: boolean;
  required?: boolean;
}

export function Check({ children, selected, onChange, card, disabled, required }: CheckProps) {
  return (
    <AriaCheckbox
      className={card ? "check card-choice" : "check"}
      isSelected={selected}
      onChange={onChange}
      isDisabled={disabled ?? false}
      isRequired={required ?? false}
    >
      <span className="box">
        <Icon name="check" />
      </span>
      <span className="grow">{children}</span>
    </AriaCheckbox>
  );
}

export function Toggle({ children, selected, onChange, disabled }: Omit<CheckProps, "card" | "required">) {
  return (
    <AriaSwitch className="switch" isSelected={selected} onChange={onChange} isDisabled={disabled ?? false}>
      <span className="track" />
      <span className="grow">{children}</span>
    </AriaSwitch>
  );
}

export interface RadioChoice<K extends string> {
  id: K;
  title: ReactNode;
  note?: ReactNode;
  disabled?: boolean;
}

interface RadioProps<K extends string> {
  label: string;
  hideLabel?: boolean;
  value: K | null;
  onChange: (value: K) => void;
  choices: readonly RadioChoice<K>[];
  disabled?: boolean;
}

export function RadioCards<K extends string>({
  label,
  hideLabel,
  value,
  onChange,
  choices,
  disabled,
}: RadioProps<K>) {
  return (
    <AriaRadioGroup
      className="stack"
      value={value}
      isDisabled={disabled ?? false}
      onChange={(id) => {
        const chosen = choices.find((choice) => choice.id === id);
        if (chosen) onChange(chosen.id);
      }}
    >
      <Label className={hideLabel ? "sr" : "label"}>{label}</Label>
      {choices.map((choice) => (
        <Radio
          key={choice.id}
          value={choice.id}
          className="check radio card-choice"
          isDisabled={choice.disabled ?? false}
        >
          <span className="box" />
          <span className="stack tight grow">
            <span className="strong">{choice.title}</span>
            {choice.note ? <span className="hint">{choice.note}</span> : null}
          </span>
        </Radio>
      ))}
    </AriaRadioGroup>
  );
}

interface SearchProps {
  label: string;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
  autoFocus?: boolean;
}

/** Data attribute lets the page's `/` key find it. */
export function Search({ label, placeholder, value, onChange, autoFocus = false }: SearchProps) {
  return (
    <SearchField
      className="search"
      aria-label={label}
      value={value}
      onChange={onChange}
      autoFocus={autoFocus}
    >
      <Icon name="search" />
      <Input className="input" data-search placeholder={placeholder ?? label} />
    </SearchField>
  );
}
