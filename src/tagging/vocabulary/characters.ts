/**
 * Joiners where a script needs them, after RFC 5892, appendix A: both behind a virama, the non-joiner also between
 * letters of a joined script ('کتاب‌ها').
 */
const NEEDED_JOINER =
  /(?<=[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA\u1039\u103A\u17D2])[\u200C\u200D](?=\p{L})|(?<=[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}]\p{M}*)\u200C(?=[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}])/gu;

/** Controls, formats (bidi, zero width, tag characters), private use, unassigned, fillers and selectors of variants. */
const UNSEEN = /\p{Cc}|\p{Cf}|\p{Co}|\p{Cn}|\p{Cs}|\p{Default_Ignorable_Code_Point}|[\u2028\u2029\u2800\uFFFD]/u;

/** Letters as ornaments: 𝐛𝐨𝐥𝐝, ⓒⓘⓡⓒⓛⓔⓓ, 🅂🅀🅄🄰🅁🄴🄳, regional indicators. */
const ORNAMENT = /[\u{1D400}-\u{1D7FF}\u2460-\u24FF\u{1F100}-\u{1F1FF}]/u;

/** Greek letters that look like Latin ones; β or μ inside a Latin word is a name of science. */
const LATIN_LIKE_GREEK = /[ΑΒΕΖΗΙΚΜΝΟΡΤΥΧον]/u;
const LATIN_LIKE_SCRIPTS =
  /[\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}\p{Script=Deseret}]/u;

/** A letter carries three marks at the very most (Vietnamese two, pointed Hebrew three); heaps of them hide the line above. */
const HEAP = /\p{Mn}{4,}/u;

/** What is wrong with the characters of a tag, or null: none that people do not see or would take for others. */
export function characterProblem(tag: string): string | null {
  if (UNSEEN.test(tag.replace(NEEDED_JOINER, '')) || HEAP.test(tag.normalize('NFD')))
    return 'has characters that cannot be shown';
  if (ORNAMENT.test(tag) || mixedWords(tag).length > 0) return 'has letters that look like others';
  return null;
}

/** Words that have Latin letters beside letters of another script that look like Latin ones: 'Brеad' with a Cyrillic е. */
export function mixedWords(text: string): readonly string[] {
  return (text.match(/[\p{L}\p{M}]+/gu) ?? []).filter(
    (word) => /\p{Script=Latin}/u.test(word) && (LATIN_LIKE_SCRIPTS.test(word) || LATIN_LIKE_GREEK.test(word)),
  );
}
