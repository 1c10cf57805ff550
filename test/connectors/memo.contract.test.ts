/** The sample connector keeps the contract. */
import { harness } from '../fixtures/connectors/memo/contract-harness.ts';
import { describeContract } from './contract/describe-contract.ts';

describeContract(harness);
