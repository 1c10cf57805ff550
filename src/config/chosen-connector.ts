/** The connector that CRM_CONNECTOR names, with the settings it reads from its own variables. */
import type { ConnectorDefinition } from '../../connectors/connector.ts';
import { connectors } from '../../connectors/index.ts';
import { withFiles } from './environment.ts';
import { problemsOf } from './variables.ts';

export interface ChosenConnector {
  readonly definition: ConnectorDefinition;
  /** Absent when they are not complete; `settingsProblems` then says why. */
  readonly settings?: unknown;
  readonly settingsProblems: readonly string[];
}

/** Adds to `problems` when no connector can be chosen. */
export async function chooseConnector(
  given: Readonly<Record<string, string>>,
  problems: string[],
): Promise<ChosenConnector | undefined> {
  const names = Object.keys(connectors).join(', ');
  const name = given.CRM_CONNECTOR;
  if (name === undefined) {
    problems.push(`CRM_CONNECTOR: is missing: set it to one of ${names}`);
    return undefined;
  }
  if (!Object.hasOwn(connectors, name)) {
    problems.push(`CRM_CONNECTOR: there is no connector of this name: set it to one of ${names}`);
    return undefined;
  }
  const definition = await connectors[name]!();
  const own = withFiles(given, settingNames(definition), problems);
  const { data: settings, error } = definition.settings.safeParse(own);
  return { definition, settings, settingsProblems: error ? problemsOf(error) : [] };
}

/** The names of the connector's variables. */
export function settingNames({ settings }: ConnectorDefinition): readonly string[] {
  return Object.keys(settings.shape);
}
