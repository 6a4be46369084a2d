import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/** A mapping, or nothing yet. */
export interface YamlFrontMatter {
  readonly kind: 'yaml';
  /** What stands between the fences. */
  readonly from: number;
  readonly to: number;
  /** Where the text begins. */
  readonly body: number;
  readonly map: YAMLMap | null;
  readonly document: Document;
  /** The values by key, those of the tags left out. */
  readonly others: Readonly<Record<string, unknown>>;
}

/** How a file begins. Positions are into the text of the file. */
export type FrontMatter =
  /** None; one would have to begin at `at`, behind a byte order mark. */
  | { readonly kind: 'none'; readonly at: number }
  | YamlFrontMatter
  /** Something that must be left alone; `why` is for people. */
  | {
      readonly kind: 'other';
      readonly body: number;
      readonly why: string;
      /** YAML that cannot be read: it may hold tags. */
      readonly isBroken?: boolean;
    };

/** A key `tags` or `tag`, in upper or lower case, and what stands behind it. */
export interface TagsPair {
  readonly key: string;
  readonly value: Scalar | YAMLSeq | undefined;
  /** Just behind the colon, into the text of the file; undefined where the key is written in an unusual way. */
  readonly behindColon: number | undefined;
  /** An anchor or an alias is in it: to change it may change other values. */
  readonly isLinked: boolean;
}

/** More than anybody writes there; reading it takes the whole process's time. */
const MAX_YAML = 64 * 1024;
const FENCED = /^(\uFEFF?)---[ \t]*\r?\n(?:([\s\S]*?\r?\n)??)---[ \t]*(?:\r?\n|$)/;
const DOTTED = /^\uFEFF?---[ \t]*\r?\n(?:(?!---[ \t]*(?:\r?\n|$))[^\n]*\n)*?\.\.\.[ \t]*(?:\r?\n|$)/;
const OLD_LINES = /^\uFEFF?---[ \t]*\r(?!\n)/;
const TAGS = /^tags?$/i;
const TOML = /^\uFEFF?\+\+\+[ \t]*\r?\n/;

/** Finds and reads the front matter of a Markdown file. */
export function readFrontMatter(source: string): FrontMatter {
  if (TOML.test(source))
    return { kind: 'other', body: 0, why: 'its front matter is TOML (+++), and only YAML (---) is written' };
  if (OLD_LINES.test(source)) return { kind: 'other', body: 0, why: 'its lines end as on a Mac of old (CR alone)' };
  const found = FENCED.exec(source);
  if (found === null && DOTTED.test(source))
    return {
      kind: 'other',
      body: 0,
      why: 'its front matter ends in a line of dots (...), which not all programs read',
    };
  if (found === null) return { kind: 'none', at: source.startsWith('\uFEFF') ? 1 : 0 };
  const [whole, , yaml = ''] = found;
  const body = whole.length;
  const from = source.indexOf('\n') + 1;
  const broken = (why: string): FrontMatter => ({ kind: 'other', body, why, isBroken: true });
  if (yaml.length > MAX_YAML) return broken(`its front matter is longer than ${MAX_YAML / 1024} KiB`);
  const document = parseDocument(yaml, { keepSourceTokens: true, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) return broken(`its front matter is no YAML: ${error.message}`);
  const { contents } = document;
  const empty = contents === null || (isScalar(contents) && contents.source === '');
  if (!empty && !isMap(contents))
    return { kind: 'other', body: 0, why: 'what stands between --- and --- at its top is no mapping' };
  const others = empty ? {} : valuesOf(document);
  if (others === undefined) return broken('its front matter has too many YAML aliases (*)');
  return { kind: 'yaml', from, to: from + yaml.length, body, map: isMap(contents) ? contents : null, document, others };
}

function valuesOf(document: Document): Record<string, unknown> | undefined {
  try {
    const all = Object.entries(document.toJS() as Record<string, unknown>);
    return Object.fromEntries(all.filter(([key]) => !TAGS.test(key)));
  } catch {
    return undefined; // the library refuses what would grow without end
  }
}

/** The keys of the tags, in their order. */
export function tagsPairs({ map, from, document }: YamlFrontMatter): TagsPair[] {
  return (map?.items ?? []).flatMap((pair) => {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    if (!TAGS.test(key)) return [];
    const value = isAlias(pair.value) ? pair.value.resolve(document) : pair.value;
    const known = isScalar(value) || isSeq(value) ? value : undefined;
    return [{ key, value: known, behindColon: colonOf(pair, from), isLinked: isLinked(pair.value) }];
  });
}

function isLinked(value: unknown): boolean {
  if (isAlias(value)) return true;
  if (isSeq(value)) return value.anchor !== undefined || value.items.some(isLinked);
  return isScalar(value) && value.anchor !== undefined;
}

function colonOf(pair: Pair, from: number): number | undefined {
  const colon = pair.srcToken?.sep?.find(({ type }) => type === 'map-value-ind');
  return colon === undefined ? undefined : from + colon.offset + 1;
}

/** A tag as its scalar says it: what is plain is taken as it is written, so that 007 and no stay what they are. */
export function tagOf(node: unknown): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  const text = node.type === 'PLAIN' ? (node.source ?? String(node.value)) : String(node.value);
  return bareTag(text);
}

/** Without the # that some write in front. Undefined where nothing is left. */
export function bareTag(text: string): string | undefined {
  const bare = text.trim().replace(/^#/, '').trim();
  return bare === '' ? undefined : bare;
}

/** What Obsidian takes for the tags: the items of a list, each as a whole, or the words of a text. */
export function tagsIn({ value }: TagsPair): string[] {
  if (value === undefined) return [];
  if (isSeq(value)) return value.items.flatMap((item) => tagOf(item) ?? []);
  if (value.value === null) return [];
  const text = value.type === 'PLAIN' ? (value.source ?? String(value.value)) : String(value.value);
  return text.split(/[,\s]+/).flatMap((word) => bareTag(word) ?? []);
}

/** All tags of the file, each once. */
export function readTags(front: FrontMatter): string[] {
  return front.kind === 'yaml' ? [...new Set(tagsPairs(front).flatMap(tagsIn))] : [];
}
