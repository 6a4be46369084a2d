import type { ConnectionRequest, ConnectorKind } from '../api/types';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly type?: 'password' | 'url';
  readonly choices?: readonly (readonly [value: string, label: string])[];
  readonly optional?: boolean;
}

export interface Kind {
  /** Of the form; two of them are ways to reach a MediaWiki. */
  readonly id: string;
  readonly kind: ConnectorKind;
  readonly label: string;
  readonly about: string;
  readonly fields: readonly Field[];
}

/** The ways to connect a wiki, and what each needs to know. */
export const KINDS: readonly Kind[] = [
  {
    id: 'markdown',
    kind: 'markdown',
    label: 'A folder of Markdown',
    about: 'An Obsidian vault, a docs repository, a GitHub wiki. Tags are read from and written to the front matter.',
    fields: [{ name: 'folder', label: 'Folder', hint: 'Its path on the machine where the service runs' }],
  },
  {
    id: 'mediawiki',
    kind: 'mediawiki',
    label: 'MediaWiki',
    about: 'MediaWiki 1.35 or newer, by its API and a bot password (Special:BotPasswords).',
    fields: [
      { name: 'api_url', label: 'Address of api.php', type: 'url', hint: 'Such as https://wiki.example.org/w/api.php' },
      { name: 'username', label: 'Bot user', hint: 'Such as Admin@wikitag' },
      { name: 'password', label: 'Bot password', type: 'password' },
      {
        name: 'write_as',
        label: 'Write tags as',
        choices: [
          ['categories', 'categories'],
          ['template', 'a template'],
        ],
      },
      { name: 'template', label: 'Name of the template', hint: 'Where tags are written as one', optional: true },
    ],
  },
  {
    id: 'dump',
    kind: 'mediawiki',
    label: 'MediaWiki dump file',
    about: 'An XML dump of a MediaWiki, plain or .bz2. It is read; nothing can be written back to it.',
    fields: [{ name: 'dump_file', label: 'File', hint: 'Its path on the machine where the service runs' }],
  },
  {
    id: 'http',
    kind: 'http',
    label: 'Another wiki, by HTTP',
    about: 'A wiki that speaks the plain HTTP contract of the documentation.',
    fields: [
      { name: 'url', label: 'Address', type: 'url' },
      { name: 'token', label: 'Token', type: 'password' },
    ],
  },
];

/** The way that a wiki is connected. */
export const kindOf = ({ kind, settings }: ConnectionRequest): Kind =>
  KINDS.find((known) => known.kind === kind && known.fields[0]!.name in settings) ?? KINDS[0]!;

/** The settings that a form gives: what was left empty is left out. */
export function settingsOf(kind: Kind, form: FormData): Record<string, string> {
  const given = kind.fields.map(({ name }) => [name, String(form.get(name) ?? '').trim()] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== ''));
}
