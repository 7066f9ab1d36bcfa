// Nonlinearities as a namespace of the umbrella. Named one by one: the API report cannot look through stars.
export { elu, identity, LeakyRectify, leakyRectify, type LeakyRectifyOptions, linear, type Nonlinearity, rectify, ScaledTanh, type ScaledTanhOptions, SELU, selu, type SeluOptions, sigmoid, softmax, softplus, tanh, veryLeakyRectify } from '@pastina/layers/nonlinearities';
