import stopwords from 'stopwords-iso/stopwords-iso.json' with { type: 'json' };

const ENGLISH = new Set(stopwords.en);

/** Words and bigrams as scikit-learn's CountVectorizer(ngram_range=(1, 2), stop_words='english') takes them. */
function terms(text: string): string[] {
  const words = (text.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu) ?? []).filter((word) => !ENGLISH.has(word));
  return [...words, ...words.slice(1).map((word, i) => `${words[i]} ${word}`)];
}

/**
 * The peer: class-based TF-IDF as BERTopic computes it (Grootendorst 2022): all pages of a cluster joined, term counts
 * divided by the cluster's length, times log(1 + A / f), A being the average number of terms a cluster and f a term's count over all.
 * @returns the top terms of each cluster, in the order given
 */
export function classTfIdf(
  texts: readonly string[],
  clusters: readonly (readonly number[])[],
  top: number,
): string[][] {
  const overall = new Map<string, number>();
  let total = 0;
  const counts = clusters.map((members) => {
    const own = new Map<string, number>();
    for (const member of members) {
      for (const term of terms(texts[member])) {
        own.set(term, (own.get(term) ?? 0) + 1);
        overall.set(term, (overall.get(term) ?? 0) + 1);
        total++;
      }
    }
    return own;
  });
  const average = total / clusters.length;
  return counts.map((own) =>
    [...own]
      .map(([term, n]) => ({ term, weight: n * Math.log(1 + average / overall.get(term)!) }))
      .sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1))
      .slice(0, top)
      .map(({ term }) => term),
  );
}
