import { tagKey } from '../common/fold.js';
import { type Queryable, rows } from '../database/rows.js';

/** What people decided on tags for a whole wiki, by tag key: the new name, null for a rejected tag. */
export type TagRules = ReadonlyMap<string, string | null>;

/** The rules of the wiki that a run is of. */
export async function tagRulesOf(db: Queryable, jobId: string): Promise<TagRules> {
  const rules = await rows<{ tag_key: string; new_tag: string | null }>(
    db,
    'SELECT tag_key, new_tag FROM tag_rules JOIN runs USING (wiki_id) WHERE job_id = $1',
    [jobId],
  );
  return new Map(rules.map(({ tag_key, new_tag }) => [tag_key, new_tag]));
}

/** A cluster's tags and name as people decided: without rejected ones, renamed ones under their new name, none twice. */
export function clusterAsDecided<C extends { label: string | null; tags: readonly { tag: string }[] }>(
  cluster: C,
  rules: TagRules,
): C {
  if (rules.size === 0) return cluster;
  const nameOf = (tag: string) => {
    const rule = rules.get(tagKey(tag));
    return rule === undefined ? tag : rule;
  };
  const byKey = new Map<string, C['tags'][number]>();
  for (const given of cluster.tags) {
    const tag = nameOf(given.tag);
    if (tag !== null && !byKey.has(tagKey(tag))) byKey.set(tagKey(tag), { ...given, tag });
  }
  const tags = [...byKey.values()];
  const label = cluster.label === null ? null : (nameOf(cluster.label) ?? tags[0]?.tag ?? null);
  return { ...cluster, tags, label };
}
