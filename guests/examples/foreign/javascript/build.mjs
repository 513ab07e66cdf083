// node build.mjs WIT-FOLDER OUTPUT, with @bytecodealliance/componentize-js installed.

import { writeFileSync } from 'node:fs';
import { componentize } from '@bytecodealliance/componentize-js';

const [witPath, output] = process.argv.slice(2);
const { component } = await componentize({
  sourcePath: new URL('handler.js', import.meta.url).pathname,
  witPath,
  worldName: 'app',
});
writeFileSync(output, component);
