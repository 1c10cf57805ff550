/** The whole suite. */
import { ACTIVITY_CASES } from './activities.ts';
import { BATCH_CASES } from './batches.ts';
import { BUDGET_CASES } from './budgets.ts';
import type { ContractCase } from './contract-case.ts';
import { DRY_RUN_CASES } from './dry-run.ts';
import { DRY_RUN_PEOPLE_CASES } from './dry-run-people.ts';
import { FAILURE_CASES } from './failures.ts';
import { FIELD_CASES } from './fields.ts';
import { LOOK_UP_CASES } from './look-up.ts';
import { MONITORING_CASES } from './monitoring.ts';
import { POLICY_CASES } from './policies.ts';
import { SECRECY_CASES } from './secrecy.ts';
import { SETUP_CASES } from './setup.ts';
import { SHUTDOWN_CASES } from './shutdown.ts';

export const CONTRACT_CASES: readonly ContractCase[] = [
  ...BATCH_CASES,
  ...ACTIVITY_CASES,
  ...LOOK_UP_CASES,
  ...POLICY_CASES,
  ...FIELD_CASES,
  ...FAILURE_CASES,
  ...SECRECY_CASES,
  ...SHUTDOWN_CASES,
  ...SETUP_CASES,
  ...DRY_RUN_CASES,
  ...DRY_RUN_PEOPLE_CASES,
  ...BUDGET_CASES,
  ...MONITORING_CASES,
];
