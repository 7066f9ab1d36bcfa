import { elementary, type Helper } from './elementary.js';
import { random } from './random.js';
import { special } from './special.js';
import { trigonometric } from './trigonometric.js';

/** Functions that shaders may call; each shader gets those that it calls. */
const helpers: Readonly<Record<string, Helper>> = { ...elementary, ...trigonometric, ...special, ...random };

/** The code of the helpers of these names, and of what they call, each before those that call it. */
export function helperCode(names: Iterable<string>): readonly string[] {
  const codes = new Map<string, string>();
  const visit = (name: string): void => {
    const helper = helpers[name];
    if (helper === undefined) throw new Error(`no helper is called '${name}'`);
    if (codes.has(name)) return;
    (helper.needs ?? []).forEach(visit);
    codes.set(name, helper.code);
  };
  for (const name of names) visit(name);
  return [...codes.values()];
}
