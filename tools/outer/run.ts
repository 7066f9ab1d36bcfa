// `npm run outer`: the tests of all ops, and those against values of Lasagne, on the WASM backend in the Node of the
// machine, the oldest that we know to be in use: test runners of today do not start there, so they run by themselves.
import { spawnSync } from 'node:child_process';
import { outerNode } from '../check/command.ts';
import { root } from '../workspace.ts';
import { mirror } from './mirror.ts';

const node = outerNode();
if (node === undefined) throw new Error('no Node was found on PATH outside of node_modules');
const folder = `${root}.cache/outer`;
mirror(folder);
process.exitCode = spawnSync(node, ['suite.mjs'], { cwd: folder, stdio: 'inherit' }).status ?? 1;
