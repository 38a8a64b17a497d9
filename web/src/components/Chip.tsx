import { Icon } from "./Icon.tsx";
import { Menu } from "./Menu.tsx";

interface ChipProps {
  name: string;
  chosen: string | undefined;
  entries: { id: string; name: string; count?: string; selected: boolean }[];
  onChoose: (id: string | undefined) => void;
}

/** A filter as a chip that opens its choices; choosing the chosen one again takes it off. */
export function Chip({ name, chosen, entries, onChoose }: ChipProps) {
  return (
    <Menu
      className={chosen ? "chip on" : "chip"}
      choose="one"
      entries={entries.map((entry) => ({
        ...entry,
        onAct: () => onChoose(entry.selected ? undefined : entry.id),
      }))}
    >
      {chosen ? (
        <>
          <span className="quiet">{name}:</span> {chosen}
        </>
      ) : (
        name
      )}
      <Icon name="chevronDown" />
    </Menu>
  );
}
