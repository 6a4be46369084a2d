import { Mwn, type MwnTitle } from 'mwn';

/** What `meta=siteinfo` and the head of a dump say of a wiki's namespaces. */
export interface Namespace {
  readonly id: number;
  /** In the wiki's language. */
  readonly name: string;
  /** In English. */
  readonly canonical?: string;
  readonly case: string;
}

export interface NamespaceAlias {
  readonly id: number;
  readonly alias: string;
}

const CATEGORY = 14;

/** How titles are read in one wiki. */
export class Titles {
  readonly #Title = new Mwn().Title;
  /** What the wiki calls its categories, for new links. */
  readonly category: string;

  constructor(
    readonly namespaces: readonly Namespace[],
    aliases: readonly NamespaceAlias[] = [],
  ) {
    this.#Title.processNamespaceData({
      query: { namespaces, namespacealiases: aliases, general: { legaltitlechars: ' ' } },
    } as never);
    this.category = namespaces.find(({ id }) => id === CATEGORY)?.name || 'Category';
    // English names are understood in every wiki; a dump has only the local ones.
    this.#Title.nameIdMap['category'] ??= CATEGORY;
  }

  /** The category that `[[target]]` puts a page into, as it is spelled there, or undefined where it is another link. */
  categoryOf(target: string): string | undefined {
    const found = /^[^:]+:[\s_]*(.*)$/s.exec(target);
    if (found === null || this.#parsed(target)?.getNamespaceId() !== CATEGORY) return undefined;
    return found[1].replaceAll(/[\s_]+/g, ' ').trim();
  }

  /** The same for all spellings of one category, or undefined where MediaWiki cannot have it as a title. */
  keyOf(tag: string): string | undefined {
    const title = tag.includes('#') ? undefined : this.#parsed(`${this.category}:${tag}`);
    return title?.getNamespaceId() === CATEGORY ? title.getMainText() : undefined;
  }

  #parsed(title: string): MwnTitle | undefined {
    return this.#Title.newFromText(title) ?? undefined;
  }
}
