/** A default is read only where the option was left out, since that gives notice of announced changes: never as an argument. */
export const lazyDefaults = {
  create(context) {
    const tell = (node) => node?.type === 'CallExpression' && node.callee.name === 'defaultOf' && context.report({ node, message: 'this reads a default also where the option was given, and gives notice for nothing: write options.x ?? defaultOf(…), or hand over () => defaultOf(…)' });
    const arguments_ = (node) => node.arguments.forEach(tell);
    return { CallExpression: arguments_, NewExpression: arguments_, ArrayExpression: (node) => node.elements.forEach(tell) };
  },
};
