/** One row of a trial's table; numbers are printed as they are. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

export type TrialResult = { readonly rows: readonly Row[] } | { readonly notRun: string };

export interface TrialOptions {
  /** The most rows that a trial of growing sizes goes up to. */
  readonly rows: number;
  /** Seconds that one call of a driver may take. */
  readonly limit: number;
  /** To be called with rows as soon as they are measured: they are shown where the trial is broken off. */
  done(rows: readonly Row[]): void;
}

/** Something measured. `npm run bench -- NAME` runs it alone. */
export interface Trial {
  readonly name: string;
  /** What is measured, and against what, in one line. */
  readonly about: string;
  run(options: TrialOptions): Promise<TrialResult>;
}
