export const insert = (text: string, at: number, more: string) => text.slice(0, at) + more + text.slice(at);
export const cut = (text: string, from: number, to: number) => text.slice(0, from) + text.slice(to);
export const lineStart = (text: string, at: number) => text.lastIndexOf('\n', at - 1) + 1;
