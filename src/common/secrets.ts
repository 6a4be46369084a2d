/** The texts that must not get out, in every form in which they may appear. Longest first: one may be part of another. */
let forms: readonly string[] = [];

const SHORTEST = 8; // shorter ones are ordinary words, as 'ollama' for a key that no server asks for

/** From now on `withoutSecrets` takes these out, as they are and as they stand in a URL or in JSON. Call it at the start. */
export function hideSecrets(secrets: Iterable<string>): void {
  const all = new Set(forms);
  for (const secret of secrets) {
    if (secret.length < SHORTEST) continue;
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) all.add(form);
  }
  forms = [...all].sort((a, b) => b.length - a.length);
}

/** The text with every secret of the configuration taken out: the last gate before a log, an answer or a stored error. */
export function withoutSecrets(text: string): string {
  let clean = text;
  for (const form of forms) if (clean.includes(form)) clean = clean.replaceAll(form, '[secret]');
  return clean;
}
