import { describeContract } from './contract/describe-contract.ts';
import { harness } from './salesforce/contract-harness.ts';

describeContract(harness);
