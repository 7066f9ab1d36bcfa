const message = 'a default value belongs into src/defaults.ts, where reports show it: read it with defaultOf(defaults, \'function.option\')';

/** A number, string or truth value written out, also with a sign, a cast or in a nest of conditions. */
function isLiteral(node) {
  switch (node?.type) {
    case 'Literal':
      return node.value !== null; // null marks what is absent
    case 'TemplateLiteral':
      return true;
    case 'UnaryExpression':
      return isLiteral(node.argument);
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'ParenthesizedExpression':
      return isLiteral(node.expression);
    case 'ConditionalExpression':
      return isLiteral(node.consequent) || isLiteral(node.alternate);
    case 'ArrayExpression':
      return node.elements.length > 0 && node.elements.every(isLiteral);
    default:
      return false;
  }
}

/** `options.axis`, `this.options.axis`, `layerOptions.axis`: what a caller may have left out. */
function isOption(node) {
  if (node?.type === 'ChainExpression') return isOption(node.expression);
  if (node?.type !== 'MemberExpression') return false;
  const holder = node.object.type === 'MemberExpression' ? node.object.property : node.object;
  return /options$/i.test(holder.name ?? '');
}

/** No default of an option or a parameter outside of defaults.ts. */
export const noInlineDefaults = {
  create(context) {
    const tell = (node) => context.report({ node, message });
    return {
      AssignmentPattern: (node) => isLiteral(node.right) && tell(node),
      LogicalExpression: (node) => (node.operator === '??' || node.operator === '||') && isOption(node.left) && isLiteral(node.right) && tell(node),
      AssignmentExpression: (node) => (node.operator === '??=' || node.operator === '||=') && isOption(node.left) && isLiteral(node.right) && tell(node),
      ConditionalExpression: (node) => isAbsenceTest(node.test) && (isLiteral(node.consequent) || isLiteral(node.alternate)) && tell(node),
    };
  },
};

/** `options.axis === undefined` */
function isAbsenceTest(node) {
  return node.type === 'BinaryExpression' && /^[!=]==?$/.test(node.operator) && isOption(node.left) && node.right.name === 'undefined';
}
