import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The functions of build/wikitag.node, before any checking. Grown by the files in native/bindings/. */
// biome-ignore lint/suspicious/noEmptyInterface: each binding merges its functions into it
export interface Addon {}

export type LoadedAddon = { readonly addon: Addon } | { readonly addon: null; readonly reason: string };

let loaded: LoadedAddon | undefined;

/** Loads the addon once. Without it everything still runs on JavaScript; `reason` tells what to do to get it. */
export function loadAddon(): LoadedAddon {
  loaded ??= load();
  return loaded;
}

function load(): LoadedAddon {
  const file = fileURLToPath(new URL('../../../build/wikitag.node', import.meta.url)); // from dist/src/compute
  try {
    return { addon: createRequire(import.meta.url)(file) as Addon };
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return {
      addon: null,
      reason: `The native compute core could not be loaded (${why}). Run 'npm run build' with a C++ compiler installed.`,
    };
  }
}
