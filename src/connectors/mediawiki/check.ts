import type { Checked } from '../contract.js';
import type { Session } from './session.js';
import type { LiveWikiSettings } from './settings.js';
import { CHANGE_TAG, type Site } from './site.js';

/** What stands in the way of reading and writing this wiki, for its admin. */
export async function checkSite(
  session: Session,
  site: Site,
  settings: LiveWikiSettings,
  signal: AbortSignal,
): Promise<Checked> {
  const { name, blocked, rights } = site.account;
  const problems: string[] = [];
  const hinders = (because: boolean, problem: string) => because && problems.push(problem) > 0;
  const writable = [
    hinders(site.tooOld, `The wiki runs MediaWiki ${site.version}. Version 1.35 or later is needed.`),
    hinders(site.readOnly !== undefined, `The wiki can only be read now: ${site.readOnly}`),
    hinders(blocked !== undefined, `The account ${name} is blocked: ${blocked}`),
    hinders(!rights.has('edit'), 'The bot password may not edit. Give it the grant “Edit existing pages”.'),
  ].every((hindered) => !hindered);
  hinders(
    !rights.has('bot'),
    `Edits will not be marked as a bot’s. Put ${name} into the group “bot” and give its bot password the grant “High-volume (bot) access”.`,
  );
  hinders(
    !site.changeTag,
    `Edits will carry no change tag. Make the tag “${CHANGE_TAG}” on Special:Tags and let the account apply it.`,
  );
  const unknown = settings.namespaces.filter((id) => !site.titles.namespaces.some((known) => known.id === id));
  hinders(unknown.length > 0, `The wiki has no namespace ${unknown.join(', ')}.`);
  if (settings.write_as === 'template')
    hinders(
      !(await hasTemplate(session, settings.template, signal)),
      `The wiki has no Template:${settings.template}. Make it before tags are written.`,
    );
  return { title: site.name, pages: null, can_write: writable, problems };
}

async function hasTemplate(session: Session, name: string, signal: AbortSignal): Promise<boolean> {
  const { query } = await session.call({ action: 'query', titles: `Template:${name}`, prop: 'info' }, signal);
  return query.pages[0].missing !== true;
}
