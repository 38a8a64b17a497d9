import { type ReactNode, useId } from "react";
import { Button as AriaButton, Focusable, Tooltip, TooltipTrigger } from "react-aria-components";
import type { Permission } from "../api/types.ts";
import { whyNot } from "../api/words.ts";
import { AppLink } from "./AppLink.tsx";
import { Icon, type IconName } from "./Icon.tsx";

export type ButtonLook = "normal" | "primary" | "danger" | "danger-fill" | "plain" | "link";

interface Common {
  children: ReactNode;
  look?: ButtonLook;
  icon?: IconName;
  big?: boolean;
}

function classes(look: ButtonLook | undefined, big?: boolean, extra = ""): string {
  return ["btn", look && look !== "normal" ? look : "", big ? "big" : "", extra].filter(Boolean).join(" ");
}

interface ButtonProps extends Common {
  onPress?: () => void;
  type?: "button" | "submit";
  pending?: boolean;
  disabled?: boolean;
}

/** While pending it keeps the focus, and pressing it again does nothing. */
export function Button({
  children,
  look,
  icon,
  big,
  onPress,
  type = "button",
  pending,
  disabled,
}: ButtonProps) {
  return (
    <AriaButton
      className={classes(look, big, pending ? "pending" : "")}
      type={pending ? "button" : type}
      isDisabled={disabled ?? false}
      {...(onPress && !pending ? { onPress } : {})}
    >
      {icon ? <Icon name={icon} /> : null}
      {children}
    </AriaButton>
  );
}

interface ActButtonProps extends Common {
  /** What the API says about this act. Absent: the act does not exist for this person and nothing is shown. */
  can: Permission | undefined;
  onPress: () => void;
  pending?: boolean;
}

/** A button for an act the API governs. When it is not allowed the button stays reachable and says why. */
export function ActButton({ can, onPress, pending, ...common }: ActButtonProps) {
  if (!can) return null;
  if (can.allowed) return <Button {...common} onPress={onPress} {...(pending ? { pending } : {})} />;
  return <RefusedButton {...common} reason={whyNot(can)} />;
}

export function RefusedButton({ children, look, icon, big, reason }: Common & { reason: string }) {
  const id = useId();
  return (
    <TooltipTrigger delay={200}>
      <Focusable>
        <button
          type="button"
          className={classes(look === "danger-fill" || look === "primary" ? "normal" : look, big)}
          aria-disabled="true"
          {...(reason ? { "aria-describedby": id } : {})}
          onClick={(event) => event.preventDefault()}
        >
          {icon ? <Icon name={icon} /> : null}
          {children}
          {reason ? (
            <span id={id} hidden>
              {reason}
            </span>
          ) : null}
        </button>
      </Focusable>
      {reason ? <Tooltip className="tooltip">{reason}</Tooltip> : null}
    </TooltipTrigger>
  );
}

interface IconButtonProps {
  icon: IconName;
  label: string;
  onPress?: () => void;
  pressed?: boolean;
  disabled?: boolean;
}

export function IconButton({ icon, label, onPress, pressed, disabled }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500}>
      <AriaButton
        className={classes("plain", false, "square")}
        aria-label={label}
        isDisabled={disabled ?? false}
        {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
        {...(onPress ? { onPress } : {})}
      >
        <Icon name={icon} />
      </AriaButton>
      <Tooltip className="tooltip">{label}</Tooltip>
    </TooltipTrigger>
  );
}

interface LinkButtonProps extends Common {
  href: string;
}

export function LinkButton({ children, look, icon, big, href }: LinkButtonProps) {
  return (
    <AppLink className={classes(look, big)} href={href}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </AppLink>
  );
}

/** A link to an act the API governs: a link when allowed, a button with the reason when not. */
export function ActLink({ can, href, ...common }: Common & { can: Permission | undefined; href: string }) {
  if (!can) return null;
  if (can.allowed) return <LinkButton {...common} href={href} />;
  return <RefusedButton {...common} reason={whyNot(can)} />;
}
