/** The expressions of the Grafana dashboard, as Grafana sends them. */
import { readFileSync } from 'node:fs';

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const FILE = new URL('../../deploy/grafana/altur-crm-sync.json', import.meta.url);

export interface PanelQuery {
  readonly title: string;
  readonly expr: string;
}

export function panelQueries(job: string): readonly PanelQuery[] {
  const { panels } = JSON.parse(readFileSync(FILE, 'utf8')) as { panels: readonly Panel[] };
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      title,
      expr: expr.replaceAll('$job', job).replaceAll('$__rate_interval', '1m').replaceAll('$__range', '5m'),
    })),
  );
}

/** The metrics that an expression reads. */
export function metricsIn(expr: string): readonly string[] {
  const withoutLabels = expr.replaceAll(/\{[^}]*\}/g, '');
  return [...withoutLabels.matchAll(/\baltur_\w+/g)].map(([name]) => name);
}
