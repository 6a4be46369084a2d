import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ForbiddenUrl } from '../../../src/common/outside/target.js';
import { readCallbackUrl, shownUrl } from '../../../src/webhooks/callback-url.js';

const REFUSED = [
  'http://127.0.0.1/',
  'http://127.1/',
  'http://127.0.0.1./',
  'http://127.0.0.1../',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.1/',
  'http://017700000001/',
  'http://0177.0.0.1/',
  'http://0/',
  'http://①②⑦.0.0.1/',
  'http://１２７．０．０．１/',
  'http://127。0。0。1/',
  'http://%31%32%37.0.0.1/',
  'http://127.0.0.1%2e/',
  'http:///127.0.0.1/',
  'http:127.0.0.1',
  'HTTP://127.0.0.1',
  'http://127.0.0.1:80\\@example.com/',
  'http://12\t7.0.0.1/',
  'http://10.0.0.1:8080/x',
  'http://0300.0250.1/',
  'https://169.254.169.254/latest/meta-data/',
  'http://0xa9fea9fe/',
  'http://100.100.100.200/',
  'http://168.63.129.16/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001::7f00:1]/',
  'http://[fe80::1]/',
  'http://[fe80::1%25eth0]/',
  'http://[fd00:ec2::254]/',
  'http://localhost/',
  'http://LOCALHOST:3000/',
  'http://localhost./',
  'http://ⓛocalhost/',
  'http://lo%63alhost/',
  'http://a.localhost/',
  'http://db/',
  'http://metadata.google.internal/',
  'http://printer.local/',
  'http://router.home.arpa/',
  'http://a..b.example/',
  'http://-a.example/',
  'http://256.0.0.1/',
  'http://1.2.3.4.5/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'https://user@example.com/',
  'https://:secret@example.com/',
  'https://example.com@127.0.0.1/',
  'no url',
  '',
  `https://example.com/${'a'.repeat(2000)}`,
  `https://example.com/${'ä'.repeat(400)}`, // longer once it is encoded
];

describe('readCallbackUrl', () => {
  it.each(REFUSED)('refuses %j', (text) => expect(() => readCallbackUrl(text, [])).toThrow(ForbiddenUrl));

  it('never repeats the URL in its reasons', () => {
    for (const text of REFUSED.filter((t) => t.length > 10))
      try {
        readCallbackUrl(text, []);
      } catch (error) {
        expect((error as Error).message).not.toContain(text);
        expect((error as Error).message).not.toContain('secret');
      }
  });

  it.each([
    ['https://hooks.example.com/a?b=c', 'https://hooks.example.com/a?b=c'],
    ['http://hooks.example.com:8080', 'http://hooks.example.com:8080/'],
    ['https://Hooks.Example.COM./x#part', 'https://hooks.example.com/x'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    ['http://8.8.8.8/', 'http://8.8.8.8/'],
    ['https://[2606:4700::1111]:8443/', 'https://[2606:4700::1111]:8443/'],
  ])('takes %s as %s', (text, href) => {
    expect(readCallbackUrl(text, [])).toMatchObject({ url: new URL(href), trusted: false });
  });

  it.each([
    ['http://127.0.0.1:8080/', '127.0.0.1:8080', true],
    ['http://0x7f.1:8080/', '127.0.0.1:8080', true],
    ['http://127.0.0.1:8081/', '127.0.0.1:8080', false],
    ['http://127.0.0.1:8081/', '127.0.0.1', true],
    ['http://[::1]:1/', '[::1]:1', true],
    ['http://[::1]:2/', '[::1]:1', false],
    ['http://wiki/', 'wiki:80', true],
    ['https://wiki/', 'wiki:80', false],
    ['https://wiki/', 'WIKI:443', true],
    ['http://wiki.internal./', 'wiki.internal', true],
    ['http://not.wiki.internal/', 'wiki.internal', false],
    ['http://wiki.internal.example/', 'wiki.internal', undefined],
  ])('%s where %s is allowed: %s', (text, entry, trusted) => {
    const read = () => readCallbackUrl(text, ['other', entry]).trusted;
    if (trusted === false) expect(read).toThrow(ForbiddenUrl);
    else expect(read()).toBe(trusted ?? false);
  });

  it('refuses a user name and another scheme of an allowed host as well', () => {
    expect(() => readCallbackUrl('http://a:b@wiki/', ['wiki'])).toThrow(ForbiddenUrl);
    expect(() => readCallbackUrl('gopher://wiki/', ['wiki'])).toThrow(ForbiddenUrl);
  });

  it('throws nothing else, whatever it gets', () => {
    const text = fc.oneof(
      fc.webUrl(),
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.ipV6().map((a) => `http://[${a}]`),
    );
    fc.assert(
      fc.property(text, (value) => {
        try {
          const { url, host } = readCallbackUrl(value, []);
          expect(url.username + url.password + url.hash).toBe('');
          expect(host).not.toMatch(/^\[|\]$|\.$/);
        } catch (error) {
          expect(error).toBeInstanceOf(ForbiddenUrl);
        }
      }),
    );
  });
});

describe('shownUrl', () => {
  it('keeps the names of the query and none of its values, no user and no password', () => {
    expect(shownUrl('https://u:p@h.example:8443/a/b?token=secret&x=1&x=2&plain#f')).toBe(
      'https://h.example:8443/a/b?token=…&x=…&plain=…',
    );
    expect(shownUrl('https://h.example/')).toBe('https://h.example/');
  });
});
