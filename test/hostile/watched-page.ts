/**
 * A page in the real browser, watched for what foreign text must never do there: run, open a dialog or a window, ask
 * another site, or become an element.
 */
import type { Browser, Page } from 'playwright-core';

export interface WatchedPage {
  readonly page: Page;
  /** What has happened on all pages since the last time, with what foreign text has become on this one. */
  findings(): Promise<string[]>;
  /** All text of the page and its frames, as it was given. */
  text(): Promise<string>;
  close(): Promise<void>;
}

const LINKS = /^(src|href|action|formaction|srcset|poster|xlink:href)$/;
/** Scripts of the hostile values set it. */
const RAN = `(document.title === 'hacked' || document.title === '1' ? ['a script ran'] : [])`;
/**
 * Elements and attributes that no page of ours has. A policy keeps most of them from doing anything: that they are
 * there at all means that something was not escaped.
 */
const INJECTED = `(() => {
const leadsElsewhere = (address) => {
  const { protocol, host } = URL.parse(address, document.baseURI) ?? {};
  return !/^(https?|data):$/.test(protocol) || /^data:text/i.test(address) || /evil\\.example$/.test(host);
};
return [...document.querySelectorAll('*')].flatMap((element) => {
  const { localName } = element;
  const isData = element.type === 'application/json';
  const names = ['x-injected', 'object', 'embed', 'frame', 'marquee'];
  const isForeign = names.includes(localName) || (localName === 'script' && !element.src && !isData) ||
    (localName === 'meta' && element.httpEquiv !== '');
  const attributes = [...element.attributes].filter(({ name, value }) =>
    /^on/.test(name) || name === 'srcdoc' || (${LINKS}.test(name) && leadsElsewhere(value)));
  return [...(isForeign ? ['the element ' + localName] : []),
    ...attributes.map(({ name, value }) => 'the attribute ' + name + '=' + value)];
}).concat(${RAN});
})()`;
export async function watchPage(
  browser: Browser,
  origin: string,
  httpCredentials?: { username: string; password: string },
): Promise<WatchedPage> {
  const context = await browser.newContext({ ...(httpCredentials && { httpCredentials }) });
  let happened: string[] = [];
  await context.route(
    ({ href }) => !href.startsWith(`${origin}/`) && !href.startsWith('data:'),
    (route) => {
      happened.push(`asks ${route.request().url()}`);
      return route.abort();
    },
  );
  const page = await context.newPage();
  context.on('page', (opened) => happened.push(`opens ${opened.url()}`));
  page.on('dialog', (dialog) => {
    happened.push(`a dialog says ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on('pageerror', ({ message }) => happened.push(`fails with ${message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') happened.push(`complains: ${message.text()}`);
  });
  const ask = <T>(expression: string) =>
    Promise.all(page.frames().map((frame) => frame.evaluate(expression) as Promise<T>));
  return {
    page,
    async findings() {
      const present = await ask<string[]>(INJECTED).catch(({ message }: Error) => [
        // Something has led elsewhere meanwhile.
        [`cannot be read: ${message}`],
      ]);
      const found = [...happened, ...present.flat()];
      happened = [];
      return found;
    },
    text: async () => (await ask<string>('document.body.textContent')).join('\n'),
    close: () => context.close(),
  };
}
