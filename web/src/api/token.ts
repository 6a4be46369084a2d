const KEY = 'wikitag.token';

/**
 * The user's token. The link that the service prints carries it as `#token=…`: it is taken from there once, kept for this
 * tab alone, and removed from the address, so that neither the history nor a copied address holds it.
 */
export function takeToken(): void {
  const given = /^#token=([^&]+)/.exec(location.hash)?.[1];
  if (given === undefined) return;
  keepToken(given); // has no character that an address encodes
  history.replaceState(null, '', location.pathname + location.search);
}

export const keepToken = (token: string): void => sessionStorage.setItem(KEY, token);

export const currentToken = (): string | null => sessionStorage.getItem(KEY);
