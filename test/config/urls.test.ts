/** URLs as people copy them from the address bar: each mistake is named, with the URL to write. */
import { describe, expect, test } from '@jest/globals';
import { HUBSPOT, lineOf, load, message, SALESFORCE } from './message.ts';

const ACME = 'https://acme.my.salesforce.com';
const DEV = 'https://acme--dev.sandbox.my.salesforce.com';

describe('SALESFORCE_LOGIN_URL', () => {
  test.each([
    [ACME],
    [`${ACME}/`],
    [` ${ACME} `],
    ['HTTPS://ACME.my.salesforce.com'],
    [DEV],
    ['https://acme-dev-ed.develop.my.salesforce.com'],
    ['https://acme.my.salesforce.mil'],
    ['http://127.0.0.1:4000'],
    ['http://localhost:4000'],
    ['http://[::1]:4000'],
    ['http://simulator:4000'],
    ['http://10.0.0.7:4000'],
    ['http://172.17.0.1:4000'],
  ])('may be %s', async (url) => {
    expect((await load({ ...SALESFORCE, SALESFORCE_LOGIN_URL: url })).warnings).toEqual([]);
  });

  test.each([
    ['acme.my.salesforce.com', `does not begin with https://: write ${ACME}`],
    ['acme', 'does not begin with https://: write it like https://example.my.salesforce.com'],
    ['https:/acme.my.salesforce.com', 'does not begin with https://'],
    ['ftp://acme.my.salesforce.com', 'must begin with https://'],
    ['http://acme.my.salesforce.com', `is http://, which is not encrypted: write ${ACME}`],
    ['http://52.1.2.3', 'is http://, which is not encrypted: write https://52.1.2.3'],
    [`${ACME}/services/oauth2/token`, `must end after the host: write ${ACME}`],
    [`${ACME}?foo=1`, `must end after the host: write ${ACME}`],
    [`${ACME}/#setup`, `must end after the host: write ${ACME}`],
    ['https://me:pw@acme.my.salesforce.com', 'must not hold a user name or a password'],
    ['https://acme.my sales.com', 'has a blank or a line break in it'],
    ['https://', 'is not a URL'],
    ['https://acme.lightning.force.com', `is the address of Lightning pages: write ${ACME}`],
    ['acme.lightning.force.com/lightning/page/home', `write ${ACME}`],
    ['https://acme--dev.sandbox.lightning.force.com/', `write ${DEV}`],
    ['https://acme.develop.lightning.force.com', 'write https://acme.develop.my.salesforce.com'],
    [
      'https://acme.my.salesforce-setup.com/lightning/setup',
      `is the address of the Setup pages: write ${ACME}`,
    ],
    ['https://acme.salesforce-setup.com', `write ${ACME}`],
    ['https://acme--dev.sandbox.my.salesforce-setup.com', `write ${DEV}`],
    [
      'https://login.salesforce.com',
      'is the login page of all orgs, where the client credentials flow does not work',
    ],
    ['https://test.salesforce.com/', 'is the login page of all orgs'],
    ['https://acme--c.vf.force.com/apex/page', `is the address of Visualforce pages: write ${ACME}`],
    ['https://acme--dev--c.sandbox.vf.force.com', `write ${DEV}`],
    ['https://acme--c.visualforce.com', `write ${ACME}`],
    ['https://acme--c.na139.visual.force.com', `write ${ACME}`],
    ['https://acme.my.site.com/portal', `is the address of an Experience Cloud site: write ${ACME}`],
    ['https://acme--dev.sandbox.my.site.com', `write ${DEV}`],
    ['https://acme.my.salesforce-sites.com', `write ${ACME}`],
    ['https://acme.file.force.com', `write ${ACME}`],
    ['https://acme.force.com', 'is the address of a site: write your My Domain URL'],
    ['https://na139.salesforce.com', 'names a server, not your org: write your My Domain URL'],
    ['https://acme.salesforce.com', `lacks .my: write ${ACME}`],
    ['https://www.salesforce.com', 'is not your org’s'],
  ])('%s', async (url, says) => {
    expect(await lineOf('SALESFORCE_LOGIN_URL', { ...SALESFORCE, SALESFORCE_LOGIN_URL: url })).toContain(
      says,
    );
    expect(await message({ ...SALESFORCE, SALESFORCE_LOGIN_URL: url })).toMatch(
      /^The configuration is wrong:/,
    );
  });

  test('is warned of where it is a host that Salesforce does not have', async () => {
    const { warnings } = await load({
      ...SALESFORCE,
      SALESFORCE_LOGIN_URL: 'https://acme.my.salesfroce.com',
    });
    expect(warnings).toEqual([expect.stringMatching(/^SALESFORCE_LOGIN_URL: does not end in/)]);
  });

  test('is warned of where it is the example', async () => {
    const { warnings } = await load({
      ...SALESFORCE,
      SALESFORCE_LOGIN_URL: 'https://example.my.salesforce.com',
    });
    expect(warnings).toEqual([expect.stringMatching(/^SALESFORCE_LOGIN_URL: is the example/)]);
  });
});

