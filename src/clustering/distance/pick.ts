import { loadAddon } from '../../compute/addon.js';
import { BackendUnavailable } from '../errors.js';
import type { BackendName } from '../types.js';
import type { DistanceBackend } from './backend.js';
import { jsBackend } from './js.js';
import { nativeBackend } from './native.js';
import { selfTest } from './self-test.js';

export interface PickedBackend {
  readonly backend: DistanceBackend;
  /** Why this one, in a sentence. */
  readonly reason: string;
}

const tested = new Map<DistanceBackend, Promise<void>>();

/**
 * The backend of that name, self-tested once a process; for `auto` the fastest there is.
 * @throws {BackendUnavailable} where the one asked for is not there: never another in its place
 */
export async function pickBackend(name: BackendName): Promise<PickedBackend> {
  const picked = choose(name);
  if (!tested.has(picked.backend)) tested.set(picked.backend, selfTest(picked.backend));
  await tested.get(picked.backend);
  return picked;
}

function choose(name: BackendName): PickedBackend {
  const native = loadAddon();
  switch (name) {
    case 'auto':
      return native.addon === null
        ? { backend: jsBackend, reason: `JavaScript: ${native.reason}` }
        : { backend: nativeBackend, reason: 'The native core is loaded, the fastest there is on a CPU.' };
    case 'native':
      if (native.addon === null) throw new BackendUnavailable(native.reason);
      return { backend: nativeBackend, reason: 'Asked for.' };
    case 'js':
      return { backend: jsBackend, reason: 'Asked for.' };
    default:
      throw new BackendUnavailable(`The backend ${name} is not part of this build; auto, native and js are.`);
  }
}
