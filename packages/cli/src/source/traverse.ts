import { createRequire } from 'node:module';

/** Babel's walk with scopes. It is CommonJS, whose default export engines and test runners unwrap differently. */
export const traverse: typeof import('@babel/traverse').default = (createRequire(import.meta.url)('@babel/traverse') as typeof import('@babel/traverse')).default;
