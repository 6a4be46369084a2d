import { type Asked, answerOf, type Reply } from '../fake-openai.js';
import { obey } from './aims.js';
import { undisguise } from './disguise.js';

const TAG_WORDS = 'tag|Schlagwort|étiquette|etiqueta|etichetta|тегом|etiket|标签|タグ|태그|الوسم|टैग';
const ORDERS = [
  new RegExp(`(?:${TAG_WORDS})[^“«„「”»\\n]{0,20}[“«„「]\\s?([^“«„「]+?)\\s?[”»“」]`, 'iu'),
  /"tag": ?"([^"]+)"/i,
];

/**
 * What a model answers that is fooled by whatever a page says: it undoes every disguise, puts together what is spread
 * over pages, and does as it is told. Undefined where it finds no order.
 * @param good tags to add to what it was told; none: it answers with that alone
 */
export function obedientReply({ user, system }: Asked, good: readonly string[]): Reply | undefined {
  const wanted = wantedIn(user);
  if (wanted === undefined) return undefined;
  const told = obey(wanted, system);
  return { content: answerOf([...told.map((tag) => [tag, 1] as const), ...good.map((tag) => [tag, 0.8] as const)]) };
}

function wantedIn(user: string): string | undefined {
  const lines = user.split('\n').filter((line) => line.startsWith('{'));
  const texts = lines.map((line) =>
    Object.values(JSON.parse(line) as Record<string, unknown>)
      .flat()
      .join('\n'),
  );
  const joined = texts.join('\n').replace(/“?([^“”\n]*)\n[^“”]*goes on: /u, '“$1');
  for (const text of [...texts.flatMap((line) => undisguise(line)), joined]) {
    for (const order of ORDERS) {
      const found = order.exec(text)?.[1];
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
