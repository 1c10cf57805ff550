import { expect, test } from '@jest/globals';
import { readRejection } from '../../../connectors/hubspot/rejections.ts';

test.each([
  [
    'JSON in the message',
    {
      category: 'VALIDATION_ERROR',
      message:
        'Property values were not valid: [{"isValid":false,"error":"INVALID_OPTION","name":"altur_status"}]',
    },
    { code: 'INVALID_OPTION', fields: ['altur_status'] },
  ],
  [
    'details',
    { category: 'VALIDATION_ERROR', errors: [{ code: 'INVALID_LONG', context: { propertyName: ['due'] } }] },
    { code: 'INVALID_LONG', fields: ['due'] },
  ],
  [
    'details that name the place only',
    { category: 'VALIDATION_ERROR', errors: [{ code: 'INVALID_EMAIL', in: 'email' }] },
    { code: 'INVALID_EMAIL', fields: ['email'] },
  ],
  [
    'a value another record has',
    {
      category: 'VALIDATION_ERROR',
      message:
        'Cannot set PropertyValueCoordinates{portalId=1, propertyName=national_id, value=x} on 5. 7 already has that value.',
    },
    { code: 'VALUE_ALREADY_IN_USE', fields: ['national_id'] },
  ],
  [
    'a property that is gone',
    {
      category: 'VALIDATION_ERROR',
      message: 'Property "altur_x" does not exist',
      errors: [{ code: 'PROPERTY_DOESNT_EXIST' }],
    },
    { code: 'PROPERTY_DOESNT_EXIST', fields: ['altur_x'] },
  ],
  [
    'an email another contact has',
    { category: 'CONFLICT', message: 'Contact already exists. Existing ID: 7' },
    { code: 'CONFLICT', fields: ['email'] },
  ],
  ['broken JSON in the message', { category: 'VALIDATION_ERROR', message: '[{x}]' }, { fields: [] }],
  ['nothing', undefined, { code: 'REJECTED', fields: [] }],
])('a rejection is read from %s', (_, error, expected) => {
  expect(readRejection(error)).toMatchObject(expected);
});
