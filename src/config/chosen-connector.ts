/** The connector that CRM_CONNECTOR names, with the settings it reads from its own variables. */
import type { ConnectorDefinition } from '../../connectors/connector.ts';
import { connectors } from '../../connectors/index.ts';
import { nearest } from '../mapping/validate/nearest.ts';
import { givenTwice, withFiles } from './environment.ts';
import { Problems } from './problems.ts';

export interface ChosenConnector {
  readonly definition: ConnectorDefinition;
  /** Absent when they are not complete; `settingsProblems` then says why. */
  readonly settings?: unknown;
  readonly settingsProblems: Problems;
  readonly warnings: readonly string[];
}

type Given = Readonly<Record<string, string>>;

/**
 * Adds to `problems` when no connector can be chosen; it then answers the one that is probably meant, so that what its
 * variables lack can be said as well. `blank`: see Problems.
 */
export async function chooseConnector(
  given: Given,
  problems: Problems,
  blank: ReadonlySet<string>,
): Promise<ChosenConnector | undefined> {
  const name = given.CRM_CONNECTOR?.toLowerCase();
  const definition =
    name !== undefined && Object.hasOwn(connectors, name)
      ? await connectors[name]!()
      : await probableConnector(name, given, problems);
  return definition && readSettings(definition, given, blank);
}

/** The names of the connector's variables. */
export function settingNames({ settings }: ConnectorDefinition): readonly string[] {
  return Object.keys(settings.shape);
}

/** A connector's variables begin with its name. */
export function prefixOf({ name }: ConnectorDefinition): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_`;
}

function readSettings(
  definition: ConnectorDefinition,
  given: Given,
  blank: ReadonlySet<string>,
): ChosenConnector {
  const settingsProblems = new Problems(blank);
  const names = settingNames(definition);
  const own = withFiles(given, names, settingsProblems);
  const { data: settings, error } = definition.settings.safeParse(own);
  if (error) settingsProblems.issues(error, own);
  if (!settingsProblems.isEmpty) return { definition, settingsProblems, warnings: [] };
  const warnings = [...givenTwice(given, names, own), ...(definition.warnings?.(settings) ?? [])];
  return { definition, settings, settingsProblems, warnings };
}

/** By its name with a typing error, or by the variables that are set: of one connector alone. */
async function probableConnector(
  name: string | undefined,
  given: Given,
  problems: Problems,
): Promise<ConnectorDefinition | undefined> {
  const names = Object.keys(connectors);
  const all = await Promise.all(names.map((each) => connectors[each]!()));
  const similar = name === undefined ? undefined : nearest(name.replace(/[^a-z]/g, ''), names);
  const present = all.filter((definition) => hasVariables(definition, given));
  const meant = similar ?? (present.length === 1 ? present[0]!.name : undefined);
  const choice = `set it to one of ${names.join(', ')}`;
  if (name === undefined) {
    const advice =
      meant === undefined
        ? choice
        : `set CRM_CONNECTOR=${meant}, whose variables (${meant.toUpperCase()}_…) are set`;
    problems.missing('CRM_CONNECTOR', `is missing: ${advice}`);
  } else if (names.filter((each) => name.includes(each)).length > 1) {
    problems.wrong('CRM_CONNECTOR', `names several CRMs, and a deployment writes to one: ${choice}`);
    return undefined;
  } else {
    const advice = meant === undefined ? choice : `did you mean ${meant}? ${choice}`;
    problems.wrong('CRM_CONNECTOR', `there is no connector of this name: ${advice}`);
  }
  return all.find((definition) => definition.name === meant);
}

/** Values that are the default, as in a copied `.env.example`, say nothing about the CRM that is meant. */
function hasVariables(definition: ConnectorDefinition, given: Given): boolean {
  const { shape } = definition.settings;
  return Object.entries(given).some(
    ([variable, value]) =>
      variable.startsWith(prefixOf(definition)) && shape[variable]?.safeParse(undefined).data !== value,
  );
}
