import curve from '../presets/curve.js?raw';
import digits from '../presets/digits.js?raw';
import error from '../presets/error.js?raw';
import explain from '../presets/explain.js?raw';

/** Programs to begin with. The first line of each is its title. */
export const presets: readonly { readonly title: string; readonly code: string }[] = [digits, explain, curve, error].map((text) => {
  const [first = '', ...rest] = text.split('\n');
  return { title: first.replace('// ', ''), code: rest.join('\n') };
});
