import { WikiFault, type WikiFaultKind } from '../faults.js';

/** What MediaWiki says is wrong, as `errorformat=plaintext` has it. */
export interface ApiError {
  readonly code: string;
  readonly text?: string;
  readonly data?: { readonly blockinfo?: { readonly blockpartial?: boolean }; readonly readonlyreason?: string };
}

/** By code, or by how the code begins; the first that fits. */
const KINDS: ReadonlyArray<readonly [pattern: RegExp, kind: WikiFaultKind]> = [
  [/^editconflict$/, 'conflict'],
  [/^(missingtitle|nosuchpageid|pagedeleted|nosuchrevid)$/, 'gone'],
  [/protected/, 'protected'],
  [/^readonly$/, 'read_only'],
  [/^(ratelimited|maxlag|actionthrottled)|throttled$/, 'rate_limited'],
  [/^(internal_api_error|timeouterror|lockmanager)/, 'unreachable'],
  [
    /^(assert\w+failed|badtoken|readapidenied|writeapidenied|permissiondenied|noedit|(auto|system)?blocked)/,
    'unauthorized',
  ],
  [
    /globalblocking|^(mwn_failedlogin|mwn_notoken|notloggedin|wrongpassword|botpasswords-|api-login-fail)/,
    'unauthorized',
  ],
  [/^(unknown_action|badvalue|missingparam|apidisabled|mwn_)/, 'misconfigured'],
];

const WHAT_TO_DO: Readonly<Record<WikiFaultKind, string>> = {
  conflict: 'Somebody edited the page in the meantime.',
  gone: 'The page is no longer there.',
  protected: 'The page is protected from this account.',
  read_only: 'The wiki can only be read now.',
  rate_limited: 'The wiki asks for fewer requests.',
  unreachable: 'The wiki has a fault of its own.',
  unauthorized:
    'The wiki does not let this account in, or not do this. Look at its bot password, its grants and its blocks, and connect the wiki again.',
  misconfigured: 'The wiki does not take such a request.',
  refused: 'The wiki refused the edit.',
};

/** A fault by what the API said. All that the wiki says of it is passed on, for people to read. */
export function faultOf(
  errors: readonly ApiError[],
  { retryAfterSeconds, cause, otherwise = 'refused' }: FaultContext = {},
): WikiFault {
  const kinds = errors.map((error) => kindOf(error) ?? otherwise);
  // One that ends or delays all the work counts more than one about the page.
  const kind = (['unauthorized', 'read_only', 'rate_limited'] as const).find((k) => kinds.includes(k)) ?? kinds[0];
  const said = errors.map(({ code, text, data }) => `${shown(data?.readonlyreason ?? text)} (${code})`).join(' ');
  return new WikiFault(kind, `${WHAT_TO_DO[kind]} It says: ${said}`, retryAfterSeconds, { cause });
}

interface FaultContext {
  readonly retryAfterSeconds?: number;
  readonly cause?: Error;
  /** What an error means that is not known here. Of an edit: that this page does not get it. */
  readonly otherwise?: WikiFaultKind;
}

function kindOf({ code, data }: ApiError): WikiFaultKind | undefined {
  return data?.blockinfo?.blockpartial ? 'protected' : KINDS.find(([pattern]) => pattern.test(code))?.[1];
}

/** A fault by the answer's HTTP status, where it is none of MediaWiki's own. */
export function httpFault(status: number, retryAfterSeconds?: number): WikiFault {
  const said = `It answered with HTTP ${status}.`;
  if (status === 429)
    return new WikiFault('rate_limited', `The wiki asks for fewer requests. ${said}`, retryAfterSeconds);
  if (status === 401 || status === 403)
    return new WikiFault('unauthorized', `The wiki’s web server does not let us in. ${said}`);
  if (status >= 500 || status === 408)
    return new WikiFault('unreachable', `The wiki cannot be reached now. ${said}`, retryAfterSeconds);
  if (status >= 300 && status < 400)
    return new WikiFault('misconfigured', `The address leads elsewhere. ${said} Give the address that it leads to.`);
  return new WikiFault('misconfigured', `There is no MediaWiki at this address. ${said} The address ends in api.php.`);
}

const shown = (text = '') =>
  text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 400) || 'no reason given';
