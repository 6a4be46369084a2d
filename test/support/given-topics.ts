import { numbers } from './made-pages.js';
import type { PageInput } from './wiki-client.js';

/** Plain HDBSCAN*: on pages of `givenTopics` it finds the topics, one cluster each. */
export const ONE_CLUSTER_A_TOPIC = { method: 'hdbscan', min_cluster_size: 5 };

/** Pages whose given vectors lie so that each topic is one cluster. */
export function givenTopics(names: readonly string[], pagesATopic = 6): PageInput[] {
  const next = numbers(4);
  const dims = Math.max(32, names.length);
  return names.flatMap((topic, t) =>
    Array.from({ length: pagesATopic }, (_, i) => ({
      page_id: `${topic}-${i}`,
      title: `${topic} part ${i}`,
      text: `Notes about ${topic}, part ${i}. `.repeat(4),
      embedding: Array.from({ length: dims }, (_, d) => (d === t ? 1 : 0) + (next() - 0.5) * 0.2),
    })),
  );
}