describe('the other URLs', () => {
  test.each([
    [
      'HUBSPOT_API_URL',
      'https://app.hubspot.com/contacts/123',
      /write https:\/\/api\.hubapi\.com, or leave it out/,
    ],
    ['HUBSPOT_API_URL', 'app-eu1.hubspot.com', /is where people use HubSpot/],
    [
      'HUBSPOT_API_URL',
      'https://api.hubapi.com/crm/v3',
      /must end after the host: write https:\/\/api\.hubapi\.com$/,
    ],
    ['HUBSPOT_API_URL', 'http://api.hubapi.com', /is http:\/\/.*: write https:\/\/api\.hubapi\.com$/],
    ['HUBSPOT_API_URL', 'api.hubapi.com', /write https:\/\/api\.hubapi\.com$/],
    ['ALTUR_API_URL', 'https://app.altur.io', /write https:\/\/api\.altur\.io\/api\/v1\.0, or leave it out/],
    ['ALTUR_API_URL', 'https://api.altur.io', /write https:\/\/api\.altur\.io\/api\/v1\.0/],
    [
      'ALTUR_API_URL',
      'http://altur.example.com/api',
      /is http:\/\/.*write https:\/\/altur\.example\.com\/api$/,
    ],
    ['PUBLIC_URL', 'altur.example.com', /write https:\/\/altur\.example\.com$/],
    ['PUBLIC_URL', 'localhost:3000', /write it like https:/],
    ['PUBLIC_URL', 'https://altur.example.com/?a=1', /must not have a query/],
    ['PUBLIC_URL', 'https://hooks.slack.com/services/T0/B0/x', /set it as ALERT_WEBHOOK_URL/],
    ['ALERT_WEBHOOK_URL', 'hooks.slack.com/services/x', /does not begin with https:\/\/: write it like/],
    ['INGRESS_URL', 'ingress:3000', /write it like http:\/\/127\.0\.0\.1:3000/],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', /write it like http:\/\/collector:4318/],
  ])('%s=%s', async (variable, url, says) => {
    expect(await lineOf(variable, { ...HUBSPOT, [variable]: url })).toMatch(says);
  });

  test.each([
    ['PUBLIC_URL', 'http://localhost:3000', /open nowhere else/],
    ['PUBLIC_URL', 'http://altur.example.com', /unencrypted: use https/],
    ['PUBLIC_URL', 'https://altur.example.com/dashboard', /ends in \/dashboard/],
    ['ALERT_WEBHOOK_URL', 'http://chat.example.com/hooks/x', /unencrypted: use https/],
  ])('%s=%s works, with a warning', async (variable, url, says) => {
    const { warnings } = await load({ ...HUBSPOT, [variable]: url });
    expect(warnings).toEqual([expect.stringMatching(says)]);
  });

  test.each([
    { PUBLIC_URL: 'https://altur.example.com/crm-sync/' },
    { HUBSPOT_API_URL: 'https://api.hubapi.com/' },
    { HUBSPOT_API_URL: 'http://simulator:4000' },
    { ALTUR_API_URL: 'https://api.altur.io/api/v1.0/' },
    { ALERT_WEBHOOK_URL: 'https://hooks.slack.com/services/T0/B0/x' },
    { INGRESS_URL: 'https://altur.example.com' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.example.com:4318' },
  ])('%j works without a warning', async (given) => {
    expect((await load({ ...HUBSPOT, ...given })).warnings).toEqual([]);
  });
});
