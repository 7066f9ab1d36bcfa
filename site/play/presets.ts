const texts = import.meta.glob<string>('../presets/*.js', { query: '?raw', import: 'default', eager: true });

/** Programs to begin with, in the order of their files. The first line of each is its title. */
export const presets: readonly { readonly title: string; readonly code: string }[] = Object.keys(texts).sort().map((file) => {
  const [first = '', ...rest] = (texts[file] ?? '').split('\n');
  return { title: first.replace('// ', ''), code: rest.join('\n') };
});
