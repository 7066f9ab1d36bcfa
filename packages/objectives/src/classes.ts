import { argMax, cast, DTypeError, ShapeError, type Expression } from '@pastina/core';
import { checkSameShape, describe, sameSizes } from './check.js';

/** The class numbers that targets stand for: integers as they are, of one-hot rows the first of the largest. */
export function classNumbers(where: string, predictions: Expression, targets: Expression): Expression {
  if (targets.rank === predictions.rank) {
    checkSameShape(where, ['predictions', predictions], ['targets', targets]);
    return argMax(targets.dtype === 'bool' ? cast(targets, 'int32') : targets, { axis: -1 });
  }
  const items = predictions.shape.slice(0, -1);
  if (!sameSizes(targets, { shape: items })) {
    throw new ShapeError('OBJECTIVE_SHAPE', `${where}: predictions are ${describe(predictions)} and targets are ${describe(targets)}; expected integer classes [${items.join(', ')}], or one-hot targets of the predictions' shape`, { predictions: predictions.shape, targets: targets.shape });
  }
  checkClassDtype(where, 'targets', targets);
  return cast(targets, 'int32');
}

/** Class numbers are integers: a float is often a target of another kind, and a bool one of two classes at most. */
export function checkClassDtype(where: string, name: string, classes: Expression): void {
  if (classes.dtype === 'int32' || classes.dtype === 'uint32') return;
  throw new DTypeError('OBJECTIVE_DTYPE', `${where}: ${name} are ${describe(classes)}; class numbers must be integers: declare the input as int32, or use cast(${name}, 'int32')`, { argument: name, dtype: classes.dtype });
}
