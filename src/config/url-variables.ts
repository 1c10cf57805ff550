/** The service's own variables that are URLs: what is wrong with one, and what is probably wrong. */
import { isNearby, type UrlForm, urlProblem } from '../../connectors/connector.ts';

const ALTUR_API = 'https://api.altur.io/api/v1.0';

export function alturApiUrlProblem(value: string): string | undefined {
  const [, host, rest = ''] = /^(?:https?:\/\/)?((?:[\w-]+\.)*altur\.io)\/?(.*)$/i.exec(value) ?? [];
  if (host !== undefined && (host.toLowerCase() !== 'api.altur.io' || rest === '')) {
    return `is not the base URL of Altur’s API: write ${ALTUR_API}, or leave it out`;
  }
  return urlProblem(value, { example: ALTUR_API, path: true });
}

export function publicUrlProblem(value: string): string | undefined {
  if (/hooks\.slack\.com/i.test(value)) return 'is an incoming webhook: set it as ALERT_WEBHOOK_URL';
  const form: UrlForm = { example: 'https://altur.example.com', path: true, plain: true };
  const problem = urlProblem(value, form);
  if (problem !== undefined || !/[?#]/.test(value)) return problem;
  return `must not have a query (? or #): write it like ${form.example}`;
}

/** The dashboard's own address. */
export function endsInDashboard(publicUrl: string): boolean {
  return /\/dashboard\/*$/.test(URL.parse(publicUrl)?.pathname ?? '');
}

/** A secret. */
export function alertUrlProblem(value: string): string | undefined {
  const example = 'https://hooks.slack.com/services/…';
  return urlProblem(value, { example, path: true, plain: true, secret: true });
}

export function ingressUrlProblem(value: string): string | undefined {
  return urlProblem(value, { example: 'http://127.0.0.1:3000', path: true, plain: true });
}

export function otlpUrlProblem(value: string): string | undefined {
  return urlProblem(value, { example: 'http://collector:4318', path: true, plain: true });
}

interface UrlVariables {
  readonly PUBLIC_URL?: string | undefined;
  readonly ALERT_WEBHOOK_URL?: string | undefined;
}

export function urlWarnings({ PUBLIC_URL, ALERT_WEBHOOK_URL }: UrlVariables): string[] {
  const warnings: string[] = [];
  const page = PUBLIC_URL === undefined ? undefined : new URL(PUBLIC_URL);
  if (page && isNearby(page.hostname)) {
    warnings.push('PUBLIC_URL: names this machine or its network, so the links in alerts open nowhere else');
  } else if (page?.protocol === 'http:') {
    warnings.push('PUBLIC_URL: is http://, so the dashboard’s password travels unencrypted: use https://');
  }
  if (PUBLIC_URL !== undefined && endsInDashboard(PUBLIC_URL)) {
    warnings.push('PUBLIC_URL: ends in /dashboard, which links add themselves: write what comes before it');
  }
  if (ALERT_WEBHOOK_URL !== undefined) {
    const { protocol, hostname } = new URL(ALERT_WEBHOOK_URL);
    if (protocol === 'http:' && !isNearby(hostname)) {
      warnings.push(
        'ALERT_WEBHOOK_URL: is http://, so alerts and its secret travel unencrypted: use https://',
      );
    }
  }
  return warnings;
}
