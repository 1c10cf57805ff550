import type { MappingFile } from './schema/mapping-file.ts';

/** Applies a mapping file to the default: sections are merged key by key, `null` removes a field, follow-up or rule. */
export function applyOverrides(defaults: MappingFile, overrides: MappingFile): MappingFile {
  return {
    ...defaults,
    ...overrides,
    match: { ...defaults.match, ...overrides.match },
    person: { ...defaults.person, ...overrides.person },
    call: { ...defaults.call, ...overrides.call },
    task: { ...defaults.task, ...overrides.task },
    followUps: { ...defaults.followUps, ...overrides.followUps },
    extracted:
      overrides.extracted === undefined
        ? defaults.extracted
        : overrides.extracted && { ...defaults.extracted, ...overrides.extracted },
  };
}
