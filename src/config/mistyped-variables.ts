/** Variables with a typing error: they would silently be missing, or a default. */
import type { ConnectorDefinition } from '../../connectors/connector.ts';
import { connectors } from '../../connectors/index.ts';
import { nearest } from '../mapping/validate/nearest.ts';
import { prefixOf, settingNames } from './chosen-connector.ts';
import { variableNames } from './variables.ts';

/** Shorter names are near to too many others, and longer ones than this many errors are another name. */
const MIN_LENGTH = 8;
const MAX_ERRORS = 2;

/**
 * Answers a warning for each variable that is not one of the service's or of `definition`, and begins as those do or is
 * almost one of them that is not set. `any`: no connector is chosen, so the variables of all are known.
 */
export async function mistypedVariables(
  environment: NodeJS.ProcessEnv,
  definition: ConnectorDefinition | 'any' | undefined,
): Promise<string[]> {
  const definitions =
    definition === 'any'
      ? await Promise.all(Object.values(connectors).map((load) => load()))
      : definition
        ? [definition]
        : [];
  const known = [...variableNames, ...definitions.flatMap(settingNames)];
  return mistyped(environment, ['ALTUR_', ...definitions.map(prefixOf)], known);
}

function mistyped(
  environment: NodeJS.ProcessEnv,
  prefixes: readonly string[],
  known: readonly string[],
): string[] {
  const isSet = (name: string) => (environment[name] ?? environment[`${name}_FILE`] ?? '').trim() !== '';
  const free = known.filter((name) => !isSet(name));
  const knownNames = new Set(known.flatMap((name) => [name, `${name}_FILE`]));
  return Object.keys(environment)
    .filter((name) => !knownNames.has(name) && environment[name]?.trim() !== '')
    .flatMap((name) => {
      const meant = similar(name, free) ?? withFile(similar(name.replace(/_FILE$/i, ''), free));
      if (meant !== undefined) return [`${name} is not a variable of this service: did you mean ${meant}?`];
      const prefix = prefixes.find((each) => name.startsWith(each));
      if (prefix === undefined) return [];
      const names = known.filter((each) => each.startsWith(prefix)).join(', ');
      return [`${name} is not a variable of this service: those that begin so are ${names}`];
    });
}

function withFile(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${name}_FILE`;
}

function similar(name: string, candidates: readonly string[]): string | undefined {
  // OpenTelemetry reads variables of its own, and npm sets one for each setting.
  if (name.length < MIN_LENGTH - 1 || /^(OTEL_|npm_)/.test(name)) return undefined;
  return nearest(
    name,
    candidates.filter(({ length }) => length >= MIN_LENGTH),
    MAX_ERRORS,
  );
}
