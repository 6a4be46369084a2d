/** The embedded PostgreSQL could not be had. The message says what is wrong and then what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(what: string, next: string, options?: ErrorOptions) {
    super(`${what} ${next}`, options);
  }
}

const KNOWN: readonly (readonly [RegExp, string, string])[] = [
  [
    /No space left on device|ENOSPC|Disk quota exceeded/i,
    'The disk is full.',
    'Make room, or set DATA_DIR to a folder on another disk.',
  ],
  [
    /could not bind|Address already in use/i,
    'Its port on 127.0.0.1 is taken.',
    'Stop the program that took it, or start again for another port.',
  ],
  [
    /Permission denied|EACCES|Read-only file system|EROFS/i,
    'A file or folder cannot be written.',
    'Check who owns DATA_DIR, or set DATA_DIR to another folder.',
  ],
  [
    /could not create shared memory|Cannot allocate memory|ENOMEM/i,
    'There is not enough memory.',
    'Free some memory, or set DATABASE_URL to a PostgreSQL server.',
  ],
  [
    /error while loading shared libraries|ENOENT|Exec format error/i,
    'Its programs do not run on this machine.',
    'Set DATABASE_URL to a PostgreSQL server (15 or newer).',
  ],
];

/** Turns what initdb or postgres wrote before it ended into an error that says what to do. */
export function explain(program: string, output: string, log?: string): EmbeddedPostgresError {
  const [, what, next] = KNOWN.find(([pattern]) => pattern.test(output)) ?? [
    undefined,
    output
      .split('\n')
      .filter((line) => /FATAL|PANIC|error:/i.test(line))
      .at(-1)
      ?.trim() ?? 'It gave no reason.',
    log ? `Its log is ${log}.` : 'Set DATABASE_URL to use another PostgreSQL server.',
  ];
  return new EmbeddedPostgresError(`The embedded PostgreSQL (${program}) did not start. ${what}`, next);
}
