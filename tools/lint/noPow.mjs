/** `Math.pow` and `**` give different bits on different engines. */
export const noPow = {
  create(context) {
    const tell = (node) => context.report({ node, message: 'Math.pow and ** give different bits on different engines; multiply, or use the graph op pow' });
    return {
      BinaryExpression: (node) => node.operator === '**' && tell(node),
      AssignmentExpression: (node) => node.operator === '**=' && tell(node),
      MemberExpression: (node) => node.object.name === 'Math' && node.property.name === 'pow' && tell(node),
    };
  },
};
