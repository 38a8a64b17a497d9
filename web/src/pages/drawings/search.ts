/** The filters of the log, as they stand in the address. */
export interface LogSearch {
  set?: string;
  discipline?: string;
  area?: string;
  status?: "published" | "unpublished";
  external?: "yes" | "no";
  obsolete?: "yes" | "no" | "here";
  deleted?: true;
  q?: string;
  /** The column that orders the rows; from the end with a `-` before it. Without one: by discipline and number. */
  sort?: string;
}

export interface Order {
  id: string;
  desc: boolean;
}

export const orderOf = ({ sort }: LogSearch): Order | null =>
  sort === undefined ? null : { id: sort.replace(/^-/, ""), desc: sort.startsWith("-") };

export const sortOf = (order: Order | null): string | undefined =>
  order ? `${order.desc ? "-" : ""}${order.id}` : undefined;

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;
const yesNo = (value: unknown): "yes" | "no" | undefined =>
  value === "yes" || value === "no" ? value : undefined;

export function readLogSearch(search: Record<string, unknown>): LogSearch {
  const found: LogSearch = {};
  const set = text(search["set"]);
  const discipline = text(search["discipline"]);
  const area = text(search["area"]);
  const q = text(search["q"]);
  const external = yesNo(search["external"]);
  const obsolete = search["obsolete"] === "here" ? "here" : yesNo(search["obsolete"]);
  const status = search["status"];
  if (set) found.set = set;
  if (discipline) found.discipline = discipline;
  if (area) found.area = area;
  if (status === "published" || status === "unpublished") found.status = status;
  if (external) found.external = external;
  if (obsolete) found.obsolete = obsolete;
  if (search["deleted"] === true || search["deleted"] === "true") found.deleted = true;
  if (q) found.q = q;
  const sort = text(search["sort"]);
  if (sort && /^-?[a-z_]+$/.test(sort)) found.sort = sort;
  return found;
}

/** The same place with some filters changed; `undefined` takes one off. */
export function withFilters(
  search: LogSearch,
  change: { [K in keyof LogSearch]?: LogSearch[K] | undefined },
): LogSearch {
  const merged: Record<string, unknown> = { ...search, ...change };
  return readLogSearch(merged);
}

/** Filters beside the set and the deleted report, which say what is looked at rather than narrow it. */
export function narrowed(search: LogSearch): boolean {
  return Boolean(
    search.discipline ?? search.area ?? search.status ?? search.external ?? search.obsolete ?? search.q,
  );
}
