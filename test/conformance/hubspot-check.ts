/**
 * Checks what HubSpot is asked, and what its simulator answers, against HubSpot's OpenAPI files: path, query and body. The
 * schemas are closed: what they do not name is wrong.
 */
import { Ajv, type ValidateFunction } from 'ajv';
import type { ExchangeCheck } from '../simulators/kit/exchange-check.ts';
import type { HttpRequest } from '../simulators/kit/http-message.ts';
import { type Route, readSchemas, type Schema } from './hubspot-schemas.ts';

/** In place of `{objectType}`, `{fromObjectType}`, `{toObjectType}`. */
const OBJECT_TYPES = '(?:contacts|calls|tasks|companies)';
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface FoundRoute extends Route {
  readonly name: string;
}

export function hubspotCheck(): ExchangeCheck {
  const { routes, schemas } = readSchemas();
  const ajv = new Ajv({ strict: false, allErrors: false });
  ajv.addFormat('date-time', DATE_TIME).addFormat('uuid', UUID);
  ajv.addFormat('int32', { type: 'number', validate: (value: number) => Math.abs(value) < 2 ** 31 });
  ajv.addFormat('int64', { type: 'number', validate: Number.isSafeInteger });
  ajv.addSchema({ $id: 'hubspot', schemas });
  const patterns = Object.entries(routes).map(
    ([name, route]) => [patternOf(name), { ...route, name }] as const,
  );
  const compiled = new Map<string, ValidateFunction>();

  /** Compiled when it is first needed: most test files use a few. */
  const wrongIn = (name: string, value: unknown): string | undefined => {
    const validate = compiled.get(name) ?? ajv.compile({ $ref: `hubspot#/schemas/${name}` });
    compiled.set(name, validate);
    if (validate(value)) return undefined;
    const [error] = validate.errors!;
    const { additionalProperty, allowedValues } = error!.params as Record<string, unknown>;
    const detail = additionalProperty ?? allowedValues;
    return `${name}${error!.instancePath} ${error!.message}${detail === undefined ? '' : ` (${detail})`}`;
  };

  const routeOf = ({ method, url }: HttpRequest): FoundRoute | undefined => {
    const asked = `${method} ${url.split('?')[0]}`;
    return patterns.find(([pattern]) => pattern.test(asked))?.[1];
  };

  return {
    request(request) {
      const route = routeOf(request);
      const asked = `${request.method} ${request.url.split('?')[0]}`;
      if (!route) return [`${asked}: no such route in HubSpot’s files`];
      return [...wrongInQuery(request, route), ...wrongInBody(request, route, wrongIn)].map(
        (wrong) => `${route.name}: ${wrong}`,
      );
    },
    response(request, { status, body }) {
      const route = routeOf(request);
      if (!route) return [];
      const schema = route.answers[status] ?? (status >= 400 ? route.answers.default : undefined);
      const answer = `${route.name}: the answer ${status}`;
      if (schema === undefined && status in route.answers === false)
        return [`${answer} is not in HubSpot’s files`];
      if (schema === null || schema === undefined)
        return body === '' ? [] : [`${answer} has a body, and should have none`];
      const wrong = wrongIn(schema, parsed(body));
      return wrong === undefined ? [] : [`${answer}: ${wrong}`];
    },
  };
}

function patternOf(name: string): RegExp {
  const source = name
    .replace(/\{\w*objectType\}/gi, OBJECT_TYPES)
    .replace('{propertyName}', '(?!groups$)[^/]+')
    .replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${source.replaceAll('.', '\\.')}$`);
}

function wrongInQuery({ url }: HttpRequest, { query }: FoundRoute): readonly string[] {
  return [...new URL(url, 'http://localhost').searchParams].flatMap(([name, value]) => {
    const schema = query[name];
    if (!schema) return [`the query parameter ${name} is not in HubSpot’s files`];
    return fits(value, schema) ? [] : [`the query parameter ${name} may not be ${value}`];
  });
}

function fits(value: string, { type, enum: values }: Schema): boolean {
  if (type === 'integer') return /^\d+$/.test(value);
  if (type === 'boolean') return value === 'true' || value === 'false';
  return !Array.isArray(values) || values.includes(value);
}

function wrongInBody(
  { body }: HttpRequest,
  route: FoundRoute,
  wrongIn: (name: string, value: unknown) => string | undefined,
): readonly string[] {
  if (route.body === undefined) return body === '' ? [] : ['has a body, and should have none'];
  const wrong = wrongIn(route.body, parsed(body));
  return wrong === undefined ? [] : [wrong];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
