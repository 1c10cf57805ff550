import { expect, test } from '@jest/globals';
import { CrmError } from '../connectors/connector.ts';
import { CommandError, UsageError } from '../src/commands/command-line.ts';
import { configError } from '../src/config/config-error.ts';
import { ListenError } from '../src/ingress/server.ts';
import { isOperatorError } from '../src/operator-error.ts';

test.each([
  [
    configError([{ kind: 'missing', variable: 'PORT', message: 'is missing' }], 'Set it.'),
    'CONFIG_INVALID',
    1,
  ],
  [new UsageError('status takes one call id'), 'USAGE', 2],
  [new CommandError('Redis does not answer', { code: 'REDIS_UNREACHABLE' }), 'REDIS_UNREACHABLE', 1],
  [new ListenError('cannot listen on port 80', { code: 'PORT_UNAVAILABLE' }), 'PORT_UNAVAILABLE', 1],
])('%s is for the operator, with a code and an exit code', (error, code, exitCode) => {
  expect(isOperatorError(error)).toBe(true);
  expect(error).toMatchObject({ code, exitCode });
});

test('an error of the CRM is for the operator, a defect of ours is not', () => {
  expect(isOperatorError(new CrmError('unauthorized', 'the token is wrong'))).toBe(true);
  expect(isOperatorError(new TypeError('x is undefined'))).toBe(false);
  expect(isOperatorError('no error')).toBe(false);
});
