import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { WikiFault } from './faults.js';

/**
 * The folder's real path, where it lies at or below one that the operator names.
 * @param allowed CONNECTOR_FOLDERS
 * @throws {WikiFault} misconfigured
 */
export async function allowedFolder(path: string, allowed: readonly string[]): Promise<string> {
  const root = await realpath(path).catch(() => undefined);
  const tops = await Promise.all(allowed.map((top) => realpath(top).catch(() => undefined)));
  // what lies outside looks the same whether it is there or not
  if (root === undefined || !tops.some((top) => top !== undefined && isBelow(root, top)))
    throw new WikiFault(
      'misconfigured',
      allowed.length === 0
        ? 'No folder may be connected here. The operator sets CONNECTOR_FOLDERS to those that may.'
        : 'There is no such folder at or below one of those that the operator names in CONNECTOR_FOLDERS.',
    );
  return root;
}

function isBelow(path: string, top: string): boolean {
  return path === top || path.startsWith(top.endsWith(sep) ? top : top + sep);
}
