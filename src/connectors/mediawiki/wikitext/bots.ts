import { scan } from './scan.js';
import { isCalled } from './tags-template.js';

/**
 * Whether the page keeps this bot away, by the templates `{{nobots}}` and `{{bots}}` (Template:Bots of Wikipedia).
 * @param user the account's name, without what names the bot password
 * @returns the template as it stands there, or undefined
 */
export function keepsBotAway(text: string, user: string): string | undefined {
  const { live, templates } = scan(text);
  const found = templates.find((template) => {
    if (isCalled(template, 'nobots')) return true;
    if (!isCalled(template, 'bots')) return false;
    return template.params.some(({ start, end }) => {
      const [, rule, list] = /^\s*(allow|deny)\s*=([\s\S]*)$/i.exec(live.slice(start, end)) ?? [];
      if (rule === undefined) return false;
      const names = list.split(',').map(folded);
      const named = names.includes('all') || names.includes(folded(user));
      return rule.toLowerCase() === 'deny' ? named : !named;
    });
  });
  return found && text.slice(found.start, found.end);
}

const folded = (name: string) => name.trim().replaceAll('_', ' ').toLowerCase();
