import { choose } from './choose.js';
import type { RepresentativesTask } from './representatives.js';

/** The thread that chooses. */
export default function run(task: RepresentativesTask): Map<number, number[]> {
  return choose(task);
}
