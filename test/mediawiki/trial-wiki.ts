import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../src/database/embedded/credentials.js';
import { dumpOf } from '../support/made-dump.js';
import { endProcess } from '../support/processes.js';
import { until } from '../support/until.js';
import { ApiClient } from './api-client.js';

const PROGRAM = '/usr/share/mediawiki';
const GUIDE = fileURLToPath(new URL('../../../docs/connectors-mediawiki.md', import.meta.url)); // from dist/test/mediawiki
const ADMIN_PASSWORD = 'admins-own-pass-phrase';
const BOT_PASSWORD = '0123456789abcdef0123456789abcdef';

/** Why there can be no MediaWiki here, or undefined where there can. `npm run test:mediawiki` does not take no for an answer. */
export const noMediawiki = whyNot();

/** A real MediaWiki, made and served as the guide says, in a folder of its own. */
export class TrialWiki {
  private constructor(
    private readonly folder: string,
    private readonly server: ChildProcess,
    readonly url: string,
    /** An admin at work, who is not the connector. */
    readonly admin: ApiClient,
  ) {}

  readonly username = 'Tagger@wikitag';
  readonly password = BOT_PASSWORD;

  static async start(): Promise<TrialWiki> {
    const folder = mkdtempSync(join(tmpdir(), 'wikitag-mediawiki-'));
    const port = await freePort();
    const env = {
      PATH: process.env['PATH'],
      wiki: folder,
      port: String(port),
      admin_password: ADMIN_PASSWORD,
      tagger_password: 'taggers-own-pass-phrase',
      bot_password: BOT_PASSWORD,
    };
    const [install, serve] = guideBlocks();
    execFileSync('bash', ['-euc', install], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const settings = join(folder, 'LocalSettings.php');
    // What a test sets lies in a file beside, which is read anew with every request.
    writeFileSync(join(folder, 'TestSettings.php'), '<?php\n');
    writeFileSync(settings, `${readFileSync(settings, 'utf8')}\nrequire __DIR__ . '/TestSettings.php';\n`);
    const log = openSync(join(folder, 'server.log'), 'w');
    const server = spawn('bash', ['-euc', serve.replace('php -S', 'exec php -d opcache.revalidate_freq=0 -S')], {
      env,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const url = `http://127.0.0.1:${port}`;
    const admin = new ApiClient(`${url}/api.php`, 'Admin', ADMIN_PASSWORD);
    await until(() => admin.reachable(), 20_000, 'the web server of PHP');
    const wiki = new TrialWiki(folder, server, url, admin);
    await admin.write({ action: 'managetags', operation: 'create', tag: 'wikitag' });
    return wiki;
  }

  get apiUrl(): string {
    return `${this.url}/api.php`;
  }

  /** How many requests the web server has answered. */
  requests(): number {
    return readFileSync(join(this.folder, 'server.log'), 'utf8').split(' Accepted').length - 1;
  }

  /** Lines of PHP that LocalSettings.php ends with from now on; none: as it was. */
  set(php = ''): void {
    writeFileSync(join(this.folder, 'TestSettings.php'), `<?php\n${php}\n`);
  }

  /** The next edit of the bot is made, and then its answer takes seconds: time enough to kill who waits for it. */
  hangAfterNextEdit(): void {
    rmSync(join(this.folder, 'hung'), { force: true });
    this.set(
      `$wgHooks['PageSaveComplete'][] = static function ( $page, $user ) {
        if ( $user->getName() !== 'Tagger' || file_exists( __DIR__ . '/hung' ) ) return;
        DeferredUpdates::addCallableUpdate( static function () {
          touch( __DIR__ . '/hung' );
          sleep( 3 );
        }, DeferredUpdates::PRESEND );
      };`,
    );
  }

  /** An edit was made whose answer has not gone out yet. */
  get hangs(): boolean {
    return existsSync(join(this.folder, 'hung'));
  }

  /** All pages of articles, with their text to the byte. */
  async pages(): Promise<{ readonly title: string; readonly text: string }[]> {
    const all = { generator: 'allpages', gaplimit: 50, gapfilterredir: 'nonredirects' };
    const found = await this.admin.readAll({ ...all, prop: 'revisions', rvprop: 'content', rvslots: 'main' }, 'pages');
    return found.map(({ title, revisions }) => ({ title, text: revisions[0].slots.main.content }));
  }

  /** The edits of an account, the latest first. */
  async edits(user: string): Promise<{ readonly title: string; readonly bot: boolean; readonly tags: string[] }[]> {
    return this.admin.readAll(
      { list: 'recentchanges', rcuser: user, rcprop: 'title|flags|tags', rclimit: 'max' },
      'recentchanges',
    );
  }

  /** Runs one of MediaWiki's maintenance scripts. */
  maintain(script: string, args: readonly string[] = [], input = ''): string {
    return execFileSync('php', [join(PROGRAM, 'maintenance', `${script}.php`), ...args], {
      env: { PATH: process.env['PATH'], MW_CONFIG_FILE: join(this.folder, 'LocalSettings.php') },
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  /** Puts pages into the wiki as they are, to the byte: an import changes nothing of them, as saving would. */
  import(pages: ReadonlyArray<{ readonly title: string; readonly text: string }>): void {
    this.maintain('importDump', ['--quiet'], dumpOf(pages));
  }

  /** Ends all sessions, as time does. */
  endSessions(): void {
    this.admin.forgetLogin();
    this.maintain('sql', [
      '--query',
      "DELETE FROM objectcache WHERE keyname LIKE '%MWSession%'",
      '--wikidb',
      'wikicache',
    ]);
  }

  async stop(): Promise<void> {
    await endProcess(this.server);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The guide's two blocks of commands: what makes a wiki, and what serves it. */
function guideBlocks(): [install: string, serve: string] {
  const [install, serve] = [...readFileSync(GUIDE, 'utf8').matchAll(/```bash\n([\s\S]*?)```/g)].map(
    (match) => match[1],
  );
  return [install, serve];
}

function whyNot(): string | undefined {
  const missing = existsSync(`${PROGRAM}/maintenance/install.php`)
    ? phpLacks()
    : 'no MediaWiki (apt-get install mediawiki)';
  if (missing !== undefined && process.env['MEDIAWIKI_TESTS'] === 'required') throw new Error(`not run: ${missing}`);
  return missing;
}

function phpLacks(): string | undefined {
  try {
    const modules = execFileSync('php', ['-m'], { encoding: 'utf8' });
    return /^pdo_sqlite$/im.test(modules) ? undefined : 'PHP has no SQLite (apt-get install php-sqlite3)';
  } catch {
    return 'no PHP (apt-get install php-cli php-sqlite3)';
  }
}
