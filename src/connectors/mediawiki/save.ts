import type { PreparedEdit } from '../contract.js';
import { WikiFault } from '../faults.js';
import { faultOf } from './faults.js';
import type { readForEdit } from './pages.js';
import type { Session } from './session.js';
import { CHANGE_TAG, type Site } from './site.js';
import { trimmedLength } from './wikitext/page-tags.js';

const SUMMARY_LENGTH = 400;

/**
 * Saves a page's new text on the revision that was read.
 * @returns the new revision
 * @throws {WikiFault} `refused` where MediaWiki would change more than we mean to
 */
export async function savePage(
  session: Session,
  { account, changeTag }: Site,
  change: Pick<PreparedEdit, 'edit_id' | 'added' | 'removed'>,
  page: Awaited<ReturnType<typeof readForEdit>>,
  text: string,
  signal: AbortSignal,
): Promise<string> {
  if (trimmedLength(page.text) < page.text.length)
    throw new WikiFault('refused', `The page ends in blanks, which MediaWiki would cut off. ${SAVE_ONCE}`);
  if ((await asSaved(session, page.title, text, signal)) !== text)
    throw new WikiFault(
      'refused',
      `MediaWiki would change other parts of the page as well, such as ~~~~ or {{subst:…}} that still stand in it. ${SAVE_ONCE}`,
    );
  const { edit } = await session.write(
    {
      action: 'edit',
      pageid: page.pageId,
      text,
      summary: summaryOf(change),
      baserevid: page.revision,
      starttimestamp: page.readAt,
      nocreate: true,
      bot: account.rights.has('bot'),
      ...(changeTag ? { tags: CHANGE_TAG } : {}),
    },
    signal,
  );
  if (edit?.result === 'Success') return String(edit.newrevid ?? page.revision);
  // What has no error of its own, such as a question that only a person can answer.
  throw faultOf([{ code: 'failure', text: edit?.captcha ? 'It wants a captcha solved.' : edit?.info?.text }]);
}

const SAVE_ONCE = 'Open the page in the wiki and save it once; then it can be tagged.';

/** The text as MediaWiki would save it. */
async function asSaved(session: Session, title: string, text: string, signal: AbortSignal): Promise<string> {
  const question = { action: 'parse', onlypst: true, title, text, contentmodel: 'wikitext' };
  const { parse } = await session.call(question, signal);
  return parse.text;
}

/** For the page's history: what the edit did, and the name by which it is found again. */
function summaryOf({ edit_id, added, removed }: Pick<PreparedEdit, 'edit_id' | 'added' | 'removed'>): string {
  const tags = [...added.map((tag) => `+${tag}`), ...removed.map((tag) => `−${tag}`)].join(', ');
  const end = ` (wikitag ${edit_id})`;
  const start = `Tags: ${tags}`;
  return (start.length + end.length > SUMMARY_LENGTH ? `${start.slice(0, SUMMARY_LENGTH - end.length)}…` : start) + end;
}
