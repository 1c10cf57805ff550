/** Before each test file: away from the checkout, whose `config/mapping.yaml` may be a user's own. */
import { ELSEWHERE } from './entry.ts';

process.chdir(ELSEWHERE);
