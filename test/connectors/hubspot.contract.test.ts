import { describeContract } from './contract/describe-contract.ts';
import { harness } from './hubspot/contract-harness.ts';

describeContract(harness);
