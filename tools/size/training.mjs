// What a program that trains ships: its size is told by `npm run size`.
import { wasmBackend } from '../../packages/backend-wasm/dist/index.js';
import { compile, input, mean } from '../../packages/core/dist/index.js';
import { Conv2DLayer, DenseLayer, getAllParams, getOutput, InputLayer, MaxPool2DLayer } from '../../packages/layers/dist/index.js';
import { softmax } from '../../packages/layers/dist/nonlinearities.js';
import { categoricalCrossentropy } from '../../packages/objectives/dist/index.js';
import { adam } from '../../packages/updates/dist/index.js';

export { adam, categoricalCrossentropy, compile, Conv2DLayer, DenseLayer, getAllParams, getOutput, input, InputLayer, MaxPool2DLayer, mean, softmax, wasmBackend };
