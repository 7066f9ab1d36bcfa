// Meet an error
import { input, matmul, parameter } from 'pastina';

// Shapes are checked when the expression is made, on your line.
const x = input('x', ['batch', 64]);
const w = parameter(new Array(63).fill([0, 0]), { name: 'w' });
console.log('the next line fails');
matmul(x, w);
