/** Jest runs the same ES modules as production; swc only strips the types. Layer: `npm test`. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } } }] },
  globalSetup: '<rootDir>/test/global-setup.ts',
  globalTeardown: '<rootDir>/test/global-teardown.ts',
  // For what hangs, not for what is slow: on a busy machine a process needs ten seconds to start.
  testTimeout: 120_000,
  setupFiles: ['<rootDir>/test/set-up.ts'],
  maxWorkers: 2,
};
