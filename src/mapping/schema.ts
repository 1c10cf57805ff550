/** A mapping file's form. The defaults of the connectors are such files too. */
import { z } from 'zod';

const path = z.string().min(1).describe('Where in the event, such as customer.status or duration');
const when = z
  .enum(['always', 'newest', 'if-empty', 'append'])
  .describe(
    'newest: unless a later call has written it. if-empty: only where the CRM has nothing. append: to a list',
  );
const plain = z.union([z.string(), z.number(), z.boolean()]);
const words = z
  .union([z.string(), z.strictObject({ en: z.string(), es: z.string() })])
  .describe('Text, or one for each LANGUAGE');

const source = {
  from: z
    .union([path, z.array(path).min(1)])
    .optional()
    .describe('A path of the event, or several: the first that holds something'),
  template: words.optional().describe('Text with {{path}} in it'),
  constant: z.union([plain, z.array(z.string())]).optional(),
};

export const fieldRule = z
  .strictObject({
    ...source,
    as: z
      .enum(['text', 'number', 'money', 'date', 'datetime', 'boolean', 'option', 'options', 'phone'])
      .optional()
      .describe('What the value is; by default what the CRM’s field takes'),
    formats: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('Date formats beside ISO 8601, such as DD/MM/YYYY'),
    decimal: z.enum(['.', ',']).optional().describe('For money: the sign before the cents'),
    values: z.record(z.string(), plain).optional().describe('What becomes of which value'),
    otherwise: plain.optional().describe('For a value that `values` does not name'),
    default: plain.optional().describe('Where the event holds nothing'),
    when: when.optional(),
    label: z.string().optional().describe('What provision names the field in the CRM'),
  })
  .refine(
    (rule) => [rule.from, rule.template, rule.constant].filter((each) => each !== undefined).length === 1,
    {
      message: 'needs exactly one of from, template and constant',
    },
  );

/** `null` takes a field of the default mapping away. */
const fields = z.record(z.string().min(1), z.union([fieldRule, path, z.null()]));

const TESTS = ['equals', 'in', 'contains', 'exists', 'atLeast', 'atMost'] as const;

export const condition = z
  .strictObject({
    path,
    equals: plain.optional(),
    in: z.array(plain).min(1).optional(),
    contains: z.string().optional().describe('A list holds this, or a text has it in it'),
    exists: z.boolean().optional(),
    atLeast: z.number().optional().describe('A number or an amount of money, this or more'),
    atMost: z.number().optional().describe('A number or an amount of money, this or less'),
    decimal: z.enum(['.', ',']).optional().describe('Of amounts: the sign before the cents'),
  })
  .refine((test) => TESTS.filter((name) => test[name] !== undefined).length === 1, {
    message: `needs exactly one of ${TESTS.join(', ')}`,
  });

const ownerId = z.union([z.string().min(1), z.number()]);
const owner = z
  .union([
    ownerId,
    z.strictObject({
      from: z.union([path, z.array(path).min(1)]),
      values: z.record(z.string(), ownerId).optional().describe('The CRM’s user id for each value'),
      otherwise: ownerId.optional(),
    }),
  ])
  .describe('The CRM’s user id; or where in the event it is; or one for each assistant, say');

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:00');

export const followUp = z.strictObject({
  all: z.array(condition).min(1).optional().describe('Every one of these holds'),
  any: z.array(condition).min(1).optional().describe('One of these holds'),
  subject: words,
  body: words.optional(),
  due: z
    .strictObject({
      from: z.union([path, z.array(path).min(1)]).optional(),
      formats: z.array(z.string()).min(1).optional(),
      in: z
        .string()
        .regex(
          /^\d{1,4} (business )?(hours?|days?)$/,
          'must be like `4 hours`, `1 day`, `3 business hours` or `2 business days`',
        )
        .optional()
        .describe('After the date, or after the call where there is none'),
      at: time.optional().describe('At this time of that day; by default when business hours begin'),
    })
    .optional()
    .describe('By default the call’s end; what falls outside business hours moves to when they begin'),
  priority: z.enum(['low', 'medium', 'high']).optional(),
  owner: owner.optional(),
});

const businessHours = z
  .strictObject({
    days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
    from: time,
    to: time,
  })
  .refine(({ from, to }) => from < to, { message: 'must begin before they end', path: ['to'] });

export const OUTCOMES = ['connected', 'voicemail', 'no-answer', 'busy', 'failed', 'wrong-number'] as const;
const kind = z.enum(OUTCOMES);

export const callRule = z.strictObject({
  outcome: z.union([kind, z.array(kind).min(1)]).optional(),
  direction: z.enum(['inbound', 'outbound']).optional(),
  shorterThan: z.number().positive().optional().describe('Seconds'),
  longerThan: z.number().nonnegative().optional().describe('Seconds'),
  do: z
    .enum(['log', 'log-only', 'skip'])
    .describe('log-only: the person is linked to, never written or created'),
});

const identity = z.union([
  z.enum(['key', 'phone', 'record-id']),
  z.strictObject({ field: z.string().min(1) }).describe('A unique field of yours that holds f_id'),
]);

export const mappingSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors only'),
  match: z
    .strictObject({
      by: z.array(identity).min(1).optional().describe('How to find the person, in this order'),
      onMissing: z.enum(['create', 'log-only', 'skip']).optional(),
      onMany: z.enum(['newest', 'oldest', 'skip']).optional(),
      object: z.string().optional().describe('Salesforce: Contact or Lead'),
      associate: z.array(z.enum(['company', 'opportunity'])).optional(),
    })
    .optional(),
  calls: z.array(callRule).optional().describe('Which calls to log; the first rule that fits decides'),
  person: fields.optional(),
  extracted: z
    .union([
      z.strictObject({
        prefix: z.string().optional().describe('Before the name, such as altur_'),
        suffix: z.string().optional().describe('After the name, such as __c'),
        case: z.enum(['snake', 'Capitals']).optional().describe('payment_amount or Payment_Amount'),
        when: when.optional(),
        formats: z.array(z.string()).min(1).optional(),
        except: z.array(z.string()).optional().describe('Extracted data that go elsewhere or nowhere'),
      }),
      z.null(),
    ])
    .optional()
    .describe('One rule for all extracted data: to the field of this name, where the CRM has it'),
  call: fields.optional(),
  task: fields.optional().describe('How a follow-up becomes a task of the CRM'),
  followUps: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'must be a short name of a–z, 0–9, - and _'),
      z.union([followUp, z.null()]),
    )
    .optional()
    .describe('Tasks: one for each call and rule that holds'),
  owner: owner.optional().describe('Who the call and its follow-ups belong to, unless a rule says otherwise'),
  businessHours: z
    .union([businessHours, z.null()])
    .optional()
    .describe('Of DEFAULT_TIMEZONE; null: at any time. By default Monday to Friday, 09:00 to 18:00'),
});

export type MappingFile = z.output<typeof mappingSchema>;
export type FieldRule = z.output<typeof fieldRule>;
export type Condition = z.output<typeof condition>;
export type FollowUpRule = z.output<typeof followUp>;
export type OwnerRule = z.output<typeof owner>;
export type BusinessHours = z.output<typeof businessHours>;
export type CallRule = z.output<typeof callRule>;
export type Localized = z.output<typeof words>;
