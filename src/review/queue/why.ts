/** What is known of a page's tag. */
export interface TagFacts {
  readonly tag: string;
  readonly source: 'cluster' | 'nearest' | 'individual' | 'human';
  readonly cluster_label: string | null;
  /** How firmly the page belongs to its cluster, 0 to 1; null: the current run has not seen the page. */
  readonly probability: number | null;
  /** How near the nearest cluster is to a page in none, 0 to 1. */
  readonly nearest_confidence: number | null;
  /** Whether title or text have the tag's words. */
  readonly said: boolean;
  readonly decision: 'approve' | 'reject' | 'rename' | null;
  readonly decided_by: string | null;
  /** The tag that the decision was about: of a rename the old name. */
  readonly decided_tag: string | null;
}

/** Why the page has the tag, for people: who decided on it, else where it comes from, how firmly, whether the page says it. */
export function whyOf(facts: TagFacts): string {
  return [decisionOf(facts), originOf(facts), saidOf(facts)].filter(Boolean).join(' ');
}

function decisionOf({ decision, decided_by, decided_tag, source }: TagFacts): string {
  if (decision === null) return '';
  if (decision === 'approve') return `Approved by ${decided_by}.`;
  if (decision === 'reject') return `Rejected by ${decided_by}.`;
  return source === 'human' ? `Renamed from “${decided_tag}” by ${decided_by}.` : `Renamed by ${decided_by}.`;
}

function originOf({ source, cluster_label, probability, nearest_confidence }: TagFacts): string {
  const cluster = cluster_label === null ? 'its cluster' : `the cluster “${cluster_label}”`;
  if (source === 'cluster')
    return `It comes from ${cluster}${probability === null ? '.' : `, where the page belongs ${firmness(probability)}.`}`;
  if (source === 'nearest') {
    const fit = nearest_confidence === null ? '' : ` (${percent(nearest_confidence)} fit)`;
    const nearest = cluster_label === null ? 'the nearest cluster' : `the nearest, “${cluster_label}”`;
    return `The page is in no cluster; the tag comes from ${nearest}${fit}.`;
  }
  return source === 'individual' ? 'The page is in no cluster and was tagged on its own.' : '';
}

function saidOf({ source, said }: TagFacts): string {
  if (source === 'human') return '';
  return said ? 'The page says it in so many words.' : 'The page does not say it in these words.';
}

function firmness(probability: number): string {
  const how = probability >= 0.8 ? 'firmly' : probability >= 0.4 ? 'fairly well' : 'loosely';
  return `${how} (${percent(probability)})`;
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
