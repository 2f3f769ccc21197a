/** What the scripts say: the page brings the words, which stand in words.toml. */

type Words = Record<string, string>;

let kept: Words | undefined;

/** The words for `key`, with each `{name}` replaced. */
export function say(key: string, values: Record<string, string | number> = {}): string {
  kept ??= read();
  const words = kept[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function read(): Words {
  const place = document.getElementById("words");
  return place?.textContent ? (JSON.parse(place.textContent) as Words) : {};
}
