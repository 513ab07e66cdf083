// node build.mjs WIT-FOLDER HANDLER OUTPUT, with @bytecodealliance/componentize-js installed.

import { writeFileSync } from 'node:fs';
import { componentize } from '@bytecodealliance/componentize-js';

const [witPath, sourcePath, output] = process.argv.slice(2);
const { component } = await componentize({
  sourcePath,
  witPath,
  worldName: 'app',
});
writeFileSync(output, component);
