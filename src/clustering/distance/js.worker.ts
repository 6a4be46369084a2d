import { hdbscan } from '../hdbscan/hdbscan.js';
import { bruteForce } from './brute-force.js';
import type { JsTask } from './js-pool.js';
import { refine } from './refine.js';

/** Entry of the worker threads that do in JavaScript what the native engine does elsewhere. */
export default function run(task: JsTask): unknown {
  switch (task.step) {
    case 'hdbscan':
      return hdbscan(task.vectors, task.params, task.neighbours);
    case 'propose':
      return bruteForce(task.vectors, task.wanted);
    case 'refine':
      return refine(task.vectors, task.candidates, task.k);
  }
}
