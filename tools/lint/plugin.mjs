// The rules of the house, as an oxlint plugin. Each one has its cases in plugin.test.ts.
import { lazyDefaults } from './lazyDefaults.mjs';
import { noInlineDefaults } from './noInlineDefaults.mjs';
import { noPow } from './noPow.mjs';
import { packageImports } from './packageImports.mjs';

export default {
  meta: { name: 'pastina' },
  rules: { 'lazy-defaults': lazyDefaults, 'no-inline-defaults': noInlineDefaults, 'no-pow': noPow, 'package-imports': packageImports },
};
