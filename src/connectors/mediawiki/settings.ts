import { z } from 'zod';

const namespaces = z
  .array(z.int().min(0).max(100_000))
  .min(1)
  .max(100)
  .default([0])
  .describe('Numbers of the namespaces whose pages are taken. 0 holds the articles.');

/** A wiki that is reached by its action API. */
export const liveWikiSettings = z.strictObject({
  api_url: z.url({ protocol: /^https?$/ }).describe('Address of the wiki’s api.php, as Special:Version shows it.'),
  username: z.string().min(1).max(300).describe('As Special:BotPasswords shows it: Account@name.'),
  password: z.string().min(1).max(500).describe('The bot password.'),
  write_as: z
    .enum(['categories', 'template'])
    .default('categories')
    .describe('Whether tags are written as [[Category:…]] or as values of a template.'),
  template: z
    .string()
    .regex(/^[^#<>[\]|{}\n]{1,200}$/, 'must be the name of a template')
    .default('Tags')
    .describe('The template’s name, for write_as: template.'),
  namespaces,
});
export type LiveWikiSettings = z.output<typeof liveWikiSettings>;

/** A dump, as dumpBackup.php, Special:Export or dumps.wikimedia.org give it. It can only be read. */
export const dumpSettings = z.strictObject({
  dump_file: z.string().min(1).max(4096).describe('Path of a .xml, .xml.gz or .xml.bz2 on the machine of the service.'),
  namespaces,
});
export type DumpSettings = z.output<typeof dumpSettings>;
