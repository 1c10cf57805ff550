/** What is wrong with `SALESFORCE_LOGIN_URL`: https://help.salesforce.com/s/articleView?id=xcloud.domain_name_url_formats.htm */
import { isNearby, urlProblem } from '../connector.ts';

export const MY_DOMAIN = 'https://example.my.salesforce.com';
const WHERE = 'Setup → My Domain shows it';

/** Hosts that people see in their browser, and what each is. The host of the login URL has the same first part. */
const OTHER_HOSTS: readonly (readonly [RegExp, string])[] = [
  [/^(.+)\.lightning\.force\.com$/, 'is the address of Lightning pages'],
  [/^(.+?)(?:\.my|\.lightning)?\.salesforce-setup\.com$/, 'is the address of the Setup pages'],
  [/^(.+?)\.my\.site\.com$/, 'is the address of an Experience Cloud site'],
  [/^(.+?)\.my\.salesforce-sites\.com$/, 'is the address of a Salesforce Site'],
  [/^(.+)\.(?:file|content)\.force\.com$/, 'is the address of files'],
];
/** `acme--c.vf.force.com`, `acme--dev--c.sandbox.vf.force.com`, `acme--c.na1.visual.force.com`, `acme--c.visualforce.com` */
const VISUALFORCE =
  /^(.+)--\w+(?:(\.\w+)?\.(?:vf|container|documentforce)\.force|(?:\.\w+)?\.visual\.force|\.visualforce|\.documentforce)\.com$/;

/** Undefined where nothing is wrong. `isJwt`: the JWT bearer flow works at the common login hosts too. */
export function loginUrlProblem(value: string, isJwt: boolean): string | undefined {
  const host = hostOf(value);
  return otherHostProblem(host, isJwt) ?? urlProblem(value, { example: MY_DOMAIN });
}

/** A host that may well be right, such as a proxy, and most often is a typing error. */
export function loginUrlWarning(value: string): string | undefined {
  const host = hostOf(value);
  if (`https://${host}` === MY_DOMAIN) {
    return `SALESFORCE_LOGIN_URL: is the example: write your own My Domain URL (${WHERE})`;
  }
  if (
    isNearby(host) ||
    /\.my\.(salesforce\.(com|mil)|sfcrmproducts\.cn)$|^(login|test)\.salesforce\.com$/.test(host)
  ) {
    return undefined;
  }
  return `SALESFORCE_LOGIN_URL: does not end in .my.salesforce.com, as a My Domain URL does (${WHERE})`;
}

/** In lower case; also of a value without a scheme. Empty where there is none. */
function hostOf(value: string): string {
  const url = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `https://${value}`;
  return URL.canParse(url) ? new URL(url).hostname : '';
}

function otherHostProblem(host: string, isJwt: boolean): string | undefined {
  if (host === 'login.salesforce.com' || host === 'test.salesforce.com') {
    if (isJwt) return undefined;
    return `is the login page of all orgs, where the client credentials flow does not work: write your My Domain URL, such as ${MY_DOMAIN} (${WHERE})`;
  }
  for (const [form, what] of OTHER_HOSTS) {
    const name = form.exec(host)?.[1];
    if (name !== undefined) return `${what}: write https://${name}.my.salesforce.com`;
  }
  const [, name, kind = ''] = VISUALFORCE.exec(host) ?? [];
  if (name !== undefined)
    return `is the address of Visualforce pages: write https://${name}${kind}.my.salesforce.com`;
  if (/(^|\.)(force|site|salesforce-sites|salesforce-experience)\.com$/.test(host)) {
    return `is the address of a site: write your My Domain URL, such as ${MY_DOMAIN} (${WHERE})`;
  }
  if (/^[a-z]+\d+\.salesforce\.com$/.test(host)) {
    return `names a server, not your org: write your My Domain URL, such as ${MY_DOMAIN} (${WHERE})`;
  }
  const own = /^([^.]+)\.salesforce\.com$/.exec(host)?.[1];
  if (own !== undefined && !/^(www|help|trailhead|my|developer)$/.test(own)) {
    return `lacks .my: write https://${own}.my.salesforce.com`;
  }
  if (/^(www|help|developer|my|trailhead)?\.?salesforce\.com$/.test(host)) {
    return `is not your org’s: write your My Domain URL, such as ${MY_DOMAIN} (${WHERE})`;
  }
  return undefined;
}
