/** What one reader likes on one device: colours, row height, the language before anybody is known. Kept in the browser. */
export type Theme = "system" | "light" | "dark";
export type Density = "normal" | "compact";

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing still shows the choice until it is closed.
  }
}

export function theme(): Theme {
  const value = read("sluice.theme");
  return value === "light" || value === "dark" ? value : "system";
}

export const density = (): Density => (read("sluice.density") === "compact" ? "compact" : "normal");

/** Columns of the log that somebody showed or hid, by their ids. */
export function columnChoices(): Readonly<Record<string, boolean>> {
  try {
    const kept: unknown = JSON.parse(read("sluice.log.columns") ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    return Object.fromEntries(
      Object.entries(kept).filter((pair): pair is [string, boolean] => typeof pair[1] === "boolean"),
    );
  } catch {
    return {};
  }
}

export function setColumnChoices(choices: Readonly<Record<string, boolean>>): void {
  write("sluice.log.columns", JSON.stringify(choices));
}

export function applyPreferences(): void {
  const { dataset } = document.documentElement;
  const chosen = theme();
  if (chosen === "system") delete dataset["theme"];
  else dataset["theme"] = chosen;
  if (density() === "compact") dataset["density"] = "compact";
  else delete dataset["density"];
}

export function setTheme(value: Theme): void {
  write("sluice.theme", value);
  applyPreferences();
}

export function setDensity(value: Density): void {
  write("sluice.density", value);
  applyPreferences();
}

/** The language last used here. */
export const rememberedLanguage = (): string | null => read("sluice.language") || null;

/** `null` forgets it: the next person's browser decides. */
export function rememberLanguage(language: string | null): void {
  write("sluice.language", language ?? "");
}

const companyListeners = new Set<() => void>();

export function listenForCompany(listener: () => void): () => void {
  companyListeners.add(listener);
  return () => companyListeners.delete(listener);
}

/** The company whose work is shown: a view, never an input of what one may do. `null` shows all. */
export const chosenCompany = (): string | null => read("sluice.company") || null;

export function setChosenCompany(id: string | null): void {
  write("sluice.company", id ?? "");
  for (const listener of companyListeners) listener();
}
