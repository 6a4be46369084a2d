import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Connector, PreparedEdit } from '../../src/connectors/contract.js';
import type { WikiFault } from '../../src/connectors/faults.js';
import { connectorTo, MediawikiHarness } from './harness.js';
import { noMediawiki, TrialWiki } from './trial-wiki.js';

const SIGNAL = new AbortController().signal;

if (noMediawiki !== undefined) {
  describe('MediaWiki in the way', () => {
    it.skip(`not run: ${noMediawiki}`, () => undefined);
  });
} else {
  describe('MediaWiki in the way', () => {
    let wiki: TrialWiki;
    let harness: MediawikiHarness;
    let connector: Connector;
    let page: string;
    let titles = 0;

    beforeAll(async () => {
      wiki = await TrialWiki.start();
      harness = new MediawikiHarness(() => wiki);
    });
    afterAll(() => wiki?.stop());
    beforeEach(async () => {
      connector = harness.connector();
      page = await harness.make(`Page ${titles++}`, 'Flour and water.\n\n[[Category:Food]]');
    });
    afterEach(async () => {
      wiki.set();
      await connector.close();
    });

    const prepare = async (...add: string[]): Promise<PreparedEdit> => {
      const edit = await connector.prepare({ edit_id: `edit_${page}`, page_id: page, add, remove: [] }, SIGNAL);
      return JSON.parse(JSON.stringify(edit));
    };
    const apply = (edit: PreparedEdit) => connector.apply(edit, SIGNAL);
    const faultOf = (work: Promise<unknown>): Promise<WikiFault> =>
      work.then(
        (value) => Promise.reject(new Error(`no fault, but ${JSON.stringify(value)}`)),
        (error) => error,
      );
    const history = async () => {
      const { query } = await wiki.admin.read({
        pageids: page,
        prop: 'revisions',
        rvprop: 'ids|user|comment|tags|flags',
        rvlimit: 'max',
      });
      return query.pages[0].revisions;
    };

    it('an edit says what it did and who made it, and is marked as a bot’s', async () => {
      await apply(await prepare('Baking', 'Kitchen'));
      const [made, ...others] = await history();
      expect(made).toMatchObject({ user: 'Tagger', tags: ['wikitag'] });
      expect(made.comment).toBe(`Tags: +Baking, +Kitchen (wikitag edit_${page})`);
      expect(others).toHaveLength(1);
      const { query } = await wiki.admin.read({ list: 'recentchanges', rcprop: 'flags|ids', rclimit: 1 });
      expect(query.recentchanges[0]).toMatchObject({ bot: true, revid: made.revid });
    });

    it('can only be read: read_only with the reason; written when that has passed', async () => {
      const edit = await prepare('Baking');
      wiki.set(`$wgReadOnly = 'The disk is being changed';`);
      const fault = await faultOf(apply(edit));
      expect(fault).toMatchObject({ kind: 'read_only', passes: true });
      expect(fault.message).toContain('The disk is being changed');
      const checked = await connector.check(SIGNAL);
      expect(checked.can_write).toBe(false);
      expect(checked.problems.join()).toContain('The disk is being changed');
      wiki.set();
      await apply(edit);
      expect(await harness.text(page)).toContain('[[Category:Baking]]');
    });

    it('too many edits: rate_limited; the page stays as it is', async () => {
      wiki.set(`$wgMainCacheType = CACHE_DB; $wgRateLimits['edit'] = [ 'user' => [ 1, 3600 ] ];`);
      await apply(await prepare('Baking'));
      const next = await prepare('Kitchen');
      const before = await harness.text(page);
      expect(await faultOf(apply(next))).toMatchObject({ kind: 'rate_limited', passes: true });
      expect(await harness.text(page)).toBe(before);
      wiki.set();
      await apply(next);
    });

    it('replicas that lag behind: rate_limited, with the time to wait', async () => {
      await connector.check(SIGNAL);
      wiki.set(
        `$wgHooks['ApiMaxLagInfo'][] = static function ( &$lag ) { $lag['host'] = 'replica'; $lag['lag'] = 99; };`,
      );
      const fault = await faultOf(prepare('Baking'));
      expect(fault).toMatchObject({ kind: 'rate_limited', retryAfterSeconds: 5 });
    });

    it('a session that ended: logs in again by itself, for reading and for writing', async () => {
      const edit = await prepare('Baking');
      wiki.endSessions();
      await apply(edit);
      wiki.endSessions();
      expect(await connector.landed(edit, SIGNAL)).toBeDefined();
      expect(await history()).toHaveLength(2);
    });

    it('a token that is no longer good: gets a new one by itself', async () => {
      const edit = await prepare('Baking');
      wiki.set(
        `$wgHooks['ApiCheckCanExecute'][] = static function ( $module, $user, &$message ) {
          if ( $module->getModuleName() !== 'edit' || !@rename( __DIR__ . '/stale', __DIR__ . '/used' ) ) return true;
          $message = ApiMessage::create( 'apierror-badtoken', 'badtoken' );
          return false;
        };
        if ( !file_exists( __DIR__ . '/used' ) ) touch( __DIR__ . '/stale' );`,
      );
      await apply(edit);
      expect(await history()).toHaveLength(2);
    });

    it('a bot password that was taken back: unauthorized, at once and with what to do', async () => {
      const edit = await prepare('Baking');
      wiki.set(`$wgEnableBotPasswords = false;`);
      wiki.endSessions();
      const fault = await faultOf(apply(edit));
      expect(fault).toMatchObject({ kind: 'unauthorized', passes: false, concernsPage: false });
      expect(fault.message).toMatch(/bot password/);
      expect(await faultOf(harness.connector().check(SIGNAL))).toMatchObject({ kind: 'unauthorized' });
    });

    it('no fault tells the password, not in its cause either', async () => {
      const wrong = harness.withWrongCredentials();
      const fault = await faultOf(wrong.check(SIGNAL));
      const shown = [fault, fault.cause].map((e) => JSON.stringify(e, Object.getOwnPropertyNames(Object(e)))).join();
      expect(shown).not.toContain('no-such-bot-password');
      await wrong.close();
    });

    it.each([
      [
        'an account that may not edit',
        `$wgGroupPermissions['*']['edit'] = $wgGroupPermissions['user']['edit'] = false;`,
      ],
      ['an account that is no bot any more', `$wgGroupPermissions['bot']['bot'] = false;`],
    ])('%s: unauthorized', async (_, php) => {
      const edit = await prepare('Baking');
      wiki.set(php);
      expect(await faultOf(apply(edit))).toMatchObject({ kind: 'unauthorized' });
    });

    it('a blocked account: unauthorized; blocked from this page alone: protected', async () => {
      await wiki.admin.write({
        action: 'block',
        user: 'Tagger',
        allowusertalk: 1,
        partial: 1,
        pagerestrictions: `Page ${titles - 1}`,
      });
      expect(await faultOf(prepare('Baking'))).toMatchObject({ kind: 'protected' });
      await wiki.admin.write({ action: 'block', user: 'Tagger', reblock: 1, reason: 'Went wild' });
      expect(await faultOf(prepare('Baking'))).toMatchObject({ kind: 'unauthorized' });
      const checked = await connector.check(SIGNAL);
      expect(checked).toMatchObject({ can_write: false, problems: [expect.stringContaining('Went wild')] });
      await wiki.admin.write({ action: 'unblock', user: 'Tagger' });
      await prepare('Baking');
    });

    it.each(['{{nobots}}', '{{bots|deny=Other,Tagger}}', '{{bots|allow=none}}', '{{Bots|deny=all}}'])(
      '%s: protected, and the reason says so',
      async (notice) => {
        await harness.replaceAsPerson(page, `${notice}\nFlour.`);
        const fault = await faultOf(prepare('Baking'));
        expect(fault).toMatchObject({ kind: 'protected', concernsPage: true });
        expect(fault.message).toContain(notice);
      },
    );

    it.each(['<nowiki>{{nobots}}</nowiki>', '{{bots|deny=Other}}', '{{bots|allow=Tagger}}'])(
      '%s keeps nobody away',
      async (notice) => {
        await harness.replaceAsPerson(page, `${notice}\nFlour.`);
        await apply(await prepare('Baking'));
      },
    );

    it('an extension that objects: refused, with what it says', async () => {
      const edit = await prepare('Baking');
      wiki.set(
        `$wgHooks['EditFilterMergedContent'][] = static function ( $context, $content, $status ) {
          if ( strpos( $content->getText(), 'Baking' ) === false ) return true;
          $status->fatal( new RawMessage( 'No baking on Sundays' ) );
          return false;
        };`,
      );
      const fault = await faultOf(apply(edit));
      expect(fault).toMatchObject({ kind: 'refused', concernsPage: true });
      expect(fault.message).toContain('No baking on Sundays');
    });

    it('a person’s edit on other lines between prepare and apply: conflict, then both stand', async () => {
      const edit = await prepare('Baking');
      await harness.replaceAsPerson(page, 'Flour, water and salt.\n\n[[Category:Food]]');
      expect(await faultOf(apply(edit))).toMatchObject({ kind: 'conflict' });
      await apply(await prepare('Baking'));
      expect(await harness.text(page)).toBe('Flour, water and salt.\n\n[[Category:Food]]\n[[Category:Baking]]');
    });

    it.each([
      ['a signature that was never filled in', 'Flour. ~~~~'],
      ['a substitution that was never made', 'Flour. {{subst:PAGENAME}}'],
      ['blanks at its end', 'Flour.\n\n'],
    ])('a page with %s, as an import may bring it: refused, for saving would change more', async (_, text) => {
      const title = `Imported ${titles++}`;
      wiki.import([{ title, text }]);
      page = (await wiki.admin.read({ titles: title })).query.pages[0].pageid;
      const fault = await faultOf(apply(await prepare('Baking')));
      expect(fault).toMatchObject({ kind: 'refused' });
      expect(fault.message).toContain('save it once');
      expect(await harness.text(page)).toBe(text);
    });

    it('a page that became a redirect: gone', async () => {
      const edit = await prepare('Baking');
      await harness.replaceAsPerson(page, '#REDIRECT [[Main Page]]');
      expect(await faultOf(apply(edit))).toMatchObject({ kind: 'gone' });
    });

    it('a page that was moved: still the same page', async () => {
      const edit = await prepare('Baking');
      await wiki.admin.write({ action: 'move', fromid: page, to: `Moved ${titles++}`, reason: 'Better title' });
      // The move made a revision.
      expect(await faultOf(apply(edit))).toMatchObject({ kind: 'conflict' });
      const again = await prepare('Baking');
      const revision = await apply(again);
      await wiki.admin.write({ action: 'protect', pageid: page, protections: 'move=sysop' });
      const undo = await connector.prepareUndo(again, revision, 'edit_undo', SIGNAL);
      expect(undo.edited_since).toBe(false);
      await apply(JSON.parse(JSON.stringify(undo.edit)));
      expect(await harness.text(page)).toBe('Flour and water.\n\n[[Category:Food]]');
    });

    it('undo on a page that a person edited brings sort keys back', async () => {
      await harness.replaceAsPerson(page, 'Flour.\n\n[[Category:Food|!first]]');
      const wish = { edit_id: 'edit_keys', page_id: page, add: ['Baking'], remove: ['Food'] };
      const edit = (await connector.prepare(wish, SIGNAL))!;
      const revision = await apply(edit);
      await harness.replaceAsPerson(page, `Flour and more.\n\n[[Category:Baking]]`);
      const undo = await connector.prepareUndo(edit, revision, 'edit_undo_keys', SIGNAL);
      expect(undo.edited_since).toBe(true);
      await apply(undo.edit!);
      expect(await harness.text(page)).toBe('Flour and more.\n\n[[Category:Food|!first]]');
    });

    it('a server that is gone, that is no MediaWiki, that leads elsewhere', async () => {
      const to = async (api_url: string) => {
        const other = connectorTo(wiki, { api_url });
        const fault = await faultOf(other.check(SIGNAL));
        await other.close();
        return fault.kind;
      };
      expect(await to('http://127.0.0.1:9/api.php')).toBe('unreachable');
      expect(await to(`${wiki.url}/index.php/Main_Page`)).toBe('misconfigured');
      expect(await to(`${wiki.url}/resources/assets/licenses/cc-0.png`)).toBe('misconfigured');
      expect(await to(`${wiki.url}/`)).toBe('misconfigured');
    });
  });
}
