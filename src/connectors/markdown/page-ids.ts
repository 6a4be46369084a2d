const EXTENSION = /\.[^./]+$/;

/**
 * The page_id of each file: its path without the extension. Where two files would get the same one (`a.md` and
 * `a.markdown`), the one that ends in `.md` gets it and the others are called by their full path.
 * @param paths relative, parts separated by `/`
 */
export function pageIds(paths: readonly string[]): Map<string, string> {
  const full = new Set(paths);
  const owner = new Map<string, string>();
  for (const path of paths.toSorted()) {
    const short = path.replace(EXTENSION, '');
    const before = owner.get(short);
    if (before === undefined || (path.endsWith('.md') && !before.endsWith('.md'))) owner.set(short, path);
  }
  return new Map(
    paths.map((path) => {
      const short = path.replace(EXTENSION, '');
      // a file `a.md.md` must not take the full path of `a.md`
      return [path, owner.get(short) === path && !full.has(short) ? short : path];
    }),
  );
}
