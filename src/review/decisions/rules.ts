/** A decision for the whole wiki, as far as it is a rule for later runs. */
export interface WideDecision {
  readonly decision_id: string;
  /** Counts up with every decision. */
  readonly seq: number;
  readonly decision: 'approve' | 'reject' | 'rename';
  readonly tag_key: string;
  readonly new_tag: string | null;
  readonly new_key: string | null;
}

/** What is to become of a tag: the tag `new_tag`, or none where that is null. */
export type TagRule = Pick<WideDecision, 'decision_id' | 'seq' | 'tag_key' | 'new_tag' | 'new_key'>;

/**
 * What decisions for the whole wiki come to. Of two on one tag the later counts; what is decided on the new name of a tag
 * also counts for those that were renamed to it before: a becomes b, b becomes c, so a becomes c. A tag that was renamed
 * there and back keeps its name. Approving a tag lifts what was decided on it.
 * @param decisions in their order
 */
export function rulesFrom(decisions: readonly WideDecision[]): TagRule[] {
  const rules = new Map<string, TagRule>();
  for (const { decision_id, seq, decision, tag_key, new_tag, new_key } of decisions) {
    if (decision !== 'approve') {
      for (const rule of [...rules.values()].filter((r) => r.new_key === tag_key)) {
        if (rule.tag_key === new_key) rules.delete(rule.tag_key);
        else rules.set(rule.tag_key, { ...rule, new_tag, new_key });
      }
      rules.set(tag_key, { decision_id, seq, tag_key, new_tag, new_key });
    } else rules.delete(tag_key);
  }
  return [...rules.values()];
}
