import { useSyncExternalStore } from 'react';

const system = matchMedia('(prefers-color-scheme: dark)');

function subscribe(changed: () => void): () => void {
  const switched = new MutationObserver(changed);
  switched.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  system.addEventListener('change', changed);
  return () => {
    switched.disconnect();
    system.removeEventListener('change', changed);
  };
}

/** Whether the page is dark now: the canvas knows no style sheet. */
export function useDark(): boolean {
  return useSyncExternalStore(subscribe, () => {
    const theme = document.documentElement.dataset['theme'];
    return theme === 'dark' || (theme !== 'light' && system.matches);
  });
}
