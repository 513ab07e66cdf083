// The child process of reference.ts: validates one component after the other, and ends when its
// parent does or when the validator has panicked.

import type { ReferenceRequest } from './reference.ts';
import { validate } from './reference-validate.ts';

process.on('disconnect', () => process.exit());
process.on('message', ({ bytes }: ReferenceRequest) => {
  const answer = validate(bytes);
  process.send?.(answer, () => {
    if (answer.verdict === 'panicked') process.exit(1);
  });
});
