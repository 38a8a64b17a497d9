/**
 * Which words of a sheet a search means: the same rules as the server's (`sluice_domain::search`), so that what was found in the log is
 * what is marked on the sheet. A word is found by its beginning, without accents, whatever joins its parts.
 */

export interface PlacedWord {
  text: string;
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Letters that are not taken apart into a plain one and an accent. */
const plain: Readonly<Record<string, string>> = {
  æ: "ae",
  œ: "oe",
  ø: "o",
  ß: "ss",
  đ: "d",
  ð: "d",
  ħ: "h",
  ı: "i",
  ł: "l",
  ŀ: "l",
  ŧ: "t",
};

const partsMax = 6;

const parts = (word: string): string[] =>
  word
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[æœøßđðħıłŀŧ]/g, (letter) => plain[letter] ?? letter)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** What a word can be found by. */
const tokens = (word: string): string[] => {
  const found = parts(word);
  return found.slice(0, partsMax).flatMap((_, at) => {
    const rest = found.slice(at);
    return [rest.join("_"), rest.join("")];
  });
};

/** The words of a query, each of which is to be found. */
export const terms = (query: string): string[] => [
  ...new Set(
    query
      .split(/\s+/)
      .map((word) => parts(word).join("_"))
      .filter(Boolean),
  ),
];

const means = (term: string, token: string): boolean =>
  term.length > 1 ? token.startsWith(term) : token === term;

/** The words of a sheet that a query means, as they are read: from the top, and from the left. */
export function hitsOf<W extends PlacedWord>(words: readonly W[], query: string): W[] {
  const wanted = terms(query);
  if (wanted.length === 0) return [];
  return words
    .filter((word) => tokens(word.text).some((token) => wanted.some((term) => means(term, token))))
    .sort((one, two) => one.y - two.y || one.x - two.x);
}
