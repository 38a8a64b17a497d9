import type { ReactNode } from "react";
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  Button,
  MenuTrigger,
  Popover,
} from "react-aria-components";
import { Icon, type IconName } from "./Icon.tsx";

export interface MenuEntry {
  id: string;
  name: string;
  icon?: IconName;
  count?: string;
  selected?: boolean;
  disabled?: boolean;
  href?: string;
  onAct?: () => void;
}

interface Props {
  /** Words of the button; with `label` alone the button shows only its icon. */
  children?: ReactNode;
  label?: string;
  className?: string;
  entries: readonly MenuEntry[];
  /** Entries can be chosen and stay chosen. */
  choose?: "one" | "many";
  placement?: "bottom start" | "bottom end";
}

export function Menu({
  children,
  label,
  className = "btn",
  entries,
  choose,
  placement = "bottom start",
}: Props) {
  const selected = entries.filter((entry) => entry.selected).map((entry) => entry.id);
  return (
    <MenuTrigger>
      <Button className={className} {...(label ? { "aria-label": label } : {})}>
        {children}
      </Button>
      <Popover className="popover" placement={placement}>
        <AriaMenu
          className="menu"
          selectionMode={choose === "one" ? "single" : choose === "many" ? "multiple" : "none"}
          selectedKeys={selected}
          onAction={(key) => entries.find((entry) => entry.id === key)?.onAct?.()}
          {...(label ? { "aria-label": label } : {})}
        >
          {entries.map((entry) => (
            <AriaMenuItem
              key={entry.id}
              id={entry.id}
              className="menu-item"
              textValue={entry.name}
              isDisabled={entry.disabled ?? false}
              {...(entry.href ? { href: entry.href } : {})}
            >
              {choose ? (
                <span className="tick">
                  <Icon name="check" />
                </span>
              ) : null}
              {entry.icon ? <Icon name={entry.icon} /> : null}
              <span>{entry.name}</span>
              {entry.count ? <span className="count num">{entry.count}</span> : null}
            </AriaMenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
