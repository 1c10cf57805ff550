import { expect, test } from '@jest/globals';
import { readRefusal } from '../../../connectors/hubspot/errors.ts';

test.each([
  [
    'JSON in the message',
    {
      category: 'VALIDATION_ERROR',
      message:
        'Property values were not valid: [{"isValid":false,"error":"INVALID_OPTION","name":"altur_status"}]',
    },
    { code: 'INVALID_OPTION', properties: ['altur_status'] },
  ],
  [
    'details',
    { category: 'VALIDATION_ERROR', errors: [{ code: 'INVALID_LONG', context: { propertyName: ['due'] } }] },
    { code: 'INVALID_LONG', properties: ['due'] },
  ],
  [
    'details that name the place only',
    { category: 'VALIDATION_ERROR', errors: [{ code: 'INVALID_EMAIL', in: 'email' }] },
    { code: 'INVALID_EMAIL', properties: ['email'] },
  ],
  [
    'a value another record has',
    {
      category: 'VALIDATION_ERROR',
      message:
        'Cannot set PropertyValueCoordinates{portalId=1, propertyName=national_id, value=x} on 5. 7 already has that value.',
    },
    { code: 'VALUE_ALREADY_IN_USE', properties: ['national_id'] },
  ],
  [
    'a property that is gone',
    {
      category: 'VALIDATION_ERROR',
      message: 'Property "altur_x" does not exist',
      errors: [{ code: 'PROPERTY_DOESNT_EXIST' }],
    },
    { code: 'PROPERTY_DOESNT_EXIST', properties: ['altur_x'] },
  ],
  [
    'an email another contact has',
    { category: 'CONFLICT', message: 'Contact already exists. Existing ID: 7' },
    { code: 'CONFLICT', properties: ['email'] },
  ],
  ['broken JSON in the message', { category: 'VALIDATION_ERROR', message: '[{x}]' }, { properties: [] }],
  ['nothing', undefined, { code: 'REFUSED', properties: [] }],
])('a refusal is read from %s', (_, error, expected) => {
  expect(readRefusal(error)).toMatchObject(expected);
});
